#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "research/prepare.hpp"
#include "session/file_watch.hpp"
#include "session/paper_session.hpp"

namespace kontor::app {

/// The configuration's file of a running session: what is changed in it goes into the session, as far as that
/// can change.
class SettingsFile {
 public:
  using Print = std::function<void(LogLevel, const std::string&)>;

  /// `prepared` is what the session was begun with, and outlives this. `overrides` are those of `--set`: they
  /// win over the file, whatever it says later. `print` gets lines for the user, and how much they matter;
  /// empty: nobody looks.
  SettingsFile(std::filesystem::path file, std::vector<std::string> overrides,
               const research::PreparedBacktest& prepared, Print print)
      : file_(std::move(file)),
        overrides_(std::move(overrides)),
        prepared_(prepared),
        print_(std::move(print)),
        watch_(file_) {}

  /// Gets what the file says of the log, whatever it says of the rest; empty: nobody wants to know.
  void on_log(std::function<void(const LogSettings&)> take) { on_log_ = std::move(take); }
  /// True when it is worth reading: at first, and once after each change.
  [[nodiscard]] bool wants_to_be_read();
  /// What it says that is not in force. Nothing too where it was refused before for the same reason.
  [[nodiscard]] std::optional<session::SettingsWord> read(const journal::Configuration& in_force);

 private:
  [[nodiscard]] std::optional<session::SettingsWord> refuse(std::string reason);

  std::filesystem::path file_;
  std::vector<std::string> overrides_;
  const research::PreparedBacktest& prepared_;
  Print print_;
  std::function<void(const LogSettings&)> on_log_;
  session::FileWatch watch_;
  std::string refusal_;  ///< of what the file says now; empty: it is not refused
  bool was_read_ = false;
};

}  // namespace kontor::app
