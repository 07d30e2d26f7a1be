#include "faults/fault_batch.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace kontor::faults {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<FaultJob>> jobs_in(std::string_view text) {
  const kontor::test::TemporaryFolder folder;
  const std::string path = folder / "jobs";
  std::ofstream(path) << text;
  return read_jobs(path);
}

std::string error_of(std::string_view text) {
  const auto jobs = jobs_in(text);
  return jobs ? "none" : jobs.error().message;
}

TEST(FaultBatch, EveryJobIsRunOnceAndComesOutAsItDoesAlone) {
  std::uint64_t next = 9;
  std::size_t told = 0;
  FaultBatch batch;
  batch.next = [&]() -> std::optional<FaultJob> {
    if (next == 5) return std::nullopt;
    return FaultJob{--next, 20};
  };
  batch.on_done = [&](const FaultOutcome& /*outcome*/) { ++told; };
  batch.threads = 3;
  const auto outcomes = run_batch(batch);
  EXPECT_EQ(told, 4U);
  std::vector<std::uint64_t> seeds;
  for (const auto& outcome : outcomes) {
    seeds.push_back(outcome.job.seed);
    EXPECT_EQ(outcome.report.state_checksum, FaultRun(outcome.job.seed, 20).run().state_checksum);
  }
  EXPECT_THAT(seeds, ElementsAre(5, 6, 7, 8));
}

TEST(FaultBatch, JobsAreReadFromAFile) {
  const auto jobs = jobs_in("17 1440\n3 60\n");
  ASSERT_TRUE(jobs) << jobs.error().message;
  ASSERT_EQ(jobs->size(), 2U);
  EXPECT_EQ(jobs->at(1).seed, 3U);
  EXPECT_EQ(jobs->at(1).minutes, 60U);
}

TEST(FaultBatch, ALineThatIsNoJobIsNamed) {
  EXPECT_THAT(error_of("1 60\nx 60\n"), HasSubstr(":2: expected a seed and minutes above 0, found 'x 60'"));
  EXPECT_THAT(error_of("1 0\n"), HasSubstr(":1: "));
  EXPECT_THAT(error_of("1 60 7\n"), HasSubstr(":1: "));
  EXPECT_THAT(error_of(""), HasSubstr("found none"));
  EXPECT_FALSE(read_jobs("/nowhere/at/all"));
}

}  // namespace
}  // namespace kontor::faults
