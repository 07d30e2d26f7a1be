#include "venue/binance/symbols.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace kontor::binance {
namespace {

template <class T>
using Word = std::pair<std::string_view, T>;

/// What the first pair with that word says.
template <class T, std::size_t N>
std::optional<T> meaning_of(const std::array<Word<T>, N>& words, std::string_view text) noexcept {
  for (const auto& [word, meaning] : words) {
    if (word == text) return meaning;
  }
  return std::nullopt;
}

constexpr std::array<Word<DurationNs>, 14> kIntervals = {{{"1s", kSecond},
                                                          {"1m", kMinute},
                                                          {"3m", 3 * kMinute},
                                                          {"5m", 5 * kMinute},
                                                          {"15m", 15 * kMinute},
                                                          {"30m", 30 * kMinute},
                                                          {"1h", kHour},
                                                          {"2h", 2 * kHour},
                                                          {"4h", 4 * kHour},
                                                          {"6h", 6 * kHour},
                                                          {"8h", 8 * kHour},
                                                          {"12h", 12 * kHour},
                                                          {"1d", kDay},
                                                          {"1w", 7 * kDay}}};

constexpr std::array<Word<TypeMeaning>, 11> kTypes = {
    {{"LIMIT", {OrderType::limit, false}},
     {"MARKET", {OrderType::market, false}},
     {"LIMIT_MAKER", {OrderType::limit, true}},
     {"STOP_LOSS", {OrderType::stop_market, false}},
     {"STOP_LOSS_LIMIT", {OrderType::stop_limit, false}},
     {"TAKE_PROFIT_LIMIT", {OrderType::take_profit_limit, false}},
     {"STOP", {OrderType::stop_limit, false}},
     {"STOP_MARKET", {OrderType::stop_market, false}},
     {"TAKE_PROFIT_MARKET", {OrderType::take_profit_market, false}},
     {"TRAILING_STOP_MARKET", {OrderType::trailing_stop, false}},
     {"LIQUIDATION", {OrderType::market, false}}}};

constexpr std::array<Word<TimeInForceMeaning>, 8> kTimesInForce = {
    {{"GTC", {TimeInForce::good_till_canceled, false}},
     {"IOC", {TimeInForce::immediate_or_cancel, false}},
     {"FOK", {TimeInForce::fill_or_kill, false}},
     {"GTX", {TimeInForce::good_till_canceled, true}},
     {"GTD", {TimeInForce::good_till_date, false}},
     {"GTE_GTC", {TimeInForce::good_till_canceled, false}},
     {"RPI", {TimeInForce::good_till_canceled, true}},
     {"", {TimeInForce::good_till_canceled, false}}}};

constexpr std::array<Word<OrderStatus>, 17> kStatuses = {{{"NEW", OrderStatus::acknowledged},
                                                          {"PENDING_NEW", OrderStatus::acknowledged},
                                                          {"PARTIALLY_FILLED", OrderStatus::partially_filled},
                                                          {"FILLED", OrderStatus::filled},
                                                          {"CANCELED", OrderStatus::canceled},
                                                          {"PENDING_CANCEL", OrderStatus::pending_cancel},
                                                          {"REJECTED", OrderStatus::rejected},
                                                          {"EXPIRED", OrderStatus::expired},
                                                          {"EXPIRED_IN_MATCH", OrderStatus::expired},
                                                          {"NEW_INSURANCE", OrderStatus::acknowledged},
                                                          {"NEW_ADL", OrderStatus::acknowledged},
                                                          // of conditional orders
                                                          {"WORKING", OrderStatus::acknowledged},
                                                          {"TRIGGERING", OrderStatus::acknowledged},
                                                          {"TRIGGERED", OrderStatus::acknowledged},
                                                          {"FINISHED", OrderStatus::filled},
                                                          {"CANCELLED", OrderStatus::canceled},
                                                          {"TRIGGERREJECTED", OrderStatus::rejected}}};

constexpr std::array<Word<venue::PositionSide>, 3> kPositionSides = {
    {{"BOTH", venue::PositionSide::both},
     {"LONG", venue::PositionSide::long_side},
     {"SHORT", venue::PositionSide::short_side}}};

constexpr std::array<Word<venue::InstrumentStatus>, 14> kInstrumentStatuses = {
    {{"TRADING", venue::InstrumentStatus::trading},
     {"PENDING_TRADING", venue::InstrumentStatus::pre_launch},
     {"PRE_TRADING", venue::InstrumentStatus::pre_launch},
     {"HALT", venue::InstrumentStatus::suspended},
     {"BREAK", venue::InstrumentStatus::suspended},
     {"AUCTION_MATCH", venue::InstrumentStatus::suspended},
     {"END_OF_DAY", venue::InstrumentStatus::suspended},
     {"POST_TRADING", venue::InstrumentStatus::suspended},
     {"SETTLING", venue::InstrumentStatus::settling},
     {"PRE_SETTLE", venue::InstrumentStatus::settling},
     {"PRE_DELIVERING", venue::InstrumentStatus::settling},
     {"DELIVERING", venue::InstrumentStatus::settling},
     {"DELIVERED", venue::InstrumentStatus::delisted},
     {"CLOSE", venue::InstrumentStatus::delisted}}};

}  // namespace

Result<std::string_view> interval_name(Timeframe interval) {
  for (const auto& [name, period] : kIntervals) {
    if (period == interval.period_ns) return name;
  }
  return fail(ErrorKind::usage, fmt::format("binance has no candles of {}", interval.format()));
}

std::optional<Timeframe> parse_interval(std::string_view text) {
  const auto period = meaning_of(kIntervals, text);
  return period ? std::optional(Timeframe{*period}) : std::nullopt;
}

std::optional<Side> parse_side(std::string_view text) noexcept {
  if (text == "BUY") return Side::buy;
  if (text == "SELL") return Side::sell;
  return std::nullopt;
}

std::string_view order_type_name(OrderType type, venue::Product product) noexcept {
  const bool is_spot = product == venue::Product::spot;
  switch (type) {
    case OrderType::market: return "MARKET";
    case OrderType::limit: return "LIMIT";
    case OrderType::stop_market: return is_spot ? "STOP_LOSS" : "STOP_MARKET";
    case OrderType::stop_limit: return is_spot ? "STOP_LOSS_LIMIT" : "STOP";
    case OrderType::trailing_stop: return is_spot ? "STOP_LOSS" : "TRAILING_STOP_MARKET";
    case OrderType::take_profit_market: return is_spot ? "TAKE_PROFIT" : "TAKE_PROFIT_MARKET";
    case OrderType::take_profit_limit: return is_spot ? "TAKE_PROFIT_LIMIT" : "TAKE_PROFIT";
  }
  return "LIMIT";
}

std::optional<TypeMeaning> parse_order_type(std::string_view text, venue::Product product) noexcept {
  // The one word that means different things.
  if (text == "TAKE_PROFIT") {
    const bool is_spot = product == venue::Product::spot;
    return TypeMeaning{is_spot ? OrderType::take_profit_market : OrderType::take_profit_limit, false};
  }
  return meaning_of(kTypes, text);
}

std::string_view time_in_force_name(TimeInForce time_in_force) noexcept {
  switch (time_in_force) {
    case TimeInForce::good_till_canceled: return "GTC";
    case TimeInForce::immediate_or_cancel: return "IOC";
    case TimeInForce::fill_or_kill: return "FOK";
    case TimeInForce::good_till_date: return "GTD";
  }
  return "GTC";
}

std::optional<TimeInForceMeaning> parse_time_in_force(std::string_view text) noexcept {
  return meaning_of(kTimesInForce, text);
}

std::optional<OrderStatus> parse_status(std::string_view text) noexcept {
  return meaning_of(kStatuses, text);
}

std::string_view position_side_name(venue::PositionSide side) noexcept {
  return kPositionSides[static_cast<std::size_t>(side)].first;
}

std::optional<venue::PositionSide> parse_position_side(std::string_view text) noexcept {
  return meaning_of(kPositionSides, text);
}

std::optional<venue::MarginMode> parse_margin_mode(std::string_view text) noexcept {
  if (equals_in_any_case(text, "cross") || equals_in_any_case(text, "crossed"))
    return venue::MarginMode::cross;
  if (equals_in_any_case(text, "isolated")) return venue::MarginMode::isolated;
  return std::nullopt;
}

venue::InstrumentStatus parse_instrument_status(std::string_view text) noexcept {
  return meaning_of(kInstrumentStatuses, text).value_or(venue::InstrumentStatus::unknown);
}

}  // namespace kontor::binance
