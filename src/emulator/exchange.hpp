#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "emulator/account_view.hpp"
#include "emulator/listener.hpp"
#include "emulator/listing.hpp"
#include "emulator/market_feed.hpp"
#include "emulator/orders.hpp"
#include "emulator/public_market.hpp"

namespace kontor::emulator {

/// What a user's request comes to: the venue's answer, or its refusal.
template <class T>
using Outcome = std::expected<T, Refusal>;

struct ExchangeSettings {
  TimeNs start = 0;                          ///< when the venue opens, by its own clock
  std::size_t history_minutes = 1'500;       ///< candles that exist already then
  DurationNs funding_interval_ns = 0;        ///< instead of the listed ones; 0: those
  DurationNs figures_interval_ns = kSecond;  ///< how often mark prices are published
  // Bounds; what is oldest and closed goes first.
  std::size_t max_accounts = 1'000;
  std::size_t max_keys_per_account = 30;
  std::size_t max_closed_orders = 10'000;  ///< remembered per account
  std::size_t max_executions = 10'000;     ///< remembered per account
  std::size_t max_income = 10'000;         ///< remembered per account
};

/// Names one order; the id counts where both are given. `symbol` may be empty: any.
struct OrderKey {
  Product product = Product::spot;
  std::string_view symbol{};
  VenueOrderId id{};
  std::string_view client_id{};
};

struct Placed {
  const OrderRecord* order = nullptr;   ///< holds until the next request of anybody
  std::vector<Execution> executions{};  ///< that came at once
};
struct PlacedList {
  OrderListId list{};
  std::string client_id{};
  std::vector<Placed> orders{};  ///< as in the request
};
/// Two legs (one cancels the other), or an entry and one or two legs that protect what it fills.
struct ListTicket {
  std::string client_id{};
  std::vector<OrderTicket> orders{};  ///< with their roles
};
/// New values of an open order; what is not given stays.
struct AmendTicket {
  OrderKey order{};
  std::optional<Decimal> quantity{};  ///< new total
  std::optional<Decimal> price{};
  std::optional<Decimal> trigger_price{};
};

/// Which orders or executions are asked for. Times are inclusive.
struct HistoryQuery {
  Product product = Product::spot;
  std::optional<InstrumentId> instrument{};
  VenueOrderId order{};          ///< executions: of this order; orders: from this id on. 0: any
  ExecutionId from_execution{};  ///< executions from this id on. 0: any
  TimeNs from = kTimeMin;        ///< of creation (orders) or execution
  TimeNs to = kTimeMax;
  std::size_t limit = 500;
  bool from_start = false;   ///< the earliest `limit` of what matches, otherwise the latest
  bool closed_only = false;  ///< orders
};

struct KeyOwner {
  AccountId account{};
  const ApiKey* key = nullptr;
};

struct FeeRates {
  Decimal maker{};
  Decimal taker{};
};

struct AccountSummary {
  AccountId id{};
  std::string name{};
  std::size_t open_orders = 0;
  std::size_t known_orders = 0;
};

/// One emulated venue: its instruments, their market, its accounts and their orders. Everybody trades against
/// the same market by docs/fill-rules.md; an account's orders do not move it. It has no clock, socket or
/// chance of its own: the same calls give the same answers and events. One thread.
///
/// Requests happen at now(), the time that advance() has reached, and are worked off before they return; what
/// they cause is told to the listeners, in order, before the call returns. References and pointers to orders,
/// executions and keys hold until the next non-const call.
class Exchange {
 public:
  static constexpr std::size_t kMaxListeners = 16;
  static constexpr std::size_t kMaxEventsPerStep = 200'000;

  /// Errors: usage (a listing that the matching cannot take), what the feed fails with.
  [[nodiscard]] static Result<std::unique_ptr<Exchange>> make(Listings listings,
                                                              std::unique_ptr<MarketFeed> feed,
                                                              const ExchangeSettings& settings);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Time.
  [[nodiscard]] TimeNs now() const noexcept;
  /// Lets everything happen that is due up to `now`, `max_events` of the feed at the most. False: more is
  /// due. Time that goes back changes nothing.
  [[nodiscard]] Result<bool> advance(TimeNs now, std::size_t max_events = kMaxEventsPerStep);
  /// When advance() has something to do next.
  [[nodiscard]] TimeNs next_time() const noexcept;

  /// False: there are kMaxListeners already. The listener must outlive the exchange or be removed.
  [[nodiscard]] bool add_listener(ExchangeListener& listener);
  void remove_listener(const ExchangeListener& listener) noexcept;

  // What everybody sees.
  [[nodiscard]] VenueName venue() const noexcept;
  [[nodiscard]] const Listings& listings() const noexcept;
  [[nodiscard]] const PublicMarket& market(InstrumentId instrument) const noexcept;

  // Accounts and keys.
  [[nodiscard]] Result<AccountId> add_account(const AccountSettings& settings);
  [[nodiscard]] std::vector<AccountSummary> accounts() const;
  [[nodiscard]] std::optional<AccountId> find_account(std::string_view name) const;
  /// Errors: usage (a key that exists, too many keys).
  [[nodiscard]] Result<void> add_key(AccountId account, ApiKey key);
  /// False: there is no such key.
  bool set_key_enabled(std::string_view key, bool enabled);
  [[nodiscard]] std::optional<KeyOwner> find_key(std::string_view key) const;
  [[nodiscard]] std::span<const ApiKey> keys(AccountId account) const noexcept;

  // Orders.
  [[nodiscard]] Outcome<Placed> place(AccountId account, const OrderTicket& ticket);
  /// All orders of the list, or none.
  [[nodiscard]] Outcome<PlacedList> place_list(AccountId account, const ListTicket& ticket);
  /// The checks of place() that need no market: form and filters. Changes nothing.
  [[nodiscard]] Outcome<void> check(AccountId account, const OrderTicket& ticket) const;
  /// A refused amendment leaves the order as it was.
  [[nodiscard]] Outcome<Placed> amend(AccountId account, const AmendTicket& ticket);
  [[nodiscard]] Outcome<const OrderRecord*> cancel(AccountId account, const OrderKey& key);
  /// Cancels all open orders of a product, or of one instrument; returns their ids.
  std::vector<VenueOrderId> cancel_all(AccountId account, Product product,
                                       std::optional<InstrumentId> instrument,
                                       OrderOrigin origin = OrderOrigin::user);

  /// Null: unknown, or closed so long ago that it is forgotten. Of several orders with one client id the open
  /// one, else the latest.
  [[nodiscard]] const OrderRecord* find_order(AccountId account, const OrderKey& key) const;
  [[nodiscard]] std::vector<const OrderRecord*> open_orders(AccountId account, Product product,
                                                            std::optional<InstrumentId> instrument) const;
  /// Ascending by id.
  [[nodiscard]] std::vector<const OrderRecord*> orders(AccountId account, const HistoryQuery& query) const;
  [[nodiscard]] std::vector<const OrderRecord*> list_orders(AccountId account, OrderListId list) const;
  /// Ascending by id.
  [[nodiscard]] std::vector<const Execution*> executions(AccountId account, const HistoryQuery& query) const;
  [[nodiscard]] std::vector<const IncomeRecord*> income(AccountId account, const HistoryQuery& query) const;

  // Money and positions.
  /// Assets that are not zero, by ascending id. A venue with one wallet answers for it whatever the product.
  [[nodiscard]] std::vector<AssetBalance> balances(AccountId account, Product product) const;
  [[nodiscard]] AssetBalance balance(AccountId account, Product product, AssetId asset) const;
  [[nodiscard]] bool has_one_wallet() const noexcept;
  /// Of all linear instruments, flat ones included.
  [[nodiscard]] std::vector<PositionView> positions(AccountId account) const;
  [[nodiscard]] PositionView position(AccountId account, InstrumentId instrument) const;
  /// Money from outside; negative takes it out, free funds only.
  [[nodiscard]] Outcome<void> deposit(AccountId account, Product product, std::string_view asset,
                                      Amount amount);
  /// Between the wallets of an account.
  [[nodiscard]] Outcome<void> transfer(AccountId account, Product from, Product to, std::string_view asset,
                                       Amount amount);

  // Settings of an account.
  [[nodiscard]] InstrumentSettings settings(AccountId account, InstrumentId instrument) const;
  [[nodiscard]] Outcome<InstrumentSettings> set_leverage(AccountId account, InstrumentId instrument,
                                                         const Decimal& leverage);
  [[nodiscard]] Outcome<InstrumentSettings> set_margin_mode(AccountId account, InstrumentId instrument,
                                                            MarginMode mode);
  /// Only one-way positions are kept: asking for them is `position_mode_unchanged`, for hedged ones
  /// `position_mode_not_offered`.
  [[nodiscard]] Outcome<void> set_hedged_positions(AccountId account, bool hedged) const;
  [[nodiscard]] FeeRates fees(AccountId account, InstrumentId instrument) const;
  /// Starts, renews (or with a window of zero stops) the switch that cancels all orders of a product, or of
  /// one instrument, when it runs out.
  [[nodiscard]] Outcome<Countdown> set_countdown(AccountId account, Product product,
                                                 std::optional<InstrumentId> instrument,
                                                 DurationNs window_ns);
  [[nodiscard]] std::span<const Countdown> countdowns(AccountId account) const noexcept;

  // What a tester does.
  /// A paused market emits nothing; requests are still answered, against the market as it stands.
  void set_market_paused(bool paused);
  [[nodiscard]] bool is_market_paused() const noexcept;
  /// -0.05 moves the price five percent down at once, through triggers and liquidations.
  [[nodiscard]] Result<void> jump_price(InstrumentId instrument, const Decimal& fraction);
  /// Halted: no new orders. Delisted: orders are canceled and positions settled at the mark, for good.
  [[nodiscard]] Result<void> set_status(InstrumentId instrument, ListingStatus status);
  [[nodiscard]] Result<void> change_terms(InstrumentId instrument, const InstrumentTerms& terms);

  /// Figures for the status page: requests and events since the start.
  struct Counters {
    std::uint64_t orders_placed = 0;
    std::uint64_t orders_refused = 0;
    std::uint64_t orders_canceled = 0;
    std::uint64_t executions = 0;
    std::uint64_t liquidations = 0;
    std::uint64_t account_events = 0;
    std::uint64_t market_events = 0;
  };
  [[nodiscard]] const Counters& counters() const noexcept;

 private:
  struct Impl;
  explicit Exchange(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::emulator
