#pragma once

#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"
#include "venue/sim/market.hpp"
#include "venue/sim/order_groups.hpp"
#include "venue/sim/sim_settings.hpp"
#include "venue/sim/timed_report.hpp"
#include "venue/sim/working_order.hpp"

namespace kontor::sim {

/// One asset of the account.
struct AssetAccount {
  Amount balance;
  Amount reserved;         ///< by open orders
  Amount position_margin;  ///< by open positions that settle in this asset
  bool margined = false;   ///< perpetuals settle in it, or spot may go short against it
  // Whether it is margined follows from the settings.
  BOOST_DESCRIBE_CLASS(AssetAccount, (), (balance, reserved, position_margin), (), ())
};

/// A part of a taker's execution: this much at this price.
struct Slice {
  RawPrice price;
  RawQuantity quantity;
};

/// What market data gives one of our resting orders.
struct Hit {
  OrderId order;
  RawQuantity quantity;
};

/// The bar that is being matched.
struct BarPass {
  TimeNs ts_open = 0;
  TimeNs ts_close = 0;
  RawPrice open;
  RawPrice high;
  RawPrice low;
  RawPrice close;
  RawQuantity budget;  ///< what resting orders may have of the volume, once known; the whole volume before
  bool budget_known = false;
  bool inside = false;          ///< past the open
  std::vector<Slot> activated;  ///< legs whose entry filled past the open
};

/// Everything that the simulated venue knows; the functions of this room work on it.
struct VenueState {
  VenueState(const InstrumentTable& instruments_in, const SimSettings& settings);

  const InstrumentTable* instruments;
  OpenWindow open_window;
  DurationNs order_entry;
  std::vector<Market> markets;
  std::vector<AssetAccount> assets;
  std::vector<Slot> margin_markets;  ///< perpetuals and spot instruments that may go short
  OrderStore orders;
  GroupStore groups;
  std::uint64_t highest_order = 0;

  std::vector<TimedReport> reports;
  TimeNs now = kTimeMin;  ///< stamp of what is reported
  TimeNs deliver_by = kTimeMax;
  std::uint64_t last_trade = 0;  ///< id of the last execution
  TimeNs next_expiry = kTimeMax;
  std::vector<Slot> expiring;  ///< good-till-date orders

  BarPass bar;
  bool in_bar = false;
  bool margin_changed = false;  ///< balances or positions moved: safe ranges must be computed anew
  std::vector<Slot> touched_groups;
  std::vector<Slot> touched_positions;  ///< markets whose position shrank: reduce-only orders may have to go
  std::vector<Slice> plan;              ///< of the taker order at hand
  std::vector<OrderId> candidates;
  std::vector<Hit> hits;
  std::vector<Slot> dirty_markets;  ///< whose bounds must be computed anew

  [[nodiscard]] Market& market_of(const WorkingOrder& order) noexcept {
    return markets[order.order.instrument.index()];
  }
  /// Notes that orders of a market moved.
  void touch(Market& market) {
    if (market.dirty) return;
    market.dirty = true;
    dirty_markets.push_back(market.number);
  }
  [[nodiscard]] AssetAccount& account(AssetId asset) noexcept { return assets[asset.index()]; }
  [[nodiscard]] const AssetAccount& account(AssetId asset) const noexcept { return assets[asset.index()]; }

  template <class Report>
  void report(const Report& report) {
    reports.emplace_back(now, deliver_by, report);
  }
};

}  // namespace kontor::sim
