#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "simulation/feed_test_support.hpp"
#include "simulation/simulation.hpp"
#include "tests/support/random_strategy.hpp"

namespace kontor::simulation::test {

/// Which data a random world is fed with.
enum class FeedMix : std::uint8_t { bars, trades, quotes, book };

/// Two random strategies and random data on a spot market and a perpetual: every feature of the
/// venue comes up, fees in three kinds of assets, funding, margin of both kinds and liquidations among them.
class RandomWorld {
 public:
  static constexpr std::uint64_t kStrategies = 2;

  RandomWorld(std::uint64_t seed, FeedMix mix, std::size_t length) : seed_(seed), mix_(mix), random_(seed) {
    InstrumentSpecification coin = spot("BTC");
    coin.step = decimal("0.001");
    coin.min_quantity = decimal("0.001");
    coin.data_quantity_scale = 8;
    add(table_, coin);
    InstrumentSpecification contract = perpetual("ETH");
    contract.step = decimal("0.01");
    contract.min_quantity = decimal("0.01");
    contract.min_notional = decimal("1");
    contract.max_leverage = decimal("20");
    add(table_, contract);
    bnb_ = table_.add_asset("BNB");
    settle_rules();
    for (std::uint32_t i = 0; i < table_.size(); ++i) add_data(InstrumentId(i), length);
    add_funding(length);
  }
  RandomWorld(const RandomWorld&) = delete;
  RandomWorld& operator=(const RandomWorld&) = delete;

  [[nodiscard]] std::vector<Money> deposits() const {
    return {{amount("10000"), *table_.find_asset("USDT")}, {amount("0.5"), bnb_}};
  }
  /// A fresh engine's; every call the same.
  [[nodiscard]] engine::EngineSettings engine_settings() const {
    engine::EngineSettings made{table_, *table_.find_asset("USDT"),       {},
                                {},     feeds_of(sources, table_.size()), {}};
    made.fixed_prices = {{bnb_, decimal("500")}};
    made.risk.account.max_open_orders = 60;
    made.risk.breakers = breakers;
    if (seed_ % 2 == 1) made.groups.assign(table_.size(), execution::GroupKeeper::engine);
    for (std::uint64_t i = 0; i < kStrategies; ++i) {
      RandomStrategySettings settings;
      settings.seed = seed_ * 31 + i;
      settings.instruments = {InstrumentId(0), InstrumentId(1)};
      settings.act_one_in = mix_ == FeedMix::bars ? 2 : 6;
      settings.largest_steps = 8000;
      made.strategies.push_back(std::make_unique<RandomStrategy>(settings));
    }
    return made;
  }
  [[nodiscard]] const InstrumentTable& table() const noexcept { return table_; }

  std::vector<FeedSource> sources;
  sim::SimSettings venue;
  risk::BreakerSettings breakers{};

 private:
  void settle_rules() {
    venue.latency.jitter_ns = seed_ % 2 == 0 ? 0 : 40 * kMillisecond;
    venue.latency.seed = seed_;
    auto& rules = venue.rules;
    rules.participation = seed_ % 3 == 0 ? decimal("1") : decimal("0.1");
    rules.queue = static_cast<sim::QueueModel>(seed_ % 3);
    rules.touch_fills = seed_ % 5 == 0;
    rules.intrabar = static_cast<sim::IntrabarPath>(seed_ / 2 % 2);
    rules.reached_stop = static_cast<sim::ReachedStop>(seed_ / 4 % 2);
    rules.market_volume = static_cast<sim::MarketVolume>(seed_ / 8 % 2);
    rules.fee_asset = static_cast<sim::FeeAsset>(seed_ % 3);
    rules.other_fee_asset = bnb_;
    rules.other_fee_price = decimal("500");
    auto& contract = venue.rules_for(InstrumentId(1));
    contract.leverage = decimal("20");
    contract.margin = static_cast<sim::MarginMode>(seed_ / 3 % 2);
    if (contract.fee_asset == sim::FeeAsset::base) contract.fee_asset = sim::FeeAsset::quote;
  }

  /// A walk with a jump now and then, in ticks of the instrument.
  class Walk {
   public:
    explicit Walk(std::int64_t level) : level_(level) {}
    std::int64_t next(Prng& random) {
      const std::int64_t reach = random.below(60) == 0 ? level_ / 12 : 1 + level_ / 400;
      level_ = std::max<std::int64_t>(level_ + between(random, -reach, reach), 500);
      return level_;
    }

   private:
    std::int64_t level_;
  };

  void add_data(InstrumentId id, std::size_t length) {
    Walk walk(id.value == 0 ? 10'000 : 2'000);
    switch (mix_) {
      case FeedMix::bars: sources.push_back(random_bars(id, walk, length)); break;
      case FeedMix::trades: sources.push_back(random_trades(id, walk, length)); break;
      case FeedMix::quotes:
        sources.push_back(random_quotes(id, walk, length));
        sources.push_back(random_trades(id, walk, length / 4));
        break;
      case FeedMix::book:
        sources.push_back(random_book(id, walk, length));
        sources.push_back(random_trades(id, walk, length / 4));
        break;
    }
    for (auto& source : sources) source.feed_latency = venue.latency.feed_ns;
  }

  FeedSource random_bars(InstrumentId id, Walk& walk, std::size_t length) {
    std::vector<BarRow> rows;
    std::int64_t last = walk.next(random_);
    for (std::size_t i = 0; i < length; ++i) {
      const std::int64_t close = walk.next(random_);
      const std::int64_t open = random_.below(10) == 0 ? walk.next(random_) : last;
      const std::int64_t high = std::max(open, close) + between(random_, 0, 1 + close / 300);
      const std::int64_t low = std::min(open, close) - between(random_, 0, 1 + close / 300);
      rows.push_back({open, high, low, close, between(random_, 0, 2'000'000'000'000)});
      last = close;
    }
    return bars(table_, id, rows);
  }

  FeedSource random_trades(InstrumentId id, Walk& walk, std::size_t length) {
    std::vector<TradeRow> rows;
    TimeNs time = kStart;
    for (std::size_t i = 0; i < length; ++i) {
      time += between(random_, 0, 3 * kSecond);
      const TimeNs happened = time - between(random_, 0, 300 * kMillisecond);
      rows.push_back({happened, time, walk.next(random_), between(random_, 1, 5'000'000'000),
                      static_cast<Side>(random_.below(2))});
    }
    return trades(table_, id, rows);
  }

  FeedSource random_quotes(InstrumentId id, Walk& walk, std::size_t length) {
    std::vector<QuoteRow> rows;
    TimeNs time = kStart;
    for (std::size_t i = 0; i < length; ++i) {
      time += between(random_, 0, 2 * kSecond);
      const std::int64_t bid = walk.next(random_);
      rows.push_back({time - between(random_, 1, 100 * kMillisecond), time, bid, bid + between(random_, 1, 9),
                      between(random_, 0, 5'000'000'000)});
    }
    return quotes(table_, id, rows);
  }

  FeedSource random_book(InstrumentId id, Walk& walk, std::size_t length) {
    std::vector<BookMessage> messages;
    TimeNs time = kStart;
    for (std::size_t i = 0; i < length; ++i) {
      time += between(random_, 0, 2 * kSecond);
      BookMessage message{time - between(random_, 1, 100 * kMillisecond), time, i % 50 == 0, {}};
      const std::int64_t middle = walk.next(random_);
      for (std::int64_t level = 1; level <= (message.snapshot ? 8 : 3); ++level) {
        const std::int64_t quantity = random_.below(4) == 0 ? 0 : between(random_, 1, 5'000'000'000);
        message.changes.push_back({RawPrice(middle - level), RawQuantity(quantity), Side::buy});
        message.changes.push_back({RawPrice(middle + level), RawQuantity(quantity), Side::sell});
      }
      messages.push_back(std::move(message));
    }
    return book(table_, id, messages);
  }

  void add_funding(std::size_t length) {
    std::vector<FundingRow> rows;
    const auto minutes = static_cast<std::int64_t>(mix_ == FeedMix::bars ? length : length / 40);
    for (std::int64_t at = 10; at < minutes; at += 10) {
      rows.push_back({kStart + at * kMinute, between(random_, -3000, 3000), 0});
    }
    sources.push_back(funding(table_, InstrumentId(1), rows));
  }

  std::uint64_t seed_;
  FeedMix mix_;
  Prng random_;
  InstrumentTable table_;
  AssetId bnb_;
};

}  // namespace kontor::simulation::test
