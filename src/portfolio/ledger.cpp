#include "portfolio/ledger.hpp"

namespace kontor::portfolio {

Amount Ledger::residue(AssetId asset) const noexcept {
  Amount sum;
  for (const Amount amount : balances_[asset.index()].accounts) sum += amount;
  return sum;
}

}  // namespace kontor::portfolio
