#include <map>
#include <vector>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/position_requests.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

/// What one order has closed of a position.
struct ClosedResult {
  std::uint64_t key = 0;  ///< of its last execution
  const ExecutionEntry* last = nullptr;
  TimeNs created_at = 0;
  RawQuantity closed;
  Amount exit_value;
  Amount realized;  ///< without fees
  Amount fees;
  std::uint32_t fills = 0;
};

void add_execution(ClosedResult& result, const Instrument& instrument, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  if (result.fills++ == 0) result.created_at = execution.ts;
  result.key = entry.key;
  result.last = &entry;
  result.closed += execution.closed;
  result.exit_value += instrument.notional(execution.price, execution.closed);
  result.realized += execution.realized;
  result.fees += execution.fee;
}

std::map<std::uint64_t, ClosedResult> closed_results(const Request& request, const Stretch& stretch) {
  std::map<VenueOrderId, ClosedResult> by_order;
  if (const AccountMemory* const memory = request.memory.find(request.account)) {
    for (const ExecutionEntry& entry : memory->executions) {
      const Execution& execution = entry.execution;
      if (execution.product != Product::linear || execution.closed.is_zero()) continue;
      if (execution.ts < stretch.from || execution.ts > stretch.to) continue;
      const ListedInstrument& listed = request.listings()[execution.instrument];
      if (request.parameters.has("symbol") && listed.symbol != request.parameters.get("symbol")) continue;
      add_execution(by_order[execution.order], request.listings().instrument(execution.instrument), entry);
    }
  }
  std::map<std::uint64_t, ClosedResult> by_key;
  for (const auto& [order, result] : by_order) by_key.emplace(result.key, result);
  return by_key;
}

void write_result(JsonWriter& out, const Request& request, const ClosedResult& result) {
  const Execution& execution = result.last->execution;
  const Instrument& instrument = request.listings().instrument(execution.instrument);
  // The entry's value is what the exit's was without the result; a sale closes what was bought.
  const bool sells = execution.side == Side::sell;
  const Amount entry_value =
      sells ? result.exit_value - result.realized : result.exit_value + result.realized;
  out.begin_object().text("symbol", request.listings()[execution.instrument].symbol);
  out.text("orderType", has_limit_price(result.last->order_type) ? "Limit" : "Market");
  out.text("leverage",
           plain_text(request.exchange().settings(request.account, execution.instrument).leverage));
  out.text("side", side_word(execution.side))
      .text("orderId", order_id_text(Product::linear, execution.order));
  out.text("closedPnl", amount_text(result.realized - result.fees));
  out.text("avgEntryPrice", short_amount_text(average_price(instrument, entry_value, result.closed)));
  out.text("avgExitPrice", short_amount_text(average_price(instrument, result.exit_value, result.closed)));
  out.text("qty", quantity_text(instrument, result.last->order_quantity));
  out.text("closedSize", quantity_text(instrument, result.closed));
  out.text("cumEntryValue", amount_text(entry_value)).text("cumExitValue", amount_text(result.exit_value));
  out.text("orderPrice",
           result.last->order_price.units == 0 ? "0" : price_text(instrument, result.last->order_price));
  out.text("execType", execution.liquidation ? "BustTrade" : "Trade");
  out.text("fillCount", std::to_string(result.fills));
  out.text("createdTime", milliseconds_text(result.created_at));
  out.text("updatedTime", milliseconds_text(execution.ts)).end_object();
}

Checked<std::string> closed_results_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot || category == Category::option) return refusal(10001, "Illegal category");
  TRY(const Stretch stretch, asked_week(request));
  TRY(const Page page, asked_page(request, {50, 100}));
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  std::size_t written = 0;
  std::uint64_t last = 0;
  bool goes_on = false;
  const auto results = category == Category::linear ? closed_results(request, stretch)
                                                    : std::map<std::uint64_t, ClosedResult>();
  for (auto at = results.rbegin(); at != results.rend() && !goes_on; ++at) {
    if (at->first >= page.below) continue;
    goes_on = written++ == page.limit;
    if (goes_on) break;
    write_result(out, request, at->second);
    last = at->first;
  }
  out.end_array().text("nextPageCursor", goes_on ? cursor_text(last) : std::string());
  out.text("category", name_of(category)).end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_closed_results(const Request& request) { return answered(closed_results_result(request)); }

}  // namespace kontor::emulator::bybit
