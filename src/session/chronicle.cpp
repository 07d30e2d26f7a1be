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

void Chronicle::event(const Event& event) {
  cause_ = event.header.seq;
  if (is_past()) return compare(event);
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  pen->append(event);
  if (events_ != nullptr && journal::family_of(journal::type_of(event.body)) == journal::Family::core)
    events_->take({event.header.seq, event.header.ts_recv}, event);
  if (++gathered_ >= kBatch) commit(event.header.ts_recv);
}

template <class Payload>
void Chronicle::append_as(TimeNs now, const Payload& payload) {
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  const RecordPlace place{pen->next_seq(), now};
  pen->append(now, payload);
  if (events_ != nullptr) events_->take(place, payload);
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
  if (events_ != nullptr) events_->take(place, command);
}

template <class Payload>
void Chronicle::output(const Payload& payload, TimeNs now) {
  if (is_past()) return compare(payload);
  append_as(now, payload);
}

void Chronicle::outputs(const engine::Outputs& outputs, TimeNs now) {
  for (const auto& booked : outputs.fills) output(booking_of(booked, outputs, cause_), now);
  for (const auto& change : outputs.breakers) output(change, now);
  for (const auto& command : outputs.commands) output(command);
  for (const auto& refused : outputs.refused) output(refusal_of(refused, cause_), now);
  if (is_past() || (outputs.commands.empty() && outputs.breakers.empty())) return;
  const Batch batch = outputs.commands.empty() ? Batch::silent : Batch::sends;
  if (journal::Writer* pen = this->pen()) commit(*pen, now, batch);
}

void Chronicle::commit(TimeNs now) {
  if (is_past() || (gathered_ == 0 && !events_wait_)) return;
  if (journal::Writer* pen = this->pen()) commit(*pen, now, Batch::silent);
}

/// Events follow the records that they tell of, into the file as onto the disk; but no command waits for
/// either: what is lost of them the journal gives again.
void Chronicle::commit(journal::Writer& pen, TimeNs now, Batch batch) {
  gathered_ = 0;
  note(pen.commit(now, batch));
  events_wait_ = events_ != nullptr && batch == Batch::sends;
  if (failure_ || events_ == nullptr || events_wait_) return;
  const bool syncs = pen.durable_through() != told_through_;
  if (syncs) told_through_ = pen.durable_through();
  note(events_->commit(syncs));
}

Result<std::uint64_t> Chronicle::sync(TimeNs now) {
  if (failure_) return std::unexpected(*failure_);
  TRY(journal::Writer * pen, writer());
  gathered_ = 0;
  events_wait_ = false;
  TRY_VOID(pen->sync(now));
  if (events_ != nullptr) TRY_VOID(events_->commit(true));
  return pen->next_seq() - 1;
}

Result<Chronicle::Settled> Chronicle::settle(TimeNs now) {
  if (failure_) return std::unexpected(*failure_);
  TRY(journal::Writer * pen, writer());
  if (pen->durability() == journal::Durability::disk) {
    TRY(const std::uint64_t seq, sync(now));
    return Settled{seq, journal::Durability::disk};
  }
  gathered_ = 0;
  events_wait_ = false;
  TRY_VOID(pen->commit(now, Batch::silent));
  if (events_ != nullptr) TRY_VOID(events_->commit(false));
  return Settled{pen->next_seq() - 1, journal::Durability::system};
}

Result<void> Chronicle::close(TimeNs now, std::string reason) {
  if (failure_) return std::unexpected(*failure_);
  TRY(journal::Writer * pen, writer());
  gathered_ = 0;
  TRY_VOID(pen->close(now, std::move(reason)));
  return events_ != nullptr ? events_->commit(true) : Result<void>();
}

}  // namespace kontor::session
