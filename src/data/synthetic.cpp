#include "data/synthetic.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kontor::data {
namespace {

constexpr double kMinutesPerDay = 1440;
constexpr double kRegimeFactor[] = {0.5, 1.0, 2.5};
constexpr double kRegimeLeave = 1.0 / 2880;  ///< chance per minute to leave a regime: two days on average
constexpr double kPull = 1.0 / 400'000;      ///< back to the start price, per minute: most of a year
constexpr DurationNs kFastestReceive = 2 * kMillisecond;
constexpr DurationNs kQuoteLead = kMillisecond;  ///< a quote is there this long before the trade that hits it

/// Volatility and volume by hour of the day in UTC: Asia quiet, Europe awake, the American open the busiest.
constexpr double kHourFactor[24] = {0.8, 0.8, 0.75, 0.7, 0.7, 0.7, 0.75, 0.9, 1.0, 1.0,  1.0, 1.0,
                                    1.1, 1.4, 1.6,  1.5, 1.3, 1.1, 1.0,  1.0, 1.0, 0.95, 0.9, 0.85};
/// By weekday, Monday first.
constexpr double kWeekdayFactor[7] = {1.0, 1.05, 1.1, 1.05, 1.0, 0.7, 0.75};

std::uint64_t mixed(std::uint64_t seed, std::uint64_t value) noexcept {
  return Prng(seed ^ (value * 0x9E3779B97F4A7C15ULL)).next();
}

/// Nearly normal with variance one: the sum of twelve uniform numbers less six (Irwin–Hall).
double normal(Prng& prng) noexcept {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += prng.uniform();
  return sum;
}

/// A skewed positive number with mean one: many small, few large.
double skewed(Prng& prng) noexcept {
  const double u = prng.uniform();
  return 4.0 * u * u * u;
}

double season(TimeNs time) noexcept {
  const auto hour = static_cast<std::size_t>((time % kDay) / kHour);
  return kHourFactor[hour] * kWeekdayFactor[weekday_of(time)];
}

template <class Column>
void push(Batch& batch, Column column, std::int64_t value) {
  batch.column(column).push_back(value);
}

}  // namespace

Result<SyntheticMarket> SyntheticMarket::make(const SyntheticOptions& options) {
  const auto bad = [](std::string_view expected) {
    return fail(ErrorKind::usage, fmt::format("expected {}", expected));
  };
  if (options.tick.units <= 0 || options.step.units <= 0) return bad("a tick and a step above zero");
  if (options.start_price.units <= 0) return bad("a start price above zero");
  const double ticks = options.start_price.to_double() / options.tick.to_double();
  if (ticks < 1'000 || ticks > 1e12) return bad("a start price of a thousand to a million million ticks");
  if (!(options.daily_volatility > 0 && options.daily_volatility <= 1))
    return bad("a daily volatility above 0, up to 1");
  if (!(options.trades_per_minute >= 1 && options.trades_per_minute <= 10'000)) {
    return bad("1 to 10000 trades per minute");
  }
  SyntheticMarket market;
  market.options_ = options;
  market.options_.tick = options.tick.normalized();
  market.options_.step = options.step.normalized();
  market.tick_units_ = market.options_.tick.units;
  market.step_units_ = market.options_.step.units;
  market.restart();
  return market;
}

void SyntheticMarket::restart() noexcept {
  minute_ = kOrigin;
  price_ = options_.start_price.to_double() / options_.tick.to_double();
  regime_ = Regime::usual;
  last_trade_id_ = 0;
}

Result<void> SyntheticMarket::seek(TimeNs minute) {
  if (minute < kOrigin || minute % kMinute != 0) {
    return fail(ErrorKind::usage, fmt::format("expected a whole minute from {} on, found {}",
                                              format_time(kOrigin), format_time(minute)));
  }
  if (minute < minute_) restart();
  while (minute_ < minute) last_trade_id_ += static_cast<std::int64_t>(next_minute().trades);
  return {};
}

void SyntheticMarket::change_regime(Prng& prng) noexcept {
  if (prng.uniform() >= kRegimeLeave) return;
  if (regime_ == Regime::usual) {
    regime_ = prng.uniform() < 0.6 ? Regime::calm : Regime::wild;
  } else {
    regime_ = Regime::usual;
  }
}

SyntheticMarket::Minute SyntheticMarket::next_minute() noexcept {
  Prng prng(mixed(options_.seed, static_cast<std::uint64_t>(minute_ / kMinute)));
  change_regime(prng);
  const double factor = kRegimeFactor[static_cast<std::size_t>(regime_)] * season(minute_);
  Minute minute;
  minute.start = minute_;
  minute.deviation = options_.daily_volatility / std::sqrt(kMinutesPerDay) * factor;
  double move = normal(prng) * minute.deviation;
  if (prng.uniform() < options_.jumps_per_day / kMinutesPerDay) move += normal(prng) * 8 * minute.deviation;
  const double anchor = options_.start_price.to_double() / options_.tick.to_double();
  move -= kPull * (price_ / anchor - 1);
  minute.open = static_cast<std::int64_t>(price_);
  price_ = std::clamp(price_ * (1 + move), anchor / 50, anchor * 50);
  minute.close = static_cast<std::int64_t>(price_);
  const double busy = options_.trades_per_minute * factor * (0.5 + prng.uniform());
  minute.trades = std::max<std::size_t>(2, static_cast<std::size_t>(busy));
  minute_ += kMinute;
  return minute;
}

/// A bridge: a random walk from open to close, at increasing times within the minute.
void SyntheticMarket::make_trades(const Minute& minute) {
  Prng prng(mixed(options_.seed + 1, static_cast<std::uint64_t>(minute.start / kMinute)));
  const auto count = static_cast<double>(minute.trades);
  const double size = static_cast<double>(minute.open) * minute.deviation / std::sqrt(count);
  trades_.clear();
  double walk = 0;
  for (std::size_t i = 0; i < minute.trades; ++i) {
    const double share = (static_cast<double>(i) + prng.uniform()) / count;
    Trade trade;
    trade.ts = minute.start + kQuoteLead +
               static_cast<TimeNs>(share * static_cast<double>(kMinute - 2 * kQuoteLead));
    walk = i == 0 ? 0 : walk + normal(prng) * size;
    trade.price = static_cast<std::int64_t>(walk);  // the bridge is closed below
    trade.buyer_takes = prng.uniform() < 0.5;
    const double value = options_.mean_trade_value * skewed(prng);
    const double price = static_cast<double>(minute.open) * options_.tick.to_double();
    trade.quantity =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(value / price / options_.step.to_double()));
    trades_.push_back(trade);
  }
  const double drift = static_cast<double>(minute.close - minute.open) - walk;
  for (std::size_t i = 0; i < trades_.size(); ++i) {
    const double share = static_cast<double>(i) / (count - 1);
    trades_[i].price =
        std::max<std::int64_t>(1, minute.open + trades_[i].price + static_cast<std::int64_t>(drift * share));
  }
}

std::int64_t SyntheticMarket::spread_ticks(const Minute& minute) const noexcept {
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(minute.open) * minute.deviation * 0.1));
}

void SyntheticMarket::push_bar(Batch& batch, const Minute& minute) const {
  std::int64_t high = trades_.front().price;
  std::int64_t low = high;
  std::int64_t volume = 0;
  for (const auto& trade : trades_) {
    high = std::max(high, trade.price);
    low = std::min(low, trade.price);
    volume += trade.quantity;
  }
  push(batch, BarColumn::ts_open, minute.start);
  push(batch, BarColumn::open, trades_.front().price * tick_units_);
  push(batch, BarColumn::high, high * tick_units_);
  push(batch, BarColumn::low, low * tick_units_);
  push(batch, BarColumn::close, trades_.back().price * tick_units_);
  push(batch, BarColumn::volume, volume * step_units_);
  push(batch, BarColumn::trade_count, static_cast<std::int64_t>(trades_.size()));
}

void SyntheticMarket::push_trades(Batch& batch) {
  for (const auto& trade : trades_) {
    push(batch, TradeColumn::ts_venue, trade.ts);
    push(batch, TradeColumn::ts_recv, trade.ts + kFastestReceive);
    push(batch, TradeColumn::price, trade.price * tick_units_);
    push(batch, TradeColumn::quantity, trade.quantity * step_units_);
    push(batch, TradeColumn::id, ++last_trade_id_);
    push(batch, TradeColumn::aggressor_side, trade.buyer_takes ? 0 : 1);
  }
}

void SyntheticMarket::push_quotes(Batch& batch, const Minute& minute) {
  Prng prng(mixed(options_.seed + 2, static_cast<std::uint64_t>(minute.start / kMinute)));
  const std::int64_t spread = spread_ticks(minute);
  for (const auto& trade : trades_) {
    const std::int64_t bid = trade.buyer_takes ? trade.price - spread : trade.price;
    const TimeNs ts = trade.ts - kQuoteLead;
    push(batch, QuoteColumn::ts_venue, ts);
    push(batch, QuoteColumn::ts_recv, ts + kFastestReceive);
    push(batch, QuoteColumn::bid, std::max<std::int64_t>(1, bid) * tick_units_);
    push(batch, QuoteColumn::ask, (std::max<std::int64_t>(1, bid) + spread) * tick_units_);
    push(batch, QuoteColumn::bid_quantity,
         (trade.quantity + static_cast<std::int64_t>(prng.below(5'000))) * step_units_);
    push(batch, QuoteColumn::ask_quantity,
         (trade.quantity + static_cast<std::int64_t>(prng.below(5'000))) * step_units_);
  }
}

void SyntheticMarket::push_book(Batch& batch, const Minute& minute) {
  Prng prng(mixed(options_.seed + 3, static_cast<std::uint64_t>(minute.start / kMinute)));
  const std::int64_t spread = spread_ticks(minute);
  for (const auto& trade : trades_) {
    const std::int64_t bid = std::max<std::int64_t>(static_cast<std::int64_t>(kBookLevels) * spread + 1,
                                                    trade.buyer_takes ? trade.price - spread : trade.price);
    const TimeNs ts = trade.ts - kQuoteLead;
    const bool snapshot = batch.rows() == 0;
    if (snapshot) book_[0].clear(), book_[1].clear();
    const auto change = [&](std::int64_t side, std::int64_t price, std::int64_t quantity) {
      push(batch, BookColumn::ts_venue, ts);
      push(batch, BookColumn::ts_recv, ts + kFastestReceive);
      push(batch, BookColumn::price, price * tick_units_);
      push(batch, BookColumn::quantity, quantity * step_units_);
      push(batch, BookColumn::flags, (side != 0 ? kBookSell : 0) | (snapshot ? kBookSnapshot : 0));
    };
    const std::size_t before = batch.rows();
    for (std::int64_t side = 0; side < 2; ++side) {
      const std::int64_t best = side == 0 ? bid : bid + spread;
      const std::int64_t direction = side == 0 ? -1 : 1;
      auto& levels = book_[side];
      std::vector<std::pair<std::int64_t, std::int64_t>> wanted;
      for (std::size_t i = 0; i < kBookLevels; ++i) {
        const std::int64_t price = best + direction * static_cast<std::int64_t>(i) * spread;
        const auto known = std::find_if(levels.begin(), levels.end(),
                                        [&](const auto& level) { return level.first == price; });
        const bool keeps = known != levels.end() && prng.below(4) != 0;
        const auto drawn = trade.quantity + static_cast<std::int64_t>(prng.below(50'000)) + 1;
        wanted.emplace_back(price, keeps ? known->second : drawn);
      }
      for (const auto& [price, quantity] : levels) {
        const bool stays = std::any_of(wanted.begin(), wanted.end(),
                                       [&](const auto& level) { return level.first == price; });
        if (!stays) change(side, price, 0);
      }
      for (const auto& level : wanted) {
        if (std::find(levels.begin(), levels.end(), level) == levels.end())
          change(side, level.first, level.second);
      }
      levels = std::move(wanted);
    }
    if (batch.rows() > before) batch.column(BookColumn::flags).back() |= kBookMessageEnd;
  }
}

Batch SyntheticMarket::generate(DataKind kind, TimeNs to) {
  Batch batch(kind);
  batch.price_scale = options_.tick.scale;
  batch.quantity_scale = options_.step.scale;
  while (minute_ < to) {
    const Minute minute = next_minute();
    make_trades(minute);
    if (kind == DataKind::bar) push_bar(batch, minute);
    if (kind == DataKind::trade) push_trades(batch);
    if (kind == DataKind::quote) push_quotes(batch, minute);
    if (kind == DataKind::book) push_book(batch, minute);
    if (kind != DataKind::trade) last_trade_id_ += static_cast<std::int64_t>(minute.trades);
  }
  return batch;
}

}  // namespace kontor::data
