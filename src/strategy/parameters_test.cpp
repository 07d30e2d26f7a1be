#include "strategy/parameters.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

namespace kontor::strategy {
namespace {

using Given = std::map<std::string, ParameterValue>;

std::vector<ParameterDescriptor> descriptors() {
  return {{"fast", ParameterType::integer, std::int64_t{10}, 1, 5000, {}, "bars of the fast average"},
          {"size", ParameterType::real, 95.0, 0, 1000, {}, "percent of equity"},
          {"mode", ParameterType::text, std::string("long_flat"), 0, 0, {"long_flat", "long_short"}, "sides"},
          {"enabled", ParameterType::boolean, true, 0, 0, {}, "whether it trades"},
          {"interval", ParameterType::duration, std::int64_t{4 * kHour}, 1, 86'400, {}, "time between"}};
}

std::string message_of(const Given& given) {
  const auto all = descriptors();
  const auto made = Parameters::make(all, given);
  if (made) return "no error";
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  return made.error().message;
}

TEST(Parameters, TakesDefaultsForWhatIsNotGiven) {
  const auto all = descriptors();
  const auto made = Parameters::make(all, {{"fast", std::int64_t{20}}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->integer("fast"), 20);
  EXPECT_EQ(made->count("fast"), 20U);
  EXPECT_DOUBLE_EQ(made->real("size"), 95.0);
  EXPECT_EQ(made->text("mode"), "long_flat");
  EXPECT_TRUE(made->boolean("enabled"));
  EXPECT_EQ(made->duration("interval"), 4 * kHour);
  EXPECT_EQ(made->values().size(), all.size());
}

TEST(Parameters, ReadsWholeNumbersAsRealAndTextAsDuration) {
  const auto all = descriptors();
  const auto made = Parameters::make(all, {{"size", std::int64_t{50}}, {"interval", std::string("90m")}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_DOUBLE_EQ(made->real("size"), 50.0);
  EXPECT_EQ(made->duration("interval"), 90 * kMinute);
}

TEST(Parameters, AcceptsBothEndsOfARange) {
  const auto all = descriptors();
  for (const std::int64_t value : {1, 5000}) EXPECT_TRUE(Parameters::make(all, {{"fast", value}}));
  for (const double value : {0.0, 1000.0}) EXPECT_TRUE(Parameters::make(all, {{"size", value}}));
  EXPECT_TRUE(Parameters::make(all, {{"interval", std::int64_t{kSecond}}}));
  EXPECT_TRUE(Parameters::make(all, {{"interval", std::int64_t{kDay}}}));
}

TEST(Parameters, RefusesValuesOutOfRange) {
  EXPECT_EQ(message_of({{"fast", std::int64_t{0}}}), "fast: expected integer, 1 … 5000, found 0");
  EXPECT_EQ(message_of({{"fast", std::int64_t{5001}}}), "fast: expected integer, 1 … 5000, found 5001");
  EXPECT_EQ(message_of({{"size", -0.5}}), "size: expected number, 0 … 1000, found -0.5");
  EXPECT_EQ(message_of({{"size", std::numeric_limits<double>::quiet_NaN()}}),
            "size: expected number, 0 … 1000, found nan");
  EXPECT_EQ(message_of({{"interval", std::string("500ms")}}),
            "interval: expected duration, 1s … 1d, found 500ms");
}

TEST(Parameters, RefusesOtherTypes) {
  EXPECT_EQ(message_of({{"fast", 10.5}}), "fast: expected integer, 1 … 5000, found 10.5");
  EXPECT_EQ(message_of({{"fast", std::string("ten")}}), "fast: expected integer, 1 … 5000, found 'ten'");
  EXPECT_EQ(message_of({{"size", true}}), "size: expected number, 0 … 1000, found true");
  EXPECT_EQ(message_of({{"enabled", std::int64_t{1}}}), "enabled: expected true or false, found 1");
  EXPECT_EQ(message_of({{"interval", std::string("soon")}}),
            "interval: expected duration, 1s … 1d, found 'soon'");
}

TEST(Parameters, RefusesWordsThatAreNoChoice) {
  EXPECT_EQ(message_of({{"mode", std::string("short")}}),
            "mode: expected one of long_flat, long_short, found short");
}

TEST(Parameters, NamesTheNearestKnownParameter) {
  EXPECT_EQ(
      message_of({{"fats", std::int64_t{5}}}),
      "fats: expected one of the parameters fast, size, mode, enabled, interval, found an unknown name; "
      "did you mean 'fast'?");
}

TEST(Parameters, ReportsAllFaultsTogether) {
  const std::string message = message_of({{"fast", std::int64_t{0}}, {"size", -1.0}, {"colour", true}});
  EXPECT_NE(message.find("fast: expected"), std::string::npos);
  EXPECT_NE(message.find("size: expected"), std::string::npos);
  EXPECT_NE(message.find("colour: expected"), std::string::npos);
  EXPECT_EQ(std::ranges::count(message, '\n'), 2);
}

TEST(Parameters, DescribesItselfForHelp) {
  const auto all = descriptors();
  EXPECT_EQ(describe(all[0]), "integer, 1 … 5000, default 10");
  EXPECT_EQ(describe(all[1]), "number, 0 … 1000, default 95");
  EXPECT_EQ(describe(all[2]), "one of long_flat, long_short, default long_flat");
  EXPECT_EQ(describe(all[3]), "true or false, default true");
  EXPECT_EQ(describe(all[4]), "duration, 1s … 1d, default 4h");
}

TEST(Parameters, WritesDurationsThatParseAgain) {
  const ParameterDescriptor descriptor{"t", ParameterType::duration, std::int64_t{0}, 0, 1e9, {}, ""};
  for (const DurationNs value :
       {kSecond, 90 * kSecond, kMinute, 90 * kMinute, 36 * kHour, 14 * kDay, kMillisecond}) {
    const auto parsed = parse_duration(format_value(descriptor, std::int64_t{value}));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, value);
  }
}

TEST(ParametersDeathTest, AskingForAnUndescribedNameIsAMistakeInTheCode) {
  const auto all = descriptors();
  const auto made = Parameters::make(all, {});
  ASSERT_TRUE(made);
  EXPECT_DEATH(static_cast<void>(made->integer("slow")), "");
  EXPECT_DEATH(static_cast<void>(made->integer("size")), "");
}

}  // namespace
}  // namespace kontor::strategy
