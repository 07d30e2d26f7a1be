#include "venue/binance/errors.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace kontor::binance {
namespace {

using venue::ErrorClass;
using venue::Retry;

venue::VenueError judged_code(std::int64_t code, std::string_view text = {}, unsigned status = 400) {
  return judge_error(code, text, status);
}

TEST(BinanceErrors, TheTableIsInOrderAndNamesEachCodeOnce) {
  const auto rules = error_rules();
  EXPECT_GT(rules.size(), 130U);
  EXPECT_TRUE(std::ranges::is_sorted(rules, std::ranges::less_equal{}, &venue::ErrorRule::code));
  const auto twice = std::ranges::adjacent_find(rules, {}, &venue::ErrorRule::code);
  EXPECT_TRUE(twice == rules.end()) << twice->code;
  for (const venue::ErrorRule& rule : rules) {
    EXPECT_FALSE(rule.meaning.empty()) << rule.code;
    EXPECT_EQ(rule.retry, venue::retry_of(rule.error_class)) << rule.code;
    EXPECT_LT(rule.code, 0);
  }
}

/// A code, what it means, and what may be done.
struct JudgedCode {
  std::int64_t code;
  ErrorClass error_class;
  Retry retry;
};

TEST(BinanceErrors, WhatMayBeAskedAgain) {
  for (const JudgedCode& one : {
           JudgedCode{-1001, ErrorClass::unknown_outcome, Retry::after_question},
           JudgedCode{-1003, ErrorClass::rate_limited, Retry::after_wait},
           JudgedCode{-1006, ErrorClass::unknown_outcome, Retry::after_question},
           JudgedCode{-1007, ErrorClass::unknown_outcome, Retry::after_question},
           JudgedCode{-1008, ErrorClass::rate_limited, Retry::after_wait},
           JudgedCode{-1015, ErrorClass::rate_limited, Retry::after_wait},
           JudgedCode{-1021, ErrorClass::clock_skew, Retry::after_clock},
           JudgedCode{-5028, ErrorClass::clock_skew, Retry::after_clock},
           JudgedCode{-4117, ErrorClass::unknown_outcome, Retry::after_question},
           JudgedCode{-2012, ErrorClass::unknown_outcome, Retry::after_question},
       }) {
    EXPECT_EQ(judged_code(one.code).error_class, one.error_class) << one.code;
    EXPECT_EQ(judged_code(one.code).retry, one.retry) << one.code;
  }
}

TEST(BinanceErrors, WhatIsNotToBeAskedAgain) {
  for (const JudgedCode& one : {
           JudgedCode{-1013, ErrorClass::invalid_order, Retry::never},
           JudgedCode{-1022, ErrorClass::auth, Retry::never},
           JudgedCode{-1100, ErrorClass::invalid_request, Retry::never},
           JudgedCode{-1102, ErrorClass::invalid_request, Retry::never},
           JudgedCode{-1121, ErrorClass::invalid_request, Retry::never},
           JudgedCode{-1130, ErrorClass::invalid_request, Retry::never},
           JudgedCode{-2010, ErrorClass::invalid_order, Retry::never},
           JudgedCode{-2011, ErrorClass::not_found, Retry::never},
           JudgedCode{-2013, ErrorClass::not_found, Retry::never},
           JudgedCode{-2014, ErrorClass::auth, Retry::never},
           JudgedCode{-2015, ErrorClass::auth, Retry::never},
           JudgedCode{-2018, ErrorClass::insufficient_funds, Retry::never},
           JudgedCode{-2019, ErrorClass::insufficient_funds, Retry::never},
           JudgedCode{-4046, ErrorClass::ok, Retry::never},
           JudgedCode{-4059, ErrorClass::ok, Retry::never},
           JudgedCode{-4116, ErrorClass::duplicate_id, Retry::never},
           JudgedCode{-5022, ErrorClass::invalid_order, Retry::never},
           JudgedCode{-5027, ErrorClass::ok, Retry::never},
       }) {
    EXPECT_EQ(judged_code(one.code).error_class, one.error_class) << one.code;
    EXPECT_EQ(judged_code(one.code).retry, one.retry) << one.code;
  }
  // Everything about the parameters of a request.
  for (const venue::ErrorRule& rule : error_rules()) {
    const bool is_about_parameters = rule.code <= -1100 && rule.code >= -1130;
    EXPECT_TRUE(!is_about_parameters || rule.retry == Retry::never) << rule.code;
  }
}

TEST(BinanceErrors, TheStatusSaysWhatTheCodeDoesNot) {
  EXPECT_EQ(judged_code(-1003, "", 418).error_class, ErrorClass::banned);
  EXPECT_EQ(judged_code(-1003, "", 429).error_class, ErrorClass::rate_limited);
  EXPECT_EQ(judged_code(0, "", 418).error_class, ErrorClass::banned);
  EXPECT_EQ(judged_code(0, "", 429).error_class, ErrorClass::rate_limited);
  EXPECT_EQ(judged_code(0, "", 401).error_class, ErrorClass::auth);
  EXPECT_EQ(judged_code(0, "", 403).retry, Retry::never);
  EXPECT_EQ(judged_code(0, "", 404).error_class, ErrorClass::invalid_request);
  EXPECT_EQ(judged_code(-9999, "", 400).error_class, ErrorClass::unknown);
  EXPECT_EQ(judged_code(-9999, "", 400).retry, Retry::after_question);
  EXPECT_TRUE(judged_code(-9999, "", 400).meaning.empty());
  EXPECT_FALSE(judged_code(0, "", 502).meaning.empty());
}

/// Behind a status from 500 on nobody knows what became of the request, whatever code stands in it. The one
/// exception says that it was not even taken.
TEST(BinanceErrors, AFailedVenueMayHaveCarriedItOut) {
  for (const unsigned status : {500U, 502U, 503U, 504U, 524U})
    for (const std::int64_t code : {0, -1000, -1001, -1003, -1016, -2010, -2013, -4164, -9999}) {
      EXPECT_EQ(judged_code(code, "", status).error_class, ErrorClass::unknown_outcome) << status << code;
      EXPECT_EQ(judged_code(code, "", status).retry, Retry::after_question);
      EXPECT_EQ(judged_code(code, "", status).reason, RejectReason::none);
    }
  EXPECT_EQ(judged_code(-1008, "", 503).error_class, ErrorClass::rate_limited);
}

/// A refusal whose words tell what its code does not.
struct JudgedWords {
  std::int64_t code;
  std::string_view text;
  ErrorClass error_class;
  RejectReason reason;
};

constexpr JudgedWords kJudgedWords[] = {
    {-2010, "Account has insufficient balance for requested action.", ErrorClass::insufficient_funds,
     RejectReason::insufficient_balance},
    {-2010, "Duplicate order sent.", ErrorClass::duplicate_id, RejectReason::duplicate_order},
    {-2010, "Order would immediately match and take.", ErrorClass::invalid_order,
     RejectReason::post_only_would_take},
    {-2010, "Order would trigger immediately.", ErrorClass::invalid_order, RejectReason::stop_would_trigger},
    {-2010, "Stop price would trigger immediately.", ErrorClass::invalid_order,
     RejectReason::stop_would_trigger},
    {-2010, "Market is closed.", ErrorClass::invalid_order, RejectReason::instrument_quarantined},
    {-2010, "This action is disabled on this account.", ErrorClass::invalid_order,
     RejectReason::trading_halted},
    {-2010, "This symbol is restricted for this account.", ErrorClass::invalid_order,
     RejectReason::trading_halted},
    {-2010, "Order book liquidity is less than `LOT_SIZE` filter minimum quantity.",
     ErrorClass::invalid_order, RejectReason::no_market_price},
    {-2010, "Price * QTY is zero or less.", ErrorClass::invalid_order, RejectReason::below_min_notional},
    {-2011, "Unknown order sent.", ErrorClass::not_found, RejectReason::unknown_order},
    {-2011, "Order was not canceled due to cancel restrictions.", ErrorClass::invalid_order,
     RejectReason::none},
    {-2011, "This account may not place or cancel orders.", ErrorClass::invalid_order,
     RejectReason::trading_halted},
    {-2038, "The requested action would change no state; rejecting.", ErrorClass::ok, RejectReason::none},
    {-2038, "Unknown order sent.", ErrorClass::not_found, RejectReason::unknown_order},
    {-1013, "Filter failure: PRICE_FILTER", ErrorClass::invalid_order, RejectReason::price_off_tick},
    {-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", ErrorClass::invalid_order,
     RejectReason::price_out_of_band},
    {-1013, "Filter failure: LOT_SIZE", ErrorClass::invalid_order, RejectReason::quantity_off_step},
    {-1013, "Filter failure: MARKET_LOT_SIZE", ErrorClass::invalid_order, RejectReason::quantity_off_step},
    {-1013, "Filter failure: NOTIONAL", ErrorClass::invalid_order, RejectReason::below_min_notional},
    {-1013, "Filter failure: MAX_NUM_ALGO_ORDERS", ErrorClass::invalid_order, RejectReason::too_many_orders},
    {-1013, "Filter failure: MAX_POSITION", ErrorClass::invalid_order, RejectReason::max_position_notional},
    {-1013, "Filter failure: TRAILING_DELTA", ErrorClass::invalid_order, RejectReason::none},
    {-1111, "Parameter 'quantity' has too much precision.", ErrorClass::invalid_order,
     RejectReason::quantity_off_step},
    {-1111, "Parameter 'price' has too much precision.", ErrorClass::invalid_order,
     RejectReason::price_off_tick},
    {-1111, "Precision is over the maximum defined for this asset.", ErrorClass::invalid_order,
     RejectReason::none},
    {-2021, "Order would immediately trigger.", ErrorClass::invalid_order, RejectReason::stop_would_trigger},
    {-2021, "Order cancel-replace partially failed.", ErrorClass::unknown_outcome, RejectReason::none},
    {-2022, "ReduceOnly Order is rejected.", ErrorClass::invalid_order,
     RejectReason::reduce_only_would_increase},
    {-2022, "Order cancel-replace failed.", ErrorClass::invalid_order, RejectReason::none},
    {-2026, "Order was canceled or expired with no executed qty over 90 days ago and has been archived.",
     ErrorClass::not_found, RejectReason::order_closed},
    {-2026, "This OrderType is not supported when reduceOnly.", ErrorClass::invalid_order,
     RejectReason::none},
    // Words mean something with their codes only.
    {-1102, "Duplicate order sent.", ErrorClass::invalid_request, RejectReason::none},
};

TEST(BinanceErrors, WordsTellRefusalsOfOneCodeApart) {
  for (const JudgedWords& one : kJudgedWords) {
    const venue::VenueError error = judged_code(one.code, one.text);
    EXPECT_EQ(error.error_class, one.error_class) << one.code << " " << one.text;
    EXPECT_EQ(error.reason, one.reason) << one.code << " " << one.text;
    EXPECT_EQ(error.retry, venue::retry_of(one.error_class)) << one.text;
    EXPECT_EQ(error.text, one.text);
    EXPECT_FALSE(error.meaning.empty()) << one.text;
  }
}

/// A refused order must not be told for a reason of which another part of the program would think that the
/// order is gone, or that it never was.
TEST(BinanceErrors, OnlyWhatProvesItSaysThatAnOrderIsUnknown) {
  for (const venue::ErrorRule& rule : error_rules()) {
    const bool says_so = rule.error_class == ErrorClass::not_found;
    const bool is_of_orders = rule.code == -2011 || rule.code == -2013 || rule.code == -2026;
    EXPECT_EQ(says_so, is_of_orders || rule.code == -1125) << rule.code;
  }
}

}  // namespace
}  // namespace kontor::binance
