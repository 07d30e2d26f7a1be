#include "execution/trade_deduplicator.hpp"

#include <deque>
#include <set>

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::execution {
namespace {

TEST(TradeDeduplicator, TakesATradeOncePerInstrument) {
  TradeDeduplicator trades(8);
  EXPECT_TRUE(trades.insert(InstrumentId(0), TradeId(1)));
  EXPECT_FALSE(trades.insert(InstrumentId(0), TradeId(1)));
  EXPECT_TRUE(trades.insert(InstrumentId(1), TradeId(1)));
  EXPECT_TRUE(trades.insert(InstrumentId(0), TradeId(0)));
  EXPECT_FALSE(trades.insert(InstrumentId(0), TradeId(0)));
}

TEST(TradeDeduplicator, RemembersExactlyTheLastOnes) {
  constexpr std::size_t kCapacity = 64;
  TradeDeduplicator trades(kCapacity);
  std::deque<std::uint64_t> window;
  std::set<std::uint64_t> known;
  Prng random(3);
  std::size_t duplicates = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t id = random.below(200);
    const bool fresh = !known.contains(id);
    ASSERT_EQ(trades.insert(InstrumentId(3), TradeId(id)), fresh) << "at " << i;
    duplicates += fresh ? 0U : 1U;
    if (!fresh) continue;
    known.insert(id);
    window.push_back(id);
    if (window.size() > kCapacity) {
      known.erase(window.front());
      window.pop_front();
    }
  }
  EXPECT_GT(duplicates, 5'000U);
}

TEST(TradeDeduplicator, ComesBackFromItsBinaryForm) {
  TradeDeduplicator trades(16);
  for (std::uint64_t id = 0; id < 40; ++id) trades.insert(InstrumentId(0), TradeId(id));
  auto copy = decode<TradeDeduplicator>(encode(trades));
  ASSERT_TRUE(copy);
  for (std::uint64_t id = 24; id < 40; ++id) EXPECT_FALSE(copy->insert(InstrumentId(0), TradeId(id)));
  EXPECT_TRUE(copy->insert(InstrumentId(0), TradeId(23)));
}

}  // namespace
}  // namespace kontor::execution
