#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"
#include "venue/sim/latency.hpp"

namespace kontor::sim {

/// Which data of an instrument fill orders. `automatic` takes the finest kind seen so far: book before quotes
/// before trades before bars. Trades also fill resting orders where quotes or a book are the feed.
BOOST_DEFINE_FIXED_ENUM_CLASS(MatchingFeed, std::uint8_t, automatic, bars, trades, quotes, book)

/// What is assumed to stand before our resting order at its price.
/// `none`: unknown, only a trade through the price fills (or at it, with touch_fills).
/// `risk_averse`: all that the level showed when we came; only trades move us forward, and cancellations only
/// where the level becomes smaller than what stood before us.
/// `probabilistic`: a cancellation at the level was before or behind us in the ratio of the squared
/// quantities.
BOOST_DEFINE_FIXED_ENUM_CLASS(QueueModel, std::uint8_t, none, risk_averse, probabilistic)

/// Which of stop and target comes first where one bar reaches both.
BOOST_DEFINE_FIXED_ENUM_CLASS(IntrabarPath, std::uint8_t, adverse, favourable)

/// How much a market order may take of a bar or a quote.
BOOST_DEFINE_FIXED_ENUM_CLASS(MarketVolume, std::uint8_t, unlimited, participation)

/// What fees are paid in: the quote asset; the asset received (base on spot buys, else quote); or a third
/// asset.
BOOST_DEFINE_FIXED_ENUM_CLASS(FeeAsset, std::uint8_t, quote, base, other)

BOOST_DEFINE_FIXED_ENUM_CLASS(MarginMode, std::uint8_t, cross, isolated)

/// What happens to a stop that arrives when its trigger price has been passed already.
BOOST_DEFINE_FIXED_ENUM_CLASS(ReachedStop, std::uint8_t, reject, trigger)

/// One step of a venue's maintenance margin table: positions up to `notional_cap` (zero: any size) must keep
/// `notional × rate − deduction`. Ascending caps; the deduction makes the function continuous.
struct MaintenanceTier {
  Decimal notional_cap;
  Decimal rate{5, 3};
  Decimal deduction;
  BOOST_DESCRIBE_CLASS(MaintenanceTier, (), (notional_cap, rate, deduction), (), ())
};

/// The rules for one instrument, and the defaults of all.
struct InstrumentRules {
  MatchingFeed feed = MatchingFeed::automatic;
  Decimal slippage_bps{5, 0};   ///< where no book is known: market orders fill this much worse
  Decimal participation{1, 1};  ///< share of a bar's or trade's volume that resting orders may have
  MarketVolume market_volume = MarketVolume::unlimited;
  bool touch_fills = false;  ///< a trade at the limit price is enough where the queue is unknown
  QueueModel queue = QueueModel::risk_averse;
  IntrabarPath intrabar = IntrabarPath::adverse;
  ReachedStop reached_stop = ReachedStop::reject;
  std::uint32_t max_open_orders = 200;  ///< open orders in one instrument, inactive legs included
  Decimal price_band;                   ///< limit prices may be this fraction off the last price; zero: any

  std::optional<Decimal> maker_fee;  ///< instead of the instrument's own
  std::optional<Decimal> taker_fee;
  FeeAsset fee_asset = FeeAsset::quote;
  /// Fees are cut behind so many places, as venues keep their books. Not among the described: backtests and
  /// sessions count exactly, and an exchange that cuts saves no snapshots.
  std::uint8_t fee_places = Amount::kScale;
  AssetId other_fee_asset;  ///< FeeAsset::other only
  /// The price of the third asset in the quote asset: last price of this instrument (third asset / quote) …
  std::optional<InstrumentId> other_fee_instrument;
  Decimal other_fee_price;  ///< … or this, where no such instrument is given or it has no price yet

  MarginMode margin = MarginMode::cross;
  Decimal leverage{1, 0};  ///< initial margin is 1 / leverage of the notional
  std::vector<MaintenanceTier> maintenance = {MaintenanceTier{}};
  Decimal liquidation_fee{5, 3};  ///< of the notional, on top of the taker fee
  bool spot_margin = false;       ///< spot may go short on margin; otherwise insufficient_balance
  BOOST_DESCRIBE_CLASS(InstrumentRules, (),
                       (feed, slippage_bps, participation, market_volume, touch_fills, queue, intrabar,
                        reached_stop, max_open_orders, price_band, maker_fee, taker_fee, fee_asset,
                        other_fee_asset, other_fee_instrument, other_fee_price, margin, leverage, maintenance,
                        liquidation_fee, spot_margin),
                       (), ())
};

/// How long after a bar's open an order still counts as there at the open.
struct OpenWindow {
  DurationNs longest = 0;
  DurationNs feed = 0;  ///< unless chosen, an order must have been sent within this after the open
  bool chosen = false;  ///< by the user; otherwise it is half of the bar at the most

  [[nodiscard]] DurationNs of(DurationNs period) const noexcept {
    return chosen ? longest : std::min(longest, period / 2);
  }
  BOOST_DESCRIBE_CLASS(OpenWindow, (), (longest, feed, chosen), (), ())
};

/// All settings of a simulated venue; the defaults stand here and nowhere else.
struct SimSettings {
  LatencySettings latency;
  InstrumentRules rules;
  /// Whole rule sets that replace `rules` for single instruments; see rules_for().
  std::vector<std::pair<InstrumentId, InstrumentRules>> overrides;
  /// An order that reaches the venue this long after a bar's open still takes part in that bar as if it had
  /// been there at the open; a later one waits for the next bar. Negative: order entry + feed + jitter, but
  /// half of the bar at the most, and only if it was sent no later than a feed latency after the open: on
  /// what was known when the bar before was.
  DurationNs open_window_ns = -1;

  /// The rules that hold for an instrument.
  [[nodiscard]] const InstrumentRules& rules_of(InstrumentId id) const noexcept;
  /// The rules of one instrument to be changed; begins as a copy of the defaults.
  InstrumentRules& rules_for(InstrumentId id);
  [[nodiscard]] OpenWindow open_window() const noexcept;

  /// Everything that is impossible in these settings, all at once.
  [[nodiscard]] Result<void> check(const InstrumentTable& instruments) const;
  /// The assumptions as a reader of a report wants them: name and value, in a fixed order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> assumptions(
      const InstrumentTable& instruments) const;
};

}  // namespace kontor::sim
