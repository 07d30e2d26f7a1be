#include "session/chronicle.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "model/event_codec.hpp"

namespace kontor::session {

using journal::Batch;
using journal::RecordType;

namespace {

/// A refusal in the journal's form.
journal::IntentRefused refusal_of(const engine::RefusedIntent& refused, std::uint64_t cause) {
  return {cause, refused.strategy, refused.instrument, refused.reasons, std::string(refused.skipped)};
}

}  // namespace

Chronicle::Chronicle(std::optional<History> past, OpenWriter open)
    : past_(std::move(past)), open_(std::move(open)) {}

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

template <class Encode>
void Chronicle::compare(RecordType type, std::string_view what, const Encode& encode) {
  if (failure_) return;
  scratch_.truncate(0);
  encode(scratch_);
  note(past_->expect(type, scratch_.buffer(), what));
}

void Chronicle::event(const Event& event) {
  cause_ = event.header.seq;
  if (is_past()) {
    return compare(journal::type_of(event.body), "another input",
                   [&](Encoder& encoder) { encode_event(encoder, event); });
  }
  journal::Writer* pen = this->pen();
  if (pen == nullptr) return;
  pen->append(event);
  if (++gathered_ >= kBatch) commit(event.header.ts_recv);
}

void Chronicle::output(const Command& command) {
  if (is_past()) {
    return compare(journal::type_of(command.body), "another command",
                   [&](Encoder& encoder) { encode_into(encoder, command); });
  }
  if (journal::Writer* pen = this->pen()) pen->append(command);
}

void Chronicle::output(const engine::RefusedIntent& refused, TimeNs now) {
  const auto refusal = refusal_of(refused, cause_);
  if (is_past()) {
    return compare(RecordType::intent_refused, "another refusal",
                   [&](Encoder& encoder) { encode_into(encoder, refusal); });
  }
  if (journal::Writer* pen = this->pen()) pen->append(now, refusal);
}

void Chronicle::outputs(const engine::Outputs& outputs, TimeNs now) {
  for (const auto& command : outputs.commands) output(command);
  for (const auto& refused : outputs.refused) output(refused, now);
  if (is_past() || outputs.commands.empty()) return;
  if (journal::Writer* pen = this->pen()) note(pen->commit(now, Batch::sends));
  gathered_ = 0;
}

void Chronicle::commit(TimeNs now) {
  if (is_past() || gathered_ == 0) return;
  if (journal::Writer* pen = this->pen()) note(pen->commit(now, Batch::silent));
  gathered_ = 0;
}

}  // namespace kontor::session
