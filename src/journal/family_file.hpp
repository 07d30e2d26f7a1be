#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/codec.hpp"
#include "journal/file_system.hpp"
#include "journal/manifest.hpp"

namespace kontor::journal {

/// One family's open segment and the records that are on their way to it. Part of the Writer.
///
/// The buffer holds records from the moment they are appended until they need not be written again: until
/// they are durable, or, where nothing is synced, until they are written. It lies on top of the first `base_`
/// bytes of the file; so a disk that failed can be cut back to `base_` and be given everything once more.
class FamilyFile {
 public:
  /// What is known of the family before this writer.
  struct Before {
    std::uint64_t first_seq = 0;  ///< of its last segment, 0 if none
    std::uint64_t last_seq = 0;
  };

  FamilyFile(Family family, std::string folder, Before before);

  /// Begins the next segment; nothing may be on its way.
  [[nodiscard]] Result<void> begin_segment(FileSystem& files, const Identity& identity,
                                           std::uint64_t first_seq, TimeNs ts);
  [[nodiscard]] Encoder& buffer() noexcept { return buffer_; }
  void appended(std::uint64_t seq) noexcept { last_seq_ = seq; }
  [[nodiscard]] std::size_t unwritten() const noexcept { return buffer_.size() - written_; }
  [[nodiscard]] std::size_t kept() const noexcept { return buffer_.size(); }
  [[nodiscard]] std::uint64_t file_size() const noexcept { return base_ + written_; }

  /// Hands to the system what it does not have yet.
  [[nodiscard]] Result<void> write();
  /// What has to be synced for all that was written to be on the disk; nullptr: it is there.
  [[nodiscard]] File* unsynced() noexcept { return synced_ ? nullptr : file_.get(); }
  void note_synced() noexcept { synced_ = true; }
  /// What is written is not needed any more.
  void forget_written() noexcept;
  /// After a failure: cuts the file back to what it surely holds, so that the rest is written again, and
  /// removes a segment that was begun in vain.
  [[nodiscard]] Result<void> rewind(FileSystem& files);

 private:
  Family family_;
  std::string folder_;
  std::unique_ptr<File> file_;
  std::string begun_in_vain_;  ///< path of a segment that may be there although its beginning failed
  Encoder buffer_;
  std::size_t written_ = 0;  ///< bytes of the buffer that are in the file
  std::uint64_t base_ = 0;   ///< bytes of the file before the buffer
  bool synced_ = true;
  std::uint64_t first_seq_;
  std::uint64_t last_seq_;
};

}  // namespace kontor::journal
