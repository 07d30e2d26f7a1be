#include <expected>
#include <optional>
#include <utility>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "emulator/control.hpp"

namespace kontor::emulator {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "/emulator/";
constexpr std::size_t kMaxBodyBytes = 64 * 1024;

struct ControlError {
  unsigned status = 400;
  std::string text;
};
template <class T>
using Answer = std::expected<T, ControlError>;

std::unexpected<ControlError> bad_request(std::string text) {
  return std::unexpected<ControlError>(ControlError{400, std::move(text)});
}
std::unexpected<ControlError> missing(std::string text) {
  return std::unexpected<ControlError>(ControlError{404, std::move(text)});
}
std::unexpected<ControlError> said(const Error& error) {
  const unsigned status = error.kind == ErrorKind::not_found ? 404 : 400;
  return std::unexpected<ControlError>(ControlError{status, error.message});
}

Answer<json::object> parse_body(std::string_view body) {
  if (body.size() > kMaxBodyBytes) return bad_request("expected at most 64 KiB of JSON");
  boost::system::error_code error;
  json::value value = json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return bad_request("expected a JSON object");
  return std::move(value.as_object());
}

/// A member that must be text; missing is empty.
Answer<std::string> text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return bad_request(fmt::format("expected {} as text", name));
  return std::string(value->as_string());
}

/// A number, written as text or as a number.
Answer<Decimal> number_member(const json::value& value, std::string_view name) {
  const std::string text = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  const auto number = Decimal::parse(text);
  if (!number) return bad_request(fmt::format("expected {} as a decimal number", name));
  return *number;
}

Answer<Product> product_member(const json::object& object) {
  auto text = text_member(object, "product");
  if (!text) return std::unexpected(std::move(text).error());
  Product product = Product::spot;
  if (text->empty() || boost::describe::enum_from_string(text->c_str(), product)) return product;
  return bad_request("expected product spot or linear, found '" + *text + "'");
}

json::array balances_of(const Exchange& exchange, AccountId account, Product product) {
  json::array balances;
  for (const AssetBalance& balance : exchange.balances(account, product)) {
    balances.push_back(json::object{{"asset", exchange.listings().asset_name(balance.asset)},
                                    {"total", balance.total.format()},
                                    {"free", balance.free.format()},
                                    {"reserved", balance.reserved.format()},
                                    {"unrealized", balance.unrealized.format()}});
  }
  return balances;
}

json::object account_object(const Exchange& exchange, const AccountSummary& summary) {
  json::array keys;
  for (const ApiKey& key : exchange.keys(summary.id)) {
    keys.push_back(json::object{{"key", key.key}, {"label", key.label}, {"enabled", key.enabled}});
  }
  json::object wallets;
  if (exchange.has_one_wallet()) {
    wallets["unified"] = balances_of(exchange, summary.id, Product::spot);
  } else {
    wallets["spot"] = balances_of(exchange, summary.id, Product::spot);
    wallets["linear"] = balances_of(exchange, summary.id, Product::linear);
  }
  json::array positions;
  for (const PositionView& position : exchange.positions(summary.id)) {
    if (position.quantity.is_zero()) continue;
    const Instrument& instrument = exchange.listings().instrument(position.instrument);
    positions.push_back(json::object{{"symbol", exchange.listings()[position.instrument].symbol},
                                     {"quantity", instrument.quantity(position.quantity).format()},
                                     {"entry_price", position.entry_price.format()},
                                     {"unrealized", position.unrealized.format()}});
  }
  return {
      {"name", summary.name},    {"open_orders", summary.open_orders}, {"known_orders", summary.known_orders},
      {"keys", std::move(keys)}, {"wallets", std::move(wallets)},      {"positions", std::move(positions)}};
}

json::object accounts_object(const Exchange& exchange) {
  json::array accounts;
  for (const AccountSummary& summary : exchange.accounts()) {
    accounts.push_back(account_object(exchange, summary));
  }
  return {{"accounts", std::move(accounts)}};
}

json::object faults_object(const FaultPlan& faults) {
  json::object counts;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (faults.count(kind) != 0) counts[name_of(kind)] = faults.count(kind);
  }
  return {{"faults", faults.text()}, {"counts", std::move(counts)}};
}

json::object limits_object(const RequestLimiter& limiter) {
  const RequestLimiter::Counters& counters = limiter.counters();
  return {{"granted", counters.granted},
          {"too_many_requests", counters.too_many_requests},
          {"refused_by_ban", counters.refused_by_ban},
          {"bans", counters.bans}};
}

json::object status_object(EmulatedVenue& venue) {
  const Exchange& exchange = venue.exchange();
  const Exchange::Counters& counters = exchange.counters();
  return {{"venue", name_of(exchange.venue())},
          {"time", format_time(exchange.now())},
          {"server_time", format_time(venue.server_time())},
          {"market_paused", exchange.is_market_paused()},
          {"maintenance_ms", venue.faults().maintenance_left_ns(exchange.now()) / kMillisecond},
          {"instruments", exchange.listings().size()},
          {"accounts", exchange.accounts().size()},
          {"orders_placed", counters.orders_placed},
          {"orders_refused", counters.orders_refused},
          {"orders_canceled", counters.orders_canceled},
          {"executions", counters.executions},
          {"liquidations", counters.liquidations},
          {"account_events", counters.account_events},
          {"market_events", counters.market_events},
          {"limits", json::object{{"spot", limits_object(venue.limiter(Product::spot))},
                                  {"linear", limits_object(venue.limiter(Product::linear))}}}};
}

json::object market_object(const Exchange& exchange) {
  json::array instruments;
  for (const ListedInstrument& listed : exchange.listings().all()) {
    const PublicMarket& market = exchange.market(listed.id);
    const Instrument& instrument = exchange.listings().instrument(listed.id);
    instruments.push_back(json::object{{"product", name_of(listed.product)},
                                       {"symbol", listed.symbol},
                                       {"status", boost::describe::enum_to_string(listed.status, "?")},
                                       {"last", instrument.price(market.last_price()).format()},
                                       {"bid", instrument.price(market.book().best_bid().price).format()},
                                       {"ask", instrument.price(market.book().best_ask().price).format()},
                                       {"book_id", market.book_id()},
                                       {"trades", market.last_trade_id()}});
  }
  return {{"paused", exchange.is_market_paused()}, {"instruments", std::move(instruments)}};
}

Answer<json::object> set_faults(EmulatedVenue& venue, const json::object& body) {
  auto text = text_member(body, "faults");
  if (!text) return std::unexpected(std::move(text).error());
  if (auto done = venue.faults().set(*text, venue.exchange().now()); !done) return said(done.error());
  return faults_object(venue.faults());
}

Answer<std::vector<Deposit>> deposits_of(const json::object& body) {
  std::vector<Deposit> deposits;
  const json::value* list = body.if_contains("deposits");
  if (list == nullptr) return deposits;
  if (!list->is_array()) return bad_request("expected deposits as a list");
  for (const json::value& entry : list->as_array()) {
    if (!entry.is_object() || !entry.as_object().contains("amount")) {
      return bad_request("expected {product, asset, amount} in deposits");
    }
    auto product = product_member(entry.as_object());
    if (!product) return std::unexpected(std::move(product).error());
    auto asset = text_member(entry.as_object(), "asset");
    if (!asset) return std::unexpected(std::move(asset).error());
    auto amount = number_member(entry.as_object().at("amount"), "amount");
    if (!amount) return std::unexpected(std::move(amount).error());
    deposits.push_back({*product, *asset, Amount::from_decimal(*amount)});
  }
  return deposits;
}

Answer<std::vector<ApiKey>> keys_of(const json::object& body) {
  std::vector<ApiKey> keys;
  const json::value* list = body.if_contains("keys");
  if (list == nullptr) return keys;
  if (!list->is_array()) return bad_request("expected keys as a list");
  for (const json::value& entry : list->as_array()) {
    if (!entry.is_object()) return bad_request("expected {key, secret} in keys");
    ApiKey key;
    for (const auto& [name, member] :
         {std::pair<std::string_view, std::string ApiKey::*>{"key", &ApiKey::key},
          {"secret", &ApiKey::secret},
          {"public_key", &ApiKey::public_key_pem},
          {"label", &ApiKey::label}}) {
      auto text = text_member(entry.as_object(), name);
      if (!text) return std::unexpected(std::move(text).error());
      key.*member = std::move(*text);
    }
    for (const auto& [name, member] :
         {std::pair<std::string_view, bool KeyPermissions::*>{"read", &KeyPermissions::read},
          {"spot", &KeyPermissions::spot},
          {"linear", &KeyPermissions::linear},
          {"withdraw", &KeyPermissions::withdraw}}) {
      const json::value* value = entry.as_object().if_contains(name);
      if (value == nullptr) continue;
      if (!value->is_bool()) return bad_request(fmt::format("expected {} as true or false", name));
      key.permissions.*member = value->as_bool();
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

Answer<json::object> add_account(EmulatedVenue& venue, const json::object& body) {
  auto name = text_member(body, "name");
  if (!name) return std::unexpected(std::move(name).error());
  auto deposits = deposits_of(body);
  if (!deposits) return std::unexpected(std::move(deposits).error());
  auto keys = keys_of(body);
  if (!keys) return std::unexpected(std::move(keys).error());
  auto added = venue.exchange().add_account({*name, std::move(*keys), std::move(*deposits)});
  if (!added) return said(added.error());
  return accounts_object(venue.exchange());
}

Answer<json::object> book_deposit(EmulatedVenue& venue, const json::object& body) {
  auto name = text_member(body, "account");
  if (!name) return std::unexpected(std::move(name).error());
  const auto account = venue.exchange().find_account(*name);
  if (!account) return missing("expected an account that exists, found '" + *name + "'");
  auto product = product_member(body);
  if (!product) return std::unexpected(std::move(product).error());
  auto asset = text_member(body, "asset");
  if (!asset) return std::unexpected(std::move(asset).error());
  if (!body.contains("amount")) return bad_request("expected an amount");
  auto amount = number_member(body.at("amount"), "amount");
  if (!amount) return std::unexpected(std::move(amount).error());
  auto done = venue.exchange().deposit(*account, *product, *asset, Amount::from_decimal(*amount));
  if (!done) return bad_request(done.error().text);
  return accounts_object(venue.exchange());
}

Answer<json::object> change_instrument(EmulatedVenue& venue, const json::object& body) {
  auto symbol = text_member(body, "symbol");
  if (!symbol) return std::unexpected(std::move(symbol).error());
  auto product = product_member(body);
  if (!product) return std::unexpected(std::move(product).error());
  const ListedInstrument* listed = venue.exchange().listings().find(*product, *symbol);
  if (listed == nullptr) return missing("expected a listed symbol, found '" + *symbol + "'");
  if (const json::value* percent = body.if_contains("jump_percent")) {
    auto number = number_member(*percent, "jump_percent");
    if (!number) return std::unexpected(std::move(number).error());
    const auto fraction = multiply(*number, Decimal{1, 2}, Rounding::half_even);
    if (!fraction) return said(fraction.error());
    if (auto done = venue.exchange().jump_price(listed->id, *fraction); !done) return said(done.error());
  }
  auto status = text_member(body, "status");
  if (!status) return std::unexpected(std::move(status).error());
  if (!status->empty()) {
    ListingStatus wanted{};
    if (!boost::describe::enum_from_string(status->c_str(), wanted)) {
      return bad_request("expected status trading, halted or delisted, found '" + *status + "'");
    }
    if (auto done = venue.exchange().set_status(listed->id, wanted); !done) return said(done.error());
  }
  return market_object(venue.exchange());
}

Answer<json::object> change_market(EmulatedVenue& venue, const json::object& body) {
  if (const json::value* paused = body.if_contains("paused")) {
    if (!paused->is_bool()) return bad_request("expected paused as true or false");
    venue.exchange().set_market_paused(paused->as_bool());
  }
  if (body.contains("symbol")) return change_instrument(venue, body);
  return market_object(venue.exchange());
}

Answer<json::object> get(EmulatedVenue& venue, std::string_view name) {
  if (name == "faults") return faults_object(venue.faults());
  if (name == "accounts") return accounts_object(venue.exchange());
  if (name == "status") return status_object(venue);
  if (name == "market") return market_object(venue.exchange());
  return missing(fmt::format("expected faults, accounts, status or market, found '{}'", name));
}

Answer<json::object> post(EmulatedVenue& venue, std::string_view name, std::string_view text) {
  auto body = parse_body(text);
  if (!body) return std::unexpected(std::move(body).error());
  if (name == "faults") return set_faults(venue, *body);
  if (name == "accounts") return add_account(venue, *body);
  if (name == "deposit") return book_deposit(venue, *body);
  if (name == "market") return change_market(venue, *body);
  return missing(fmt::format("expected faults, accounts, deposit or market, found '{}'", name));
}

}  // namespace

bool is_control_path(std::string_view path) noexcept { return path.starts_with(kPrefix); }

ControlReply control(EmulatedVenue& venue, const ControlRequest& request) {
  const auto answer = [&]() -> Answer<json::object> {
    if (!is_control_path(request.path)) return missing("expected a path below /emulator/");
    const std::string_view name = request.path.substr(kPrefix.size());
    if (request.method == "GET") return get(venue, name);
    if (request.method == "POST") return post(venue, name, request.body);
    return std::unexpected<ControlError>(ControlError{405, "expected GET or POST"});
  }();
  if (answer) return {200, json::serialize(*answer)};
  return {answer.error().status, json::serialize(json::object{{"error", answer.error().text}})};
}

}  // namespace kontor::emulator
