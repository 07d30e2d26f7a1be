#pragma once

#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "model/book.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"
#include "model/position.hpp"
#include "venue/sim/fee_schedule.hpp"
#include "venue/sim/id_index.hpp"
#include "venue/sim/ladder.hpp"
#include "venue/sim/sim_settings.hpp"
#include "venue/sim/working_order.hpp"

namespace kontor::sim {

/// Kinds of market data, coarsest first; the finest one seen fills orders.
BOOST_DEFINE_FIXED_ENUM_CLASS(FeedLevel, std::uint8_t, none, bars, trades, quotes, book)

/// A fraction as billionths: settings that are multiplied on every order.
using PerBillion = std::int64_t;
inline constexpr std::int64_t kBillion = 1'000'000'000;

/// One maintenance tier, ready to compute with.
struct TierRate {
  Amount cap;  ///< zero: no cap
  PerBillion rate = 0;
  Amount deduction;
};

/// A cancel or an amendment that waits for the bar in which it arrived.
struct HeldChange {
  CommandBody command;
  Passage passage;
  BOOST_DESCRIBE_CLASS(HeldChange, (), (command, passage), (), ())
};

/// Bound on the changes and fundings that wait for one bar.
inline constexpr std::size_t kMaxHeld = 4'096;

/// One instrument at the venue: its market, our orders in it, our position.
class Market {
 public:
  Market(const Instrument& instrument_in, const InstrumentRules& rules_in, Slot number_in);

  /// True if nothing of ours can be touched by prices between `low` and `high`.
  [[nodiscard]] bool is_quiet(RawPrice low, RawPrice high) const noexcept {
    return low.units > quiet_low && high.units < quiet_high;
  }
  void saw(FeedLevel seen) noexcept {
    if (automatic && seen > level) level = seen;
  }
  [[nodiscard]] bool takes_quotes() const noexcept {
    return automatic ? level <= FeedLevel::quotes : level == FeedLevel::quotes;
  }
  void take_quote(const Quote& quote) noexcept {
    saw(FeedLevel::quotes);
    const bool same_bid = quote.bid == bid;
    const bool same_ask = quote.ask == ask;
    bid_taken = same_bid ? bid_taken : RawQuantity();
    ask_taken = same_ask ? ask_taken : RawQuantity();
    bid_before = same_bid ? bid_quantity : quote.bid_quantity;
    ask_before = same_ask ? ask_quantity : quote.ask_quantity;
    show(quote.bid, quote.ask);
    bid_quantity = quote.bid_quantity;
    ask_quantity = quote.ask_quantity;
  }
  [[nodiscard]] Ladder& ladder(Side side) noexcept { return side == Side::buy ? buys : sells; }
  /// The best prices are these now; zero where a side is empty.
  void show(RawPrice best_bid, RawPrice best_ask) noexcept {
    bid = best_bid;
    ask = best_ask;
    if (bid.units != 0 && ask.units != 0) [[likely]] {
      middle = RawPrice(bid.units + (ask.units - bid.units) / 2);
    } else if (bid.units != 0 || ask.units != 0) {
      one_sided = bid.units != 0 ? bid : ask;
    }
  }
  /// What positions are valued at, and what `mark` triggers look at. A side that is empty for a while changes
  /// nothing: the middle stays the last one that was known. Zero only before the first price of all.
  [[nodiscard]] RawPrice mark() const noexcept {
    if (level < FeedLevel::quotes) return last;
    if (middle.units != 0) [[likely]]
      return middle;
    return last.units != 0 ? last : one_sided;
  }
  /// What `last` triggers look at; where no trades are seen, the mark.
  [[nodiscard]] RawPrice last_or_mark() const noexcept { return last.units != 0 ? last : mark(); }
  [[nodiscard]] bool is_spot() const noexcept { return instrument->is_spot(); }
  [[nodiscard]] AssetId settle() const noexcept { return instrument->quote(); }
  /// Bars, or nothing known yet: orders wait for the next bar's open.
  [[nodiscard]] bool waits_for_bars() const noexcept { return level <= FeedLevel::bars; }

  /// Inside a bar that has not been matched yet: what happens now can be worked off only with it.
  [[nodiscard]] bool is_inside_bar(TimeNs time) const noexcept {
    return waits_for_bars() && bar_end != kTimeMin && time > bar_end;
  }
  /// The next datum must be looked at, whatever its price.
  [[nodiscard]] bool holds_anything() const noexcept {
    return !waiting.empty() || !changes.empty() || !funding.empty();
  }

  // Read on every event.
  std::int64_t quiet_low = INT64_MIN;
  std::int64_t quiet_high = INT64_MAX;
  RawPrice last;
  DurationNs bar_period = INT64_MAX;  ///< finest timeframe seen
  TimeNs bar_end = kTimeMin;          ///< of its last bar
  RawPrice bid;
  RawPrice ask;
  RawPrice middle;     ///< of bid and ask, when both were last known
  RawPrice one_sided;  ///< the price last shown by one side alone
  FeedLevel level = FeedLevel::none;
  bool automatic = true;
  QueueModel queue = QueueModel::none;
  bool touch_fills = false;
  bool dirty = false;        ///< listed in VenueState::dirty_markets
  bool any_crossed = false;  ///< some resting order of ours stands beyond what the opposite side shows
  std::uint32_t open_orders = 0;

  RawQuantity bid_quantity;
  RawQuantity ask_quantity;
  RawQuantity bid_before;  ///< size in the quote before, if the price was the same
  RawQuantity ask_before;
  RawQuantity bid_taken;  ///< of the quoted size, by us, since the price came
  RawQuantity ask_taken;

  Ladder buys{Side::buy};
  Ladder sells{Side::sell};
  std::vector<Slot>
      waiting;  ///< bars: not yet through an open, in order of arrival; quotes: unfilled market orders
  std::vector<HeldChange> changes;        ///< that arrived inside the present bar, in their order
  std::vector<FundingRate> funding;       ///< inside the present bar, in its order
  std::vector<Slot> armed;                ///< triggers
  std::int64_t trigger_low = INT64_MIN;   ///< a price at or below this fires or moves a trigger
  std::int64_t trigger_high = INT64_MAX;  ///< the same at or above
  std::int64_t safe_low = INT64_MIN;      ///< a mark below this needs a margin check
  std::int64_t safe_high = INT64_MAX;

  Book book;

  Position position;
  Amount position_margin;  ///< tied up by the position: initial margin (cross) or what it was allotted
                           ///< (isolated)
  Need need[2];            ///< perpetuals: of all open orders, by side
  Amount order_margin;     ///< perpetuals: part of AssetAccount::reserved

  const Instrument* instrument;
  InstrumentRules rules;
  Slot number;  ///< index of this market
  FeeSchedule fees;
  PerBillion slippage = 0;
  PerBillion participation = 0;
  PerBillion price_band = 0;
  PerBillion initial_margin = kBillion;
  PerBillion order_margin_rate = kBillion;  ///< initial margin and taker fee
  PerBillion liquidation_fee = 0;
  std::vector<TierRate> tiers;
};

/// `value` as billionths, rounded up.
[[nodiscard]] PerBillion per_billion(const Decimal& value) noexcept;

/// `amount × rate`, rounded up; both ≥ 0.
[[nodiscard]] inline Amount share_up(Amount amount, PerBillion rate) noexcept {
  constexpr auto kWhole = static_cast<uint128>(kBillion);
  const auto units = static_cast<uint128>(amount.units());
  const auto factor = static_cast<uint128>(rate);
  uint128 product = 0;
  if (!__builtin_mul_overflow(units, factor, &product)) [[likely]] {
    return Amount::from_units(static_cast<int128>((product + kWhole - 1) / kWhole));
  }
  return Amount::from_units(
      static_cast<int128>(units / kWhole * factor + (units % kWhole * factor + kWhole - 1) / kWhole));
}

}  // namespace kontor::sim
