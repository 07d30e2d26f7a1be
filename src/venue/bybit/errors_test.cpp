#include "venue/bybit/errors.hpp"

#include <set>

#include <gtest/gtest.h>

#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

using test::decoded;
using test::linear;
using test::Lines;
using venue::ErrorClass;
using venue::MessageContext;
using venue::MessageKind;
using venue::Retry;

MessageContext answer_with(MessageKind kind, unsigned http_status) {
  MessageContext context = linear(kind);
  context.http_status = http_status;
  return context;
}

TEST(BybitErrors, TheTableIsInOrderAndSaysSomethingAboutEachCode) {
  std::set<std::int64_t> codes;
  for (const venue::ErrorRule& rule : BybitProtocol().errors()) {
    EXPECT_TRUE(codes.insert(rule.code).second) << rule.code;
    EXPECT_FALSE(rule.meaning.empty()) << rule.code;
    EXPECT_NE(rule.error_class, ErrorClass::unknown) << rule.code;
  }
  EXPECT_GT(codes.size(), 150U);
}

TEST(BybitErrors, CodesThatMattersMost) {
  struct Case {
    std::int64_t code;
    ErrorClass error_class;
    Retry retry;
    RejectReason reason;
  };
  using enum ErrorClass;
  for (const Case& one : {
           Case{10000, unknown_outcome, Retry::after_question, RejectReason::none},
           Case{10001, invalid_request, Retry::never, RejectReason::none},
           Case{10002, clock_skew, Retry::after_clock, RejectReason::none},
           Case{10003, auth, Retry::never, RejectReason::none},
           Case{10004, auth, Retry::never, RejectReason::none},
           Case{10005, auth, Retry::never, RejectReason::none},
           Case{10006, rate_limited, Retry::after_wait, RejectReason::none},
           Case{10010, auth, Retry::never, RejectReason::none},
           Case{10016, unknown_outcome, Retry::after_question, RejectReason::none},
           Case{10017, invalid_request, Retry::never, RejectReason::none},
           Case{10019, venue_down, Retry::again, RejectReason::venue_unavailable},
           Case{10429, rate_limited, Retry::after_wait, RejectReason::none},
           Case{429, rate_limited, Retry::after_wait, RejectReason::none},
           Case{110001, not_found, Retry::never, RejectReason::unknown_order},
           Case{110007, insufficient_funds, Retry::never, RejectReason::insufficient_balance},
           Case{110012, insufficient_funds, Retry::never, RejectReason::insufficient_margin},
           Case{110017, invalid_order, Retry::never, RejectReason::reduce_only_would_increase},
           Case{110025, ok, Retry::never, RejectReason::none},
           Case{110026, ok, Retry::never, RejectReason::none},
           Case{110043, ok, Retry::never, RejectReason::none},
           Case{110072, duplicate_id, Retry::never, RejectReason::duplicate_order},
           Case{110079, invalid_order, Retry::after_wait, RejectReason::none},
           Case{110094, invalid_order, Retry::never, RejectReason::below_min_notional},
           Case{170140, invalid_order, Retry::never, RejectReason::below_min_notional},
           Case{170141, duplicate_id, Retry::never, RejectReason::duplicate_order},
           Case{170213, not_found, Retry::never, RejectReason::unknown_order},
       }) {
    const venue::VenueError error = judge_error(one.code, "words", linear(MessageKind::place));
    EXPECT_EQ(error.error_class, one.error_class) << one.code;
    EXPECT_EQ(error.retry, one.retry) << one.code;
    EXPECT_EQ(error.reason, one.reason) << one.code;
    EXPECT_EQ(error.code, one.code);
    EXPECT_EQ(error.text, "words");
  }
}

TEST(BybitErrors, ACodeThatNobodyWroteDownIsUnknown) {
  EXPECT_EQ(decoded(R"({"retCode":999999,"retMsg":"what?","result":{},"retExtInfo":{},"time":1})",
                    linear(MessageKind::place)),
            Lines{"error retry=after_question code=999999 text=what?"});
  const venue::VenueError error = judge_error(999999, "", linear(MessageKind::place));
  EXPECT_EQ(error.error_class, ErrorClass::unknown);
}

TEST(BybitErrors, AFailedServerLeavesAnOrderUnknownAndAQuestionFree) {
  for (const unsigned status : {500U, 502U, 503U, 504U, 408U}) {
    EXPECT_EQ(decoded("<html>bad gateway</html>", answer_with(MessageKind::place, status)),
              Lines{fmt::format("error error_class=unknown_outcome retry=after_question code={} "
                                "text=<html>bad gateway</html> meaning=the venue's server failed",
                                status)});
    EXPECT_EQ(
        decoded("", answer_with(MessageKind::balance, status)),
        Lines{fmt::format(
            "error error_class=venue_down retry=again code={} meaning=the venue's server failed", status)});
  }
  EXPECT_EQ(
      decoded(R"({"retCode":10016,"retMsg":"Server error."})", answer_with(MessageKind::open_orders, 200)),
      Lines{"error error_class=venue_down retry=again code=10016 text=Server error. "
            "meaning=an error of the venue's server"});
}

TEST(BybitErrors, TheStatusCountsWhereTheBodySaysNothing) {
  EXPECT_EQ(decoded("access too frequent", answer_with(MessageKind::place, 403)),
            Lines{"error error_class=banned retry=after_wait code=403 text=access too frequent "
                  "meaning=too many requests from this address, or an address that is not served"});
  EXPECT_EQ(decoded(R"({"message":"slow down"})", answer_with(MessageKind::candles, 429)),
            Lines{R"(error error_class=rate_limited retry=after_wait code=429 text={"message":"slow down"} )"
                  "meaning=too many requests"});
  EXPECT_EQ(decoded("", answer_with(MessageKind::place, 401)),
            Lines{"error error_class=auth code=401 meaning=the request was not recognised"});
  EXPECT_EQ(
      decoded("{}", answer_with(MessageKind::place, 404)),
      Lines{"error error_class=invalid_request code=404 text={} meaning=the request was not understood"});
  // With a code that says more, the code counts.
  EXPECT_EQ(
      decoded(R"({"retCode":10003,"retMsg":"API key is invalid."})", answer_with(MessageKind::place, 401)),
      Lines{"error error_class=auth code=10003 text=API key is invalid. "
            "meaning=the key is invalid, or belongs to another environment"});
  // A code that nobody wrote down is what its status says.
  EXPECT_EQ(decoded(R"({"retCode":77,"retMsg":"?"})", answer_with(MessageKind::place, 500)),
            Lines{"error error_class=unknown_outcome retry=after_question code=77 text=?"});
  // Success does not come with the status of a failure.
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK","result":{}})", answer_with(MessageKind::place, 500)),
            Lines{"error error_class=unknown_outcome retry=after_question code=500 text=OK "
                  "meaning=the venue's server failed"});
}

TEST(BybitErrors, WithoutAFailureThereIsNoExcuseForWhatIsNoAnswer) {
  EXPECT_EQ(decoded("<html>", answer_with(MessageKind::place, 200)),
            Lines{R"(bybit: expected a whole JSON message, found "")"});
  EXPECT_EQ(decoded("{}", answer_with(MessageKind::place, 200)),
            Lines{R"(bybit: expected a field in retCode, found "none")"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK"})", answer_with(MessageKind::place, 200)),
            Lines{R"(bybit: expected a field in result, found "none")"});
  EXPECT_EQ(decoded(R"({"retCode":0,"retMsg":"OK","result":{}})", answer_with(MessageKind::error, 200)),
            Lines{R"(bybit: expected a refusal in retCode, found "0")"});
}

TEST(BybitErrors, WhatIsSoAlreadyIsNoFailure) {
  EXPECT_EQ(
      decoded(R"({"retCode":110043,"retMsg":"leverage not modified","result":{}})",
              linear(MessageKind::leverage)),
      Lines{
          "error error_class=ok code=110043 text=leverage not modified meaning=the leverage is so already"});
}

TEST(BybitErrors, WordsWithEscapesAreKeptWhole) {
  EXPECT_EQ(
      decoded(R"({"retCode":10001,"retMsg":"qty \"0\"\u0021","result":{}})", linear(MessageKind::error)),
      Lines{R"(error error_class=invalid_request code=10001 text=qty "0"! meaning=a parameter is wrong)"});
}

}  // namespace
}  // namespace kontor::bybit
