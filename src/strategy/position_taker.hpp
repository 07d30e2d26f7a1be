#pragma once

#include <cstdint>

#include "strategy/position_sizer.hpp"

namespace kontor::strategy {

/// Which side of the market a strategy is on, or wants to be on.
enum class Direction : std::int8_t { down = -1, flat = 0, up = 1 };

/// Brings a strategy's own position to where it should be, by market orders: order = target − (position +
/// what is on its way). With a stop or a target configured, entries are brackets; to leave, it cancels the
/// legs and what is not yet filled of the entry, and sells what is filled. What it cannot do (a size below
/// the minimum) is recorded as a skip, never rounded up.
class PositionTaker {
 public:
  PositionTaker(InstrumentId instrument, PositionSizer sizer) noexcept
      : instrument_(instrument), sizer_(std::move(sizer)) {}

  [[nodiscard]] const PositionSizer& sizer() const noexcept { return sizer_; }
  /// False if update() would do nothing.
  [[nodiscard]] bool watches_bars() const noexcept { return sizer_.watches_bars(); }
  void update(const View& view, const Bar& bar) {
    sizer_.update(view.instrument(instrument_), bar);
    sizer_.look_at_book(view, instrument_);
  }
  /// To be called after every fill of the strategy's orders.
  void on_fill(const View& view) { sizer_.look_at_book(view, instrument_); }

  /// The side on which the strategy is, market orders on their way included. A rest that is too small to be
  /// sold (fees taken in base leave one) is flat.
  [[nodiscard]] Direction held(const View& view, RawPrice price) const noexcept;
  /// Goes there at about `price`.
  void take(const View& view, Direction wanted, RawPrice price, Intents& out) const;

  /// Sizes and protects as `fresh` does from the next entry on; a position that is protected stays so.
  void adopt(PositionTaker& fresh) { sizer_.adopt(fresh.sizer_); }

  void save(Encoder& encoder) const { sizer_.save(encoder); }
  void load(Decoder& decoder) { sizer_.load(decoder); }

 private:
  [[nodiscard]] RawQuantity position(const View& view) const noexcept;
  /// True while an order with legs, or a leg, is at the venue.
  [[nodiscard]] bool has_protection(const View& view) const noexcept;
  /// Orders the signed quantity at the market, or says why not; returns what it has ordered.
  RawQuantity order(const Instrument& instrument, RawQuantity signed_quantity, RawPrice price,
                    Intents& out) const;
  void enter(const View& view, Direction wanted, RawQuantity current, RawPrice price, Intents& out) const;
  /// Gives up a protected position; returns what cannot be sold of it.
  RawQuantity leave(const View& view, RawPrice price, Intents& out) const;
  void enter_protected(const View& view, Direction wanted, RawQuantity current, RawPrice price,
                       Intents& out) const;

  InstrumentId instrument_;
  PositionSizer sizer_;
};

}  // namespace kontor::strategy
