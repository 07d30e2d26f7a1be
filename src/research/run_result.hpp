#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/time.hpp"
#include "model/breaker.hpp"
#include "model/instrument.hpp"
#include "model/order.hpp"

namespace kontor::research {

/// The account at one instant, in the reporting asset.
struct EquitySample {
  TimeNs ts = 0;
  Amount equity;          ///< balances and positions valued at the mark
  Amount net_exposure;    ///< Σ signed position value
  Amount gross_exposure;  ///< Σ |position value|
  double benchmark =
      0;  ///< value of the starting equity held in the first instrument since the first mark; analytics
};

/// One execution with what the books said right after it.
struct FillRecord {
  Fill fill;
  StrategyId strategy;
  OrderType order_type = OrderType::market;
  std::uint64_t tag = 0;
  Amount notional;             ///< price × quantity × multiplier, unsigned, quote asset
  Amount fee_reported;         ///< the fee in the reporting asset
  Amount realized;             ///< profit realised by this fill before fees, quote asset
  RawQuantity position_after;  ///< of the strategy's own book
  Amount equity_after;
  TimeNs bar_open = 0;    ///< of the bar that it lies in, see note_bar_volumes()
  double bar_volume = 0;  ///< all that the market traded in that bar; zero: not known; analytics
};

/// One order over its whole life.
struct OrderRecord {
  NewOrder order;
  OrderStatus status = OrderStatus::intent;
  RejectReason reason = RejectReason::none;
  TimeNs ts_created = 0;
  TimeNs ts_closed = 0;  ///< zero while still open at the end
  RawQuantity filled;
  Amount filled_notional;
  RawQuantity quantity;        ///< total after amendments; zero: as ordered
  RawPrice mark_at_decision;   ///< when the strategy asked for it; zero: there was none
  TimeNs ts_acknowledged = 0;  ///< when the venue began to work it: accepted or triggered; zero: never
};

/// What ended a round trip, told by the fill that closed it.
/// `stop_loss`, `take_profit`: an order of that role, or of a type of that kind; `reversal`: an order that
/// went on to the other side; `limit_order`: any other order with a limit; `signal`: a plain market order.
BOOST_DEFINE_FIXED_ENUM_CLASS(ExitReason, std::uint8_t, signal, reversal, limit_order, take_profit, stop_loss,
                              trailing_stop, liquidation)

/// From flat to flat (or to a flip) in one instrument by one strategy.
struct RoundTrip {
  StrategyId strategy;
  InstrumentId instrument;
  Side direction = Side::buy;  ///< buy: it was long
  TimeNs ts_open = 0;
  TimeNs ts_close = 0;
  RawQuantity max_quantity;  ///< largest size held
  Amount entry_notional;     ///< Σ notional of the fills that opened or added
  RawQuantity entry_quantity;
  Amount exit_notional;
  RawQuantity exit_quantity;
  Amount gross_profit;    ///< before fees and funding
  Amount fees;            ///< in the reporting asset
  Amount max_adverse;     ///< worst unrealised result while open (≤ 0)
  Amount max_favourable;  ///< best unrealised result while open (≥ 0)
  ExitReason exit = ExitReason::signal;
  std::uint64_t entry_tag = 0;  ///< of the order that opened it; the strategy's own label
  [[nodiscard]] Amount net_profit() const noexcept { return gross_profit - fees; }
};

/// What one strategy's book of one instrument has brought in by the end, in the reporting asset.
struct BookRecord {
  StrategyId strategy;
  InstrumentId instrument;
  Amount realized;    ///< before fees
  Amount unrealized;  ///< of what is still open, at the last mark
  Amount fees;
  Amount funding;  ///< its share of what the account received (negative: paid)
  [[nodiscard]] Amount profit() const noexcept { return realized + unrealized - fees + funding; }
};

/// An intent that did not become an order, and why (all reasons, not just the first).
struct RefusalCount {
  std::string strategy;
  std::string reason;
  std::uint64_t count = 0;
};

/// A breaker that went to another level.
struct BreakerRecord {
  static constexpr std::size_t kMost = 10'000;  ///< of a run; what follows is not written down

  TimeNs at = 0;
  BreakerChanged change;
};

/// Candles for the report's price chart, at most a few thousand per instrument, in plain units.
struct ChartSeries {
  InstrumentId instrument;
  std::vector<TimeNs> ts_open;
  std::vector<double> open, high, low, close, volume;  // analytics
};

/// Where the data of a run came from, so that it can be brought together again.
struct DatasetRecord {
  std::string name;    ///< `binance/BTCUSDT/bar/1m`
  std::string sha256;  ///< over the checksums of the segments that were read
  std::uint64_t rows = 0;
  TimeNs first = 0;
  TimeNs last = 0;
};

/// Everything that a finished backtest knows; reports and metrics are pure functions of it.
struct RunResult {
  InstrumentTable instruments;
  std::vector<std::string> strategies;  ///< names by StrategyId
  AssetId reporting_asset;
  TimeNs from = 0;
  TimeNs to = 0;
  std::uint64_t bars = 0;
  std::uint64_t trades = 0;
  std::uint64_t quotes = 0;
  std::uint64_t book_changes = 0;
  std::uint64_t events = 0;  ///< everything that the engine was given
  Amount initial_equity;
  Amount final_equity;
  Amount fees;     ///< total paid, in the reporting asset
  Amount funding;  ///< total received (negative: paid)
  double max_drawdown =
      0;  ///< largest fall from a peak as a fraction, at every mark, not only at samples; analytics
  TimeNs max_drawdown_peak = 0;
  TimeNs max_drawdown_trough = 0;
  DurationNs time_in_market = 0;  ///< time with any open position
  Amount turnover;                ///< Σ |fill notional|
  std::uint64_t liquidations = 0;
  std::uint64_t fill_count = 0;    ///< all fills, also where `fills` was not kept
  DurationNs equity_interval = 0;  ///< distance of the samples below
  std::vector<EquitySample> equity;
  std::vector<FillRecord> fills;
  std::vector<OrderRecord> orders;
  std::vector<RoundTrip> round_trips;
  std::vector<BookRecord> books;  ///< those that were used
  std::vector<RefusalCount> refusals;
  std::vector<BreakerRecord> breakers;
  std::vector<ChartSeries> charts;
  InstrumentId benchmark;   ///< what the starting equity is compared with
  ChartSeries regime_bars;  ///< hours of the benchmark's instrument; empty: the data is coarser
  /// By instrument: how many basis points worse the simulated venue fills takers; none where a book tells.
  std::vector<std::optional<double>> model_slippage;
  /// Least fraction by which a mark had to move against us for a liquidation, over all samples with a
  /// position on margin; none without such.
  std::optional<double> liquidation_distance;
  TimeNs liquidation_distance_time = 0;
  std::uint64_t trials = 1;  ///< configurations that were tried before this one was chosen, itself included
  std::optional<double> trial_sharpe_deviation;  ///< of the annual Sharpe ratios of these trials
  std::vector<DatasetRecord> datasets;
  /// What the data lacks, in words: a hole, rows that can't be, a range that is not covered.
  std::vector<std::string> warnings;
  std::uint64_t open_positions = 0;
  /// Settings of the simulated venue that the report's header must show: fees, slippage, latency, fill rules.
  std::vector<std::pair<std::string, std::string>> assumptions;
  std::string config_toml;  ///< the effective configuration, complete
  std::string config_sha256;
  std::uint64_t seed = 0;
  double wall_seconds = 0;  ///< engine time only; left out of everything that must be byte-identical
};

/// `account`, the name of a strategy, or `BTCUSDT@binance`.
[[nodiscard]] inline std::string scope_name(const RunResult& result, const BreakerChanged& change) {
  if (change.strategy) return result.strategies[change.strategy->index()];
  if (change.instrument) return result.instruments[*change.instrument].name().format();
  return "account";
}

}  // namespace kontor::research
