#include "venue/live/conflation.hpp"

#include <array>

#include <gtest/gtest.h>

namespace kontor::live {
namespace {

const InstrumentId kCoin{0};

Quote quote(std::int64_t bid) {
  Quote made;
  made.instrument = kCoin;
  made.bid = RawPrice(bid);
  made.ask = RawPrice(bid + 1);
  return made;
}

BookUpdate update(std::span<const BookLevelChange> changes, bool is_snapshot = false) {
  BookUpdate made{};
  made.instrument = kCoin;
  made.snapshot = is_snapshot;
  made.changes = changes;
  return made;
}

BookLevelChange level(std::int64_t price, std::int64_t quantity) {
  BookLevelChange made{};
  made.price = RawPrice(price);
  made.quantity = RawQuantity(quantity);
  return made;
}

struct Told {
  void operator()(const Quote& one) { quotes.push_back(one); }
  void operator()(const BookUpdate& one) {
    is_snapshot.push_back(one.snapshot);
    for (const auto& change : one.changes) changes.push_back({change.price.units, change.quantity.units});
  }
  std::vector<Quote> quotes;
  std::vector<bool> is_snapshot;
  std::vector<std::pair<std::int64_t, std::int64_t>> changes;
};

TEST(Conflation, NothingIsHeldWhileDataAreInTime) {
  Conflation conflation(1);
  conflation.heard(kSecond, kSecond + 300 * kMillisecond);  // a clock that is ahead is no lag
  conflation.heard(2 * kSecond, 2 * kSecond + 350 * kMillisecond);
  EXPECT_FALSE(conflation.is_behind());
  EXPECT_FALSE(conflation.holds(quote(1)));
}

TEST(Conflation, TheLastQuoteAndEveryChangeOfABookComeTogether) {
  Conflation conflation(1);
  conflation.heard(kSecond, kSecond);
  conflation.heard(2 * kSecond, 4 * kSecond);
  ASSERT_TRUE(conflation.is_behind());
  EXPECT_TRUE(conflation.holds(quote(1)));
  EXPECT_TRUE(conflation.holds(quote(2)));
  const std::array first = {level(10, 1), level(11, 2)};
  const std::array second = {level(10, 0)};
  EXPECT_TRUE(conflation.holds(update(first)));
  EXPECT_TRUE(conflation.holds(update(second)));
  conflation.heard(5 * kSecond, 5 * kSecond);
  EXPECT_TRUE(conflation.holds(quote(3))) << "what is held must not be overtaken";
  Told told;
  conflation.release(told);
  ASSERT_EQ(told.quotes.size(), 1U);
  EXPECT_EQ(told.quotes[0].bid, RawPrice(3));
  EXPECT_EQ(told.changes, (std::vector<std::pair<std::int64_t, std::int64_t>>{{10, 1}, {11, 2}, {10, 0}}));
  EXPECT_EQ(conflation.held_back(), 3U);
  EXPECT_FALSE(conflation.holds(quote(4)));
}

TEST(Conflation, ASnapshotReplacesWhatIsHeldAndStaysOne) {
  Conflation conflation(1);
  conflation.heard(0, 0);
  conflation.heard(0, 2 * kSecond);
  const std::array before = {level(1, 1)};
  const std::array snapshot = {level(2, 2)};
  const std::array after = {level(3, 3)};
  EXPECT_TRUE(conflation.holds(update(before)));
  EXPECT_TRUE(conflation.holds(update(snapshot, true)));
  EXPECT_TRUE(conflation.holds(update(after)));
  Told told;
  conflation.release(told);
  EXPECT_EQ(told.is_snapshot, std::vector<bool>{true});
  EXPECT_EQ(told.changes, (std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 2}, {3, 3}}));
}

TEST(Conflation, WhatIsForgottenIsNotTold) {
  Conflation conflation(1);
  conflation.heard(0, 0);
  conflation.heard(0, 2 * kSecond);
  EXPECT_TRUE(conflation.holds(quote(1)));
  conflation.forget(kCoin);
  Told told;
  conflation.release(told);
  EXPECT_TRUE(told.quotes.empty());
}

}  // namespace
}  // namespace kontor::live
