#pragma once

#include <cstdint>

#include "engine/outputs.hpp"
#include "model/event.hpp"
#include "portfolio/portfolio.hpp"

namespace kontor::simulation {

/// Watches a simulation without being seen by it. A base to derive from; the functions are found at compile
/// time, so that what an observer does not care for costs nothing.
struct SilentObserver {
  /// The seq of the next event, of which there were `before`.
  [[nodiscard]] std::uint64_t stamp(std::uint64_t before) const noexcept { return before + 1; }
  /// Everything that goes into the engine, before the step. The event is borrowed, with what it borrows. Only
  /// called while wants_events() is true.
  void on_event(const Event& /*event*/) {}
  [[nodiscard]] bool wants_events() const noexcept { return false; }
  /// What the venue reports, made there at `ts_venue`, before the step.
  template <class Report>
  void on_report(const Report& /*report*/, TimeNs /*ts_venue*/, const portfolio::Portfolio& /*portfolio*/) {}
  /// What a step has decided, before it leaves for the venue, with the marks that it was decided on.
  void on_outputs(const engine::Outputs& /*outputs*/, TimeNs /*now*/,
                  const portfolio::Portfolio& /*portfolio*/) {}
  /// Asked after on_outputs() of each command: false keeps it from the venue.
  [[nodiscard]] bool leaves(const CommandBody& /*command*/) const noexcept { return true; }
  /// Before the step of something that happened at the market time `time`.
  void before_mark(TimeNs /*time*/, const portfolio::Portfolio& /*portfolio*/) {}
  /// After a step that may have changed the price of an instrument, which was between these two.
  void after_mark(TimeNs /*time*/, const portfolio::Portfolio& /*portfolio*/, InstrumentId /*instrument*/,
                  RawPrice /*high*/, RawPrice /*low*/) {}
  /// Up to which market time bars that set nothing off need not be shown one by one: kTimeMin where all must
  /// be. Then only after_mark() is called, where watches_prices() or the equity moves, and count_bars().
  [[nodiscard]] TimeNs quiet_until() const noexcept { return kTimeMin; }
  [[nodiscard]] bool watches_prices() const noexcept { return true; }
  void count_bars(std::uint64_t /*bars*/) noexcept {}
  // After the step of each kind of market datum.
  void count(const Bar& /*bar*/) noexcept {}
  void count(const Trade& /*trade*/) noexcept {}
  void count(const Quote& /*quote*/) noexcept {}
  void count(const BookUpdate& /*update*/) noexcept {}
  void count(const FundingRate& /*funding*/) noexcept {}
};

}  // namespace kontor::simulation
