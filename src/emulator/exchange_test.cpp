#include "emulator/exchange.hpp"

#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::test {
namespace {

using enum Product;

TEST(Exchange, AMarketOrderFillsAtOnceAndTellsOfItInOrder) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  const auto placed = bourse.exchange->place(bourse.account, Bourse::market(spot, Side::buy, "0.1")).value();
  EXPECT_EQ(placed.order->state, OrderState::filled);
  ASSERT_EQ(placed.executions.size(), 1U);
  EXPECT_EQ(placed.executions[0].turnover, amount("5000.1"));
  EXPECT_EQ(placed.executions[0].fee, amount("0.0001"));
  EXPECT_EQ(placed.executions[0].fee_asset, bourse.btc);
  EXPECT_EQ(bourse.log.said(), "order 1 accepted open; execution 1 filled; balance execution");
  EXPECT_EQ(bourse.total(spot, bourse.usdt), amount("4999.9"));
  EXPECT_EQ(bourse.total(spot, bourse.btc), amount("1.0999"));
  EXPECT_EQ(bourse.total(linear, bourse.usdt), amount("10000"));
}

TEST(Exchange, ALimitOrderRestsReservesAndFillsWhenTheMarketTradesThroughIt) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  const VenueOrderId id = bourse.place(Bourse::limit(spot, Side::buy, "0.1", "49990"));
  EXPECT_EQ(bourse.log.said(), "order 1 accepted open; balance order");
  EXPECT_EQ(bourse.exchange->balance(bourse.account, spot, bourse.usdt).reserved, amount("4999"));
  bourse.trade(bourse.spot, "49989", "0.04", Side::sell);
  EXPECT_EQ(bourse.order(id).state, OrderState::partially_filled);
  EXPECT_EQ(bourse.log.said(), "execution 1 partially_filled; balance execution");
  bourse.trade(bourse.spot, "49989", "1", Side::sell);
  EXPECT_EQ(bourse.order(id).state, OrderState::filled);
  EXPECT_EQ(bourse.order(id).turnover, amount("4999"));
  EXPECT_EQ(average_price(bourse.exchange->listings().instrument(bourse.spot), bourse.order(id).turnover,
                          bourse.order(id).filled),
            amount("49990"));
  EXPECT_TRUE(bourse.exchange->balance(bourse.account, spot, bourse.usdt).reserved.is_zero());
  EXPECT_TRUE(bourse.exchange->open_orders(bourse.account, spot, std::nullopt).empty());
}

TEST(Exchange, ARefusedOrderLeavesNothingBehind) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001", "100");
  EXPECT_EQ(bourse.refused(Bourse::market(spot, Side::sell, "2")), RefusalReason::insufficient_balance);
  OrderTicket post_only = Bourse::limit(spot, Side::buy, "0.1", "50001");
  post_only.post_only = true;
  post_only.client_id = "mine";
  EXPECT_EQ(bourse.refused(post_only), RefusalReason::post_only_would_take);
  EXPECT_EQ(bourse.log.said(), "");
  EXPECT_EQ(bourse.exchange->find_order(bourse.account, {.product = spot, .client_id = "mine"}), nullptr);
  EXPECT_TRUE(bourse.exchange->orders(bourse.account, {.product = spot}).empty());
  EXPECT_EQ(bourse.exchange->counters().orders_refused, 2U);
}

TEST(Exchange, ACanceledOrderIsFoundByBothNamesAndCannotBeCanceledTwice) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  OrderTicket ticket = Bourse::limit(spot, Side::buy, "0.1", "49000");
  ticket.client_id = "grid-1";
  const VenueOrderId id = bourse.place(ticket);
  const OrderKey key{.product = spot, .symbol = "BTCUSDT", .client_id = "grid-1"};
  EXPECT_EQ(bourse.exchange->find_order(bourse.account, key)->id, id);
  EXPECT_EQ(bourse.exchange->find_order(bourse.account, {.product = linear, .id = id}), nullptr);
  EXPECT_EQ(bourse.exchange->cancel(bourse.account, key).value()->state, OrderState::canceled);
  EXPECT_EQ(bourse.exchange->cancel(bourse.account, key).error().reason, RefusalReason::order_closed);
  EXPECT_EQ(bourse.exchange->cancel(bourse.account, {.product = spot, .id = VenueOrderId(99)}).error().reason,
            RefusalReason::unknown_order);
}

TEST(Exchange, ClientIdsAreUniqueAsTheVenueWantsIt) {
  for (const VenueName venue : {VenueName::binance, VenueName::bybit}) {
    Bourse bourse(venue);
    bourse.book(bourse.spot, "50000", "50001");
    OrderTicket ticket = Bourse::limit(spot, Side::buy, "0.1", "49000");
    ticket.client_id = "again";
    bourse.place(ticket);
    EXPECT_EQ(bourse.refused(ticket), RefusalReason::duplicate_client_id);
    const OrderKey key{.product = spot, .client_id = "again"};
    ASSERT_TRUE(bourse.exchange->cancel(bourse.account, key));
    // Binance asks for uniqueness among open orders, Bybit for ever.
    EXPECT_EQ(bourse.exchange->place(bourse.account, ticket).has_value(), venue == VenueName::binance);
    ticket.client_id = "no spaces";
    EXPECT_EQ(bourse.refused(ticket), RefusalReason::bad_client_id);
  }
}

TEST(Exchange, ARefusedOrderDoesNotTakeTheClientIdOfAnOlderOne) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  OrderTicket ticket = Bourse::limit(spot, Side::buy, "0.1", "49000");
  ticket.client_id = "again";
  const VenueOrderId first = bourse.place(ticket);
  ASSERT_TRUE(bourse.exchange->cancel(bourse.account, {.product = spot, .id = first}));
  ticket.quantity = number("10");
  EXPECT_EQ(bourse.refused(ticket), RefusalReason::insufficient_balance);
  EXPECT_EQ(bourse.exchange->find_order(bourse.account, {.product = spot, .client_id = "again"})->id, first);
}

TEST(Exchange, AnAmendedOrderKeepsItsIdAndARefusedAmendmentChangesNothing) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  const VenueOrderId id = bourse.place(Bourse::limit(spot, Side::buy, "0.1", "49000"));
  const OrderKey key{.product = spot, .id = id};
  ASSERT_TRUE(bourse.exchange->amend(bourse.account, {.order = key, .price = number("49500")}));
  EXPECT_EQ(bourse.order(id).limit_price.units, 4'950'000);
  EXPECT_EQ(bourse.exchange->amend(bourse.account, {.order = key, .quantity = number("5")}).error().reason,
            RefusalReason::insufficient_balance);
  EXPECT_EQ(bourse.order(id).quantity.units, 10'000);
  EXPECT_EQ(bourse.exchange->amend(bourse.account, {.order = key, .price = number("49500")}).error().reason,
            RefusalReason::nothing_to_amend);
  EXPECT_EQ(
      bourse.exchange->amend(bourse.account, {.order = key, .trigger_price = number("1")}).error().reason,
      RefusalReason::amend_not_allowed);
}

TEST(Exchange, ATriggerCanBeMovedAndStaysWhereItWasIfTheNewOneIsRefused) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.trade(bourse.linear, "50000", "0.1", Side::sell);
  const VenueOrderId id = bourse.place(Bourse::stop(linear, Side::sell, "0.1", "49000"));
  bourse.log.said();
  const OrderKey key{.product = linear, .id = id};
  ASSERT_TRUE(bourse.exchange->amend(bourse.account, {.order = key, .trigger_price = number("49500")}));
  EXPECT_EQ(bourse.log.said(), "order 1 amended untriggered; balance order");
  EXPECT_EQ(
      bourse.exchange->amend(bourse.account, {.order = key, .trigger_price = number("60000")}).error().reason,
      RefusalReason::trigger_would_fire);
  EXPECT_EQ(bourse.order(id).state, OrderState::untriggered);
  EXPECT_EQ(bourse.log.said(), "");
  bourse.trade(bourse.linear, "49499", "0.1", Side::sell);
  EXPECT_EQ(bourse.order(id).state, OrderState::filled);
  EXPECT_NE(bourse.order(id).triggered_at, 0);
}

TEST(Exchange, AStopFiresThenFillsAndOpensAPositionWithItsProfitRealisedOnTheWayOut) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.trade(bourse.linear, "50000", "0.1", Side::sell);
  bourse.place(Bourse::market(linear, Side::buy, "0.2"));
  EXPECT_EQ(bourse.log.said(),
            "order 1 accepted open; execution 1 filled; balance execution; position -0.02");
  OrderTicket stop = Bourse::stop(linear, Side::sell, "0.2", "49900");
  stop.reduce_only = true;
  const VenueOrderId id = bourse.place(stop);
  bourse.log.said();
  bourse.book(bourse.linear, "49899", "49899.1", "10");
  EXPECT_EQ(bourse.order(id).state, OrderState::untriggered);
  bourse.trade(bourse.linear, "49899", "0.1", Side::sell);
  EXPECT_EQ(bourse.log.said(), "order 2 triggered open; execution 2 filled; balance execution; position 0");
  EXPECT_EQ(bourse.log.executions.back().realized, amount("-20.22"));
  EXPECT_EQ(bourse.log.executions.back().closed.units, 200);
  EXPECT_EQ(bourse.exchange->position(bourse.account, bourse.linear).realized, amount("-20.22"));
}

TEST(Exchange, AClosingStopTakesWhateverIsHeldWhenItFires) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.trade(bourse.linear, "50000", "0.1", Side::sell);
  bourse.place(Bourse::market(linear, Side::buy, "0.1"));
  OrderTicket stop = Bourse::stop(linear, Side::sell, "1", "49900");
  stop.quantity.reset();
  stop.close_position = true;
  const VenueOrderId id = bourse.place(stop);
  bourse.place(Bourse::market(linear, Side::buy, "0.15"));
  bourse.log.said();
  bourse.trade(bourse.linear, "49899", "0.1", Side::sell);
  EXPECT_EQ(bourse.log.said(), "order 2 triggered open; execution 2 filled; balance execution; position 0");
  EXPECT_EQ(bourse.order(id).filled.units, 250);
  EXPECT_EQ(bourse.order(id).quantity.units, 250);
  EXPECT_TRUE(bourse.exchange->position(bourse.account, bourse.linear).quantity.is_zero());
}

TEST(Exchange, TheLegsOfABracketWaitForTheEntryAndOneEndsTheOther) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.trade(bourse.linear, "50000", "0.1", Side::sell);
  OrderTicket entry = Bourse::limit(linear, Side::buy, "0.1", "49990");
  entry.role = GroupRole::entry;
  OrderTicket stop = Bourse::stop(linear, Side::sell, "0.1", "49900");
  stop.role = GroupRole::stop_loss;
  OrderTicket target = Bourse::limit(linear, Side::sell, "0.1", "50100");
  target.role = GroupRole::take_profit;
  const auto list = bourse.exchange->place_list(bourse.account, {.orders = {entry, stop, target}}).value();
  ASSERT_EQ(list.orders.size(), 3U);
  EXPECT_EQ(list.orders[1].order->state, OrderState::inactive);
  bourse.log.said();
  bourse.trade(bourse.linear, "49989", "5", Side::sell);
  const auto orders = bourse.exchange->list_orders(bourse.account, list.list);
  EXPECT_EQ(orders[0]->state, OrderState::filled);
  EXPECT_EQ(orders[1]->state, OrderState::untriggered);
  EXPECT_EQ(orders[2]->state, OrderState::open);
  EXPECT_EQ(bourse.log.said(),
            "execution 1 filled; order 2 activated untriggered; order 3 activated open; balance execution; "
            "position " +
                bourse.exchange->position(bourse.account, bourse.linear).unrealized.format());
  bourse.trade(bourse.linear, "50101", "5", Side::buy);
  EXPECT_EQ(orders[2]->state, OrderState::filled);
  EXPECT_EQ(orders[1]->state, OrderState::canceled);
  EXPECT_TRUE(bourse.exchange->position(bourse.account, bourse.linear).quantity.is_zero());
}

TEST(Exchange, AListWithOneImpossibleOrderLeavesNoneBehind) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  bourse.trade(bourse.spot, "50000", "0.1", Side::sell);
  OrderTicket target = Bourse::limit(spot, Side::sell, "0.5", "51000");
  target.role = GroupRole::take_profit;
  OrderTicket stop = Bourse::stop(spot, Side::sell, "0.5", "50500");
  stop.role = GroupRole::stop_loss;
  const auto list = bourse.exchange->place_list(bourse.account, {.orders = {target, stop}});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().reason, RefusalReason::trigger_would_fire);
  EXPECT_TRUE(bourse.exchange->open_orders(bourse.account, spot, std::nullopt).empty());
  EXPECT_TRUE(bourse.exchange->balance(bourse.account, spot, bourse.btc).reserved.is_zero());
}

TEST(Exchange, MoneyOfTheQuoteAssetBuysWhatTheBookGives) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001", "0.05");
  OrderTicket ticket = Bourse::market(spot, Side::buy, "1");
  ticket.quantity.reset();
  ticket.quote_quantity = number("5000");
  const OrderRecord& order = bourse.order(bourse.place(ticket));
  EXPECT_EQ(order.state, OrderState::filled);
  EXPECT_LE(order.turnover, amount("5000"));
  EXPECT_GT(order.turnover, amount("4999"));
  EXPECT_EQ(order.executions, 2U);
}

TEST(Exchange, ImmediateOrdersExpireAndFillOrKillIsCanceled) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001", "0.05");
  OrderTicket ticket = Bourse::limit(spot, Side::buy, "0.1", "50001");
  ticket.time_in_force = TimeInForce::fill_or_kill;
  const VenueOrderId killed = bourse.place(ticket);
  EXPECT_EQ(bourse.order(killed).state, OrderState::canceled);
  EXPECT_EQ(bourse.order(killed).end_reason, RejectReason::fill_or_kill_unfilled);
  ticket.time_in_force = TimeInForce::immediate_or_cancel;
  const VenueOrderId taken = bourse.place(ticket);
  EXPECT_EQ(bourse.order(taken).state, OrderState::expired);
  EXPECT_EQ(bourse.order(taken).filled.units, 5'000);
}

TEST(Exchange, AnOrderEndsAtItsTime) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1");
  OrderTicket ticket = Bourse::limit(linear, Side::buy, "0.1", "49000");
  ticket.time_in_force = TimeInForce::good_till_date;
  ticket.expire_at = bourse.now + 10 * kSecond;
  const VenueOrderId id = bourse.place(ticket);
  EXPECT_LE(bourse.exchange->next_time(), ticket.expire_at);
  bourse.wait(9 * kSecond);
  EXPECT_EQ(bourse.order(id).state, OrderState::open);
  bourse.wait(kSecond);
  EXPECT_EQ(bourse.order(id).state, OrderState::expired);
  EXPECT_EQ(bourse.order(id).updated_at, ticket.expire_at);
}

TEST(Exchange, ACountdownThatIsNotRenewedCancelsTheOrdersOfItsInstrument) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1").book(bourse.spot, "50000", "50001");
  const VenueOrderId future = bourse.place(Bourse::limit(linear, Side::buy, "0.1", "49000"));
  const VenueOrderId coin = bourse.place(Bourse::limit(spot, Side::buy, "0.1", "49000"));
  const auto start = [&] {
    return bourse.exchange->set_countdown(bourse.account, linear, bourse.linear, 5 * kSecond);
  };
  ASSERT_TRUE(start());
  bourse.wait(4 * kSecond);
  ASSERT_TRUE(start());
  bourse.wait(4 * kSecond);
  EXPECT_EQ(bourse.order(future).state, OrderState::open);
  bourse.wait(kSecond);
  EXPECT_EQ(bourse.order(future).state, OrderState::canceled);
  EXPECT_EQ(bourse.order(future).ended_by, OrderOrigin::countdown);
  EXPECT_EQ(bourse.order(coin).state, OrderState::open);
  EXPECT_TRUE(bourse.exchange->countdowns(bourse.account).empty());
  ASSERT_TRUE(start());
  ASSERT_TRUE(bourse.exchange->set_countdown(bourse.account, linear, bourse.linear, 0));
  EXPECT_TRUE(bourse.exchange->countdowns(bourse.account).empty());
}

TEST(Exchange, ADelistedInstrumentEndsOrdersAndSettlesThePosition) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.place(Bourse::market(linear, Side::buy, "0.1"));
  const VenueOrderId id = bourse.place(Bourse::limit(linear, Side::buy, "0.1", "49000"));
  ASSERT_TRUE(bourse.exchange->set_status(bourse.linear, ListingStatus::delisted));
  EXPECT_EQ(bourse.order(id).state, OrderState::canceled);
  EXPECT_EQ(bourse.order(id).ended_by, OrderOrigin::delisting);
  EXPECT_TRUE(bourse.exchange->position(bourse.account, bourse.linear).quantity.is_zero());
  EXPECT_EQ(bourse.refused(Bourse::market(linear, Side::buy, "0.1")), RefusalReason::symbol_not_trading);
  EXPECT_FALSE(bourse.exchange->set_status(bourse.linear, ListingStatus::trading));
}

TEST(Exchange, OldClosedOrdersAreForgottenAtTheBoundAndOpenOnesNever) {
  ExchangeSettings settings;
  settings.max_closed_orders = 3;
  Bourse bourse(VenueName::binance, settings);
  bourse.book(bourse.spot, "50000", "50001");
  const VenueOrderId kept = bourse.place(Bourse::limit(spot, Side::buy, "0.01", "48000"));
  std::vector<VenueOrderId> closed;
  for (int i = 0; i < 6; ++i) {
    closed.push_back(bourse.place(Bourse::limit(spot, Side::buy, "0.01", "49000")));
    ASSERT_TRUE(bourse.exchange->cancel(bourse.account, {.product = spot, .id = closed.back()}));
  }
  bourse.place(Bourse::limit(spot, Side::buy, "0.01", "48000"));
  EXPECT_EQ(bourse.exchange->find_order(bourse.account, {.product = spot, .id = closed[2]}), nullptr);
  EXPECT_NE(bourse.exchange->find_order(bourse.account, {.product = spot, .id = closed[3]}), nullptr);
  EXPECT_EQ(bourse.order(kept).state, OrderState::open);
}

TEST(Exchange, HistoryIsAskedForByTimeIdAndLimit) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001", "100");
  std::vector<VenueOrderId> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(bourse.place(Bourse::market(spot, Side::buy, "0.01")));
    bourse.wait(kSecond);
  }
  const auto latest = bourse.exchange->orders(bourse.account, {.product = spot, .limit = 2});
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0]->id, ids[3]);
  const auto earliest = bourse.exchange->executions(
      bourse.account, {.product = spot, .from = kOpening + kSecond, .limit = 2, .from_start = true});
  ASSERT_EQ(earliest.size(), 2U);
  EXPECT_EQ(earliest[0]->order, ids[1]);
  EXPECT_EQ(bourse.exchange->executions(bourse.account, {.product = spot, .order = ids[2]}).size(), 1U);
  EXPECT_EQ(bourse.exchange->orders(bourse.account, {.product = spot, .order = ids[4]}).size(), 1U);
  EXPECT_TRUE(bourse.exchange->orders(bourse.account, {.product = linear}).empty());
}

TEST(Exchange, AnUnknownAccountIsRefusedEverywhere) {
  Bourse bourse;
  const AccountId nobody(7);
  EXPECT_EQ(bourse.exchange->place(nobody, Bourse::market(spot, Side::buy, "1")).error().reason,
            RefusalReason::unknown_account);
  EXPECT_TRUE(bourse.exchange->balances(nobody, spot).empty());
  EXPECT_TRUE(bourse.exchange->cancel_all(nobody, spot, std::nullopt).empty());
  EXPECT_FALSE(bourse.exchange->deposit(nobody, spot, "USDT", amount("1")));
}

}  // namespace
}  // namespace kontor::emulator::test
