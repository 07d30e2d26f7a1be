#include "session/chronicle.hpp"

#include <utility>

namespace kontor::session {

using journal::Batch;

Chronicle::Chronicle(std::optional<History> past, OpenWriter open, SessionEvents* events)
    : past_(std::move(past)), open_(std::move(open)), events_(events) {}

void Chronicle::note(Result<void> outcome) {
  if (!outcome && !failure_) failure_ = std::move(outcome.error());
}

Result<journal::Writer*> Chronicle::writer() {
  ASSERT(!is_past());
  if (!writer_) {
    TRY(auto opened, open_());
    writer_.emplace(std::move(opened));
  }
  return &*writer_;
}

/// The writer where one can be had and nothing has failed.
journal::Writer* Chronicle::pen() {
  if (failure_) return nullptr;
  auto found = writer();
  if (found) return *found;
  failure_ = std::move(found.error());
  return nullptr;
}

std::uint64_t Chronicle::stamp() {
  if (is_past()) return past_->next()->seq;
  journal::Writer* pen = this->pen();
  return pen == nullptr ? cause_ + 1 : pen->next_seq();
}

template <class Happened>
void Chronicle::compare(const Happened& happened) {
  if (!failure_) note(past_->expect(happened));
}

template <class Payload>
void Chronicle::tell(const RecordPlace& place, const Payload& payload) {
  if (events_ == nullptr) return;
  tell_commands();
  events_->take(place, payload);
}

void Chronicle::tell_commands() {
  for (const auto& [place, command] : untold_) events_->take(place, command);
  untold_.clear();
}

void Chronicle::event(const Event& event) {
  cause_ = event.header.seq;
  if (is_past()) return compare(event);
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  pen->append(event);
  if (journal::family_of(journal::type_of(event.body)) == journal::Family::core)
    tell({event.header.seq, event.header.ts_recv}, event);
  if (++gathered_ >= kBatch) commit(event.header.ts_recv);
}

template <class Payload>
void Chronicle::append_as(TimeNs now, const Payload& payload) {
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  const RecordPlace place{pen->next_seq(), now};
  pen->append(now, payload);
  tell(place, payload);
  ++gathered_;
}

void Chronicle::append(TimeNs now, const journal::SessionEvent& step) { append_as(now, step); }
void Chronicle::append(TimeNs now, const journal::SnapshotTaken& snapshot) { append_as(now, snapshot); }

void Chronicle::output(const Command& command) {
  if (is_past()) return compare(command);
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  const RecordPlace place{pen->next_seq(), command.header.ts_recv};
  pen->append(command);
  if (events_ != nullptr) untold_.push_back({place, command});
}

template <class Payload>
void Chronicle::output(const Payload& payload, TimeNs now) {
  if (is_past()) return compare(payload);
  append_as(now, payload);
}

bool Chronicle::outputs(const engine::Outputs& outputs, TimeNs now) {
  for (const auto& booked : outputs.fills) output(booking_of(booked, outputs, cause_), now);
  for (const auto& change : outputs.breakers) output(change, now);
  for (const auto& change : outputs.protections) output(change, now);
  for (const auto& command : outputs.commands) output(command);
  for (const auto& refused : outputs.refused) output(refusal_of(refused, cause_), now);
  const bool tells = !outputs.breakers.empty() || !outputs.protections.empty();
  if (is_past() || (outputs.commands.empty() && !tells)) return !failure_;
  const Batch batch = outputs.commands.empty() ? Batch::silent : Batch::sends;
  journal::Writer* pen = this->pen();
  return pen != nullptr && commit(*pen, now, batch);
}

void Chronicle::commit(TimeNs now) {
  if (is_past() || (gathered_ == 0 && !events_wait_)) return;
  if (journal::Writer* pen = this->pen()) commit(*pen, now, Batch::silent);
}

/// Says whether it did. What can pass is a fault of the disk, anything else ends the session.
bool Chronicle::went_well(Result<void> outcome) {
  if (outcome) return true;
  const bool is_disk = outcome.error().kind == ErrorKind::io || outcome.error().kind == ErrorKind::no_space;
  const bool may_pass =
      is_disk && writer_ && writer_->can_reopen() && (events_ == nullptr || !events_->keeps_too_much());
  if (may_pass) {
    if (!disk_fault_) disk_fault_ = std::move(outcome.error());
  } else if (!failure_) {
    failure_ = disk_fault_ && is_disk ? disk_fault_ : std::move(outcome.error());
  }
  return false;
}

/// Events follow the records that they tell of, into the file as onto the disk; but no command waits for
/// either: what is lost of them the journal gives again. Returns whether the records are where they should
/// be.
bool Chronicle::commit(journal::Writer& pen, TimeNs now, Batch batch) {
  gathered_ = 0;
  const bool is_recorded = went_well(pen.commit(now, batch));
  events_wait_ = events_ != nullptr && (batch == Batch::sends || disk_fault_);
  if (failure_ || events_ == nullptr || events_wait_) return is_recorded;
  tell_commands();
  const bool syncs = pen.durable_through() != told_through_;
  if (syncs) told_through_ = pen.durable_through();
  went_well(events_->commit(syncs));
  return is_recorded;
}

bool Chronicle::retry(TimeNs now) {
  if (failure_ || !disk_fault_) return false;
  const auto again = [&]() -> Result<void> {
    TRY_VOID(writer_->reopen(now));
    TRY_VOID(writer_->sync(now));
    if (events_ == nullptr) return {};
    tell_commands();
    TRY_VOID(events_->commit(true));
    return events_->publish();
  };
  if (!went_well(again())) return false;
  gathered_ = 0;
  events_wait_ = false;
  disk_fault_.reset();
  return true;
}

Result<void> Chronicle::absorb(Result<void> outcome) {
  if (went_well(std::move(outcome)) || !failure_) return {};
  return std::unexpected(*failure_);
}

Result<void> Chronicle::publish() {
  if (failure_) return std::unexpected(*failure_);
  if (disk_fault_ || events_ == nullptr) return {};
  tell_commands();
  return absorb(events_->publish());
}

Result<void> Chronicle::refuse_under_fault() const {
  if (failure_) return std::unexpected(*failure_);
  if (disk_fault_) return std::unexpected(*disk_fault_);
  return {};
}

Result<std::uint64_t> Chronicle::sync(TimeNs now) {
  TRY_VOID(refuse_under_fault());
  TRY(journal::Writer * pen, writer());
  gathered_ = 0;
  events_wait_ = false;
  tell_commands();
  went_well(pen->sync(now));
  if (events_ != nullptr && !failure_ && !disk_fault_) went_well(events_->commit(true));
  TRY_VOID(refuse_under_fault());
  return pen->next_seq() - 1;
}

Result<Chronicle::Settled> Chronicle::settle(TimeNs now) {
  TRY_VOID(refuse_under_fault());
  TRY(journal::Writer * pen, writer());
  if (pen->durability() == journal::Durability::disk) {
    TRY(const std::uint64_t seq, sync(now));
    return Settled{seq, journal::Durability::disk};
  }
  gathered_ = 0;
  events_wait_ = false;
  tell_commands();
  went_well(pen->commit(now, Batch::silent));
  if (events_ != nullptr && !failure_ && !disk_fault_) went_well(events_->commit(false));
  TRY_VOID(refuse_under_fault());
  return Settled{pen->next_seq() - 1, journal::Durability::system};
}

Result<void> Chronicle::close(TimeNs now, std::string reason) {
  if (disk_fault_) retry(now);
  TRY_VOID(refuse_under_fault());
  TRY(journal::Writer * pen, writer());
  gathered_ = 0;
  tell_commands();
  TRY_VOID(pen->close(now, std::move(reason)));
  return events_ != nullptr ? events_->commit(true) : Result<void>();
}

}  // namespace kontor::session
