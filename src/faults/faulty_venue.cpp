#include "faults/faulty_venue.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::faults {
namespace {

constexpr DurationNs kRequestTimeout = 3 * kSecond;

}  // namespace

FaultyVenue::FaultyVenue(const InstrumentTable& instruments, const sim::SimSettings& settings,
                         const FaultPlan& plan, std::uint64_t seed,
                         std::function<void(const venue::Input&)> deliver,
                         std::function<bool(const Command&)> watch)
    : instruments_(instruments),
      plan_(plan),
      chance_(seed ^ 0x4E7ULL),
      deliver_(std::move(deliver)),
      watch_(std::move(watch)),
      exchange_(instruments_, settings) {}

TimeNs FaultyVenue::next_time() const noexcept {
  return under_way_.empty() ? kTimeMax : under_way_.front().at;
}

void FaultyVenue::put(DurationNs after, bool is_delivery, std::function<void()> arrive) {
  under_way_.push_back({now_ + after, next_number_++, is_delivery, std::move(arrive)});
  std::push_heap(under_way_.begin(), under_way_.end());
}

void FaultyVenue::tell(DurationNs after, venue::Input input) {
  put(after, true, [this, told = std::move(input)] { deliver_(told); });
}

void FaultyVenue::step() {
  std::pop_heap(under_way_.begin(), under_way_.end());
  const UnderWay next = std::move(under_way_.back());
  under_way_.pop_back();
  now_ = std::max(now_, next.at);
  next.arrive();
}

void FaultyVenue::forget_deliveries() {
  std::erase_if(under_way_, [](const auto& message) { return message.is_delivery; });
  std::make_heap(under_way_.begin(), under_way_.end());
}

// ---- requests

/// One intent is one order: an id that leaves twice may be filled twice.
void FaultyVenue::note_sent(const Command& command) {
  if (!std::holds_alternative<NewOrder>(command.body)) return;
  const std::uint64_t id = order_of(command).value;
  if (!sent_.insert(id).second && violation_.empty()) violation_ = fmt::format("order {} was sent twice", id);
  highest_sent_ = std::max(highest_sent_, id);
}

void FaultyVenue::send(std::span<const Command> request) {
  std::vector<Command> commands(request.begin(), request.end());
  for (const auto& command : commands) {
    if (!watch_(command)) return;
    note_sent(command);
  }
  ++counts_.requests;
  if (happens(plan_.refuse_request)) {
    ++counts_.requests_refused;
    return fail(commands, venue::Failure::refused, usual_delay());
  }
  if (happens(plan_.lose_request)) {
    ++counts_.requests_lost;
    if (happens(500)) fail(commands, venue::Failure::unanswered, kRequestTimeout);
    return;
  }
  DurationNs delay = usual_delay();
  if (happens(plan_.delay_request))
    delay += static_cast<DurationNs>(chance_.below(static_cast<std::uint64_t>(FaultPlan::kLongestDelay)));
  if (happens(plan_.lose_answer)) fail(commands, venue::Failure::unanswered, kRequestTimeout);
  put(delay, false, [this, commands, sent = now_] { arrive(commands, sent); });
}

void FaultyVenue::fail(const std::vector<Command>& request, venue::Failure failure, DurationNs after) {
  for (const auto& command : request) tell(after, venue::RequestFailed{order_of(command), failure});
}

void FaultyVenue::arrive(const std::vector<Command>& request, TimeNs sent) {
  // As venues do it: by the time that the request says it was made at, which is our clock's.
  const TimeNs stamp = request.front().header.ts_recv;
  if (now_ > stamp + kValidity || stamp > now_ + kStampAhead) {
    ++counts_.requests_too_late;
    if (!happens(plan_.lose_answer)) fail(request, venue::Failure::refused, usual_delay());
    return;
  }
  for (const auto& command : request) {
    if (const auto* order = std::get_if<NewOrder>(&command.body)) truth_.arrived(*order);
    exchange_.on_command(command.body, sim::Passage{sent, now_});
  }
  collect();
}

void FaultyVenue::trade_by_hand(InstrumentId instrument, Side side, RawQuantity quantity,
                                RawPrice limit_price) {
  NewOrder order;
  order.id = OrderId(next_manual_++);
  order.instrument = instrument;
  order.side = side;
  order.quantity = quantity;
  if (limit_price.units != 0) {
    order.type = OrderType::limit;
    order.limit_price = limit_price;
  }
  truth_.arrived(order);
  exchange_.on_command(order, sim::Passage{now_, now_});
  collect();
}

// ---- what the venue says

void FaultyVenue::collect() {
  for (const auto& timed : exchange_.reports()) {
    truth_.reported(timed.report, timed.ts_venue);
    report(timed.report, timed.ts_venue);
  }
  truth_.settle(exchange_);
  exchange_.clear_reports();
}

void FaultyVenue::report(const VenueReport& report, TimeNs at) {
  ++counts_.reports;
  VenueReport told = report;
  if (auto* fill = std::get_if<Fill>(&told)) {
    fill->ts_venue = at;
    if (paper::VenueTruth::is_manual(fill->order)) fill->order = OrderId();
  } else {
    // What happens to somebody's own orders by hand is none of our messages.
    const bool is_manual = std::visit(
        [](const auto& body) {
          if constexpr (requires { body.order; }) return paper::VenueTruth::is_manual(body.order);
          return false;
        },
        told);
    if (is_manual) return;
  }
  if (is_mute_ || happens(plan_.lose_report)) {
    ++counts_.reports_lost;
    return;
  }
  DurationNs delay = usual_delay();
  if (happens(plan_.delay_report)) {
    ++counts_.reports_delayed;
    delay += static_cast<DurationNs>(chance_.below(3'000)) * kMillisecond;
  }
  tell(delay, venue::ReportReceived{told, at});
  if (!happens(plan_.repeat_report)) return;
  ++counts_.reports_repeated;
  tell(delay + static_cast<DurationNs>(chance_.below(5'000)) * kMillisecond, venue::ReportReceived{told, at});
}

// ---- questions

void FaultyVenue::change(InstrumentId instrument, const InstrumentTerms& terms) {
  if (!instruments_.change(instrument, terms)) return;
  if (!terms.is_trading) {
    exchange_.on_delisted(instrument, now_);
    collect();
  }
  tell(static_cast<DurationNs>(chance_.below(600)) * kSecond, InstrumentChanged{instrument, terms});
}

void FaultyVenue::tell_terms() {
  for (const auto& instrument : instruments_.all())
    tell(usual_delay(), InstrumentChanged{instrument.id(), instrument.terms()});
}

void FaultyVenue::cancel_foreign(InstrumentId instrument, const std::string& venue_id) {
  put(usual_delay(), false, [this, instrument, order = OrderId(std::stoull(venue_id))] {
    exchange_.on_command(CancelOrder{order, instrument}, sim::Passage{now_, now_});
    collect();
  });
}

void FaultyVenue::ask_order(OrderId order, InstrumentId /*instrument*/) {
  ++counts_.questions;
  if (happens(plan_.lose_question)) {
    ++counts_.questions_lost;
    if (happens(500)) tell(kRequestTimeout, venue::QuestionFailed{order});
    return;
  }
  put(usual_delay(), false, [this, order] {
    const auto* state = truth_.find(order);
    tell(usual_delay(),
         venue::OrderAnswer{order, now_, state == nullptr ? std::nullopt : std::optional(*state)});
  });
}

void FaultyVenue::ask_account(TimeNs since) {
  ++counts_.questions;
  if (happens(plan_.lose_question)) {
    ++counts_.questions_lost;
    if (happens(500)) tell(kRequestTimeout, venue::QuestionFailed{OrderId()});
    return;
  }
  put(usual_delay(), false,
      [this, since] { tell(usual_delay(), truth_.account(instruments_, exchange_, now_, since)); });
}

}  // namespace kontor::faults
