#include <gtest/gtest.h>

#include "emulator/exchange_test_support.hpp"

namespace kontor::emulator::test {
namespace {

using enum Product;

TEST(ExchangeMargin, LeverageChangesWhatAPositionTiesUp) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.place(Bourse::market(linear, Side::buy, "1"));
  EXPECT_EQ(bourse.exchange->position(bourse.account, bourse.linear).initial_margin, amount("5000.01"));
  const auto set = [&](std::string_view leverage) {
    return bourse.exchange->set_leverage(bourse.account, bourse.linear, number(leverage));
  };
  ASSERT_TRUE(set("20"));
  EXPECT_EQ(bourse.exchange->position(bourse.account, bourse.linear).initial_margin, amount("2500.005"));
  EXPECT_EQ(bourse.exchange->balance(bourse.account, linear, bourse.usdt).position_margin,
            amount("2500.005"));
  EXPECT_EQ(set("20").error().reason, RefusalReason::leverage_unchanged);
  EXPECT_EQ(set("500").error().reason, RefusalReason::leverage_out_of_range);
  EXPECT_EQ(set("0").error().reason, RefusalReason::leverage_out_of_range);
  // 50,000 at leverage 2 would tie up more than the account has.
  EXPECT_EQ(set("2").error().reason, RefusalReason::insufficient_margin);
  EXPECT_EQ(bourse.exchange->settings(bourse.account, bourse.linear).leverage, number("20"));
  EXPECT_EQ(bourse.exchange->position(bourse.account, bourse.linear).initial_margin, amount("2500.005"));
}

TEST(ExchangeMargin, LeverageChangesWhatOpenOrdersReserve) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  bourse.place(Bourse::limit(linear, Side::buy, "1", "49000"));
  // A tenth of the notional and the taker fee of 0.05 %.
  EXPECT_EQ(bourse.exchange->balance(bourse.account, linear, bourse.usdt).reserved, amount("4924.5"));
  ASSERT_TRUE(bourse.exchange->set_leverage(bourse.account, bourse.linear, number("50")));
  EXPECT_EQ(bourse.exchange->balance(bourse.account, linear, bourse.usdt).reserved, amount("1004.5"));
}

TEST(ExchangeMargin, MarginModeChangesOnlyWithoutOrdersAndPosition) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  const auto set = [&](MarginMode mode) {
    return bourse.exchange->set_margin_mode(bourse.account, bourse.linear, mode);
  };
  EXPECT_EQ(set(MarginMode::cross).error().reason, RefusalReason::margin_mode_unchanged);
  const VenueOrderId id = bourse.place(Bourse::limit(linear, Side::buy, "0.1", "49000"));
  EXPECT_EQ(set(MarginMode::isolated).error().reason, RefusalReason::margin_mode_with_open_orders);
  ASSERT_TRUE(bourse.exchange->cancel(bourse.account, {.product = linear, .id = id}));
  ASSERT_TRUE(set(MarginMode::isolated));
  bourse.place(Bourse::market(linear, Side::buy, "0.1"));
  EXPECT_EQ(set(MarginMode::cross).error().reason, RefusalReason::margin_mode_with_position);
  EXPECT_EQ(bourse.exchange->position(bourse.account, bourse.linear).margin_mode, MarginMode::isolated);
  EXPECT_EQ(
      bourse.exchange->set_margin_mode(bourse.account, bourse.spot, MarginMode::isolated).error().reason,
      RefusalReason::not_offered);
}

TEST(ExchangeMargin, APositionThatLosesItsMarginIsLiquidatedWithAnOrderOfTheVenue) {
  Bourse bourse;
  bourse.book(bourse.linear, "50000", "50000.1", "10");
  ASSERT_TRUE(bourse.exchange->set_leverage(bourse.account, bourse.linear, number("100")));
  bourse.place(Bourse::market(linear, Side::buy, "4"));
  const VenueOrderId open = bourse.place(Bourse::limit(linear, Side::buy, "0.1", "47550"));
  const auto estimate = bourse.exchange->position(bourse.account, bourse.linear).liquidation_price;
  ASSERT_TRUE(estimate);
  EXPECT_GT(estimate->units, 477'000);
  EXPECT_LT(estimate->units, 478'500);
  bourse.book(bourse.linear, "47900", "47900.1", "10");
  EXPECT_FALSE(bourse.exchange->position(bourse.account, bourse.linear).quantity.is_zero());
  bourse.log.said();
  bourse.book(bourse.linear, "47600", "47600.1", "10");
  EXPECT_TRUE(bourse.exchange->position(bourse.account, bourse.linear).quantity.is_zero());
  EXPECT_EQ(bourse.order(open).state, OrderState::canceled);
  const auto orders = bourse.exchange->orders(bourse.account, {.product = linear, .limit = 1});
  EXPECT_EQ(orders[0]->origin, OrderOrigin::liquidation);
  EXPECT_EQ(orders[0]->state, OrderState::filled);
  EXPECT_EQ(orders[0]->filled, orders[0]->quantity);
  EXPECT_TRUE(orders[0]->client_id.starts_with("autoclose-"));
  EXPECT_FALSE(bourse.total(linear, bourse.usdt).is_negative());
  EXPECT_EQ(bourse.exchange->counters().liquidations, 1U);
}

TEST(ExchangeMargin, FundingIsSettledAtItsTimeFromLongToShort) {
  ExchangeSettings settings;
  settings.funding_interval_ns = kMinute;
  Bourse bourse(VenueName::binance, settings);
  bourse.book(bourse.linear, "50000", "50000.2", "10");
  bourse.place(Bourse::market(linear, Side::buy, "1"));
  bourse.log.said();
  const Amount before = bourse.total(linear, bourse.usdt);
  const TimeNs next = bourse.exchange->market(bourse.linear).perpetual().next_funding;
  EXPECT_EQ(next % kMinute, 0);
  EXPECT_LE(next, kOpening + kMinute);
  bourse.now = next;
  bourse.step();
  // No index is known, so the rate is the interest of 0.01 %, of a mark of 50000.1.
  EXPECT_EQ(bourse.log.said(), "funding -5.00001; balance funding; position -0.1");
  EXPECT_EQ(bourse.total(linear, bourse.usdt) - before, amount("-5.00001"));
  const auto income = bourse.exchange->income(bourse.account, {.product = linear, .limit = 1});
  ASSERT_EQ(income.size(), 1U);
  EXPECT_EQ(income[0]->kind, IncomeKind::funding);
  EXPECT_EQ(income[0]->amount, amount("-5.00001"));
  EXPECT_EQ(bourse.exchange->market(bourse.linear).fundings().size(), 1U);
  EXPECT_EQ(bourse.exchange->market(bourse.linear).perpetual().next_funding, next + kMinute);
}

TEST(ExchangeMargin, OneWalletServesBothProductsWhereTheVenueHasIt) {
  Bourse bourse(VenueName::bybit);
  EXPECT_TRUE(bourse.exchange->has_one_wallet());
  EXPECT_EQ(bourse.total(spot, bourse.usdt), amount("20000"));
  bourse.book(bourse.linear, "50000", "50000.1", "10").book(bourse.spot, "50000", "50001", "10");
  bourse.place(Bourse::market(linear, Side::buy, "0.1"));
  bourse.place(Bourse::market(spot, Side::sell, "0.1"));
  EXPECT_EQ(bourse.total(spot, bourse.usdt), bourse.total(linear, bourse.usdt));
  EXPECT_EQ(bourse.exchange->balance(bourse.account, spot, bourse.usdt).position_margin, amount("500.001"));
}

TEST(ExchangeMargin, MoneyMovesBetweenWalletsOnlyWhereItIsFree) {
  Bourse bourse;
  bourse.book(bourse.spot, "50000", "50001");
  bourse.place(Bourse::limit(spot, Side::buy, "0.1", "49000"));
  const auto move = [&](std::string_view text) {
    return bourse.exchange->transfer(bourse.account, spot, linear, "USDT", amount(text));
  };
  EXPECT_EQ(move("6000").error().reason, RefusalReason::insufficient_balance);
  EXPECT_EQ(move("-1").error().reason, RefusalReason::bad_amount);
  ASSERT_TRUE(move("5000"));
  EXPECT_EQ(bourse.total(spot, bourse.usdt), amount("5000"));
  EXPECT_EQ(bourse.total(linear, bourse.usdt), amount("15000"));
  EXPECT_EQ(bourse.exchange->transfer(bourse.account, spot, linear, "XYZ", amount("1")).error().reason,
            RefusalReason::unknown_asset);
  EXPECT_EQ(bourse.exchange->set_hedged_positions(bourse.account, true).error().reason,
            RefusalReason::position_mode_not_offered);
}

}  // namespace
}  // namespace kontor::emulator::test
