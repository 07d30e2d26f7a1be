#include "model/book.hpp"

#include <array>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor {
namespace {

BookLevel level(std::int64_t price, std::int64_t quantity) {
  return {RawPrice(price), RawQuantity(quantity)};
}

std::vector<BookLevel> levels(const Book& book, Side side, std::size_t depth = SIZE_MAX) {
  std::vector<BookLevel> all;
  book.for_each_level(side, depth, [&](const BookLevel& found) { all.push_back(found); });
  return all;
}

TEST(Book, IsEmptyAtFirst) {
  const Book book;
  EXPECT_FALSE(book.has_bid());
  EXPECT_FALSE(book.has_ask());
  EXPECT_EQ(book.best_bid(), BookLevel{});
  EXPECT_EQ(book.level(Side::sell, 0), BookLevel{});
  EXPECT_EQ(book.quantity_at(Side::buy, RawPrice(5)), RawQuantity());
  EXPECT_EQ(book.size(Side::buy), 0U);
}

TEST(Book, ShowsTheBestLevelsFirst) {
  Book book;
  for (const std::int64_t price : {99, 101, 100}) {
    EXPECT_EQ(book.set(Side::buy, RawPrice(price - 10), RawQuantity(price)), RawQuantity());
    EXPECT_EQ(book.set(Side::sell, RawPrice(price + 10), RawQuantity(price)), RawQuantity());
  }
  EXPECT_EQ(book.best_bid(), level(91, 101));
  EXPECT_EQ(book.best_ask(), level(109, 99));
  EXPECT_EQ(book.best(Side::sell), book.best_ask());
  EXPECT_EQ(levels(book, Side::buy), (std::vector{level(91, 101), level(90, 100), level(89, 99)}));
  EXPECT_EQ(levels(book, Side::sell, 2), (std::vector{level(109, 99), level(110, 100)}));
  EXPECT_EQ(levels(book, Side::sell, 0), std::vector<BookLevel>{});
  EXPECT_EQ(book.level(Side::buy, 2), level(89, 99));
  EXPECT_EQ(book.level(Side::buy, 3), BookLevel{});
}

TEST(Book, TellsWhatWasThereBefore) {
  Book book;
  book.set(Side::buy, RawPrice(100), RawQuantity(5));
  EXPECT_EQ(book.set(Side::buy, RawPrice(100), RawQuantity(7)), RawQuantity(5));
  EXPECT_EQ(book.set(Side::buy, RawPrice(100), RawQuantity()), RawQuantity(7));
  EXPECT_EQ(book.set(Side::buy, RawPrice(100), RawQuantity()), RawQuantity());
  EXPECT_FALSE(book.has_bid());
}

TEST(Book, ASnapshotReplacesWhatWasThere) {
  Book book;
  const std::array before{BookLevelChange{RawPrice(100), RawQuantity(5), Side::buy},
                          BookLevelChange{RawPrice(102), RawQuantity(6), Side::sell}};
  book.apply(BookUpdate{.instrument = {}, .changes = before});
  const std::array snapshot{BookLevelChange{RawPrice(99), RawQuantity(1), Side::buy}};
  book.apply(BookUpdate{.instrument = {}, .snapshot = true, .changes = snapshot});
  EXPECT_EQ(levels(book, Side::buy), std::vector{level(99, 1)});
  EXPECT_FALSE(book.has_ask());
  const std::array removed{BookLevelChange{RawPrice(99), RawQuantity(0), Side::buy},
                           BookLevelChange{RawPrice(98), RawQuantity(0), Side::buy}};
  book.apply(BookUpdate{.instrument = {}, .changes = removed});
  EXPECT_FALSE(book.has_bid());
}

TEST(Book, MayBeCrossedInTheMiddleOfAMessage) {
  Book book;
  book.set(Side::sell, RawPrice(100), RawQuantity(1));
  book.set(Side::buy, RawPrice(105), RawQuantity(1));
  EXPECT_EQ(book.best_bid(), level(105, 1));
  EXPECT_EQ(book.best_ask(), level(100, 1));
}

TEST(Book, HoldsWhatMapsHoldAndSurvivesItsBinaryForm) {
  Prng prng(9);
  Book book;
  std::map<std::int64_t, std::int64_t, std::greater<>> bids;
  std::map<std::int64_t, std::int64_t> asks;
  const auto change = [&](auto& side_levels, Side side, std::int64_t price, std::int64_t quantity) {
    book.set(side, RawPrice(price), RawQuantity(quantity));
    if (quantity == 0) {
      side_levels.erase(price);
    } else {
      side_levels[price] = quantity;
    }
  };
  std::int64_t mid = 6'000'000;
  for (int i = 0; i < 200'000; ++i) {
    mid += (static_cast<std::int64_t>(prng.below(3)) - 1) * 5;
    const auto distance = static_cast<std::int64_t>(prng.below(1ULL << prng.below(20))) * 5;
    const auto quantity = prng.below(3) == 0 ? 0 : static_cast<std::int64_t>(prng.below(1'000)) + 1;
    if (prng.below(2) == 0) {
      change(bids, Side::buy, mid - distance, quantity);
    } else {
      change(asks, Side::sell, mid + distance, quantity);
    }
    ASSERT_EQ(book.best_bid(), bids.empty() ? BookLevel{} : level(bids.begin()->first, bids.begin()->second));
    ASSERT_EQ(book.best_ask(), asks.empty() ? BookLevel{} : level(asks.begin()->first, asks.begin()->second));
  }
  std::vector<BookLevel> expected_bids;
  for (const auto& [price, quantity] : bids) expected_bids.push_back(level(price, quantity));
  std::vector<BookLevel> expected_asks;
  for (const auto& [price, quantity] : asks) expected_asks.push_back(level(price, quantity));
  EXPECT_EQ(levels(book, Side::buy), expected_bids);
  EXPECT_EQ(levels(book, Side::sell), expected_asks);
  const auto copy = decode<Book>(encode(book)).value();
  EXPECT_EQ(levels(copy, Side::buy), expected_bids);
  EXPECT_EQ(levels(copy, Side::sell), expected_asks);
  EXPECT_EQ(encode(copy), encode(book));
}

}  // namespace
}  // namespace kontor
