#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "emulator/exchange_core.hpp"
#include "emulator/market_desk.hpp"
#include "emulator/order_desk.hpp"
#include "emulator/order_filters.hpp"

namespace kontor::emulator {

struct Exchange::Impl {
  Impl(Listings listings, const ExchangeSettings& settings, std::unique_ptr<MarketFeed> feed_in)
      : core(std::move(listings), settings), desk(core), feed(std::move(feed_in)) {}

  ExchangeCore core;
  MarketDesk desk;
  std::unique_ptr<MarketFeed> feed;
  sim::SimSettings matching;
  bool paused = false;
  TimeNs paused_at = 0;

  [[nodiscard]] TimeNs next_feed_time() const noexcept { return paused ? kTimeMax : feed->next_time(); }

  /// Good-till-date orders and countdowns of all accounts.
  [[nodiscard]] TimeNs next_expiry() const noexcept {
    TimeNs next = kTimeMax;
    for (const auto& account : core.accounts) {
      for (const auto& wallet : account->wallets) next = std::min(next, wallet->next_expiry());
      for (const Countdown& countdown : account->countdowns) next = std::min(next, countdown.due);
    }
    return next;
  }
  void run_expiries();
  /// Tells a new account's wallets where the market stands.
  void show_market(Account& account);
  InstrumentSettings tell_settings(Account& account, InstrumentId instrument);

  /// Calls `work(Account&)`, or refuses for an account that does not exist.
  template <class Work>
  auto with(AccountId id, Work&& work) -> decltype(work(std::declval<Account&>())) {
    if (!core.is_account(id))
      return refuse(RefusalReason::unknown_account, "expected an account that exists");
    return work(core.account(id));
  }
};

}  // namespace kontor::emulator
