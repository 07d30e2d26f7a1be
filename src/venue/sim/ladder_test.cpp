#include "venue/sim/ladder.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kontor::sim {
namespace {

std::vector<Slot> order_of(const Ladder& ladder) {
  std::vector<Slot> slots;
  for (std::size_t i = ladder.size(); i > 0; --i) slots.push_back(ladder.rungs()[i - 1].slot);
  return slots;
}

TEST(Ladder, KeepsPriceThenTime) {
  Ladder buys(Side::buy);
  Ladder sells(Side::sell);
  for (Ladder* ladder : {&buys, &sells}) {
    ladder->insert(RawPrice(100), RawQuantity(), 1);
    ladder->insert(RawPrice(102), RawQuantity(), 2);
    ladder->insert(RawPrice(101), RawQuantity(), 3);
    ladder->insert(RawPrice(102), RawQuantity(), 4);
  }
  EXPECT_EQ(order_of(buys), (std::vector<Slot>{2, 4, 3, 1}));
  EXPECT_EQ(order_of(sells), (std::vector<Slot>{1, 3, 2, 4}));
  EXPECT_EQ(sells.price_of(sells.best()), RawPrice(100));
}

TEST(Ladder, EraseTakesTheOneOrder) {
  Ladder buys(Side::buy);
  buys.insert(RawPrice(100), RawQuantity(), 1);
  buys.insert(RawPrice(100), RawQuantity(), 2);
  buys.erase(RawPrice(100), 1);
  buys.erase(RawPrice(100), 7);
  buys.erase(RawPrice(99), 2);
  EXPECT_EQ(order_of(buys), (std::vector<Slot>{2}));
  EXPECT_TRUE(buys.may_hold(RawPrice(100)));
  buys.erase(RawPrice(100), 2);
  EXPECT_TRUE(buys.empty());
  EXPECT_FALSE(buys.may_hold(RawPrice(100)));
}

TEST(Ladder, FilterNeverHidesAnOrder) {
  Ladder sells(Side::sell);
  for (std::int64_t price = 1'000; price < 3'000; price += 37) {
    sells.insert(RawPrice(price), RawQuantity(), static_cast<Slot>(price));
    EXPECT_TRUE(sells.may_hold(RawPrice(price)));
  }
}

TEST(Queue, RiskAverseCountsNoCancellationBeforeUs) {
  const auto after = [](std::int64_t ahead, std::int64_t before, std::int64_t now) {
    return queue_after_change(QueueModel::risk_averse, RawQuantity(ahead), RawQuantity(before),
                              RawQuantity(now), RawQuantity())
        .units;
  };
  EXPECT_EQ(after(5, 10, 12), 5);
  EXPECT_EQ(after(5, 10, 6), 5);
  EXPECT_EQ(after(5, 10, 3), 3);
  EXPECT_EQ(after(5, 10, 0), 0);
  EXPECT_EQ(after(0, 10, 5), 0);
}

TEST(Queue, UnknownQueueIsKnownWhenTheLevelIsReported) {
  for (const QueueModel model : {QueueModel::risk_averse, QueueModel::probabilistic}) {
    EXPECT_EQ(queue_after_change(model, kUnknownQueue, RawQuantity(), RawQuantity(8), RawQuantity()),
              RawQuantity(8));
  }
}

TEST(Queue, ProbabilisticSharesCancellationsByTheSquares) {
  const auto after = [](std::int64_t ahead, std::int64_t before, std::int64_t now, std::int64_t traded) {
    return queue_after_change(QueueModel::probabilistic, RawQuantity(ahead), RawQuantity(before),
                              RawQuantity(now), RawQuantity(traded))
        .units;
  };
  EXPECT_EQ(after(500, 1'000, 600, 0), 300);    // as much behind as before: half of 400
  EXPECT_EQ(after(250, 1'000, 600, 0), 210);    // 1 to 3: a tenth of 400 was before us
  EXPECT_EQ(after(500, 1'000, 600, 400), 500);  // all of it was trades, counted already
  EXPECT_EQ(after(500, 1'000, 1'400, 0), 500);  // growth is behind us
  EXPECT_EQ(after(500, 1'000, 100, 0), 50);
  EXPECT_EQ(after(1'000, 1'000, 400, 0), 400);  // nobody behind: all were before us
}

}  // namespace
}  // namespace kontor::sim
