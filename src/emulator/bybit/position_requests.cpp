#include "emulator/bybit/position_requests.hpp"

#include <vector>

#include "emulator/bybit/position_fields.hpp"
#include "emulator/bybit/refusals.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

/// The linear instrument of a change; refused for other categories, or where the key may not trade.
Checked<const ListedInstrument*> asked_linear(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot || category == Category::option) return refusal(10001, "Illegal category");
  return asked_to_trade(request);
}

std::vector<PositionView> asked_positions(const Request& request, const ListedInstrument* listed) {
  if (listed != nullptr) return {request.exchange().position(request.account, listed->id)};
  std::vector<PositionView> held;
  const std::string_view settle = request.parameters.get("settleCoin");
  for (const PositionView& position : request.exchange().positions(request.account)) {
    const bool fits = settle.empty() || request.listings()[position.instrument].quote == settle;
    if (fits && !position.quantity.is_zero()) held.push_back(position);
  }
  return held;
}

Checked<std::string> positions_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot) return refusal(181001, "category only support linear or option");
  TRY(const std::int64_t limit, request.parameters.integer_within("limit", {1, 200, 20}));
  const Parameters& asked = request.parameters;
  const ListedInstrument* listed = nullptr;
  if (category == Category::linear) {
    if (!asked.has("symbol") && !asked.has("settleCoin")) {
      return refusal(10001, "Missing some parameters that must be filled in, symbol or settleCoin");
    }
    if (asked.has("symbol")) {
      TRY(listed, asked_instrument(request, Product::linear));
    }
  }
  TRY(const Page page, asked_page(request, {limit, 200}));
  const auto positions =
      category == Category::linear ? asked_positions(request, listed) : std::vector<PositionView>();
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  const OrderScene scene{request.exchange(), request.memory};
  std::size_t written = 0;
  std::uint64_t last = 0;
  bool goes_on = false;
  // Pages go down from the newest listing, as every list of the venue does.
  for (auto at = positions.rbegin(); at != positions.rend() && !goes_on; ++at) {
    if (std::uint64_t{at->instrument.value} >= page.below) continue;
    goes_on = written++ == page.limit;
    if (goes_on) break;
    write_position(out, scene, request.account, *at, Channel::rest);
    last = at->instrument.value;
  }
  out.end_array().text("nextPageCursor", goes_on ? cursor_text(last) : std::string());
  out.text("category", name_of(category)).end_object();
  return std::move(out).take();
}

Checked<std::string> leverage_set(const Request& request) {
  TRY(const ListedInstrument* const listed, asked_linear(request));
  TRY(const std::optional<Decimal> buy, request.parameters.decimal("buyLeverage"));
  TRY(const std::optional<Decimal> sell, request.parameters.decimal("sellLeverage"));
  if (!buy || !sell) return bad_parameter("buyLeverage and sellLeverage are required");
  if (*buy != *sell) return refusal(10001, "buy leverage not equal sell leverage");
  const auto set = request.exchange().set_leverage(request.account, listed->id, *buy);
  if (!set) return refused(set.error(), Product::linear, Asked::setting);
  return "{}";
}

Checked<std::string> position_mode_switched(const Request& request) {
  TRY(const Category category, asked_category(request));
  if (category == Category::spot || category == Category::option) return refusal(10001, "Illegal category");
  TRY_VOID(may_trade(request, Product::linear));
  const Parameters& asked = request.parameters;
  if (!asked.has("symbol") && !asked.has("coin")) return bad_parameter("symbol or coin is required");
  TRY(const std::optional<std::int64_t> mode, asked.integer("mode"));
  if (!mode || (*mode != 0 && *mode != 3)) return bad_parameter("mode invalid");
  const auto set = request.exchange().set_hedged_positions(request.account, *mode == 3);
  if (!set) return refused(set.error(), Product::linear, Asked::setting);
  return "{}";
}

Checked<std::string> isolated_switched(const Request& request) {
  TRY(const ListedInstrument* const listed, asked_linear(request));
  TRY(const std::optional<std::int64_t> mode, request.parameters.integer("tradeMode"));
  if (!mode || (*mode != 0 && *mode != 1)) return bad_parameter("tradeMode invalid");
  const auto set = request.exchange().set_margin_mode(request.account, listed->id,
                                                      *mode == 1 ? MarginMode::isolated : MarginMode::cross);
  if (!set) return refused(set.error(), Product::linear, Asked::setting);
  if (!request.parameters.has("buyLeverage")) return "{}";
  const auto leverage = leverage_set(request);
  // The leverage that is there already is none that was refused.
  if (!leverage && leverage.error().code != 110043) return std::unexpected<Answer>(leverage.error());
  return "{}";
}

}  // namespace

Answer answer_positions(const Request& request) { return answered(positions_result(request)); }
Answer set_leverage(const Request& request) { return answered(leverage_set(request)); }
Answer switch_position_mode(const Request& request) { return answered(position_mode_switched(request)); }
Answer switch_isolated(const Request& request) { return answered(isolated_switched(request)); }

}  // namespace kontor::emulator::bybit
