// What sockets send besides what is documented elsewhere: refusals, closings, best levels.

#include <gtest/gtest.h>

#include "venue/binance/parse_test_support.hpp"

namespace kontor::binance {
namespace {

using test::Lines;

TEST(BinanceStream, RefusalsAreNoSuccess) {
  // The market's sockets number their refusals from 0 on.
  EXPECT_EQ(
      test::decoded(R"({"code":0,"msg":"Unknown property","id":4})", test::spot()),
      Lines{"error error_class=invalid_request text=Unknown property meaning=the request has the wrong form "
            "request_id=4"});
  EXPECT_EQ(
      test::decoded(R"({"error":{"code":2,"msg":"Invalid request: unknown variant"},"id":5})", test::spot()),
      Lines{"error error_class=invalid_request code=2 text=Invalid request: unknown variant meaning=the "
            "request "
            "has the wrong form request_id=5"});
  EXPECT_EQ(
      test::decoded(R"({"id":"a","status":401,"error":{"code":-2015,"msg":"no"}})", test::spot()),
      Lines{
          "error error_class=auth code=-2015 text=no meaning=the key, its address list or its permissions do "
          "not allow it request_id=a"});
  EXPECT_EQ(test::decoded(R"({"id":"a","status":500,"error":{"code":-1000,"msg":"?"}})", test::spot()),
            Lines{"error error_class=unknown_outcome retry=after_question code=-1000 text=? "
                  "meaning=something unknown "
                  "went wrong inside of the venue request_id=a"});
  EXPECT_EQ(
      test::decoded(R"({"id":null,"status":418,"error":{"code":-1003,"msg":null}})", test::spot()),
      Lines{
          "error error_class=banned retry=after_wait code=-1003 meaning=this address is banned for a while"});
}

TEST(BinanceStream, OnlyAnAnswerIsTakenForOne) {
  EXPECT_EQ(test::decoded(R"({"result":null,"id":1})", test::spot()), Lines{"stream request_id=1"});
  for (const std::string_view text :
       {R"({})", R"({"id":1})", R"({"method":"SUBSCRIBE","params":["a"],"id":1})", R"({"id":1,"status":200})",
        R"({"topic":"news"})", R"([{}])", R"({"stream":"a@trade"})", R"({"stream":"a@trade","data":{}})"}) {
    const Lines lines = test::decoded(text, test::spot());
    ASSERT_EQ(lines.size(), 1U) << text;
    EXPECT_TRUE(lines.front().starts_with("FAILED binance: ")) << text << ": " << lines.front();
  }
}

TEST(BinanceStream, TheVenueSaysThatItWillClose) {
  for (const std::string_view text :
       {R"({"e":"serverShutdown","E":1})", R"({"event":{"e":"serverShutdown","E":1}})"})
    EXPECT_EQ(test::decoded(text, test::spot()), Lines{"stream status=closing"});
  EXPECT_EQ(
      test::decoded(R"({"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}})", test::spot()),
      Lines{"stream status=expired"});
}

/// On USDⓈ-M only the stream's name tells the best levels from what has changed: put into a book as changes,
/// they would leave levels in it that are gone.
TEST(BinanceStream, BestLevelsAreSnapshots) {
  constexpr std::string_view kDepth =
      R"("data":{"e":"depthUpdate","E":2,"T":1,"s":"AB","U":3,"u":4,"pu":2,"b":[["5","6"]],"a":[]}})";
  const auto line = [&](std::string_view stream) {
    return test::decoded(fmt::format(R"({{"stream":"{}",{})", stream, kDepth), test::linear()).back();
  };
  EXPECT_EQ(line("ab@depth5@100ms"),
            "book symbol=AB ts_venue=1000000 is_snapshot=true first_id=3 last_id=4 previous_id=2 bids=5x6");
  EXPECT_EQ(line("ab@depth20"),
            "book symbol=AB ts_venue=1000000 is_snapshot=true first_id=3 last_id=4 previous_id=2 bids=5x6");
  EXPECT_EQ(line("ab@depth@100ms"),
            "book symbol=AB ts_venue=1000000 first_id=3 last_id=4 previous_id=2 bids=5x6");
  EXPECT_EQ(line("ab@depth"), "book symbol=AB ts_venue=1000000 first_id=3 last_id=4 previous_id=2 bids=5x6");
}

TEST(BinanceStream, BestLevelsOfSpotAreNamedByTheirStream) {
  EXPECT_EQ(
      test::decoded(R"({"stream":"sushiusdt@depth5","data":{"lastUpdateId":7,"bids":[["1","2"]],"asks":[]}})",
                    test::spot()),
      Lines{"book symbol=SUSHIUSDT is_snapshot=true last_id=7 bids=1x2"});
}

TEST(BinanceStream, FieldsStandInAnyOrder) {
  EXPECT_EQ(
      test::decoded(R"({"T":1,"m":false,"q":"2","p":"3","t":9,"s":"AB","E":5,"e":"trade"})", test::spot()),
      Lines{"trade symbol=AB ts_venue=1000000 id=9 price=3 quantity=2"});
  EXPECT_EQ(test::decoded(R"({"data":{"e":"trade"},"stream":"ab@trade"})", test::spot()).size(), 1U);
}

}  // namespace
}  // namespace kontor::binance
