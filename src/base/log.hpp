#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "base/log_file.hpp"
#include "base/log_line.hpp"
#include "base/log_queue.hpp"
#include "base/log_record.hpp"
#include "base/log_redaction.hpp"
#include "base/log_settings.hpp"
#include "base/result.hpp"

namespace kontor {

/// What a program has to say of its own running, for people and for programs that watch it (M7): lines of
/// JSON in files that rotate, and lines for people on the console. docs/logs.md has every field.
///
/// Made by the program and handed to those who speak. Speaking never waits for a disk and never fails: a
/// record goes into a bounded queue, a thread of the log's own writes it. What the queue has no room for is
/// dropped, debug first, and counted; the counts are a record themselves. A disk that refuses is told once on
/// the console; the program goes on. Every function may be called from any thread.
class Log {
 public:
  static constexpr std::size_t kQueueRecords = 8'192;

  /// Where it speaks to besides the files.
  struct Console {
    /// Gets lines for people, and complaints of the log about itself; from the log's thread.
    std::function<void(std::string_view)> write{};  ///< empty: nobody looks
    bool in_colour = false;
  };
  /// What it must not ask for itself in a test.
  struct Surroundings {
    LogOrigin origin{};
    Console console{};
    std::function<TimeNs()> clock{};  ///< time on the wall; empty: the system's
    std::size_t queue_records = kQueueRecords;
  };

  /// `folder` is where the files are unless the settings name one. Errors: those of LogFile.
  [[nodiscard]] static Result<std::unique_ptr<Log>> open(const std::string& folder,
                                                         const LogSettings& settings,
                                                         Surroundings surroundings);
  /// A log that keeps nothing and shows nothing.
  [[nodiscard]] static std::unique_ptr<Log> silent();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// Writes what was said and ends.
  ~Log();

  /// True where a record of this level is wanted: asked first, it costs one load.
  [[nodiscard]] bool wants(LogLevel level, LogComponent component) const noexcept {
    return level >= thresholds_[static_cast<std::size_t>(component)].load(std::memory_order_relaxed);
  }

  using Fields = std::initializer_list<LogField>;
  void write(LogLevel level, LogComponent component, std::string_view message,
             std::span<const LogField> fields, std::string_view correlation = {}) {
    if (wants(level, component)) [[unlikely]]
      say(level, component, message, fields, correlation);
  }
  void debug(LogComponent component, std::string_view message, Fields fields = {},
             std::string_view about = {}) {
    write(LogLevel::debug, component, message, std::span(fields.begin(), fields.size()), about);
  }
  void info(LogComponent component, std::string_view message, Fields fields = {},
            std::string_view about = {}) {
    write(LogLevel::info, component, message, std::span(fields.begin(), fields.size()), about);
  }
  void warning(LogComponent component, std::string_view message, Fields fields = {},
               std::string_view about = {}) {
    write(LogLevel::warning, component, message, std::span(fields.begin(), fields.size()), about);
  }
  void error(LogComponent component, std::string_view message, Fields fields = {},
             std::string_view about = {}) {
    write(LogLevel::error, component, message, std::span(fields.begin(), fields.size()), about);
  }
  void critical(LogComponent component, std::string_view message, Fields fields = {},
                std::string_view about = {}) {
    write(LogLevel::critical, component, message, std::span(fields.begin(), fields.size()), about);
  }

  /// From now on this value is written nowhere.
  void hide(std::string secret);
  /// `debug` or `risk=debug`, from the next record on. Error usage.
  [[nodiscard]] Result<void> set_level(std::string_view word);
  /// Everything at once. Where the files cannot be moved to another folder the rest holds and they stay.
  [[nodiscard]] Result<void> configure(const LogSettings& settings);
  [[nodiscard]] LogSettings settings() const;
  /// True where the console shows records of this level.
  [[nodiscard]] bool console_shows(LogLevel level) const;
  /// Waits until all that was said before is written, or could not be.
  void flush();

 private:
  Log(std::string folder, const LogSettings& settings, Surroundings surroundings,
      std::optional<LogFile> file);

  void say(LogLevel level, LogComponent component, std::string_view message, std::span<const LogField> fields,
           std::string_view correlation);
  void set_thresholds(const LogLevels& levels) noexcept;
  [[nodiscard]] static LogFile::Bounds bounds_of(const LogSettings& settings) noexcept {
    return {settings.size, settings.count};
  }

  // The writer's own.
  struct Work;
  [[nodiscard]] Work next_work();
  void run();
  void put(LogRecord& record, LogLevel console);
  void put_out(LogLevel console);
  void tell_dropped(const LogCounts& dropped, LogLevel console);
  void note_lost(std::string_view lines, const Error& failure);
  void complain(std::string_view text) const;
  [[nodiscard]] LogRecord own_record(LogLevel level, std::string message) const;

  const std::string folder_;
  const Surroundings surroundings_;
  std::array<std::atomic<LogLevel>, kLogComponents> thresholds_{};

  mutable std::mutex mutex_;  ///< of what follows, up to the writer's own
  std::condition_variable something_to_do_;
  std::condition_variable something_done_;
  LogSettings settings_;
  LogQueue queue_;
  LogRedaction redaction_;
  std::optional<LogFile> other_file_;  ///< that the writer is to go over to
  std::uint64_t said_ = 0;             ///< records and other wishes …
  std::uint64_t done_ = 0;             ///< … and how many of them are carried out
  bool ends_ = false;

  std::optional<LogFile> file_;
  std::string lines_;    ///< that wait to be written into the file …
  std::string console_;  ///< … and to the console
  std::uint64_t seq_ = 0;
  std::uint64_t lost_ = 0;            ///< lines that the disk has refused since it last took some
  std::string rotation_complaint_{};  ///< the last one
  std::thread writer_;                ///< last: it uses all of the above
};

}  // namespace kontor
