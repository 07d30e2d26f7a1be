#include <map>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "emulator/exchange_test_support.hpp"
#include "emulator/synthetic_feed.hpp"

namespace kontor::emulator::test {
namespace {

using enum Product;

/// Keeps books of its own from nothing but what the listener is told.
class Shadow final : public ExchangeListener {
 public:
  explicit Shadow(const Listings& listings) : listings_(listings) {}

  void on_execution(const ExecutionEvent& event) override {
    const Execution& execution = event.execution;
    const Instrument& instrument = listings_.instrument(execution.instrument);
    auto& money = money_[wallet_of(execution.account, execution.product)];
    if (execution.product == spot) {
      const std::int64_t sign = sign_of(execution.side);
      const Amount base = instrument.base_amount(execution.quantity);
      money[instrument.base().value] += sign > 0 ? base : -base;
      money[instrument.quote().value] += sign > 0 ? -execution.turnover : execution.turnover;
    } else {
      money[instrument.quote().value] += execution.realized;
    }
    money[execution.fee_asset.value] -= execution.fee;
    EXPECT_EQ(execution.turnover, instrument.notional(execution.price, execution.quantity));
    Progress& progress = orders_[event.order.id.value];
    EXPECT_FALSE(progress.closed) << "executed after its end";
    progress.filled += execution.quantity;
    progress.closed = is_closed(event.order.state);
    EXPECT_EQ(progress.filled, event.order.filled);
    EXPECT_LE(event.order.filled, event.order.quantity);
    EXPECT_GT(execution.id.value, last_execution_);
    last_execution_ = execution.id.value;
    ++executions;
    liquidations += execution.liquidation ? 1U : 0U;
  }
  void on_order(const OrderEvent& event) override {
    Progress& progress = orders_[event.order.id.value];
    EXPECT_FALSE(progress.closed) << "changed after its end";
    EXPECT_EQ(progress.filled, event.order.filled);
    if (event.change == OrderChange::accepted) {
      EXPECT_FALSE(std::exchange(progress.accepted, true));
    } else {
      EXPECT_TRUE(progress.accepted);
    }
    progress.closed = is_closed(event.order.state);
  }
  void on_account_funding(const FundingEvent& event) override {
    money_[wallet_of(event.account, linear)][event.asset.value] += event.amount;
    ++fundings;
  }
  void deposit(AccountId account, Product product, AssetId asset, Amount amount) {
    money_[wallet_of(account, product)][asset.value] += amount;
  }
  void expect_balances(const Exchange& exchange) {
    for (auto& [wallet, money] : money_) {
      const Product product = static_cast<Product>(wallet.second);
      for (const auto& [asset, expected] : money) {
        const AssetBalance found = exchange.balance(AccountId(wallet.first), product, AssetId(asset));
        EXPECT_EQ(found.total, expected) << listings_.asset_name(AssetId(asset));
        EXPECT_FALSE(found.total.is_negative());
        EXPECT_FALSE(found.reserved.is_negative());
      }
    }
  }
  void expect_orders(const Exchange& exchange, AccountId account) {
    for (const Product product : {spot, linear}) {
      for (const OrderRecord* order : exchange.open_orders(account, product, std::nullopt)) {
        EXPECT_FALSE(is_closed(order->state));
        EXPECT_TRUE(orders_.at(order->id.value).accepted);
        EXPECT_FALSE(orders_.at(order->id.value).closed);
      }
    }
  }
  bool one_wallet = false;
  std::uint64_t executions = 0;
  std::uint64_t liquidations = 0;
  std::uint64_t fundings = 0;

 private:
  struct Progress {
    RawQuantity filled;
    bool accepted = false;
    bool closed = false;
  };
  [[nodiscard]] std::pair<std::uint32_t, int> wallet_of(AccountId account, Product product) const {
    return {account.value, one_wallet ? 0 : static_cast<int>(product)};
  }
  const Listings& listings_;
  std::map<std::pair<std::uint32_t, int>, std::map<std::uint32_t, Amount>> money_;
  std::map<std::uint64_t, Progress> orders_;
  std::uint64_t last_execution_ = 0;
};

/// One random day at a small venue: two accounts that do whatever comes to mind.
class RandomVenue {
 public:
  explicit RandomVenue(std::uint64_t seed)
      : prng_(seed), venue_(seed % 2 == 0 ? VenueName::binance : VenueName::bybit) {
    const std::vector<std::string> symbols = {"BTCUSDT", "ETHUSDT"};
    Listings listings = Listings::standard(venue_, symbols).value();
    auto feed = make_synthetic_feed(listings,
                                    {.seed = seed, .start = kOpening, .daily_volatility = 1.5, .levels = 20})
                    .value();
    ExchangeSettings settings;
    settings.start = kOpening;
    settings.history_minutes = 10;
    settings.funding_interval_ns = kMinute;
    settings.max_closed_orders = 50;
    exchange = Exchange::make(std::move(listings), std::move(feed), settings).value();
    shadow = std::make_unique<Shadow>(exchange->listings());
    shadow->one_wallet = exchange->has_one_wallet();
    EXPECT_TRUE(exchange->add_listener(*shadow));
    for (const char* name : {"alice", "bob"}) {
      const AccountId account = exchange->add_account({name, {}, {}}).value();
      for (const auto& [product, asset, sum] :
           {std::tuple(spot, "USDT", "30000"), std::tuple(spot, "BTC", "0.5"),
            std::tuple(linear, "USDT", "5000")}) {
        EXPECT_TRUE(exchange->deposit(account, product, asset, amount(sum)));
        shadow->deposit(account, product, *exchange->listings().find_asset(asset), amount(sum));
      }
      accounts_.push_back(account);
    }
  }
  ~RandomVenue() { exchange->remove_listener(*shadow); }
  RandomVenue(const RandomVenue&) = delete;
  RandomVenue& operator=(const RandomVenue&) = delete;

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) {
      now_ += static_cast<TimeNs>(prng_.below(static_cast<std::uint64_t>(3 * kSecond)));
      EXPECT_TRUE(exchange->advance(now_).value());
      act(accounts_[prng_.below(accounts_.size())]);
      if (i % 20 != 0) continue;
      shadow->expect_balances(*exchange);
      for (const AccountId account : accounts_) shadow->expect_orders(*exchange, account);
    }
  }
  /// After everything is canceled nothing is reserved any more.
  void end() {
    for (const AccountId account : accounts_) {
      for (const Product product : {spot, linear}) {
        exchange->cancel_all(account, product, std::nullopt);
        for (const AssetBalance& balance : exchange->balances(account, product)) {
          const bool other_orders = product == spot && exchange->has_one_wallet();
          EXPECT_TRUE(other_orders || balance.reserved.is_zero());
        }
        EXPECT_TRUE(exchange->open_orders(account, product, std::nullopt).empty());
      }
    }
    shadow->expect_balances(*exchange);
  }

  std::unique_ptr<Exchange> exchange;
  std::unique_ptr<Shadow> shadow;
  std::uint64_t refused = 0;

 private:
  void act(AccountId account) {
    switch (prng_.below(12)) {
      case 0: cancel_one(account); return;
      case 1: amend_one(account); return;
      case 2: jump(); return;
      case 3: change_leverage(account); return;
      case 4: place_bracket(account); return;
      default: break;
    }
    refused += exchange->place(account, random_ticket()).has_value() ? 0U : 1U;
  }

  [[nodiscard]] const ListedInstrument& random_listing() {
    return exchange->listings().all()[prng_.below(exchange->listings().size())];
  }

  /// A price within two percent of the market, on the tick.
  [[nodiscard]] Decimal near_market(const ListedInstrument& listed) {
    const Instrument& instrument = exchange->listings().instrument(listed.id);
    const auto last = exchange->market(listed.id).last_price().units;
    const auto shifted = last * static_cast<std::int64_t>(980 + prng_.below(41)) / 1'000;
    return instrument.price(instrument.round_to_tick(RawPrice(shifted), Rounding::half_up)).value;
  }

  [[nodiscard]] OrderTicket random_ticket() {
    constexpr OrderType kTypes[] = {
        OrderType::market,     OrderType::market,        OrderType::limit,
        OrderType::limit,      OrderType::limit,         OrderType::stop_market,
        OrderType::stop_limit, OrderType::trailing_stop, OrderType::take_profit_market};
    const ListedInstrument& listed = random_listing();
    OrderTicket ticket;
    ticket.product = listed.product;
    ticket.symbol = listed.symbol;
    ticket.side = prng_.below(2) == 0 ? Side::buy : Side::sell;
    ticket.type = kTypes[prng_.below(std::size(kTypes))];
    ticket.quantity = Decimal{static_cast<std::int64_t>(1 + prng_.below(40)), 2};
    if (has_limit_price(ticket.type)) ticket.price = near_market(listed);
    if (has_trigger(ticket.type) && ticket.type != OrderType::trailing_stop)
      ticket.trigger_price = near_market(listed);
    if (ticket.type == OrderType::trailing_stop) ticket.trailing_rate = Decimal{5, 3};
    ticket.post_only = ticket.type == OrderType::limit && prng_.below(5) == 0;
    ticket.reduce_only = listed.product == linear && prng_.below(5) == 0;
    if (ticket.type == OrderType::limit && !ticket.post_only && prng_.below(4) == 0) {
      ticket.time_in_force = static_cast<TimeInForce>(1 + prng_.below(3));
      ticket.expire_at = now_ + 5 * kSecond;
    }
    if (prng_.below(4) == 0) ticket.client_id = "c" + std::to_string(prng_.below(20));
    return ticket;
  }

  void place_bracket(AccountId account) {
    const ListedInstrument& listed = random_listing();
    ListTicket list;
    for (const GroupRole role : {GroupRole::entry, GroupRole::stop_loss, GroupRole::take_profit}) {
      OrderTicket ticket;
      ticket.product = listed.product;
      ticket.symbol = listed.symbol;
      ticket.side = role == GroupRole::entry ? Side::buy : Side::sell;
      ticket.type = role == GroupRole::stop_loss ? OrderType::stop_market : OrderType::limit;
      ticket.role = role;
      ticket.quantity = Decimal{5, 2};
      (role == GroupRole::stop_loss ? ticket.trigger_price : ticket.price) = near_market(listed);
      list.orders.push_back(ticket);
    }
    refused += exchange->place_list(account, list).has_value() ? 0U : 1U;
  }

  [[nodiscard]] const OrderRecord* random_open(AccountId account) {
    const auto open = exchange->open_orders(account, prng_.below(2) == 0 ? spot : linear, std::nullopt);
    return open.empty() ? nullptr : open[prng_.below(open.size())];
  }
  void cancel_one(AccountId account) {
    const OrderRecord* order = random_open(account);
    if (order == nullptr) return;
    const auto canceled = exchange->cancel(account, {.product = order->product, .id = order->id});
    ASSERT_TRUE(canceled);
    EXPECT_TRUE(is_closed((*canceled)->state));
  }
  void amend_one(AccountId account) {
    const OrderRecord* order = random_open(account);
    if (order == nullptr) return;
    AmendTicket ticket{.order = {.product = order->product, .id = order->id}};
    const ListedInstrument& listed = exchange->listings()[order->instrument];
    if (prng_.below(2) == 0) ticket.quantity = Decimal{static_cast<std::int64_t>(1 + prng_.below(40)), 2};
    if (prng_.below(2) == 0) ticket.price = near_market(listed);
    if (prng_.below(2) == 0) ticket.trigger_price = near_market(listed);
    refused += exchange->amend(account, ticket).has_value() ? 0U : 1U;
  }
  void jump() {
    const auto percent = static_cast<std::int64_t>(prng_.below(13)) - 6;
    (void)exchange->jump_price(random_listing().id, Decimal{percent, 2});
  }
  void change_leverage(AccountId account) {
    const auto leverage = static_cast<std::int64_t>(1 + prng_.below(80));
    (void)exchange->set_leverage(account, random_listing().id, Decimal{leverage, 0});
  }

  Prng prng_;
  VenueName venue_;
  std::vector<AccountId> accounts_;
  TimeNs now_ = kOpening;
};

TEST(ExchangeProperty, BalancesAreDepositsPlusExecutionsLessFeesPlusFundingWhateverHappens) {
  std::uint64_t executions = 0;
  std::uint64_t liquidations = 0;
  std::uint64_t fundings = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomVenue venue(seed);
    venue.run(400);
    venue.end();
    ASSERT_FALSE(HasFailure());
    executions += venue.shadow->executions;
    liquidations += venue.shadow->liquidations;
    fundings += venue.shadow->fundings;
    refused += venue.refused;
  }
  // The days must have been eventful, or they prove nothing.
  EXPECT_GT(executions, 1'000U);
  EXPECT_GT(liquidations, 5U);
  EXPECT_GT(fundings, 100U);
  EXPECT_GT(refused, 500U);
}

TEST(ExchangeProperty, TheSameRequestsGiveTheSameEvents) {
  const auto story = [](std::uint64_t seed) {
    class Recorder final : public ExchangeListener {
     public:
      void on_order(const OrderEvent& event) override {
        text += std::to_string(event.seq) + boost::describe::enum_to_string(event.change, "?") +
                event.order.client_id;
      }
      void on_execution(const ExecutionEvent& event) override {
        text += std::to_string(event.ts) + event.execution.turnover.format() + event.execution.fee.format();
      }
      std::string text;
    } recorder;
    RandomVenue venue(seed);
    EXPECT_TRUE(venue.exchange->add_listener(recorder));
    venue.run(200);
    venue.exchange->remove_listener(recorder);
    return recorder.text;
  };
  const std::string first = story(11);
  EXPECT_GT(first.size(), 2'000U);
  EXPECT_EQ(first, story(11));
  EXPECT_NE(first, story(13));
}

}  // namespace
}  // namespace kontor::emulator::test
