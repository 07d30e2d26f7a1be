#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "session/control_socket.hpp"

namespace kontor::session {

/// Tells when a file has another content, however that comes about: written in place and in pieces, or put in
/// its place by a rename. Where the system tells of changes (inotify) it is heard at once; besides the file's
/// modification time is looked at once a second, since some file systems tell of nothing. One thread.
class FileWatch {
 public:
  using Clock = std::chrono::steady_clock;
  /// How long the file has to be left alone before its content counts.
  static constexpr std::chrono::milliseconds kSettled{200};
  static constexpr std::chrono::milliseconds kBetweenLooks{1'000};

  /// Whether changes are to be heard of, or only looked for.
  enum class By : std::uint8_t { hearing, looking };

  /// From now on. A file that is not there yet is waited for.
  explicit FileWatch(std::filesystem::path file, By by = By::hearing);

  /// True once for each change, as soon as it has settled. Takes no time.
  [[nodiscard]] bool has_changed(Clock::time_point now);
  /// False where nobody tells of changes and they are only looked for.
  [[nodiscard]] bool hears() const noexcept { return inotify_.is_open(); }

 private:
  /// What tells one content from another without reading it.
  struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const Stamp&) const = default;
  };

  [[nodiscard]] static std::optional<Stamp> stamp_of(const std::filesystem::path& file);
  [[nodiscard]] bool hear();
  [[nodiscard]] bool look(Clock::time_point now);

  std::filesystem::path file_;
  std::string name_;
  Descriptor inotify_;
  std::optional<Stamp> stamp_;
  Clock::time_point next_look_;
  std::optional<Clock::time_point> touched_;  ///< when the last change was noticed that nobody was told of
};

}  // namespace kontor::session
