// What must hold in a run with faults: after every step, and at its end.

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "faults/fault_run.hpp"
#include "journal/reader.hpp"
#include "session/replay.hpp"

namespace kontor::faults {

bool FaultRun::only_reduces(const NewOrder& order) const {
  const bool is_marked = order.reduce_only || order.role == GroupRole::stop_loss ||
                         order.role == GroupRole::take_profit || order.role == GroupRole::flatten;
  if (is_marked) return true;
  const RawQuantity own =
      session_->engine().state().portfolio.book(order.strategy, order.instrument).position.quantity;
  const std::int64_t closes = order.side == Side::sell ? own.units : -own.units;
  return order.quantity.units <= closes;
}

/// What must be in the journal when it leaves, and what may leave although nothing can be recorded.
bool FaultRun::check_sent(const Command& command) {
  if (files_.crashed()) return false;
  const bool is_failing = disk_fails_ || session_->engine().state().disk_failed_at;
  if (is_failing) ++report_.unrecorded;
  if (const auto* order = std::get_if<NewOrder>(&command.body)) {
    const bool adds_risk = !only_reduces(*order);
    if (is_failing && adds_risk)
      violate(fmt::format("order {} adds risk and left while the disk failed", order->id.value));
    const bool is_doubtful = mended_at_ != kTimeMax || session_->engine().state().disk_failed_at;
    if (adds_risk || !is_doubtful) highest_recorded_ = std::max(highest_recorded_, order->id.value);
  }
  const auto* amend = std::get_if<AmendOrder>(&command.body);
  const auto* order = amend == nullptr ? nullptr : session_->engine().state().orders.find(amend->id);
  if (order == nullptr || !is_failing) return true;
  NewOrder amended = order->request;
  amended.quantity = amend->quantity - order->filled;
  if (!only_reduces(amended))
    violate(fmt::format("an amendment of order {} left while the disk failed", amend->id.value));
  return true;
}

/// Told that the disk fails, the session withdraws its entries; told or not, it is over when the disk works.
void FaultRun::check_disk() {
  const auto& state = session_->engine().state();
  const bool was_known = std::exchange(knows_failure_, state.disk_failed_at.has_value());
  if (was_known && !knows_failure_) ++report_.disk_recoveries;
  constexpr DurationNs kLongestRecovery = 10 * kSecond;
  if (knows_failure_ && mended_at_ == kTimeMax && now_ > works_since_ + kLongestRecovery)
    violate("the disk works and the session does not notice");
  if (was_known || !knows_failure_) return;
  state.orders.for_each_open([&](const execution::Order& order) {
    NewOrder left = order.request;
    left.quantity = order.quantity - order.filled;
    const bool works =
        order.status == OrderStatus::acknowledged || order.status == OrderStatus::partially_filled;
    if (works && !only_reduces(left))
      violate(fmt::format("order {} stays although the disk fails", order.id().value));
  });
}

void FaultRun::check_step() {
  if (!venue_.violation().empty()) violate(venue_.violation());
  // A day has some hundreds.
  constexpr std::uint64_t kMostRequests = 50'000;
  if (venue_.counts().requests > kMostRequests) violate("requests without an end");
  if (!session_) return;
  check_disk();
  const auto& state = session_->engine().state();
  for (std::uint32_t i = 0; i < world_.instruments().asset_count(); ++i) {
    if (!state.portfolio.ledger().residue(AssetId(i)).is_zero())
      violate(
          fmt::format("the ledger of {} does not sum to zero", world_.instruments().asset_name(AssetId(i))));
  }
  for (const auto& instrument : world_.instruments().all()) {
    RawQuantity sum;
    for (std::uint32_t i = 0; i < state.portfolio.strategies(); ++i)
      sum += state.portfolio.book(StrategyId(i), instrument.id()).position.quantity;
    if (sum != state.portfolio.position(instrument.id()).quantity)
      violate(fmt::format("the strategies' positions in {} do not sum to the account's",
                          instrument.name().format()));
  }
  check_legs();
}

/// Of a leg there is one order at a time, whatever became of the one before.
void FaultRun::check_legs() {
  std::vector<std::pair<GroupId, GroupRole>> legs;
  session_->engine().state().orders.for_each_open([&](const execution::Order& order) {
    if (order.request.group.value != 0) legs.emplace_back(order.request.group, order.request.role);
  });
  std::ranges::sort(legs);
  if (std::ranges::adjacent_find(legs) != legs.end()) violate("two orders of one leg are open");
}

/// Once all is calm, what a bracket holds has its stop.
void FaultRun::check_protection() {
  if (is_delisted()) return;  // nothing can be sent
  for (const auto& group : session_->engine().state().protection.groups()) {
    if (group.bare_since == kTimeMax) continue;
    const auto* stop = session_->engine().state().orders.find(group.stop.order);
    violate(fmt::format(
        "group {} is without a confirmed stop for the {} it holds: order {} is {}, {} refusals, "
        "the last {}{}; {} held{}",
        group.id.value, group.open().units, group.stop.order.value,
        stop == nullptr ? -1 : static_cast<int>(stop->status), group.stop.refusals,
        static_cast<int>(group.stop.reason), group.is_leaving ? ", leaving" : "",
        session_->engine().state().portfolio.position(group.instrument).quantity.units, open_orders()));
  }
}

bool FaultRun::is_settled() const {
  return session_ && session_->open_matters().empty() && session_->differences().empty() &&
         session_->engine().state().agreement == Agreement::equal && venue_.is_quiet();
}

/// Every open order as the session and as the venue sees it.
std::string FaultRun::open_orders() const {
  std::string text;
  session_->engine().state().orders.for_each_open([&](const execution::Order& order) {
    const auto* theirs = venue_.truth().find(order.id());
    text += fmt::format("; order {}: {} {} of {} filled here, status {}", order.id().value,
                        order.request.side == Side::buy ? "buy" : "sell", order.filled.units,
                        order.quantity.units, static_cast<int>(order.status));
    if (theirs == nullptr) return;
    text += fmt::format(", {} of {} there, status {}", theirs->filled.units, theirs->quantity.units,
                        static_cast<int>(theirs->status));
  });
  return text;
}

std::string FaultRun::why_unsettled() const {
  if (!session_) return "the session does not come back";
  std::string why =
      fmt::format("session and venue do not come to agree: {} open matters, agreement {}",
                  session_->open_matters().size(), static_cast<int>(session_->engine().state().agreement));
  for (const auto& difference : session_->differences())
    why += fmt::format("; {} {} here, {} there", difference.what, difference.ours, difference.theirs);
  return why + open_orders();
}

void FaultRun::check_end() {
  if (!report_.violation.empty()) return;
  check_protection();
  const auto& state = session_->engine().state();
  if (state.instruments[InstrumentId(0)].terms() != venue_.instruments()[InstrumentId(0)].terms())
    violate("the session does not know the venue's terms");
  const auto account = venue_.truth().account(world_.instruments(), venue_.exchange(), now_, kTimeMax);
  for (const auto& difference : session::differences_of(state, account)) {
    violate(fmt::format("{}: the session has {}, the venue {}", difference.what, difference.ours,
                        difference.theirs));
  }
  const bool has_foreign =
      std::ranges::any_of(account.open_orders, [](const auto& order) { return order.order.value == 0; });
  if (has_foreign && withdraws_foreign_orders()) violate("an order by hand stays");
  state.orders.for_each_open([&](const execution::Order& order) {
    if (order.status == OrderStatus::unknown)
      violate(fmt::format("order {} stays unknown", order.id().value));
  });
}

/// The journal alone comes to the same state; and what it gives up the venue has never taken.
void FaultRun::check_replay() {
  if (!report_.violation.empty()) return;
  const auto state = session_->engine().snapshot();
  report_.state_checksum = crc32c(state);
  guard(session_->close(here(), "the end"));
  end_process();
  engine::Engine engine(world_.engine_settings());
  const auto replayed = session::replay(files_, kSessionFolder, engine);
  if (!replayed) return violate(fmt::format("the journal cannot be replayed: {}", replayed.error().message));
  if (!replayed->identical()) return violate(fmt::format("the replay differs: {}", replayed->difference));
  if (engine.snapshot() != state) return violate("the replay comes to another state");
  auto reader = journal::Reader::open(files_, kSessionFolder);
  if (!reader) return violate(reader.error().message);
  for (;;) {
    const auto record = reader->next();
    if (!record) return violate(record.error().message);
    if (*record == nullptr) return;
    check_record(**record);
  }
}

void FaultRun::check_record(const journal::Record& record) {
  using journal::RecordType;
  const bool is_of_interest = record.type == RecordType::order_rejected ||
                              record.type == RecordType::disk_changed ||
                              record.type == RecordType::order_found;
  if (!is_of_interest) return;
  std::vector<BookLevelChange> changes;
  const auto event = journal::event_in(record, changes);
  if (!event) return violate(event.error().message);
  const auto give_up = [this](OrderId order) {
    if (venue_.truth().find(order) != nullptr)
      violate(fmt::format("order {} was given up, and the venue has it", order.value));
  };
  if (std::holds_alternative<OrderFound>(event->body)) ++report_.orphans;
  if (const auto* disk = std::get_if<DiskChanged>(&event->body)) std::ranges::for_each(disk->unsent, give_up);
  const auto* rejected = std::get_if<OrderRejected>(&event->body);
  if (rejected != nullptr && (rejected->reason == RejectReason::never_arrived ||
                              rejected->reason == RejectReason::venue_unavailable))
    give_up(rejected->order);
}

}  // namespace kontor::faults
