#include "data/progress.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontor::data {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Progress, ShowsBarRateAndTimeLeft) {
  const std::string text = render_progress({"a.csv", 25'000'000, 100'000'000, 500'000}, 2.0);
  EXPECT_EQ(text, "a.csv  [######------------------]  25%  12 MB/s  250 krows/s  0:06 left");
}

TEST(Progress, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(render_progress({"pipe", 3'000, 0, 0}, 1.0), "pipe  3.0 kB/s");
  EXPECT_THAT(render_progress({"a", 0, 10, 0}, 0.0), Not(HasSubstr("left")));
  EXPECT_THAT(render_progress({"a", 10, 10, 0}, 1.0), HasSubstr("100%"));
}

TEST(Progress, CountsHoursAndShortensLongNames) {
  EXPECT_THAT(render_progress({"a", 1, 7'201, 0}, 1.0), HasSubstr("2:00:00 left"));
  EXPECT_THAT(render_progress({std::string(100, 'x') + "end", 1, 2, 0}, 1.0), HasSubstr("xxxend  ["));
}

class MeterTest : public ::testing::Test {
 protected:
  ~MeterTest() override { std::fclose(file_); }
  std::string written() {
    std::fflush(file_);
    std::rewind(file_);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    return text;
  }
  std::FILE* file_ = std::tmpfile();
};

TEST_F(MeterTest, DrawsNothingForShortWorkAndRemovesItsBar) {
  MeterProgress meter(file_, true);
  meter.update({"a", 1, 2, 0});
  EXPECT_EQ(written(), "") << "too early for a bar";
  std::FILE* const since = file_;
  const auto until = MeterProgress::Clock::now() + std::chrono::milliseconds(120);
  while (MeterProgress::Clock::now() < until) meter.update({"a", 1, 2, 0});
  meter.finish();
  ASSERT_EQ(since, file_);
  EXPECT_THAT(written(), HasSubstr("[############------------]  50%"));
  EXPECT_TRUE(written().ends_with("\r\x1b[K"));
}

TEST_F(MeterTest, WritesNoControlCharactersWhereThereIsNoTerminal) {
  MeterProgress meter(file_, false);
  meter.update({"a", 1, 2, 0});
  meter.finish();
  EXPECT_EQ(written(), "");
}

}  // namespace
}  // namespace kontor::data
