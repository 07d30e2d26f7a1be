#include <fmt/format.h>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/order_requests.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

using OneRequest = Checked<const OrderRecord*> (*)(const Request&);

/// What the venue tells of one order of a batch beside its code.
void write_item(JsonWriter& out, std::string_view category, const Parameters& item,
                const Checked<const OrderRecord*>& order, const std::string* created_at) {
  out.begin_object().text("category", category).text("symbol", item.get("symbol"));
  out.text("orderId", order ? order_id_text((*order)->product, (*order)->id) : std::string());
  out.text("orderLinkId", order ? std::string_view((*order)->ticket.client_id) : item.get("orderLinkId"));
  if (created_at != nullptr) out.text("createAt", order ? std::string_view(*created_at) : std::string_view());
  out.end_object();
}

Answer run_batch(const Request& request, OneRequest one, bool creates) {
  const auto category = asked_category(request);
  if (!category) return category.error();
  const std::vector<Parameters>& items = request.parameters.list();
  const std::size_t most = *category == Category::spot ? 10 : 20;
  if (items.empty()) return refuse(10001, "params error: request is required");
  if (items.size() > most) {
    return refuse(10001,
                  fmt::format("params error: at most {} orders in a request, found {}", most, items.size()));
  }
  const std::string now = std::to_string(milliseconds_of(request.venue.server_time()));
  Answer answer;
  JsonWriter results;
  JsonWriter codes;
  results.begin_object().key("list").begin_array();
  codes.begin_object().key("list").begin_array();
  for (const Parameters& item : items) {
    Parameters whole = item;
    (void)whole.add({"category", std::string(name_of(*category)), true});
    const auto order = one(request.with(whole));
    write_item(results, name_of(*category), item, order, creates ? &now : nullptr);
    codes.begin_object().number("code", order ? 0 : order.error().code);
    codes.text("msg", order ? std::string_view("OK") : std::string_view(order.error().message)).end_object();
    answer.accepted_order |= creates && order.has_value();
  }
  results.end_array().end_object();
  codes.end_array().end_object();
  answer.result = std::move(results).take();
  answer.extension = std::move(codes).take();
  return answer;
}

}  // namespace

Answer create_orders(const Request& request) { return run_batch(request, create_one, true); }
Answer amend_orders(const Request& request) { return run_batch(request, amend_one, false); }
Answer cancel_orders(const Request& request) { return run_batch(request, cancel_one, false); }

}  // namespace kontor::emulator::bybit
