#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "command.hpp"
#include "session/paper_session.hpp"
#include "session/session_log.hpp"

namespace kontor::app {

/// The log of a session that is run: made of what the configuration's file and the command line say, and
/// changed by what the file says later and by words over the control socket.
class RunLog {
 public:
  /// `words` are those of `--log-level`: they win over the file, whatever it says later. `folder` is the
  /// session's.
  [[nodiscard]] static Result<std::unique_ptr<RunLog>> open(const std::string& folder,
                                                            const LogSettings& file,
                                                            std::vector<std::string> words,
                                                            const Globals& globals);
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  ~RunLog();

  [[nodiscard]] Log& log() noexcept { return *log_; }
  /// Hears what the session tells.
  [[nodiscard]] session::EventListener* listener() noexcept { return &session_; }
  /// What the door of the session is to tell of.
  [[nodiscard]] session::ControlListener door();
  /// What is logged, in words.
  [[nodiscard]] std::string levels() const { return log_->settings().levels.text(); }
  /// What the file says now: in force at once where it is not what it said before.
  void file_says(const LogSettings& file);

  void opened(const session::Restart& restart, const std::string& id);
  /// Somebody has asked for something in another way than over the socket.
  void asked(std::string_view by, session::Request request);
  void ended(std::string_view how, const session::SessionStatus& status);
  /// Passes an outcome on, and tells of it where it is an error that ends the session.
  template <class T>
  [[nodiscard]] Result<T> outcome_of(Result<T> outcome) {
    if (!outcome) failed(outcome.error());
    return outcome;
  }

 private:
  RunLog(std::unique_ptr<Log> log, const LogSettings& file, std::vector<std::string> words, bool is_quiet);
  void failed(const Error& error);

  std::unique_ptr<Log> log_;
  session::SessionLog session_;
  LogSettings file_;
  std::vector<std::string> words_;
  bool is_quiet_;
};

/// Where a log's records for people go: stderr, in colour on a terminal unless NO_COLOR says otherwise.
[[nodiscard]] Log::Console standard_error_console();
/// True where what is printed to this stream may be coloured.
[[nodiscard]] bool is_coloured(std::FILE* stream);

/// `--log-level`, to be given any number of times.
void add_log_level_option(CLI::App& command, std::vector<std::string>& words);

}  // namespace kontor::app
