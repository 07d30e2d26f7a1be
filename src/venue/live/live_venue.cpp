#include "venue/live/live_venue.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::live {
namespace {

using venue::ErrorClass;
using venue::Product;

net::RateLane lane_of(const NewOrder& order) noexcept {
  const bool reduces = order.reduce_only || is_protective(order.role) || order.role == GroupRole::flatten;
  return reduces ? net::RateLane::reduce_only : net::RateLane::new_order;
}

/// An entry together with its exits: a group that the venue would have to keep.
bool is_bracket(std::span<const Command> request) {
  return request.size() > 1 && std::ranges::any_of(request, [](const Command& command) {
           const auto* order = std::get_if<NewOrder>(&command.body);
           return order != nullptr && order->role == GroupRole::entry;
         });
}

std::vector<std::string> symbols_of(const InstrumentTable& instruments, const SymbolTable& symbols) {
  std::vector<std::string> names;
  for (const InstrumentId id : symbols.ids()) names.push_back(instruments[id].name().symbol);
  return names;
}

}  // namespace

LiveVenue::LiveVenue(net::IoLoop& loop, LiveVenueSetup setup, Take take, Note note)
    : loop_(loop),
      setup_(std::move(setup)),
      filters_(setup_.instruments),
      take_([this, take = std::move(take)](const venue::Input& input) {
        filters_.hear(input);
        take(input);
      }),
      note_(std::move(note)),
      symbols_(setup_.instruments, setup_.protocol()->venue(), setup_.product),
      names_(setup_.session),
      http_(loop, {.connect = setup_.connect}),
      rest_(loop, http_, setup_.protocol(),
            {.product = setup_.product,
             .endpoints = setup_.endpoints,
             .credentials = setup_.credentials,
             .budget = setup_.budget,
             .wall_clock = setup_.wall_clock,
             .seed = setup_.seed}),
      market_(loop, setup_.protocol(), rest_, setup_.instruments, symbols_, setup_.connect, take_, note_),
      private_(loop, setup_.protocol(), rest_, setup_.connect, can("listen_key"),
               {.on_message = [this](const venue::Message& message) { take_private(message); },
                .on_change = [this](bool is_alive) { take_(venue::ConnectionChanged{is_alive}); },
                .note = note_}),
      dead_man_(loop, rest_,
                {.symbols = symbols_of(setup_.instruments, symbols_),
                 .window = setup_.credentials ? setup_.dead_man_window : 0,
                 .note = note_}) {}

LiveVenue::~LiveVenue() { *is_alive_ = false; }

bool LiveVenue::can(std::string_view capability) const noexcept {
  const auto all = rest_.protocol().capabilities();
  const auto found = std::ranges::find(all, capability, &venue::Capability::name);
  return found != all.end() && (setup_.product == Product::spot ? found->spot : found->linear);
}

// ---- life

void LiveVenue::open(std::function<void(Result<void>)> ready) {
  rest_.prepare([this, ready = std::move(ready)](const CallOutcome& clock) {
    if (clock.end != CallEnd::answered)
      return ready(kontor::fail(ErrorKind::io, "the venue does not tell its time: " + clock.text));
    read_instruments([this, ready](Result<void> read) {
      if (!read) return ready(read);
      if (auto opened = market_.open(setup_.feeds); !opened) return ready(opened);
      if (setup_.credentials != nullptr)
        dead_man_.watch_connection([this](std::string topic) {
          private_.open(topic.empty() ? std::vector<std::string>() : std::vector{std::move(topic)});
        });
      clock_timer_ = loop_.after(kBetweenClocks, [this] { keep_clock(); });
      terms_timer_ = loop_.after(kBetweenTerms, [this] { keep_terms(); });
      ready({});
    });
  });
}

void LiveVenue::close() {
  clock_timer_.cancel();
  terms_timer_.cancel();
  dead_man_.close();
  market_.close();
  private_.close();
}

void LiveVenue::keep_clock() {
  rest_.measure_clock([this](const CallOutcome& outcome) {
    if (outcome.end != CallEnd::answered) note_("clock: " + outcome.text);
  });
  clock_timer_ = loop_.after(kBetweenClocks, [this] { keep_clock(); });
}

void LiveVenue::stand_down(std::function<void()> done) {
  private_.leave_topics();
  dead_man_.stand_down(std::move(done));
}

// ---- requests

void LiveVenue::send(std::span<const Command> request) {
  if (is_bracket(request)) return refuse(request);
  for (const Command& command : request) {
    const TimeNs stamp = command.header.ts_recv;
    if (const auto* order = std::get_if<NewOrder>(&command.body)) place(*order, stamp);
    if (const auto* order = std::get_if<CancelOrder>(&command.body)) cancel(*order, stamp, false);
    if (const auto* order = std::get_if<AmendOrder>(&command.body)) amend(*order, stamp);
  }
}

/// Sent one by one, the exits would work before there is anything to protect, and not follow the entry.
void LiveVenue::refuse(std::span<const Command> request) {
  note_("no exits are attached to entries here: brackets = \"engine\"");
  std::vector<OrderId> orders;
  for (const Command& command : request) orders.push_back(order_of(command));
  loop_.post([this, orders = std::move(orders), alive = is_alive_] {
    for (const OrderId order : orders) {
      if (*alive) fail(order, CallEnd::refused);
    }
  });
}

bool LiveVenue::keeps_conditionals_apart() const noexcept {
  return rest_.protocol().order_places(setup_.product).conditional_apart;
}

venue::OrderChoice LiveVenue::choice_of(OrderId order, InstrumentId instrument, bool is_conditional) const {
  const auto known = known_.find(order.value);
  venue::OrderChoice choice{.symbol = setup_.instruments[instrument].name().symbol,
                            .client_order_id = names_.name(order)};
  const bool is_apart = keeps_conditionals_apart();
  if (is_apart && known != known_.end() && !known->second.working_id.empty()) {
    // Triggered, it is an order like any other, under the venue's name.
    choice.client_order_id.clear();
    choice.venue_order_id = known->second.working_id;
  } else {
    choice.is_conditional = is_apart && is_conditional;
  }
  return choice;
}

void LiveVenue::tell(const VenueReport& report, TimeNs at) { take_(venue::ReportReceived{report, at}); }

/// What is refused here is told as if the venue had: never within the call that asked for it.
void LiveVenue::tell_later(const VenueReport& report) {
  loop_.post([this, report, alive = is_alive_] {
    if (*alive) tell(report, venue_time());
  });
}

void LiveVenue::fail(OrderId order, CallEnd end) {
  const auto failure = end == CallEnd::refused ? venue::Failure::refused : venue::Failure::unanswered;
  take_(venue::RequestFailed{order, failure});
}

void LiveVenue::place(const NewOrder& order, TimeNs stamp) {
  const RejectReason reason = filters_.admit(order);
  if (reason != RejectReason::none) return tell_later(OrderRejected{order.id, reason});
  const Instrument& instrument = setup_.instruments[order.instrument];
  const bool is_conditional = has_trigger(order.type);
  known_[order.id.value] = Known{.instrument = order.instrument,
                                 .side = order.side,
                                 .type = order.type,
                                 .limit_price = order.limit_price,
                                 .is_conditional = is_conditional};
  dead_man_.keep();
  rest_.send(
      place_order(instrument, order, names_.name(order.id)), lane_of(order), stamp,
      [this, id = order.id, is_conditional](const venue::Message& message) {
        if (const auto* taken = std::get_if<venue::OrderAcknowledged>(&message)) {
          if (!is_conditional || !keeps_conditionals_apart()) venue_ids_.learn(taken->venue_order_id, id);
          return tell(OrderAccepted{id}, venue_time());
        }
        take_private(message);
      },
      [this, id = order.id](const CallOutcome& outcome) {
        if (outcome.end == CallEnd::answered) return;
        if (!outcome.text.empty()) note_(fmt::format("order {}: {}", id.value, outcome.text));
        const bool is_judged = outcome.end == CallEnd::refused &&
                               outcome.error_class != ErrorClass::transport &&
                               outcome.error_class != ErrorClass::duplicate_id;
        if (is_judged) return tell(OrderRejected{id, outcome.reason}, venue_time());
        // A name that is in use may be this very order, which got through although its answer was lost.
        fail(id, outcome.error_class == ErrorClass::duplicate_id ? CallEnd::unknown : outcome.end);
      });
}

void LiveVenue::cancel(const CancelOrder& order, TimeNs stamp, bool tries_conditional) {
  const auto known = known_.find(order.id.value);
  const bool is_conditional = tries_conditional || (known != known_.end() && known->second.is_conditional);
  rest_.send(
      venue::CancelOne{choice_of(order.id, order.instrument, is_conditional)}, net::RateLane::cancel, stamp,
      [this](const venue::Message& message) {
        // An acknowledgement says that it was asked for; that it is gone is told by its report.
        if (!std::holds_alternative<venue::OrderAcknowledged>(message)) take_private(message);
      },
      [this, order, stamp, is_conditional, is_known = known != known_.end()](const CallOutcome& outcome) {
        if (outcome.end == CallEnd::answered) return;
        if (outcome.error_class == ErrorClass::not_found && !is_known && !is_conditional &&
            keeps_conditionals_apart())
          return cancel(order, stamp, true);
        if (outcome.end == CallEnd::refused && outcome.error_class != ErrorClass::transport)
          return tell(CancelRejected{order.id, outcome.reason}, venue_time());
        fail(order.id, outcome.end);
      });
}

void LiveVenue::amend(const AmendOrder& order, TimeNs stamp) {
  const RejectReason reason = filters_.admit(order);
  if (reason != RejectReason::none) return tell_later(AmendRejected{order.id, reason});
  const Instrument& instrument = setup_.instruments[order.instrument];
  const auto known = known_.find(order.id.value);
  venue::ChangeOrder change{.order = choice_of(order.id, order.instrument, false)};
  change.quantity = instrument.quantity(order.quantity).value;
  const bool price_changes = known == known_.end() || known->second.limit_price != order.limit_price;
  if (known != known_.end()) change.side = known->second.side;
  if (price_changes || setup_.product == Product::linear)
    change.price = instrument.price(order.limit_price).value;
  rest_.send(change, net::RateLane::new_order, stamp, {}, [this, order](const CallOutcome& outcome) {
    if (outcome.end == CallEnd::answered) {
      if (const auto found = known_.find(order.id.value); found != known_.end()) {
        found->second.limit_price = order.limit_price;
      }
      return tell(OrderAmended{order.id, order.quantity, order.limit_price}, venue_time());
    }
    const bool is_judged = outcome.end == CallEnd::refused && outcome.error_class != ErrorClass::transport;
    if (is_judged) return tell(AmendRejected{order.id, outcome.reason}, venue_time());
    fail(order.id, outcome.end);
  });
}

void LiveVenue::cancel_foreign(InstrumentId instrument, const std::string& venue_id) {
  const venue::OrderChoice choice{.symbol = setup_.instruments[instrument].name().symbol,
                                  .venue_order_id = venue_id,
                                  .is_conditional = foreign_conditionals_.contains(venue_id)};
  rest_.send(venue::CancelOne{choice}, net::RateLane::cancel, rest_.now(), {},
             [this, venue_id](const CallOutcome& outcome) {
               if (outcome.end != CallEnd::answered)
                 note_(fmt::format("foreign order {}: {}", venue_id, outcome.text));
             });
}

// ---- what the venue tells

OrderId LiveVenue::order_of_report(std::string_view name, std::string_view venue_id) const {
  const OrderId own = names_.parse(name);
  return own.value != 0 ? own : venue_ids_.find(venue_id);
}

void LiveVenue::take_private(const venue::Message& message) {
  if (const auto* report = std::get_if<venue::OrderReport>(&message)) take_report(*report);
  if (const auto* execution = std::get_if<venue::Execution>(&message)) take_execution(*execution);
  if (const auto* paid = std::get_if<venue::FundingPaid>(&message)) {
    const auto instrument = symbols_.find(paid->symbol);
    const auto asset = setup_.instruments.find_asset(paid->asset);
    if (instrument && asset)
      tell(FundingPayment{*instrument, Money{Amount::from_decimal(paid->amount), *asset}}, paid->ts_venue);
  }
}

/// Keeps what a report says about an order of ours beyond its name.
void LiveVenue::learn(OrderId order, InstrumentId instrument, const venue::OrderReport& report) {
  Known& known = known_.try_emplace(order.value, Known{.instrument = instrument}).first->second;
  known.side = report.side;
  known.is_conditional = known.is_conditional || report.is_conditional;
  if (!report.is_conditional || !keeps_conditionals_apart()) venue_ids_.learn(report.venue_order_id, order);
  if (report.working_order_id.empty() || report.working_order_id == "0") return;
  known.working_id = std::string(report.working_order_id);
  venue_ids_.learn(report.working_order_id, order);
}

void LiveVenue::take_report(const venue::OrderReport& report) {
  const OrderId order = order_of_report(report.client_order_id, report.venue_order_id);
  const auto instrument = symbols_.find(report.symbol);
  if (order.value == 0 || !instrument) return;  // others' orders are found by the next look at the account
  learn(order, *instrument, report);
  Known& known = known_.at(order.value);
  const auto told = report_of(setup_.instruments[*instrument], order, report);
  const auto status = static_cast<std::uint8_t>((static_cast<unsigned>(report.status) << 1U) |
                                                (report.is_triggered ? 1U : 0U));
  if (!told || known.last_told == status) return;
  known.last_told = status;
  tell(*told, report.ts_venue == 0 ? venue_time() : report.ts_venue);
  if (is_terminal(report.status)) known_.erase(order.value);
}

void LiveVenue::take_execution(const venue::Execution& execution) {
  const auto instrument = symbols_.find(execution.symbol);
  if (!instrument) return;
  const OrderId order = order_of_report(execution.client_order_id, execution.venue_order_id);
  auto fill = fill_of(setup_.instruments, *instrument, order, execution);
  if (!fill) return note_("fill: " + fill.error().message);
  tell(*fill, execution.ts_venue);
}

}  // namespace kontor::live
