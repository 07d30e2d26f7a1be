#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "journal/file_system.hpp"
#include "journal/manifest.hpp"

namespace kontor::journal {

/// Reads one segment from front to back through a window, and knows a whole record from anything else. What
/// the end of the bytes means is the Reader's to say.
class SegmentReader {
 public:
  enum class Step : std::uint8_t {
    record,  ///< record() is the next one
    end,     ///< the last record ends where the file does
    broken,  ///< what follows is no whole record
  };
  static constexpr std::size_t kWindow = std::size_t{1} << 20U;

  /// Opens the file and reads its manifest. Bytes behind `limit`, or appended later, are not seen.
  [[nodiscard]] static Result<SegmentReader> open(FileSystem& files, const std::string& path,
                                                  std::uint64_t limit = UINT64_MAX);

  [[nodiscard]] Result<Step> next();
  /// The record that the last step gave; its payload lives until the next step.
  [[nodiscard]] const Record& record() const noexcept { return record_; }
  [[nodiscard]] const Manifest& manifest() const noexcept { return manifest_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Where the next record begins, or what is broken.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// The last record that was read; 0: none yet.
  [[nodiscard]] std::uint64_t last_seq() const noexcept { return last_seq_; }
  /// What is wrong at position(), after a step gave `broken`.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  /// Whole records behind something broken.
  struct Behind {
    std::uint64_t records = 0;
    std::uint64_t offset = 0;           ///< of the first one
    std::uint64_t durable_through = 0;  ///< the highest that one of them knows of
  };
  /// Looks for whole records at every byte behind position(). Gives up with an error where that would take
  /// longer than any journal can.
  [[nodiscard]] Result<Behind> look_behind();

 private:
  SegmentReader(std::unique_ptr<File> file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  [[nodiscard]] Result<void> take_manifest();
  [[nodiscard]] Result<std::span<const std::byte>> bytes_at(std::uint64_t offset, std::size_t count);
  [[nodiscard]] Step broken(std::string problem);
  [[nodiscard]] Result<bool> whole_record_at(std::uint64_t offset, RecordHeader& header, std::uint64_t& work);

  std::unique_ptr<File> file_;
  std::string path_;
  std::uint64_t size_;
  Manifest manifest_;
  std::vector<std::byte> window_;
  std::uint64_t window_start_ = 0;  ///< in the file
  std::size_t window_size_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t last_seq_ = 0;
  Record record_;
  std::string problem_;
};

}  // namespace kontor::journal
