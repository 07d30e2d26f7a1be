#include "session/account_comparison.hpp"

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::session {
namespace {

using kontor::test::amount;

class Roundings : public testing::Test {
 protected:
  [[nodiscard]] AccountDifference balance(std::string_view gap, std::string_view asset = "USDT") const {
    return {"balance", "", "", Money{amount(gap), *contracts_.find_asset(asset)}};
  }
  Roundings() {
    kontor::test::add(contracts_, kontor::test::perpetual("BTC"));
    kontor::test::add(coins_, kontor::test::spot("BTC"));
  }
  InstrumentTable contracts_;
  InstrumentTable coins_;
};

TEST_F(Roundings, WhatIsLessThanAMillionthOfAWalletOfContractsIsOne) {
  const auto found = roundings_in({balance("-0.000000004")}, contracts_);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().amount, amount("-0.000000004"));
  EXPECT_EQ(roundings_in({balance("0.000001")}, contracts_).size(), 1U);
  EXPECT_TRUE(roundings_in({balance("0.0000011")}, contracts_).empty());
  EXPECT_TRUE(roundings_in({balance("-0.0000011")}, contracts_).empty());
}

TEST_F(Roundings, BalancesOfCoinsAgreeToTheLastDigit) {
  EXPECT_TRUE(roundings_in({balance("0.000000004")}, coins_).empty());
  EXPECT_TRUE(roundings_in({balance("0.000000004", "BTC")}, contracts_).empty());
}

TEST_F(Roundings, WhereSomethingElseDiffersTheRemainderMayHaveAnotherReason) {
  const AccountDifference position{"position BTCUSDT", "1", "2", {}};
  EXPECT_TRUE(roundings_in({balance("0.000000004"), position}, contracts_).empty());
  EXPECT_TRUE(roundings_in({balance("0.000000004"), balance("1")}, contracts_).empty());
  EXPECT_TRUE(roundings_in({}, contracts_).empty());
}

}  // namespace
}  // namespace kontor::session
