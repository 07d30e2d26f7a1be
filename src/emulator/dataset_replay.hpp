#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "emulator/dataset_ticks.hpp"
#include "emulator/market_feed.hpp"
#include "emulator/synthetic_book.hpp"
#include "model/book.hpp"

namespace kontor::emulator {

/// One listed instrument's market from its recorded series: their ticks merged by time. Where no book was
/// recorded one is made up around the prices that were.
class DatasetReplay {
 public:
  struct Settings {
    bool has_book = false;
    bool linear = false;
    std::uint64_t seed = 1;
  };
  DatasetReplay(const Instrument& instrument, const Settings& settings)
      : instrument_(instrument), settings_(settings) {}

  /// Begins (again) with these; of equal times the earlier source comes first.
  [[nodiscard]] Result<void> open(std::vector<std::unique_ptr<TickSource>> sources);
  /// As recorded; kTimeMax: at the end.
  [[nodiscard]] TimeNs next_time() const noexcept;
  /// Emits the next tick as of `now`.
  [[nodiscard]] Result<void> step(TimeNs now, MarketSink& sink);
  /// Moves every price from here on by this much and shows the whole book anew. False: that is no price.
  [[nodiscard]] bool shift(const Decimal& fraction, TimeNs now, MarketSink& sink);

  /// What the market stands at; zero before the first tick.
  [[nodiscard]] RawPrice last_price() const noexcept { return last_; }
  [[nodiscard]] const Instrument& instrument() const noexcept { return instrument_; }

 private:
  struct Pending {
    std::unique_ptr<TickSource> source;
    std::optional<Tick> tick;
  };
  [[nodiscard]] Pending* earliest() noexcept;
  void emit(const TradeTick& trade, TimeNs now, MarketSink& sink);
  void emit(const QuoteTick& quote, TimeNs now, MarketSink& sink);
  void emit(const BookTick& book, TimeNs now, MarketSink& sink);
  /// Moves the made-up book so that `price` is on its side of it.
  void move_book(RawPrice price, Side aggressor, TimeNs now, MarketSink& sink);
  void tell_book(bool snapshot, TimeNs now, MarketSink& sink);
  [[nodiscard]] RawPrice shifted(RawPrice price) const noexcept;

  Instrument instrument_;
  Settings settings_;
  std::vector<Pending> pending_;
  std::optional<SyntheticBook> made_up_;
  Book shown_;  ///< what was told, for showing it anew
  bool opened_ = false;
  RawPrice last_;
  std::int64_t shift_ = 0;  ///< raw units, whole ticks
  std::vector<BookLevelChange> changes_;
};

}  // namespace kontor::emulator
