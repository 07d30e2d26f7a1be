// The messages that the venue's documents and other programs' tests show: every one that this adapter asks
// for or subscribes to is read as what it is. The files lie beside the checkout.

#include <algorithm>
#include <ranges>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "venue/binance/sample_groups_test_support.hpp"

namespace kontor::binance {
namespace {

using test::Lines;
using venue::MessageKind;

std::string_view first_word(std::string_view line) { return line.substr(0, line.find(' ')); }

void check_sample(const test::SampleGroup& group, const std::string& path) {
  SCOPED_TRACE(path);
  const std::string text = test::without_comments(test::sample(path));
  ASSERT_GT(text.size(), 1U);
  const Lines lines = test::decoded(text, test::context_of(group));
  if (test::is_no_answer(path, text)) {
    EXPECT_EQ(lines, Lines{"FAILED binance: " + lines.back().substr(16)});
    return;
  }
  EXPECT_EQ(lines.empty(), group.says.empty());
  for (const std::string& line : lines)
    EXPECT_TRUE(std::ranges::any_of(std::views::split(group.says, ' '), [&](auto word) {
      return std::string_view(word) == first_word(line);
    })) << line;
}

TEST(BinanceSamples, EveryDocumentedMessageIsReadAsWhatItIs) {
  REQUIRE_BINANCE_SAMPLES();
  const auto files = test::sample_files();
  std::size_t read = 0;
  for (const test::SampleGroup& group : test::kSampleGroups) {
    const auto is_of_group = [&](const std::string& path) { return path.starts_with(group.path); };
    EXPECT_TRUE(std::ranges::any_of(files, is_of_group)) << "no file begins with " << group.path;
    for (const std::string& path : files | std::views::filter(is_of_group)) {
      check_sample(group, path);
      ++read;
    }
  }
  EXPECT_GE(read, 390U);
}

/// What another program has recorded of the REST interface, by the end of its address.
struct RouteKind {
  std::string_view route;
  MessageKind kind;
};
constexpr RouteKind kRouteKinds[] = {
    {"/account", MessageKind::balance},
    {"/aggTrades", MessageKind::trades},
    {"/historicalTrades", MessageKind::trades},
    {"/trades", MessageKind::trades},
    {"/allOrders", MessageKind::open_orders},
    {"/openOrders", MessageKind::open_orders},
    {"/order", MessageKind::order},
    {"/depth", MessageKind::book},
    {"/exchangeInfo", MessageKind::instruments},
    {"/klines", MessageKind::candles},
    {"/ticker/24hr", MessageKind::ticker},
    {"/ticker/bookTicker", MessageKind::ticker},
    {"/ticker/price", MessageKind::ticker},
    {"/fundingRate", MessageKind::funding_history},
    {"/premiumIndex", MessageKind::funding_rate},
    {"/time", MessageKind::server_time},
};

/// Each answer of each route of spot and USDⓈ-M.
template <class Take>
void for_each_recorded_answer(const std::string& file, Take&& take) {
  simdjson::dom::parser parser;
  const simdjson::dom::element recorded = parser.parse(file);
  for (const auto [route, methods] : recorded["routes"].get_object()) {
    if (!route.starts_with("/api/v3/") && !route.starts_with("/fapi/v1/")) continue;
    for (const auto [method, answers] : methods.get_object())
      for (const auto answer : answers.get_array()) take(route, simdjson::minify(answer["data"]));
  }
}

TEST(BinanceSamples, TheRecordedAnswersOfGocryptotraderAreRead) {
  REQUIRE_BINANCE_SAMPLES();
  std::size_t read = 0;
  std::size_t lines_read = 0;
  for_each_recorded_answer(test::sample("gocryptotrader/http.json"), [&](std::string_view route,
                                                                         const std::string& text) {
    const auto* const known =
        std::ranges::find_if(kRouteKinds, [&](const RouteKind& one) { return route.ends_with(one.route); });
    // Some recordings are of requests that were answered with nothing at all.
    if (known == std::ranges::end(kRouteKinds) || text == "null" || text == "[]") return;
    const bool is_spot = route.starts_with("/api/");
    // In some the name of a field was lost, and with it who the taker was.
    if (text.contains(R"("":)")) return;
    const Lines lines = test::decoded(text, is_spot ? test::spot(known->kind) : test::linear(known->kind));
    EXPECT_FALSE(lines.empty()) << route << " " << text.substr(0, 200);
    for (const std::string& line : lines) EXPECT_FALSE(line.starts_with("FAILED")) << route << " " << line;
    ++read;
    lines_read += lines.size();
  });
  EXPECT_GE(read, 60U);
  EXPECT_GE(lines_read, 5'000U);
}

TEST(BinanceSamples, TheSocketMessagesOfGocryptotraderAreRead) {
  REQUIRE_BINANCE_SAMPLES();
  const std::string file = test::sample("gocryptotrader/wsHandleData.json");
  std::size_t read = 0;
  for (const auto part : std::views::split(file, '\n')) {
    const std::string_view line(part);
    if (line.find_first_not_of(" \r") == std::string_view::npos) continue;
    const Lines lines = test::decoded(line, test::spot());
    ASSERT_FALSE(lines.empty());
    EXPECT_FALSE(lines.front().starts_with("FAILED")) << lines.front() << " in " << line;
    ++read;
  }
  EXPECT_EQ(read, 8U);
}

/// The messages in the tests of a program in Python; names of its variables stand where it fills in values.
TEST(BinanceSamples, TheMessagesOfHummingbotAreRead) {
  REQUIRE_BINANCE_SAMPLES();
  std::size_t read = 0;
  for (const std::string& path : test::sample_files()) {
    if (!path.starts_with("hummingbot-tests/")) continue;
    const std::string file = test::sample(path);
    simdjson::dom::parser parser;
    for (const simdjson::dom::element entry : parser.parse(file).get_array()) {
      const std::string text = simdjson::minify(entry["json"]);
      if (!text.starts_with(R"({"e":)") && !text.starts_with(R"({"stream":)")) continue;
      if (text.contains(R"("S":"<)") || text.contains(R"("q":"<)") || text.contains(R"(ETHBTC","x")"))
        continue;
      const Lines lines = test::decoded(text, path.contains("perpetual") ? test::linear() : test::spot());
      ASSERT_FALSE(lines.empty()) << text;
      EXPECT_FALSE(lines.front().starts_with("FAILED")) << path << lines.front() << " in " << text;
      ++read;
    }
  }
  EXPECT_GE(read, 20U);
}

}  // namespace
}  // namespace kontor::binance
