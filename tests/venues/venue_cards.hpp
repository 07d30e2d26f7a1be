#pragma once

#include <string>

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"
#include "tests/venues/trader.hpp"

namespace kontor::venues {

using test::amount;
using test::decimal;

/// A trader on an emulated venue whose market stands at 50,000 and does what the card says.
class VenueCard : public testing::TestWithParam<VenueCase> {
 protected:
  void SetUp() override { begin({}); }
  /// Anew, with these settings, and time that passes so many times as fast.
  void begin(TraderSettings wishes, const EmulatedSideSettings& venue = {}, std::int64_t speed = 1) {
    trader.reset();
    side.reset();
    clock = TestClock(speed);
    side = std::make_unique<EmulatedSide>(loop, clock, GetParam(), venue);
    if (venue.events_per_second == 0) {
      side->book("50000", "50010");
      side->trade("50000", "0.1", Side::buy);
    }
    trader = std::make_unique<Trader>(*side, std::move(wishes));
    trader->open();
  }
  [[nodiscard]] bool is_linear() const { return GetParam().is_linear(); }
  [[nodiscard]] bool is_binance() const { return GetParam().is_binance(); }

  TestClock clock;
  net::IoLoop loop;
  std::unique_ptr<EmulatedSide> side;
  std::unique_ptr<Trader> trader;
};

inline std::string name_of_case(const testing::TestParamInfo<VenueCase>& info) { return info.param.name; }

}  // namespace kontor::venues
