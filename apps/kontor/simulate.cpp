#include <chrono>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "faults/fault_run.hpp"
#include "research/json_writer.hpp"

namespace kontor::app {
namespace {

using faults::FaultReport;

struct SimulateOptions {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  std::uint64_t minutes = 1'440;
  std::uint64_t seconds = 0;
  std::uint64_t jobs = 0;
  std::string kept;
  bool json = false;
};

/// One run to be made.
struct Job {
  std::uint64_t seed = 0;
  std::uint64_t minutes = 0;
};

/// A run with what came of it.
struct Done {
  Job job;
  FaultReport report;
};

std::string line_of(const Done& done) {
  const auto& report = done.report;
  const auto& network = report.network;
  return fmt::format(
      "seed {}: {} events, {} orders, {} fills, {} kills, {} disk failures, {} disconnects; of {} requests "
      "{} lost, "
      "{} refused, {} too late; of {} reports {} lost, {} repeated, {} delayed; {}",
      report.seed, report.events, report.orders, report.fills, report.kills, report.disk_failures,
      report.disconnects, network.requests, network.requests_lost, network.requests_refused,
      network.requests_too_late, network.reports, network.reports_lost, network.reports_repeated,
      network.reports_delayed, report.violation.empty() ? "every invariant held" : report.violation);
}

/// Gives out what is to be run, one after the other, to several threads.
class Queue {
 public:
  explicit Queue(const SimulateOptions& options, std::vector<Job> kept)
      : kept_(std::move(kept)), options_(options), next_(options.first) {
    if (options.seconds != 0) deadline_ = Clock::now() + std::chrono::seconds(options.seconds);
  }
  std::optional<Job> next() {
    const std::lock_guard lock(mutex_);
    if (interrupted() || Clock::now() >= deadline_) return std::nullopt;
    if (!options_.kept.empty()) {
      if (given_ == kept_.size()) return std::nullopt;
      return kept_[given_++];
    }
    if (options_.seeds != 0 && next_ - options_.first == options_.seeds) return std::nullopt;
    return Job{next_++, options_.minutes};
  }
  void done(Done done, bool tells) {
    const std::lock_guard lock(mutex_);
    if (tells && !done.report.violation.empty()) {
      fmt::print(stderr, "{}\n  again: kontor simulate --first {} --seeds 1 --minutes {}\n", line_of(done),
                 done.job.seed, done.job.minutes);
    }
    done_.push_back(std::move(done));
  }
  [[nodiscard]] std::vector<Done> take() {
    std::ranges::sort(done_, {}, [](const Done& done) { return done.job.seed; });
    return std::move(done_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  std::vector<Job> kept_;
  const SimulateOptions& options_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::uint64_t next_;
  std::size_t given_ = 0;
  std::vector<Done> done_;
};

/// Lines of `seed minutes`.
Result<std::vector<Job>> read_kept(const std::string& path) {
  std::vector<Job> jobs;
  if (path.empty()) return jobs;
  std::ifstream file(path);
  if (!file) return fail(ErrorKind::not_found, fmt::format("{}: cannot be read", path));
  Job job;
  while (file >> job.seed >> job.minutes) jobs.push_back(job);
  if (!file.eof() || jobs.empty())
    return fail(ErrorKind::bad_data, fmt::format("{}: expected lines of a seed and minutes, line {} is none",
                                                 path, jobs.size() + 1));
  return jobs;
}

std::vector<Done> run_all(Queue& queue, std::uint64_t threads, bool tells) {
  const auto work = [&] {
    while (const auto job = queue.next())
      queue.done({*job, faults::FaultRun(job->seed, job->minutes).run()}, tells);
  };
  std::vector<std::jthread> running;
  for (std::uint64_t i = 0; i < threads; ++i) running.emplace_back(work);
  running.clear();
  return queue.take();
}

std::string json_of(const std::vector<Done>& all, double seconds) {
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("seconds", seconds);
  json.key("runs");
  json.begin_array();
  for (const auto& [job, report] : all) {
    json.begin_object();
    json.member("seed", job.seed);
    json.member("minutes", job.minutes);
    json.member("events", report.events);
    json.member("orders", report.orders);
    json.member("fills", report.fills);
    json.member("kills", report.kills);
    json.member("disk_failures", report.disk_failures);
    json.member("disconnects", report.disconnects);
    json.member("manual_trades", report.manual_trades);
    json.member("requests", report.network.requests);
    json.member("requests_lost", report.network.requests_lost);
    json.member("reports", report.network.reports);
    json.member("reports_lost", report.network.reports_lost);
    json.member("state", report.state_checksum);
    json.key("violation");
    report.violation.empty() ? json.null() : json.value(std::string_view(report.violation));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return std::string(text.view());
}

std::string summary_of(const std::vector<Done>& all, double seconds, std::size_t failed) {
  FaultReport sum;
  std::uint64_t minutes = 0;
  for (const auto& [job, report] : all) {
    minutes += job.minutes;
    sum.events += report.events;
    sum.orders += report.orders;
    sum.kills += report.kills;
    sum.network.reports_lost += report.network.reports_lost;
    sum.network.requests_lost += report.network.requests_lost;
  }
  return fmt::format(
      "{} runs, {:.1f} days of trading in {:.1f} s: {} events, {} orders, {} kills, {} requests and {} "
      "reports lost; {}",
      all.size(), static_cast<double>(minutes) / 1'440, seconds, sum.events, sum.orders, sum.kills,
      sum.network.requests_lost, sum.network.reports_lost,
      failed == 0 ? "every invariant held" : fmt::format("{} FAILED", failed));
}

Result<int> simulate(const SimulateOptions& options, const Globals& globals) {
  if (options.seeds == 0 && options.seconds == 0 && options.kept.empty())
    return fail(ErrorKind::usage, "expected --seeds above 0, --seconds or --kept");
  if (options.minutes == 0) return fail(ErrorKind::usage, "expected --minutes above 0");
  TRY(auto kept, read_kept(options.kept));
  watch_interrupt();
  const auto start = std::chrono::steady_clock::now();
  Queue queue(options, std::move(kept));
  const std::uint64_t threads =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const auto all = run_all(queue, threads, !globals.quiet);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto failed = static_cast<std::size_t>(
      std::ranges::count_if(all, [](const Done& done) { return !done.report.violation.empty(); }));
  if (options.json) {
    fmt::print("{}\n", json_of(all, seconds));
  } else {
    if (all.size() == 1) fmt::print("{}\n", line_of(all.front()));
    fmt::print("{}\n", summary_of(all, seconds, failed));
  }
  return failed == 0 ? 0 : 3;
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
