#include "live_driver.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "command.hpp"
#include "emergency_stop.hpp"

namespace kontor::app {
namespace {

/// How long a word from outside may wait.
constexpr DurationNs kBetweenListenings = 20 * kMillisecond;

}  // namespace

void LiveDriver::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

/// Whether nothing is left that could be closed: what a fee in the base asset leaves may be less than the
/// venue trades.
bool LiveDriver::is_flat() const {
  const auto& state = setup_.session.engine().state();
  return std::ranges::all_of(state.instruments.all(), [&](const Instrument& instrument) {
    const RawQuantity held = state.portfolio.position(instrument.id()).quantity;
    const RawQuantity closable = instrument.floor_to_step(RawQuantity(std::abs(held.units)));
    return closable.units == 0 || closable < instrument.min_quantity();
  });
}

void LiveDriver::obey(const session::Demand& demand) {
  using session::Request;
  setup_.session.hear(demand);
  const auto want = [&](TradingState state) {
    if (auto said = setup_.session.set_trading(state, setup_.now()); !said) fail(said.error());
  };
  switch (demand.request) {
    case Request::none:
    case Request::change_settings: return;
    case Request::resync:
      if (setup_.resync) setup_.resync();
      return;
    case Request::pause: return want(TradingState::restricted);
    case Request::resume: return want(TradingState::running);
    case Request::flatten: return want(TradingState::flattening);
    case Request::stop: ending_ = "stopped"; return;
    case Request::halt_and_stop: want(TradingState::halted); break;
    case Request::flatten_and_stop: want(TradingState::flattening); break;
  }
  awaited_ = demand.request;
  awaited_until_ = setup_.now() + kLongestFlattening;
}

/// The end that was asked for comes when nothing is left of what had to go.
void LiveDriver::look_for_end() {
  using session::Request;
  if (setup_.session.over()) ending_ = "the schedule has ended it";
  if (awaited_ == Request::none || !ending_.empty()) return;
  const auto& state = setup_.session.engine().state();
  bool has_entries = false;
  state.orders.for_each_open([&](const execution::Order& order) {
    has_entries = has_entries || !(order.request.reduce_only || is_protective(order.request.role));
  });
  const bool flattens = awaited_ == Request::flatten_and_stop;
  const bool has_ended = !state.flattening.is_active() && state.orders.open_count() == 0;
  if (flattens && has_ended && is_flat()) {
    ending_ = "flattened and stopped";
  } else if (!flattens && !has_entries) {
    ending_ = "halted and stopped";
  } else if (setup_.now() > awaited_until_ || (flattens && has_ended)) {
    ending_ = fmt::format("stopped with {} orders and {} positions left", state.orders.open_count(),
                          state.portfolio.open_positions());
  }
}

void LiveDriver::listen() {
  using session::Request;
  if (interrupted() && awaited_ == Request::none) {
    if (setup_.on_word) setup_.on_word("signal", Request::stop);
    return obey(Request::stop);
  }
  if (!is_emergency_seen_) {
    if (const auto stop = emergency_stop_in(setup_.sessions)) {
      is_emergency_seen_ = true;
      const auto wanted = stop->flatten ? Request::flatten_and_stop : Request::halt_and_stop;
      if (setup_.on_word) setup_.on_word("emergency stop", wanted);
      return obey(wanted);
    }
  }
  if (setup_.look) {
    if (const auto wanted = setup_.look()) {
      if (setup_.on_word) setup_.on_word("keyboard", *wanted);
      return obey(*wanted);
    }
  }
  const auto demand = setup_.control.wait(std::chrono::milliseconds(0));
  if (demand.request == Request::none) return;
  obey(demand);
  setup_.control.answer_obeyed();
}

TimeNs LiveDriver::next_due() const {
  const TimeNs due = setup_.session.next_due();
  return setup_.venue_due ? std::min(due, setup_.venue_due()) : due;
}

void LiveDriver::advance() {
  const TimeNs now = setup_.now();
  if (setup_.venue_due && setup_.venue_due() <= now) {
    if (auto done = setup_.advance_venue(now); !done) return fail(done.error());
  }
  if (setup_.session.next_due() > now && net::steady_now() < next_listening_) return;
  if (auto done = setup_.session.advance(now); !done) fail(done.error());
}

Result<std::string> LiveDriver::run() {
  while (ending_.empty() && !error_) {
    if (!setup_.spins) {
      const DurationNs until_due = next_due() - setup_.now();
      setup_.loop.run_one_for(std::clamp<DurationNs>(until_due, 0, kBetweenListenings));
    }
    setup_.loop.poll();
    advance();
    const DurationNs moment = net::steady_now();
    if (moment < next_listening_) continue;
    next_listening_ = moment + kBetweenListenings;
    listen();
    look_for_end();
    if (moment < next_second_) continue;
    next_second_ = moment + kSecond;
    if (setup_.on_second) setup_.on_second();
  }
  if (error_) return std::unexpected(*error_);
  return ending_;
}

}  // namespace kontor::app
