#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "journal/file_system.hpp"
#include "session/logged_event.hpp"

namespace kontor::session {

/// The folder of a session's events, below that of its journal.
[[nodiscard]] std::string event_folder(const std::string& session_folder);
/// `000001.jsonl`.
[[nodiscard]] std::string event_file_name(std::uint64_t number);
/// The names of the files of events, in their order; none where there is no folder.
[[nodiscard]] Result<std::vector<std::string>> event_files(journal::FileSystem& files,
                                                           const std::string& session_folder);

/// A line of a session's events, and where it stands.
struct EventPlace {
  std::string path;
  std::uint64_t line = 0;  ///< from 1
};
/// Gives every whole line of all files to `visit`, without its end; what a writer has not finished is left
/// out. Stops at the first error of `visit`.
[[nodiscard]] Result<void> for_each_event_line(
    journal::FileSystem& files, const std::string& session_folder,
    const std::function<Result<void>(std::string_view line, const EventPlace& place)>& visit);

/// Appends events to a session's files. Lines gather in memory until they are written; a file that has grown
/// past its limit is the last of its kind. What is not yet on the disk stays in memory, too: where a write or
/// a sync has failed, the next one cuts the file back to what is surely there and writes the rest again. One
/// thread.
class EventLog {
 public:
  static constexpr std::uint64_t kFileBytes = std::uint64_t{64} << 20U;
  /// What may gather before it is written although nobody asks for it.
  static constexpr std::size_t kWriteAt = std::size_t{1} << 20U;
  /// What is kept of lines that nobody asks to be synced; a run that finds them gone makes them again.
  static constexpr std::size_t kMostUnsynced = std::size_t{8} << 20U;

  /// Where the file ends: the last event, and the journal's record that it tells of.
  struct End {
    std::uint64_t seq = 0;  ///< 0: there is none
    std::uint64_t record = 0;
    std::uint64_t cut_bytes = 0;  ///< of lines that were not whole, or that told of records which are gone
  };

  EventLog(journal::FileSystem& files, const std::string& session_folder,
           std::uint64_t file_bytes = kFileBytes)
      : files_(&files), folder_(event_folder(session_folder)), file_bytes_(file_bytes) {}

  /// Cuts what a crash has left of the last line, and events of records behind `last_record`, the end of the
  /// journal; makes that durable.
  [[nodiscard]] Result<End> recover(std::uint64_t last_record);
  /// Removes all files: they are made again from the journal.
  [[nodiscard]] Result<void> clear();

  void append(const LoggedEvent& event) { append_line(text_, event); }
  [[nodiscard]] bool is_full() const noexcept { return text_.size() - written_ >= kWriteAt; }
  /// Bytes in memory: of lines that are not on the disk yet.
  [[nodiscard]] std::size_t kept() const noexcept { return text_.size(); }
  /// Writes what has gathered; `sync`: returns when it, and all that was written before, is on the disk.
  [[nodiscard]] Result<void> write(bool sync);

 private:
  [[nodiscard]] Result<void> open_file();
  [[nodiscard]] Result<void> rewind();
  [[nodiscard]] Result<void> sync_file();
  void forget_written();
  [[nodiscard]] Result<void> recover_file(const std::string& name, std::uint64_t last_record, End& end);

  journal::FileSystem* files_;
  std::string folder_;
  std::uint64_t file_bytes_;
  std::unique_ptr<journal::File> file_;
  std::uint64_t number_ = 0;  ///< of the last file; 0: none
  std::uint64_t base_ = 0;    ///< bytes of it before `text_`
  std::string text_;
  std::size_t written_ = 0;  ///< bytes of `text_` that are in the file
  bool unsynced_ = false;
  bool has_failed_ = false;  ///< what is in the file behind `base_` is not known
};

}  // namespace kontor::session
