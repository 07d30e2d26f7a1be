#include "risk/risk_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/risk_fixture.hpp"

namespace kontor::risk {
namespace {

using test::amount;
using test::decimal;
using test::kOne;
using test::kOther;
using testing::ElementsAre;
using testing::IsEmpty;

using RiskEngineTest = test::RiskFixture;

TEST_F(RiskEngineTest, WithoutLimitsOnlyTheFiltersHold) {
  EXPECT_THAT(refused(order(perpetual, Side::buy, "100")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "100")), IsEmpty());
  EXPECT_THAT(refused(order(spot, Side::buy, "0.00001")), ElementsAre(RejectReason::below_min_notional));
}

TEST_F(RiskEngineTest, ApprovesTheRequestAsItIs) {
  NewOrder request = limit(perpetual, Side::buy, "0.5", "49000");
  request.id = OrderId(7);
  request.tag = 99;
  const auto approved = risk().check(view(), request);
  ASSERT_TRUE(approved);
  EXPECT_EQ(encode(approved->get()), encode(request));
}

TEST_F(RiskEngineTest, RestrictedLetsExitsThroughAndNoEntries) {
  hold(perpetual, Side::buy, "1");
  trading = TradingState::restricted;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::trading_halted));
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1.001")), ElementsAre(RejectReason::trading_halted));
  EXPECT_THAT(refused(order(ether, Side::sell, "1")), ElementsAre(RejectReason::trading_halted));
}

TEST_F(RiskEngineTest, UntilBooksAndVenueAgreeOnlyExitsPass) {
  hold(perpetual, Side::buy, "1");
  for (const auto without : {Agreement::pending, Agreement::different}) {
    agreement = without;
    EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::account_not_compared));
    EXPECT_THAT(refused(order(ether, Side::sell, "1")), ElementsAre(RejectReason::account_not_compared));
    EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
  }
}

TEST_F(RiskEngineTest, HaltedLetsOnlyReduceOnlyThrough) {
  hold(perpetual, Side::buy, "1");
  trading = TradingState::halted;
  NewOrder exit = order(perpetual, Side::sell, "1");
  EXPECT_THAT(refused(exit), ElementsAre(RejectReason::trading_halted));
  exit.reduce_only = true;
  EXPECT_THAT(refused(exit), IsEmpty());
  exit.reduce_only = false;
  EXPECT_THAT(refused(stop_loss(perpetual, "1", GroupId(1))), IsEmpty());
}

TEST_F(RiskEngineTest, ExitsThatAreOpenAlreadyAreNotGivenTwice) {
  hold(perpetual, Side::buy, "1");
  const OrderId resting = rest(limit(perpetual, Side::sell, "0.6", "51000"));
  trading = TradingState::restricted;
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.4")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.401")), ElementsAre(RejectReason::trading_halted));
  orders.request_cancel(resting, now);  // as good as gone
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
}

TEST_F(RiskEngineTest, AnExitClosesTheStrategysOwnPositionNotThatOfOthers) {
  hold(perpetual, Side::buy, "1", kOther);
  trading = TradingState::restricted;
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.5", kOne)), ElementsAre(RejectReason::trading_halted));
  EXPECT_THAT(refused(order(perpetual, Side::sell, "0.5", kOther)), IsEmpty());
}

TEST_F(RiskEngineTest, SpotSellsOnlyWhatTheStrategyHas) {
  hold(spot, Side::buy, "0.5", kOne);
  hold(spot, Side::buy, "0.5", kOther);
  EXPECT_THAT(refused(order(spot, Side::sell, "0.5")), IsEmpty());
  EXPECT_THAT(refused(order(spot, Side::sell, "0.50001")), ElementsAre(RejectReason::short_not_allowed));
  rest(limit(spot, Side::sell, "0.3", "51000"));
  EXPECT_THAT(refused(order(spot, Side::sell, "0.2")), IsEmpty());
  EXPECT_THAT(refused(order(spot, Side::sell, "0.20001")), ElementsAre(RejectReason::short_not_allowed));
}

TEST_F(RiskEngineTest, SpotGoesShortWhereTheVenueLends) {
  settings.spot_margin = {spot};
  settings.account.max_position_notional = amount("50000");
  EXPECT_THAT(refused(order(spot, Side::sell, "0.5")), IsEmpty());
  EXPECT_THAT(refused(order(spot, Side::sell, "1.00001")), ElementsAre(RejectReason::max_position_notional));
  const OrderId resting = rest(limit(perpetual, Side::sell, "0.4", "51000"));
  EXPECT_THAT(refused(AmendOrder{resting, perpetual, RawQuantity(900), RawPrice(510'000)}), IsEmpty());
  trading = TradingState::restricted;
  EXPECT_THAT(refused(order(spot, Side::sell, "0.5")), ElementsAre(RejectReason::trading_halted));
}

TEST_F(RiskEngineTest, ProtectiveLegsOfABracketMayComeBeforeItsEntryIsFilled) {
  const NewOrder leg = stop_loss(spot, "0.5", GroupId(1));
  EXPECT_TRUE(risk().check(view(), leg, leg.quantity));
  EXPECT_FALSE(risk().check(view(), leg, leg.quantity - RawQuantity(1)));
}

TEST_F(RiskEngineTest, AProtectiveLegWithoutAnEntryClosesTheStrategysOwnPositionOnly) {
  hold(spot, Side::buy, "1", kOther);
  EXPECT_THAT(refused(stop_loss(spot, "0.5", GroupId(1))),
              ElementsAre(RejectReason::reduce_only_would_increase));
  hold(spot, Side::buy, "0.5", kOne);
  EXPECT_THAT(refused(stop_loss(spot, "0.5", GroupId(1))), IsEmpty());
  EXPECT_THAT(refused(stop_loss(spot, "0.50001", GroupId(1))),
              ElementsAre(RejectReason::reduce_only_would_increase));
  hold(perpetual, Side::sell, "1", kOne);
  EXPECT_THAT(refused(stop_loss(perpetual, "0.5", GroupId(2))),
              ElementsAre(RejectReason::reduce_only_would_increase));
}

TEST_F(RiskEngineTest, WhatOtherLegsProtectIsNotProtectedTwice) {
  hold(perpetual, Side::buy, "1");
  rest(stop_loss(perpetual, "0.6", GroupId(1)));
  NewOrder target = limit(perpetual, Side::sell, "0.6", "51000");
  target.role = GroupRole::take_profit;
  target.group = GroupId(1);
  target.reduce_only = true;
  EXPECT_THAT(refused(target), IsEmpty());  // of a pair only one closes
  const OrderId resting = rest(target);
  EXPECT_THAT(refused(stop_loss(perpetual, "0.4", GroupId(2))), IsEmpty());
  EXPECT_THAT(refused(stop_loss(perpetual, "0.401", GroupId(2))),
              ElementsAre(RejectReason::reduce_only_would_increase));
  EXPECT_THAT(refused(AmendOrder{resting, perpetual, RawQuantity(1000), RawPrice(510'000)}), IsEmpty());
  EXPECT_THAT(refused(AmendOrder{resting, perpetual, RawQuantity(1001), RawPrice(510'000)}),
              ElementsAre(RejectReason::reduce_only_would_increase));
}

TEST_F(RiskEngineTest, WithoutAPriceNothingIsEnteredAtTheMarket) {
  hold(perpetual, Side::buy, "1");
  market[perpetual.index()] = {};
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::no_market_price));
  EXPECT_THAT(refused(order(perpetual, Side::sell, "1")), IsEmpty());
  EXPECT_THAT(refused(limit(perpetual, Side::buy, "1", "50000")), IsEmpty());
}

TEST_F(RiskEngineTest, AmendsKnownOpenOrdersOnly) {
  EXPECT_THAT(refused(AmendOrder{OrderId(5), perpetual, RawQuantity(100), RawPrice(1)}),
              ElementsAre(RejectReason::unknown_order));
  const OrderId order = rest(limit(perpetual, Side::buy, "0.1", "49000"));
  orders.on_canceled({order, RawQuantity()}, now);
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(100), RawPrice(490'000)}),
              ElementsAre(RejectReason::order_closed));
}

TEST_F(RiskEngineTest, AnAmendmentIsJudgedAsTheOrderThatItMakes) {
  settings.account.max_position_notional = amount("50000");
  const OrderId order = rest(limit(perpetual, Side::buy, "0.9", "49000"));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(1000), RawPrice(490'000)}), IsEmpty());
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(1001), RawPrice(490'000)}),
              ElementsAre(RejectReason::max_position_notional));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(900), RawPrice(0)}),
              ElementsAre(RejectReason::price_not_positive));
}

TEST_F(RiskEngineTest, AnAmendmentThatOnlyShrinksAlwaysPasses) {
  const OrderId order = rest(limit(perpetual, Side::buy, "0.9", "49000"));
  settings.account.max_position_notional = amount("1");
  trading = TradingState::halted;
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(800), RawPrice(490'000)}), IsEmpty());
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(800), RawPrice(490'001)}),
              ElementsAre(RejectReason::max_position_notional, RejectReason::trading_halted));
}

TEST_F(RiskEngineTest, ASaleThatAsksForLessIsCheckedLikeABuyThatPaysMore) {
  settings.account.max_price_deviation = decimal("0.05");
  const OrderId order = rest(limit(perpetual, Side::sell, "0.9", "51000"));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(900), RawPrice(400'000)}),
              ElementsAre(RejectReason::price_out_of_band));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(900), RawPrice(480'000)}), IsEmpty());
  trading = TradingState::halted;
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(900), RawPrice(500'000)}),
              ElementsAre(RejectReason::trading_halted));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(900), RawPrice(600'000)}), IsEmpty());
}

TEST_F(RiskEngineTest, AnAmendmentBelowWhatIsFilledIsNone) {
  const OrderId order = rest(limit(perpetual, Side::buy, "0.9", "49000"));
  Fill fill;
  fill.order = order;
  fill.instrument = perpetual;
  fill.trade = TradeId(1);
  fill.quantity = RawQuantity(500);
  fill.price = RawPrice(490'000);
  orders.on_fill(fill, table[perpetual], now);
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(500), RawPrice(490'000)}),
              ElementsAre(RejectReason::below_min_quantity));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(501), RawPrice(490'000)}), IsEmpty());
}

TEST_F(RiskEngineTest, AnAmendmentIsNoNewEntry) {
  settings.account.max_orders_per_day = 0;
  settings.account.max_open_orders = 1;
  const OrderId order = rest(limit(perpetual, Side::buy, "0.1", "49000"));
  EXPECT_THAT(refused(AmendOrder{order, perpetual, RawQuantity(200), RawPrice(490'000)}), IsEmpty());
}

TEST_F(RiskEngineTest, ASpotSaleCannotBeAmendedBeyondWhatIsThere) {
  hold(spot, Side::buy, "0.5");
  const OrderId order = rest(limit(spot, Side::sell, "0.4", "51000"));
  EXPECT_THAT(refused(AmendOrder{order, spot, RawQuantity(50'000), RawPrice(5'100'000)}), IsEmpty());
  EXPECT_THAT(refused(AmendOrder{order, spot, RawQuantity(50'001), RawPrice(5'100'000)}),
              ElementsAre(RejectReason::short_not_allowed));
}

TEST_F(RiskEngineTest, CountersComeBackFromTheirBinaryForm) {
  settings.account.max_orders_per_day = 1;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  const auto bytes = encode(risk());
  RiskEngine copy(settings, 2, 3);
  Decoder decoder(bytes);
  decode_from(decoder, copy);
  EXPECT_FALSE(decoder.failed());
  const auto checked = copy.check(view(), order(perpetual, Side::buy, "0.1"));
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().reasons, ElementsAre(RejectReason::trades_per_day));
}

TEST(RiskProperty, WhateverIsApprovedAndFillsStaysWithinTheLimits) {
  InstrumentTable table;
  const std::array ids = {test::add(table, test::perpetual("BTC")), test::add(table, test::perpetual("ETH"))};
  RiskSettings settings;
  settings.account.max_position_notional = amount("60000");
  settings.account.max_exposure = decimal("0.9");
  settings.strategies.resize(2);
  settings.strategies[1].max_position_notional = amount("20000");
  MarketState market(2);
  market[0].last = RawPrice(500'000);
  market[1].last = RawPrice(25'000);
  Prng random(21);
  for (int round = 0; round < 40; ++round) {
    portfolio::Portfolio portfolio(table, table[ids[0]].quote(), 2);
    portfolio.book_transfer({amount("100000"), table[ids[0]].quote()});
    execution::OrderManager orders;
    RiskEngine risk(settings, 2, 2);
    std::size_t approved_orders = 0;
    for (int step = 0; step < 200; ++step) {
      const InstrumentId id = ids[random.below(2)];
      NewOrder order;
      order.id = orders.reserve_id();
      order.strategy = StrategyId(id.value);  // strategies that net each other may always leave
      order.instrument = id;
      order.side = random.below(2) == 0 ? Side::buy : Side::sell;
      order.quantity = RawQuantity(test::between(random, 40, id == ids[0] ? 400 : 4'000));
      const RiskView view{table, market, portfolio, orders, TradingState::running, Agreement::equal, 0};
      const auto approved = risk.check(view, order);
      if (!approved) continue;
      ++approved_orders;
      orders.submit(*approved, 0);
      if (random.below(3) == 0) continue;  // stays open for now, and reserves its room
      std::vector<execution::Order> open;
      orders.for_each_open([&](const execution::Order& resting) { open.push_back(resting); });
      for (const auto& resting : open) {
        Fill fill;
        fill.order = resting.id();
        fill.instrument = resting.request.instrument;
        fill.trade = TradeId(resting.id().value);
        fill.side = resting.request.side;
        fill.quantity = resting.remaining();
        fill.price = market[fill.instrument.index()].last;
        fill.fee_asset = table[ids[0]].quote();
        orders.on_fill(fill, table[fill.instrument], 0);
        portfolio.book_fill(resting.request.strategy, fill);
      }
      for (const InstrumentId each : ids) {
        ASSERT_LE(portfolio.exposure(each).absolute(), amount("60000"));
        const RawQuantity second = portfolio.book(kOther, each).position.quantity;
        ASSERT_LE(table[each].notional(market[each.index()].last, second).absolute(), amount("20000"));
      }
      ASSERT_LE(portfolio.gross_exposure(), amount("90000"));
    }
    EXPECT_GT(approved_orders, 20U);
  }
}

ScopedLimits limits_of(LimitScope scope, std::uint32_t index, const Limits& limits) {
  return {scope, index, limits};
}

TEST_F(RiskEngineTest, ChangedLimitsHoldAtOnceAndThoseThatAreNotNamedAreGone) {
  settings.account.max_open_orders = 1;
  settings.instruments[perpetual.index()].max_order_notional = amount("100");
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1")), ElementsAre(RejectReason::max_order_notional));
  Limits limits;
  limits.max_order_notional = amount("10");
  const std::vector changed = {limits_of(LimitScope::strategy, kOther.value, limits),
                               limits_of(LimitScope::strategy, 7, limits),
                               limits_of(LimitScope::instrument, 7, limits)};
  risk().change_limits(changed);
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1", kOne)), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "1", kOther)),
              ElementsAre(RejectReason::max_order_notional));
}

TEST_F(RiskEngineTest, ChangedLimitsCountWhatWasEnteredBefore) {
  settings.account.max_orders_per_day = 10;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  Limits limits;
  limits.max_orders_per_day = 3;
  limits.cooldown = kHour;
  risk().change_limits(std::vector{limits_of(LimitScope::instrument, perpetual.value, limits)});
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")),
              testing::UnorderedElementsAre(RejectReason::trades_per_day, RejectReason::cooldown));
  EXPECT_THAT(refused(order(ether, Side::buy, "0.1")), IsEmpty());
  now += kHour;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::trades_per_day));
  now += kDay;
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
}

TEST_F(RiskEngineTest, AnyLimitMakesEntriesCountForThoseThatComeLater) {
  settings.account.max_open_orders = 50;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  Limits limits;
  limits.max_orders_per_day = 3;
  risk().change_limits(std::vector{limits_of(LimitScope::account, 0, limits)});
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::trades_per_day));
}

TEST_F(RiskEngineTest, AChangedRateCountsOnFromTheOldOne) {
  settings.account.max_orders_per_minute = 4;
  for (int i = 0; i < 4; ++i, now += kSecond)
    EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  Limits limits;
  limits.max_orders_per_minute = 5;
  risk().change_limits(std::vector{limits_of(LimitScope::account, 0, limits)});
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::order_rate));
  limits.max_orders_per_minute = 2;
  risk().change_limits(std::vector{limits_of(LimitScope::account, 0, limits)});
  now += 56 * kSecond;  // the two newest of the five are within the minute
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), ElementsAre(RejectReason::order_rate));
}

TEST_F(RiskEngineTest, ASnapshotBringsTheLimitsThatWereInForce) {
  Limits limits;
  limits.max_orders_per_day = 1;
  limits.max_exposure = decimal("2.5");
  risk().change_limits(std::vector{limits_of(LimitScope::strategy, kOne.value, limits)});
  EXPECT_THAT(refused(order(perpetual, Side::buy, "0.1")), IsEmpty());
  Encoder encoder;
  risk().save(encoder);
  RiskEngine restored(settings, 2, 3);
  Decoder decoder(encoder.buffer());
  restored.load(decoder);
  ASSERT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
  const auto refusal = restored.check(view(), order(perpetual, Side::buy, "0.1"));
  ASSERT_FALSE(refusal);
  EXPECT_THAT(refusal.error().reasons, ElementsAre(RejectReason::trades_per_day));
  Encoder again;
  restored.save(again);
  EXPECT_EQ(again.buffer(), encoder.buffer());
}

}  // namespace
}  // namespace kontor::risk
