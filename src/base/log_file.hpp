#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/log_archive.hpp"
#include "base/result.hpp"

namespace kontor {

/// The name of the file that is written; older ones have a number behind it, from 1 on: `kontor.log.1`, and
/// from 2 on they are packed: `kontor.log.2.gz`.
inline constexpr std::string_view kLogFile = "kontor.log";

/// A file of lines that begins anew when it has grown to its size: it is renamed, so that no line is lost and
/// whoever reads it reads on, and so are the older ones; the oldest goes. Packing is done in idle(). Its
/// folder belongs to one program at a time. One thread.
///
/// Interrupted at any moment, a rotation loses no line: the older files move up only as far as there is a gap
/// in their numbers, and what was half packed is packed again.
class LogFile {
 public:
  struct Bounds {
    std::uint64_t size = 10'000'000;
    std::uint32_t count = 5;
  };

  /// Goes on with what is there; cuts a last line that was never finished. Makes the folder. Error io,
  /// no_space, usage: another program writes its log there.
  [[nodiscard]] static Result<LogFile> open(std::filesystem::path folder, Bounds bounds);
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&& other) noexcept;
  ~LogFile();

  /// How much of the lines is in the files now, always whole ones, and why it is not all of them.
  struct Appended {
    std::size_t bytes = 0;
    std::optional<Error> failure{};  ///< no_space, io
  };
  /// Appends whole lines. After a failure the next ones may be tried.
  [[nodiscard]] Appended append(std::string_view lines);
  /// Why no other file could be begun since this was asked before; the lines then went on into the old one.
  [[nodiscard]] std::optional<Error> take_rotation_failure() {
    return std::exchange(rotation_failure_, std::nullopt);
  }
  /// Does a piece of what can wait. True while there is more.
  [[nodiscard]] bool idle();
  void bound(Bounds bounds) noexcept { bounds_ = bounds; }

  /// Of the last line that was there when it was opened; zero: none.
  [[nodiscard]] std::uint64_t last_seq() const noexcept { return last_seq_; }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  LogFile(std::filesystem::path folder, Bounds bounds) : folder_(std::move(folder)), bounds_(bounds) {}

  [[nodiscard]] Result<void> lock();
  [[nodiscard]] Result<void> open_current();
  [[nodiscard]] Result<void> move_up();
  [[nodiscard]] Result<void> rotate();
  [[nodiscard]] Result<void> write(std::string_view lines);
  [[nodiscard]] std::size_t fitting(std::string_view lines) const noexcept;
  void cut_torn_end();
  void find_last_seq();
  void tidy_up();
  void remove_beyond();
  [[nodiscard]] std::filesystem::path numbered(std::uint32_t number, bool packed) const;
  [[nodiscard]] bool has(std::uint32_t number) const;

  std::filesystem::path folder_;
  Bounds bounds_;
  int folder_lock_ = -1;
  int file_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t last_seq_ = 0;
  std::optional<LogArchive> archive_;
  std::optional<Error> rotation_failure_;
  bool may_have_work_ = true;  ///< something may be there to be packed
};

}  // namespace kontor
