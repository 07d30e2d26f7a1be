#include "portfolio/portfolio.hpp"

namespace kontor::portfolio {
namespace {

/// `amount × price`, the price given in raw units at the instrument's scale.
Amount times_price(const Instrument& instrument, Amount amount, RawPrice price) noexcept {
  return amount.times(Decimal{price.units, instrument.price_scale()}, Rounding::half_even);
}

}  // namespace

Portfolio::Portfolio(const InstrumentTable& instruments, AssetId reporting_asset, std::size_t strategies)
    : instruments_(&instruments),
      reporting_asset_(reporting_asset),
      ledger_(instruments.asset_count()),
      positions_(instruments.size()),
      books_(instruments.size() * strategies),
      values_(instruments.size()),
      asset_values_(instruments.asset_count()) {
  for (const auto& instrument : instruments.all()) {
    auto& asset = asset_values_[instrument.base().index()];
    if (!instrument.is_spot() || instrument.quote() != reporting_asset || asset.instrument) continue;
    asset.instrument = instrument.id();
    values_[instrument.id().index()].values_base = true;
  }
}

void Portfolio::set_fixed_price(AssetId asset, const Decimal& price) { asset_values_[asset.index()].fixed_price = price; }

Amount Portfolio::reported(AssetId asset, Amount amount) const noexcept {
  if (asset == reporting_asset_) return amount;
  const auto& value = asset_values_[asset.index()];
  if (value.instrument) {
    return times_price((*instruments_)[*value.instrument], amount, values_[value.instrument->index()].mark);
  }
  return value.fixed_price ? amount.times(*value.fixed_price, Rounding::half_even) : Amount();
}

void Portfolio::change_cash(AssetId asset, Amount amount, LedgerAccount counterpart) {
  ledger_.post(asset, amount, counterpart, LedgerAccount::cash);
  const auto& value = asset_values_[asset.index()];
  if (asset == reporting_asset_) {
    equity_ += amount;
  } else if (value.instrument) {
    rehold(*value.instrument);
  } else if (value.fixed_price) {
    equity_ += amount.times(*value.fixed_price, Rounding::half_even);
  }
}

void Portfolio::book_transfer(const Money& money) { change_cash(money.asset, money.amount, LedgerAccount::capital); }

void Portfolio::book_funding(const Money& money) {
  change_cash(money.asset, money.amount, LedgerAccount::funding);
  funding_ += reported(money.asset, money.amount);
}

/// Takes over the balance of the base asset (spot) or the net position (perpetual) into what is valued here.
void Portfolio::rehold(InstrumentId id) noexcept {
  const Instrument& instrument = (*instruments_)[id];
  auto& value = values_[id.index()];
  if (instrument.is_spot() && value.values_base) {
    const Amount balance = ledger_.cash(instrument.base());
    const int128 unit = instrument.base_amount(RawQuantity(1)).units();
    const int128 whole = balance.units() / unit;
    value.held = RawQuantity(static_cast<std::int64_t>(whole));
    value.rest = balance - Amount::from_units(whole * unit);
    value.inexact = !value.rest.is_zero();
  } else {
    value.held = positions_[id.index()].quantity;
  }
  refresh(id);
}

void Portfolio::refresh(InstrumentId id) noexcept {
  const Instrument& instrument = (*instruments_)[id];
  auto& value = values_[id.index()];
  Amount exposure = instrument.notional(value.mark, value.held);
  if (value.inexact) exposure += times_price(instrument, value.rest, value.mark);
  Amount part;
  if (instrument.is_spot()) {
    if (value.values_base) part = exposure;
  } else if (value.mark.units != 0) {
    part = exposure - positions_[id.index()].cost;
  }
  equity_ += part - value.equity_part;
  net_exposure_ += exposure - value.exposure;
  gross_exposure_ += exposure.absolute() - value.exposure.absolute();
  value.equity_part = part;
  value.exposure = exposure;
}

void Portfolio::book_spot(const Instrument& instrument, const Fill& fill, Amount notional) {
  const Amount base = instrument.base_amount(fill.quantity);
  const bool buys = fill.side == Side::buy;
  change_cash(instrument.quote(), buys ? -notional : notional, LedgerAccount::trading);
  change_cash(instrument.base(), buys ? base : -base, LedgerAccount::trading);
}

BookedFill Portfolio::book_fill(StrategyId strategy, const Fill& fill) {
  const Instrument& instrument = (*instruments_)[fill.instrument];
  auto& entry = book_of(strategy, fill.instrument);
  auto& net = positions_[fill.instrument.index()];
  const bool was_flat = net.is_flat();
  if (auto& mark = values_[fill.instrument.index()].mark; mark.units == 0) mark = fill.price;
  const Amount account_realized = net.apply(instrument, fill.side, fill.quantity, fill.price);
  BookedFill booked;
  booked.realized = entry.position.apply(instrument, fill.side, fill.quantity, fill.price);
  if (instrument.is_spot()) {
    book_spot(instrument, fill, instrument.notional(fill.price, fill.quantity));
  } else if (!account_realized.is_zero()) {
    change_cash(instrument.quote(), account_realized, LedgerAccount::realized);
  }
  if (!fill.fee.is_zero()) change_cash(fill.fee_asset, -fill.fee, LedgerAccount::fees);
  booked.fee_reported = reported(fill.fee_asset, fill.fee);
  if (instrument.is_spot() && fill.fee_asset == instrument.base()) {
    // A fee taken out of what was bought is not there to be sold: the position is smaller, its cost is not.
    const auto taken = fill.fee.units() / instrument.base_amount(RawQuantity(1)).units();
    const RawQuantity quantity(static_cast<std::int64_t>(taken));
    for (Position* position : {&entry.position, &net}) {
      if (position->quantity.units > quantity.units) position->quantity -= quantity;
    }
  }
  rehold(fill.instrument);
  entry.realized += booked.realized;
  entry.fees += booked.fee_reported;
  fees_ += booked.fee_reported;
  if (was_flat != net.is_flat()) open_positions_ = was_flat ? open_positions_ + 1 : open_positions_ - 1;
  booked.position_after = entry.position.quantity;
  return booked;
}

}  // namespace kontor::portfolio
