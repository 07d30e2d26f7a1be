#include "bench_process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "research/run_files.hpp"
#include "tests/bench/market_fixture.hpp"  // tidy: allow(test-include): the bench command runs the benchmarks

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = R"([account]
balance = 1000000
[[instrument]]
name = "BTCUSDT@bench"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@bench"]
fast = 10
slow = 50
)";

/// The columns that the run maps: seven of 64 bits.
constexpr double kMappedMebibytes = static_cast<double>(bench::kYearOfMinutes) * 7 * 8 / (1024.0 * 1024.0);

Result<double> run_once(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const auto begun = std::chrono::steady_clock::now();
  const int failed = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return fail(ErrorKind::io, "cannot start kontor as a process of its own");
  int status = 0;
  ::waitpid(child, &status, 0);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorKind::internal, "expected the backtest to end with exit code 0, found another one");
  }
  return seconds;
}

/// What a run says of its own memory, without what it maps.
Result<double> own_mebibytes(const fs::path& run) {
  std::ifstream file(run / research::kTimingFile);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  constexpr std::string_view kKey = "\"peak_memory_mib\": ";
  const auto at = text.find(kKey);
  if (at == std::string::npos)
    return fail(ErrorKind::internal, "expected the peak memory of a run, found none");
  return std::strtod(text.c_str() + at + kKey.size(), nullptr) - kMappedMebibytes;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

Result<ProcessFigures> bench_process(std::size_t runs) {
  const fs::path folder = bench::bench_store_path().parent_path();
  const fs::path config = folder / "sma_cross.toml";
  std::ofstream(config) << kConfig;
  std::vector<double> seconds;
  std::vector<double> mebibytes;
  for (std::size_t i = 0; i <= runs; ++i) {
    const fs::path out = folder / fmt::format("run-{}", i);
    TRY(const double taken, run_once({"kontor", "--quiet", "--store", bench::bench_store_path().string(),
                                      "backtest", config.string(), "--out", out.string()}));
    if (i == 0) continue;  // the first one warms the page cache
    seconds.push_back(taken);
    TRY(const double own, own_mebibytes(out));
    mebibytes.push_back(own);
  }
  return ProcessFigures{median(std::move(seconds)), median(std::move(mebibytes))};
}

}  // namespace kontor::app
