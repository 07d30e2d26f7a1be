#pragma once

#include <array>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/ids.hpp"

namespace kontor::portfolio {

/// Where money stands, or where it came from and went to. `cash` is what the venue owes us; the others
/// explain it.
BOOST_DEFINE_FIXED_ENUM_CLASS(LedgerAccount, std::uint8_t, cash, capital, trading, realized, fees, funding)
inline constexpr std::size_t kLedgerAccounts = 6;

/// Double entry in exact money: every posting takes from one account what it gives to another, so the
/// accounts of an asset always sum to zero and `cash` is explained to the last unit of 1e-18.
class Ledger {
 public:
  explicit Ledger(std::size_t assets = 0) : balances_(assets) {}

  /// Moves an amount of one asset between two accounts.
  void post(AssetId asset, Amount amount, LedgerAccount from, LedgerAccount to) noexcept {
    at(asset, from) -= amount;
    at(asset, to) += amount;
  }
  /// What lies on an account; `cash` is the balance at the venue, `fees` what has been paid in fees.
  [[nodiscard]] Amount balance(AssetId asset, LedgerAccount account) const noexcept {
    return balances_[asset.index()].accounts[static_cast<std::size_t>(account)];
  }
  [[nodiscard]] Amount cash(AssetId asset) const noexcept { return balance(asset, LedgerAccount::cash); }
  [[nodiscard]] std::size_t assets() const noexcept { return balances_.size(); }
  /// The sum over all accounts of an asset; anything but zero is a broken ledger.
  [[nodiscard]] Amount residue(AssetId asset) const noexcept;

 private:
  struct AssetAccounts {
    std::array<Amount, kLedgerAccounts> accounts{};
    BOOST_DESCRIBE_CLASS(AssetAccounts, (), (accounts), (), ())
  };

  Amount& at(AssetId asset, LedgerAccount account) noexcept {
    return balances_[asset.index()].accounts[static_cast<std::size_t>(account)];
  }

  std::vector<AssetAccounts> balances_;

  BOOST_DESCRIBE_CLASS(Ledger, (), (), (), (balances_))
};

}  // namespace kontor::portfolio
