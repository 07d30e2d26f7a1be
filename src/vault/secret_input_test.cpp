#include "vault/secret_input.hpp"

#include <array>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kontor::vault {
namespace {

using testing::HasSubstr;

/// The end of a pipe from which this text comes.
int pipe_with(std::string_view text) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  return ends[0];
}

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) != -1; }

std::vector<std::string> lines_of(std::string_view text, std::size_t count) {
  const auto lines = read_secret_lines(pipe_with(text), count);
  if (!lines) return {"error: " + lines.error().message};
  std::vector<std::string> plain;
  for (const SecretText& line : *lines) plain.emplace_back(line.reveal());
  return plain;
}

TEST(SecretInput, ALineEndsAtItsEndOrAtTheEndOfAll) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("one\ntwo\nthree\n", 1), (Lines{"one"}));
  EXPECT_EQ(lines_of("one\ntwo\nthree\n", 2), (Lines{"one", "two"}));
  EXPECT_EQ(lines_of("one\ntwo", 2), (Lines{"one", "two"}));
  EXPECT_EQ(lines_of(" with blanks \n", 1), (Lines{" with blanks "}));
  EXPECT_EQ(lines_of("\ntwo\n", 2), (Lines{"", "two"}));
}

TEST(SecretInput, TooFewLinesAreAnError) {
  EXPECT_THAT(lines_of("", 1).front(), HasSubstr("expected 1 line from descriptor"));
  EXPECT_THAT(lines_of("one\n", 2).front(), HasSubstr("expected 2 lines"));
  EXPECT_THAT(lines_of("one\n", 2).front(), HasSubstr("found 1"));
}

TEST(SecretInput, ALineHasItsBounds) {
  EXPECT_EQ(lines_of(std::string(kLongestLine, 'x') + "\n", 1).front().size(), kLongestLine);
  const std::string problem = lines_of(std::string(kLongestLine + 1, 'x'), 1).front();
  EXPECT_THAT(problem, HasSubstr("at most 4096 bytes"));
  EXPECT_THAT(problem, testing::Not(HasSubstr("xx")));
}

TEST(SecretInput, NothingBehindTheLastLineIsTaken) {
  const int reader = pipe_with("one\ntwo\n");
  const int again = ::dup(reader);
  ASSERT_TRUE(read_secret_lines(reader, 1));
  std::array<char, 8> rest{};
  EXPECT_EQ(::read(again, rest.data(), rest.size()), 4);
  EXPECT_EQ(std::string_view(rest.data(), 4), "two\n");
  ::close(again);
}

TEST(SecretInput, TheDescriptorIsClosedHoweverItEnds) {
  const int good = pipe_with("one\n");
  EXPECT_TRUE(read_secret_lines(good, 1));
  EXPECT_FALSE(is_open(good));
  const int bad = pipe_with("");
  EXPECT_FALSE(read_secret_lines(bad, 1));
  EXPECT_FALSE(is_open(bad));
}

TEST(SecretInput, ADescriptorThatIsNotOpenIsNamed) {
  const int closed = pipe_with("");
  ::close(closed);
  const auto lines = read_secret_lines(closed, 1);
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().kind, ErrorKind::usage);
  EXPECT_THAT(lines.error().message, HasSubstr("to be open for reading"));
}

}  // namespace
}  // namespace kontor::vault
