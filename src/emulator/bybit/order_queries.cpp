#include "emulator/bybit/order_queries.hpp"

#include <algorithm>
#include <vector>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/order_fields.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::size_t kRecentlyClosed = 500;
constexpr PageLimits kOrderPages{20, 50};
constexpr PageLimits kExecutionPages{50, 100};

using Orders = std::vector<const OrderRecord*>;

std::string empty_result(Category category) {
  JsonWriter out;
  out.begin_object().key("list").begin_array().end_array();
  out.text("nextPageCursor", "").text("category", name_of(category)).end_object();
  return std::move(out).take();
}

bool fits_filter(const OrderRecord& order, std::string_view filter) {
  if (filter.empty()) return true;
  const OrderNote note = OrderNote::parse(order.ticket.label);
  const bool tpsl = order.product == Product::spot && (note.is_spot_tpsl || note.source != OrderSource::user);
  if (filter == "tpslOrder") return tpsl;
  if (filter == "StopOrder") return order.is_conditional() && !tpsl;
  return filter == "Order" && !order.is_conditional();
}

bool fits_instrument(const Request& request, const ListedInstrument& listed) {
  const Parameters& asked = request.parameters;
  if (asked.has("symbol")) return listed.symbol == asked.get("symbol");
  if (asked.has("baseCoin")) return listed.base == asked.get("baseCoin");
  if (asked.has("settleCoin")) return listed.quote == asked.get("settleCoin");
  return true;
}

/// Newest first.
void keep_asked(const Request& request, Orders& orders) {
  const std::string_view filter = request.parameters.get("orderFilter");
  const std::string_view status = request.parameters.get("orderStatus");
  std::erase_if(orders, [&](const OrderRecord* order) {
    return !is_visible(*order) || !fits_filter(*order, filter) ||
           (!status.empty() && order_status_word(*order) != status) ||
           !fits_instrument(request, request.listings()[order->instrument]);
  });
  std::reverse(orders.begin(), orders.end());
}

/// The one order that the request names, if it is known; `is_named` tells whether it names one.
Orders named_order(const Request& request, Product product, bool& is_named) {
  const Parameters& asked = request.parameters;
  is_named = asked.has("orderId") || asked.has("orderLinkId");
  OrderKey key{.product = product};
  if (asked.has("orderId")) {
    const auto id = parse_order_id(asked.get("orderId"));
    if (!id) return {};
    key.id = *id;
  } else if (asked.has("orderLinkId")) {
    key.client_id = asked.get("orderLinkId");
  } else {
    return {};
  }
  const OrderRecord* const order = request.exchange().find_order(request.account, key);
  if (order == nullptr || !is_visible(*order)) return {};
  return {order};
}

std::string orders_page(const Request& request, Category category, const Orders& orders, const Page& page) {
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  std::size_t written = 0;
  std::uint64_t last = 0;
  bool goes_on = false;
  const OrderScene scene{request.exchange(), request.memory};
  for (const OrderRecord* order : orders) {
    if (order->id.value >= page.below) continue;
    goes_on = written == page.limit;
    if (goes_on) break;
    write_order(out, scene, *order, Channel::rest);
    last = order->id.value;
    ++written;
  }
  out.end_array().text("nextPageCursor", goes_on ? cursor_text(last) : std::string());
  out.text("category", name_of(category)).end_object();
  return std::move(out).take();
}

Checked<std::string> open_orders_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const Page page, asked_page(request, kOrderPages));
  TRY(const std::int64_t open_only, request.parameters.integer_within("openOnly", {0, 2, 0}));
  const auto product = product_of(category);
  if (!product) return empty_result(category);
  const Parameters& asked = request.parameters;
  bool is_named = false;
  Orders orders = named_order(request, *product, is_named);
  if (is_named) return orders_page(request, category, orders, page);
  if (category == Category::linear && !asked.has("symbol") && !asked.has("baseCoin") &&
      !asked.has("settleCoin")) {
    return refusal(10001, "Missing some parameters that must be filled in, symbol or baseCoin or settleCoin");
  }
  if (open_only == 0) {
    orders = request.exchange().open_orders(request.account, *product, std::nullopt);
  } else {
    orders = request.exchange().orders(request.account,
                                       {.product = *product, .limit = kRecentlyClosed, .closed_only = true});
  }
  keep_asked(request, orders);
  return orders_page(request, category, orders, page);
}

Checked<std::string> order_history_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const Page page, asked_page(request, kOrderPages));
  TRY(const Stretch stretch, asked_week(request));
  const auto product = product_of(category);
  if (!product) return empty_result(category);
  bool is_named = false;
  Orders orders = named_order(request, *product, is_named);
  if (is_named) {
    std::erase_if(orders, [](const OrderRecord* order) { return !is_closed(order->state); });
  } else {
    orders = request.exchange().orders(request.account, {.product = *product,
                                                         .from = stretch.from,
                                                         .to = stretch.to,
                                                         .limit = SIZE_MAX,
                                                         .closed_only = true});
    keep_asked(request, orders);
  }
  return orders_page(request, category, orders, page);
}

/// Which executions are asked for: of one order, or by instrument, kind and time.
struct ExecutionChoice {
  Product product = Product::spot;
  std::optional<VenueOrderId> order{};
  std::string client_id{};
  std::string_view kind{};
  Stretch stretch{};
};

bool fits_choice(const Request& request, const ExecutionChoice& choice, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  if (execution.product != choice.product) return false;
  if (choice.order) return !entry.is_funding && execution.order == *choice.order;
  if (!choice.client_id.empty()) return execution.client_id == choice.client_id;
  if (execution.ts < choice.stretch.from || execution.ts > choice.stretch.to) return false;
  const std::string_view kind = entry.is_funding ? "Funding" : execution.liquidation ? "BustTrade" : "Trade";
  if (!choice.kind.empty() && kind != choice.kind) return false;
  return fits_instrument(request, request.listings()[execution.instrument]);
}

Checked<ExecutionChoice> asked_executions(const Request& request, Product product) {
  ExecutionChoice choice{.product = product};
  TRY(choice.stretch, asked_week(request));
  const Parameters& asked = request.parameters;
  if (asked.has("orderId")) choice.order = parse_order_id(asked.get("orderId")).value_or(VenueOrderId());
  choice.client_id = asked.get("orderLinkId");
  choice.kind = asked.get("execType");
  return choice;
}

Checked<std::string> executions_result(const Request& request) {
  TRY(const Category category, asked_category(request));
  TRY(const Page page, asked_page(request, kExecutionPages));
  const auto product = product_of(category);
  if (!product) return empty_result(category);
  TRY(const ExecutionChoice choice, asked_executions(request, *product));
  JsonWriter out;
  out.begin_object().key("list").begin_array();
  std::size_t written = 0;
  std::uint64_t last = 0;
  bool goes_on = false;
  static const std::deque<ExecutionEntry> kNone;
  const AccountMemory* const memory = request.memory.find(request.account);
  const auto& entries = memory == nullptr ? kNone : memory->executions;
  const OrderScene scene{request.exchange(), request.memory};
  for (auto at = entries.rbegin(); at != entries.rend(); ++at) {
    if (at->key >= page.below || !fits_choice(request, choice, *at)) continue;
    goes_on = written == page.limit;
    if (goes_on) break;
    write_execution(out, scene, *at, Channel::rest);
    last = at->key;
    ++written;
  }
  out.end_array().text("nextPageCursor", goes_on ? cursor_text(last) : std::string());
  out.text("category", name_of(category)).end_object();
  return std::move(out).take();
}

}  // namespace

Answer answer_open_orders(const Request& request) { return answered(open_orders_result(request)); }
Answer answer_order_history(const Request& request) { return answered(order_history_result(request)); }
Answer answer_executions(const Request& request) { return answered(executions_result(request)); }

}  // namespace kontor::emulator::bybit
