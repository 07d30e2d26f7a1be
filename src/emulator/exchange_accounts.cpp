#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/account_desk.hpp"
#include "emulator/exchange_impl.hpp"

namespace kontor::emulator {
namespace {

constexpr std::size_t kMaxNameBytes = 100;

Outcome<AssetId> known_asset(const ExchangeCore& core, std::string_view name) {
  const auto asset = core.listings.find_asset(name);
  if (asset) return *asset;
  return refuse(RefusalReason::unknown_asset, fmt::format("expected a listed asset, found '{}'", name));
}

/// What leaves a wallet must be free; what comes in must leave room for sums.
Outcome<void> filter_amount(const Wallet& wallet, AssetId asset, Amount change) {
  const Amount most = Amount::from_decimal(Decimal{1'000'000'000'000'000'000, 0});
  if (change.is_zero() || change.absolute() > most || wallet.raw_balance(asset).total + change > most) {
    return refuse(RefusalReason::bad_amount,
                  fmt::format("expected an amount other than zero, up to {} in all", most.format()));
  }
  if (change.is_negative() && -change > wallet.balance(asset).free) {
    return refuse(RefusalReason::insufficient_balance,
                  fmt::format("expected at most {}, found {}", wallet.balance(asset).free.format(),
                              (-change).format()));
  }
  return {};
}

void book_transfer(ExchangeCore& core, Account& account, Product product, AssetId asset, Amount amount) {
  account.wallet(product).credit(asset, amount, core.now);
  add_income(core, account,
             {.ts = core.now,
              .product = product,
              .kind = IncomeKind::transfer,
              .instrument = std::nullopt,
              .asset = asset,
              .amount = amount,
              .execution = {}});
  settle_reports(core, account, product, BalanceCause::transfer);
  publish_balances(core, account, product, BalanceCause::transfer);
}

}  // namespace

void Exchange::Impl::run_expiries() {
  for (const auto& account : core.accounts) {
    for (std::size_t i = 0; i < account->wallets.size(); ++i) {
      if (account->wallets[i]->next_expiry() > core.now) continue;
      account->wallets[i]->on_time(core.now);
      settle_reports(core, *account, static_cast<Product>(i), BalanceCause::order);
    }
    std::vector<Countdown> due;
    std::erase_if(account->countdowns, [&](const Countdown& countdown) {
      if (countdown.due > core.now) return false;
      due.push_back(countdown);
      return true;
    });
    for (const Countdown& countdown : due) {
      cancel_orders(core, *account, countdown.product, countdown.instrument, OrderOrigin::countdown);
    }
  }
}

Result<AccountId> Exchange::add_account(const AccountSettings& settings) {
  ExchangeCore& core = impl_->core;
  if (settings.name.empty() || settings.name.size() > kMaxNameBytes || find_account(settings.name)) {
    return fail(ErrorKind::usage,
                fmt::format("expected an account name that is new, found '{}'", settings.name));
  }
  if (core.accounts.size() >= core.settings.max_accounts) {
    return fail(ErrorKind::usage, fmt::format("expected at most {} accounts", core.settings.max_accounts));
  }
  auto account = std::make_unique<Account>(core.settings.max_closed_orders);
  account->id = AccountId(static_cast<std::uint32_t>(core.accounts.size()));
  account->name = settings.name;
  account->books.resize(core.listings.size());
  const std::size_t wallets = has_one_wallet() ? 1 : kProducts;
  for (std::size_t i = 0; i < wallets; ++i) {
    account->wallets.push_back(std::make_unique<Wallet>(core.listings, impl_->matching));
    auto& published = account->published.emplace_back(core.listings.instruments().asset_count());
    for (std::uint32_t asset = 0; asset < published.size(); ++asset) published[asset].asset = AssetId(asset);
  }
  impl_->show_market(*account);
  const AccountId id = account->id;
  core.accounts.push_back(std::move(account));
  for (const ApiKey& key : settings.keys) TRY_VOID(add_key(id, key));
  for (const Deposit& money : settings.deposits) {
    if (auto done = deposit(id, money.product, money.asset, money.amount); !done) {
      return fail(ErrorKind::usage, fmt::format("account {}: {}", settings.name, done.error().text));
    }
  }
  return id;
}

void Exchange::Impl::show_market(Account& account) {
  std::vector<BookLevelChange> changes;
  for (const PublicMarket& market : core.markets) {
    Wallet& wallet = account.wallet(core.listings[market.id()].product);
    // A paused or quiet market has no next event that would tell a new wallet where it stands.
    changes.clear();
    for (const Side side : {Side::buy, Side::sell}) {
      market.book().for_each_level(
          side, [&](const BookLevel& level) { changes.push_back({level.price, level.quantity, side}); });
    }
    if (!market.trades().empty()) wallet.on_trade(market.trades().back());
    if (!changes.empty()) wallet.on_book({market.id(), core.now, core.now, true, changes});
    wallet.clear_reports();
  }
}

std::vector<AccountSummary> Exchange::accounts() const {
  std::vector<AccountSummary> summaries;
  for (const auto& account : impl_->core.accounts) {
    summaries.push_back(
        {account->id, account->name, account->orders.open().size(), account->orders.all().size()});
  }
  return summaries;
}

std::optional<AccountId> Exchange::find_account(std::string_view name) const {
  for (const auto& account : impl_->core.accounts) {
    if (account->name == name) return account->id;
  }
  return std::nullopt;
}

Result<void> Exchange::add_key(AccountId account, ApiKey key) {
  ExchangeCore& core = impl_->core;
  if (!core.is_account(account)) return fail(ErrorKind::not_found, "expected an account that exists");
  if (key.key.empty() || key.key.size() > kMaxNameBytes || core.key_owners.contains(key.key)) {
    return fail(ErrorKind::usage, "expected a key that is new");
  }
  std::vector<ApiKey>& keys = core.account(account).keys;
  if (keys.size() >= core.settings.max_keys_per_account) {
    return fail(ErrorKind::usage,
                fmt::format("expected at most {} keys", core.settings.max_keys_per_account));
  }
  if (key.created_at == 0) key.created_at = core.now;
  core.key_owners.emplace(key.key, account);
  keys.push_back(std::move(key));
  return {};
}

bool Exchange::set_key_enabled(std::string_view key, bool enabled) {
  const auto owner = impl_->core.key_owners.find(std::string(key));
  if (owner == impl_->core.key_owners.end()) return false;
  for (ApiKey& own : impl_->core.account(owner->second).keys) {
    if (own.key == key) own.enabled = enabled;
  }
  return true;
}

std::optional<KeyOwner> Exchange::find_key(std::string_view key) const {
  const auto owner = impl_->core.key_owners.find(std::string(key));
  if (owner == impl_->core.key_owners.end()) return std::nullopt;
  for (const ApiKey& own : impl_->core.account(owner->second).keys) {
    if (own.key == key) return KeyOwner{owner->second, &own};
  }
  return std::nullopt;
}

std::span<const ApiKey> Exchange::keys(AccountId account) const noexcept {
  if (!impl_->core.is_account(account)) return {};
  return impl_->core.account(account).keys;
}

bool Exchange::has_one_wallet() const noexcept { return venue() == VenueName::bybit; }

Outcome<void> Exchange::deposit(AccountId account, Product product, std::string_view asset, Amount amount) {
  return impl_->with(account, [&](Account& found) -> Outcome<void> {
    auto id = known_asset(impl_->core, asset);
    if (!id) return std::unexpected<Refusal>(std::move(id).error());
    if (auto filter = filter_amount(found.wallet(product), *id, amount); !filter) return filter;
    book_transfer(impl_->core, found, product, *id, amount);
    return {};
  });
}

Outcome<void> Exchange::transfer(AccountId account, Product from, Product to, std::string_view asset,
                                 Amount amount) {
  return impl_->with(account, [&](Account& found) -> Outcome<void> {
    auto id = known_asset(impl_->core, asset);
    if (!id) return std::unexpected<Refusal>(std::move(id).error());
    if (amount <= Amount() || from == to) {
      return refuse(RefusalReason::bad_amount, "expected an amount above zero between two wallets");
    }
    if (auto filter = filter_amount(found.wallet(from), *id, -amount); !filter) return filter;
    if (found.wallet_index(from) == found.wallet_index(to)) return {};
    if (auto filter = filter_amount(found.wallet(to), *id, amount); !filter) return filter;
    book_transfer(impl_->core, found, from, *id, -amount);
    book_transfer(impl_->core, found, to, *id, amount);
    return {};
  });
}

Outcome<InstrumentSettings> Exchange::set_leverage(AccountId account, InstrumentId instrument,
                                                   const Decimal& leverage) {
  return impl_->with(account, [&](Account& found) -> Outcome<InstrumentSettings> {
    ExchangeCore& core = impl_->core;
    const ListedInstrument& listed = core.listings[instrument];
    Wallet& wallet = found.wallet(listed.product);
    const Decimal& most = core.listings.instrument(instrument).specification().max_leverage;
    if (listed.product != Product::linear || leverage < Decimal{1, 0} || leverage > most ||
        leverage.normalized().scale > 2) {
      return refuse(
          RefusalReason::leverage_out_of_range,
          fmt::format("expected a leverage between 1 and {}, found {}", most.format(), leverage.format()));
    }
    if (wallet.settings(instrument).leverage == leverage) {
      return refuse(RefusalReason::leverage_unchanged, "expected another leverage");
    }
    if (!wallet.change_leverage(instrument, leverage, core.now)) {
      return refuse(RefusalReason::insufficient_margin, "expected free margin for the lower leverage");
    }
    settle_reports(core, found, listed.product, BalanceCause::settings);
    publish_balances(core, found, listed.product, BalanceCause::settings);
    return impl_->tell_settings(found, instrument);
  });
}

Outcome<InstrumentSettings> Exchange::set_margin_mode(AccountId account, InstrumentId instrument,
                                                      MarginMode mode) {
  return impl_->with(account, [&](Account& found) -> Outcome<InstrumentSettings> {
    const ListedInstrument& listed = impl_->core.listings[instrument];
    if (listed.product != Product::linear) {
      return refuse(RefusalReason::not_offered, "expected a perpetual: spot has no margin");
    }
    Wallet& wallet = found.wallet(listed.product);
    if (wallet.settings(instrument).margin_mode == mode) {
      return refuse(RefusalReason::margin_mode_unchanged, "expected the other margin mode");
    }
    if (found.orders.count(instrument).orders != 0) {
      return refuse(RefusalReason::margin_mode_with_open_orders, "expected no open orders");
    }
    if (!wallet.raw_position(instrument).is_flat()) {
      return refuse(RefusalReason::margin_mode_with_position, "expected no open position");
    }
    wallet.change_margin_mode(instrument, mode);
    return impl_->tell_settings(found, instrument);
  });
}

InstrumentSettings Exchange::Impl::tell_settings(Account& account, InstrumentId instrument) {
  const InstrumentSettings settings = account.wallet(core.listings[instrument].product).settings(instrument);
  const AccountSettingsEvent event{core.next_account_seq(), core.now, account.id, instrument, settings};
  core.tell([&](ExchangeListener& listener) { listener.on_account_settings(event); });
  return settings;
}

Outcome<void> Exchange::set_hedged_positions(AccountId account, bool hedged) const {
  return impl_->with(account, [&](const Account&) -> Outcome<void> {
    if (!hedged) return refuse(RefusalReason::position_mode_unchanged, "positions are one-way already");
    return refuse(RefusalReason::position_mode_not_offered, "the emulator keeps one-way positions only");
  });
}

}  // namespace kontor::emulator
