#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/codec.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "portfolio/portfolio.hpp"
#include "portfolio/round_trip.hpp"
#include "risk/breakers.hpp"
#include "risk/equity_meter.hpp"
#include "risk/price_watch.hpp"

namespace kontor::risk {

/// What the breakers read: the books and the time, after the event.
struct SafetyView {
  const InstrumentTable& instruments;
  const portfolio::Portfolio& portfolio;
  TimeNs now;
};

/// A breaker as it stands.
struct BreakerState {
  BreakerLevel level = BreakerLevel::normal;
  TimeNs since = 0;
  TimeNs until = 0;  ///< 0: not by time
  Amount value;      ///< that brought it there
  Amount threshold;
  BOOST_DESCRIBE_CLASS(BreakerState, (), (level, since, until, value, threshold), (), ())
};

/// Which one it is: its kind and its scope.
struct BreakerIdentity {
  BreakerKind kind{};
  std::optional<StrategyId> strategy{};
  std::optional<InstrumentId> instrument{};
};

/// The safety chain (M1): breakers that measure what happens and say, per scope, how much may still be done.
/// The strictest of account, strategy and instrument holds for an order. Every breaker keeps its own level,
/// so none lowers what another one has raised. Part of the engine's state: it has no clock, and what ends by
/// itself ends at next_due(), which the driver brings back as an event.
///
/// The engine tells it of every event that concerns it, and then takes the changes, to record them before the
/// commands that follow from them.
class SafetyChain {
 public:
  SafetyChain(const BreakerSettings& settings, std::size_t strategies, std::size_t instruments);

  /// False where nothing is watched: then it need not be told anything.
  [[nodiscard]] bool is_on() const noexcept { return is_on_; }

  // What happens. To be called after it is in the books.
  void on_price(const SafetyView& view, InstrumentId instrument, const PriceRange& prices) noexcept;
  void on_booked(const SafetyView& view, StrategyId strategy, InstrumentId instrument,
                 const portfolio::BookFill& fill) noexcept;
  /// The venue refused a request. What only the market decides is no error.
  void on_rejected(const SafetyView& view, StrategyId strategy, InstrumentId instrument,
                   RejectReason reason) noexcept;
  void on_connection(const SafetyView& view, const ConnectionChanged& change, TimeNs last_heard) noexcept;
  void on_clock_offset(const SafetyView& view, DurationNs offset) noexcept;
  /// Money came or went: the account's equity was `before`.
  void on_transfer(const SafetyView& view, Amount before) noexcept;
  /// Time has come to next_due().
  void on_time(const SafetyView& view) noexcept;
  /// The operator takes back what has tripped, and it measures anew. What follows a condition (a silent
  /// stream, a clock, the age of a price) ends with that alone.
  void reset(const SafetyView& view) noexcept;
  /// What was to be closed is closed.
  void on_flattened(const SafetyView& view) noexcept;

  /// What the calls since clear_changes() have changed, in order; `cause` is not set.
  [[nodiscard]] const std::vector<BreakerChanged>& changes() const noexcept { return changes_; }
  void clear_changes() noexcept { changes_.clear(); }
  /// When something ends by itself or has to be looked at; kTimeMax: never.
  [[nodiscard]] TimeNs next_due() const noexcept { return next_due_; }

  [[nodiscard]] TradingState of_account() const noexcept { return account_; }
  [[nodiscard]] TradingState of(StrategyId strategy) const noexcept { return strategies_[strategy.index()]; }
  [[nodiscard]] TradingState of(InstrumentId instrument) const noexcept {
    return instruments_[instrument.index()];
  }
  /// What holds for an order: the strictest of its three scopes.
  [[nodiscard]] TradingState of(StrategyId strategy, InstrumentId instrument) const noexcept {
    if (!is_limiting_) [[likely]]
      return TradingState::running;
    return stricter(account_, stricter(of(strategy), of(instrument)));
  }
  /// True if any scope is being flattened.
  [[nodiscard]] bool is_flattening() const noexcept { return is_flattening_; }

  /// The breakers that are not at normal: visit(identity, state).
  template <class Visit>
  void for_each_tripped(Visit&& visit) const {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_[i].level != BreakerLevel::normal) visit(identities_[i], states_[i]);
    }
  }
  [[nodiscard]] bool has_tripped() const noexcept {
    return std::ranges::any_of(states_,
                               [](const auto& state) { return state.level != BreakerLevel::normal; });
  }

  /// Levels and measurements; those of other settings make the decoder fail.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  template <class Self, class Visit>
  static void visit_fields(Self& self, const Visit& visit);

  static constexpr std::size_t kNone = SIZE_MAX;

  /// The equity of a scope, and the breakers that live on it. `low`, `high` and `next_look` are bounds
  /// between which none of them has anything to say.
  struct EquityWatch {
    std::optional<StrategyId> strategy;  ///< nothing: the account
    std::optional<DrawdownMeter> drawdown;
    std::optional<PeriodLossMeter> daily;
    std::optional<PeriodLossMeter> weekly;
    std::optional<EquityStopMeter> stop;
    std::size_t drawdown_breaker = kNone;
    std::size_t daily_breaker = kNone;
    std::size_t weekly_breaker = kNone;
    std::size_t stop_breaker = kNone;
    bool started = false;
    Amount start;  ///< of a strategy: the account's equity when measuring began, less its own result then
    Amount last;
    Amount low;
    Amount high;
    TimeNs next_look = kTimeMin;

    [[nodiscard]] bool is_calm(Amount equity, TimeNs now) const noexcept {
      return started && equity > low && equity <= high && now < next_look;
    }
  };
  /// The prices of an instrument.
  struct InstrumentWatch {
    std::optional<PriceShockWatch> shock;
    std::optional<PriceMoveWatch> move;
    std::optional<DataAgeBreaker> age;
    std::size_t shock_breaker = kNone;
    std::size_t move_breaker = kNone;
    std::size_t age_breaker = kNone;
    TimeNs last_price = 0;  ///< 0: none yet
  };
  struct ErrorWatch {
    ErrorBurstBreaker settings;
    std::size_t breaker = kNone;
    std::vector<TimeNs> times;  ///< the newest, at most as many as make a burst
  };
  struct StreakWatch {
    LosingStreakBreaker settings;
    std::size_t breaker = kNone;
    std::uint32_t losses = 0;
  };
  /// A round trip of a strategy in an instrument, as far as it has come.
  struct Trip {
    portfolio::RoundTripWatch watch;
    Amount net;
    BOOST_DESCRIBE_CLASS(Trip, (), (watch, net), (), ())
  };

  // Construction.
  std::size_t add(BreakerKind kind, const BreakerIdentity& scope);
  void add_scope(const Breakers& breakers, const BreakerIdentity& scope);
  void add_equity(const Breakers& breakers, const BreakerIdentity& scope);
  void add_prices(const Breakers& own, const Breakers& account, InstrumentId instrument);

  // Levels.
  void change(std::size_t breaker, const Verdict& verdict, BreakerReason reason, TimeNs now) noexcept;
  /// Goes up to the level, never down.
  void trip(std::size_t breaker, const Verdict& verdict, TimeNs now) noexcept;
  /// Goes to the level, up or down.
  void follow(std::size_t breaker, const Verdict& verdict, TimeNs now) noexcept;
  [[nodiscard]] BreakerLevel level_of(std::size_t breaker) const noexcept { return states_[breaker].level; }
  void settle_scopes() noexcept;
  void schedule() noexcept;
  void begin_anew(std::size_t breaker, const SafetyView& view, BreakerReason reason) noexcept;
  void begin_equity_anew(EquityWatch& watch, BreakerKind kind, TimeNs now, BreakerReason reason) noexcept;
  void expire(const SafetyView& view) noexcept;

  // Measurements.
  [[nodiscard]] static Amount result_of(const SafetyView& view, StrategyId strategy) noexcept;
  [[nodiscard]] static Amount equity_of(const EquityWatch& watch, const SafetyView& view) noexcept;
  void begin(EquityWatch& watch, const SafetyView& view) noexcept;
  void look_at_equity(const SafetyView& view, std::optional<InstrumentId> instrument) noexcept;
  void look(EquityWatch& watch, Amount equity, TimeNs now) noexcept;
  void bound(EquityWatch& watch) noexcept;
  void look_at_connections(TimeNs now) noexcept;
  void look_at_ages(TimeNs now) noexcept;
  void on_trip(const SafetyView& view, StrategyId strategy, InstrumentId instrument, Amount net) noexcept;
  [[nodiscard]] bool concerns(std::size_t breaker, StrategyId strategy,
                              InstrumentId instrument) const noexcept;

  std::vector<BreakerIdentity> identities_;
  std::vector<BreakerState> states_;
  std::vector<EquityWatch> equities_;
  std::vector<InstrumentWatch> prices_;  ///< by InstrumentId; empty: none is watched
  std::vector<ErrorWatch> errors_;
  std::vector<StreakWatch> streaks_;
  std::vector<Trip> trips_;  ///< strategy × instrument, where streaks are counted
  std::optional<ConnectionBreaker> connection_;
  std::optional<ClockOffsetBreaker> clock_;
  std::size_t connection_breaker_ = kNone;
  std::size_t clock_breaker_ = kNone;
  std::array<TimeNs, 2> silent_since_{};  ///< by Connection; 0: it is heard
  TimeNs age_due_ = kTimeMax;             ///< when the oldest price may be too old

  bool is_on_ = false;

  // Worked out from the levels.
  TradingState account_ = TradingState::running;
  std::vector<TradingState> strategies_;
  std::vector<TradingState> instruments_;
  bool is_limiting_ = false;
  bool is_flattening_ = false;
  TimeNs next_due_ = kTimeMax;
  std::vector<BreakerChanged> changes_;
};

}  // namespace kontor::risk
