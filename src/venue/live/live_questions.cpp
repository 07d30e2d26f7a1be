#include <algorithm>

#include <fmt/format.h>

#include "venue/live/live_venue.hpp"

namespace kontor::live {

using venue::ErrorClass;

namespace {

/// The same question, from where the page before ended.
venue::Action next_page(venue::Action action, const std::string& cursor) {
  std::visit(
      [&](auto& one) {
        if constexpr (requires { one.cursor; }) one.cursor = cursor;
      },
      action);
  return action;
}

}  // namespace

/// A question about the whole account: many requests, whose answers belong together.
struct LiveVenue::Look {
  venue::AccountAnswer answer;
  std::size_t open_parts = 0;
  bool has_failed = false;
  /// Fills of orders that are known by the venue's name only, by their places in the answer.
  std::map<std::string, std::vector<std::size_t>, std::less<>> unnamed;
  std::set<std::string, std::less<>> foreign_conditionals;
};

/// What a report says of an order of ours. Where a conditional order becomes another one, that is triggered.
Result<venue::OrderState> LiveVenue::known_state(OrderId order, InstrumentId instrument,
                                                 const venue::OrderReport& report) const {
  TRY(auto state, state_of(setup_.instruments[instrument], order, report));
  const auto known = known_.find(order.value);
  const bool was_conditional = known != known_.end() && known->second.is_conditional;
  if (was_conditional && keeps_conditionals_apart() && !report.is_conditional) state.triggered = true;
  return state;
}

// ---- one order

/// Where an order may be, in the order in which that is found out; that it is at none of these is what proves
/// that there is no such order.
std::vector<LiveVenue::OrderPlace> LiveVenue::places_of(OrderId order) const {
  const venue::OrderPlaces apart = rest_.protocol().order_places(setup_.product);
  const auto known = known_.find(order.value);
  std::vector<OrderPlace> places;
  if (known == known_.end() || !known->second.is_conditional || !apart.conditional_apart)
    places.push_back(OrderPlace::open);
  // Nobody has said what kind of order it is: then both are asked.
  if (apart.conditional_apart && (known == known_.end() || known->second.is_conditional))
    places.push_back(OrderPlace::conditional);
  if (apart.ended_apart) places.push_back(OrderPlace::ended);
  return places;
}

void LiveVenue::ask_order(OrderId order, InstrumentId instrument) {
  ask_order_at(order, instrument, places_of(order), rest_.now());
}

void LiveVenue::ask_order_at(OrderId order, InstrumentId instrument, std::vector<OrderPlace> places,
                             TimeNs as_of) {
  auto state = std::make_shared<venue::OrderState>();
  auto is_read = std::make_shared<bool>(false);
  auto lives_on = std::make_shared<bool>(false);
  const OrderPlace place = places.front();
  places.erase(places.begin());
  venue::OrderChoice choice = choice_of(order, instrument, place == OrderPlace::conditional);
  choice.is_ended = place == OrderPlace::ended;
  rest_.ask(
      venue::GetOrder{choice}, net::RateLane::sync,
      [this, order, instrument, state, is_read, lives_on](const venue::Message& message) {
        const auto* report = std::get_if<venue::OrderReport>(&message);
        if (report == nullptr) return;
        if (auto read = known_state(order, instrument, *report)) {
          *state = std::move(*read);
          *is_read = true;
          *lives_on = state->triggered && report->is_conditional && keeps_conditionals_apart();
        }
        learn(order, instrument, *report);
      },
      [this, order, instrument, state, is_read, lives_on, places, as_of](const CallOutcome& outcome) {
        if (*lives_on) return follow_working_order(order, state, as_of);
        if (*is_read) return take_(venue::OrderAnswer{order, as_of, *state});
        const bool is_unknown_here = outcome.error_class == ErrorClass::not_found;
        if (is_unknown_here && !places.empty()) return ask_order_at(order, instrument, places, as_of);
        if (is_unknown_here) return take_(venue::OrderAnswer{order, as_of, std::nullopt});
        note_(fmt::format("question about order {}: {}", order.value, outcome.text));
        take_(venue::QuestionFailed{order});
      });
}

/// A conditional order that was triggered lives on as another order: what was filled only that one knows.
void LiveVenue::follow_working_order(OrderId order, const std::shared_ptr<venue::OrderState>& state,
                                     TimeNs as_of) {
  const InstrumentId instrument = state->instrument;
  rest_.ask(
      venue::GetOrder{choice_of(order, instrument, true)}, net::RateLane::sync,
      [this, order, instrument, state](const venue::Message& message) {
        const auto* report = std::get_if<venue::OrderReport>(&message);
        if (report == nullptr) return;
        if (auto read = state_of(setup_.instruments[instrument], order, *report)) {
          read->triggered = true;
          *state = std::move(*read);
        }
      },
      [this, order, state, as_of](const CallOutcome& outcome) {
        if (outcome.end == CallEnd::answered) return take_(venue::OrderAnswer{order, as_of, *state});
        take_(venue::QuestionFailed{order});
      });
}

// ---- the account

void LiveVenue::ask_account(TimeNs since) {
  auto look = std::make_shared<Look>();
  look->answer.as_of = rest_.now();
  // A session that begins asks for all that ever was; nothing before its first look is booked.
  const TimeNs wanted = since > 0 ? since : look->answer.as_of - kMinute;
  // Venues count in milliseconds: what happened within the first one belongs to it.
  const TimeNs from = wanted - wanted % kMillisecond;
  std::vector<venue::Action> parts = {venue::GetBalance{}};
  const bool is_linear = setup_.product == venue::Product::linear;
  for (const InstrumentId id : symbols_.ids()) {
    const std::string& symbol = setup_.instruments[id].name().symbol;
    parts.emplace_back(venue::GetOpenOrders{.symbol = symbol});
    parts.emplace_back(venue::GetFills{.symbol = symbol, .from = from});
    if (!is_linear) continue;
    parts.emplace_back(venue::GetPositions{.symbol = symbol});
    parts.emplace_back(venue::GetFundingPayments{.symbol = symbol, .from = from});
    if (keeps_conditionals_apart())
      parts.emplace_back(venue::GetOpenOrders{.symbol = symbol, .is_conditional = true});
  }
  look->open_parts = parts.size();
  for (const venue::Action& part : parts) ask_part(look, part);
}

void LiveVenue::ask_part(const std::shared_ptr<Look>& look, const venue::Action& action) {
  auto cursor = std::make_shared<std::string>();
  rest_.ask(
      action, net::RateLane::sync,
      [this, look, cursor](const venue::Message& message) {
        if (const auto* page = std::get_if<venue::NextPage>(&message)) *cursor = std::string(page->cursor);
        take_part(*look, message);
      },
      [this, look, action, cursor](const CallOutcome& outcome) {
        if (outcome.end == CallEnd::answered && !cursor->empty())
          return ask_part(look, next_page(action, *cursor));
        if (outcome.end != CallEnd::answered && !look->has_failed) {
          look->has_failed = true;
          note_("question about the account: " + outcome.text);
        }
        if (--look->open_parts == 0) name_fills(look);
      });
}

/// Asks for the names of orders that fills are of: they may be ours, from before a restart.
void LiveVenue::name_fills(const std::shared_ptr<Look>& look) {
  if (look->has_failed || look->unnamed.empty()) return end_look(look);
  look->open_parts = look->unnamed.size();
  for (const auto& [venue_id, places] : look->unnamed) {
    const InstrumentId instrument = look->answer.fills[places.front()].instrument;
    const venue::OrderChoice choice{.symbol = setup_.instruments[instrument].name().symbol,
                                    .venue_order_id = venue_id};
    rest_.ask(
        venue::GetOrder{choice}, net::RateLane::sync,
        [this, look, places, id = venue_id](const venue::Message& message) {
          const auto* report = std::get_if<venue::OrderReport>(&message);
          const OrderId order = report != nullptr ? names_.parse(report->client_order_id) : OrderId();
          if (order.value == 0) return;
          venue_ids_.learn(id, order);
          for (const std::size_t place : places) look->answer.fills[place].order = order;
        },
        [this, look](const CallOutcome& outcome) {
          // An order that the venue has forgotten is none that we have just made.
          const bool is_told =
              outcome.end == CallEnd::answered || outcome.error_class == ErrorClass::not_found;
          look->has_failed = look->has_failed || !is_told;
          if (--look->open_parts == 0) end_look(look);
        });
  }
}

void LiveVenue::take_part(Look& look, const venue::Message& message) {
  const auto note_failure = [&](const Error& error) {
    look.has_failed = true;
    note_("question about the account: " + error.message);
  };
  if (const auto* balance = std::get_if<venue::AssetBalance>(&message)) {
    if (const auto asset = setup_.instruments.find_asset(balance->asset))
      look.answer.balances.push_back({Amount::from_decimal(balance->total), *asset});
  } else if (const auto* position = std::get_if<venue::PositionReport>(&message)) {
    const auto instrument = symbols_.find(position->symbol);
    if (!instrument) return;
    const auto quantity = setup_.instruments[*instrument].raw_quantity(position->quantity);
    if (!quantity) return note_failure(quantity.error());
    if (!quantity->is_zero()) look.answer.positions.emplace_back(*instrument, *quantity);
  } else if (const auto* report = std::get_if<venue::OrderReport>(&message)) {
    const auto instrument = symbols_.find(report->symbol);
    if (!instrument) return;
    const OrderId order = order_of_report(report->client_order_id, report->venue_order_id);
    auto state = known_state(order, *instrument, *report);
    if (!state) return note_failure(state.error());
    if (order.value != 0) {
      learn(order, *instrument, *report);
    } else if (report->is_conditional && keeps_conditionals_apart()) {
      look.foreign_conditionals.insert(state->venue_id);
    }
    look.answer.open_orders.push_back(std::move(*state));
  } else if (const auto* execution = std::get_if<venue::Execution>(&message)) {
    const auto instrument = symbols_.find(execution->symbol);
    if (!instrument) return;
    const OrderId order = order_of_report(execution->client_order_id, execution->venue_order_id);
    auto fill = fill_of(setup_.instruments, *instrument, order, *execution);
    if (!fill) return note_failure(fill.error());
    if (order.value == 0 && execution->client_order_id.empty())
      look.unnamed[std::string(execution->venue_order_id)].push_back(look.answer.fills.size());
    look.answer.fills.push_back(*fill);
  } else if (const auto* paid = std::get_if<venue::FundingPaid>(&message)) {
    const auto instrument = symbols_.find(paid->symbol);
    const auto asset = setup_.instruments.find_asset(paid->asset);
    if (instrument && asset)
      look.answer.fundings.push_back(
          {{*instrument, {Amount::from_decimal(paid->amount), *asset}}, paid->ts_venue});
  }
}

void LiveVenue::end_look(const std::shared_ptr<Look>& look) {
  if (look->has_failed) return take_(venue::QuestionFailed{});
  std::ranges::stable_sort(look->answer.fills, {}, &Fill::ts_venue);
  foreign_conditionals_ = std::move(look->foreign_conditionals);
  // Orders of the run before are held by its switch, which nobody else refreshes.
  const bool holds_ours =
      std::ranges::any_of(look->answer.open_orders, [](const auto& order) { return order.order.value != 0; });
  if (holds_ours) dead_man_.keep();
  take_(look->answer);
}

}  // namespace kontor::live
