#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "venue/sim/scenario_test_support.hpp"

namespace kontor::sim::test {

/// An account of its own, kept from the reports alone: balances, positions, what each order has filled.
class ShadowAccount {
 public:
  ShadowAccount(const InstrumentTable& instruments)
      : instruments_(instruments), positions_(instruments.size()) {}

  void deposit(Money money) { balances_[money.asset.value] += money.amount; }

  void operator()(const Fill& fill) {
    const Instrument& instrument = instruments_[fill.instrument];
    const std::int64_t sign = sign_of(fill.side);
    if (instrument.is_spot()) {
      balances_[instrument.base().value] += instrument.base_amount(RawQuantity(sign * fill.quantity.units));
      balances_[instrument.quote().value] -=
          instrument.notional(fill.price, RawQuantity(sign * fill.quantity.units));
    }
    const Amount realized =
        positions_[fill.instrument.index()].apply(instrument, fill.side, fill.quantity, fill.price);
    if (!instrument.is_spot()) balances_[instrument.quote().value] += realized;
    balances_[fill.fee_asset.value] -= fill.fee;
    EXPECT_GT(fill.trade.value, last_trade_) << "execution ids ascend";
    last_trade_ = fill.trade.value;
    if (fill.order.value != 0) filled_[fill.order.value] += fill.quantity;
    if (fill.liquidation) ++liquidations;
    ++fills;
  }
  void operator()(const FundingPayment& payment) {
    balances_[payment.amount.asset.value] += payment.amount.amount;
  }
  void operator()(const OrderAccepted& report) { open_[report.order.value] = true; }
  void operator()(const OrderRejected&) { ++rejections; }
  void operator()(const OrderCanceled& report) { close(report.order, report.filled); }
  void operator()(const OrderExpired& report) { close(report.order, report.filled); }
  void operator()(const OrderAmended& report) { EXPECT_GT(report.quantity, filled_[report.order.value]); }
  void operator()(const OrderTriggered& report) { EXPECT_TRUE(open_[report.order.value]); }
  void operator()(const CancelRejected&) {}
  void operator()(const AmendRejected&) {}

  [[nodiscard]] Amount balance(AssetId asset) { return balances_[asset.value]; }
  [[nodiscard]] const Position& position(InstrumentId id) const { return positions_[id.index()]; }

  std::uint64_t fills = 0;
  std::uint64_t liquidations = 0;
  std::uint64_t rejections = 0;

 private:
  void close(OrderId id, RawQuantity filled) {
    EXPECT_TRUE(open_[id.value]) << "order " << id.value << " ended twice";
    EXPECT_EQ(filled, filled_[id.value]) << "order " << id.value;
    open_[id.value] = false;
  }

  const InstrumentTable& instruments_;
  std::vector<Position> positions_;
  std::map<std::uint32_t, Amount> balances_;
  std::map<std::uint64_t, RawQuantity> filled_;
  std::map<std::uint64_t, bool> open_;
  std::uint64_t last_trade_ = 0;
};

/// Random orders of every kind over random market data: of one kind, or of ever finer kinds.
class RandomSession {
 public:
  explicit RandomSession(std::uint64_t seed) : prng_(seed) {
    InstrumentRules& rules = world_.settings.rules;
    rules.slippage_bps = Decimal{static_cast<std::int64_t>(prng_.below(20)), 0};
    rules.participation = Decimal{static_cast<std::int64_t>(1 + prng_.below(10)), 1};
    rules.market_volume = pick(MarketVolume::unlimited, MarketVolume::participation);
    rules.queue = pick(QueueModel::none, QueueModel::risk_averse, QueueModel::probabilistic);
    rules.intrabar = pick(IntrabarPath::adverse, IntrabarPath::favourable);
    rules.reached_stop = pick(ReachedStop::reject, ReachedStop::trigger);
    rules.fee_asset = pick(FeeAsset::quote, FeeAsset::base, FeeAsset::other);
    rules.other_fee_asset = world_.instruments.add_asset("BNB");
    rules.other_fee_price = Decimal{3'003, 1};
    rules.touch_fills = prng_.below(2) == 0;
    rules.max_open_orders = 30;
    for (const char* symbol : {"BTCPERP", "ETHPERP"}) {
      InstrumentRules& perpetual = world_.rules(symbol);
      perpetual.leverage = Decimal{static_cast<std::int64_t>(1 + prng_.below(50)), 0};
      perpetual.margin = pick(MarginMode::cross, MarginMode::isolated);
    }
    if (prng_.below(4) == 0) world_.rules("BTCUSDT").spot_margin = true;
    feed_ = prng_.below(5);
    for (const char* text : {"5000 USDT", "20 BTC", "1 BNB"}) deposit(text);
  }

  /// Called before every step with its number; what it does to the venue must not be noticed.
  std::function<void(Scenario&, int)> before_step = [](Scenario&, int) {};

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
      before_step(world_, i);
      progress_ = 4 * i / steps;
      world_.use(symbols_[prng_.below(symbols_.size())]);
      if (prng_.below(3) == 0) {
        market();
      } else {
        command();
      }
      check();
    }
  }
  [[nodiscard]] const ShadowAccount& shadow() const { return shadow_; }
  [[nodiscard]] Scenario& world() { return world_; }
  /// All that the venue has reported, in its binary form.
  [[nodiscard]] const std::vector<std::byte>& reported() const { return reported_.buffer(); }

  /// Ends all orders: nothing may stay reserved.
  void end() {
    for (std::uint64_t id = 1; id <= last_id_; ++id) world_.cancel(id);
    check();
    // On bars they end with the bar in which they are canceled.
    for (int bars = 0; bars < 1'000 && world_.venue().open_orders() != 0; ++bars) {
      const std::string price = cents(price_);
      for (const char* symbol : symbols_) {
        world_.use(symbol).bar(fmt::format("{} {} {} {}", price, price, price, price));
      }
      check();
    }
    EXPECT_EQ(world_.venue().open_orders(), 0U);
    for (const char* asset : {"USDT", "BTC"}) EXPECT_EQ(world_.reserved(asset), "0") << asset;
  }

 private:
  template <class First, class... Rest>
  First pick(First first, Rest... rest) {
    const std::array<First, 1 + sizeof...(rest)> all{first, rest...};
    return all[prng_.below(all.size())];
  }
  static std::string cents(std::int64_t value) { return fmt::format("{}.{:02}", value / 100, value % 100); }
  std::string near(std::int64_t price, std::uint64_t spread) {
    const auto shift =
        static_cast<std::int64_t>(prng_.below(2 * spread + 1)) - static_cast<std::int64_t>(spread);
    return cents(std::max<std::int64_t>(100, price + shift));
  }
  std::string size() { return fmt::format("{}.{:03}", prng_.below(8), 1 + prng_.below(999)); }

  void deposit(const char* text) {
    world_.deposit(text);
    const std::string words = text;
    const auto space = words.find(' ');
    shadow_.deposit(Money{Amount::parse(words.substr(0, space)).value(),
                          world_.instruments.add_asset(words.substr(space + 1))});
  }

  void market() {
    const auto move = static_cast<std::int64_t>(prng_.below(601)) - 300;
    const std::int64_t open = price_;
    price_ = std::clamp<std::int64_t>(price_ + move, 2'000, 50'000);
    const std::int64_t high = std::max(open, price_) + static_cast<std::int64_t>(prng_.below(300));
    const std::int64_t low = std::min(open, price_) - static_cast<std::int64_t>(prng_.below(300));
    const std::string volume = size();
    const int feed = feed_ == 4 ? progress_ : static_cast<int>(feed_);
    if (prng_.below(40) == 0) {
      world_.funding(prng_.below(2) == 0 ? "0.001" : "-0.0017", cents(price_));
    } else if (feed == 0) {
      world_.bar(fmt::format("{} {} {} {} {}", cents(open), cents(high), cents(low), cents(price_), volume));
    } else if (feed == 1) {
      world_.trade(fmt::format("{} {} {}", cents(price_), volume, prng_.below(2) == 0 ? "buy" : "sell"));
    } else if (feed == 2) {
      world_.quote(fmt::format("{} {} {} {}", cents(low), volume, cents(high + 1), size()));
    } else {
      book(low, high);
    }
  }
  void book(std::int64_t low, std::int64_t high) {
    if (prng_.below(2) == 0) {
      world_.trade(fmt::format("{} {} {}", cents(price_), size(), prng_.below(2) == 0 ? "buy" : "sell"));
      return;
    }
    if (prng_.below(2) == 0) {
      const bool bid = prng_.below(2) == 0;
      const std::int64_t at = bid ? low - static_cast<std::int64_t>(prng_.below(200))
                                  : high + 1 + static_cast<std::int64_t>(prng_.below(200));
      world_.book(fmt::format("{} {} {}", bid ? "bid" : "ask", cents(at),
                              prng_.below(3) == 0 ? std::string("0") : size()));
      return;
    }
    std::string levels;
    for (std::int64_t depth = 0; depth < 6; ++depth) {
      levels += fmt::format("bid {} {} ", cents(low - depth * 37), size());
      levels += fmt::format("ask {} {} ", cents(high + 1 + depth * 41), size());
    }
    world_.book(levels, true);
  }

  void command() {
    const std::uint64_t kind = prng_.below(10);
    if (kind == 0 && last_id_ > 0) {
      world_.cancel(1 + prng_.below(last_id_));
    } else if (kind == 1 && last_id_ > 0) {
      world_.amend(last_id_ - prng_.below(std::min<std::uint64_t>(last_id_, 10)), size(), near(price_, 300));
    } else if (kind == 2) {
      bracket();
    } else {
      world_.order(words(++last_id_, prng_.below(2) == 0 ? "buy" : "sell", size()));
    }
  }

  std::string words(std::uint64_t id, std::string_view side, const std::string& quantity) {
    std::string text = fmt::format("{} {} {} ", id, side, quantity);
    switch (prng_.below(7)) {
      case 0: text += "market"; break;
      case 1: text += "limit " + near(price_, 300); break;
      case 2: text += "stop " + near(price_, 300); break;
      case 3: text += "stop " + near(price_, 300) + " limit " + near(price_, 300); break;
      case 4: text += "take " + near(price_, 300); break;
      case 5: text += "take " + near(price_, 300) + " limit " + near(price_, 300); break;
      default: text += "trail " + cents(static_cast<std::int64_t>(1 + prng_.below(300)));
    }
    for (const char* flag : {" ioc", " fok", " gtd=100", " post_only", " reduce_only", " mark"}) {
      if (prng_.below(8) == 0) text += flag;
    }
    return text;
  }

  void bracket() {
    const std::uint64_t group = ++groups_;
    const bool is_long = prng_.below(2) == 0;
    const char* exit = is_long ? "sell" : "buy";
    const std::string quantity = size();
    const std::int64_t up = is_long ? 1 : -1;
    if (prng_.below(4) != 0) {
      world_.order(fmt::format("{} {} {} {} group={} role=entry", ++last_id_, is_long ? "buy" : "sell",
                               quantity, prng_.below(2) == 0 ? "market" : "limit " + near(price_, 200),
                               group));
    }
    if (prng_.below(8) != 0) {
      world_.order(fmt::format("{} {} {} stop {} group={} role=stop_loss", ++last_id_, exit, quantity,
                               near(price_ - up * 250, 50), group));
    }
    if (prng_.below(8) != 0) {
      world_.order(fmt::format("{} {} {} limit {} group={} role=take_profit", ++last_id_, exit, quantity,
                               near(price_ + up * 250, 50), group));
    }
  }

  void check() {
    for (const TimedReport& report : world_.venue().reports()) {
      std::visit(shadow_, report.report);
      encode_into(reported_, report);
    }
    world_.venue().clear_reports();
    for (const char* name : {"USDT", "BTC", "BNB"}) {
      const AssetId asset = world_.instruments.add_asset(name);
      ASSERT_EQ(world_.venue().balance(asset).format(), shadow_.balance(asset).format()) << name;
      ASSERT_GE(world_.venue().reserved(asset), Amount()) << name;
    }
    for (const char* symbol : symbols_) {
      const InstrumentId id = world_.id_of(symbol);
      ASSERT_EQ(world_.venue().position(id).quantity, shadow_.position(id).quantity) << symbol;
      ASSERT_EQ(world_.venue().position(id).cost, shadow_.position(id).cost) << symbol;
    }
    const bool short_spot = world_.rules("BTCUSDT").spot_margin;
    if (!short_spot) {
      const AssetId bitcoin = world_.instruments.add_asset("BTC");
      ASSERT_LE(world_.venue().reserved(bitcoin), world_.venue().balance(bitcoin));
    }
    ASSERT_FALSE(world_.venue().balance(world_.instruments.add_asset("USDT")).is_negative());
    ASSERT_FALSE(world_.venue().balance(world_.instruments.add_asset("BNB")).is_negative());
  }

  Prng prng_;
  Scenario world_;
  ShadowAccount shadow_{world_.instruments};
  std::vector<const char*> symbols_{"BTCUSDT", "BTCPERP", "ETHPERP"};
  std::uint64_t feed_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t groups_ = 0;
  std::int64_t price_ = 10'000;
  int progress_ = 0;  ///< quarters of the run that are over
  Encoder reported_;
};

}  // namespace kontor::sim::test
