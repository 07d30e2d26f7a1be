#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "journal/file_system.hpp"
#include "model/order.hpp"
#include "venue/sim/timed_report.hpp"

namespace kontor::paper {

/// One thing that a paper venue does not forget: an order that reached it, or what it said.
using PaperRecord = std::variant<NewOrder, sim::TimedReport>;

/// The memory of a paper venue on the disk: a log of records that only grows, and beside it the venue's state
/// with the length that the log had then. The state is put into place at once, and that makes a change valid:
/// what the log has behind it is cut off when the store is opened.
class PaperStore {
 public:
  /// What the store held when it was opened; an empty state: nothing yet.
  struct Kept {
    std::vector<std::byte> state;
    std::vector<PaperRecord> records;
  };

  /// Makes the folder where there is none. `files` must outlive the store. Errors: io, no_space, bad_data
  /// (the files are not as they were written).
  [[nodiscard]] static Result<PaperStore> open(journal::FileSystem& files, std::string folder);

  /// What was found; empty afterwards.
  [[nodiscard]] Kept take_kept() noexcept { return std::move(kept_); }
  /// Returns when the records and the state that they led to are on the disk. After an error nobody may be
  /// told of them, and the store takes nothing more.
  [[nodiscard]] Result<void> commit(std::span<const PaperRecord> records, std::span<const std::byte> state);

 private:
  PaperStore(journal::FileSystem& files, std::string folder) : files_(&files), folder_(std::move(folder)) {}
  Result<void> read_log(std::uint64_t length);
  Result<std::uint64_t> read_state();

  journal::FileSystem* files_;
  std::string folder_;
  std::unique_ptr<journal::File> log_;
  std::uint64_t length_ = 0;  ///< of the log, in bytes
  bool is_broken_ = false;
  Kept kept_;
};

}  // namespace kontor::paper
