// Questions: about one order, and about the whole account.

#include <algorithm>

#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

class AccountCard : public VenueCard {
 protected:
  [[nodiscard]] Amount balance(const venue::AccountAnswer& account, std::string_view asset) const {
    const auto id = side->instruments().find_asset(asset);
    const auto found =
        std::ranges::find_if(account.balances, [&](const Money& money) { return money.asset == *id; });
    return found == account.balances.end() ? Amount() : found->amount;
  }
};

TEST_P(AccountCard, AnOpenOrderIsAnsweredFor) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  const auto answer = trader->ask(order);
  ASSERT_TRUE(answer && answer->state) << trader->notes();
  EXPECT_EQ(answer->order, order);
  EXPECT_EQ(answer->state->order, order);
  EXPECT_EQ(answer->state->status, OrderStatus::acknowledged);
  EXPECT_EQ(trader->quantity(answer->state->quantity), decimal("0.01"));
  EXPECT_EQ(trader->price(answer->state->limit_price), decimal("49000"));
  EXPECT_TRUE(answer->state->filled.is_zero());
}

TEST_P(AccountCard, AnOrderThatHasEndedIsAnsweredFor) {
  const OrderId filled = trader->place(trader->market(Side::buy, "0.01"));
  const OrderId canceled = trader->rest(trader->limit(Side::buy, "0.02", "49000"));
  ASSERT_TRUE(trader->until_filled(filled, "0.01"));
  trader->cancel(canceled);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(canceled));
  const auto first = trader->ask(filled);
  ASSERT_TRUE(first && first->state) << trader->notes();
  EXPECT_EQ(first->state->status, OrderStatus::filled);
  EXPECT_EQ(trader->quantity(first->state->filled), decimal("0.01"));
  const auto second = trader->ask(canceled);
  ASSERT_TRUE(second && second->state) << trader->notes();
  EXPECT_EQ(second->state->status, OrderStatus::canceled);
}

TEST_P(AccountCard, AnotherProcessFindsAnOrderThatEndedBeforeIt) {
  const OrderId order = trader->rest(trader->limit(Side::buy, "0.01", "49000"));
  trader->cancel(order);
  ASSERT_TRUE(trader->until_told<OrderCanceled>(order));
  Trader another(*side);
  another.open();
  const auto answer = another.ask(order);
  ASSERT_TRUE(answer && answer->state) << another.notes();
  EXPECT_EQ(answer->state->status, OrderStatus::canceled);
}

TEST_P(AccountCard, AnOrderThatNeverWasIsProvenAbsent) {
  const auto answer = trader->ask(OrderId(4711));
  ASSERT_TRUE(answer) << trader->notes();
  EXPECT_FALSE(answer->state);
  EXPECT_LE(answer->as_of, clock.now());
}

TEST_P(AccountCard, NothingIsProvenWhereTheVenueDoesNotAnswer) {
  side->faults("http_5xx=1");
  EXPECT_FALSE(trader->ask(OrderId(4711)));
  side->faults("none");
  EXPECT_TRUE(trader->ask(OrderId(4711)));
}

TEST_P(AccountCard, TheWholeAccountIsToldToTheLastDigit) {
  const TimeNs before = clock.now() - kMinute;
  ASSERT_TRUE(trader->until_filled(trader->place(trader->market(Side::buy, "0.013")), "0.013"));
  const OrderId open = trader->rest(trader->limit(Side::buy, "0.02", "49000"));
  const auto account = trader->look(before);
  ASSERT_TRUE(account) << trader->notes();
  EXPECT_EQ(balance(*account, "USDT"), side->total("USDT"));
  if (!is_linear()) {
    EXPECT_EQ(balance(*account, "BTC"), side->total("BTC"));
  }
  ASSERT_EQ(account->open_orders.size(), 1U);
  EXPECT_EQ(account->open_orders.front().order, open);
  ASSERT_EQ(account->fills.size(), 1U);
  EXPECT_EQ(trader->quantity(account->fills.front().quantity), decimal("0.013"));
  EXPECT_EQ(account->fills.front().order, OrderId(1));
  EXPECT_EQ(account->positions.size(), is_linear() ? 1U : 0U);
}

TEST_P(AccountCard, ManyFillsAreToldPageByPage) {
  side->book("50000", "50010", "10");
  const TimeNs before = clock.now();
  const OrderId order = trader->rest(trader->limit(Side::buy, "1.5", "49990"));
  for (int i = 0; i < 130; ++i) side->trade("49980", "0.01", Side::sell);
  ASSERT_TRUE(trader->until_filled(order, "1.3")) << trader->notes();
  const auto account = trader->look(before);
  ASSERT_TRUE(account) << trader->notes();
  const auto all = side->exchange().executions(side->account(), {.product = GetParam().product});
  EXPECT_EQ(account->fills.size(), all.size());
  EXPECT_GT(all.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(account->fills, {}, &Fill::ts_venue));
}

TEST_P(AccountCard, AnOrderByHandIsSeenAndWithdrawn) {
  const auto by_hand = side->place_by_hand(Side::buy, "0.01", "49000");
  const auto account = trader->look(clock.now() - kMinute);
  ASSERT_TRUE(account) << trader->notes();
  ASSERT_EQ(account->open_orders.size(), 1U);
  const auto& found = account->open_orders.front();
  EXPECT_EQ(found.order, OrderId());
  EXPECT_FALSE(found.venue_id.empty());
  EXPECT_EQ(found.side, Side::buy);
  trader->venue().cancel_foreign(kCoin, found.venue_id);
  EXPECT_TRUE(trader->until([&] { return side->open_orders().empty(); })) << trader->notes();
  EXPECT_NE(by_hand, emulator::VenueOrderId());
}

TEST_P(AccountCard, AConditionalOrderByHandIsSeenAndWithdrawn) {
  Trader stranger(*side, {.session = "stranger", .dead_man_window = 0});
  stranger.open();
  stranger.rest(stranger.conditional(OrderType::stop_market, Side::buy, "0.01", "51000"));
  const auto account = trader->look(clock.now() - kMinute);
  ASSERT_TRUE(account) << trader->notes();
  ASSERT_EQ(account->open_orders.size(), 1U);
  EXPECT_EQ(account->open_orders.front().order, OrderId());
  EXPECT_EQ(account->open_orders.front().type, OrderType::stop_market);
  trader->venue().cancel_foreign(kCoin, account->open_orders.front().venue_id);
  EXPECT_TRUE(trader->until([&] { return side->open_orders().empty(); }, 3 * kSecond)) << trader->notes();
}

TEST_P(AccountCard, ATradeByHandIsToldAsAFillOfNoOrderOfOurs) {
  static_cast<void>(side->place_by_hand(Side::buy, "0.01"));
  const auto account = trader->look(clock.now() - kMinute);
  ASSERT_TRUE(account) << trader->notes();
  ASSERT_EQ(account->fills.size(), 1U);
  EXPECT_EQ(account->fills.front().order, OrderId());
}

INSTANTIATE_TEST_SUITE_P(Venues, AccountCard, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
