#pragma once

#include <cstdint>

#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/time.hpp"

namespace kontor {

/// The ramp on which a configuration comes to real money (M23): in each phase it may use more of it.
BOOST_DEFINE_FIXED_ENUM_CLASS(LivePhase, std::uint8_t, paper, alpha, beta, production)

/// What a session does about open orders of its account that are not its own.
BOOST_DEFINE_FIXED_ENUM_CLASS(ForeignOrderPolicy, std::uint8_t,
                              ignore,  // tells of them
                              cancel)  // tells of them and withdraws them

/// What a configuration has to show before it may trade live, and how much of the account it may then use.
/// The caps are fractions of the equity that the account's `max_exposure` may not exceed, so that it is the
/// risk engine that holds them.
struct LiveSettings {
  LivePhase phase = LivePhase::paper;
  Decimal alpha_cap{5, 2};
  Decimal beta_cap{25, 2};
  Decimal production_cap{1, 0};
  Decimal min_balance{100, 0};           ///< of the account, in the reporting asset
  DurationNs min_paper_time = 7 * kDay;  ///< of the market's time that paper sessions have gone through
  std::uint64_t min_paper_trades = 20;   ///< round trips that they have closed
  ForeignOrderPolicy foreign_orders = ForeignOrderPolicy::ignore;
  /// The venue cancels what waits when it has not heard of us for so long, where it can; 0: it is not asked
  /// to.
  DurationNs dead_man_window = kMinute;
};

/// The cap of a phase; before the first one with money, that of the last.
[[nodiscard]] inline Decimal cap_of(const LiveSettings& settings, LivePhase phase) noexcept {
  switch (phase) {
    case LivePhase::alpha: return settings.alpha_cap;
    case LivePhase::beta: return settings.beta_cap;
    case LivePhase::paper:
    case LivePhase::production: return settings.production_cap;
  }
  return {};
}

}  // namespace kontor
