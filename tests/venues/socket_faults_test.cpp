// The faults of the simulator, through sockets: a session that asks for anything at random on a venue that
// loses, doubles, delays and refuses, and whose own process dies now and then.
//
// KONTOR_SOCKET_SEEDS says how many seeds are gone through, KONTOR_SOCKET_SEED which is the first, and
// KONTOR_SOCKET_SECONDS how long the faults of each last.

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "faults/random_strategy.hpp"
#include "tests/venues/live_run.hpp"
#include "tests/venues/trader.hpp"
#include "tests/venues/venue_cards.hpp"

namespace kontor::venues {
namespace {

constexpr std::int64_t kSpeed = 20;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What a seed has in store; some have more of it.
std::string faults_of(Prng& chance, const VenueCase& one) {
  std::string plan = fmt::format("seed={}", 1 + chance.below(1'000'000));
  const auto add = [&](std::string_view kind, double most) {
    plan += fmt::format(",{}={:.4f}", kind, most * static_cast<double>(chance.below(100)) / 100.0);
  };
  for (const char* kind : {"http_429", "html_reply"}) add(kind, 0.02);
  for (const char* kind : {"http_5xx", "drop_request", "truncated_reply", "reject", "reorder_private"})
    add(kind, 0.05);
  for (const char* kind :
       {"accept_then_503", "accept_then_drop", "drop_private", "duplicate_private", "late_private"})
    add(kind, 0.15);
  for (const char* kind : {"gap", "duplicate_market", "late_market"}) add(kind, 0.01);
  // Drawn once a second: of the venue's time at Binance, of real time at Bybit.
  const double seconds = one.is_binance() ? kSpeed : 1;
  for (const char* kind : {"stale_socket", "close_socket", "cut_socket"}) add(kind, 0.2 / seconds);
  return plan + fmt::format(",latency_ms=0-{}", 1 + chance.below(10));
}

std::unique_ptr<strategy::Strategy> random_strategy(const Instrument& coin, std::uint64_t seed) {
  faults::RandomStrategySettings settings;
  settings.seed = seed;
  settings.instruments = {kCoin};
  settings.act_one_in = 6;
  settings.largest_steps = test::quantity(coin, "0.02").units / coin.step().units;
  settings.farthest_ticks = test::price(coin, "60").units / coin.tick().units;
  return std::make_unique<faults::RandomStrategy>(settings);
}

/// One seed on one venue.
class FaultyRun {
 public:
  FaultyRun(const VenueCase& one, std::uint64_t seed)
      : seed_(seed),
        chance_(seed * 0x9E3779B97F4A7C15ULL),
        side_(loop_, clock_, one, {.events_per_second = 4, .seed = seed}),
        run_(side_, settings()) {}

  void suffer(DurationNs duration) {
    run_.start();
    ASSERT_TRUE(run_.until([this] { return run_.is_settled(); })) << run_.why_unsettled();
    plan_ = faults_of(chance_, side_.venue_case());
    side_.faults(plan_);
    const DurationNs end = net::steady_now() + duration;
    DurationNs next_kill = after(2'000);
    DurationNs next_by_hand = after(1'000);
    bool has_opened = false;
    while (net::steady_now() < end) {
      turn();
      if (net::steady_now() > next_kill) {
        run_.kill(static_cast<journal::Loss>(chance_.below(4)));
        next_kill = after(2'000);
        ++kills_;
      }
      if (!run_.is_running()) run_.start();
      // What is held before a session's first look it cannot know; an order says that the look is on the
      // disk.
      has_opened = has_opened || !side_.witness().accepted().empty();
      if (!has_opened || net::steady_now() < next_by_hand) continue;
      next_by_hand = after(1'000);
      static_cast<void>(side_.place_by_hand(chance_.below(2) == 0 ? Side::buy : Side::sell, "0.002"));
    }
  }
  /// The faults are over.
  void settle() {
    side_.faults("none");
    clock_.leap(20 * kMinute);  // whatever the venue wanted silence for
    ASSERT_TRUE(run_.until([&] {
      if (run_.is_refused()) again();
      return run_.has_begun();
    })) << run_.why_unsettled();
    run_.set_trading(TradingState::restricted);
    side_.exchange().set_market_paused(true);
    run_.wait(100 * kMillisecond);
    clock_.leap(kMinute);
    ASSERT_TRUE(run_.until_settled(30 * kSecond)) << run_.why_unsettled();
  }
  void check() {
    run_.state().orders.for_each_open([](const execution::Order& order) {
      EXPECT_NE(order.status, OrderStatus::unknown) << order.id().value;
    });
    EXPECT_EQ(run_.difference(), "");
    EXPECT_EQ(run_.doubled(), "");
    run_.close();
    EXPECT_EQ(run_.given_up(), "");
    EXPECT_EQ(run_.replay(), "");
  }
  [[nodiscard]] std::string summary() {
    const auto& counters = side_.exchange().counters();
    return fmt::format("{} orders, {} refused, {} executions, {} kills, faults {}", counters.orders_placed,
                       counters.orders_refused, counters.executions, kills_, plan_);
  }

 private:
  [[nodiscard]] LiveRunSettings settings() {
    const auto strategy = [this] { return random_strategy(side_.instruments()[kCoin], seed_); };
    return {.strategy = strategy,
            .feeds = {{.instrument = kCoin, .channel = venue::Channel::trades},
                      {.instrument = kCoin, .channel = venue::Channel::quotes},
                      {.instrument = kCoin, .channel = venue::Channel::book}},
            .foreign_orders = seed_ % 2 == 0 ? ForeignOrderPolicy::cancel : ForeignOrderPolicy::ignore,
            .seed = seed_,
            .keeps_limits = true};
  }
  [[nodiscard]] DurationNs after(std::uint64_t most_milliseconds) {
    return net::steady_now() + static_cast<DurationNs>(100 + chance_.below(most_milliseconds)) * kMillisecond;
  }
  /// Whoever was not let in waits a little before the next one tries.
  void again() {
    if (net::steady_now() < next_start_) return;
    next_start_ = net::steady_now() + 300 * kMillisecond;
    run_.kill(journal::Loss::nothing);
    run_.start();
  }
  void turn() {
    run_.turn();
    if (run_.is_refused()) again();
  }

  DurationNs next_start_ = 0;
  std::uint64_t kills_ = 0;
  std::string plan_;
  std::uint64_t seed_;
  Prng chance_;
  TestClock clock_{kSpeed};
  net::IoLoop loop_;
  EmulatedSide side_;
  LiveRun run_;
};

class SocketFaults : public testing::TestWithParam<VenueCase> {};

TEST_P(SocketFaults, WhateverHappensBooksAndVenueAgreeInTheEnd) {
  const std::uint64_t first = number_of("KONTOR_SOCKET_SEED", 1);
  const std::uint64_t seeds = number_of("KONTOR_SOCKET_SEEDS", 1);
  const auto seconds = static_cast<DurationNs>(number_of("KONTOR_SOCKET_SECONDS", 2));
  for (std::uint64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("KONTOR_SOCKET_SEED={} KONTOR_SOCKET_SECONDS={}", seed, seconds));
    FaultyRun run(GetParam(), seed);
    run.suffer(seconds * kSecond);
    if (HasFatalFailure()) return;
    run.settle();
    if (HasFatalFailure()) return;
    run.check();
    RecordProperty(fmt::format("seed_{}", seed), run.summary());
    if (seeds > 1) fmt::print("seed {}: {}\n", seed, run.summary());
  }
}

INSTANTIATE_TEST_SUITE_P(Venues, SocketFaults, testing::ValuesIn(kVenueCases), name_of_case);

}  // namespace
}  // namespace kontor::venues
