#include "faults/fault_world.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "faults/random_strategy.hpp"
#include "simulation/simulation.hpp"

namespace kontor::faults {
namespace {

constexpr std::uint64_t kTradesPerMinute = 8;
constexpr std::int64_t kFirstPrice = 20'000;  // ticks
constexpr std::int64_t kLowestPrice = 2'000;
constexpr std::uint64_t kTradesPerAct = 40;

InstrumentSpecification specification(bool is_perpetual) {
  InstrumentSpecification made;
  made.name = {"faulty", is_perpetual ? "BTCUSDT-PERP" : "BTCUSDT"};
  made.kind = is_perpetual ? InstrumentKind::linear_perpetual : InstrumentKind::spot;
  made.base = "BTC";
  made.quote = "USDT";
  made.tick = Decimal{1, 2};
  made.step = Decimal{1, 3};
  made.min_quantity = Decimal{1, 3};
  made.min_notional = Decimal{5, 0};
  made.maker_fee = Decimal{2, 4};
  made.taker_fee = Decimal{5, 4};
  if (is_perpetual) made.max_leverage = Decimal{20, 0};
  return made;
}

simulation::FeedSource source_of(const Instrument& instrument, data::Batch batch) {
  batch.price_scale = instrument.price_scale();
  batch.quantity_scale = instrument.quantity_scale();
  data::DatasetKey key{instrument.name(), batch.kind, Timeframe{kMinute}};
  auto loaded = data::LoadedSeries::load(data::Series(std::move(key), std::move(batch)));
  ASSERT(loaded);
  return {instrument.id(), std::move(*loaded), 0, 0};
}

void add_row(data::Batch& batch, std::initializer_list<std::int64_t> values) {
  std::size_t column = 0;
  for (const std::int64_t value : values) batch.columns[column++].push_back(value);
}

}  // namespace

FaultWorld::FaultWorld(std::uint64_t seed, std::uint64_t minutes) : seed_(seed) {
  const bool is_perpetual = seed % 2 == 1;
  ASSERT(instruments_.add(specification(is_perpetual)));
  Prng random(seed);
  venue_.latency.order_entry_ns = 0;  // the way to the venue and back is not the venue's affair here
  venue_.latency.response_ns = 0;
  venue_.rules.participation = Decimal{3, 1};
  if (is_perpetual) venue_.rules.leverage = Decimal{10, 0};
  add_trades(random, minutes);
  if (is_perpetual) add_funding(random, minutes);
}

/// A walk with a jump now and then.
void FaultWorld::add_trades(Prng& random, std::uint64_t minutes) {
  data::Batch batch(data::DataKind::trade);
  std::int64_t price = kFirstPrice;
  TimeNs time = kStart;
  const auto pause = static_cast<std::uint64_t>(2 * kMinute) / kTradesPerMinute;
  for (std::uint64_t i = 0; i < minutes * kTradesPerMinute; ++i) {
    time += static_cast<TimeNs>(random.below(pause));
    const std::int64_t reach = random.below(600) == 0 ? price / 30 : 1 + price / 1'000;
    price += static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * reach + 1))) - reach;
    price = std::max(price, kLowestPrice);
    const auto quantity = static_cast<std::int64_t>(1 + random.below(4'000));
    add_row(batch, {time, time, price, quantity, static_cast<std::int64_t>(i + 1),
                    static_cast<std::int64_t>(random.below(2))});
  }
  sources_.push_back(source_of(instruments_[InstrumentId(0)], std::move(batch)));
  sources_.back().feed_latency = 20 * kMillisecond;
}

void FaultWorld::add_funding(Prng& random, std::uint64_t minutes) {
  data::Batch batch(data::DataKind::funding);
  batch.rate_scale = 6;
  for (TimeNs at = kHour; at < static_cast<TimeNs>(minutes) * kMinute; at += kHour)
    add_row(batch, {kStart + at, static_cast<std::int64_t>(random.below(1'000)) - 500, 0});
  if (batch.columns[0].empty()) return;
  sources_.push_back(source_of(instruments_[InstrumentId(0)], std::move(batch)));
}

Money FaultWorld::deposit() const {
  return {Amount::from_decimal(Decimal{10'000, 0}), *instruments_.find_asset("USDT")};
}

engine::EngineSettings FaultWorld::engine_settings() const {
  engine::EngineSettings made{instruments_,
                              *instruments_.find_asset("USDT"),
                              {},
                              {},
                              simulation::feeds_of(sources_, instruments_.size()),
                              {}};
  made.risk.account.max_open_orders = 40;
  if (seed_ % 3 == 0) made.groups = {execution::GroupKeeper::engine};
  RandomStrategySettings settings;
  settings.seed = seed_;
  settings.instruments = {InstrumentId(0)};
  settings.act_one_in = kTradesPerAct;
  settings.largest_steps = 5'000;
  settings.farthest_ticks = 60;
  made.strategies.push_back(std::make_unique<RandomStrategy>(settings));
  return made;
}

}  // namespace kontor::faults
