#include "venue/sim/matching_engine.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "venue/sim/matching_engine_test_support.hpp"

namespace kontor::sim {
namespace {

using test::copy;
using test::Events;
using Kind = MatchingEventKind;

MatchingOrder limit(std::uint64_t id, Side side, std::int64_t quantity, std::int64_t price) {
  return MatchingOrder{
      .id = OrderId(id), .side = side, .quantity = RawQuantity(quantity), .limit_price = RawPrice(price)};
}

MatchingOrder market(std::uint64_t id, Side side, std::int64_t quantity) {
  return MatchingOrder{
      .id = OrderId(id), .side = side, .type = OrderType::market, .quantity = RawQuantity(quantity)};
}

MatchingOrder with(MatchingOrder order, TimeInForce time_in_force) {
  order.time_in_force = time_in_force;
  return order;
}

MatchingOrder of(MatchingOrder order, std::uint32_t participant, SelfTradePrevention mode) {
  order.participant = ParticipantId(participant);
  order.self_trade_prevention = mode;
  return order;
}

MatchingOrder post_only(MatchingOrder order) {
  order.post_only = true;
  return order;
}

/// `maker:quantity@price` for every trade.
std::string trades(std::span<const MatchingEvent> events) {
  std::string text;
  for (const auto& event : events) {
    if (event.kind != Kind::trade) continue;
    text += fmt::format("{}{}:{}@{}", text.empty() ? "" : " ", event.maker.value, event.quantity.units,
                        event.price.units);
  }
  return text;
}

/// `open@price×orders` for every level, best first.
std::string depth(const MatchingEngine& engine, Side side) {
  std::string text;
  engine.for_each_level(side, SIZE_MAX, [&](const DepthLevel& level) {
    text += fmt::format("{}{}@{}x{}", text.empty() ? "" : " ", level.quantity.units, level.price.units,
                        level.orders);
  });
  return text;
}

TEST(MatchingEngine, FillsTheBestPriceFirstAndTheOldestAtAPrice) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::sell, 5, 101));
  engine.submit(limit(2, Side::sell, 5, 100));
  engine.submit(limit(3, Side::sell, 5, 100));
  EXPECT_EQ(trades(engine.submit(limit(4, Side::buy, 12, 101))), "2:5@100 3:5@100 1:2@101");
  EXPECT_EQ(depth(engine, Side::sell), "3@101x1");
  EXPECT_EQ(depth(engine, Side::buy), "");
}

TEST(MatchingEngine, RestsWhatIsLeftOfALimitOrder) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::buy, 5, 100));
  const Events events = copy(engine.submit(limit(2, Side::sell, 8, 99)));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].price.units, 100);
  EXPECT_EQ(events[1].open.units, 3);
  EXPECT_EQ(depth(engine, Side::sell), "3@99x1");
  EXPECT_EQ(engine.find(OrderId(2))->open.units, 3);
  EXPECT_EQ(engine.find(OrderId(2))->quantity.units, 8);
  EXPECT_FALSE(engine.find(OrderId(1)));
}

TEST(MatchingEngine, NeverRestsMarketAndImmediateOrders) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::buy, 5, 100));
  const Events sold = copy(engine.submit(market(2, Side::sell, 8)));
  EXPECT_EQ(trades(sold), "1:5@100");
  EXPECT_EQ(sold.back().kind, Kind::canceled);
  EXPECT_EQ(sold.back().reason, RejectReason::no_market_price);
  EXPECT_EQ(sold.back().open.units, 3);
  EXPECT_EQ(sold.back().price.units, 0);
  const auto order = with(limit(3, Side::buy, 8, 100), TimeInForce::immediate_or_cancel);
  EXPECT_EQ(engine.submit(order).back().kind, Kind::canceled);
  EXPECT_EQ(engine.order_count(), 0U);
}

TEST(MatchingEngine, FillOrKillTakesAllOrNothing) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::sell, 5, 100));
  engine.submit(limit(2, Side::sell, 5, 101));
  const Events killed = copy(engine.submit(with(limit(3, Side::buy, 8, 100), TimeInForce::fill_or_kill)));
  EXPECT_EQ(trades(killed), "");
  EXPECT_EQ(killed.back().reason, RejectReason::fill_or_kill_unfilled);
  EXPECT_EQ(depth(engine, Side::sell), "5@100x1 5@101x1");
  EXPECT_EQ(trades(engine.submit(with(limit(4, Side::buy, 10, 101), TimeInForce::fill_or_kill))),
            "1:5@100 2:5@101");
}

TEST(MatchingEngine, PostOnlyIsRejectedWhereItWouldTake) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::sell, 5, 100));
  EXPECT_EQ(engine.submit(post_only(limit(2, Side::buy, 5, 100))).front().reason,
            RejectReason::post_only_would_take);
  EXPECT_EQ(engine.submit(post_only(limit(3, Side::buy, 5, 99))).front().kind, Kind::accepted);
  EXPECT_EQ(engine.amend(OrderId(3), RawPrice(100), RawQuantity(5)).front().kind, Kind::amend_rejected);
  EXPECT_EQ(depth(engine, Side::buy), "5@99x1");
}

TEST(MatchingEngine, RejectsWhatCannotBeAnOrder) {
  MatchingEngine engine(2);
  EXPECT_EQ(engine.submit(limit(1, Side::buy, 0, 100)).front().reason, RejectReason::below_min_quantity);
  EXPECT_EQ(engine.submit(limit(1, Side::buy, -5, 100)).front().reason, RejectReason::below_min_quantity);
  engine.submit(limit(1, Side::buy, INT64_MAX - 10, 100));
  EXPECT_EQ(engine.submit(limit(1, Side::buy, 1, 100)).front().reason, RejectReason::duplicate_order);
  EXPECT_EQ(engine.submit(limit(2, Side::buy, 11, 90)).front().reason, RejectReason::above_max_quantity);
  engine.submit(limit(2, Side::buy, 10, 90));
  EXPECT_EQ(engine.submit(limit(3, Side::sell, 1, 100)).front().reason, RejectReason::too_many_orders);
  EXPECT_EQ(engine.amend(OrderId(2), RawPrice(90), RawQuantity(11)).front().reason,
            RejectReason::above_max_quantity);
  EXPECT_EQ(engine.amend(OrderId(2), RawPrice(90), RawQuantity(0)).front().reason,
            RejectReason::below_min_quantity);
  EXPECT_EQ(engine.amend(OrderId(9), RawPrice(90), RawQuantity(1)).front().reason,
            RejectReason::unknown_order);
  EXPECT_EQ(engine.cancel(OrderId(9)).front().reason, RejectReason::unknown_order);
  EXPECT_EQ(engine.order_count(), 2U);
}

TEST(MatchingEngine, BoundsTheOpenQuantityOfEachSideAndNoMore) {
  MatchingEngine engine;
  for (std::uint64_t id = 1; id <= 6; id += 2) {
    EXPECT_EQ(engine.submit(limit(id, Side::buy, INT64_MAX, 100)).front().kind, Kind::accepted);
    engine.submit(market(id + 1, Side::sell, INT64_MAX - 5));
    EXPECT_EQ(depth(engine, Side::buy), "5@100x1");
    EXPECT_EQ(engine.amend(OrderId(id), RawPrice(100), RawQuantity(INT64_MAX - 1)).front().kind,
              Kind::reduced);
    EXPECT_EQ(engine.cancel(OrderId(id)).front().open.units, 4);
  }
}

TEST(MatchingEngine, CancelTakesAnOrderOutOfTheMiddleOfItsQueue) {
  MatchingEngine engine;
  for (std::uint64_t id = 1; id <= 3; ++id) engine.submit(limit(id, Side::sell, 5, 100));
  const Events events = copy(engine.cancel(OrderId(2)));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].open.units, 5);
  EXPECT_EQ(engine.cancel(OrderId(2)).front().kind, Kind::cancel_rejected);
  EXPECT_EQ(trades(engine.submit(limit(4, Side::buy, 10, 100))), "1:5@100 3:5@100");
}

TEST(MatchingEngine, AmendKeepsThePriorityOnlyWhereTheOrderShrinks) {
  MatchingEngine engine;
  for (std::uint64_t id = 1; id <= 3; ++id) engine.submit(limit(id, Side::sell, 5, 100));
  EXPECT_EQ(engine.amend(OrderId(1), RawPrice(100), RawQuantity(4)).front().kind, Kind::reduced);
  EXPECT_EQ(engine.amend(OrderId(2), RawPrice(100), RawQuantity(6)).front().kind, Kind::replaced);
  EXPECT_EQ(depth(engine, Side::sell), "15@100x3");
  EXPECT_EQ(trades(engine.submit(limit(4, Side::buy, 15, 100))), "1:4@100 3:5@100 2:6@100");
}

TEST(MatchingEngine, AmendCountsWhatHasFilledAndMayTrade) {
  MatchingEngine engine;
  engine.submit(limit(1, Side::sell, 10, 100));
  engine.submit(limit(2, Side::buy, 4, 100));
  EXPECT_EQ(engine.amend(OrderId(1), RawPrice(100), RawQuantity(7)).front().open.units, 3);
  EXPECT_EQ(engine.amend(OrderId(1), RawPrice(100), RawQuantity(4)).front().kind, Kind::canceled);
  engine.submit(limit(3, Side::sell, 5, 105));
  engine.submit(limit(4, Side::buy, 2, 101));
  const Events moved = copy(engine.amend(OrderId(3), RawPrice(101), RawQuantity(5)));
  EXPECT_EQ(moved.front().kind, Kind::replaced);
  EXPECT_EQ(trades(moved), "4:2@101");
  EXPECT_EQ(depth(engine, Side::sell), "3@101x1");
}

TEST(MatchingEngine, PreventsSelfTradesTheWayTheTakerAsks) {
  const auto prepared = [] {
    MatchingEngine engine;
    engine.submit(of(limit(1, Side::sell, 5, 100), 8, SelfTradePrevention::none));
    engine.submit(of(limit(2, Side::sell, 5, 100), 7, SelfTradePrevention::none));
    engine.submit(of(limit(3, Side::sell, 5, 100), 8, SelfTradePrevention::none));
    return engine;
  };
  auto engine = prepared();
  Events events = copy(engine.submit(of(limit(4, Side::buy, 15, 100), 7, SelfTradePrevention::cancel_taker)));
  EXPECT_EQ(trades(events), "1:5@100");
  EXPECT_EQ(events.back().order.value, 4U);
  EXPECT_EQ(events.back().reason, RejectReason::self_trade);
  EXPECT_EQ(depth(engine, Side::sell), "10@100x2");

  engine = prepared();
  events = copy(engine.submit(of(limit(4, Side::buy, 15, 100), 7, SelfTradePrevention::cancel_maker)));
  EXPECT_EQ(trades(events), "1:5@100 3:5@100");
  EXPECT_EQ(depth(engine, Side::sell) + "|" + depth(engine, Side::buy), "|5@100x1");

  engine = prepared();
  events = copy(engine.submit(of(limit(4, Side::buy, 15, 100), 7, SelfTradePrevention::cancel_both)));
  EXPECT_EQ(trades(events), "1:5@100");
  EXPECT_EQ(depth(engine, Side::sell) + "|" + depth(engine, Side::buy), "5@100x1|");

  engine = prepared();
  EXPECT_EQ(trades(engine.submit(of(limit(4, Side::buy, 15, 100), 7, SelfTradePrevention::none))),
            "1:5@100 2:5@100 3:5@100");
}

TEST(MatchingEngine, FillOrKillDoesNotCountWhatSelfTradePreventionTakesAway) {
  MatchingEngine engine;
  engine.submit(of(limit(1, Side::sell, 5, 100), 7, SelfTradePrevention::none));
  engine.submit(of(limit(2, Side::sell, 5, 100), 8, SelfTradePrevention::none));
  auto order =
      with(of(limit(3, Side::buy, 6, 100), 7, SelfTradePrevention::cancel_maker), TimeInForce::fill_or_kill);
  EXPECT_EQ(engine.submit(order).back().reason, RejectReason::fill_or_kill_unfilled);
  EXPECT_EQ(depth(engine, Side::sell), "10@100x2");
  order.quantity = RawQuantity(5);
  EXPECT_EQ(trades(engine.submit(order)), "2:5@100");
  EXPECT_EQ(engine.order_count(), 0U);
}

TEST(MatchingEngine, ShowsAsManyLevelsAndOrdersAsAsked) {
  MatchingEngine engine;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    engine.submit(limit(id, Side::buy, 2, 100 - static_cast<std::int64_t>(id % 3)));
  }
  std::vector<DepthLevel> levels;
  engine.for_each_level(Side::buy, 2, [&](const DepthLevel& level) { levels.push_back(level); });
  EXPECT_EQ(levels,
            (std::vector<DepthLevel>{{RawPrice(100), RawQuantity(6), 3}, {RawPrice(99), RawQuantity(6), 3}}));
  EXPECT_EQ(engine.best(Side::buy), (BookLevel{RawPrice(100), RawQuantity(6)}));
  EXPECT_EQ(engine.best(Side::sell), BookLevel{});
  std::vector<std::uint64_t> ids;
  engine.for_each_order(Side::buy, RawPrice(99),
                        [&](OrderId id, const RestingOrder&) { ids.push_back(id.value); });
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{1, 4, 7}));
}

}  // namespace
}  // namespace kontor::sim
