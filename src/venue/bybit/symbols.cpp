#include "venue/bybit/symbols.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace kontor::bybit {
namespace {

using venue::InstrumentStatus;
using venue::PositionSide;

/// Words and what they mean. The lists are short: looking through beats hashing.
template <class Meaning, std::size_t Size>
using Words = std::array<std::pair<std::string_view, Meaning>, Size>;

template <class Meaning, std::size_t Size>
std::optional<Meaning> find_word(const Words<Meaning, Size>& words, std::string_view text) noexcept {
  const auto found = std::ranges::find(words, text, &std::pair<std::string_view, Meaning>::first);
  if (found == words.end()) return std::nullopt;
  return found->second;
}

constexpr Words<DurationNs, 12> kIntervals = {{
    {"1", kMinute},
    {"3", 3 * kMinute},
    {"5", 5 * kMinute},
    {"15", 15 * kMinute},
    {"30", 30 * kMinute},
    {"60", kHour},
    {"120", 2 * kHour},
    {"240", 4 * kHour},
    {"360", 6 * kHour},
    {"720", 12 * kHour},
    {"D", kDay},
    {"W", 7 * kDay},
}};

constexpr Words<TimeInForceMeaning, 5> kTimesInForce = {{
    {"GTC", {TimeInForce::good_till_canceled, false}},
    {"IOC", {TimeInForce::immediate_or_cancel, false}},
    {"FOK", {TimeInForce::fill_or_kill, false}},
    {"PostOnly", {TimeInForce::good_till_canceled, true}},
    {"RPI", {TimeInForce::good_till_canceled, true}},
}};

constexpr Words<StatusMeaning, 11> kStatuses = {{
    {"New", {OrderStatus::acknowledged, false, false}},
    {"PartiallyFilled", {OrderStatus::partially_filled, false, false}},
    {"Filled", {OrderStatus::filled, false, false}},
    {"Cancelled", {OrderStatus::canceled, false, false}},
    {"PartiallyFilledCanceled", {OrderStatus::canceled, false, false}},
    {"Rejected", {OrderStatus::rejected, false, false}},
    {"Untriggered", {OrderStatus::acknowledged, true, false}},
    {"Triggered", {OrderStatus::acknowledged, false, false}},
    {"Deactivated", {OrderStatus::canceled, false, true}},
    {"Created", {OrderStatus::acknowledged, false, false}},
    {"Active", {OrderStatus::acknowledged, false, false}},
}};

constexpr Words<StopKind, 12> kStopKinds = {{
    {"", StopKind::none},
    {"UNKNOWN", StopKind::none},
    {"MmRateClose", StopKind::none},
    {"Stop", StopKind::by_direction},
    {"tpslOrder", StopKind::by_direction},
    {"OcoOrder", StopKind::by_direction},
    {"BidirectionalTpslOrder", StopKind::by_direction},
    {"StopLoss", StopKind::stop},
    {"PartialStopLoss", StopKind::stop},
    {"TakeProfit", StopKind::take_profit},
    {"PartialTakeProfit", StopKind::take_profit},
    {"TrailingStop", StopKind::trailing},
}};

constexpr Words<RejectReason, 18> kRejectReasons = {{
    {"EC_PostOnlyWillTakeLiquidity", RejectReason::post_only_would_take},
    {"EC_CancelForNoFullFill", RejectReason::fill_or_kill_unfilled},
    {"EC_NoEnoughQtyToFill", RejectReason::no_market_price},
    {"EC_NoImmediateQtyToFill", RejectReason::no_market_price},
    {"EC_BySelfMatch", RejectReason::self_trade},
    {"EC_StopBySelfMatch", RejectReason::self_trade},
    {"EC_DuplicatedClOrdID", RejectReason::duplicate_order},
    {"EC_LimitOrderInvalidPrice", RejectReason::price_off_tick},
    {"EC_InvalidPriceScale", RejectReason::price_off_tick},
    {"EC_ReachRiskPriceLimit", RejectReason::price_out_of_band},
    {"EC_ReachMarketPriceLimit", RejectReason::price_out_of_band},
    {"EC_QtyCannotBeZero", RejectReason::below_min_quantity},
    {"EC_EcInvalidQty", RejectReason::quantity_off_step},
    {"EC_InvalidAmount", RejectReason::below_min_notional},
    {"EC_CancelByOrderValueZero", RejectReason::below_min_notional},
    {"EC_InvalidSymbolStatus", RejectReason::trading_halted},
    {"EC_SecurityStatusFail", RejectReason::trading_halted},
    {"EC_InCallAuctionStatus", RejectReason::trading_halted},
}};

constexpr Words<RejectReason, 9> kCancelTypes = {{
    {"CancelByReduceOnly", RejectReason::reduce_only_would_increase},
    {"CancelBySmp", RejectReason::self_trade},
    {"CancelByCrossSelfMuch", RejectReason::self_trade},
    {"CancelByPrepareLiq", RejectReason::insufficient_margin},
    {"CancelAllBeforeLiq", RejectReason::insufficient_margin},
    {"CancelByPrepareAdl", RejectReason::insufficient_margin},
    {"CancelAllBeforeAdl", RejectReason::insufficient_margin},
    {"CancelByCannotAffordOrderCost", RejectReason::insufficient_balance},
    {"CancelBySettle", RejectReason::trading_halted},
}};

constexpr Words<InstrumentStatus, 5> kInstrumentStatuses = {{
    {"Trading", InstrumentStatus::trading},
    {"PreLaunch", InstrumentStatus::pre_launch},
    {"Delivering", InstrumentStatus::settling},
    {"Settling", InstrumentStatus::settling},
    {"Closed", InstrumentStatus::delisted},
}};

constexpr Words<ExecutionKind, 11> kExecutionKinds = {{
    {"Trade", ExecutionKind::trade},
    {"AdlTrade", ExecutionKind::liquidation},
    {"BustTrade", ExecutionKind::liquidation},
    {"Funding", ExecutionKind::funding},
    {"Delivery", ExecutionKind::trade},
    {"Settle", ExecutionKind::trade},
    {"BlockTrade", ExecutionKind::trade},
    {"MovePosition", ExecutionKind::trade},
    {"FutureSpread", ExecutionKind::trade},
    {"CorporateAction", ExecutionKind::trade},
    {"UNKNOWN", ExecutionKind::trade},
}};

bool is_id_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::string_view category_name(venue::Product product) noexcept {
  return product == venue::Product::spot ? "spot" : "linear";
}

Result<std::string_view> interval_name(Timeframe interval) {
  for (const auto& [name, period_ns] : kIntervals) {
    if (period_ns == interval.period_ns) return name;
  }
  return fail(ErrorKind::usage,
              fmt::format("bybit has candles of 1m 3m 5m 15m 30m 1h 2h 4h 6h 12h 1d 1w, not of {}",
                          interval.format()));
}

std::optional<Timeframe> parse_interval(std::string_view text) noexcept {
  const auto period_ns = find_word(kIntervals, text);
  if (!period_ns) return std::nullopt;
  return Timeframe{*period_ns};
}

std::optional<Side> parse_side(std::string_view text) noexcept {
  if (text == "Buy") return Side::buy;
  if (text == "Sell") return Side::sell;
  return std::nullopt;
}

std::optional<PositionSide> parse_position_index(std::int64_t index) noexcept {
  if (index < 0 || index > 2) return std::nullopt;
  return static_cast<PositionSide>(index);
}

std::optional<TimeInForceMeaning> parse_time_in_force(std::string_view text) noexcept {
  return find_word(kTimesInForce, text);
}

std::optional<StatusMeaning> parse_order_status(std::string_view text) noexcept {
  return find_word(kStatuses, text);
}

std::optional<StopKind> parse_stop_kind(std::string_view text) noexcept {
  return find_word(kStopKinds, text);
}

RejectReason parse_reject_reason(std::string_view text) noexcept {
  return find_word(kRejectReasons, text).value_or(RejectReason::none);
}

RejectReason parse_cancel_type(std::string_view text) noexcept {
  return find_word(kCancelTypes, text).value_or(RejectReason::none);
}

InstrumentStatus parse_instrument_status(std::string_view text) noexcept {
  return find_word(kInstrumentStatuses, text).value_or(InstrumentStatus::unknown);
}

std::optional<ExecutionKind> parse_execution_kind(std::string_view text) noexcept {
  return find_word(kExecutionKinds, text);
}

std::string_view settlement_asset(std::string_view linear_symbol) noexcept {
  return linear_symbol.substr(0, linear_symbol.find('-')).ends_with("USDT") ? "USDT" : "USDC";
}

bool is_client_order_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 36 && std::ranges::all_of(text, is_id_character);
}

}  // namespace kontor::bybit
