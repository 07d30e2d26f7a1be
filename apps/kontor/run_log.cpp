#include "run_log.hpp"

#include <cstdio>
#include <cstdlib>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace kontor::app {
namespace {

/// The settings of the file as the command line and `--quiet` change them. The words have been checked.
LogSettings with_words(LogSettings settings, const std::vector<std::string>& words, bool is_quiet) {
  for (const auto& word : words) static_cast<void>(settings.levels.apply(word));
  if (is_quiet) settings.console = std::max(settings.console, LogLevel::error);
  return settings;
}

}  // namespace

bool is_coloured(std::FILE* stream) {
  const char* const refused = std::getenv("NO_COLOR");
  return ::isatty(::fileno(stream)) == 1 && (refused == nullptr || *refused == '\0');
}

Log::Console standard_error_console() {
  return {[](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); },
          is_coloured(stderr)};
}

void add_log_level_option(CLI::App& command, std::vector<std::string>& words) {
  command
      .add_option("--log-level", words,
                  "What is logged: LEVEL for everything, or COMPONENT=LEVEL (may be repeated)")
      ->take_all()
      ->allow_extra_args(false)
      ->check(CLI::Validator(
          [](const std::string& word) {
            const auto applied = LogLevels().apply(word);
            return applied ? std::string() : applied.error().message;
          },
          ""));
}

Result<std::unique_ptr<RunLog>> RunLog::open(const std::string& folder, const LogSettings& file,
                                             std::vector<std::string> words, const Globals& globals) {
  Log::Surroundings surroundings;
  surroundings.origin = {host_name(), ::getpid()};
  surroundings.console = standard_error_console();
  TRY(auto log, Log::open(folder, with_words(file, words, globals.quiet), std::move(surroundings)));
  return std::unique_ptr<RunLog>(new RunLog(std::move(log), file, std::move(words), globals.quiet));
}

RunLog::RunLog(std::unique_ptr<Log> log, const LogSettings& file, std::vector<std::string> words,
               bool is_quiet)
    : log_(std::move(log)),
      session_(*log_, wall_clock),
      file_(file),
      words_(std::move(words)),
      is_quiet_(is_quiet) {}

RunLog::~RunLog() { session_.end(); }

session::ControlListener RunLog::door() {
  return {[this](const session::Demand& demand, const session::Peer& peer) { session_.heard(demand, peer); },
          [this](const std::string& word) { return log_->set_level(word); }};
}

void RunLog::file_says(const LogSettings& file) {
  if (file == file_) return;
  file_ = file;
  if (const auto outcome = log_->configure(with_words(file, words_, is_quiet_)); !outcome)
    log_->error(LogComponent::log, "The log stays in its folder", {{"error", outcome.error().message}});
  log_->info(LogComponent::configuration, "The file says what is to be logged", {{"levels", levels()}});
}

void RunLog::opened(const session::Restart& restart, const std::string& id) {
  for (const auto& problem : restart.problems)
    log_->warning(LogComponent::journal, "A problem was found at the start", {{"problem", problem}});
  if (restart.cut_bytes != 0)
    log_->warning(LogComponent::journal, "The journal's end was never finished and is cut",
                  {{"bytes", restart.cut_bytes}});
  log_->info(LogComponent::session, restart.continues ? "The session goes on" : "The session begins",
             {{"session", id},
              {"snapshot", restart.snapshot_seq},
              {"levels", levels()},
              {"log_size", log_size_text(log_->settings().size)}});
}

void RunLog::asked(std::string_view by, session::Request request) {
  log_->info(LogComponent::control, "Asked without the control socket",
             {{"request", boost::describe::enum_to_string(request, "unknown")}, {"by", by}});
}

void RunLog::ended(std::string_view how, const session::SessionStatus& status) {
  session_.end();
  log_->info(LogComponent::session, "The run has ended",
             {{"how", how},
              {"events", status.events},
              {"orders", status.orders},
              {"fills", status.fills},
              {"refusals", status.refusals},
              {"equity", status.equity.format()}});
}

void RunLog::failed(const Error& error) {
  const bool is_journal = error.kind == ErrorKind::io || error.kind == ErrorKind::no_space;
  log_->critical(is_journal ? LogComponent::journal : LogComponent::session, "The session ends by an error",
                 {{"error", error.message}});
  log_->flush();
}

}  // namespace kontor::app
