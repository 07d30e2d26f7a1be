#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "engine/state.hpp"

namespace kontor::session {

/// Where a session stands, for whoever looks at it.
struct SessionStatus {
  TimeNs now = 0;                                ///< the session's time
  TradingState trading = TradingState::running;  ///< in force
  bool by_schedule = false;                      ///< the schedule wants that, not an operator
  std::uint64_t events = 0;  ///< that the engine was given, those of earlier runs included
  std::uint64_t orders = 0;  ///< placed, in this run
  std::uint64_t fills = 0;
  std::uint64_t refusals = 0;
  std::uint64_t open_orders = 0;
  std::uint64_t open_positions = 0;
  Amount equity;         ///< reporting asset
  bool by_disk = false;  ///< the disk cannot be written, and nobody wants more than that
};

/// A strategy's position as a person reads it: decimals in the places of their instrument.
struct PositionLine {
  std::string instrument;
  std::uint32_t strategy = 0;
  std::string quantity;       ///< signed
  std::string average_price;  ///< to the tick
  std::string mark;
  std::string unrealized{};  ///< profit at the mark, quote asset, two places
  BOOST_DESCRIBE_CLASS(PositionLine, (), (instrument, strategy, quantity, average_price, mark, unrealized),
                       (), ())
};

/// An order that is not closed, as a person reads it.
struct OrderLine {
  std::uint64_t id = 0;
  std::string instrument;
  std::uint32_t strategy = 0;
  std::string side;
  std::string type;
  std::string quantity;
  std::string filled;
  std::string price;  ///< limit, else trigger; empty for a market order
  std::string status;
  BOOST_DESCRIBE_CLASS(OrderLine, (), (id, instrument, strategy, side, type, quantity, filled, price, status),
                       (), ())
};

/// What keeps a scope from trading freely, or warns of it: the operator's word, the schedule's, a disk that
/// fails, or a breaker; or what is held without a confirmed stop.
struct RestraintLine {
  std::string scope;      ///< `account`, `strategy 0`, `BTCUSDT@binance`, `0.5 of BTCUSDT@binance`
  std::string cause;      ///< `operator`, `schedule`, `disk`, the kind of breaker, `protection`
  std::string level;      ///< `warning`, `restricted`, `halted`, `flattening`, `degraded`
  std::string value;      ///< that was measured, and …
  std::string threshold;  ///< … what it was compared with; empty for the operator
  std::string since;      ///< the session's time; empty for operator and schedule
  std::string until;      ///< when it ends by itself; empty: when it is told to
  BOOST_DESCRIBE_CLASS(RestraintLine, (), (scope, cause, level, value, threshold, since, until), (), ())
};

/// Every position that a strategy holds, by strategy and instrument.
[[nodiscard]] std::vector<PositionLine> positions_of(const engine::State& state);
/// Every open order, by id.
[[nodiscard]] std::vector<OrderLine> open_orders_of(const engine::State& state);

/// How often the configuration was changed while the session ran, and how the last time.
struct SettingsHistory {
  std::uint64_t changes = 0;
  TimeNs changed_at = 0;            ///< the session's time of the last change
  std::vector<std::string> last{};  ///< `risk.cooldown: 1h → 30m`
  BOOST_DESCRIBE_CLASS(SettingsHistory, (), (changes, changed_at, last), (), ())
};

/// `risk.cooldown: 1h → 30m`; what is not set is told as `unset`.
[[nodiscard]] std::string text_of(const SettingChange& change);
/// Every restraint, the operator's first.
[[nodiscard]] std::vector<RestraintLine> restraints_of(const engine::State& state);

/// The present run of a session: its state, how it is driven, and what has come of it.
struct RunView {
  std::string state{};   ///< of its life: `RUNNING`; empty, as the others: not told
  std::string mode{};    ///< `paper`
  std::string speed{};   ///< times the market's, or `max`
  TimeNs started = 0;    ///< on the wall; 0: not told
  TimeNs data_from = 0;  ///< times of the first and the last datum that it is fed with; 0: nobody knows
  TimeNs data_until = 0;
  std::optional<Amount> initial_equity{};  ///< once the account could be valued
  double max_drawdown = 0;                 ///< since then, as a fraction of the peak
  bool operator==(const RunView&) const = default;
};

/// How far it has come through its data, 0 … 1; nothing where nobody knows how much there is.
[[nodiscard]] std::optional<double> progress_of(const RunView& run, TimeNs now) noexcept;

/// Everything that a look from outside shows.
struct SessionView {
  std::string session;
  std::string account;
  std::string asset;  ///< in which the equity is counted
  SessionStatus status;
  std::vector<PositionLine> positions;
  std::vector<OrderLine> orders;
  std::vector<RestraintLine> restraints{};
  std::string configuration_hash{};  ///< of the one in force
  SettingsHistory settings{};
  RunView run{};
  std::string disk_fault{};  ///< what the system says of a disk that cannot be written; empty: it can
};

}  // namespace kontor::session
