#pragma once

#include <algorithm>
#include <vector>

#include "base/prng.hpp"
#include "strategy/strategy.hpp"

namespace kontor::faults {

/// What a random strategy does its worst with.
struct RandomStrategySettings {
  std::uint64_t seed = 1;
  std::vector<InstrumentId> instruments;
  Timeframe timeframe{kMinute};
  std::uint64_t act_one_in = 4;      ///< chance to ask for something when it is told of something
  std::int64_t largest_steps = 50;   ///< order sizes, in steps of the instrument
  std::int64_t farthest_ticks = 40;  ///< distance of prices from the mark
};

/// A strategy that asks for anything at any time: every kind of order, bracket, pair, list, amendment, cancel
/// and timer, sensible or not. Its decisions depend on its seed, on how often it was called and on what it
/// sees, so it is as deterministic as a strategy has to be.
class RandomStrategy final : public strategy::Strategy {
 public:
  explicit RandomStrategy(RandomStrategySettings settings) : settings_(std::move(settings)) {
    const std::vector<ParameterSetting> own = {
        {"act_one_in", static_cast<std::int64_t>(settings_.act_one_in)},
        {"largest_steps", settings_.largest_steps}};
    parameters_ = strategy::Parameters::recorded(own);
  }

  [[nodiscard]] const strategy::Parameters* parameters() const override { return &parameters_; }
  /// Two numbers, the first of which must not be zero.
  bool change_parameters(const strategy::Parameters& parameters) override {
    const auto positive = [&](std::string_view name) -> std::int64_t {
      const auto found = parameters.values().find(name);
      const auto* number =
          found == parameters.values().end() ? nullptr : std::get_if<std::int64_t>(&found->second);
      return number == nullptr ? 0 : *number;
    };
    if (parameters.values().size() != 2 || positive("act_one_in") <= 0 || positive("largest_steps") <= 0)
      return false;
    settings_.act_one_in = static_cast<std::uint64_t>(positive("act_one_in"));
    settings_.largest_steps = positive("largest_steps");
    parameters_ = parameters;
    return true;
  }

  [[nodiscard]] strategy::Subscriptions subscriptions() const override {
    strategy::Subscriptions all;
    for (const auto id : settings_.instruments) {
      all.bars.push_back({id, settings_.timeframe});
      all.bars.push_back({id, Timeframe{5 * settings_.timeframe.period_ns}});
    }
    all.trades = settings_.instruments;
    all.quotes = settings_.instruments;
    all.books = settings_.instruments;
    return all;
  }

  void on_bar(const strategy::View& view, const Bar& bar, strategy::Intents& out) override {
    trade_in(view, bar.instrument, out);
  }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    trade_in(view, trade.instrument, out);
  }
  void on_quote(const strategy::View& view, const Quote& quote, strategy::Intents& out) override {
    trade_in(view, quote.instrument, out);
  }
  void on_book(const strategy::View& view, const BookUpdate& update, strategy::Intents& out) override {
    trade_in(view, update.instrument, out);
  }
  void on_fill(const strategy::View& view, const Fill& fill, const execution::Order& /*order*/,
               strategy::Intents& out) override {
    trade_in(view, fill.instrument, out);
  }
  void on_order_closed(const strategy::View& view, const execution::Order& order,
                       strategy::Intents& out) override {
    trade_in(view, order.request.instrument, out);
  }
  void on_timer(const strategy::View& view, std::uint64_t timer, strategy::Intents& out) override {
    trade_in(view, settings_.instruments[timer % settings_.instruments.size()], out);
  }

  void save(Encoder& encoder) const override { encode_into(encoder, calls_); }
  void load(Decoder& decoder) override { decode_from(decoder, calls_); }

 private:
  void trade_in(const strategy::View& view, InstrumentId id, strategy::Intents& out) {
    Prng random(settings_.seed * 0x9E3779B97F4A7C15ULL + ++calls_);
    if (random.below(settings_.act_one_in) != 0) return;
    switch (random.below(16)) {
      case 0: return bracket(view, id, random, out);
      case 1: return pair(view, id, random, out);
      case 2: return desire(view, id, random, out);
      case 3: return amend(view, id, random, out);
      case 4:
      case 5: return cancel(view, id, random, out);
      case 6: return out.cancel_all(id);
      case 7:
        return out.set_timer(view.now() + static_cast<DurationNs>(random.below(300)) * kSecond,
                             random.below(9));
      case 8: return out.skip("no reason");
      case 9: return close(view, id, out);
      default: return out.place(order(view, id, random));
    }
  }

  /// A price some ticks off the mark; one that is not positive now and then.
  [[nodiscard]] RawPrice price(const strategy::View& view, InstrumentId id, Prng& random) const {
    const auto& instrument = view.instrument(id);
    const auto distance =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * settings_.farthest_ticks + 1)));
    const RawPrice mark = instrument.round_to_tick(view.market(id).mark(), Rounding::down);
    return RawPrice(mark.units + (distance - settings_.farthest_ticks) * instrument.tick().units);
  }

  [[nodiscard]] RawQuantity quantity(const strategy::View& view, InstrumentId id, Prng& random) const {
    const auto steps =
        static_cast<std::int64_t>(1 + random.below(static_cast<std::uint64_t>(settings_.largest_steps)));
    return RawQuantity(steps * view.instrument(id).step().units);
  }

  [[nodiscard]] NewOrder order(const strategy::View& view, InstrumentId id, Prng& random) const {
    NewOrder made;
    made.instrument = id;
    made.side = random.below(2) == 0 ? Side::buy : Side::sell;
    made.type = static_cast<OrderType>(random.below(7));
    made.time_in_force =
        random.below(3) == 0 ? static_cast<TimeInForce>(random.below(4)) : TimeInForce::good_till_canceled;
    made.trigger_source = static_cast<TriggerSource>(random.below(2));
    made.post_only = random.below(5) == 0;
    made.reduce_only = random.below(5) == 0;
    made.quantity = quantity(view, id, random);
    if (has_limit_price(made.type)) made.limit_price = price(view, id, random);
    if (has_trigger(made.type) && made.type != OrderType::trailing_stop) {
      made.trigger_price = price(view, id, random);
    }
    if (made.type == OrderType::trailing_stop) {
      made.trailing_offset =
          RawPrice(static_cast<std::int64_t>(1 + random.below(20)) * view.instrument(id).tick().units);
    }
    if (made.time_in_force == TimeInForce::good_till_date) {
      made.expire_at = view.now() + static_cast<DurationNs>(random.below(600)) * kSecond;
    }
    made.tag = random.below(100);
    return made;
  }

  void bracket(const strategy::View& view, InstrumentId id, Prng& random, strategy::Intents& out) const {
    strategy::PlaceBracket made;
    made.entry = order(view, id, random);
    if (random.below(8) != 0) made.stop_price = price(view, id, random);
    if (random.below(8) != 0) made.target_price = price(view, id, random);
    out.place(made);
  }

  void pair(const strategy::View& view, InstrumentId id, Prng& random, strategy::Intents& out) const {
    strategy::PlaceOneCancelsOther made;
    made.instrument = id;
    made.side = view.position(id).is_short() ? Side::buy : Side::sell;
    made.quantity = quantity(view, id, random);
    made.stop_price = price(view, id, random);
    made.target_price = price(view, id, random);
    out.place(made);
  }

  void desire(const strategy::View& view, InstrumentId id, Prng& random, strategy::Intents& out) const {
    out.desire_in(id);
    for (std::uint64_t i = random.below(6); i > 0; --i) {
      execution::DesiredOrder wanted;
      wanted.side = random.below(2) == 0 ? Side::buy : Side::sell;
      wanted.price = price(view, id, random);
      wanted.quantity = quantity(view, id, random);
      wanted.tag = random.below(4);
      wanted.post_only = random.below(2) == 0;
      out.desire(wanted);
    }
  }

  [[nodiscard]] static OrderId some_order(const strategy::View& view, InstrumentId id, Prng& random) {
    std::vector<OrderId> open;
    view.for_each_order(id, [&](const execution::Order& order) { open.push_back(order.id()); });
    if (open.empty()) return OrderId(1 + random.below(50));  // closed, another's, or none at all
    return open[random.below(open.size())];
  }

  void amend(const strategy::View& view, InstrumentId id, Prng& random, strategy::Intents& out) const {
    const OrderId chosen = some_order(view, id, random);
    out.amend({chosen, id, quantity(view, id, random), price(view, id, random)});
  }

  static void cancel(const strategy::View& view, InstrumentId id, Prng& random, strategy::Intents& out) {
    out.cancel(some_order(view, id, random));
  }

  static void close(const strategy::View& view, InstrumentId id, strategy::Intents& out) {
    const Position& held = view.position(id);
    if (!held.is_flat()) out.market(id, held.is_long() ? Side::sell : Side::buy, held.quantity.absolute());
  }

  RandomStrategySettings settings_;
  strategy::Parameters parameters_;
  std::uint64_t calls_ = 0;
};

}  // namespace kontor::faults
