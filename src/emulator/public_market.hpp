#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/time.hpp"
#include "emulator/candle.hpp"
#include "emulator/listing.hpp"
#include "model/book.hpp"
#include "model/market_data.hpp"

namespace kontor::emulator {

/// Figures of a perpetual beside its trades.
struct PerpetualFigures {
  RawPrice index{};
  RawPrice mark{};
  Decimal funding_rate{};  ///< as it would be settled now
  TimeNs next_funding = kTimeMax;
  DurationNs funding_interval_ns = 8 * kHour;
};

/// What everybody can see of one instrument: book, trades, candles, funding. Owned and fed by the exchange.
class PublicMarket {
 public:
  static constexpr std::size_t kMaxTrades = 1'000;
  static constexpr std::size_t kMaxFundings = 1'000;

  explicit PublicMarket(InstrumentId id) noexcept : id_(id) {}

  [[nodiscard]] InstrumentId id() const noexcept { return id_; }
  [[nodiscard]] const Book& book() const noexcept { return book_; }
  /// Of the last change of the book; 0: nothing has come yet.
  [[nodiscard]] std::uint64_t book_id() const noexcept { return book_id_; }
  [[nodiscard]] TimeNs book_time() const noexcept { return book_time_; }
  /// Latest last, kMaxTrades at the most.
  [[nodiscard]] const std::deque<Trade>& trades() const noexcept { return trades_; }
  [[nodiscard]] std::uint64_t last_trade_id() const noexcept { return last_trade_id_; }
  /// Zero before the first trade.
  [[nodiscard]] RawPrice last_price() const noexcept { return last_; }
  [[nodiscard]] const CandleSeries& candles() const noexcept { return candles_; }
  [[nodiscard]] const PerpetualFigures& perpetual() const noexcept { return perpetual_; }
  /// Settlements, latest last.
  [[nodiscard]] const std::deque<FundingRate>& fundings() const noexcept { return fundings_; }

 private:
  friend class MarketDesk;

  InstrumentId id_;
  Book book_;
  std::uint64_t book_id_ = 0;
  TimeNs book_time_ = 0;
  std::deque<Trade> trades_;
  std::uint64_t last_trade_id_ = 0;
  RawPrice last_;
  CandleSeries candles_;
  PerpetualFigures perpetual_;
  std::deque<FundingRate> fundings_;
};

}  // namespace kontor::emulator
