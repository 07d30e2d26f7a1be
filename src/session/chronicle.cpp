#include "session/chronicle.hpp"

#include <utility>

namespace kontor::session {

using journal::Batch;

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
  if (++gathered_ >= kBatch) commit(event.header.ts_recv);
}

void Chronicle::output(const Command& command) {
  if (is_past()) return compare(command);
  if (journal::Writer* pen = this->pen()) pen->append(command);
}

void Chronicle::output(const engine::RefusedIntent& refused, TimeNs now) {
  const auto refusal = refusal_of(refused, cause_);
  if (is_past()) return compare(refusal);
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
