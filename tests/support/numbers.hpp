#pragma once

#include <string_view>

#include <gtest/gtest.h>

#include "base/amount.hpp"
#include "base/decimal.hpp"

/// Exact numbers from their text, which must be one.
namespace kontor::test {

inline Decimal decimal(std::string_view text) {
  const auto parsed = Decimal::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Decimal{};
}

inline Amount amount(std::string_view text) {
  const auto parsed = Amount::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Amount{};
}

}  // namespace kontor::test
