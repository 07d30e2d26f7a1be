#include "base/log.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace kontor {
namespace {

/// Lines gather up to so many bytes before they go to the disk together.
constexpr std::size_t kWriteBytes = 64 * 1024;
/// A text is cut for the queue at twice the bound that holds in the end, so that no half of a secret is left
/// at the end where the whole one would have been found.
constexpr std::size_t kMostQueuedText = 2 * LogRecord::kMostText;
constexpr std::string_view kCut = "…";

TimeNs system_time() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void cut(std::string& text) {
  if (text.size() <= LogRecord::kMostText) return;
  text.resize(LogRecord::kMostText);
  text += kCut;
}

LogRecord::Field stored(const LogField& field) {
  LogRecord::Field kept{std::string(field.key()), false};
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
          kept.value = std::string(value.substr(0, kMostQueuedText));
        } else {
          kept.value = value;
        }
      },
      field.value());
  return kept;
}

/// Signals are for those who wait for them, not for the writer.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const std::string& folder, const LogSettings& settings,
                                       Surroundings surroundings) {
  TRY(auto file, LogFile::open(settings.folder.empty() ? folder : settings.folder, bounds_of(settings)));
  return std::unique_ptr<Log>(new Log(folder, settings, std::move(surroundings), std::move(file)));
}

std::unique_ptr<Log> Log::silent() {
  LogSettings settings;
  settings.levels = LogLevels(LogLevel::off);
  return std::unique_ptr<Log>(new Log({}, settings, {}, std::nullopt));
}

Log::Log(std::string folder, const LogSettings& settings, Surroundings surroundings,
         std::optional<LogFile> file)
    : folder_(std::move(folder)),
      surroundings_(std::move(surroundings)),
      settings_(settings),
      queue_(surroundings_.queue_records),
      file_(std::move(file)),
      seq_(file_ ? file_->last_seq() : 0) {
  set_thresholds(settings.levels);
  const BlockedSignals blocked;
  writer_ = std::thread([this] { run(); });
}

Log::~Log() {
  {
    const std::lock_guard guard(mutex_);
    ends_ = true;
  }
  something_to_do_.notify_one();
  writer_.join();
}

void Log::set_thresholds(const LogLevels& levels) noexcept {
  for (std::size_t i = 0; i < kLogComponents; ++i)
    thresholds_[i].store(levels.of(static_cast<LogComponent>(i)), std::memory_order_relaxed);
}

void Log::say(LogLevel level, LogComponent component, std::string_view message,
              std::span<const LogField> fields, std::string_view correlation) {
  LogRecord record{surroundings_.clock ? surroundings_.clock() : system_time(),
                   level,
                   component,
                   static_cast<std::uint64_t>(::gettid()),
                   std::string(correlation.substr(0, kMostQueuedText)),
                   std::string(message.substr(0, kMostQueuedText)),
                   {}};
  record.fields.reserve(std::min(fields.size(), LogRecord::kMostFields));
  for (const auto& field : fields.first(std::min(fields.size(), LogRecord::kMostFields)))
    record.fields.push_back(stored(field));
  {
    const std::lock_guard guard(mutex_);
    queue_.push(std::move(record));
    ++said_;
  }
  something_to_do_.notify_one();
}

void Log::hide(std::string secret) {
  const std::lock_guard guard(mutex_);
  redaction_.hide(std::move(secret));
}

Result<void> Log::set_level(std::string_view word) {
  const std::lock_guard guard(mutex_);
  TRY_VOID(settings_.levels.apply(word));
  set_thresholds(settings_.levels);
  return {};
}

Result<void> Log::configure(const LogSettings& settings) {
  const auto folder_of = [&](const LogSettings& some) { return some.folder.empty() ? folder_ : some.folder; };
  LogSettings wanted = settings;
  const LogSettings before = this->settings();
  Result<void> outcome;
  std::optional<LogFile> other;
  if (folder_of(wanted) != folder_of(before)) {
    if (auto opened = LogFile::open(folder_of(wanted), bounds_of(wanted))) {
      other = std::move(*opened);
    } else {
      outcome = std::unexpected(opened.error());
      wanted.folder = before.folder;
    }
  }
  {
    const std::lock_guard guard(mutex_);
    settings_ = wanted;
    set_thresholds(wanted.levels);
    if (other) other_file_ = std::move(other);
    ++said_;
  }
  something_to_do_.notify_one();
  return outcome;
}

LogSettings Log::settings() const {
  const std::lock_guard guard(mutex_);
  return settings_;
}

bool Log::console_shows(LogLevel level) const {
  const std::lock_guard guard(mutex_);
  return surroundings_.console.write && level >= settings_.console;
}

void Log::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = said_;
  something_done_.wait(lock, [&] { return done_ >= before; });
}

// ---------------------------------------------------------------------------------------------- the writer

struct Log::Work {
  std::vector<LogRecord> records;
  LogCounts dropped{};
  std::optional<LogFile> other_file;
  LogFile::Bounds bounds;
  LogLevel console = LogLevel::off;
  LogRedaction redaction;
  std::uint64_t said = 0;
  bool ends = false;
};

/// Waits for something to do; where there is a file to be packed, the time is used for it.
Log::Work Log::next_work() {
  std::unique_lock lock(mutex_);
  const auto is_due = [&] { return said_ != done_ || ends_; };
  while (!is_due()) {
    lock.unlock();
    const bool has_more = file_ && file_->idle();
    lock.lock();
    if (!has_more) something_to_do_.wait(lock, is_due);
  }
  return {queue_.take(),
          queue_.take_dropped(),
          std::exchange(other_file_, std::nullopt),
          bounds_of(settings_),
          settings_.console,
          redaction_,
          said_,
          ends_};
}

void Log::run() {
  for (;;) {
    Work work = next_work();
    if (work.other_file) {
      file_ = std::move(work.other_file);
      seq_ = file_->last_seq();
    }
    if (file_) file_->bound(work.bounds);
    for (auto& record : work.records) {
      work.redaction.redact(record);
      put(record, work.console);
      if (lines_.size() >= kWriteBytes) put_out(work.console);
    }
    tell_dropped(work.dropped, work.console);
    put_out(work.console);
    {
      const std::lock_guard guard(mutex_);
      done_ = work.said;
    }
    something_done_.notify_all();
    if (work.ends) return;
  }
}

void Log::put(LogRecord& record, LogLevel console) {
  cut(record.message);
  for (auto& field : record.fields) {
    if (auto* text = std::get_if<std::string>(&field.value)) cut(*text);
  }
  if (file_) append_log_line(lines_, record, surroundings_.origin, ++seq_);
  if (surroundings_.console.write && record.level >= console)
    append_console_line(console_, record, surroundings_.console.in_colour);
}

LogRecord Log::own_record(LogLevel level, std::string message) const {
  return {surroundings_.clock ? surroundings_.clock() : system_time(),
          level,
          LogComponent::log,
          static_cast<std::uint64_t>(::gettid()),
          {},
          std::move(message),
          {}};
}

void Log::tell_dropped(const LogCounts& dropped, LogLevel console) {
  std::uint64_t sum = 0;
  for (const auto count : dropped) sum += count;
  if (sum == 0) return;
  auto record = own_record(LogLevel::warning, "Records were dropped: more was said than could be written");
  for (std::size_t level = 0; level < kLogLevels; ++level) {
    if (dropped[level] != 0)
      record.fields.push_back({std::string(name_of(static_cast<LogLevel>(level))), dropped[level]});
  }
  put(record, console);
}

void Log::put_out(LogLevel console) {
  if (file_ && !lines_.empty()) {
    const auto done = file_->append(lines_);
    if (done.bytes != 0 && !done.failure && lost_ != 0) {
      auto record = own_record(LogLevel::error, "The disk takes lines again; some were lost");
      record.fields.push_back({"lines", std::exchange(lost_, 0)});
      complain(fmt::format("{}: the log is written again", file_->folder().string()));
      lines_.clear();
      put(record, console);
      static_cast<void>(file_->append(lines_));
    } else if (done.failure) {
      note_lost(std::string_view(lines_).substr(done.bytes), *done.failure);
    }
    lines_.clear();
    if (const auto failure = file_->take_rotation_failure();
        failure && std::exchange(rotation_complaint_, failure->message) != failure->message)
      complain(fmt::format("the log goes on in its old file: {}", failure->message));
  }
  if (!console_.empty() && surroundings_.console.write) surroundings_.console.write(console_);
  console_.clear();
}

/// Lines that are lost have no number: the next ones take theirs, and say how many there were.
void Log::note_lost(std::string_view lines, const Error& failure) {
  const auto count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  seq_ -= count;
  if (lost_ == 0)
    complain(fmt::format("the log cannot be written: {}; the program goes on", failure.message));
  lost_ += count;
}

void Log::complain(std::string_view text) const {
  if (surroundings_.console.write) surroundings_.console.write(fmt::format("kontor: {}\n", text));
}

}  // namespace kontor
