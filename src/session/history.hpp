#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "journal/reader.hpp"

namespace kontor::session {

/// What a journal says has happened, record after record, to go through it again: inputs, outputs and hashes
/// of the state. What only tells about the run (configuration, instruments, steps of the session's life, a
/// good end) is passed over.
class History {
 public:
  /// From record `from_seq` on. Errors as for journal::Reader.
  [[nodiscard]] static Result<History> open(journal::FileSystem& files, const std::string& folder,
                                            std::uint64_t from_seq = 1);

  /// What comes next, borrowed until pass(); nullptr at the end.
  [[nodiscard]] const journal::Record* next() const noexcept { return next_; }
  /// Goes on to the record after it.
  [[nodiscard]] Result<void> pass();
  /// Goes on if the next record is of this type and holds these bytes; otherwise says what differs: ErrorKind
  /// internal, with the place in the journal.
  [[nodiscard]] Result<void> expect(journal::RecordType type, std::span<const std::byte> payload,
                                    std::string_view what);

 private:
  explicit History(journal::Reader reader) : reader_(std::make_unique<journal::Reader>(std::move(reader))) {}

  std::unique_ptr<journal::Reader> reader_;  ///< stays where it is: what it gives is borrowed from it
  const journal::Record* next_ = nullptr;
};

}  // namespace kontor::session
