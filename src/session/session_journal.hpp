#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/account_lock.hpp"
#include "journal/snapshot.hpp"
#include "session/chronicle.hpp"
#include "session/run_teller.hpp"

namespace kontor::session {

/// What of a session is kept on the disk, and how.
struct JournalSetup {
  static constexpr std::uint64_t kSnapshotEvents = 65'536;

  journal::Identity identity;
  std::string folder;
  journal::SyncPolicy sync{};
  std::uint64_t snapshot_events = kSnapshotEvents;  ///< events between two snapshots
  SessionAbout about{};
  bool safe_mode = true;  ///< takes no new risk after a loop of crashes
};

/// How a session came to where it began.
struct Restart {
  bool continues = false;             ///< there was a journal
  bool closed = false;                ///< the run before ended in good order
  std::uint64_t snapshot_seq = 0;     ///< of the state that it went on from; 0: from the first record
  std::uint64_t repeated = 0;         ///< events after it that were gone through again
  std::uint64_t cut_bytes = 0;        ///< torn off the journal's end, never acted upon
  std::vector<std::string> problems;  ///< with snapshots and events that could not be used
  bool crash_loop = false;            ///< its runs crash one after the other: it takes no new risk
};

/// What a snapshot of a session holds.
struct KeptState {
  journal::Snapshot snapshot;
  std::span<const std::byte> engine;  ///< the engine's state and, where it is simulated, the venue's
  std::span<const std::byte> own;     ///< what the session has beside them
  bool is_whole = false;              ///< false: a build wrote it that kept only the first
};

/// A session's place on the disk, whatever it trades on: the journal with its past, the snapshots, the events
/// and the story of its runs. Opened in two steps, between which the session takes back the state that it
/// goes on from: recover(), then restored() or refused() where that gave one, then open(). One thread; stays
/// where it is, for its parts know each other.
class SessionJournal {
 public:
  /// `files` and `lock`, which must be held, outlive it. `figures` tells those of the present moment.
  SessionJournal(journal::FileSystem& files, journal::AccountLock& lock, JournalSetup setup,
                 std::function<SessionFigures()> figures);
  SessionJournal(const SessionJournal&) = delete;
  SessionJournal& operator=(const SessionJournal&) = delete;

  /// Makes the journal whole and finds its newest snapshot; nothing where there is none. What a crash tore
  /// off was never durable, so it was never acted upon. Errors: usage (the session was begun with another
  /// configuration), bad_data (the journal is corrupt), io.
  [[nodiscard]] Result<std::optional<KeptState>> recover();
  /// The session has taken back what the snapshot holds.
  void restored(const KeptState& kept);
  /// It could not; it goes on from its first record.
  void refused(const KeptState& kept, std::string_view why);
  /// Opens what lies behind the state that the session goes on from, and the pens; `now` tells the session's
  /// time to the first record of this run. Errors: bad_data, io.
  [[nodiscard]] Result<void> open(std::function<TimeNs()> now);

  /// The past was gone through: `before` and `now` are the events that the engine had been given.
  void repeated(std::uint64_t before, std::uint64_t now);
  [[nodiscard]] bool wants_snapshot(std::uint64_t events) const noexcept {
    return events >= next_snapshot_ && !chronicle_->disk_fault();
  }
  /// Makes everything durable and keeps the state after it; later, where the disk fails. `engine` is the
  /// engine's state; `state` that and the simulated venue's; `own` what the session has beside them; `events`
  /// those the engine was given.
  [[nodiscard]] Result<void> keep(std::span<const std::byte> engine, Encoder state,
                                  const std::vector<std::byte>& own, std::uint64_t events);
  /// Ends the run in good order.
  [[nodiscard]] Result<void> close(std::string reason);
  /// An error once something went wrong for good, such as a past that came out differently.
  [[nodiscard]] Result<void> health() const;
  /// An error, too, while the disk cannot be written: nothing may begin then.
  [[nodiscard]] Result<void> can_begin() const;
  /// Between two tries to write to a disk that has failed.
  static constexpr DurationNs kDiskRetry = kSecond;
  /// While the disk fails, once in kDiskRetry by `clock`: tries again to write all that was kept, and a
  /// snapshot where one is due, which is what `snapshot` does. The fault is over once all of it is there.
  void retry_disk(TimeNs clock, const std::function<Result<void>()>& snapshot);
  /// When retry_disk() has something to do by that clock, which shows `now`; kTimeMax while the disk works.
  [[nodiscard]] TimeNs next_disk_retry(TimeNs now) const noexcept {
    return chronicle_->disk_fault() ? next_retry_.value_or(now) : kTimeMax;
  }
  /// The clock on the wall where there is one, else the session's time.
  [[nodiscard]] TimeNs clock() const { return setup_.about.wall_clock ? setup_.about.wall_clock() : now_(); }

  [[nodiscard]] const journal::Identity& identity() const noexcept { return setup_.identity; }
  /// From now on this configuration is the one in force.
  void set_configuration(journal::Configuration configuration) {
    setup_.identity.configuration = std::move(configuration);
  }
  [[nodiscard]] const Restart& restart() const noexcept { return restart_; }

  // Once open() has been called.
  [[nodiscard]] Chronicle& chronicle() noexcept { return *chronicle_; }
  [[nodiscard]] const Chronicle& chronicle() const noexcept { return *chronicle_; }
  [[nodiscard]] RunTeller& teller() noexcept { return *teller_; }
  [[nodiscard]] const RunTeller& teller() const noexcept { return *teller_; }
  /// Replaces the summary's file where it differs.
  [[nodiscard]] Result<void> publish() { return chronicle_->publish(); }

 private:
  [[nodiscard]] Result<void> check_beginning() const;
  [[nodiscard]] Result<journal::Writer> open_writer();
  [[nodiscard]] Result<void> keep_settled(std::span<const std::byte> engine, Encoder state,
                                          const std::vector<std::byte>& own);

  journal::FileSystem* files_;
  journal::AccountLock* lock_;
  JournalSetup setup_;
  std::function<SessionFigures()> figures_;
  std::function<TimeNs()> now_;
  journal::WriterStart start_;
  std::uint64_t last_seq_ = 0;  ///< of the past
  Restart restart_;
  std::optional<EventsState> events_state_;  ///< of the snapshot
  std::optional<SessionEvents> events_;
  std::optional<Chronicle> chronicle_;
  std::optional<RunTeller> teller_;
  std::uint64_t next_snapshot_ = 0;
  bool snapshot_is_due_ = false;      ///< the disk did not take one
  std::optional<TimeNs> next_retry_;  ///< while the disk fails, once that was noticed
};

}  // namespace kontor::session
