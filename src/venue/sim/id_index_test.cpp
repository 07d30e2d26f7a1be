#include "venue/sim/id_index.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/prng.hpp"

namespace kontor::sim {
namespace {

TEST(IdIndex, FindsWhatWasInserted) {
  IdIndex index;
  EXPECT_EQ(index.find(1), kNoSlot);
  index.insert(1, 10);
  index.insert(65, 11);  // the same home cell
  index.insert(129, 12);
  EXPECT_EQ(index.find(1), 10U);
  EXPECT_EQ(index.find(65), 11U);
  EXPECT_EQ(index.find(129), 12U);
  index.erase(65);
  EXPECT_EQ(index.find(65), kNoSlot);
  EXPECT_EQ(index.find(129), 12U);
  index.erase(4'711);
  EXPECT_EQ(index.size(), 2U);
}

TEST(IdIndex, AgreesWithAMapOverRandomWork) {
  IdIndex index;
  std::map<std::uint64_t, Slot> expected;
  Prng prng(3);
  std::uint64_t next = 1;
  for (int i = 0; i < 200'000; ++i) {
    if (prng.below(2) == 0 || expected.empty()) {
      next += 1 + prng.below(prng.below(50) == 0 ? 100'000 : 2);
      index.insert(next, static_cast<Slot>(i));
      expected[next] = static_cast<Slot>(i);
    } else {
      auto gone = expected.lower_bound(prng.below(next) + 1);
      if (gone == expected.end()) gone = expected.begin();
      index.erase(gone->first);
      expected.erase(gone);
    }
    const std::uint64_t probe = 1 + prng.below(next);
    const auto found = expected.find(probe);
    ASSERT_EQ(index.find(probe), found == expected.end() ? kNoSlot : found->second);
  }
  for (const auto& [id, slot] : expected) ASSERT_EQ(index.find(id), slot);
  EXPECT_EQ(index.size(), expected.size());
}

TEST(IdIndex, MemoryFollowsTheLiveIdsOnly) {
  IdIndex index;
  for (std::uint64_t id = 1; id <= 1'000'000; ++id) {
    index.insert(id, 0);
    if (id > 20) index.erase(id - 20);
  }
  EXPECT_EQ(index.capacity(), 64U);
}

}  // namespace
}  // namespace kontor::sim
