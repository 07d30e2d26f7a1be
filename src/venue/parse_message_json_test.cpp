#include <array>
#include <filesystem>
#include <set>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/support/test_data.hpp"
#include "venue/message_json.hpp"
#include "venue/parse_action.hpp"

namespace kontor::venue {
namespace {

TEST(MessageJson, DecimalsKeepTheirDigitsAndTimesAreForPeople) {
  EXPECT_EQ(
      format_json(PublicTrade{.symbol = "AB",
                              .ts_venue = 1700000000122 * kMillisecond,
                              .id = "7",
                              .price = {4321000, 2},
                              .quantity = {1, 8},
                              .aggressor = Side::sell}),
      R"({"event":"trade","symbol":"AB","ts_venue":"2023-11-14T22:13:20.122Z","id":"7","price":"43210.00",)"
      R"("quantity":"0.00000001","aggressor":"sell"})");
}

TEST(MessageJson, WhatIsNotSaidIsLeftOut) {
  EXPECT_EQ(format_json(Ticker{.symbol = "AB", .bid = Decimal{0, 0}}),
            R"({"event":"ticker","symbol":"AB","bid":"0"})");
  EXPECT_EQ(format_json(AccountSetting{.symbol = "AB", .margin_mode = MarginMode::isolated}),
            R"({"event":"account_setting","symbol":"AB","margin_mode":"isolated"})");
  EXPECT_EQ(format_json(NextPage{}), R"({"event":"next_page"})");
}

TEST(MessageJson, LevelsAreListsOfObjects) {
  const std::array bids = {BookLevel{{1, 0}, {25, 1}}, BookLevel{{5, 1}, {}}};
  EXPECT_EQ(
      format_json(BookChange{.symbol = "AB", .is_snapshot = true, .last_id = 9, .bids = bids}),
      R"({"event":"book","symbol":"AB","is_snapshot":true,"first_id":0,"last_id":9,"previous_id":0,"bids":[)"
      R"({"price":"1","quantity":"2.5"},{"price":"0.5","quantity":"0"}],"asks":[]})");
}

TEST(MessageJson, TextsOfVenuesAreEscaped) {
  EXPECT_EQ(
      format_json(VenueError{.error_class = ErrorClass::auth, .code = -1, .text = "a \"b\"\n\\"}),
      R"({"event":"error","error_class":"auth","retry":"never","reason":"none","code":-1,"text":"a \"b\"\n\\"})");
}

TEST(MessageJson, RequestsAreOneLine) {
  EXPECT_EQ(
      format_json(net::HttpRequest{.method = net::HttpMethod::post,
                                   .url = "https://x/y?a=1",
                                   .headers = {{"K", "v"}, {"L", "\"w\""}},
                                   .body = "{\"b\":2}"}),
      R"({"method":"POST","url":"https://x/y?a=1","headers":{"K":"v","L":"\"w\""},"body":"{\"b\":2}"})");
}

/// Calls `take` with an empty message of every type.
template <class Take>
void for_each_message_type(Take&& take) {
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Message>>(
      [&](auto identity) { take(typename decltype(identity)::type{}); });
}

std::string event_of(const Message& message) {
  const std::string json = format_json(message);
  constexpr std::string_view kHead = R"({"event":")";
  return json.substr(kHead.size(), json.find('"', kHead.size()) - kHead.size());
}

TEST(MessageJson, EveryTypeHasANameOfItsOwnAndIsJson) {
  std::set<std::string> names;
  simdjson::dom::parser parser;
  for_each_message_type([&](const auto& message) {
    EXPECT_TRUE(names.insert(event_of(message)).second) << event_of(message);
    EXPECT_TRUE(parser.parse(format_json(message)).is_object());
  });
  EXPECT_EQ(names.size(), std::variant_size_v<Message>);
}

/// The document for users names what the program knows.
class VenuesDocument : public ::testing::Test {
 protected:
  [[nodiscard]] bool has_row(std::string_view name) const {
    return text_.contains("\n| `" + std::string(name) + "` |");
  }
  /// The row of a table that begins with the name.
  [[nodiscard]] std::string row(std::string_view name, std::string_view section) const {
    const auto begin = text_.find("\n| `" + std::string(name) + "` |", text_.find(section));
    return begin == std::string::npos ? "" : text_.substr(begin + 1, text_.find('\n', begin + 1) - begin - 1);
  }

  const std::string text_ = kontor::test::read_file(
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() / "docs" / "venues.md");
};

TEST_F(VenuesDocument, NamesEveryActionWithItsParams) {
  for (const ActionHelp& action : action_help()) {
    EXPECT_FALSE(row(action.name, "| action |").empty()) << action.name;
    for (const ParameterHelp& parameter : action.parameters) {
      const std::string key = parameter.name.substr(parameter.name.find_last_of(".[]") + 1);
      EXPECT_TRUE(text_.contains("`" + key + "`")) << action.name << " " << parameter.name;
    }
  }
}

TEST_F(VenuesDocument, NamesEveryKindOfMessage) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<MessageKind>>([&](auto kind) {
    const auto kinds = text_.find("The kinds are");
    EXPECT_LT(text_.find("`" + std::string(kind.name) + "`", kinds),
              text_.find("Decimals are strings", kinds))
        << kind.name;
  });
}

TEST_F(VenuesDocument, NamesEveryEventWithItsFields) {
  for_each_message_type([&](const auto& message) {
    const std::string described = row(event_of(message), "| event |");
    EXPECT_FALSE(described.empty()) << event_of(message);
    boost::mp11::mp_for_each<boost::describe::describe_members<std::remove_cvref_t<decltype(message)>,
                                                               boost::describe::mod_public>>(
        [&](auto member) {
          EXPECT_TRUE(described.contains("`" + std::string(member.name) + "`"))
              << event_of(message) << " " << member.name;
        });
  });
}

TEST_F(VenuesDocument, NamesEveryClassOfErrors) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<ErrorClass>>(
      [&](auto one) { EXPECT_TRUE(text_.contains("`" + std::string(one.name) + "`")) << one.name; });
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Retry>>(
      [&](auto one) { EXPECT_TRUE(text_.contains("`" + std::string(one.name) + "`")) << one.name; });
}

}  // namespace
}  // namespace kontor::venue
