#include "session/live_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/posix_file_system.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kontor::session {
namespace {

using testing::HasSubstr;

const std::string kHash(64, 'a');

LiveToken token_of(std::string hash = kHash) {
  return {std::move(hash), LivePhase::beta, 100 * kDay, 130 * kDay};
}

TEST(LiveToken, ComesBackFromItsFile) {
  const kontor::test::TemporaryFolder folder;
  journal::PosixFileSystem files;
  const std::string place = folder.path().string();
  ASSERT_TRUE(write_live_token(files, place, "a.live", token_of()));
  const auto read = read_live_token(files, place + "/a.live");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, token_of());
  const auto absent = read_live_token(files, place + "/b.live");
  ASSERT_TRUE(absent);
  EXPECT_FALSE(*absent);
}

TEST(LiveToken, EveryChangeByHandIsFoundOut) {
  const std::string text = text_of(token_of());
  ASSERT_TRUE(parse_live_token(text, "a.live"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '7' ? '8' : '7';
    const auto parsed = parse_live_token(changed, "a.live");
    ASSERT_FALSE(parsed) << i;
    EXPECT_EQ(parsed.error().kind, ErrorKind::bad_data);
    EXPECT_FALSE(parse_live_token(text.substr(0, i), "a.live")) << i;
  }
  EXPECT_FALSE(parse_live_token(text + "\n", "a.live"));
  EXPECT_THAT(parse_live_token("", "a.live").error().message, HasSubstr("a.live: expected a live token"));
}

TEST(LiveToken, HoldsFromItsGrantUpToItsEnd) {
  const LiveToken token = token_of();
  EXPECT_TRUE(check_live_token(token, kHash, token.granted));
  EXPECT_TRUE(check_live_token(token, kHash, token.expires - 1));
  const auto early = check_live_token(token, kHash, token.granted - 1);
  ASSERT_FALSE(early);
  EXPECT_THAT(early.error().message, HasSubstr("still to come"));
  const auto late = check_live_token(token, kHash, token.expires);
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("expired at"));
}

TEST(LiveToken, IsWorthNothingForAnotherConfiguration) {
  const auto other = check_live_token(token_of(), std::string(64, 'b'), token_of().granted);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::usage);
  EXPECT_THAT(other.error().message,
              HasSubstr("given to configuration aaaaaaaaaaaa, which is now bbbbbbbbbbbb"));
}

}  // namespace
}  // namespace kontor::session
