#include "base/log_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor {
namespace {

using testing::HasSubstr;

TEST(LogSettings, ALevelOfOneComponentLeavesTheOthers) {
  LogLevels levels;
  ASSERT_TRUE(levels.apply("risk=debug"));
  ASSERT_TRUE(levels.apply("journal=off"));
  EXPECT_EQ(levels.of(LogComponent::risk), LogLevel::debug);
  EXPECT_EQ(levels.of(LogComponent::session), LogLevel::info);
  EXPECT_EQ(levels.text(), "info journal=off risk=debug");
}

TEST(LogSettings, ALevelForAllTakesBackThoseOfSingleOnes) {
  LogLevels levels;
  ASSERT_TRUE(levels.apply("risk=debug"));
  ASSERT_TRUE(levels.apply("error"));
  EXPECT_EQ(levels.of(LogComponent::risk), LogLevel::error);
  EXPECT_EQ(levels.text(), "error");
}

TEST(LogSettings, WordsThatAreNoneSayWhatThereIsAndChangeNothing) {
  LogLevels levels;
  for (const auto& [word, complaint] :
       {std::pair("loud", "debug, info, warning"), std::pair("rist=debug", "did you mean 'risk'?"),
        std::pair("risk=", "expected a level"), std::pair("=debug", "expected a component"),
        std::pair("", "a level")}) {
    const auto outcome = levels.apply(word);
    ASSERT_FALSE(outcome) << word;
    EXPECT_EQ(outcome.error().kind, ErrorKind::usage);
    EXPECT_THAT(outcome.error().message, HasSubstr(complaint));
  }
  EXPECT_EQ(levels, LogLevels());
}

TEST(LogSettings, SizesHaveAUnitAndBounds) {
  EXPECT_EQ(parse_log_size("10MB"), 10'000'000U);
  EXPECT_EQ(parse_log_size("4KB"), 4'000U);
  EXPECT_EQ(parse_log_size("1GB"), 1'000'000'000U);
  for (const auto* text : {"3KB", "2GB", "10", "MB", "-1MB", "10mb", "", "99999999999999999999GB"})
    EXPECT_FALSE(parse_log_size(text)) << text;
  for (const std::uint64_t bytes : {4'000U, 1'500'000U, 1'000'000'000U})
    EXPECT_EQ(parse_log_size(log_size_text(bytes)), bytes);
}

}  // namespace
}  // namespace kontor
