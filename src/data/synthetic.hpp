#pragma once

#include <cstdint>

#include "base/decimal.hpp"
#include "base/prng.hpp"
#include "base/time.hpp"
#include "data/dataset.hpp"

namespace kontor::data {

/// What a synthetic market looks like. The same options give the same market to the last digit, on every
/// machine: only additions, multiplications, divisions and square roots of doubles are used, which IEEE 754
/// defines exactly.
struct SyntheticOptions {
  std::uint64_t seed = 1;
  Decimal start_price{50'000, 0};  ///< at the origin, and what the price is pulled back to over months
  Decimal tick{1, 2};
  Decimal step{1, 5};
  double daily_volatility = 0.03;   ///< standard deviation of a day's return in the middle regime
  double trades_per_minute = 20;    ///< in the middle regime at a usual hour
  double jumps_per_day = 0.5;       ///< sudden moves of several minutes' standard deviations
  double mean_trade_value = 2'000;  ///< in the quote asset
};

/// A market that never was: volatility regimes (a Markov chain of calm, usual and wild), jumps, a daily and
/// weekly rhythm of volatility and volume. Everything follows from one path of trades: bars are made of the
/// trades, quotes and book changes lie around them, so that all kinds of one range agree with each other. The
/// path begins at an origin long ago and is walked minute by minute, so any two ranges agree, too.
class SyntheticMarket {
 public:
  /// The first minute that exists: 2017-01-01.
  static constexpr TimeNs kOrigin = 1'483'228'800 * kSecond;
  static constexpr std::size_t kBookLevels = 20;

  /// Options are checked: prices and steps above zero, scales that fit, sane rates.
  [[nodiscard]] static Result<SyntheticMarket> make(const SyntheticOptions& options);

  /// Walks to a minute; it must not lie before the origin. Walking back starts anew from the origin.
  [[nodiscard]] Result<void> seek(TimeNs minute);
  /// Where the next generate() begins.
  [[nodiscard]] TimeNs position() const noexcept { return minute_; }
  /// All rows of a kind (not funding) from position() up to but excluding `to`, a whole minute; one-minute
  /// bars. A book begins with a snapshot.
  [[nodiscard]] Batch generate(DataKind kind, TimeNs to);

 private:
  enum class Regime : std::uint8_t { calm, usual, wild };

  /// What one minute is made of.
  struct Minute {
    TimeNs start = 0;
    std::int64_t open = 0;   ///< ticks
    std::int64_t close = 0;  ///< ticks
    double deviation = 0;    ///< standard deviation of the minute's return
    std::size_t trades = 0;
  };
  struct Trade {
    TimeNs ts = 0;
    std::int64_t price = 0;     ///< ticks
    std::int64_t quantity = 0;  ///< steps
    bool buyer_takes = false;
  };

  SyntheticMarket() = default;

  void restart() noexcept;
  Minute next_minute() noexcept;
  void change_regime(Prng& prng) noexcept;
  void make_trades(const Minute& minute);
  [[nodiscard]] std::int64_t spread_ticks(const Minute& minute) const noexcept;

  void push_bar(Batch& batch, const Minute& minute) const;
  void push_trades(Batch& batch);
  void push_quotes(Batch& batch, const Minute& minute);
  void push_book(Batch& batch, const Minute& minute);

  SyntheticOptions options_;
  std::int64_t tick_units_ = 1;
  std::int64_t step_units_ = 1;
  TimeNs minute_ = kOrigin;
  double price_ = 0;  ///< ticks, before rounding
  Regime regime_ = Regime::usual;
  std::int64_t last_trade_id_ = 0;
  std::vector<Trade> trades_;  ///< of the minute at hand
  std::vector<std::pair<std::int64_t, std::int64_t>>
      book_[2];  ///< price in ticks and quantity in steps, best first
};

}  // namespace kontor::data
