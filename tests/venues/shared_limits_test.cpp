// Five processes that ask both products of a venue as fast as the shared budget lets them, under a limiter
// that is the emulator's own: whatever the way takes, it never counts more than the venue allows.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "emulator/request_limiter.hpp"
#include "net/rate_budget_shared.hpp"
#include "tests/support/temporary_folder.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/budget_name.hpp"
#include "venue/bybit/protocol.hpp"

namespace kontor {
namespace {

using venue::Product;

constexpr TimeNs kFirstMoment = 1'700'000'000 * kSecond;
constexpr DurationNs kLongestWay = 450 * kMillisecond;  // the budget's own assumption is half a second
constexpr int kAskers = 5;

std::unique_ptr<venue::Protocol> make_protocol_of(emulator::VenueName name) {
  return name == emulator::VenueName::binance ? binance::make_protocol() : bybit::make_protocol();
}

/// A process with an account of its own.
struct Asker {
  Product product = Product::spot;
  std::string account;
  std::unique_ptr<net::SharedRateBudget> budget;
  TimeNs next = kFirstMoment;
};

/// A request as it comes to the venue.
struct Arrival {
  TimeNs at = 0;
  Product product = Product::spot;
  std::string account;
  std::int64_t weight = 1;
  std::int64_t orders = 0;
};

/// What runs ask for: mostly questions, some orders.
venue::Action any_action(Prng& prng) {
  switch (prng.below(6)) {
    case 0: return venue::PlaceOrder{.symbol = "BTCUSDT", .quantity = Decimal{1, 0}};
    case 1: return venue::CancelOne{{.symbol = "BTCUSDT"}};
    case 2: return venue::GetInstruments{};
    case 3: return venue::GetBook{.symbol = "BTCUSDT", .depth = 50};
    case 4: return venue::GetTicker{.symbol = "BTCUSDT"};
    default: return venue::GetCandles{.symbol = "BTCUSDT", .interval = {kMinute}, .limit = 100};
  }
}

class SharedLimits : public testing::TestWithParam<emulator::VenueName> {
 protected:
  void open_all() {
    for (int i = 0; i < kAskers; ++i) {
      const Product product = i % 2 == 0 ? Product::linear : Product::spot;
      Asker asker{.product = product, .account = "account-" + std::to_string(i), .budget = {}};
      auto opened = net::SharedRateBudget::open(
          {.folder = folder_.path() / "rate",
           .venue = venue::budget_name(*protocol_, product),
           .keys = {.ip = protocol_->endpoints(product).rest, .account = asker.account},
           .rules = protocol_->rate_rules(product),
           .clock = nullptr},
          kFirstMoment);
      ASSERT_TRUE(opened) << opened.error().message;
      asker.budget = std::move(*opened);
      askers_.push_back(std::move(asker));
    }
  }

  Asker& next_asker() { return *std::ranges::min_element(askers_, {}, &Asker::next); }

  void ask_once(Asker& asker, Prng& prng) {
    const venue::Action action = any_action(prng);
    const auto costs = protocol_->rate_costs(action, asker.product);
    const auto rules = protocol_->rate_rules(asker.product);
    const auto lane = static_cast<net::RateLane>(1 + prng.below(5));
    const auto outcome = asker.budget->acquire(asker.next, lane, costs);
    if (const auto* wait = std::get_if<net::WaitUntil>(&outcome)) {
      asker.next = std::max(wait->time, asker.next + 1);
      return;
    }
    ASSERT_TRUE(std::holds_alternative<net::Granted>(outcome));
    Arrival arrival{.at = asker.next + static_cast<DurationNs>(prng.below(kLongestWay)),
                    .product = asker.product,
                    .account = asker.account};
    for (const net::RateCost& cost : costs) {
      if (rules[cost.rule].kind == net::RateKind::weight) arrival.weight = cost.cost;
      if (rules[cost.rule].kind == net::RateKind::orders) arrival.orders = cost.cost;
    }
    arrivals_.push_back(std::move(arrival));
    asker.next += static_cast<DurationNs>(prng.below(2 * kMillisecond));
  }

  /// How often the venue would have refused.
  [[nodiscard]] std::uint64_t violations() {
    std::ranges::stable_sort(arrivals_, {}, &Arrival::at);
    const bool has_one_address = venue::budget_name(*protocol_, Product::spot) == protocol_->venue();
    emulator::RequestLimiter limiters[] = {
        emulator::RequestLimiter(emulator::LimiterSettings::standard(GetParam(), emulator::Product::spot)),
        emulator::RequestLimiter(emulator::LimiterSettings::standard(GetParam(), emulator::Product::linear))};
    for (const Arrival& one : arrivals_) {
      auto& limiter = limiters[has_one_address || one.product == Product::linear ? 1 : 0];
      static_cast<void>(limiter.take(one.at, {.address = "here",
                                              .account = has_one_address ? "" : one.account,
                                              .weight = one.weight,
                                              .orders = one.orders}));
    }
    const auto refused = [](const emulator::RequestLimiter& limiter) {
      return limiter.counters().too_many_requests + limiter.counters().bans +
             limiter.counters().refused_by_ban;
    };
    return refused(limiters[0]) + refused(limiters[1]);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<venue::Protocol> protocol_ = make_protocol_of(GetParam());
  std::vector<Asker> askers_;
  std::vector<Arrival> arrivals_;
};

TEST_P(SharedLimits, AreNeverExceededHoweverFastAllAskTogether) {
  constexpr DurationNs kTime = 4 * kMinute;
  open_all();
  Prng prng(8);
  while (!HasFatalFailure() && next_asker().next < kFirstMoment + kTime) ask_once(next_asker(), prng);
  EXPECT_EQ(violations(), 0U);
  // And they are not kept by asking for nothing: of Bybit's 600 in five seconds more than half is used.
  EXPECT_GT(arrivals_.size(), GetParam() == emulator::VenueName::bybit ? 14'000U : 1'500U);
}

INSTANTIATE_TEST_SUITE_P(Venues, SharedLimits,
                         testing::Values(emulator::VenueName::binance, emulator::VenueName::bybit),
                         [](const auto& one) { return std::string(emulator::name_of(one.param)); });

}  // namespace
}  // namespace kontor
