// Writes the folder of a made-up run: for looking at the report, and for the tests of its page.
// usage: report_sample KIND FOLDER, where KIND is full, idle, rejected, short or large
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "report/sample_run.hpp"
#include "research/run_files.hpp"

namespace {

kontor::research::RunResult run_of(std::string_view kind) {
  if (kind == "idle") return kontor::test::idle_run();
  if (kind == "rejected") return kontor::test::rejected_run();
  if (kind == "short") return kontor::test::sample_run({.days = 9, .trades_per_day = 4, .seed = 3});
  if (kind == "large") return kontor::test::sample_run({.days = 1500, .trades_per_day = 24, .seed = 5});
  return kontor::test::sample_run({});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: report_sample full|idle|rejected|short|large FOLDER\n");
    return 2;
  }
  const auto result = run_of(argv[1]);
  const auto metrics = kontor::research::compute_metrics(result);
  const auto written =
      kontor::research::write_run_files(argv[2], result, metrics, {.engine_version = "0.1.0 (sample)"});
  if (!written) {
    fmt::print(stderr, "error: {}\n", written.error().message);
    return kontor::exit_code(written.error().kind);
  }
  fmt::print("{}: {} fills, {} round trips\n", argv[2], result.fills.size(), result.round_trips.size());
  return 0;
}
