#pragma once

#include <optional>
#include <string_view>

#include <boost/describe/class.hpp>

#include "portfolio/sizing.hpp"
#include "strategy/indicators/volatility.hpp"
#include "strategy/return_tail.hpp"
#include "strategy/strategy.hpp"
#include "strategy/trade_record.hpp"

namespace kontor::strategy {

/// A bar in price and quantity units, as indicators take it.
[[nodiscard]] inline indicators::BarValues to_values(const Instrument& instrument, const Bar& bar) noexcept {
  return {instrument.to_double(bar.open),  instrument.to_double(bar.high),   instrument.to_double(bar.low),
          instrument.to_double(bar.close), instrument.to_double(bar.volume), bar.ts_open};
}

/// An entry as the sizer would have it.
struct SizedEntry {
  RawQuantity quantity;      ///< zero: no trade
  RawPrice stop_price;       ///< trigger of the protective stop; zero: none
  RawPrice target_price;     ///< limit of the take-profit; zero: none
  RawPrice stop_limit;       ///< of the stop, once it has triggered; zero: a market order
  RawPrice trailing_offset;  ///< at which the stop follows the best price; zero: it stays
  std::string_view reason;   ///< why there is no trade; a constant text
};

/// What a protective stop is.
enum class StopOrder : std::uint8_t { market, limit, trailing };

/// The type of the protective stop that parameters with sizing_parameters() ask for; nothing: there is none.
[[nodiscard]] std::optional<OrderType> stop_type_of(const Parameters& parameters);

/// The sizer of one strategy, made from sizing_parameters(): keeps the average true range and the volatility
/// where they are needed (and only there), and turns equity and price into a size with its protective prices.
class PositionSizer {
 public:
  /// Faults between parameters, and between them and the instrument, are usage errors.
  [[nodiscard]] static Result<PositionSizer> make(const StrategyContext& context,
                                                  const Parameters& parameters);

  /// Closed bars that have to be seen before it can size.
  [[nodiscard]] std::size_t warmup_bars() const noexcept;
  /// True if entries come with a stop or a target.
  [[nodiscard]] bool protects() const noexcept { return stop_atr_ > 0 || target_atr_ > 0; }

  /// False if neither update() nor look_at_book() would do anything.
  [[nodiscard]] bool watches_bars() const noexcept {
    return needs_history_ || rule_.kind == portfolio::SizerKind::kelly;
  }
  void update(const Instrument& instrument, const Bar& bar) noexcept {
    if (needs_history_) [[unlikely]]
      remember(instrument, bar);
  }
  /// To be called after every fill and bar: what the strategy's own trades earned.
  void look_at_book(const View& view, InstrumentId id) {
    if (rule_.kind == portfolio::SizerKind::kelly) [[unlikely]]
      record_.look_at(view, id);
  }
  /// Sizes an entry at about `price`.
  [[nodiscard]] SizedEntry size(const View& view, InstrumentId id, Side side, RawPrice price) const noexcept;

  /// Sizes as `fresh` does, which has seen nothing yet, from the next entry on. What both look at in the same
  /// way is known on; whatever else `fresh` needs it has to see first.
  void adopt(PositionSizer& fresh);

  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  PositionSizer() = default;
  void remember(const Instrument& instrument, const Bar& bar) noexcept;
  [[nodiscard]] Decimal volatility() const noexcept;
  [[nodiscard]] portfolio::SizingInput input_for(const View& view, InstrumentId id, Side side,
                                                 RawPrice price) const noexcept;
  /// Sets stop and target of the entry; why that is not possible, or nothing.
  [[nodiscard]] std::string_view protect(const Instrument& instrument, Side side, RawPrice price,
                                         SizedEntry& entry) const noexcept;

  portfolio::SizingRule rule_;
  StopOrder stop_order_ = StopOrder::market;
  double stop_atr_ = 0;
  double stop_limit_atr_ = 0;
  double target_atr_ = 0;
  double bars_per_year_root_ = 0;  ///< turns a bar's deviation into a year's
  bool needs_history_ = false;

  indicators::AverageTrueRange range_;
  indicators::StandardDeviation deviation_;
  double previous_close_ = 0;

  double confidence_ = 0;
  ReturnTail tail_;
  std::size_t least_trades_ = 0;
  TradeRecord record_{1};
};

}  // namespace kontor::strategy
