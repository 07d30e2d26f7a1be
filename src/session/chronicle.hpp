#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "engine/outputs.hpp"
#include "journal/writer.hpp"
#include "session/history.hpp"
#include "session/session_events.hpp"

namespace kontor::session {

/// The one door through which everything that happens in a session goes into its journal. Where the session
/// goes on from a past, that past comes first: as long as the journal has records, what happens is compared
/// with them instead of written, and must be the same to the last byte. From the first thing on that the
/// journal does not have, it is written. So a restart repeats decisions and never makes them twice.
///
/// Where the disk fails, what happens goes on being taken and is kept in memory, until retry() can write all
/// of it or more has come than can be kept.
class Chronicle {
 public:
  /// Begins to write behind the past; called once, when the past is over.
  using OpenWriter = std::function<Result<journal::Writer>()>;

  /// `past`: what the journal holds after the state that the session goes on from; nothing for a new one.
  /// `events` are told of everything that is written; nullptr: nobody is.
  Chronicle(std::optional<History> past, OpenWriter open, SessionEvents* events = nullptr);

  /// True while the journal has something that has not happened again yet.
  [[nodiscard]] bool is_past() const noexcept { return past_ && past_->next() != nullptr; }
  /// What happened next, while it is the past; nullptr after.
  [[nodiscard]] const journal::Record* next_of_past() const noexcept {
    return past_ ? past_->next() : nullptr;
  }
  /// Compares the state with the past, where a snapshot was taken, and goes on.
  void compare_state(const engine::Engine& engine) { note(past_->expect_state(engine)); }

  /// The seq of the next event.
  [[nodiscard]] std::uint64_t stamp();
  void event(const Event& event);
  /// What a step has decided. True: it is as durable as the policy says, or was already; commands may leave.
  /// False: it is not, by a failure() or by a disk_fault(), under which only what takes no new risk may.
  [[nodiscard]] bool outputs(const engine::Outputs& outputs, TimeNs now);
  /// Makes the events of the commands that outputs() has written: texts, for which no command need wait.
  /// Comes by itself before anything else is told.
  void tell_commands();
  /// Writes what has gathered, and syncs where the policy asks for it.
  void commit(TimeNs now);

  /// Set once something went wrong for good: a past that comes out differently, an account that somebody else
  /// has taken, more than could be kept of what was not written. From then on nothing is written.
  [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
  /// Set while the disk cannot be written, which may pass: what happened first.
  [[nodiscard]] const std::optional<Error>& disk_fault() const noexcept { return disk_fault_; }
  /// Tries to write all that was kept; true where that went well and the fault is over.
  bool retry(TimeNs now);
  /// Takes in how the writing of something beside the journal went: a disk that fails is a disk_fault(), and
  /// no error any more.
  [[nodiscard]] Result<void> absorb(Result<void> outcome);
  /// The fault is one for good: nothing more can be done without the journal.
  void give_up() { failure_ = failure_ ? failure_ : disk_fault_; }
  /// True once something was written behind the past.
  [[nodiscard]] bool has_written() const noexcept { return writer_.has_value(); }

  // What is neither an event nor an output. Not in the past.
  /// A step of the session's life, or that a snapshot was taken; written with the next commit.
  void append(TimeNs now, const journal::SessionEvent& step);
  void append(TimeNs now, const journal::SnapshotTaken& snapshot);
  /// Replaces the summary's file where it differs; left for later under a fault.
  [[nodiscard]] Result<void> publish();
  /// Makes everything durable, and says which record is the last.
  [[nodiscard]] Result<std::uint64_t> sync(TimeNs now);
  /// What a snapshot has to follow: the last record, and where all up to it are.
  struct Settled {
    std::uint64_t seq = 0;
    journal::Durability durability = journal::Durability::disk;
  };
  /// Makes everything as durable as the policy can ask for: where it never syncs, with the system.
  [[nodiscard]] Result<Settled> settle(TimeNs now);
  /// Ends the run in good order; under a fault only if a last try goes well.
  [[nodiscard]] Result<void> close(TimeNs now, std::string reason);

 private:
  /// Events without decisions that are written together.
  static constexpr std::uint64_t kBatch = 256;

  [[nodiscard]] Result<journal::Writer*> writer();
  [[nodiscard]] journal::Writer* pen();
  template <class Payload>
  void append_as(TimeNs now, const Payload& payload);
  bool commit(journal::Writer& pen, TimeNs now, journal::Batch batch);
  bool went_well(Result<void> outcome);
  [[nodiscard]] Result<void> refuse_under_fault() const;
  template <class Happened>
  void compare(const Happened& happened);
  void note(Result<void> outcome);
  void output(const Command& command);
  template <class Payload>
  void output(const Payload& payload, TimeNs now);
  template <class Payload>
  void tell(const RecordPlace& place, const Payload& payload);
  struct UntoldCommand {
    RecordPlace place;
    Command command;
  };

  std::optional<History> past_;
  OpenWriter open_;
  SessionEvents* events_;
  std::vector<UntoldCommand> untold_;  ///< of one batch at the most
  std::optional<journal::Writer> writer_;
  std::optional<Error> failure_;
  std::optional<Error> disk_fault_;
  std::uint64_t cause_ = 0;         ///< seq of the last event
  std::uint64_t gathered_ = 0;      ///< events since the last commit
  bool events_wait_ = false;        ///< some are not written yet although their records are
  std::uint64_t told_through_ = 0;  ///< the last record of which the events are on the disk
};

}  // namespace kontor::session
