#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "emulator/bybit/order_note.hpp"
#include "emulator/candle.hpp"
#include "emulator/exchange.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::bybit {

/// One protection as a request words it.
struct StopTerms {
  Decimal trigger_price;
  TriggerSource source = TriggerSource::last;
  std::optional<Decimal> limit_price{};  ///< none: closes at the market
};

/// Take-profit and stop-loss that were asked for with an order.
struct AttachedStops {
  std::optional<StopTerms> take_profit{};
  std::optional<StopTerms> stop_loss{};
  bool is_partial = false;  ///< protects what the order fills; otherwise the whole position
  [[nodiscard]] bool empty() const noexcept { return !take_profit && !stop_loss; }
};

/// The orders that protect a whole position; id 0: none.
struct PositionStops {
  VenueOrderId take_profit;
  VenueOrderId stop_loss;
  VenueOrderId trailing_stop;
  [[nodiscard]] bool empty() const noexcept {
    return take_profit.value == 0 && stop_loss.value == 0 && trailing_stop.value == 0;
  }
};

/// What the venue tells of a position beyond what the core keeps. Fees and funding are in the results, as the
/// venue counts them.
struct PositionMemory {
  TimeNs created_at = 0;    ///< 0: there was none yet
  Amount current_realized;  ///< since it was last flat
  Amount total_realized;
  std::uint64_t sequence = 0;
  PositionStops stops;
};

/// Cancels everything when the private socket is gone for so long (DCP).
struct DisconnectGuard {
  static constexpr DurationNs kDefaultWindow = 10 * kSecond;
  DurationNs window_ns = kDefaultWindow;
  bool is_on = false;
};

/// One execution as it was when it happened; a funding payment is one to the venue.
struct ExecutionEntry {
  std::uint64_t key = 0;  ///< ascending per account
  std::uint64_t sequence = 0;
  bool is_funding = false;
  Execution execution;  ///< of a funding payment: the position's side and size, the mark, the fee paid
  Decimal fee_rate;
  OrderType order_type = OrderType::market;
  OrderNote note;
  OrderOrigin origin = OrderOrigin::user;
  RawPrice order_price;
  RawQuantity order_quantity;
  RawQuantity leaves_quantity;
  RawPrice mark;
};

struct AccountMemory {
  bool is_isolated = false;
  TimeNs margin_mode_at = 0;
  std::array<DisconnectGuard, kProducts> guards{};
  std::map<VenueOrderId, AttachedStops> attached{};
  std::map<InstrumentId, PositionMemory> positions{};
  std::deque<ExecutionEntry> executions{};  ///< latest last
};

/// Work that an event calls for and that must wait until the exchange is done with it.
struct PendingWork {
  AccountId account;
  InstrumentId instrument;
  VenueOrderId filled_order;  ///< its attached stops are due; 0: the position has changed
};

/// What this venue keeps beside the exchange's core: candles of mark and index prices, what protects which
/// position, settings without effect on the matching. Listens to the exchange; one thread.
class VenueMemory final : public ExchangeListener {
 public:
  static constexpr std::size_t kMaxAttached = 20'000;  ///< per account; the oldest orders' are forgotten
  static constexpr std::size_t kMaxPending = 10'000;
  static constexpr std::size_t kMaxExecutions = 10'000;  ///< per account; the oldest are forgotten

  explicit VenueMemory(const Exchange& exchange);

  [[nodiscard]] AccountMemory& account(AccountId id) { return accounts_[id]; }
  /// Null: nothing has happened to it yet.
  [[nodiscard]] const AccountMemory* find(AccountId id) const noexcept;
  /// Null: it came without.
  [[nodiscard]] const AttachedStops* attached_to(const OrderRecord& order) const noexcept;
  void attach(AccountId account, VenueOrderId order, const AttachedStops& stops);
  /// Stops of the order that this account is about to place: they are attached as soon as it is accepted,
  /// before anybody is told of it. Without effect after drop_expected().
  void expect(AccountId account, const AttachedStops& stops);
  void drop_expected() noexcept { expected_.reset(); }
  [[nodiscard]] PositionMemory position(AccountId account, InstrumentId instrument) const noexcept;

  /// Ascending over everything that has happened: the venue's cross sequence.
  [[nodiscard]] std::uint64_t sequence() const noexcept { return market_sequence_ + account_sequence_; }
  /// One-minute candles of the mark and of the index price; linear only.
  [[nodiscard]] const CandleSeries& mark_candles(InstrumentId id) const { return mark_[id.index()]; }
  [[nodiscard]] const CandleSeries& index_candles(InstrumentId id) const { return index_[id.index()]; }

  [[nodiscard]] std::vector<PendingWork> take_pending() noexcept;
  [[nodiscard]] bool has_pending() const noexcept { return !pending_.empty(); }

  void on_order(const OrderEvent& event) override;
  void on_execution(const ExecutionEvent& event) override;
  void on_position(const PositionEvent& event) override;
  void on_account_funding(const FundingEvent& event) override;
  void on_trade(const MarketTrade& event) override;
  void on_book_change(const BookChange& event) override;
  void on_ticker(const TickerChange& event) override;

 private:
  void defer(const PendingWork& work);
  void remember(AccountId account, ExecutionEntry entry);
  void count_account_event(std::uint64_t seq) noexcept { account_sequence_ = seq; }

  const Exchange& exchange_;
  std::map<AccountId, AccountMemory> accounts_;
  std::vector<CandleSeries> mark_;
  std::vector<CandleSeries> index_;
  std::vector<PendingWork> pending_;
  struct Expected {
    AccountId account;
    AttachedStops stops;
  };
  std::optional<Expected> expected_;
  std::uint64_t market_sequence_ = 0;
  std::uint64_t account_sequence_ = 0;
};

}  // namespace kontor::emulator::bybit
