#include "venue/binance/errors.hpp"

#include <algorithm>
#include <array>

namespace kontor::binance {
namespace {

using venue::ErrorClass;
using venue::ErrorRule;
using venue::Retry;

constexpr ErrorRule rule(std::int64_t code, ErrorClass error_class, std::string_view meaning,
                         RejectReason reason = RejectReason::none) {
  return {code, error_class, venue::retry_of(error_class), reason, meaning};
}

// Sources: the published lists of error codes of spot and of USDⓈ-M. Where both use a code, it means the
// same.
constexpr std::array kRules = {
    rule(-5028, ErrorClass::clock_skew, "the time of the matching engine is outside of the receive window"),
    rule(-5027, ErrorClass::ok, "the order is as it was asked to be"),
    rule(-5026, ErrorClass::invalid_order, "the order was amended too often", RejectReason::too_many_orders),
    rule(-5022, ErrorClass::invalid_order, "a post-only order would have taken",
         RejectReason::post_only_would_take),
    rule(-5021, ErrorClass::invalid_order, "fill-or-kill could not be filled",
         RejectReason::fill_or_kill_unfilled),
    rule(-4400, ErrorClass::invalid_order, "the account may only reduce positions",
         RejectReason::trading_halted),
    rule(-4192, ErrorClass::invalid_order, "the account is in its cooling-off period",
         RejectReason::trading_halted),
    rule(-4183, ErrorClass::invalid_order, "the limit price is too high", RejectReason::price_out_of_band),
    rule(-4184, ErrorClass::invalid_order, "the limit price is too low", RejectReason::price_out_of_band),
    rule(-4164, ErrorClass::invalid_order, "the notional is below the minimum",
         RejectReason::below_min_notional),
    rule(-4161, ErrorClass::invalid_request, "leverage cannot be lowered with an isolated position open"),
    rule(-4142, ErrorClass::invalid_order, "the trigger price of a stop above or below what is allowed",
         RejectReason::stop_would_trigger),
    rule(-4141, ErrorClass::invalid_order, "the symbol is closed", RejectReason::instrument_quarantined),
    rule(-4140, ErrorClass::invalid_order, "the symbol takes no orders now",
         RejectReason::instrument_quarantined),
    rule(-4137, ErrorClass::invalid_order, "close-position takes no quantity"),
    rule(-4136, ErrorClass::invalid_order, "close-position is for stops only"),
    rule(-4131, ErrorClass::invalid_order, "the best price of the other side is beyond the band",
         RejectReason::price_out_of_band),
    rule(-4130, ErrorClass::invalid_order, "a close-position order in this direction is there already",
         RejectReason::duplicate_order),
    rule(-4120, ErrorClass::invalid_request, "this order type goes to the endpoint of conditional orders"),
    rule(-4118, ErrorClass::invalid_order, "the position does not cover the reducing order",
         RejectReason::reduce_only_would_increase),
    rule(-4117, ErrorClass::not_found, "the stop is being triggered", RejectReason::order_closed),
    rule(-4116, ErrorClass::duplicate_id, "the client order id is in use", RejectReason::duplicate_order),
    rule(-4068, ErrorClass::invalid_request, "the position mode cannot be changed with positions open"),
    rule(-4067, ErrorClass::invalid_request, "the position mode cannot be changed with orders open"),
    rule(-4061, ErrorClass::invalid_order, "the position side does not fit the account's position mode"),
    rule(-4060, ErrorClass::invalid_order, "the position side is not one"),
    rule(-4059, ErrorClass::ok, "the position mode is so already"),
    rule(-4050, ErrorClass::insufficient_funds, "too little cross balance",
         RejectReason::insufficient_margin),
    rule(-4048, ErrorClass::invalid_request, "the margin mode cannot be changed with positions open"),
    rule(-4047, ErrorClass::invalid_request, "the margin mode cannot be changed with orders open"),
    rule(-4046, ErrorClass::ok, "the margin mode is so already"),
    rule(-4045, ErrorClass::invalid_order, "too many conditional orders", RejectReason::too_many_orders),
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
    rule(-4005, ErrorClass::invalid_order, "the quantity is above the maximum",
         RejectReason::above_max_quantity),
    rule(-4004, ErrorClass::invalid_order, "the quantity is below the minimum",
         RejectReason::below_min_quantity),
    rule(-4003, ErrorClass::invalid_order, "the quantity is not positive", RejectReason::below_min_quantity),
    rule(-4002, ErrorClass::invalid_order, "the price is above the greatest one",
         RejectReason::price_out_of_band),
    rule(-4001, ErrorClass::invalid_order, "the price is not positive", RejectReason::price_not_positive),
    rule(-2039, ErrorClass::invalid_request, "order id and client order id are of two orders"),
    rule(-2038, ErrorClass::invalid_order, "the amendment was refused"),
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
    rule(-2020, ErrorClass::invalid_order, "it could not be filled", RejectReason::fill_or_kill_unfilled),
    rule(-2019, ErrorClass::insufficient_funds, "too little margin", RejectReason::insufficient_margin),
    rule(-2018, ErrorClass::insufficient_funds, "too little balance", RejectReason::insufficient_balance),
    rule(-2016, ErrorClass::invalid_order, "the symbol is not being traded",
         RejectReason::instrument_quarantined),
    rule(-2015, ErrorClass::auth, "the key, its address list or its permissions do not allow it"),
    rule(-2014, ErrorClass::auth, "the key has the wrong form"),
    rule(-2013, ErrorClass::not_found, "no such order", RejectReason::unknown_order),
    rule(-2011, ErrorClass::not_found, "the cancel was refused: no such open order",
         RejectReason::unknown_order),
    rule(-2010, ErrorClass::invalid_order, "the order was refused"),
    rule(-1151, ErrorClass::invalid_request, "a symbol is named twice"),
    rule(-1145, ErrorClass::invalid_request, "the restriction of the cancel is not one"),
    rule(-1135, ErrorClass::invalid_request, "a parameter is no valid JSON"),
    rule(-1131, ErrorClass::invalid_request, "the receive window is above a minute"),
    rule(-1130, ErrorClass::invalid_request, "a parameter has data that is not valid"),
    rule(-1128, ErrorClass::invalid_request, "these parameters do not go together"),
    rule(-1127, ErrorClass::invalid_request, "the range of times is too long"),
    rule(-1125, ErrorClass::not_found, "no such listen key"),
    rule(-1121, ErrorClass::invalid_request, "no such symbol"),
    rule(-1120, ErrorClass::invalid_request, "no such interval"),
    rule(-1117, ErrorClass::invalid_request, "no such side"),
    rule(-1116, ErrorClass::invalid_request, "no such order type"),
    rule(-1115, ErrorClass::invalid_request, "no such time in force"),
    rule(-1114, ErrorClass::invalid_request, "time in force is not for this order type"),
    rule(-1112, ErrorClass::invalid_order, "nobody trades at the other side", RejectReason::no_market_price),
    rule(-1111, ErrorClass::invalid_order, "a number has too many places", RejectReason::price_off_tick),
    rule(-1109, ErrorClass::auth, "the account is not valid"),
    rule(-1108, ErrorClass::invalid_request, "no such asset"),
    rule(-1106, ErrorClass::invalid_request, "a parameter was sent that is not wanted"),
    rule(-1105, ErrorClass::invalid_request, "a parameter is empty"),
    rule(-1104, ErrorClass::invalid_request, "not all parameters were read"),
    rule(-1103, ErrorClass::invalid_request, "an unknown parameter was sent"),
    rule(-1102, ErrorClass::invalid_request, "a parameter is missing or malformed"),
    rule(-1101, ErrorClass::invalid_request, "too many parameters"),
    rule(-1100, ErrorClass::invalid_request, "a parameter has characters that are not allowed"),
    rule(-1034, ErrorClass::rate_limited, "too many connections"),
    rule(-1022, ErrorClass::auth, "the signature is wrong"),
    rule(-1021, ErrorClass::clock_skew, "the request's time is outside of the receive window"),
    rule(-1020, ErrorClass::invalid_request, "this is not supported"),
    rule(-1016, ErrorClass::venue_down, "the service is gone"),
    rule(-1015, ErrorClass::rate_limited, "too many new orders", RejectReason::order_rate),
    rule(-1014, ErrorClass::invalid_order, "this combination of order parameters does not exist"),
    rule(-1013, ErrorClass::invalid_order, "a filter of the symbol refuses the order"),
    rule(-1010, ErrorClass::invalid_request, "the matching engine refused the message"),
    rule(-1008, ErrorClass::rate_limited, "the venue is overloaded and has not carried it out"),
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

/// Several refusals come with -2010, -2011 or -1013 and differ in their words only.
struct Words {
  std::string_view part;
  ErrorClass error_class;
  RejectReason reason;
};
constexpr std::array kWords = {
    Words{"insufficient balance", ErrorClass::insufficient_funds, RejectReason::insufficient_balance},
    Words{"Duplicate order", ErrorClass::duplicate_id, RejectReason::duplicate_order},
    Words{"would immediately match", ErrorClass::invalid_order, RejectReason::post_only_would_take},
    Words{"would trigger immediately", ErrorClass::invalid_order, RejectReason::stop_would_trigger},
    Words{"Unknown order", ErrorClass::not_found, RejectReason::unknown_order},
    Words{"Market is closed", ErrorClass::invalid_order, RejectReason::instrument_quarantined},
    Words{"Too many new orders", ErrorClass::rate_limited, RejectReason::order_rate},
    Words{"MAX_NUM", ErrorClass::invalid_order, RejectReason::too_many_orders},
    Words{"PERCENT_PRICE", ErrorClass::invalid_order, RejectReason::price_out_of_band},
    Words{"PRICE_FILTER", ErrorClass::invalid_order, RejectReason::price_off_tick},
    Words{"LOT_SIZE", ErrorClass::invalid_order, RejectReason::quantity_off_step},
    Words{"NOTIONAL", ErrorClass::invalid_order, RejectReason::below_min_notional},
    Words{"MAX_POSITION", ErrorClass::invalid_order, RejectReason::max_position_notional},
};

/// What an answer means that has no code, or one that no table knows.
ErrorClass class_of_status(unsigned status) noexcept {
  if (status == 418) return ErrorClass::banned;
  if (status == 429) return ErrorClass::rate_limited;
  if (status == 401 || status == 403) return ErrorClass::auth;
  if (status == 404) return ErrorClass::invalid_request;
  if (status >= 500) return ErrorClass::unknown_outcome;
  return ErrorClass::unknown;
}

constexpr std::array kSorted = [] {
  auto rules = kRules;
  std::ranges::sort(rules, {}, &ErrorRule::code);
  return rules;
}();

}  // namespace

std::span<const ErrorRule> error_rules() noexcept { return kSorted; }

venue::VenueError judge_error(std::int64_t code, std::string_view text, unsigned http_status) noexcept {
  venue::VenueError error{.code = code, .text = text};
  const auto found = std::ranges::lower_bound(kSorted, code, {}, &ErrorRule::code);
  if (found != kSorted.end() && found->code == code) {
    error.error_class = found->error_class;
    error.reason = found->reason;
    error.meaning = found->meaning;
  } else {
    error.error_class = class_of_status(http_status);
  }
  if (code == -2010 || code == -2011 || code == -1013) {
    const auto words =
        std::ranges::find_if(kWords, [&](const Words& one) { return text.contains(one.part); });
    if (words != kWords.end()) {
      error.error_class = words->error_class;
      error.reason = words->reason;
    }
  }
  // A ban comes with the code of too many requests: it is the status that tells.
  if (http_status == 418) error.error_class = ErrorClass::banned;
  error.retry = venue::retry_of(error.error_class);
  return error;
}

}  // namespace kontor::binance
