#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/assert.hpp"
#include "emulator/binance/parameters.hpp"
#include "emulator/bybit/parameters.hpp"
#include "net/http_writer.hpp"
#include "net/url.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/bybit/protocol.hpp"
#include "venue/message_json.hpp"
#include "venue/parse_action.hpp"

// Arbitrary text as the input of `kontor venue encode` and `decode`; what is an action is written and signed
// for both venues and both products. What comes out is a request that could be sent: an address, headers that
// break nothing, no secret; an order has the numbers that were asked for, as somebody else reads them.

namespace {

using namespace kontor;
using venue::PlaceOrder;
using venue::Product;

constexpr std::string_view kSecret = "SECRET-that-nobody-is-told";

bool equals(std::string_view text, const Decimal& wanted) {
  const auto read = Decimal::parse(text);
  return read && *read == wanted;
}

bool equals(std::string_view text, const std::optional<Decimal>& wanted) {
  return wanted && equals(text, *wanted);
}

void check_binance(const venue::Action& action, const net::HttpRequest& request) {
  const std::size_t question = request.url.find('?');
  emulator::binance::Parameters parameters;
  if (question != std::string::npos)
    ASSERT(parameters.add_query(std::string_view(request.url).substr(question + 1)).has_value());
  const auto* const order = std::get_if<PlaceOrder>(&action);
  if (order == nullptr) return;
  ASSERT(parameters.text("symbol") == order->symbol);
  const bool is_list = parameters.has("workingQuantity");
  ASSERT(equals(parameters.text(is_list ? "workingQuantity" : "quantity"), order->quantity));
  const std::string_view price = parameters.text(is_list ? "workingPrice" : "price");
  ASSERT(price.empty() ? !order->price : equals(price, order->price));
}

void check_bybit(const venue::Action& action, const net::HttpRequest& request) {
  const auto body = emulator::bybit::Parameters::from_json(request.body);
  ASSERT(body.has_value());
  const auto* const order = std::get_if<PlaceOrder>(&action);
  if (order == nullptr) return;
  ASSERT(body->get("symbol") == order->symbol);
  if (order->type == OrderType::trailing_stop) return;
  ASSERT(equals(body->get("qty"), order->quantity));
  ASSERT(body->has("price") ? equals(body->get("price"), order->price) : !order->price);
}

void check_form(const net::HttpRequest& request) {
  const auto url = net::Url::parse(request.url);
  ASSERT(url && url->is_secure());
  ASSERT(net::check_request_headers(request.headers).has_value());
  const auto is_told = [](std::string_view text) { return text.contains(kSecret); };
  ASSERT(!is_told(request.url) && !is_told(request.body));
  ASSERT(std::ranges::none_of(request.headers,
                              [&](const net::HttpHeader& header) { return is_told(header.value); }));
  ASSERT(emulator::bybit::Parameters::from_json(venue::format_json(request)).has_value());
}

void check_costs(const venue::Protocol& protocol, const venue::Action& action, Product product) {
  const auto rules = protocol.rate_rules(product);
  for (const net::RateCost& cost : protocol.rate_costs(action, product)) ASSERT(cost.rule < rules.size());
}

void encode_for(venue::Protocol& protocol, const venue::EncodeRequest& asked, Product product) {
  static const venue::Credentials credentials{"key-of-the-account", std::string(kSecret)};
  const venue::RequestContext context{
      .product = product, .clock = asked.clock, .credentials = &credentials, .id = asked.id};
  check_costs(protocol, asked.action, product);
  const auto request = protocol.encode(asked.action, context);
  if (!request) {
    ASSERT(request.error().kind == ErrorKind::usage && !request.error().message.contains(kSecret));
    return;
  }
  check_form(*request);
  if (protocol.venue() == "binance") {
    check_binance(asked.action, *request);
  } else {
    check_bybit(asked.action, *request);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<venue::Protocol> protocols[] = {binance::make_protocol(),
                                                               bybit::make_protocol()};
  const std::string text(data, data + size);
  static_cast<void>(venue::parse_decode_request(text));
  const auto asked = venue::parse_encode_request(text);
  if (!asked || text.contains(kSecret)) return 0;
  ASSERT(!asked->venue.empty() && !venue::name_of(asked->action).empty());
  for (const auto& protocol : protocols)
    for (const Product product : {Product::spot, Product::linear}) encode_for(*protocol, *asked, product);
  return 0;
}
