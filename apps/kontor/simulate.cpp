#include <atomic>
#include <chrono>
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
  bool json = false;
};

std::string command_of(const FaultReport& report, std::uint64_t minutes) {
  return fmt::format("kontor simulate --first {} --seeds 1 --minutes {}", report.seed, minutes);
}

std::string line_of(const FaultReport& report) {
  const auto& network = report.network;
  return fmt::format(
      "seed {:>6}: {:>6} events, {:>4} orders, {:>4} fills, {:>2} kills, {:>2} disk failures, {:>2} "
      "disconnects; of {} requests {} lost, {} refused, {} too late; of {} reports {} lost, {} repeated, {} "
      "delayed; {}",
      report.seed, report.events, report.orders, report.fills, report.kills, report.disk_failures,
      report.disconnects, network.requests, network.requests_lost, network.requests_refused,
      network.requests_too_late, network.reports, network.reports_lost, network.reports_repeated,
      network.reports_delayed, report.violation.empty() ? "all held" : report.violation);
}

/// Runs seed after seed, each on one core, until all are done, the time is up or somebody says stop.
std::vector<FaultReport> run_seeds(const SimulateOptions& options, bool tells) {
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      options.seconds == 0 ? Clock::time_point::max() : Clock::now() + std::chrono::seconds(options.seconds);
  const std::uint64_t jobs =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::atomic<std::uint64_t> next = options.first;
  const std::uint64_t end =
      options.seconds != 0 && options.seeds == 0 ? UINT64_MAX : options.first + options.seeds;
  std::mutex mutex;
  std::vector<FaultReport> reports;
  const auto work = [&] {
    for (;;) {
      const std::uint64_t seed = next++;
      if (seed >= end || interrupted() || Clock::now() >= deadline) return;
      FaultReport report = faults::FaultRun(seed, options.minutes).run();
      const std::lock_guard lock(mutex);
      if (tells && !report.violation.empty())
        fmt::print(stderr, "{}\n  again: {}\n", line_of(report), command_of(report, options.minutes));
      reports.push_back(std::move(report));
    }
  };
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 0; i < jobs; ++i) threads.emplace_back(work);
  threads.clear();
  std::ranges::sort(reports, {}, &FaultReport::seed);
  return reports;
}

std::string json_of(const std::vector<FaultReport>& reports, double seconds) {
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("seconds", seconds);
  json.key("runs");
  json.begin_array();
  for (const auto& report : reports) {
    json.begin_object();
    json.member("seed", report.seed);
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

Result<int> simulate(const SimulateOptions& options, const Globals& globals) {
  if (options.seeds == 0 && options.seconds == 0)
    return fail(ErrorKind::usage, "expected --seeds above 0, or --seconds");
  if (options.minutes == 0) return fail(ErrorKind::usage, "expected --minutes above 0");
  watch_interrupt();
  const auto start = std::chrono::steady_clock::now();
  const auto reports = run_seeds(options, !globals.quiet);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto failed =
      std::ranges::count_if(reports, [](const auto& report) { return !report.violation.empty(); });
  if (options.json) {
    fmt::print("{}\n", json_of(reports, seconds));
  } else {
    if (options.seeds == 1 && reports.size() == 1) fmt::print("{}\n", line_of(reports.front()));
    FaultReport sum;
    for (const auto& report : reports) {
      sum.events += report.events;
      sum.orders += report.orders;
      sum.kills += report.kills;
      sum.network.reports_lost += report.network.reports_lost;
      sum.network.requests_lost += report.network.requests_lost;
    }
    fmt::print(
        "{} runs of {} minutes in {:.1f} s: {} events, {} orders, {} kills, {} requests and {} reports lost; "
        "{}\n",
        reports.size(), options.minutes, seconds, sum.events, sum.orders, sum.kills,
        sum.network.requests_lost, sum.network.reports_lost,
        failed == 0 ? "every invariant held" : fmt::format("{} FAILED", failed));
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
  command->add_option("--jobs", options->jobs, "Runs at once; 0: one on each core")->check(whole_number());
  command->add_flag("--json", options->json, "Print what every seed did as JSON");
  set_action(*command, globals, [options, &globals] { return simulate(*options, globals); });
}

}  // namespace kontor::app
