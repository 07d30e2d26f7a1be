#include "faults/fault_batch.hpp"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <fmt/format.h>

namespace kontor::faults {

std::vector<FaultOutcome> run_batch(const FaultBatch& batch) {
  std::mutex mutex;
  std::vector<FaultOutcome> outcomes;
  const auto take = [&] {
    const std::lock_guard lock(mutex);
    return batch.next();
  };
  const auto work = [&] {
    while (const auto job = take()) {
      FaultOutcome outcome{*job, FaultRun(job->seed, job->minutes).run()};
      const std::lock_guard lock(mutex);
      if (batch.on_done) batch.on_done(outcome);
      outcomes.push_back(std::move(outcome));
    }
  };
  std::vector<std::jthread> running;
  for (std::uint64_t i = 0; i < batch.threads; ++i) running.emplace_back(work);
  running.clear();
  std::ranges::sort(outcomes, {}, [](const FaultOutcome& outcome) { return outcome.job.seed; });
  return outcomes;
}

Result<std::vector<FaultJob>> read_jobs(const std::string& path) {
  std::ifstream file(path);
  if (!file) return fail(ErrorKind::not_found, fmt::format("{}: cannot be read", path));
  std::vector<FaultJob> jobs;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    std::istringstream words(line);
    FaultJob job;
    std::string rest;
    if (words >> job.seed >> job.minutes && job.minutes != 0 && !(words >> rest)) {
      jobs.push_back(job);
    } else {
      return fail(ErrorKind::bad_data,
                  fmt::format("{}:{}: expected a seed and minutes above 0, found '{}'", path, number, line));
    }
  }
  if (jobs.empty())
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected lines of a seed and minutes, found none", path));
  return jobs;
}

}  // namespace kontor::faults
