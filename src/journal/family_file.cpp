#include "journal/family_file.hpp"

#include <array>

namespace kontor::journal {

FamilyFile::FamilyFile(Family family, std::string folder, Before before)
    : family_(family), folder_(std::move(folder)), first_seq_(before.first_seq), last_seq_(before.last_seq) {}

Result<void> FamilyFile::begin_segment(FileSystem& files, const Identity& identity, std::uint64_t first_seq,
                                       TimeNs ts) {
  ASSERT(buffer_.size() == 0);
  Encoder encoder;
  write_manifest(encoder, Manifest{kFormatVersion, {family_, first_seq, first_seq_, last_seq_}, identity},
                 ts);
  const std::array<std::span<const std::byte>, 1> pieces{encoder.buffer()};
  const std::string name = segment_file_name(family_, first_seq);
  begun_in_vain_ = path_in(folder_, name);
  TRY(file_, publish_file(files, folder_, name, pieces));
  begun_in_vain_.clear();
  base_ = encoder.size();
  written_ = 0;
  first_seq_ = first_seq;
  return {};
}

Result<void> FamilyFile::write() {
  if (unwritten() == 0) return {};
  synced_ = false;
  TRY_VOID(file_->append(std::span(buffer_.buffer()).subspan(written_)));
  written_ = buffer_.size();
  return {};
}

void FamilyFile::forget_written() noexcept {
  ASSERT(unwritten() == 0);
  base_ += written_;
  buffer_.truncate(0);
  written_ = 0;
}

Result<void> FamilyFile::rewind(FileSystem& files) {
  synced_ = false;
  if (!begun_in_vain_.empty()) {
    const auto removed = files.remove(begun_in_vain_);
    if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
    TRY_VOID(files.sync_folder(folder_));
    begun_in_vain_.clear();
  }
  TRY_VOID(file_->truncate(base_));
  written_ = 0;
  return {};
}

}  // namespace kontor::journal
