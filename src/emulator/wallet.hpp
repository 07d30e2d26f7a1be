#pragma once

#include <optional>
#include <span>

#include "base/time.hpp"
#include "emulator/account_view.hpp"
#include "emulator/listing.hpp"
#include "model/event.hpp"
#include "venue/sim/sim_settings.hpp"
#include "venue/sim/venue_state.hpp"

namespace kontor::emulator {

/// The rules by which a wallet's orders fill: no latency (the fronts delay), fees out of what is received on
/// spot, the listed leverage and maintenance margin.
[[nodiscard]] sim::SimSettings matching_settings(const Listings& listings);

/// One wallet of an account: its money, open orders and positions inside venue/sim, on the exchange's side.
/// Stands in for SimVenue because leverage and margin mode change here while the wallet is in use. The
/// listings must outlive it.
class Wallet {
 public:
  Wallet(const Listings& listings, const sim::SimSettings& settings);

  // Market data in the order of time, then commands; see SimVenue.
  void on_trade(const Trade& trade) {
    sim::Market& market = state_.markets[trade.instrument.index()];
    market.last = trade.price;
    market.saw(sim::FeedLevel::trades);
    if (market.is_quiet(trade.price, trade.price) && trade.ts_venue < state_.next_expiry) return;
    match(market, trade);
  }
  void on_book(const BookUpdate& update);
  void on_funding(const FundingRate& funding);
  void on_command(const CommandBody& command, TimeNs now);
  void on_time(TimeNs now);
  void on_delisted(InstrumentId instrument, TimeNs now);
  void credit(AssetId asset, Amount amount, TimeNs now);

  [[nodiscard]] std::span<const sim::TimedReport> reports() const noexcept { return state_.reports; }
  void clear_reports() noexcept { state_.reports.clear(); }
  [[nodiscard]] TimeNs next_expiry() const noexcept { return state_.next_expiry; }

  [[nodiscard]] AssetBalance balance(AssetId asset) const;
  /// Only what is booked: total, reserved, position margin.
  [[nodiscard]] AssetBalance raw_balance(AssetId asset) const noexcept {
    const sim::AssetAccount& account = state_.account(asset);
    AssetBalance balance;
    balance.asset = asset;
    balance.total = account.balance;
    balance.reserved = account.reserved;
    balance.position_margin = account.position_margin;
    return balance;
  }
  /// Without what only the account knows: realised profit, settings' time.
  [[nodiscard]] PositionView position(InstrumentId instrument) const;
  [[nodiscard]] const Position& raw_position(InstrumentId instrument) const noexcept {
    return state_.markets[instrument.index()].position;
  }
  /// What the matching knows of a live order; null: it is not live.
  [[nodiscard]] const sim::WorkingOrder* working(OrderId order) const noexcept;
  [[nodiscard]] std::size_t live_orders() const noexcept { return state_.orders.size(); }

  [[nodiscard]] InstrumentSettings settings(InstrumentId instrument) const noexcept;
  /// False, and nothing changes: the free margin does not suffice for what is open.
  [[nodiscard]] bool change_leverage(InstrumentId instrument, const Decimal& leverage, TimeNs now);
  /// Only without a position and open orders in the instrument.
  void change_margin_mode(InstrumentId instrument, MarginMode mode);

 private:
  void match(sim::Market& market, const Trade& trade);
  void take_rules(sim::Market& market, const sim::InstrumentRules& rules);
  [[nodiscard]] std::optional<RawPrice> liquidation_price(const sim::Market& market) const;

  sim::VenueState state_;
};

}  // namespace kontor::emulator
