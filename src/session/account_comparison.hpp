#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/state.hpp"
#include "venue/venue.hpp"

namespace kontor::session {

/// One thing in which the books and the venue do not agree, for people: what, ours, theirs.
struct AccountDifference {
  std::string what;  ///< `balance USDT`, `position BTCUSDT@binance`, `order 17`
  std::string ours;
  std::string theirs;
  std::optional<Money> gap{};  ///< of a balance: theirs less ours
  bool operator==(const AccountDifference&) const = default;
};

/// Everything in which the books differ from the account as the venue has described it: balances to the last
/// digit, positions of perpetuals to the last step, open orders one by one. Orders that are not ours are none
/// of them. Empty: they agree.
[[nodiscard]] std::vector<AccountDifference> differences_of(const engine::State& state,
                                                            const venue::AccountAnswer& account);

/// Venues keep what positions of contracts have realised to some places, and the books to all of them. Where
/// nothing else differs, this is what is missing in the balances; nothing where something else does.
[[nodiscard]] std::vector<Money> roundings_in(const std::vector<AccountDifference>& differences,
                                              const InstrumentTable& instruments);

}  // namespace kontor::session
