#pragma once

#include "strategy/builtin/price_grid.hpp"
#include "strategy/configured_strategy.hpp"

namespace kontor::strategy {

/// A demonstration of market making: a ladder of post-only orders on both sides of the middle price, moved
/// when the best bid or ask moves. Prices lie on a grid of `spacing_ticks`, so that a small move changes only
/// the ends of the ladder and the orders between keep their place in the queue. Sides are cut so that the
/// inventory stays within `max_inventory`, and on spot nothing is offered that is not held.
class QuoteLadder final : public ConfiguredStrategy<QuoteLadder> {
 public:
  [[nodiscard]] static StrategyDescriptor descriptor();
  [[nodiscard]] static Result<std::unique_ptr<Strategy>> make(const StrategyContext& context,
                                                              const Parameters& parameters);

  [[nodiscard]] Subscriptions subscriptions() const override;
  void on_quote(const View& view, const Quote& quote, Intents& out) override;
  void on_trade(const View& view, const Trade& trade, Intents& out) override;
  void on_book(const View& view, const BookUpdate& update, Intents& out) override;
  void on_fill(const View& view, const Fill& fill, const execution::Order& order, Intents& out) override;
  void save(Encoder& encoder) const override;
  void load(Decoder& decoder) override;

 private:
  friend class ConfiguredStrategy<QuoteLadder>;
  /// One side of the ladder: the best price and how many levels there are behind it.
  struct Ladder {
    RawPrice best;
    std::int64_t levels = 0;
    bool operator==(const Ladder&) const noexcept = default;
    BOOST_DESCRIBE_CLASS(Ladder, (), (best, levels), (), ())
  };

  QuoteLadder(const StrategyContext& context, const Parameters& parameters);
  /// The next event brings the ladder that the new parameters want.
  void adopt(QuoteLadder& fresh);
  void best_may_have_moved(const View& view, Intents& out) {
    const InstrumentMarket& market = view.market(instrument_);
    if (market.bid == bid_ && market.ask == ask_ && !is_outdated_) [[likely]]
      return;
    bid_ = market.bid;
    ask_ = market.ask;
    quote_anew(view, out);
  }
  /// True if this side could be this ladder: no more levels than configured, all at prices that there are.
  [[nodiscard]] bool is_possible(const Ladder& ladder, Side side) const noexcept;
  void quote_anew(const View& view, Intents& out);
  void emit(Intents& out);
  [[nodiscard]] Ladder bid_ladder() noexcept;
  [[nodiscard]] Ladder ask_ladder() noexcept;
  /// How many orders of the configured size fit into a quantity, at most `levels`.
  [[nodiscard]] std::int64_t orders_in(RawQuantity room) const noexcept;
  /// Takes over the position: it decides how many levels each side may have.
  void look_at_inventory(const View& view) noexcept {
    const RawQuantity held = view.position(instrument_).quantity;
    if (held != held_) hold(held);
  }
  void hold(RawQuantity held) noexcept;

  InstrumentId instrument_;
  bool spot_;
  RawPrice tick_;
  std::int64_t levels_;
  std::int64_t distance_;   ///< raw units from the middle to the first level
  std::int64_t spacing_;    ///< raw units
  std::int64_t depth_ = 0;  ///< of a whole side, raw units
  RawQuantity order_quantity_;
  RawQuantity max_inventory_;
  RawPrice least_price_;  ///< below it the order size is worth less than the instrument's minimum
  RawPrice bid_;
  RawPrice ask_;
  Ladder bids_;
  Ladder asks_;
  bool too_small_said_ = false;
  bool is_outdated_ = false;     ///< the orders at the venue are those of other parameters
  RawQuantity held_;             ///< what the next two follow from
  std::int64_t bid_levels_ = 0;  ///< that the inventory leaves room for
  std::int64_t ask_levels_ = 0;
  PriceGrid bid_grid_;
  PriceGrid ask_grid_;
};

}  // namespace kontor::strategy
