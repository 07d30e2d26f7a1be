#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "journal/reader.hpp"

namespace kontor::session {

/// A refusal in the journal's form; `cause` is the seq of the event that it was decided on.
[[nodiscard]] journal::IntentRefused refusal_of(const engine::RefusedIntent& refused, std::uint64_t cause);

/// The same for how a fill went into the books; `outputs` are those of the fill's step.
[[nodiscard]] journal::FillBooked booking_of(const engine::FillBooked& booked, const engine::Outputs& outputs,
                                             std::uint64_t cause);

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

  /// Go on if the next record holds the same, to the last byte; otherwise say what differs: ErrorKind
  /// internal, with the place in the journal.
  [[nodiscard]] Result<void> expect(const Event& event);
  [[nodiscard]] Result<void> expect(const Command& command);
  [[nodiscard]] Result<void> expect(const journal::IntentRefused& refusal);
  [[nodiscard]] Result<void> expect(const BreakerChanged& change);
  [[nodiscard]] Result<void> expect(const ProtectionChanged& change);
  /// Where a build wrote the journal that did not tell bookings, there is nothing to compare, and nothing to
  /// go on from.
  [[nodiscard]] Result<void> expect(const journal::FillBooked& booking);
  /// The same for the state where a snapshot was taken: the next record is a SnapshotTaken.
  [[nodiscard]] Result<void> expect_state(const engine::Engine& engine);

 private:
  explicit History(journal::Reader reader) : reader_(std::make_unique<journal::Reader>(std::move(reader))) {}

  Result<void> expect_bytes(journal::RecordType type, std::string_view what);

  std::unique_ptr<journal::Reader> reader_;  ///< stays where it is: what it gives is borrowed from it
  const journal::Record* next_ = nullptr;
  bool tells_bookings_ = false;  ///< there has been one
  Encoder scratch_;
};

}  // namespace kontor::session
