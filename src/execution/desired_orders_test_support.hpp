#pragma once

#include <cstdint>

#include "execution/desired_orders.hpp"
#include "tests/support/instruments.hpp"

/// Wishes for the tests of this room.
namespace kontor::execution::test {

using namespace kontor::test;  // NOLINT(google-build-using-namespace): test support builds on test support

inline DesiredOrder buy(std::int64_t price, std::int64_t quantity = 10, std::uint64_t tag = 0) {
  return {.side = Side::buy, .price = RawPrice(price), .quantity = RawQuantity(quantity), .tag = tag};
}

inline DesiredOrder sell(std::int64_t price, std::int64_t quantity = 10, std::uint64_t tag = 0) {
  return {.side = Side::sell, .price = RawPrice(price), .quantity = RawQuantity(quantity), .tag = tag};
}

}  // namespace kontor::execution::test
