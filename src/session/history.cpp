#include "session/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "journal/snapshot.hpp"
#include "model/event_codec.hpp"

namespace kontor::session {

using journal::RecordType;

namespace {

bool happened(RecordType type) noexcept {
  return journal::is_event(type) || journal::is_command(type) || type == RecordType::intent_refused ||
         type == RecordType::fill_booked || type == RecordType::breaker_changed ||
         type == RecordType::protection_changed || type == RecordType::snapshot_taken;
}

}  // namespace

journal::IntentRefused refusal_of(const engine::RefusedIntent& refused, std::uint64_t cause) {
  return {cause, refused.strategy, refused.instrument, refused.reasons, std::string(refused.skipped)};
}

journal::FillBooked booking_of(const engine::FillBooked& booked, const engine::Outputs& outputs,
                               std::uint64_t cause) {
  const Fill& fill = booked.fill;
  const bool filled = std::ranges::any_of(outputs.closed, [&](const execution::Order& order) {
    return order.request.id == booked.order.id && order.status == OrderStatus::filled;
  });
  return {cause,
          booked.order.id,
          fill.trade,
          booked.order.strategy,
          fill.instrument,
          fill.side,
          fill.quantity,
          booked.booked.realized,
          booked.booked.fee_reported,
          booked.booked.position_after,
          booked.equity_after,
          filled};
}

Result<History> History::open(journal::FileSystem& files, const std::string& folder, std::uint64_t from_seq) {
  journal::ReaderOptions options;
  options.from_seq = from_seq;
  TRY(auto reader, journal::Reader::open(files, folder, options));
  History history(std::move(reader));
  TRY_VOID(history.pass());
  return history;
}

Result<void> History::pass() {
  do {
    TRY(next_, reader_->next());
  } while (next_ != nullptr && !happened(next_->type));
  tells_bookings_ = tells_bookings_ || (next_ != nullptr && next_->type == RecordType::fill_booked);
  return {};
}

/// Compares the next record with what stands in `scratch_`.
Result<void> History::expect_bytes(RecordType type, std::string_view what) {
  if (next_ == nullptr)
    return fail(ErrorKind::internal, fmt::format("expected the end as in the journal, found {}", what));
  if (next_->type != type || !std::ranges::equal(next_->payload, scratch_.buffer())) {
    const auto found =
        next_->type == type ? fmt::format("another {}", journal::name_of(type)) : std::string(what);
    return fail(ErrorKind::internal, fmt::format("record {}: expected {} as in the journal, found {}",
                                                 next_->seq, journal::name_of(next_->type), found));
  }
  return pass();
}

Result<void> History::expect(const Event& event) {
  scratch_.truncate(0);
  encode_event(scratch_, event);
  return expect_bytes(journal::type_of(event.body), "another input");
}

Result<void> History::expect(const Command& command) {
  scratch_.truncate(0);
  encode_into(scratch_, command);
  return expect_bytes(journal::type_of(command.body), "another command");
}

Result<void> History::expect(const journal::IntentRefused& refusal) {
  scratch_.truncate(0);
  encode_into(scratch_, refusal);
  return expect_bytes(RecordType::intent_refused, "another refusal");
}

Result<void> History::expect(const BreakerChanged& change) {
  scratch_.truncate(0);
  encode_into(scratch_, change);
  return expect_bytes(RecordType::breaker_changed, "another change of a breaker");
}

Result<void> History::expect(const ProtectionChanged& change) {
  scratch_.truncate(0);
  encode_into(scratch_, change);
  return expect_bytes(RecordType::protection_changed, "another change of protection");
}

Result<void> History::expect(const journal::FillBooked& booking) {
  if (!tells_bookings_ && next_ != nullptr) return {};
  scratch_.truncate(0);
  encode_into(scratch_, booking);
  return expect_bytes(RecordType::fill_booked, "another booking");
}

Result<void> History::expect_state(const engine::Engine& engine) {
  ASSERT(next_ != nullptr && next_->type == RecordType::snapshot_taken);
  TRY(const auto taken, journal::payload_in<journal::SnapshotTaken>(*next_));
  if (taken.state_hash != journal::hash_of(engine.snapshot())) {
    return fail(
        ErrorKind::internal,
        fmt::format("record {}: expected the state after record {} as in the journal, found another one",
                    next_->seq, taken.seq));
  }
  return pass();
}

}  // namespace kontor::session
