#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulator/account.hpp"
#include "emulator/exchange.hpp"
#include "emulator/listener.hpp"
#include "emulator/listing.hpp"
#include "emulator/public_market.hpp"

namespace kontor::emulator {

/// Everything that an exchange knows; the desks of this room work on it.
struct ExchangeCore {
  ExchangeCore(Listings listings_in, const ExchangeSettings& settings_in)
      : listings(std::move(listings_in)), settings(settings_in), now(settings_in.start) {}

  Listings listings;
  ExchangeSettings settings;
  TimeNs now;
  std::vector<PublicMarket> markets;  ///< by instrument
  std::vector<std::unique_ptr<Account>> accounts;
  std::unordered_map<std::string, AccountId> key_owners;
  std::vector<ExchangeListener*> listeners;
  Exchange::Counters counters;
  std::uint64_t account_seq = 0;
  std::uint64_t market_seq = 0;
  std::uint64_t last_order = 0;     ///< venue order ids
  std::uint64_t last_matching = 0;  ///< ids inside the matching
  std::uint64_t last_execution = 0;
  std::uint64_t last_list = 0;

  [[nodiscard]] Account& account(AccountId id) noexcept { return *accounts[id.index()]; }
  [[nodiscard]] const Account& account(AccountId id) const noexcept { return *accounts[id.index()]; }
  [[nodiscard]] bool is_account(AccountId id) const noexcept { return id.index() < accounts.size(); }
  [[nodiscard]] std::uint64_t next_account_seq() noexcept {
    ++counters.account_events;
    return ++account_seq;
  }
  [[nodiscard]] std::uint64_t next_market_seq() noexcept {
    ++counters.market_events;
    return ++market_seq;
  }
  template <class Tell>
  void tell(Tell&& tell_one) {
    for (ExchangeListener* listener : listeners) tell_one(*listener);
  }
};

}  // namespace kontor::emulator
