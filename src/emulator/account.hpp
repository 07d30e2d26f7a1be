#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "emulator/account_view.hpp"
#include "emulator/order_registry.hpp"
#include "emulator/orders.hpp"
#include "emulator/wallet.hpp"
#include "model/position.hpp"

namespace kontor::emulator {

/// What the account's books keep of an instrument beside the matching.
struct InstrumentBook {
  Position position;  ///< linear: from our own executions, to tell what each of them realised
  Amount realized;
  TimeNs updated_at = 0;
};

/// One account: keys, wallets, orders and history. Inside of the exchange; the desks work on it.
struct Account {
  AccountId id;
  std::string name;
  std::vector<ApiKey> keys;
  std::vector<std::unique_ptr<Wallet>> wallets;  ///< by Product, or one for all
  OrderRegistry orders;
  std::deque<Execution> executions;
  std::deque<IncomeRecord> income;
  std::vector<InstrumentBook> books;  ///< by instrument
  std::vector<Countdown> countdowns;
  std::vector<std::vector<AssetBalance>> published;  ///< by wallet and asset: as the last event told them
  std::uint64_t last_income = 0;
  std::uint64_t last_client = 0;                     ///< of the client ids that the venue makes up
  std::size_t inactive_legs = 0;                     ///< protective orders whose entry has not filled
  RejectReason last_rejection = RejectReason::none;  ///< by the matching, of the request at hand

  explicit Account(std::size_t max_closed_orders) noexcept : orders(max_closed_orders) {}
  [[nodiscard]] std::size_t wallet_index(Product product) const noexcept {
    return wallets.size() == 1 ? 0 : static_cast<std::size_t>(product);
  }
  [[nodiscard]] Wallet& wallet(Product product) noexcept { return *wallets[wallet_index(product)]; }
  [[nodiscard]] const Wallet& wallet(Product product) const noexcept {
    return *wallets[wallet_index(product)];
  }
};

}  // namespace kontor::emulator
