#include "portfolio/ledger.hpp"

#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "base/prng.hpp"

namespace kontor::portfolio {
namespace {

constexpr AssetId kUsdt(0);
constexpr AssetId kBtc(1);

TEST(Ledger, MovesAnAmountFromOneAccountToAnother) {
  Ledger ledger(2);
  ledger.post(kUsdt, Amount::from_units(1000), LedgerAccount::capital, LedgerAccount::cash);
  ledger.post(kUsdt, Amount::from_units(30), LedgerAccount::cash, LedgerAccount::fees);
  EXPECT_EQ(ledger.cash(kUsdt), Amount::from_units(970));
  EXPECT_EQ(ledger.balance(kUsdt, LedgerAccount::fees), Amount::from_units(30));
  EXPECT_EQ(ledger.balance(kUsdt, LedgerAccount::capital), Amount::from_units(-1000));
  EXPECT_EQ(ledger.cash(kBtc), Amount());
}

TEST(Ledger, ExplainsCashToTheLastUnitAfterAnyPostings) {
  Prng random(1);
  Ledger ledger(3);
  std::array<int128, 3> cash{};
  for (int i = 0; i < 20'000; ++i) {
    const auto asset = static_cast<std::uint32_t>(random.below(3));
    const auto from = static_cast<LedgerAccount>(random.below(kLedgerAccounts));
    const auto to = static_cast<LedgerAccount>(random.below(kLedgerAccounts));
    // Up to ±2^123 units: far beyond 64 bits, so that nothing may pass through a narrower type.
    const int128 units = (static_cast<int128>(random.next()) << 40U) - (static_cast<int128>(1) << 103U);
    ledger.post(AssetId(asset), Amount::from_units(units), from, to);
    if (from == LedgerAccount::cash) cash[asset] -= units;
    if (to == LedgerAccount::cash) cash[asset] += units;
    ASSERT_TRUE(ledger.residue(AssetId(asset)).is_zero());
    ASSERT_TRUE(ledger.cash(AssetId(asset)).units() == cash[asset]);
  }
}

TEST(Ledger, ComesBackFromItsBinaryForm) {
  Ledger ledger(2);
  ledger.post(kBtc, Amount::from_units(-7), LedgerAccount::trading, LedgerAccount::cash);
  ledger.post(kUsdt, Amount::from_units(kInt128Max / 2), LedgerAccount::capital, LedgerAccount::cash);
  const auto copy = decode<Ledger>(encode(ledger));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->assets(), 2U);
  EXPECT_EQ(copy->cash(kBtc), ledger.cash(kBtc));
  EXPECT_EQ(copy->cash(kUsdt), ledger.cash(kUsdt));
}

}  // namespace
}  // namespace kontor::portfolio
