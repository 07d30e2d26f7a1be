#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "journal/account_lock.hpp"
#include "journal/family_file.hpp"
#include "journal/manifest.hpp"
#include "model/event_codec.hpp"

namespace kontor::journal {

/// When records are made durable.
struct SyncPolicy {
  enum class When : std::uint8_t {
    before_send,  ///< before anything leaves for the venue, and after the interval at the latest
    interval,     ///< after the interval
    none,         ///< when the system likes; a loss of power may take what it has not yet written
  };
  When when = When::before_send;
  DurationNs interval_ns = kSecond;
};

/// Whether orders wait for the commit.
enum class Batch : std::uint8_t { silent, sends };

struct WriterOptions {
  SyncPolicy sync{};
  std::uint64_t segment_bytes = std::uint64_t{64}
                                << 20U;  ///< a segment that is larger is the last of its kind
  AccountLock* lock = nullptr;           ///< outlives the writer; nullptr: nobody else writes
};

/// Where a journal goes on: what recover() found, or the defaults for a new one.
struct WriterStart {
  std::uint64_t next_seq = 1;
  std::array<FamilyFile::Before, kFamilies> families{};  ///< by Family
};

/// Appends records to a journal. One thread owns it.
///
/// append() only encodes into memory, without allocating once the buffers have grown; commit(), called once
/// per drained batch, writes each family with one call, and syncs as the policy says, both at once: when it
/// returns, a decision is durable together with its data. A crash before that can leave one without the
/// other, and recovery cuts behind what is missing. When a write or a sync fails the writer is failed:
/// commit() returns the error from then on, durable_through() stands still, and what is appended is kept in
/// memory, so that reopen() can write it all once the disk is well. More than kMaxKept of it is lost; then
/// the journal ends where it is and a new one has to begin from a snapshot.
class Writer {
 public:
  static constexpr std::size_t kMaxKept = std::size_t{32} << 20U;

  /// Begins a run: a segment of each family in `folder`, and the first two records, which the next commit
  /// writes: the configuration and the instruments in force. The token of `identity` is the lock's.
  [[nodiscard]] static Result<Writer> open(FileSystem& files, std::string folder, Identity identity,
                                           const WriterOptions& options, const WriterStart& start,
                                           TimeNs now);

  /// The seq of the next record: the one to stamp the next event with.
  [[nodiscard]] std::uint64_t next_seq() const noexcept { return next_seq_; }
  /// Every record up to this one is on the disk.
  [[nodiscard]] std::uint64_t durable_through() const noexcept { return durable_through_; }

  /// An input; its seq must be next_seq(). The manifests of later segments have the configuration of a
  /// SettingsChanged.
  void append(const Event& event) noexcept {
    ASSERT(event.header.seq == next_seq_);
    append_as(type_of(event.body), event.header.ts_recv,
              [&](Encoder& encoder) { encode_event(encoder, event); });
    if (const auto* change = std::get_if<SettingsChanged>(&event.body)) [[unlikely]]
      identity_.configuration = {change->configuration_hash, change->configuration};
  }
  /// An output.
  void append(const Command& command) noexcept {
    append_as(type_of(command.body), command.header.ts_recv,
              [&](Encoder& encoder) { encode_into(encoder, command); });
  }
  void append(TimeNs ts, const IntentRefused& refused) noexcept { append_payload(ts, refused); }
  void append(TimeNs ts, const FillBooked& booked) noexcept { append_payload(ts, booked); }
  void append(TimeNs ts, const BreakerChanged& change) noexcept { append_payload(ts, change); }
  void append(TimeNs ts, const ProtectionChanged& change) noexcept { append_payload(ts, change); }
  void append(TimeNs ts, const SnapshotTaken& snapshot) noexcept { append_payload(ts, snapshot); }
  void append(TimeNs ts, const SessionEvent& event) noexcept { append_payload(ts, event); }
  /// Also what the manifests of later segments say.
  void append(TimeNs ts, Configuration configuration);
  void append(TimeNs ts, InstrumentDefinitions instruments);

  /// Writes the batch, and syncs it where the policy asks for it: with before_send and Batch::sends
  /// everything is durable when this returns well, so the commands may leave. `now` is the driver's time.
  [[nodiscard]] Result<void> commit(TimeNs now, Batch batch);
  /// How durable everything can be made without a breach of the policy.
  [[nodiscard]] Durability durability() const noexcept {
    return options_.sync.when == SyncPolicy::When::none ? Durability::system : Durability::disk;
  }
  /// Makes everything durable, whatever the policy.
  [[nodiscard]] Result<void> sync(TimeNs now);
  /// Ends the run in good order.
  [[nodiscard]] Result<void> close(TimeNs now, std::string reason);

  /// What made the writer fail; nothing while it works.
  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
  /// False once nothing helps: another holder took the account, or more was appended than could be kept.
  [[nodiscard]] bool can_reopen() const noexcept {
    return !lost_ && (options_.lock == nullptr || !options_.lock->is_lost());
  }
  /// Tries again after a failure: cuts the files back to what is durable and writes the rest, where
  /// can_reopen().
  [[nodiscard]] Result<void> reopen(TimeNs now);

 private:
  Writer(FileSystem& files, std::string folder, Identity identity, const WriterOptions& options,
         const WriterStart& start, TimeNs now);

  template <class Encode>
  void append_as(RecordType type, TimeNs ts, const Encode& encode) noexcept;
  template <class Payload>
  void append_payload(TimeNs ts, const Payload& payload) noexcept {
    append_as(kTypeOf<Payload>, ts, [&](Encoder& encoder) { encode_into(encoder, payload); });
  }
  void finish_record(FamilyFile& family, std::size_t start, const RecordHeader& header) noexcept;
  [[nodiscard]] FamilyFile& file_of(Family family) noexcept {
    return families_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] bool must_sync(TimeNs now, Batch batch) const noexcept;
  [[nodiscard]] Result<void> write();
  [[nodiscard]] Result<void> write_and_sync(TimeNs now);
  [[nodiscard]] Result<void> roll(TimeNs now);
  [[nodiscard]] Result<void> still_ours();
  [[nodiscard]] Result<void> note(Result<void> outcome);

  FileSystem* files_;
  std::string folder_;
  Identity identity_;
  WriterOptions options_;
  std::array<FamilyFile, kFamilies> families_;
  std::uint64_t next_seq_;
  std::uint64_t durable_through_;
  TimeNs last_sync_;
  std::optional<Error> failure_;
  bool lost_ = false;
};

template <class Encode>
void Writer::append_as(RecordType type, TimeNs ts, const Encode& encode) noexcept {
  const std::uint64_t seq = next_seq_++;
  if (lost_) [[unlikely]]
    return;
  FamilyFile& family = file_of(family_of(type));
  Encoder& buffer = family.buffer();
  const std::uint64_t pending = seq - 1 - durable_through_;
  const RecordHeader header{0,
                            0,
                            static_cast<std::uint16_t>(type),
                            version_of(type),
                            static_cast<std::uint32_t>(std::min<std::uint64_t>(pending, kAllPending)),
                            seq,
                            ts};
  const std::size_t start = buffer.size();
  buffer.bytes(&header, sizeof header);
  encode(buffer);
  finish_record(family, start, header);
}

}  // namespace kontor::journal
