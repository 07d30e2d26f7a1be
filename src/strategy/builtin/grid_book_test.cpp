#include "strategy/builtin/grid_book.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::strategy {
namespace {

using test::amount;
using testing::ElementsAre;
using testing::IsEmpty;

/// A grid of three levels, 90 to 100, 100 to 110 and 110 to 120, of one coin each.
class GridBookTest : public testing::Test {
 protected:
  InstrumentTable table;
  const Instrument instrument = table[test::add(table, test::spot("BTC"))];
  GridBook book;
  std::vector<RestingOrder> resting;
  Amount least = amount("10");

  [[nodiscard]] RawPrice price(std::string_view text) const { return test::price(instrument, text); }
  [[nodiscard]] RawQuantity size(std::string_view text) const { return test::quantity(instrument, text); }

  void SetUp() override { rebuild({"90", "100", "110", "120"}); }
  void rebuild(const std::vector<std::string_view>& lines, std::string_view quantity = "1") {
    GridPlan plan;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      plan.levels.push_back({price(lines[i]), price(lines[i + 1]), size(quantity), amount("1")});
    }
    book.rebuild(instrument, plan, least);
  }
  [[nodiscard]] std::uint64_t tag(std::size_t level) const { return book.levels()[level].tag; }
  void fill(Side side, std::uint64_t tag, std::string_view quantity, std::string_view at,
            std::string_view base_fee = "0") {
    Fill fill;
    fill.side = side;
    fill.quantity = size(quantity);
    fill.price = price(at);
    fill.fee = amount(base_fee);
    fill.fee_asset = fill.fee.is_zero() ? instrument.quote() : instrument.base();
    book.on_fill(instrument, fill, tag, price("115"));
  }
  /// The desired orders as text, at a market price.
  std::vector<std::string> desired(std::string_view mark, std::string_view ask = "0") {
    std::vector<execution::DesiredOrder> orders;
    book.desired(instrument, {price(mark), price(ask)}, least, resting, orders);
    std::vector<std::string> lines;
    for (const auto& order : orders) {
      lines.push_back(fmt::format("{} {} @ {}", order.side == Side::buy ? "buy" : "sell",
                                  instrument.quantity(order.quantity).format(),
                                  instrument.price(order.price).format()));
    }
    return lines;
  }
};

TEST_F(GridBookTest, BuysBelowThePriceNearestFirst) {
  EXPECT_THAT(desired("105"), IsEmpty());  // nothing is armed yet
  book.arm(price("105"));
  EXPECT_THAT(desired("105"), ElementsAre("buy 1.00000 @ 100.00", "buy 1.00000 @ 90.00"));
  book.arm(price("110"));  // exactly at a line is not above it
  EXPECT_EQ(desired("110").size(), 2U);
  book.arm(price("110.01"));
  EXPECT_THAT(desired("110.01"),
              ElementsAre("buy 1.00000 @ 110.00", "buy 1.00000 @ 100.00", "buy 1.00000 @ 90.00"));
}

TEST_F(GridBookTest, WhatALevelBoughtIsSoldOneLineHigherAndBoughtAgain) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  EXPECT_THAT(desired("100"), ElementsAre("buy 1.00000 @ 90.00", "sell 1.00000 @ 110.00"));
  fill(Side::sell, tag(1), "1", "110");
  EXPECT_THAT(desired("109"), ElementsAre("buy 1.00000 @ 100.00", "buy 1.00000 @ 90.00"));
  EXPECT_EQ(book.cycles(), 1U);
  EXPECT_EQ(book.realized(), amount("10"));
  EXPECT_TRUE(book.inventory().is_zero());
  EXPECT_TRUE(book.inventory_cost().is_zero());
}

TEST_F(GridBookTest, ASaleIsSizedByWhatWasFilled) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "0.4", "100");
  resting = {{tag(1), Side::buy, size("0.6")}};
  EXPECT_THAT(desired("100"),
              ElementsAre("buy 0.60000 @ 100.00", "buy 1.00000 @ 90.00", "sell 0.40000 @ 110.00"));
  fill(Side::buy, tag(1), "0.6", "100");
  resting.clear();
  EXPECT_THAT(desired("100"), ElementsAre("buy 1.00000 @ 90.00", "sell 1.00000 @ 110.00"));
}

TEST_F(GridBookTest, ASaleWaitsUntilItIsWorthTheMinimum) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "0.05", "100");  // 5.50 at 110
  EXPECT_THAT(desired("100"), ElementsAre("buy 0.95000 @ 100.00", "buy 1.00000 @ 90.00"));
  fill(Side::buy, tag(1), "0.05", "100");
  EXPECT_THAT(desired("100"), testing::Contains("sell 0.10000 @ 110.00"));
}

TEST_F(GridBookTest, WhatRestsInSmallPartsStays) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "0.95", "100");  // 0.05 to go, worth 5: no new order would be that small
  EXPECT_THAT(desired("100"), testing::Not(testing::Contains("buy 0.05000 @ 100.00")));
  resting = {{tag(1), Side::buy, size("0.05")}};
  EXPECT_THAT(desired("100"), testing::Contains("buy 0.05000 @ 100.00"));
}

TEST_F(GridBookTest, FeesInBaseAreTakenOffAndRestsAreCarriedOn) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100", "0.0010001");
  // 0.0010001 is more than 0.00100, so that 0.00101 are gone.
  EXPECT_EQ(book.inventory(), size("0.99899"));
  EXPECT_EQ(book.inventory_cost(), amount("100"));  // the fee is part of the cost
  EXPECT_THAT(desired("100"), testing::Contains("sell 0.99899 @ 110.00"));
}

TEST_F(GridBookTest, ARestBelowOneStepGoesWithTheNextSale) {
  InstrumentSpecification steps = test::spot("STEPS");
  steps.step = test::decimal("0.01");
  steps.min_quantity = test::decimal("0.01");
  steps.data_quantity_scale = 5;
  const Instrument coarse = table[test::add(table, steps)];
  GridPlan plan;
  plan.levels.push_back({RawPrice(10'000), RawPrice(11'000), test::quantity(coarse, "1"), amount("1")});
  GridBook own;
  own.rebuild(coarse, plan, least);
  own.arm(RawPrice(10'500));
  const auto buy = [&] {
    Fill fill;
    fill.quantity = test::quantity(coarse, "1");
    fill.price = RawPrice(10'000);
    fill.fee = amount("0.004");
    fill.fee_asset = coarse.base();
    own.on_fill(coarse, fill, own.levels()[0].tag, RawPrice());
  };
  const auto sell_all = [&] {
    std::vector<execution::DesiredOrder> orders;
    own.desired(coarse, {RawPrice(10'000), RawPrice()}, least, {}, orders);
    EXPECT_EQ(orders.back().side, Side::sell);
    Fill fill;
    fill.side = Side::sell;
    fill.quantity = orders.back().quantity;
    fill.price = RawPrice(11'000);
    own.on_fill(coarse, fill, own.levels()[0].tag, RawPrice());
    return fill.quantity;
  };
  buy();
  EXPECT_EQ(sell_all(), test::quantity(coarse, "0.99"));  // of 0.996
  EXPECT_EQ(own.inventory(), test::quantity(coarse, "0.006"));
  buy();
  EXPECT_EQ(sell_all(), test::quantity(coarse, "1"));  // of 1.002
  EXPECT_EQ(own.inventory(), test::quantity(coarse, "0.002"));
  EXPECT_EQ(own.cycles(), 2U);
}

TEST_F(GridBookTest, ASaleInPartsIsBoughtBackInParts) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  fill(Side::sell, tag(1), "0.3", "110");
  resting = {{tag(1), Side::sell, size("0.7")}};
  EXPECT_THAT(desired("108"),
              ElementsAre("buy 0.30000 @ 100.00", "buy 1.00000 @ 90.00", "sell 0.70000 @ 110.00"));
  EXPECT_EQ(book.cycles(), 0U);
}

TEST_F(GridBookTest, OffersBehindAMarketThatHasGonePast) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  EXPECT_THAT(desired("112"), testing::Contains("sell 1.00000 @ 112.01"));  // one tick above the last price
  EXPECT_THAT(desired("113"), testing::Contains("sell 1.00000 @ 112.01"));  // and does not run after it
  EXPECT_THAT(desired("109"), testing::Contains("sell 1.00000 @ 110.00"));  // back where it belongs
  EXPECT_THAT(desired("110"), testing::Contains("sell 1.00000 @ 110.00"));  // touched: it stays
}

TEST_F(GridBookTest, OffersAtTheAskWhereOneIsKnown) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  EXPECT_THAT(desired("112", "112.50"), testing::Contains("sell 1.00000 @ 112.50"));
}

TEST_F(GridBookTest, ARefusedOrderWaitsForTheMarket) {
  book.arm(price("105"));
  book.on_refused(Side::buy, tag(1));
  EXPECT_THAT(desired("99"), ElementsAre("buy 1.00000 @ 90.00"));
  book.arm(price("100.01"));
  EXPECT_THAT(desired("100.01"), ElementsAre("buy 1.00000 @ 100.00", "buy 1.00000 @ 90.00"));
  fill(Side::buy, tag(1), "1", "100");
  EXPECT_THAT(desired("112"), testing::Contains("sell 1.00000 @ 112.01"));
  book.on_refused(Side::sell, tag(1));  // the market had gone further
  EXPECT_THAT(desired("113"), testing::Contains("sell 1.00000 @ 113.01"));
}

TEST_F(GridBookTest, ARebuildCarriesInventoryWithItsOrderItsPriceAndItsCost) {
  book.arm(price("125"));
  fill(Side::buy, tag(2), "1", "110");
  fill(Side::buy, tag(1), "1", "100");
  const std::uint64_t upper = tag(2);
  const std::uint64_t middle = tag(1);
  rebuild({"70", "80", "90"});
  EXPECT_EQ(book.inventory(), size("2"));
  EXPECT_EQ(book.inventory_cost(), amount("210"));
  book.arm(price("85"));
  EXPECT_THAT(desired("85"), ElementsAre("buy 1.00000 @ 80.00", "buy 1.00000 @ 70.00",
                                         "sell 1.00000 @ 110.00", "sell 1.00000 @ 120.00"));
  // The orders of the old levels go on under their tags, so that they keep their place in the queue.
  fill(Side::sell, middle, "1", "110");
  fill(Side::sell, upper, "1", "120");
  EXPECT_EQ(book.realized(), amount("20"));
  EXPECT_EQ(book.levels().size(), 2U);  // what is carried and sold is forgotten
  EXPECT_THAT(desired("85"), ElementsAre("buy 1.00000 @ 80.00", "buy 1.00000 @ 70.00"));
}

TEST_F(GridBookTest, WhatIsTooLittleToBeCarriedGoesWithTheNextPurchase) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "0.05", "100");
  rebuild({"90", "100", "110"});
  EXPECT_EQ(book.inventory(), size("0.05"));
  EXPECT_EQ(book.levels().size(), 2U);
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  EXPECT_THAT(desired("100"), testing::Contains("sell 1.05000 @ 110.00"));
  EXPECT_EQ(book.inventory_cost(), amount("105"));
}

TEST_F(GridBookTest, APurchaseOfAnEarlierGridThatCameTooLateIsCarried) {
  book.arm(price("105"));
  const std::uint64_t old = tag(0);
  rebuild({"100", "110", "120"});
  fill(Side::buy, old, "1", "90");
  EXPECT_EQ(book.inventory(), size("1"));
  EXPECT_THAT(desired("95"), testing::Contains("sell 1.00000 @ 115.00"));  // where the caller says
}

TEST_F(GridBookTest, ASaleThatNobodyKnowsComesOffTheInventory) {
  book.arm(price("125"));
  fill(Side::buy, tag(0), "1", "90");
  fill(Side::buy, tag(1), "1", "100");
  fill(Side::sell, 0, "1.5", "95");  // a liquidation, say
  EXPECT_EQ(book.inventory(), size("0.5"));
  EXPECT_THAT(desired("95"), testing::Contains("sell 0.50000 @ 110.00"));
}

TEST_F(GridBookTest, JoinsTheNearestOfTooManyCarriedLevels) {
  for (int i = 0; i < 100; ++i) {
    const std::string low = fmt::format("{}", 1'000 + 10 * i);
    const std::string high = fmt::format("{}", 1'000 + 10 * i + (i % 7 == 3 ? 1 : 5));
    rebuild({low, high});
    book.arm(price("3000"));
    fill(Side::buy, tag(0), "1", low);
  }
  rebuild({"500", "600", "700"});
  EXPECT_EQ(book.levels().size(), 2U + GridBook::kMaxCarried);
  EXPECT_EQ(book.inventory(), size("100"));
  EXPECT_EQ(book.inventory_cost(), amount("149500"));
}

TEST_F(GridBookTest, ReconcilesWithTheAccount) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "1", "100");
  book.reconcile(instrument, {size("3"), amount("290")}, price("99"));
  EXPECT_EQ(book.inventory(), size("3"));
  EXPECT_THAT(desired("95"), testing::Contains("sell 2.00000 @ 99.00"));
  book.reconcile(instrument, {size("0.5"), amount("50")}, price("99"));
  EXPECT_EQ(book.inventory(), size("0.5"));
  book.reconcile(instrument, {}, price("99"));
  EXPECT_TRUE(book.inventory().is_zero());
  EXPECT_TRUE(book.inventory_cost().is_zero());
}

TEST_F(GridBookTest, ComesBackFromItsBinaryForm) {
  book.arm(price("105"));
  fill(Side::buy, tag(1), "0.7", "100");
  auto copy = decode<GridBook>(encode(book));
  ASSERT_TRUE(copy);
  EXPECT_EQ(encode(*copy), encode(book));
  EXPECT_EQ(copy->inventory(), book.inventory());
}

TEST(GridBookProperty, InventoryIsWhatWasBoughtLessFeesAndSales) {
  InstrumentTable table;
  const Instrument instrument = table[test::add(table, test::spot("BTC"))];
  Prng random(41);
  for (int round = 0; round < 60; ++round) {
    GridBook book;
    std::vector<std::uint64_t> tags = {0, 12345};
    RawQuantity expected;
    for (int step = 0; step < 300; ++step) {
      if (step % 60 == 0) {
        GridPlan plan;
        const std::int64_t low = test::between(random, 5'000, 15'000);
        for (std::int64_t i = 0; i < 8; ++i) {
          plan.levels.push_back({RawPrice(low + i * 300), RawPrice(low + (i + 1) * 300),
                                 RawQuantity(test::between(random, 0, 200'000)), Amount()});
        }
        book.rebuild(instrument, plan, test::amount("10"));
        for (const auto& level : book.levels()) tags.push_back(level.tag);
      }
      Fill fill;
      fill.side = random.below(2) == 0 ? Side::buy : Side::sell;
      fill.quantity = RawQuantity(test::between(random, 1, 60'000));
      if (fill.side == Side::sell) fill.quantity = std::min(fill.quantity, book.inventory());
      if (fill.quantity.is_zero()) continue;
      fill.price = RawPrice(test::between(random, 5'000, 20'000));
      fill.fee_asset = instrument.quote();
      if (fill.side == Side::buy && random.below(2) == 0) {
        fill.fee_asset = instrument.base();
        const std::int64_t units = test::between(random, 0, fill.quantity.units / 100);
        fill.fee = instrument.base_amount(RawQuantity(units));
        expected -= RawQuantity(units);
      }
      expected += RawQuantity(sign_of(fill.side) * fill.quantity.units);
      book.on_fill(instrument, fill, tags[random.below(tags.size())], RawPrice(21'000));
      ASSERT_EQ(book.inventory(), expected) << "round " << round << " step " << step;
      ASSERT_GE(book.inventory_cost(), Amount());
      for (const auto& level : book.levels()) ASSERT_GE(level.held.quantity.units, 0);
    }
  }
}

}  // namespace
}  // namespace kontor::strategy
