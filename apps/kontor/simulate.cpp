#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "faults/fault_batch.hpp"
#include "simulate_text.hpp"

namespace kontor::app {
namespace {

struct SimulateOptions {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::uint64_t minutes = 1'440;
  std::uint64_t seconds = 0;
  std::uint64_t jobs = 0;
  std::string kept;
  bool json = false;
};

/// What is to be run: the jobs of a file, or seed after seed, until the number or the time is used up.
class Jobs {
 public:
  Jobs(const SimulateOptions& options, std::vector<faults::FaultJob> kept)
      : options_(options), kept_(std::move(kept)), next_(options.first) {
    if (options.seconds != 0) deadline_ = Clock::now() + std::chrono::seconds(options.seconds);
  }
  std::optional<faults::FaultJob> next() {
    if (interrupted() || Clock::now() >= deadline_) return std::nullopt;
    if (!options_.kept.empty()) {
      if (given_ == kept_.size()) return std::nullopt;
      return kept_[given_++];
    }
    if (options_.seeds != 0 && next_ - options_.first == options_.seeds) return std::nullopt;
    return faults::FaultJob{next_++, options_.minutes};
  }

 private:
  using Clock = std::chrono::steady_clock;

  const SimulateOptions& options_;
  std::vector<faults::FaultJob> kept_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::uint64_t next_;
  std::size_t given_ = 0;
};

/// How to see a failure again.
void tell_failure(const faults::FaultOutcome& outcome) {
  if (outcome.report.violation.empty()) return;
  fmt::print(stderr, "{}\n  again: kontor simulate --first {} --seeds 1 --minutes {}\n",
             fault_line_of(outcome), outcome.job.seed, outcome.job.minutes);
}

Result<int> simulate(const SimulateOptions& options, const Globals& globals) {
  if (options.seeds == 0 && options.seconds == 0 && options.kept.empty())
    return fail(ErrorKind::usage, "expected --seeds above 0, --seconds or --kept");
  if (options.minutes == 0) return fail(ErrorKind::usage, "expected --minutes above 0");
  std::vector<faults::FaultJob> kept;
  if (!options.kept.empty()) {
    TRY(kept, faults::read_jobs(options.kept));
  }
  watch_interrupt();
  const auto start = std::chrono::steady_clock::now();
  Jobs jobs(options, std::move(kept));
  faults::FaultBatch batch;
  batch.next = [&] { return jobs.next(); };
  if (!globals.quiet) batch.on_done = tell_failure;
  batch.threads = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto all = faults::run_batch(batch);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (options.json) {
    fmt::print("{}\n", fault_json_of(all, seconds));
  } else {
    if (all.size() == 1) fmt::print("{}\n", fault_line_of(all.front()));
    fmt::print("{}\n", fault_summary_of(all, seconds));
  }
  return failed_runs_in(all) == 0 ? 0 : 3;
}

}  // namespace

void add_simulate(CLI::App& app, Globals& globals) {
  CLI::App* command = add_command(
      app, "simulate", "Put the session through everything that can go wrong, on virtual time, from seeds",
      "  kontor simulate --seeds 1000                a thousand days, each with other faults\n"
      "  kontor simulate --first 42 --seeds 1        one of them again; the same to the last byte\n"
      "  kontor simulate --seeds 0 --seconds 120     as many as there is time for\n");
  auto options = std::make_shared<SimulateOptions>();
  command->add_option("--seeds", options->seeds, "How many seeds; 0: as many as --seconds let")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--first", options->first, "The first seed")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--minutes", options->minutes, "Market minutes of each run")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "Begin no run after so many seconds; 0: no limit")
      ->check(whole_number());
  command->add_option("--kept", options->kept,
                      "Run the seeds of this file instead, a line each: seed minutes");
  command->add_option("--jobs", options->jobs, "Runs at once; 0: one on each core")->check(whole_number());
  command->add_flag("--json", options->json, "Print what every seed did as JSON");
  set_action(*command, globals, [options, &globals] { return simulate(*options, globals); });
}

}  // namespace kontor::app
