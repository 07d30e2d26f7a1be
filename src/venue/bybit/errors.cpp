#include "venue/bybit/errors.hpp"

#include <algorithm>
#include <array>

namespace kontor::bybit {
namespace {

using venue::ErrorClass;
using venue::ErrorRule;
using venue::MessageContext;
using venue::MessageKind;
using venue::Retry;
using venue::VenueError;

constexpr ErrorRule rule(std::int64_t code, ErrorClass error_class, std::string_view meaning,
                         RejectReason reason = RejectReason::none) {
  return {code, error_class, venue::retry_of(error_class), reason, meaning};
}

/// The table stands in a type so that the names of the classes can stand alone in it, and nowhere else.
struct BybitErrorTable {
  using enum venue::ErrorClass;
  // Source: Bybit's published list of v5 error codes, and of the order entry socket.
  static constexpr std::array kRules = {
      rule(-2015, auth, "the key has expired"),
      rule(-1, clock_skew, "the request came too late"),
      rule(429, rate_limited, "the venue is under high load"),
      rule(10000, unknown_outcome, "the venue's server timed out"),
      rule(10001, invalid_request, "a parameter is wrong"),
      rule(10002, clock_skew, "the request's time is outside of the receive window"),
      rule(10003, auth, "the key is invalid, or belongs to another environment"),
      rule(10004, auth, "the signature is wrong"),
      rule(10005, auth, "the key lacks the permission"),
      rule(10006, rate_limited, "too many requests of the account"),
      rule(10007, auth, "the account was not recognised"),
      rule(10008, auth, "the account is banned, or of another mode"),
      rule(10009, auth, "the service is not available from this region"),
      rule(10010, auth, "the key is bound to other addresses"),
      rule(10014, duplicate_id, "the request is a duplicate", RejectReason::duplicate_order),
      rule(10016, unknown_outcome, "an error of the venue's server"),
      rule(10017, invalid_request, "no such path"),
      rule(10018, banned, "too many requests from this address"),
      rule(10019, venue_down, "the order entry restarts and takes no requests",
           RejectReason::venue_unavailable),
      rule(10024, auth, "compliance rules forbid it", RejectReason::trading_halted),
      rule(10027, auth, "the account may not trade", RejectReason::trading_halted),
      rule(10028, auth, "only for unified accounts"),
      rule(10029, invalid_order, "the key does not allow the symbol", RejectReason::instrument_quarantined),
      rule(10403, banned, "too many requests from this address"),
      rule(10404, invalid_request, "no such operation or category"),
      rule(10429, rate_limited, "the venue protects itself from too many requests"),
      rule(20001, ok, "signed in already"),
      rule(20003, rate_limited, "too many requests of the session"),
      rule(20006, duplicate_id, "the id of the request is in use"),
      rule(30208, invalid_order, "the price is above the highest for buying",
           RejectReason::price_out_of_band),
      rule(30209, invalid_order, "the price is below the lowest for selling",
           RejectReason::price_out_of_band),
      rule(30228, invalid_order, "no new positions before the delisting", RejectReason::trading_halted),
      rule(33004, auth, "the key has expired"),
      rule(34040, ok, "the stops are so already"),
      rule(40004, unknown_outcome, "the order was changed meanwhile"),
      rule(100028, auth, "not for unified accounts"),
      rule(110001, not_found, "no such order", RejectReason::unknown_order),
      rule(110003, invalid_order, "the price is out of the allowed range", RejectReason::price_out_of_band),
      rule(110004, insufficient_funds, "too little in the wallet", RejectReason::insufficient_balance),
      rule(110005, invalid_order, "the position's state does not allow it"),
      rule(110006, insufficient_funds, "the assets do not cover the margin",
           RejectReason::insufficient_margin),
      rule(110007, insufficient_funds, "too little available", RejectReason::insufficient_balance),
      rule(110008, not_found, "the order has been filled or canceled", RejectReason::order_closed),
      rule(110009, invalid_order, "too many stop orders", RejectReason::too_many_orders),
      rule(110010, not_found, "the order has been canceled", RejectReason::order_closed),
      rule(110011, invalid_order, "it would liquidate the position at once",
           RejectReason::insufficient_margin),
      rule(110012, insufficient_funds, "too little available", RejectReason::insufficient_margin),
      rule(110013, invalid_request, "the risk limit does not allow the leverage", RejectReason::max_leverage),
      rule(110014, insufficient_funds, "too little available for more margin",
           RejectReason::insufficient_margin),
      rule(110015, invalid_request, "the position is in cross margin"),
      rule(110017, invalid_order, "nothing is left to reduce", RejectReason::reduce_only_would_increase),
      rule(110018, invalid_request, "the user id is wrong"),
      rule(110019, invalid_request, "the order id is wrong"),
      rule(110020, invalid_order, "too many active orders", RejectReason::too_many_orders),
      rule(110021, invalid_order, "the open interest limits the position",
           RejectReason::max_position_notional),
      rule(110022, invalid_order, "the quantity may not grow now", RejectReason::trading_halted),
      rule(110023, invalid_order, "the contract can only be reduced now", RejectReason::trading_halted),
      rule(110024, invalid_request, "the position mode cannot be changed with a position open"),
      rule(110025, ok, "the position mode is so already"),
      rule(110026, ok, "the margin mode is so already"),
      rule(110027, ok, "the margin is so already"),
      rule(110028, invalid_request, "the position mode cannot be changed with orders open"),
      rule(110029, invalid_request, "the symbol has no hedge mode"),
      rule(110030, duplicate_id, "the order id is in use", RejectReason::duplicate_order),
      rule(110031, invalid_request, "no such risk limit"),
      rule(110032, invalid_order, "the order is not allowed"),
      rule(110033, invalid_request, "there is no position to set margin for"),
      rule(110034, invalid_request, "there is no position"),
      rule(110035, invalid_order, "orders are being canceled before a liquidation",
           RejectReason::trading_halted),
      rule(110036, invalid_request, "cross margin does not allow to change the leverage"),
      rule(110037, invalid_request, "the account has no settings for the symbol"),
      rule(110038, invalid_request, "portfolio margin does not allow to change the leverage"),
      rule(110039, invalid_order, "the maintenance margin is too high", RejectReason::insufficient_margin),
      rule(110040, invalid_order, "the order would cause a liquidation", RejectReason::insufficient_margin),
      rule(110041, invalid_request, "not with a position or an order open"),
      rule(110042, invalid_order, "the contract can only be reduced before its delivery",
           RejectReason::trading_halted),
      rule(110043, ok, "the leverage is so already"),
      rule(110044, insufficient_funds, "too little margin", RejectReason::insufficient_margin),
      rule(110045, insufficient_funds, "too little in the wallet", RejectReason::insufficient_balance),
      rule(110046, invalid_request, "it would liquidate the position at once"),
      rule(110047, insufficient_funds, "too little margin for the risk limit",
           RejectReason::insufficient_margin),
      rule(110048, invalid_request, "the position is larger than the risk limit"),
      rule(110049, invalid_request, "the note is no number"),
      rule(110050, invalid_request, "no such coin"),
      rule(110051, insufficient_funds, "too little for the lowest price", RejectReason::insufficient_balance),
      rule(110052, insufficient_funds, "too little for the price", RejectReason::insufficient_balance),
      rule(110053, insufficient_funds, "too little for the market price", RejectReason::insufficient_balance),
      rule(110057, invalid_order, "a conditional order takes no attached exits"),
      rule(110058, invalid_order, "the position is too small for stops"),
      rule(110059, invalid_order, "stops of a partially filled order cannot be changed"),
      rule(110060, invalid_order, "stops of a whole position cannot be changed this way"),
      rule(110061, invalid_order, "too many partial stops", RejectReason::too_many_orders),
      rule(110063, invalid_order, "the contract is being settled", RejectReason::trading_halted),
      rule(110064, invalid_order, "less than what is filled already", RejectReason::below_min_quantity),
      rule(110066, invalid_order, "trading is not allowed now", RejectReason::trading_halted),
      rule(110067, auth, "not for unified accounts"),
      rule(110068, invalid_order, "leverage is not allowed", RejectReason::max_leverage),
      rule(110069, auth, "borrowers may not trade", RejectReason::trading_halted),
      rule(110070, invalid_order, "the symbol cannot be traded", RejectReason::instrument_quarantined),
      rule(110072, duplicate_id, "the client order id is in use", RejectReason::duplicate_order),
      rule(110073, invalid_request, "the margin mode could not be set"),
      rule(110074, invalid_order, "the contract is not live", RejectReason::instrument_quarantined),
      rule(110075, ok, "the risk limit is so already"),
      ErrorRule{110079, invalid_order, Retry::after_wait, RejectReason::none, "the order is being worked on"},
      rule(110080, invalid_order, "the account is being liquidated", RejectReason::trading_halted),
      rule(110085, invalid_order, "the risk limit has changed", RejectReason::max_leverage),
      rule(110086, invalid_order, "the risk limit does not allow the leverage", RejectReason::max_leverage),
      rule(110087, invalid_order, "the loan does not allow the leverage", RejectReason::max_leverage),
      rule(110088, auth, "only for unified accounts"),
      rule(110089, invalid_order, "above the largest risk limit", RejectReason::max_position_notional),
      rule(110090, invalid_order, "the leverage does not allow so large a position",
           RejectReason::max_position_notional),
      rule(110092, invalid_order, "the price is above the trigger already", RejectReason::stop_would_trigger),
      rule(110093, invalid_order, "the price is below the trigger already", RejectReason::stop_would_trigger),
      rule(110094, invalid_order, "the notional is below the minimum", RejectReason::below_min_notional),
      rule(110095, invalid_order, "the call auction takes no orders", RejectReason::trading_halted),
      rule(110098, invalid_order, "the call auction takes plain limit orders only",
           RejectReason::trading_halted),
      rule(110099, invalid_order, "the call auction takes no stops", RejectReason::trading_halted),
      rule(110103, invalid_order, "only post-only orders now", RejectReason::trading_halted),
      rule(110118, invalid_order, "there is no price for a market order", RejectReason::no_market_price),
      rule(110120, invalid_order, "the price is too low", RejectReason::price_out_of_band),
      rule(110121, invalid_order, "the price is too high", RejectReason::price_out_of_band),
      rule(110123, auth, "the trading terms have not been accepted", RejectReason::trading_halted),
      rule(110124, auth, "the account is in its cooling-off period", RejectReason::trading_halted),
      rule(110125, auth, "the contract's terms have not been accepted", RejectReason::trading_halted),
      rule(110131, invalid_order, "the loan leaves too little margin", RejectReason::insufficient_margin),
      rule(110132, auth, "the product is not available in the region", RejectReason::trading_halted),
      rule(170001, unknown_outcome, "an error of the venue's server"),
      rule(170005, rate_limited, "too many new orders", RejectReason::order_rate),
      rule(170007, unknown_outcome, "the venue's server did not answer in time"),
      rule(170031, invalid_order, "the feature is suspended", RejectReason::trading_halted),
      rule(170032, unknown_outcome, "an error of the venue's network"),
      rule(170033, insufficient_funds, "too little margin", RejectReason::insufficient_margin),
      rule(170034, insufficient_funds, "too much is owed", RejectReason::insufficient_margin),
      rule(170035, unknown_outcome, "the venue is still working on it"),
      rule(170036, auth, "margin trading is not enabled"),
      rule(170037, invalid_order, "the coin has no margin trading"),
      rule(170105, invalid_request, "a parameter is empty"),
      rule(170115, invalid_request, "no such time in force"),
      rule(170116, invalid_request, "no such order type"),
      rule(170117, invalid_request, "no such side"),
      rule(170121, invalid_request, "no such symbol"),
      rule(170124, invalid_order, "the order is too large", RejectReason::above_max_quantity),
      rule(170130, invalid_request, "a parameter is wrong"),
      rule(170131, insufficient_funds, "too little in the wallet", RejectReason::insufficient_balance),
      rule(170132, invalid_order, "the price is too high", RejectReason::price_out_of_band),
      rule(170133, invalid_order, "the price is too low", RejectReason::price_out_of_band),
      rule(170134, invalid_order, "the price has too many places", RejectReason::price_off_tick),
      rule(170136, invalid_order, "the quantity is below the minimum", RejectReason::below_min_quantity),
      rule(170137, invalid_order, "the quantity has too many places", RejectReason::quantity_off_step),
      rule(170139, not_found, "the order has been filled", RejectReason::order_closed),
      rule(170140, invalid_order, "the notional is below the minimum", RejectReason::below_min_notional),
      rule(170141, duplicate_id, "the client order id is in use", RejectReason::duplicate_order),
      rule(170142, not_found, "the order has been canceled", RejectReason::order_closed),
      rule(170143, not_found, "no such order in the book", RejectReason::unknown_order),
      rule(170144, invalid_order, "the order is locked"),
      rule(170145, invalid_order, "this order type cannot be canceled"),
      rule(170146, unknown_outcome, "placing the order timed out"),
      rule(170147, unknown_outcome, "canceling the order timed out"),
      rule(170148, invalid_order, "the amount has too many places", RejectReason::quantity_off_step),
      rule(170149, unknown_outcome, "placing the order failed"),
      rule(170150, unknown_outcome, "canceling the order failed"),
      rule(170151, invalid_order, "the pair is not open yet", RejectReason::instrument_quarantined),
      rule(170157, invalid_order, "the pair is closed to programs", RejectReason::instrument_quarantined),
      rule(170159, invalid_order, "a new pair takes no market orders yet", RejectReason::trading_halted),
      rule(170190, ok, "the order has been canceled already"),
      ErrorRule{170191, unknown_outcome, Retry::after_wait, RejectReason::none, "cannot be canceled now"},
      rule(170192, invalid_order, "the price is too high", RejectReason::price_out_of_band),
      rule(170193, invalid_order, "the price is above the highest for buying",
           RejectReason::price_out_of_band),
      rule(170194, invalid_order, "the price is below the lowest for selling",
           RejectReason::price_out_of_band),
      rule(170195, invalid_order, "the price is too far from the market", RejectReason::price_out_of_band),
      rule(170196, invalid_order, "the price is too far from the market", RejectReason::price_out_of_band),
      rule(170197, invalid_order, "too much to buy at once", RejectReason::above_max_quantity),
      rule(170198, invalid_order, "too much to sell at once", RejectReason::above_max_quantity),
      rule(170199, invalid_order, "too much to buy at once", RejectReason::above_max_quantity),
      rule(170200, invalid_order, "too much to sell at once", RejectReason::above_max_quantity),
      rule(170201, invalid_request, "no such order filter"),
      rule(170202, invalid_order, "the trigger price is missing"),
      rule(170203, invalid_order, "the trigger price is too high", RejectReason::price_out_of_band),
      rule(170204, invalid_order, "the trigger price is too low", RejectReason::price_out_of_band),
      rule(170206, invalid_order, "a new pair takes no stops yet", RejectReason::trading_halted),
      rule(170209, auth, "the pair is not available in the region", RejectReason::instrument_quarantined),
      rule(170210, invalid_order, "the order was refused"),
      rule(170212, unknown_outcome, "the order is being canceled"),
      rule(170213, not_found, "no such order", RejectReason::unknown_order),
      rule(170215, invalid_order, "the loan does not allow to buy", RejectReason::trading_halted),
      rule(170217, invalid_order, "the pair takes post-only orders only", RejectReason::trading_halted),
      rule(170218, invalid_order, "a post-only order would have taken", RejectReason::post_only_would_take),
      rule(170219, auth, "not available to the account"),
      rule(170220, invalid_order, "the loan does not allow to trade", RejectReason::trading_halted),
      rule(170221, invalid_request, "no such coin"),
      rule(170222, rate_limited, "too many requests"),
      rule(170223, invalid_order, "the account is being liquidated", RejectReason::trading_halted),
      rule(170224, auth, "the account is not admitted to the zone"),
      rule(170226, invalid_order, "the account is being liquidated", RejectReason::trading_halted),
      rule(170227, invalid_request, "not supported"),
      rule(170228, invalid_order, "more than can be bought", RejectReason::above_max_quantity),
      rule(170229, invalid_order, "more than can be sold", RejectReason::above_max_quantity),
      rule(170230, invalid_order, "the loan does not allow margin trading", RejectReason::trading_halted),
      rule(170234, unknown_outcome, "an error of the venue's server"),
      rule(170241, auth, "the risk disclosure has not been accepted", RejectReason::trading_halted),
      rule(170310, unknown_outcome, "changing the order timed out"),
      rule(170311, unknown_outcome, "changing the order failed"),
      rule(170312, invalid_order, "the order cannot be changed"),
      rule(170313, invalid_order, "less than what is filled already", RejectReason::below_min_quantity),
      rule(170341, invalid_order, "the quantity is above the maximum", RejectReason::above_max_quantity),
      rule(170344, invalid_order, "the pair has no margin trading"),
      rule(170346, invalid_order, "the settlement coin is no collateral"),
      rule(170371, invalid_order, "the price is too low", RejectReason::price_out_of_band),
      rule(170372, invalid_order, "the price is too high", RejectReason::price_out_of_band),
      rule(170381, invalid_order, "the quantity is above the maximum", RejectReason::above_max_quantity),
      rule(170382, invalid_order, "the quantity is above the maximum", RejectReason::above_max_quantity),
      rule(170810, invalid_order, "too many orders", RejectReason::too_many_orders),
      rule(3200403, invalid_request, "not with isolated margin"),
      rule(3400045, invalid_request, "the margin mode could not be set"),
  };
};
constexpr const auto& kRules = BybitErrorTable::kRules;
static_assert(std::ranges::is_sorted(kRules, {}, &ErrorRule::code));

/// Whether a request of the kind may have done something that has to be found out.
bool bybit_may_have_acted(MessageKind kind) noexcept {
  switch (kind) {
    case MessageKind::stream:  // order entry over a socket
    case MessageKind::error:   // nobody says of what
    case MessageKind::place:
    case MessageKind::batch_place:
    case MessageKind::amend:
    case MessageKind::cancel:
    case MessageKind::batch_cancel:
    case MessageKind::cancel_all:
    case MessageKind::countdown_cancel:
    case MessageKind::leverage:
    case MessageKind::margin_mode:
    case MessageKind::position_mode: return true;
    case MessageKind::server_time:
    case MessageKind::instruments:
    case MessageKind::ticker:
    case MessageKind::candles:
    case MessageKind::book:
    case MessageKind::trades:
    case MessageKind::balance:
    case MessageKind::positions:
    case MessageKind::open_orders:
    case MessageKind::order:
    case MessageKind::fills:
    case MessageKind::funding_rate:
    case MessageKind::funding_history:
    case MessageKind::funding_payments:
    case MessageKind::fees:
    case MessageKind::key_permissions:
    case MessageKind::order_counts:
    case MessageKind::listen_key: return false;
  }
  return true;
}

struct StatusMeaningOfHttp {
  ErrorClass error_class = ErrorClass::unknown;
  std::string_view meaning;
};

StatusMeaningOfHttp meaning_of_http(unsigned status) noexcept {
  if (status == 401) return {ErrorClass::auth, "the request was not recognised"};
  if (status == 403)
    return {ErrorClass::banned, "too many requests from this address, or an address that is not served"};
  if (status == 429) return {ErrorClass::rate_limited, "too many requests"};
  if (status == 408 || status >= 500) return {ErrorClass::unknown_outcome, "the venue's server failed"};
  if (status >= 400) return {ErrorClass::invalid_request, "the request was not understood"};
  return {ErrorClass::unknown, {}};
}

VenueError bybit_error(ErrorClass error_class, Retry retry, const MessageContext& context) noexcept {
  VenueError error;
  const bool outcome_is_idle =
      error_class == ErrorClass::unknown_outcome && !bybit_may_have_acted(context.kind);
  error.error_class = outcome_is_idle ? ErrorClass::venue_down : error_class;
  error.retry = outcome_is_idle ? Retry::again : retry;
  return error;
}

}  // namespace

std::span<const ErrorRule> error_rules() noexcept { return kRules; }

VenueError judge_error(std::int64_t code, std::string_view text, const MessageContext& context) noexcept {
  const auto found = std::ranges::lower_bound(kRules, code, {}, &ErrorRule::code);
  if (found == kRules.end() || found->code != code) {
    VenueError error = judge_status(text, context);
    error.code = code;
    error.meaning = {};
    return error;
  }
  VenueError error = bybit_error(found->error_class, found->retry, context);
  error.reason = found->reason;
  error.code = code;
  error.text = text;
  error.meaning = found->meaning;
  return error;
}

VenueError judge_status(std::string_view text, const MessageContext& context) noexcept {
  const StatusMeaningOfHttp meaning = meaning_of_http(context.http_status);
  VenueError error = bybit_error(meaning.error_class, venue::retry_of(meaning.error_class), context);
  error.code = context.http_status;
  error.text = text;
  error.meaning = meaning.meaning;
  return error;
}

}  // namespace kontor::bybit
