#include "emulator/exchange.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/account_desk.hpp"
#include "emulator/exchange_core.hpp"
#include "emulator/exchange_impl.hpp"
#include "emulator/market_desk.hpp"
#include "emulator/order_desk.hpp"
#include "emulator/order_filters.hpp"

namespace kontor::emulator {

Exchange::Exchange(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Exchange::~Exchange() = default;

Result<std::unique_ptr<Exchange>> Exchange::make(Listings listings, std::unique_ptr<MarketFeed> feed,
                                                 const ExchangeSettings& settings) {
  if (settings.figures_interval_ns <= 0 || settings.funding_interval_ns < 0) {
    return fail(ErrorKind::usage, "expected intervals of the emulated market above zero");
  }
  const sim::SimSettings matching = matching_settings(listings);
  TRY_VOID(matching.check(listings.instruments()));
  auto impl = std::make_unique<Impl>(std::move(listings), settings, std::move(feed));
  for (const ListedInstrument& listed : impl->core.listings.all()) impl->core.markets.emplace_back(listed.id);
  impl->matching = matching;
  impl->desk.open(*impl->feed);
  std::unique_ptr<Exchange> exchange(new Exchange(std::move(impl)));
  TRY_VOID(exchange->advance(settings.start));
  return exchange;
}

TimeNs Exchange::now() const noexcept { return impl_->core.now; }

Result<bool> Exchange::advance(TimeNs now, std::size_t max_events) {
  ExchangeCore& core = impl_->core;
  now = std::max(now, core.now);
  for (std::size_t events = 0;; ++events) {
    const TimeNs feed = impl_->next_feed_time();
    const TimeNs timer = impl_->desk.next_timer();
    const TimeNs expiry = impl_->next_expiry();
    const TimeNs next = std::min({feed, timer, expiry});
    if (next > now) break;
    if (events == max_events) return false;
    core.now = std::max(core.now, next);
    // Timers first: a minute is closed before the trade that opens the next one.
    if (timer == next) {
      impl_->desk.run_timers(core.now);
    } else if (expiry == next) {
      impl_->run_expiries();
    } else {
      TRY_VOID(impl_->feed->step(impl_->desk));
    }
  }
  core.now = now;
  return true;
}

TimeNs Exchange::next_time() const noexcept {
  return std::min({impl_->next_feed_time(), impl_->desk.next_timer(), impl_->next_expiry()});
}

bool Exchange::add_listener(ExchangeListener& listener) {
  auto& listeners = impl_->core.listeners;
  if (listeners.size() >= kMaxListeners) return false;
  listeners.push_back(&listener);
  return true;
}

void Exchange::remove_listener(const ExchangeListener& listener) noexcept {
  std::erase(impl_->core.listeners, &listener);
}

VenueName Exchange::venue() const noexcept { return impl_->core.listings.venue(); }
const Listings& Exchange::listings() const noexcept { return impl_->core.listings; }
const PublicMarket& Exchange::market(InstrumentId instrument) const noexcept {
  return impl_->core.markets[instrument.index()];
}
const Exchange::Counters& Exchange::counters() const noexcept { return impl_->core.counters; }

Outcome<Placed> Exchange::place(AccountId account, const OrderTicket& ticket) {
  return impl_->with(account, [&](Account& found) { return place_order(impl_->core, found, ticket); });
}

Outcome<PlacedList> Exchange::place_list(AccountId account, const ListTicket& ticket) {
  return impl_->with(account, [&](Account& found) { return place_order_list(impl_->core, found, ticket); });
}

Outcome<void> Exchange::check(AccountId account, const OrderTicket& ticket) const {
  return impl_->with(account, [&](const Account& found) -> Outcome<void> {
    auto draft = filter_order(impl_->core, found, ticket);
    if (!draft) return std::unexpected<Refusal>(std::move(draft).error());
    return filter_client_id(impl_->core, found, ticket.product, ticket.client_id);
  });
}

Outcome<Placed> Exchange::amend(AccountId account, const AmendTicket& ticket) {
  return impl_->with(account, [&](Account& found) { return amend_order(impl_->core, found, ticket); });
}

Outcome<const OrderRecord*> Exchange::cancel(AccountId account, const OrderKey& key) {
  return impl_->with(account, [&](Account& found) { return cancel_order(impl_->core, found, key); });
}

std::vector<VenueOrderId> Exchange::cancel_all(AccountId account, Product product,
                                               std::optional<InstrumentId> instrument, OrderOrigin origin) {
  if (!impl_->core.is_account(account)) return {};
  return cancel_orders(impl_->core, impl_->core.account(account), product, instrument, origin);
}

Outcome<Countdown> Exchange::set_countdown(AccountId account, Product product,
                                           std::optional<InstrumentId> instrument, DurationNs window_ns) {
  return impl_->with(account, [&](Account& found) -> Outcome<Countdown> {
    if (window_ns < 0 || window_ns > kDay) {
      return refuse(RefusalReason::bad_window, "expected a countdown between 0 and one day");
    }
    const Countdown countdown{product, instrument, window_ns,
                              window_ns == 0 ? kTimeMax : impl_->core.now + window_ns};
    std::erase_if(found.countdowns, [&](const Countdown& other) {
      return other.product == product && other.instrument == instrument;
    });
    if (window_ns != 0) found.countdowns.push_back(countdown);
    return countdown;
  });
}

std::span<const Countdown> Exchange::countdowns(AccountId account) const noexcept {
  if (!impl_->core.is_account(account)) return {};
  return impl_->core.account(account).countdowns;
}

void Exchange::set_market_paused(bool paused) {
  if (paused == impl_->paused) return;
  impl_->paused = paused;
  if (paused) {
    impl_->paused_at = impl_->core.now;
  } else {
    impl_->feed->delay(impl_->core.now - impl_->paused_at);
  }
}
bool Exchange::is_market_paused() const noexcept { return impl_->paused; }

Result<void> Exchange::jump_price(InstrumentId instrument, const Decimal& fraction) {
  if (instrument.index() >= impl_->core.listings.size()) {
    return fail(ErrorKind::not_found, "expected a listed instrument");
  }
  TRY_VOID(impl_->feed->jump(instrument, fraction, impl_->core.now));
  TRY_VOID(advance(impl_->core.now));
  return {};
}

Result<void> Exchange::set_status(InstrumentId instrument, ListingStatus status) {
  ExchangeCore& core = impl_->core;
  if (instrument.index() >= core.listings.size()) {
    return fail(ErrorKind::not_found, "expected a listed instrument");
  }
  const ListedInstrument& listed = core.listings[instrument];
  if (listed.status == status) return {};
  if (listed.status == ListingStatus::delisted) {
    return fail(ErrorKind::usage, fmt::format("{} is delisted for good", listed.symbol));
  }
  core.listings.set_status(instrument, status);
  const ListingChange event{core.next_market_seq(), core.now, listed};
  core.tell([&](ExchangeListener& listener) { listener.on_listing(event); });
  if (status != ListingStatus::delisted) return {};
  for (const auto& account : core.accounts) {
    account->wallet(listed.product).on_delisted(instrument, core.now);
    settle_reports(core, *account, listed.product, BalanceCause::execution);
  }
  return {};
}

Result<void> Exchange::change_terms(InstrumentId instrument, const InstrumentTerms& terms) {
  ExchangeCore& core = impl_->core;
  if (instrument.index() >= core.listings.size() || !core.listings.change_terms(instrument, terms)) {
    return fail(ErrorKind::usage, "expected terms that the instrument can have");
  }
  const ListingChange event{core.next_market_seq(), core.now, core.listings[instrument]};
  core.tell([&](ExchangeListener& listener) { listener.on_listing(event); });
  return {};
}

}  // namespace kontor::emulator
