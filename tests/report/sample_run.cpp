#include "report/sample_run.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/prng.hpp"

namespace kontor::test {
namespace {

using research::ChartSeries;
using research::EquitySample;
using research::FillRecord;
using research::OrderRecord;
using research::RoundTrip;
using research::RunResult;

constexpr double kFeeRate = 0.0004;

Amount amount(double value) { return *Amount::parse(fmt::format("{:.8f}", value)); }

InstrumentSpecification specification(std::string symbol, std::string base, Decimal tick, Decimal step) {
  InstrumentSpecification made;
  made.name = InstrumentName{"binance", std::move(symbol)};
  made.kind = InstrumentKind::linear_perpetual;
  made.base = std::move(base);
  made.quote = "USDT";
  made.tick = tick;
  made.step = step;
  made.multiplier = Decimal{1, 0};
  made.max_leverage = Decimal{20, 0};
  return made;
}

/// An hourly price with volatility regimes and slow drifts.
class Market {
 public:
  Market(std::uint64_t seed, double start) : prng_(seed), price_(start) {}

  double normal() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += prng_.uniform();
    return sum - 6;
  }
  double step() {
    if (prng_.below(300) == 0) volatility_ = 0.002 + 0.008 * prng_.uniform();
    if (prng_.below(700) == 0) drift_ = 0.0006 * normal();
    price_ *= std::exp(drift_ * 0.5 + volatility_ * normal());
    return price_;
  }
  double uniform() { return prng_.uniform(); }

 private:
  Prng prng_;
  double price_;
  double volatility_ = 0.004;
  double drift_ = 0.0001;
};

void add_candles(ChartSeries& chart, const std::vector<double>& prices, TimeNs from, Market& chance,
                 int hours) {
  const auto width = static_cast<std::size_t>(hours);
  for (std::size_t i = 0; i + width < prices.size(); i += width) {
    const double open = prices[i];
    const double close = prices[i + width];
    double high = std::max(open, close);
    double low = std::min(open, close);
    for (std::size_t j = i; j <= i + width; ++j) {
      high = std::max(high, prices[j] * (1 + 0.001 * chance.uniform()));
      low = std::min(low, prices[j] * (1 - 0.001 * chance.uniform()));
    }
    chart.ts_open.push_back(from + static_cast<TimeNs>(i) * kHour);
    chart.open.push_back(open);
    chart.high.push_back(high);
    chart.low.push_back(low);
    chart.close.push_back(close);
    chart.volume.push_back(800 + 4000 * chance.uniform() * (high - low) / low * 60);
  }
}

/// Trades at random and keeps the books of it.
class Trader {
 public:
  Trader(RunResult& result, std::uint64_t seed) : result_(result), chance_(seed, 1) {}

  double equity() const { return equity_; }
  double open_profit(std::size_t instrument, double price) const {
    const Open& open = open_[instrument];
    return open.quantity * (price - open.price);
  }
  double exposure(std::size_t instrument, double price) const { return open_[instrument].quantity * price; }
  bool is_open(std::size_t instrument) const { return open_[instrument].quantity != 0; }

  void act(std::size_t instrument, double price, double next_price, TimeNs now, double probability) {
    Open& open = open_[instrument];
    const TimeNs ts = now + static_cast<TimeNs>(chance_.uniform() * 3500) * kSecond;
    if (open.quantity != 0) {
      const double profit = open_profit(instrument, price);
      open.worst = std::min(open.worst, profit);
      open.best = std::max(open.best, profit);
      if (chance_.uniform() < probability) close(instrument, price, ts);
    } else if (chance_.uniform() < probability) {
      // A little better than chance, so that the curve has something to show.
      const bool right = chance_.uniform() < 0.62;
      enter(instrument, price, ts, (next_price > price) == right);
    } else if (chance_.uniform() < probability * 0.3) {
      const bool rejected = chance_.uniform() < 0.2;
      add_order(instrument, Side::buy, price * 0.99, 0.01, ts,
                rejected ? OrderStatus::rejected : OrderStatus::canceled);
    }
  }

 private:
  struct Open {
    double quantity = 0;
    double price = 0;
    double worst = 0;
    double best = 0;
    double fee = 0;
    TimeNs ts = 0;
  };

  RawQuantity raw_quantity(std::size_t instrument, double quantity) const {
    return result_.instruments.all()[instrument].round_quantity(std::abs(quantity));
  }

  void enter(std::size_t instrument, double price, TimeNs ts, bool up) {
    const Instrument& known = result_.instruments.all()[instrument];
    const double target = equity_ * (0.2 + 0.5 * chance_.uniform()) / price;
    const double quantity = known.to_double(raw_quantity(instrument, target));
    if (quantity <= 0) return;
    open_[instrument] = Open{up ? quantity : -quantity, price, 0, 0, 0, ts};
    open_[instrument].fee = add_fill(instrument, up ? Side::buy : Side::sell, price, quantity, ts, 0);
  }

  void close(std::size_t instrument, double price, TimeNs ts) {
    const Open open = open_[instrument];
    const double profit = open_profit(instrument, price);
    open_[instrument].quantity = 0;
    const double quantity = std::abs(open.quantity);
    const double fee =
        add_fill(instrument, open.quantity > 0 ? Side::sell : Side::buy, price, quantity, ts, profit);
    RoundTrip trip;
    trip.strategy = StrategyId(static_cast<std::uint32_t>(instrument));
    trip.instrument = InstrumentId(static_cast<std::uint32_t>(instrument));
    trip.direction = open.quantity > 0 ? Side::buy : Side::sell;
    trip.ts_open = open.ts;
    trip.ts_close = std::max(ts, open.ts + kMinute);
    trip.max_quantity = trip.entry_quantity = trip.exit_quantity = raw_quantity(instrument, quantity);
    trip.entry_notional = amount(open.price * quantity);
    trip.exit_notional = amount(price * quantity);
    trip.gross_profit = amount(profit);
    trip.fees = amount(open.fee) + amount(fee);
    trip.max_adverse = amount(std::min({open.worst, profit, 0.0}) * 1.05);
    trip.max_favourable = amount(std::max({open.best, profit, 0.0}) * 1.05);
    const std::size_t number = result_.round_trips.size();
    trip.exit = static_cast<research::ExitReason>(number % 7);
    trip.entry_tag = number % 5;
    result_.round_trips.push_back(trip);
  }

  OrderRecord& add_order(std::size_t instrument, Side side, double price, double quantity, TimeNs ts,
                         OrderStatus status) {
    const Instrument& known = result_.instruments.all()[instrument];
    OrderRecord record;
    record.order.id = OrderId(result_.orders.size() + 1);
    record.order.strategy = StrategyId(static_cast<std::uint32_t>(instrument));
    record.order.instrument = known.id();
    record.order.side = side;
    record.order.type = OrderType::limit;
    record.order.quantity = raw_quantity(instrument, quantity);
    record.order.limit_price = known.round_price(price, Rounding::half_even);
    record.status = status;
    record.ts_created = ts - kMinute;
    record.ts_closed = ts;
    record.quantity = record.order.quantity;
    record.mark_at_decision =
        known.round_price(price * (side == Side::buy ? 0.9996 : 1.0004), Rounding::half_even);
    record.ts_acknowledged = ts - 40 * kSecond + static_cast<TimeNs>(result_.orders.size() % 30) * kSecond;
    if (status == OrderStatus::rejected) record.reason = RejectReason::post_only_would_take;
    result_.orders.push_back(record);
    return result_.orders.back();
  }

  double add_fill(std::size_t instrument, Side side, double price, double quantity, TimeNs ts,
                  double realized) {
    const Instrument& known = result_.instruments.all()[instrument];
    const bool maker = chance_.uniform() < 0.4;
    OrderRecord& order = add_order(instrument, side, price, quantity, ts, OrderStatus::filled);
    if (!maker) order.order.type = chance_.uniform() < 0.2 ? OrderType::stop_market : OrderType::market;
    if (order.order.type == OrderType::stop_market) order.order.trigger_price = order.mark_at_decision;
    FillRecord record;
    record.fill.order = order.order.id;
    record.fill.trade = TradeId(result_.fills.size() + 1);
    record.fill.instrument = known.id();
    record.fill.side = side;
    record.fill.liquidity = maker ? Liquidity::maker : Liquidity::taker;
    record.fill.ts_venue = ts;
    record.fill.price = order.order.limit_price;
    record.fill.quantity = order.order.quantity;
    const double notional = price * quantity;
    const double fee = notional * kFeeRate * (maker ? 0.5 : 1.0);
    record.fill.fee = record.fee_reported = amount(fee);
    record.fill.fee_asset = known.quote();
    record.strategy = order.order.strategy;
    record.order_type = order.order.type;
    record.notional = amount(notional);
    record.realized = amount(realized);
    equity_ += realized - fee;
    record.equity_after = amount(equity_);
    record.bar_open = floor_divide(ts, kMinute) * kMinute;
    record.bar_volume = 60 + static_cast<double>(result_.fills.size() % 40);
    order.filled = order.order.quantity;
    order.filled_notional = record.notional;
    result_.fees += record.fill.fee;
    result_.turnover += record.notional;
    result_.fills.push_back(record);
    return fee;
  }

  RunResult& result_;
  Market chance_;
  double equity_ = 10'000;
  Open open_[2];
};

RunResult prepared(int days) {
  RunResult result;
  ASSERT(result.instruments.add(specification("BTCUSDT", "BTC", Decimal{1, 1}, Decimal{1, 3})).has_value());
  ASSERT(result.instruments.add(specification("ETHUSDT", "ETH", Decimal{1, 2}, Decimal{1, 3})).has_value());
  result.strategies = {"sma_cross 10/50", "grid <atr> & \"dynamic\""};
  result.reporting_asset = result.instruments[InstrumentId(0)].quote();
  result.from = *parse_time("2024-03-01");
  result.to = result.from + days * kDay;
  result.bars = static_cast<std::uint64_t>(days) * 2880;
  result.events = result.bars;
  result.equity_interval = kHour;
  result.initial_equity = result.final_equity = amount(10'000);
  result.seed = 42;
  result.config_sha256 = "4f1c9e0b7a6d5e3f2c1b0a9988776655443322110ffeeddccbbaa99887766554";
  result.config_toml =
      "# effective configuration\nseed = 42\n\n[account]\nequity = \"10000 USDT\"\n\n[[instrument]]\nname = "
      "\"BTCUSDT@binance\"\n\n[[strategy]]\nname = \"sma_cross\"\nfast = 10\nslow = 50 # </script><b>not "
      "bold</b>\n";
  result.trials = 24;
  result.trial_sharpe_deviation = 0.6;
  result.model_slippage = {3.0, 3.0};
  result.assumptions = {{"fees", "maker 0.02 %, taker 0.04 %"},
                        {"slippage", "5 basis points"},
                        {"latency", "order 50 ms, feed 20 ms"},
                        {"fill rule", "price must trade through a resting order"},
                        {"stop and target in one bar", "adverse first"}};
  for (const char* name : {"binance/BTCUSDT/bar/1m", "binance/ETHUSDT/bar/1m"}) {
    result.datasets.push_back({name, "9b74c9897bac770ffc029102a200c5de0f1e2d3c4b5a69788796a5b4c3d2e1f0",
                               static_cast<std::uint64_t>(days) * 1440, result.from, result.to - kMinute});
  }
  return result;
}

/// Takes the exact maximum drawdown off the samples, as the runner does at every mark.
void measure_drawdown(RunResult& result) {
  double peak = result.initial_equity.to_double();
  TimeNs peak_ts = result.from;
  for (const EquitySample& sample : result.equity) {
    const double equity = sample.equity.to_double();
    if (equity > peak) {
      peak = equity;
      peak_ts = sample.ts;
    } else if (1 - equity / peak > result.max_drawdown) {
      result.max_drawdown = 1 - equity / peak;
      result.max_drawdown_peak = peak_ts;
      result.max_drawdown_trough = sample.ts;
    }
  }
}

}  // namespace

RunResult sample_run(const SampleRun& settings) {
  RunResult result = prepared(settings.days);
  const auto hours = static_cast<std::size_t>(settings.days) * 24;
  std::vector<std::vector<double>> prices(2);
  Market bitcoin(settings.seed, 61'000);
  Market ether(settings.seed + 17, 3'300);
  for (std::size_t i = 0; i <= hours; ++i) {
    prices[0].push_back(bitcoin.step());
    prices[1].push_back(ether.step());
  }
  for (std::uint32_t i = 0; i < 2; ++i) {
    ChartSeries chart;
    chart.instrument = InstrumentId(i);
    add_candles(chart, prices[i], result.from, ether, settings.days > 60 ? 4 : 1);
    result.charts.push_back(std::move(chart));
  }
  Market inside(settings.seed + 29, 1);
  result.regime_bars.instrument = InstrumentId(0);
  add_candles(result.regime_bars, prices[0], result.from, inside, 1);
  Trader trader(result, settings.seed + 101);
  const double probability = settings.trades_per_day / 24;
  for (std::size_t i = 0; i < hours; ++i) {
    const TimeNs now = result.from + static_cast<TimeNs>(i) * kHour;
    EquitySample sample;
    double value = 0;
    double net = 0;
    double gross = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      if (trader.is_open(k)) result.time_in_market += kHour / 2;
      trader.act(k, prices[k][i], prices[k][std::min(i + 6, hours)], now, probability);
      value += trader.open_profit(k, prices[k][i + 1]);
      net += trader.exposure(k, prices[k][i + 1]);
      gross += std::abs(trader.exposure(k, prices[k][i + 1]));
    }
    sample.ts = now + kHour;
    sample.equity = amount(trader.equity() + value);
    sample.net_exposure = amount(net);
    sample.gross_exposure = amount(gross);
    sample.benchmark = 10'000 * prices[0][i + 1] / prices[0][0];
    result.equity.push_back(sample);
  }
  result.final_equity = result.equity.back().equity;
  result.funding = amount(-12.3456);
  result.refusals = {{"grid <atr> & \"dynamic\"", "below_min_notional", 214},
                     {"sma_cross 10/50", "max_exposure", 17}};
  result.open_positions = (trader.is_open(0) ? 1U : 0U) + (trader.is_open(1) ? 1U : 0U);
  result.fill_count = result.fills.size();
  result.liquidation_distance = 0.137;
  result.liquidation_distance_time = result.from + kDay;
  measure_drawdown(result);
  return result;
}

RunResult idle_run() {
  RunResult result = prepared(3);
  for (TimeNs ts = result.from + kHour; ts <= result.to; ts += kHour) {
    EquitySample sample;
    sample.ts = ts;
    sample.equity = result.initial_equity;
    result.equity.push_back(sample);
  }
  result.refusals = {{"sma_cross 10/50", "below_min_notional", 12}};
  return result;
}

RunResult rejected_run() {
  RunResult result = prepared(40);
  result.config_toml = "[backtest]\nname = \"all rejected\"\n";
  for (TimeNs ts = result.from + kDay; ts <= result.to; ts += kDay) {
    EquitySample sample;
    sample.ts = ts;
    sample.equity = result.initial_equity;
    result.equity.push_back(sample);
  }
  for (std::uint64_t i = 1; i <= 30; ++i) {
    OrderRecord record;
    record.order.id = OrderId(i);
    record.order.strategy = StrategyId(0);
    record.order.instrument = InstrumentId(0);
    record.order.quantity = RawQuantity(1'000'000'000);
    record.status = OrderStatus::rejected;
    record.reason = RejectReason::insufficient_balance;
    record.ts_created = record.ts_closed = result.from + static_cast<TimeNs>(i) * kHour;
    result.orders.push_back(record);
  }
  return result;
}

}  // namespace kontor::test
