#pragma once

#include <cstdint>
#include <span>

#include <boost/describe/enum.hpp>

#include "base/time.hpp"
#include "emulator/account_view.hpp"
#include "emulator/candle.hpp"
#include "emulator/orders.hpp"
#include "model/market_data.hpp"

namespace kontor::emulator {

/// What happened to an order, other than an execution.
BOOST_DEFINE_FIXED_ENUM_CLASS(OrderChange, std::uint8_t, accepted, activated, triggered, amended, canceled,
                              expired, rejected)
/// What moved a balance or a position.
BOOST_DEFINE_FIXED_ENUM_CLASS(BalanceCause, std::uint8_t, order, execution, funding, transfer, liquidation,
                              settings)

// Everything below is borrowed for the call. `seq` counts all account events of an exchange, `market_seq` all
// market events; within each the order is the order of things.

struct OrderEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  OrderChange change = OrderChange::accepted;
  const OrderRecord& order;  ///< after the change
};

struct ExecutionEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  const OrderRecord& order;  ///< after the execution
  const Execution& execution;
};

/// The assets of a wallet that changed, as they are now. Comes after the orders and executions that caused
/// it.
struct BalanceEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  AccountId account;
  Product product = Product::spot;  ///< names the wallet; in a unified account the product of the cause
  BalanceCause cause = BalanceCause::order;
  std::span<const AssetBalance> balances;
  std::span<const Amount> changes;  ///< of the totals, beside balances
};

struct PositionEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  AccountId account;
  BalanceCause cause = BalanceCause::execution;
  const PositionView& position;
};

/// Funding paid (negative) or received on a position.
struct FundingEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  AccountId account;
  InstrumentId instrument;
  Amount amount;
  AssetId asset;
  Decimal rate;
  RawPrice mark;
  RawQuantity quantity;  ///< of the position, signed
};

struct AccountSettingsEvent {
  std::uint64_t seq = 0;
  TimeNs ts = 0;
  AccountId account;
  InstrumentId instrument;
  InstrumentSettings settings;
};

struct MarketTrade {
  std::uint64_t market_seq = 0;
  Trade trade;
};

/// One step of the book. Update ids have no gap: first_id = previous_id + 1.
struct BookChange {
  std::uint64_t market_seq = 0;
  InstrumentId instrument;
  TimeNs ts = 0;
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  std::uint64_t previous_id = 0;
  bool snapshot = false;  ///< the book begins anew
  std::span<const BookLevelChange> changes;
};

/// Best bid and ask, last price and figures of the day have changed; read them from the market.
struct TickerChange {
  std::uint64_t market_seq = 0;
  InstrumentId instrument;
  TimeNs ts = 0;
  bool best_changed = false;  ///< bid or ask, price or quantity
  bool last_changed = false;
  bool mark_changed = false;
};

/// A one-minute candle grew, or closed.
struct CandleChange {
  std::uint64_t market_seq = 0;
  InstrumentId instrument;
  TimeNs ts = 0;
  bool closed = false;
  const Candle& candle;
};

/// A funding settlement of a perpetual.
struct FundingChange {
  std::uint64_t market_seq = 0;
  FundingRate funding;
  TimeNs next = 0;  ///< the next settlement
};

struct ListingChange {
  std::uint64_t market_seq = 0;
  TimeNs ts = 0;
  const ListedInstrument& listing;
};

/// Told of everything that happens, in its order. Must not ask the exchange for changes within a call, only
/// read; what it wants done it does afterwards. Called on the exchange's thread.
class ExchangeListener {
 public:
  ExchangeListener() = default;
  ExchangeListener(const ExchangeListener&) = delete;
  ExchangeListener& operator=(const ExchangeListener&) = delete;
  virtual ~ExchangeListener() = default;

  virtual void on_order(const OrderEvent& /*event*/) {}
  virtual void on_execution(const ExecutionEvent& /*event*/) {}
  virtual void on_balance(const BalanceEvent& /*event*/) {}
  virtual void on_position(const PositionEvent& /*event*/) {}
  virtual void on_account_funding(const FundingEvent& /*event*/) {}
  virtual void on_account_settings(const AccountSettingsEvent& /*event*/) {}

  virtual void on_trade(const MarketTrade& /*event*/) {}
  virtual void on_book_change(const BookChange& /*event*/) {}
  virtual void on_ticker(const TickerChange& /*event*/) {}
  virtual void on_candle(const CandleChange& /*event*/) {}
  virtual void on_funding(const FundingChange& /*event*/) {}
  virtual void on_listing(const ListingChange& /*event*/) {}
};

}  // namespace kontor::emulator
