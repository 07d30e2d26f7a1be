#include "research/config_reader.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"
#include "tests/support/test_data.hpp"

namespace kontor::research {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// One table of a text, read by a callback; what faults it had, and what the effective table became.
class Reading {
 public:
  explicit Reading(std::string_view text) : faults_("a.toml") {
    auto parsed = parse_toml_text(text, "a.toml");
    EXPECT_TRUE(parsed) << parsed.error().message;
    if (parsed) table_ = std::move(*parsed);
  }

  template <class Read>
  Reading& with(Read&& read) {
    ConfigReader reader(table_, "", faults_, effective_);
    read(reader);
    reader.finish();
    return *this;
  }
  [[nodiscard]] std::vector<std::string> faults() const {
    std::vector<std::string> lines;
    std::istringstream stream(faults_.text());
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  [[nodiscard]] std::string effective() const {
    std::ostringstream text;
    text << effective_;
    return text.str();
  }

 private:
  toml::table table_;
  toml::table effective_;
  ConfigReader::Faults faults_;
};

constexpr Decimal kLow{0, 0};
constexpr Decimal kHigh{10, 0};

TEST(ConfigReader, ReadsValuesOfEveryType) {
  Reading reading(
      "text = 'abc'\nword = 'two'\nyes = true\ncount = 7\nprice = '1.50'\nratio = 0.25\nwhole = 3\n"
      "wait = '90s'\nframe = '4h'\nday = 2025-05-04\nstamp = 2025-05-04T15:33:00+02:00\nwritten = "
      "'2025-05-04 10:00'\n"
      "list = ['a', 'b']\nsingle = 'c'\n");
  reading.with([](ConfigReader& reader) {
    static constexpr std::array<std::string_view, 3> kWords = {"one", "two", "three"};
    EXPECT_EQ(reader.text("text", "x"), "abc");
    EXPECT_EQ(reader.choice("word", 0, kWords), 1U);
    EXPECT_TRUE(reader.boolean("yes", false));
    EXPECT_EQ(reader.integer("count", 1, 0, 10), 7);
    EXPECT_EQ(reader.decimal("price", kLow, kLow, kHigh), (Decimal{15, 1}));
    EXPECT_EQ(reader.decimal("ratio", kLow, kLow, kHigh), (Decimal{25, 2}));
    EXPECT_EQ(reader.decimal("whole", kLow, kLow, kHigh), (Decimal{3, 0}));
    EXPECT_EQ(reader.duration("wait", 0), 90 * kSecond);
    EXPECT_EQ(reader.timeframe("frame", Timeframe{}).period_ns, 4 * kHour);
    EXPECT_EQ(format_time(reader.time("day").value_or(0)), "2025-05-04T00:00:00Z");
    EXPECT_EQ(format_time(reader.time("stamp").value_or(0)), "2025-05-04T13:33:00Z");
    EXPECT_EQ(format_time(reader.time("written").value_or(0)), "2025-05-04T10:00:00Z");
    EXPECT_THAT(reader.texts("list", {}), ElementsAre("a", "b"));
    EXPECT_THAT(reader.texts("single", {}), ElementsAre("c"));
  });
  EXPECT_THAT(reading.faults(), testing::IsEmpty());
}

TEST(ConfigReader, GivesTheDefaultWhereAKeyIsAbsentAndWritesItDown) {
  Reading reading("");
  reading.with([](ConfigReader& reader) {
    EXPECT_EQ(reader.text("text", "x"), "x");
    EXPECT_EQ(reader.integer("count", 3, 0, 10), 3);
    EXPECT_EQ(reader.duration("wait", 1500 * kMillisecond), 1500 * kMillisecond);
    EXPECT_EQ(reader.duration("pause", kHour), kHour);
    EXPECT_FALSE(reader.optional_duration("none"));
    EXPECT_FALSE(reader.optional_decimal("nothing", kLow, kHigh));
    EXPECT_FALSE(reader.time("never"));
  });
  EXPECT_THAT(reading.faults(), testing::IsEmpty());
  EXPECT_EQ(reading.effective(), "count = 3\npause = '1h'\ntext = 'x'\nwait = '1500ms'");
}

/// A wrong value of every type: file and line, what was expected, what was found.
TEST(ConfigReader, TellsWhatItExpectedAndWhatItFound) {
  Reading reading(
      "text = 1\nword = 'tow'\nyes = 'yes'\ncount = 11\nfloat = 1.5\nprice = 'x'\nbig = 11\nwait = 5\npause "
      "= '5 min'\n"
      "frame = '7x'\nday = 'yesterday'\nlist = ['a', 1]\ntable = 3\ntables = [1]\n");
  reading.with([](ConfigReader& reader) {
    static constexpr std::array<std::string_view, 3> kWords = {"one", "two", "three"};
    EXPECT_EQ(reader.text("text", "x"), "x");
    EXPECT_EQ(reader.choice("word", 2, kWords), 2U);
    EXPECT_FALSE(reader.boolean("yes", false));
    EXPECT_EQ(reader.integer("count", 1, 0, 10), 1);
    EXPECT_EQ(reader.integer("float", 1, 0, 10), 1);
    reader.decimal("price", kLow, kLow, kHigh);
    reader.decimal("big", kLow, kLow, kHigh);
    reader.duration("wait", 0);
    reader.duration("pause", 0);
    reader.timeframe("frame", Timeframe{});
    reader.time("day");
    reader.texts("list", {});
    reader.table("table", [](ConfigReader& /*below*/) {});
    reader.tables("tables", [](ConfigReader& /*below*/) {});
  });
  EXPECT_THAT(
      reading.faults(),
      ElementsAre("a.toml:1: text: expected a text in quotes, found integer 1",
                  "a.toml:2: word: expected one of one, two, three, found \"tow\"; did you mean 'two'?",
                  "a.toml:3: yes: expected true or false, found string 'yes'",
                  "a.toml:4: count: expected an integer from 0 to 10, found integer 11",
                  "a.toml:5: float: expected an integer from 0 to 10, found number 1.5",
                  "a.toml:6: price: expected a number from 0 to 10, found string 'x'",
                  "a.toml:7: big: expected a number from 0 to 10, found integer 11",
                  "a.toml:8: wait: expected a duration such as \"50ms\", \"10s\", \"5m\", \"4h\" or \"1d\", "
                  "found integer 5",
                  "a.toml:9: pause: expected a duration such as \"50ms\", \"10s\", \"5m\", \"4h\" or \"1d\", "
                  "found string '5 min'",
                  "a.toml:10: frame: expected a timeframe such as \"1m\", \"5m\", \"1h\", \"4h\" or \"1d\", "
                  "found string '7x'",
                  "a.toml:11: day: expected a date or time such as 2025-05-04 or 2025-05-04T15:33:00Z, found "
                  "string 'yesterday'",
                  "a.toml:12: list: expected a list of texts such as [\"BTCUSDT@binance\"], found array",
                  "a.toml:13: table: expected a table, found integer 3",
                  "a.toml:14: tables: expected tables ([[tables]]), found integer 1"));
}

TEST(ConfigReader, FaultsAreSortedByLineWhateverTheOrderOfReading) {
  Reading reading("a = 1\nb = 2\nc = 3\n");
  reading.with([](ConfigReader& reader) {
    reader.text("c", "");
    reader.text("b", "");
    reader.text("a", "");
  });
  EXPECT_THAT(reading.faults(),
              ElementsAre(HasSubstr("a.toml:1: a"), HasSubstr("a.toml:2: b"), HasSubstr("a.toml:3: c")));
}

TEST(ConfigReader, AnUnknownKeyIsAFaultWithTheNearestOne) {
  Reading reading("balnce = 5\n[venue]\nslipage_bps = 1\nnonsense_without_neighbours = 2\n");
  reading.with([](ConfigReader& reader) {
    reader.integer("balance", 1, 0, 10);
    reader.table("venue", [](ConfigReader& venue) { venue.integer("slippage_bps", 1, 0, 10); });
  });
  EXPECT_THAT(
      reading.faults(),
      ElementsAre("a.toml:1: balnce: unknown key, expected one of balance, venue; did you mean 'balance'?",
                  "a.toml:3: venue.slipage_bps: unknown key, expected one of slippage_bps; did you mean "
                  "'slippage_bps'?",
                  "a.toml:4: venue.nonsense_without_neighbours: unknown key, expected one of slippage_bps"));
}

TEST(ConfigReader, TablesCarryTheirPath) {
  Reading reading("[[strategy]]\nfast = 'a'\n[[strategy]]\nfast = 'b'\n[strategy.limits]\ncooldown = 1\n");
  reading.with([](ConfigReader& reader) {
    reader.tables("strategy", [](ConfigReader& strategy) {
      strategy.integer("fast", 1, 0, 10);
      strategy.table("limits", [](ConfigReader& limits) { limits.optional_duration("cooldown"); });
    });
  });
  EXPECT_THAT(reading.faults(), ElementsAre(HasSubstr("a.toml:2: strategy[0].fast: expected"),
                                            HasSubstr("a.toml:4: strategy[1].fast: expected"),
                                            HasSubstr("a.toml:6: strategy[1].limits.cooldown: expected")));
}

TEST(ConfigReader, ASingleTableIsAListOfOne) {
  Reading reading("[strategy]\nfast = 3\n");
  int seen = 0;
  reading.with([&](ConfigReader& reader) {
    reader.tables("strategy", [&](ConfigReader& strategy) {
      seen += static_cast<int>(strategy.integer("fast", 1, 0, 10));
    });
  });
  EXPECT_EQ(seen, 3);
  EXPECT_THAT(reading.faults(), testing::IsEmpty());
}

TEST(ConfigReader, ParametersAreCheckedAgainstTheirDescriptors) {
  using strategy::ParameterDescriptor;
  using strategy::ParameterType;
  const ParameterDescriptor fast{"fast", ParameterType::integer, std::int64_t{10}, 1, 100, {}, "Bars."};
  const ParameterDescriptor share{"share", ParameterType::real, 0.5, 0, 1, {}, "Part."};
  const ParameterDescriptor pause{"pause", ParameterType::duration, std::int64_t{kMinute}, 1, 3600, {},
                                  "Pause."};
  Reading reading("fast = 7\nshare = 1\npause = '90s'\n");
  reading.with([&](ConfigReader& reader) {
    EXPECT_EQ(std::get<std::int64_t>(*reader.parameter(fast)), 7);
    EXPECT_EQ(std::get<double>(*reader.parameter(share)), 1.0);
    EXPECT_EQ(std::get<std::int64_t>(*reader.parameter(pause)), 90 * kSecond);
  });
  EXPECT_THAT(reading.faults(), testing::IsEmpty());
  Reading wrong("fast = 101\nshare = '1'\npause = '2h'\n");
  wrong.with([&](ConfigReader& reader) {
    EXPECT_FALSE(reader.parameter(fast));
    EXPECT_FALSE(reader.parameter(share));
    EXPECT_FALSE(reader.parameter(pause));
  });
  EXPECT_THAT(wrong.faults(),
              ElementsAre("a.toml:1: fast: expected integer, 1 … 100, default 10, found integer 101",
                          HasSubstr("a.toml:2: share: expected"), HasSubstr("a.toml:3: pause: expected")));
}

TEST(ConfigReader, DurationsAreWrittenInTheLargestUnitThatFits) {
  for (const char* text : {"0s", "250us", "10ms", "90s", "15m", "36h", "7d", "1ns"}) {
    EXPECT_EQ(exact_duration_text(*parse_duration(text)), text);
  }
}

// ---- TOML ---------------------------------------------------------------------------------------------

TEST(ParseToml, ASyntaxErrorHasLineAndColumn) {
  const auto parsed = parse_toml_text("a = 1\nb = = 2\n", "a.toml");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  EXPECT_THAT(parsed.error().message, testing::StartsWith("a.toml:2:5: expected TOML, found: "));
}

TEST(ParseToml, AFileThatIsNotThereIsAUsageError) {
  const kontor::test::TemporaryFolder folder;
  const auto parsed = parse_toml_file((folder / "none.toml").string());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
  EXPECT_THAT(parsed.error().message, HasSubstr("none.toml: expected a readable configuration file"));
  std::ofstream(folder / "some.toml") << "a = 1\n";
  EXPECT_TRUE(parse_toml_file((folder / "some.toml").string()));
}

// ---- --set ----------------------------------------------------------------------------------------------

std::string after(std::string_view text, std::string_view assignment) {
  auto table = parse_toml_text(text, "a.toml").value();
  const auto applied = apply_override(table, assignment);
  if (!applied) return applied.error().message;
  std::ostringstream stream;
  stream << toml::json_formatter(table);
  std::string json = stream.str();
  std::erase_if(json, [](char c) { return c == '\n' || c == ' '; });
  return json;
}

TEST(ApplyOverride, SetsReplacesAndMakesTables) {
  EXPECT_EQ(after("[backtest]\nname = 'a'\n", "backtest.name=b"), R"({"backtest":{"name":"b"}})");
  EXPECT_EQ(after("[backtest]\nname = 'a'\n", "backtest.seed=5"), R"({"backtest":{"name":"a","seed":5}})");
  EXPECT_EQ(after("", "backtest.seed=5"), R"({"backtest":{"seed":5}})");
  EXPECT_EQ(after("", "seed=5"), R"({"seed":5})");
}

TEST(ApplyOverride, TheValueIsTomlOrElseText) {
  EXPECT_EQ(after("", "a=1.5"), R"({"a":1.5})");
  EXPECT_EQ(after("", "a=true"), R"({"a":true})");
  EXPECT_EQ(after("", "a='1.5'"), R"({"a":"1.5"})");
  EXPECT_EQ(after("", "a=2025-05-04"), R"({"a":"2025-05-04"})");
  EXPECT_EQ(after("", "a=['x','y']"), R"({"a":["x","y"]})");
  EXPECT_EQ(after("", "a=BTCUSDT@binance"), R"({"a":"BTCUSDT@binance"})");
  EXPECT_EQ(after("", "a="), R"({"a":""})");
  EXPECT_EQ(after("", "a=b=c"), R"({"a":"b=c"})");
}

TEST(ApplyOverride, AnIndexMayBeLeftOutWhereThereIsOneElement) {
  constexpr const char* kOneStrategy = "[[strategy]]\nfast = 1\n";
  constexpr const char* kTwo = "[[strategy]]\nfast = 1\n[[strategy]]\nfast = 2\n";
  EXPECT_EQ(after(kOneStrategy, "strategy.fast=9"), R"({"strategy":[{"fast":9}]})");
  EXPECT_EQ(after(kOneStrategy, "strategy[0].fast=9"), R"({"strategy":[{"fast":9}]})");
  EXPECT_EQ(after(kTwo, "strategy[1].fast=9"), R"({"strategy":[{"fast":1},{"fast":9}]})");
  EXPECT_EQ(after("[backtest]\nseed = 1\n", "backtest[0].seed=9"), R"({"backtest":{"seed":9}})");
}

TEST(ApplyOverride, SaysWhatIsWrong) {
  constexpr const char* kTwo = "[[strategy]]\nfast = 1\n[[strategy]]\nfast = 2\n";
  EXPECT_EQ(after(kTwo, "strategy.fast=9"), "--set: expected strategy[0] to strategy[1], found strategy");
  EXPECT_EQ(after(kTwo, "strategy[2].fast=9"),
            "--set: expected strategy[0] to strategy[1], found strategy[2]");
  EXPECT_EQ(after("", "strategy[1].fast=9"), "--set: expected strategy[0], found strategy[1]");
  EXPECT_EQ(after("a = 5\n", "a.b=1"), "--set: expected a to be a table, found integer 5");
  EXPECT_EQ(after("a = [1, 2]\n", "a[1].b=1"), "--set: expected a to be a list of tables");
  for (const char* wrong : {"", "novalue", "=5"}) {
    EXPECT_EQ(after("", wrong), fmt::format("--set: expected key=value, found '{}'", wrong));
  }
  for (const char* wrong : {"a..b", ".a", "a[", "a[].b", "a[x].b", "a[0]", "a[-1].b", "a[0]x.b", "[0].b"}) {
    EXPECT_THAT(after("", fmt::format("{}=1", wrong)), testing::StartsWith("--set: expected a key such as"))
        << wrong;
  }
}

}  // namespace
}  // namespace kontor::research
