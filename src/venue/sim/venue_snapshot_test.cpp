#include "venue/sim/venue_snapshot.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/crc32c.hpp"
#include "venue/sim/random_session_test_support.hpp"

namespace kontor::sim::test {
namespace {

using Bytes = std::vector<std::byte>;

Bytes saved(const SimVenue& venue) {
  Encoder encoder;
  venue.save(encoder);
  return encoder.take();
}

Result<void> load(SimVenue& venue, std::span<const std::byte> bytes) {
  Decoder decoder(bytes);
  auto loaded = venue.load(decoder);
  EXPECT_EQ(loaded.has_value(), !decoder.failed());
  return loaded;
}

constexpr std::size_t kDigest = 32;

/// What a snapshot says between its head and its checksum …
Bytes content_of(const Bytes& snapshot) {
  const auto head = static_cast<std::ptrdiff_t>(kDigest + sizeof(std::uint64_t));
  return {snapshot.begin() + head, snapshot.end() - sizeof(std::uint32_t)};
}
/// … and the snapshot with another content.
Bytes with_content(const Bytes& snapshot, const Bytes& content) {
  Encoder encoder;
  encoder.bytes(snapshot.data(), kDigest);
  encode_into(encoder, content);
  encode_into(encoder, crc32c(content));
  return encoder.take();
}

/// A venue in the middle of everything: a bracket, an OCO, a trailing stop, a queue, a position, what waits.
Scenario busy(bool ticks) {
  Scenario world;
  world.settings.rules.queue = QueueModel::probabilistic;
  world.rules("BTCPERP").leverage = Decimal{5, 0};
  world.use("BTCPERP").deposit("10000 USDT").deposit("20 BTC");
  if (ticks) {
    world.book("bid 99 5 bid 98 3 ask 101 2 ask 102 7", true);
    world.order("1 buy 1 market").order("2 buy 2 limit 98.5").order("3 buy 1 limit 98 gtd=900");
  } else {
    world.bar("100 100 100 100").order("1 buy 1 market").bar("100 101 99 100");
    world.order("2 buy 2 limit 98.5").order("3 buy 1 limit 98 gtd=900");
  }
  world.order("4 buy 1 limit 97 group=1 role=entry").order("5 sell 1 stop 90 group=1 role=stop_loss");
  world.order("6 sell 1 limit 120 group=1 role=take_profit").order("7 sell 1 trail 3 reduce_only");
  world.order("8 sell 0.5 stop 91 group=2 role=stop_loss");
  world.order("9 sell 0.5 limit 130 group=2 role=take_profit");
  world.order("10 buy 1 limit 96 group=3 role=entry").cancel(10);
  world.use("BTCUSDT");
  if (ticks) {
    world.quote("99.9 3 100.1 4").order("11 buy 1 limit 99.9").trade("100 1 sell");
  } else {
    world.bar("100 100 100 100").order("11 buy 1 limit 99").order("12 sell 1 market");
  }
  return world;
}

TEST(VenueSnapshot, GoesOnAsIfNothingHadHappened) {
  std::uint64_t fills = 0;
  std::uint64_t liquidations = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomSession untouched(seed);
    untouched.run(400);
    RandomSession interrupted(seed);
    const int every = 1 + static_cast<int>(2 * seed % 13);
    interrupted.before_step = [&](Scenario& world, int step) {
      if (step % every != 0) return;
      const Bytes before = saved(world.venue());
      SimVenue restored = world.fresh_venue();
      ASSERT_TRUE(load(restored, before)) << "step " << step;
      ASSERT_EQ(saved(restored), before) << "step " << step;
      world.replace_venue(std::move(restored));
    };
    interrupted.run(400);
    ASSERT_EQ(untouched.reported(), interrupted.reported());
    ASSERT_EQ(saved(untouched.world().venue()), saved(interrupted.world().venue()));
    untouched.end();
    interrupted.end();
    ASSERT_EQ(untouched.reported(), interrupted.reported());
    ASSERT_EQ(saved(untouched.world().venue()), saved(interrupted.world().venue()));
    fills += untouched.shadow().fills;
    liquidations += untouched.shadow().liquidations;
  }
  // The sessions must have been eventful, or they prove nothing.
  EXPECT_GT(fills, 700U);
  EXPECT_GT(liquidations, 3U);
}

/// Where an order lies depends on what came and went before it; what is written must not.
TEST(VenueSnapshot, IsTheSameWhereverTheOrdersLie) {
  const auto story = [](bool detour) {
    Scenario world;
    world.use("BTCUSDT").deposit("10000 USDT").quote("100 5 100.02 5");
    if (detour) {
      world.order("1 buy 1 limit 90").order("2 buy 1 limit 91").order("3 buy 1 limit 92");
      world.order("4 buy 1 limit 93").cancel(2).cancel(3);
    } else {
      world.wait(0).order("2 buy 1 limit 91").cancel(2).order("3 buy 1 limit 92").cancel(3);
      world.order("4 buy 1 limit 93").order("1 buy 1 limit 90");
    }
    world.order("6 buy 1 limit 95").order("5 buy 1 limit 94");
    world.venue().clear_reports();
    return saved(world.venue());
  };
  EXPECT_EQ(story(false), story(true));
}

TEST(VenueSnapshot, HoldsReportsThatNobodyHasTakenYet) {
  Scenario world = busy(true);
  const std::size_t reports = world.venue().reports().size();
  ASSERT_GT(reports, 10U);
  SimVenue restored = world.fresh_venue();
  ASSERT_TRUE(load(restored, saved(world.venue())));
  EXPECT_EQ(restored.reports().size(), reports);
}

TEST(VenueSnapshot, RefusesAnotherVenuesSettings) {
  Scenario world = busy(true);
  const Bytes bytes = saved(world.venue());
  const auto refuses = [&](SimSettings settings) {
    SimVenue other(world.instruments, settings);
    const Bytes before = saved(other);
    const auto loaded = load(other, bytes);
    if (loaded) return false;
    EXPECT_EQ(saved(other), before);
    return loaded.error().kind == ErrorKind::bad_data;
  };
  SimSettings settings = world.settings;
  EXPECT_FALSE(refuses(settings));
  settings.rules_for(world.id_of("ETHPERP")).maintenance[0].rate = Decimal{6, 3};
  EXPECT_TRUE(refuses(settings));
  settings = world.settings;
  settings.rules.slippage_bps = Decimal{1, 0};
  EXPECT_TRUE(refuses(settings));
  settings = world.settings;
  settings.latency.order_entry_ns += 1;
  EXPECT_TRUE(refuses(settings));

  Scenario wider;
  wider.instruments.add_asset("XRP");
  wider.settings = world.settings;
  SimVenue other = wider.fresh_venue();
  EXPECT_FALSE(load(other, bytes));
}

TEST(VenueSnapshot, RefusesEveryFlippedBitAndEveryCut) {
  for (const bool ticks : {false, true}) {
    Scenario world = busy(ticks);
    const Bytes bytes = saved(world.venue());
    SimVenue other = world.fresh_venue();
    const Bytes before = saved(other);
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
      ASSERT_FALSE(load(other, std::span(bytes).first(size))) << size;
    }
    Prng prng(1);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      Bytes changed = bytes;
      changed[at] ^= std::byte(1U << prng.below(8));
      ASSERT_FALSE(load(other, changed)) << at;
    }
    EXPECT_EQ(saved(other), before);
    // What follows a snapshot is not its business.
    Bytes longer = bytes;
    longer.push_back(std::byte{7});
    Decoder decoder(longer);
    ASSERT_TRUE(other.load(decoder));
    EXPECT_EQ(decoder.remaining(), 1U);
    EXPECT_EQ(saved(other), bytes);
  }
}

/// Behind the checksum: whatever the content says, it is refused or is what a venue can have written.
TEST(VenueSnapshot, AcceptsOnlyWhatItWritesItself) {
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const bool ticks : {false, true}) {
    Scenario world = busy(ticks);
    const Bytes bytes = saved(world.venue());
    const Bytes content = content_of(bytes);
    ASSERT_EQ(with_content(bytes, content), bytes);
    Prng prng(2);
    for (int round = 0; round < 1'200; ++round) {
      Bytes changed = content;
      for (std::uint64_t edits = 1 + prng.below(3); edits > 0; --edits) {
        changed[prng.below(changed.size())] = std::byte(prng.below(2) == 0 ? prng.below(4) : prng.below(256));
      }
      if (prng.below(8) == 0) changed.resize(prng.below(changed.size()));
      const Bytes sealed = with_content(bytes, changed);
      SimVenue venue = world.fresh_venue();
      if (!load(venue, sealed)) {
        ++refused;
        continue;
      }
      ++accepted;
      ASSERT_EQ(saved(venue), sealed) << "round " << round;
    }
  }
  EXPECT_GT(accepted, 300U);
  EXPECT_GT(refused, 300U);
}

}  // namespace
}  // namespace kontor::sim::test
