#include "command.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace kontor::app {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal handler reaches nothing else
std::atomic<bool> interrupt_seen{false};
using Restore = void (*)() noexcept;
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal handler reaches nothing else
std::atomic<Restore> restore_before_end{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<Restore>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

extern "C" void on_interrupt(int /*signal*/) {
  if (!interrupt_seen.exchange(true)) return;
  if (const Restore restore = restore_before_end.load()) restore();
  ::_exit(130);
}

}  // namespace

CLI::App* add_command(CLI::App& parent, std::string_view name, std::string_view summary,
                      std::string_view examples) {
  CLI::App* command = parent.add_subcommand(std::string(name), std::string(summary));
  if (!examples.empty()) command->footer("\nExamples:\n" + std::string(examples));
  return command;
}

void add_config_options(CLI::App& command, std::string& config, std::vector<std::string>& overrides) {
  command.add_option("config", config, "Configuration file (TOML); see examples/")->required();
  command.add_option("--set", overrides, "Override one key: section.key=value (may be repeated)")
      ->take_all()
      ->allow_extra_args(false);
}

void set_action(CLI::App& command, Globals& globals, std::function<Result<int>()> run) {
  command.callback([&globals, run = std::move(run)] {
    const Result<int> outcome = run();
    if (outcome) {
      globals.exit_code = *outcome;
      return;
    }
    std::fflush(stdout);
    fmt::print(stderr, "kontor: {}\n", outcome.error().message);
    globals.exit_code = exit_code(outcome.error().kind);
  });
}

bool interrupted() noexcept { return interrupt_seen.load(); }

const std::atomic<bool>* interrupt_flag() noexcept { return &interrupt_seen; }

void watch_interrupt() {
  struct sigaction action = {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void before_forced_end(void (*restore)() noexcept) noexcept { restore_before_end.store(restore); }

TimeNs wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

CLI::Validator whole_number() {
  return {[](const std::string& text) {
            const bool whole = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
            return whole ? std::string() : fmt::format("expected a whole number from 0 on, found '{}'", text);
          },
          ""};
}

Result<std::int64_t> time_option(const std::string& text, std::int64_t fallback) {
  if (text.empty()) return fallback;
  return parse_time(text);
}

}  // namespace kontor::app
