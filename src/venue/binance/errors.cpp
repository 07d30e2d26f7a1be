#include "venue/binance/errors.hpp"

#include <algorithm>
#include <array>

namespace kontor::binance {
namespace {

using venue::ErrorClass;
using venue::ErrorRule;
using venue::Retry;

/// The one refusal of a failing venue that proves that nothing was done.
constexpr std::int64_t kOverloaded = -1008;

constexpr ErrorRule rule(std::int64_t code, ErrorClass error_class, std::string_view meaning,
                         RejectReason reason = RejectReason::none) {
  return {code, error_class, venue::retry_of(error_class), reason, meaning};
}

// Sources: the published lists of error codes of spot and of USDⓈ-M. Where both use a code for different
// things, the words tell them apart.
constexpr std::array kRules = {
    rule(-5028, ErrorClass::clock_skew, "the time of the matching engine is outside of the receive window"),
    rule(-5027, ErrorClass::ok, "the order is as it was asked to be"),
    rule(-5041, ErrorClass::invalid_order, "nobody trades at the best price that was asked for",
         RejectReason::no_market_price),
    rule(-5040, ErrorClass::invalid_order, "good till a date: ten minutes from now at least",
         RejectReason::expiry_in_past),
    rule(-5029, ErrorClass::invalid_order, "the notional of the amended order is below the minimum",
         RejectReason::below_min_notional),
    rule(-5026, ErrorClass::invalid_order, "the order was amended too often", RejectReason::too_many_orders),
    rule(-5025, ErrorClass::invalid_order, "only limit orders can be amended"),
    rule(-5024, ErrorClass::invalid_order, "the symbol is not being traded: no order of it can be amended",
         RejectReason::instrument_quarantined),
    rule(-5022, ErrorClass::invalid_order, "a post-only order would have taken",
         RejectReason::post_only_would_take),
    rule(-5021, ErrorClass::invalid_order, "fill-or-kill could not be filled",
         RejectReason::fill_or_kill_unfilled),
    rule(-4403, ErrorClass::invalid_request, "the leverage is not allowed where the account is",
         RejectReason::max_leverage),
    rule(-4402, ErrorClass::invalid_order, "this is not allowed where the account is",
         RejectReason::trading_halted),
    rule(-4401, ErrorClass::invalid_order, "the position is too large: it may only be reduced",
         RejectReason::trading_halted),
    rule(-4400, ErrorClass::invalid_order, "the account may only reduce positions",
         RejectReason::trading_halted),
    rule(-4211, ErrorClass::invalid_order, "the trigger price is too low", RejectReason::price_out_of_band),
    rule(-4210, ErrorClass::invalid_order, "the trigger price is too high", RejectReason::price_out_of_band),
    rule(-4209, ErrorClass::invalid_request, "the symbol does not allow this leverage",
         RejectReason::max_leverage),
    rule(-4208, ErrorClass::invalid_request, "the symbol does not allow this leverage",
         RejectReason::max_leverage),
    rule(-4206, ErrorClass::invalid_request, "the leverage is not allowed where the account is",
         RejectReason::max_leverage),
    rule(-4205, ErrorClass::invalid_request, "the account is too young for this leverage",
         RejectReason::max_leverage),
    rule(-4203, ErrorClass::invalid_request, "the account is too young for this leverage",
         RejectReason::max_leverage),
    rule(-4202, ErrorClass::invalid_request, "the leverage wants an account that is verified",
         RejectReason::max_leverage),
    rule(-4192, ErrorClass::invalid_order, "the account is in its cooling-off period",
         RejectReason::trading_halted),
    rule(-4183, ErrorClass::invalid_order, "the limit price is too high", RejectReason::price_out_of_band),
    rule(-4184, ErrorClass::invalid_order, "the limit price is too low", RejectReason::price_out_of_band),
    rule(-4164, ErrorClass::invalid_order, "the notional is below the minimum",
         RejectReason::below_min_notional),
    rule(-4168, ErrorClass::invalid_request, "with several assets as margin there is no isolated mode"),
    rule(-4161, ErrorClass::invalid_request, "leverage cannot be lowered with an isolated position open"),
    rule(-4142, ErrorClass::invalid_order, "the stop or take-profit would trigger at once",
         RejectReason::stop_would_trigger),
    rule(-4141, ErrorClass::invalid_order, "the symbol is closed", RejectReason::instrument_quarantined),
    rule(-4140, ErrorClass::invalid_order, "the symbol takes no orders now",
         RejectReason::instrument_quarantined),
    rule(-4137, ErrorClass::invalid_order, "close-position takes no quantity"),
    rule(-4136, ErrorClass::invalid_order, "close-position is for stops only"),
    rule(-4135, ErrorClass::invalid_order, "the activation price is not possible"),
    rule(-4131, ErrorClass::invalid_order, "the best price of the other side is beyond the band",
         RejectReason::price_out_of_band),
    rule(-4130, ErrorClass::invalid_order, "a close-position order in this direction is there already",
         RejectReason::duplicate_order),
    rule(-4120, ErrorClass::invalid_request, "this order type goes to the endpoint of conditional orders"),
    rule(-4118, ErrorClass::invalid_order, "the position does not cover the reducing order",
         RejectReason::reduce_only_would_increase),
    // The order is on its way to become another: whoever wanted to cancel it must not think that it is gone.
    rule(-4117, ErrorClass::unknown_outcome, "the stop is being triggered"),
    rule(-4116, ErrorClass::duplicate_id, "the client order id is in use", RejectReason::duplicate_order),
    rule(-4088, ErrorClass::invalid_order, "the account may not place orders now",
         RejectReason::trading_halted),
    rule(-4087, ErrorClass::invalid_order, "the account may only reduce positions",
         RejectReason::trading_halted),
    rule(-4068, ErrorClass::invalid_request, "the position mode cannot be changed with positions open"),
    rule(-4067, ErrorClass::invalid_request, "the position mode cannot be changed with orders open"),
    rule(-4062, ErrorClass::invalid_order, "reduce-only does not fit the order"),
    rule(-4061, ErrorClass::invalid_order, "the position side does not fit the account's position mode"),
    rule(-4060, ErrorClass::invalid_order, "the position side is not one"),
    rule(-4059, ErrorClass::ok, "the position mode is so already"),
    rule(-4051, ErrorClass::insufficient_funds, "too little isolated balance",
         RejectReason::insufficient_margin),
    rule(-4050, ErrorClass::insufficient_funds, "too little cross balance",
         RejectReason::insufficient_margin),
    rule(-4048, ErrorClass::invalid_request, "the margin mode cannot be changed with positions open"),
    rule(-4047, ErrorClass::invalid_request, "the margin mode cannot be changed with orders open"),
    rule(-4046, ErrorClass::ok, "the margin mode is so already"),
    rule(-4045, ErrorClass::invalid_order, "too many conditional orders", RejectReason::too_many_orders),
    rule(-4032, ErrorClass::invalid_request, "too many orders to cancel at once"),
    rule(-4030, ErrorClass::invalid_order, "the quantity has too many places",
         RejectReason::quantity_off_step),
    rule(-4029, ErrorClass::invalid_order, "the price has too many places", RejectReason::price_off_tick),
    rule(-4028, ErrorClass::invalid_request, "the leverage is not allowed", RejectReason::max_leverage),
    rule(-4024, ErrorClass::invalid_order, "the price is too low", RejectReason::price_out_of_band),
    rule(-4023, ErrorClass::invalid_order, "the quantity is not on the step",
         RejectReason::quantity_off_step),
    rule(-4016, ErrorClass::invalid_order, "the price is too high", RejectReason::price_out_of_band),
    rule(-4015, ErrorClass::invalid_request, "the client order id is too long or has other characters"),
    rule(-4014, ErrorClass::invalid_order, "the price is not on the tick", RejectReason::price_off_tick),
    rule(-4013, ErrorClass::invalid_order, "the price is below the least one",
         RejectReason::price_out_of_band),
    rule(-4007, ErrorClass::invalid_order, "the trigger price is above the greatest one",
         RejectReason::price_out_of_band),
    rule(-4006, ErrorClass::invalid_order, "the trigger price is not positive",
         RejectReason::price_not_positive),
    rule(-4005, ErrorClass::invalid_order, "the quantity is above the maximum",
         RejectReason::above_max_quantity),
    rule(-4004, ErrorClass::invalid_order, "the quantity is below the minimum",
         RejectReason::below_min_quantity),
    rule(-4003, ErrorClass::invalid_order, "the quantity is not positive", RejectReason::below_min_quantity),
    rule(-4002, ErrorClass::invalid_order, "the price is above the greatest one",
         RejectReason::price_out_of_band),
    rule(-4001, ErrorClass::invalid_order, "the price is not positive", RejectReason::price_not_positive),
    rule(-4000, ErrorClass::invalid_order, "the state of the order does not allow it"),
    rule(-2039, ErrorClass::invalid_request, "order id and client order id are of two orders"),
    rule(-2038, ErrorClass::invalid_order, "the amendment was refused"),
    rule(-2042, ErrorClass::invalid_request, "the connection has had as many subscriptions as it may"),
    rule(-2036, ErrorClass::ok, "the private stream is not subscribed to"),
    rule(-2035, ErrorClass::ok, "the private stream is subscribed to already"),
    rule(-2028, ErrorClass::insufficient_funds, "the leverage is too small for the margin",
         RejectReason::insufficient_margin),
    rule(-2027, ErrorClass::invalid_order, "the position would be larger than the leverage allows",
         RejectReason::max_leverage),
    rule(-2026, ErrorClass::not_found, "the order was archived", RejectReason::order_closed),
    rule(-2025, ErrorClass::invalid_order, "too many open orders", RejectReason::too_many_orders),
    rule(-2024, ErrorClass::insufficient_funds, "the position does not cover the order",
         RejectReason::insufficient_balance),
    rule(-2023, ErrorClass::invalid_order, "the account is being liquidated", RejectReason::trading_halted),
    rule(-2022, ErrorClass::invalid_order, "a reduce-only order would increase the position",
         RejectReason::reduce_only_would_increase),
    rule(-2021, ErrorClass::invalid_order, "the stop would trigger at once",
         RejectReason::stop_would_trigger),
    rule(-2020, ErrorClass::invalid_order, "it could not be filled", RejectReason::no_market_price),
    rule(-2019, ErrorClass::insufficient_funds, "too little margin", RejectReason::insufficient_margin),
    rule(-2018, ErrorClass::insufficient_funds, "too little balance", RejectReason::insufficient_balance),
    rule(-2017, ErrorClass::auth, "the account's keys are locked"),
    rule(-2016, ErrorClass::invalid_order, "the symbol is not being traded",
         RejectReason::instrument_quarantined),
    rule(-2015, ErrorClass::auth, "the key, its address list or its permissions do not allow it"),
    rule(-2014, ErrorClass::auth, "the key has the wrong form"),
    rule(-2013, ErrorClass::not_found, "no such order", RejectReason::unknown_order),
    rule(-2012, ErrorClass::unknown_outcome, "not all orders of the batch could be canceled"),
    rule(-2011, ErrorClass::not_found, "the cancel was refused: no such open order",
         RejectReason::unknown_order),
    rule(-2010, ErrorClass::invalid_order, "the order was refused"),
    rule(-1220, ErrorClass::invalid_request, "the symbol is in another state than was asked for"),
    rule(-1199, ErrorClass::invalid_order, "the target of what is sold has to be above"),
    rule(-1198, ErrorClass::invalid_order, "the target of what is bought has to be below"),
    rule(-1197, ErrorClass::invalid_order, "the stop of what is sold has to be below"),
    rule(-1196, ErrorClass::invalid_order, "the stop of what is bought has to be above"),
    rule(-1191, ErrorClass::invalid_request, "too many subscriptions, or one that is there already"),
    rule(-1168, ErrorClass::invalid_order, "one of two exits has to wait for its trigger"),
    rule(-1166, ErrorClass::invalid_order, "the limit order of two exits that sell has to be above"),
    rule(-1165, ErrorClass::invalid_order, "the limit order of two exits that buy has to be below"),
    rule(-1158, ErrorClass::invalid_order, "this order type cannot be one of two exits"),
    rule(-1151, ErrorClass::invalid_request, "a symbol is named twice"),
    rule(-1145, ErrorClass::invalid_request, "the restriction of the cancel is not one"),
    rule(-1139, ErrorClass::invalid_request, "no such type of ticker"),
    rule(-1136, ErrorClass::invalid_request, "no such form of answer"),
    rule(-1135, ErrorClass::invalid_request, "a parameter is no valid JSON"),
    rule(-1131, ErrorClass::invalid_request, "the receive window is above a minute"),
    rule(-1130, ErrorClass::invalid_request, "a parameter has data that is not valid"),
    rule(-1128, ErrorClass::invalid_request, "these parameters do not go together"),
    rule(-1127, ErrorClass::invalid_request, "the range of times is too long"),
    rule(-1126, ErrorClass::invalid_request, "the asset is not supported"),
    rule(-1125, ErrorClass::not_found, "no such listen key"),
    rule(-1122, ErrorClass::invalid_request, "no such state of symbols"),
    rule(-1121, ErrorClass::invalid_request, "no such symbol"),
    rule(-1120, ErrorClass::invalid_request, "no such interval"),
    rule(-1119, ErrorClass::invalid_request, "the client order id of the order that is meant is empty"),
    rule(-1118, ErrorClass::invalid_request, "the new client order id is empty"),
    rule(-1117, ErrorClass::invalid_request, "no such side"),
    rule(-1116, ErrorClass::invalid_request, "no such order type"),
    rule(-1115, ErrorClass::invalid_request, "no such time in force"),
    rule(-1114, ErrorClass::invalid_request, "time in force is not for this order type"),
    rule(-1112, ErrorClass::invalid_order, "nobody trades at the other side", RejectReason::no_market_price),
    rule(-1111, ErrorClass::invalid_order, "a number has too many places"),
    rule(-1110, ErrorClass::invalid_request, "no such type of symbol"),
    rule(-1109, ErrorClass::auth, "the account is not valid"),
    rule(-1108, ErrorClass::invalid_request, "no such asset, or a number that is too large"),
    rule(-1106, ErrorClass::invalid_request, "a parameter was sent that is not wanted"),
    rule(-1105, ErrorClass::invalid_request, "a parameter is empty"),
    rule(-1104, ErrorClass::invalid_request, "not all parameters were read"),
    rule(-1103, ErrorClass::invalid_request, "an unknown parameter was sent"),
    rule(-1102, ErrorClass::invalid_request, "a parameter is missing or malformed"),
    rule(-1101, ErrorClass::invalid_request, "too many parameters"),
    rule(-1100, ErrorClass::invalid_request, "a parameter has characters that are not allowed"),
    rule(-1099, ErrorClass::auth, "there is no such thing, or not for this key"),
    rule(-1034, ErrorClass::rate_limited, "too many connections"),
    rule(-1023, ErrorClass::invalid_request, "the range of times ends before it begins"),
    rule(-1022, ErrorClass::auth, "the signature is wrong"),
    rule(-1021, ErrorClass::clock_skew, "the request's time is outside of the receive window"),
    rule(-1020, ErrorClass::invalid_request, "this is not supported"),
    rule(-1016, ErrorClass::venue_down, "the service is gone"),
    rule(-1015, ErrorClass::rate_limited, "too many new orders", RejectReason::order_rate),
    rule(-1014, ErrorClass::invalid_order, "this combination of order parameters does not exist"),
    rule(-1013, ErrorClass::invalid_order, "a filter of the symbol refuses the order"),
    rule(-1011, ErrorClass::auth, "this address is not allowed here"),
    rule(-1010, ErrorClass::invalid_order, "the matching engine refused it"),
    rule(kOverloaded, ErrorClass::rate_limited, "the venue is overloaded and has not carried it out"),
    rule(-1007, ErrorClass::unknown_outcome,
         "the backend did not answer in time; it may have been carried out"),
    rule(-1006, ErrorClass::unknown_outcome,
         "the backend answered something else; it may have been carried out"),
    rule(-1005, ErrorClass::auth, "this address is not allowed"),
    rule(-1004, ErrorClass::venue_down, "the server is busy"),
    rule(-1003, ErrorClass::rate_limited, "too many requests"),
    rule(-1002, ErrorClass::auth, "not authorised"),
    rule(-1001, ErrorClass::unknown_outcome,
         "the venue lost its connection inside; it may have been carried out"),
    rule(-1000, ErrorClass::unknown_outcome, "something unknown went wrong inside of the venue"),
};

/// Several refusals share a code and differ in their words only.
struct Words {
  std::string_view part;
  ErrorClass error_class;
  RejectReason reason = RejectReason::none;
  std::string_view meaning{};  ///< where that of the code would be wrong
};
constexpr std::array kWords = {
    Words{"insufficient balance", ErrorClass::insufficient_funds, RejectReason::insufficient_balance},
    Words{"Duplicate order", ErrorClass::duplicate_id, RejectReason::duplicate_order,
          "the client order id is in use"},
    Words{"would immediately match", ErrorClass::invalid_order, RejectReason::post_only_would_take},
    Words{"would trigger immediately", ErrorClass::invalid_order, RejectReason::stop_would_trigger},
    Words{"Unknown order", ErrorClass::not_found, RejectReason::unknown_order, "no such open order"},
    Words{"Market is closed", ErrorClass::invalid_order, RejectReason::instrument_quarantined},
    Words{"Too many new orders", ErrorClass::rate_limited, RejectReason::order_rate},
    Words{"change no state", ErrorClass::ok, RejectReason::none, "the order is as it was asked to be"},
    Words{"cancel restrictions", ErrorClass::invalid_order, RejectReason::none,
          "the order's state is not the one that it was to be canceled in"},
    Words{"Cancel order is invalid", ErrorClass::invalid_request, RejectReason::none,
          "the cancel names no order"},
    Words{"disabled on this account", ErrorClass::invalid_order, RejectReason::trading_halted,
          "the account may not do this"},
    Words{"may not place or cancel", ErrorClass::invalid_order, RejectReason::trading_halted,
          "the account may not trade"},
    Words{"for this account", ErrorClass::invalid_order, RejectReason::trading_halted,
          "the account may not trade this symbol"},
    Words{"trading is not enabled", ErrorClass::venue_down, RejectReason::trading_halted,
          "this server takes no orders"},
    Words{"zero or less", ErrorClass::invalid_order, RejectReason::below_min_notional},
    Words{"Order book liquidity", ErrorClass::invalid_order, RejectReason::no_market_price},
    Words{"MAX_NUM", ErrorClass::invalid_order, RejectReason::too_many_orders},
    Words{"PERCENT_PRICE", ErrorClass::invalid_order, RejectReason::price_out_of_band},
    Words{"PRICE_FILTER", ErrorClass::invalid_order, RejectReason::price_off_tick},
    Words{"LOT_SIZE", ErrorClass::invalid_order, RejectReason::quantity_off_step},
    Words{"NOTIONAL", ErrorClass::invalid_order, RejectReason::below_min_notional},
    Words{"MAX_POSITION", ErrorClass::invalid_order, RejectReason::max_position_notional},
    // Of a number with too many places.
    Words{"'price'", ErrorClass::invalid_order, RejectReason::price_off_tick},
    Words{"'stopPrice'", ErrorClass::invalid_order, RejectReason::price_off_tick},
    Words{"'quantity'", ErrorClass::invalid_order, RejectReason::quantity_off_step},
    // Spot and USDⓈ-M use these codes for different things.
    Words{"cancel-replace partially", ErrorClass::unknown_outcome, RejectReason::none,
          "either the cancel or the new order was refused, and the other was not"},
    Words{"cancel-replace failed", ErrorClass::invalid_order, RejectReason::none,
          "the cancel and the new order were both refused"},
    Words{"not supported when reduceOnly", ErrorClass::invalid_order, RejectReason::none,
          "this order type cannot be reduce-only"},
};

/// The codes whose words tell more.
constexpr bool is_told_by_words(std::int64_t code) noexcept {
  constexpr std::array<std::int64_t, 9> kCodes = {-1010, -1013, -1111, -2010, -2011,
                                                  -2021, -2022, -2026, -2038};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

/// What an answer means that has no code, or one that no table knows.
ErrorRule rule_of_status(unsigned status) noexcept {
  if (status == 418) return rule(0, ErrorClass::banned, "this address is banned for a while");
  if (status == 429) return rule(0, ErrorClass::rate_limited, "too many requests");
  if (status == 401) return rule(0, ErrorClass::auth, "the venue does not know who asks");
  if (status == 403) return rule(0, ErrorClass::auth, "the firewall before the venue refuses this address");
  if (status == 404) return rule(0, ErrorClass::invalid_request, "there is nothing at this address");
  if (status >= 500)
    return rule(0, ErrorClass::unknown_outcome, "the venue has failed; it may have been carried out");
  return rule(0, ErrorClass::unknown, {});
}

/// The market's sockets number their refusals of a request's form from 0 on.
constexpr bool is_of_socket(std::int64_t code, unsigned status) noexcept {
  return code >= 0 && code <= 3 && status < 400;
}

constexpr std::array kSorted = [] {
  auto rules = kRules;
  std::ranges::sort(rules, {}, &ErrorRule::code);
  return rules;
}();

}  // namespace

std::span<const ErrorRule> error_rules() noexcept { return kSorted; }

venue::VenueError judge_error(std::int64_t code, std::string_view text, unsigned http_status) noexcept {
  const auto found = std::ranges::lower_bound(kSorted, code, {}, &ErrorRule::code);
  ErrorRule judged = found != kSorted.end() && found->code == code ? *found : rule_of_status(http_status);
  if (is_of_socket(code, http_status) && !text.empty())
    judged = rule(code, ErrorClass::invalid_request, "the request has the wrong form");
  if (is_told_by_words(code)) {
    const auto* const words =
        std::ranges::find_if(kWords, [&](const Words& one) { return text.contains(one.part); });
    if (words != kWords.end()) {
      judged.error_class = words->error_class;
      judged.reason = words->reason;
      if (!words->meaning.empty()) judged.meaning = words->meaning;
    }
  }
  // A ban comes with the code of too many requests: it is the status that tells. And whatever the code says,
  // a venue that has failed may have carried out the request, unless it says that it was not even taken.
  if (http_status == 418) judged = rule_of_status(http_status);
  if (http_status >= 500 && code != kOverloaded) judged.error_class = ErrorClass::unknown_outcome;
  return {.error_class = judged.error_class,
          .retry = venue::retry_of(judged.error_class),
          .reason = judged.error_class == ErrorClass::unknown_outcome ? RejectReason::none : judged.reason,
          .code = code,
          .text = text,
          .meaning = judged.meaning};
}

}  // namespace kontor::binance
