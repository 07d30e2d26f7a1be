#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "tests/support/instruments.hpp"
#include "tests/support/random_settings.hpp"
#include "tests/support/random_strategy.hpp"

namespace kontor::engine::test {

using kontor::test::add;
using kontor::test::amount;
using kontor::test::between;
using kontor::test::decimal;
using kontor::test::perpetual;
using kontor::test::price;
using kontor::test::quantity;
using kontor::test::RandomStrategy;
using kontor::test::RandomStrategySettings;
using kontor::test::spot;

/// Two markets, two strategies, one account: what most engine tests need.
class Arena {
 public:
  explicit Arena(std::uint64_t seed, Timeframe fed = Timeframe{kMinute}) : seed_(seed), fed_(fed) {
    add(table_, spot("BTC"));
    add(table_, perpetual("ETH"));
  }

  [[nodiscard]] EngineSettings settings() const {
    std::vector<std::unique_ptr<strategy::Strategy>> strategies;
    for (std::uint64_t i = 0; i < 2; ++i) {
      strategies.push_back(std::make_unique<RandomStrategy>(
          RandomStrategySettings{.seed = seed_ + i, .instruments = {InstrumentId(0), InstrumentId(1)}}));
    }
    risk::RiskSettings risk;
    risk.account.max_open_orders = 40;
    risk.account.cooldown = kSecond;
    const InstrumentFeed feed{fed_.period_ns == 0 ? BarSource::trades : BarSource::bars, fed_};
    EngineSettings made{table_, *table_.find_asset("USDT"), risk, std::move(strategies), {feed, feed}, {}};
    if (seed_ % 2 == 1) made.groups.assign(table_.size(), execution::GroupKeeper::engine);
    return made;
  }
  [[nodiscard]] const InstrumentTable& table() const noexcept { return table_; }

 private:
  std::uint64_t seed_;
  Timeframe fed_;
  InstrumentTable table_;
};

/// Answers commands as the worst of all venues would: late, twice, in part, in the wrong order, or not at
/// all.
class ChaosVenue {
 public:
  ChaosVenue(const InstrumentTable& table, std::uint64_t seed) : table_(&table), random_(seed) {}

  void take(const Outputs& outputs) {
    for (const Command& command : outputs.commands) {
      std::visit([&](const auto& body) { answer(body); }, command.body);
    }
  }

  /// The next report, if one is due by chance.
  bool report(EventBody& body) {
    if (waiting_.empty() || random_.below(3) == 0) return false;
    const std::size_t chosen = random_.below(std::min<std::size_t>(waiting_.size(), 4));
    body = waiting_[chosen];
    const bool repeats = random_.below(20) == 0;
    if (!repeats) waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(chosen));
    return true;
  }

 private:
  void answer(const NewOrder& order) {
    if (random_.below(10) == 0)
      return waiting_.emplace_back(OrderRejected{order.id, RejectReason::self_trade}), void();
    if (random_.below(10) != 0) waiting_.emplace_back(OrderAccepted{order.id});
    if (random_.below(12) == 0) waiting_.emplace_back(OrderUnresolved{order.id});
    if (has_trigger(order.type)) waiting_.emplace_back(OrderTriggered{order.id});
    RawQuantity left = order.quantity;
    while (left.units > 0 && random_.below(4) != 0) {
      const RawQuantity part(
          1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(left.units))));
      fill(order, part);
      left -= part;
    }
    if (left.units > 0 && random_.below(4) == 0) waiting_.emplace_back(OrderExpired{order.id, {}});
  }

  void fill(const NewOrder& order, RawQuantity quantity) {
    const Instrument& instrument = (*table_)[order.instrument];
    Fill made;
    made.order = order.id;
    made.instrument = order.instrument;
    made.trade = TradeId(++trades_);
    made.side = order.side;
    made.liquidity = static_cast<Liquidity>(random_.below(2));
    made.price = RawPrice(between(random_, 900, 1100) * instrument.tick().units);
    made.quantity = quantity;
    made.fee = Amount::from_decimal({between(random_, -10, 1000), 6});
    made.fee_asset = instrument.is_spot() && order.side == Side::buy ? instrument.base() : instrument.quote();
    waiting_.emplace_back(made);
  }

  void answer(const CancelOrder& cancel) {
    if (random_.below(3) == 0) {
      waiting_.emplace_back(CancelRejected{cancel.id, RejectReason::order_closed});
    } else {
      waiting_.emplace_back(OrderCanceled{cancel.id, {}, RejectReason::none});
    }
  }

  void answer(const AmendOrder& amend) {
    if (random_.below(3) == 0) {
      waiting_.emplace_back(AmendRejected{amend.id, RejectReason::order_closed});
    } else {
      waiting_.emplace_back(OrderAmended{amend.id, amend.quantity, amend.limit_price});
    }
  }

  const InstrumentTable* table_;
  Prng random_;
  std::deque<EventBody> waiting_;
  std::uint64_t trades_ = 0;
};

/// Random market data, timers and operator's words, in the order of time.
class RandomMarket {
 public:
  RandomMarket(const InstrumentTable& table, std::uint64_t seed, bool bars)
      : table_(&table), random_(seed), bars_(bars) {}

  [[nodiscard]] TimeNs now() const noexcept { return now_; }

  EventBody next() {
    const InstrumentId id(static_cast<std::uint32_t>(random_.below(table_->size())));
    if (random_.below(200) == 0) {
      return TradingStateChanged{static_cast<TradingState>(std::min<std::uint64_t>(random_.below(6), 2) % 3)};
    }
    if (random_.below(150) == 0) return kontor::test::random_settings(random_, 2, 2);
    if (random_.below(100) == 0)
      return FundingPayment{InstrumentId(1), Money{Amount::from_decimal({between(random_, -9, 9), 3}),
                                                   (*table_)[InstrumentId(1)].quote()}};
    if (bars_ && random_.below(3) != 0) return bar(id);
    switch (random_.below(3)) {
      case 0: return trade(id);
      case 1: return quote(id);
      default: return book(id);
    }
  }

 private:
  [[nodiscard]] RawPrice price(InstrumentId id) {
    return RawPrice(between(random_, 950, 1050) * (*table_)[id].tick().units);
  }

  EventBody bar(InstrumentId id) {
    now_ += kMinute * between(random_, 1, 3);
    Bar made;
    made.instrument = id;
    made.timeframe = Timeframe{kMinute};
    made.ts_open = made.timeframe.open_of(now_) - kMinute;
    made.ts_venue = made.ts_open + kMinute;
    made.ts_recv = now_;
    made.open = price(id);
    made.close = price(id);
    made.high = std::max(made.open, made.close) + (*table_)[id].tick();
    made.low = std::min(made.open, made.close) - (*table_)[id].tick();
    made.volume = RawQuantity(between(random_, 0, 1'000'000));
    return made;
  }

  EventBody trade(InstrumentId id) {
    now_ += between(random_, 0, 20 * kSecond);
    return Trade{id,
                 now_,
                 now_,
                 price(id),
                 RawQuantity(between(random_, 1, 1000)),
                 TradeId(++trades_),
                 static_cast<Side>(random_.below(2))};
  }

  EventBody quote(InstrumentId id) {
    now_ += between(random_, 0, 20 * kSecond);
    const RawPrice bid = price(id);
    return Quote{id, now_, now_, bid, bid + (*table_)[id].tick(), RawQuantity(5), RawQuantity(7)};
  }

  EventBody book(InstrumentId id) {
    now_ += between(random_, 0, 20 * kSecond);
    changes_.clear();
    for (int i = 0; i < 5; ++i) {
      changes_.push_back(
          {price(id), RawQuantity(between(random_, 0, 3)), static_cast<Side>(random_.below(2))});
    }
    return BookUpdate{id, now_, now_, random_.below(20) == 0, changes_};
  }

  const InstrumentTable* table_;
  Prng random_;
  bool bars_;
  TimeNs now_ = 1'735'689'600 * kSecond;
  std::uint64_t trades_ = 0;
  std::vector<BookLevelChange> changes_;  ///< of the last book update
};

/// Drives an engine through a random life, event by event. Timers come when they are due.
class RandomLife {
 public:
  RandomLife(const InstrumentTable& table, std::uint64_t seed, bool bars)
      : market_(table, seed, bars), venue_(table, seed + 1), table_(&table) {}

  /// The next event, made from the market, the venue and the timers of `engine`.
  Event next(const Engine& engine) {
    Event event;
    event.header.seq = ++seq_;
    const bool reported = venue_.report(event.body);
    if (seq_ == 1) {
      event.body = Transfer{Money{amount("1000000"), *table_->find_asset("USDT")}};
    } else if (!reported && engine.next_timer() <= market_.now()) {
      event.body = engine.due_timer();
    } else if (!reported) {
      event.body = market_.next();
    }
    event.header.ts_venue = market_.now();
    event.header.ts_recv = market_.now();
    return event;
  }
  void take(const Outputs& outputs) { venue_.take(outputs); }

 private:
  RandomMarket market_;
  ChaosVenue venue_;
  const InstrumentTable* table_;
  std::uint64_t seq_ = 0;
};

/// What a step decided, as bytes that can be compared.
[[nodiscard]] inline std::vector<std::byte> bytes_of(const Outputs& outputs) {
  Encoder encoder;
  for (const auto& command : outputs.commands) {
    encode_into(encoder, command.header);
    encode_into(encoder, command.body);
  }
  for (const auto& refused : outputs.refused) {
    encode_into(encoder, refused.strategy);
    encode_into(encoder, refused.reasons);
    encode_into(encoder, std::string(refused.skipped));
  }
  for (const auto& fill : outputs.fills) {
    encode_into(encoder, fill.fill);
    encode_into(encoder, fill.order);
    encode_into(encoder, fill.booked.realized);
    encode_into(encoder, fill.booked.fee_reported);
    encode_into(encoder, fill.equity_after);
  }
  for (const auto& order : outputs.closed) encode_into(encoder, order);
  return encoder.take();
}

}  // namespace kontor::engine::test
