#include "portfolio/portfolio.hpp"

#include <algorithm>

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

void Portfolio::set_fixed_price(AssetId asset, const Decimal& price) {
  const Amount before = cash_value(asset);
  asset_values_[asset.index()].fixed_price = price;
  equity_ += cash_value(asset) - before;
}

Amount Portfolio::reported(AssetId asset, Amount amount) const noexcept {
  if (asset == reporting_asset_) return amount;
  const auto& value = asset_values_[asset.index()];
  if (value.instrument) {
    return times_price((*instruments_)[*value.instrument], amount, values_[value.instrument->index()].mark);
  }
  return value.fixed_price ? amount.times(*value.fixed_price, Rounding::half_even) : Amount();
}

Amount Portfolio::converted_equity(AssetId asset) const noexcept {
  constexpr std::int64_t kBillion = 1'000'000'000;
  const int128 worth = reported(asset, Amount::from_units(kPowersOfTen[kMaxScale])).units() / kBillion;
  if (worth <= 0 || worth > INT64_MAX || equity_.units() <= 0) return {};
  if (equity_.units() / worth >= kInt128Max / kBillion) return {};  // more than can be counted
  return equity_.share(kBillion, static_cast<std::int64_t>(worth));
}

/// The part of the equity that a balance makes up by itself; what an instrument values is counted there.
Amount Portfolio::cash_value(AssetId asset) const noexcept {
  if (asset_values_[asset.index()].instrument) return {};
  return reported(asset, ledger_.cash(asset));
}

void Portfolio::change_cash(AssetId asset, Amount amount, LedgerAccount counterpart) {
  if (asset == reporting_asset_) {
    ledger_.post(asset, amount, counterpart, LedgerAccount::cash);
    equity_ += amount;
    return;
  }
  const Amount before = cash_value(asset);  // the difference of two values: roundings never add up
  ledger_.post(asset, amount, counterpart, LedgerAccount::cash);
  equity_ += cash_value(asset) - before;
  if (const auto valuing = asset_values_[asset.index()].instrument) rehold(*valuing);
}

void Portfolio::book_transfer(const Money& money) {
  change_cash(money.asset, money.amount, LedgerAccount::capital);
}

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
    value.held = instrument.whole_quantity(balance);
    value.rest = balance - instrument.base_amount(value.held);
    value.inexact = !value.rest.is_zero();
  } else {
    value.held = positions_[id.index()].quantity;
  }
  refresh(id);
}

void Portfolio::refresh(InstrumentId id) noexcept {
  const Instrument& instrument = (*instruments_)[id];
  auto& value = values_[id.index()];
  value.exposure = instrument.notional(value.mark, value.held);
  if (value.inexact) [[unlikely]]
    value.exposure += times_price(instrument, value.rest, value.mark);
  Amount part;
  if (instrument.is_spot()) {
    if (value.values_base) part = value.exposure;
  } else if (value.mark.units != 0) {
    part = value.exposure - positions_[id.index()].cost;
    if (instrument.quote() != reporting_asset_) part = reported(instrument.quote(), part);
  }
  equity_ += part - value.equity_part;
  value.equity_part = part;
}

Amount Portfolio::reported_exposure(const Instrument& instrument) const noexcept {
  if (!counts_exposure(instrument)) return {};
  return reported(instrument.quote(), values_[instrument.id().index()].exposure);
}

Amount Portfolio::net_exposure() const noexcept {
  Amount sum;
  for (const auto& instrument : instruments_->all()) sum += reported_exposure(instrument);
  return sum;
}

Amount Portfolio::gross_exposure() const noexcept {
  Amount sum;
  for (const auto& instrument : instruments_->all()) sum += reported_exposure(instrument).absolute();
  return sum;
}

/// What is held of a base asset is counted once: where its balance is valued, not again in its other markets.
bool Portfolio::counts_exposure(const Instrument& instrument) const noexcept {
  const auto& base = asset_values_[instrument.base().index()];
  return !instrument.is_spot() || !base.instrument || *base.instrument == instrument.id();
}

void Portfolio::book_spot(const Instrument& instrument, const Fill& fill, Amount notional) {
  const Amount base = instrument.base_amount(fill.quantity);
  const bool buys = fill.side == Side::buy;
  change_cash(instrument.quote(), buys ? -notional : notional, LedgerAccount::trading);
  change_cash(instrument.base(), buys ? base : -base, LedgerAccount::trading);
}

Amount Portfolio::fee_value(const Instrument& instrument, const Fill& fill) const noexcept {
  if (!instrument.is_spot() || fill.fee_asset != instrument.base()) return reported(fill.fee_asset, fill.fee);
  return reported(instrument.quote(), times_price(instrument, fill.fee, fill.price));
}

/// A fee taken out of the base asset is paid as if that much had been sold at the fill's price: it is not
/// there to be sold again, and it is a fee, not a loss of the position. Rounded up to whole raw units, so
/// that a position is never larger than the balance behind it. Returns the profit realised in the strategy's
/// book.
Amount Portfolio::pay_fee_in_base(const Instrument& instrument, const Fill& fill,
                                  SubBookEntry& entry) noexcept {
  const int128 unit = instrument.base_amount(RawQuantity(1)).units();
  const auto fee = static_cast<std::int64_t>(divide_rounded(fill.fee.units(), unit, Rounding::ceiling));
  const RawQuantity quantity(std::min(fee, std::max<std::int64_t>(entry.position.quantity.units, 0)));
  if (quantity.is_zero()) return {};
  const Side side = quantity.units > 0 ? Side::sell : Side::buy;  // a rebate is bought
  positions_[fill.instrument.index()].apply(instrument, side, quantity.absolute(), fill.price);
  return entry.position.apply(instrument, side, quantity.absolute(), fill.price);
}

/// What a fill does to the account as a whole: net position, balances, ledger.
void Portfolio::book_account(const Instrument& instrument, const Fill& fill) {
  if (auto& mark = values_[fill.instrument.index()].mark; mark.units == 0) mark = fill.price;
  auto& net = positions_[fill.instrument.index()];
  const Amount realized = net.apply(instrument, fill.side, fill.quantity, fill.price);
  if (instrument.is_spot()) {
    book_spot(instrument, fill, instrument.notional(fill.price, fill.quantity));
  } else if (!realized.is_zero()) {
    change_cash(instrument.quote(), realized, LedgerAccount::realized);
  }
  if (!fill.fee.is_zero()) change_cash(fill.fee_asset, -fill.fee, LedgerAccount::fees);
}

/// What a fill, or a part of one, does to the book of a strategy.
BookedFill Portfolio::book_part(StrategyId strategy, const Instrument& instrument, const Fill& fill) {
  auto& entry = book_of(strategy, fill.instrument);
  BookedFill booked;
  booked.realized = entry.position.apply(instrument, fill.side, fill.quantity, fill.price);
  if (!fill.fee.is_zero()) {
    booked.fee_reported = fee_value(instrument, fill);
    if (instrument.is_spot() && fill.fee_asset == instrument.base()) {
      booked.realized += pay_fee_in_base(instrument, fill, entry);
    }
  }
  entry.realized += booked.realized;
  entry.fees += booked.fee_reported;
  fees_ += booked.fee_reported;
  booked.position_after = entry.position.quantity;
  return booked;
}

void Portfolio::restate_cost(InstrumentId id, Amount amount) {
  const Instrument& instrument = (*instruments_)[id];
  auto& net = positions_[id.index()];
  if (instrument.is_spot() || net.is_flat()) return;
  change_cash(instrument.quote(), amount, LedgerAccount::realized);
  net.cost += amount;
  refresh(id);
}

BookedFill Portfolio::book_fill(StrategyId strategy, const Fill& fill) {
  const Instrument& instrument = (*instruments_)[fill.instrument];
  const auto& net = positions_[fill.instrument.index()];
  const bool was_flat = net.is_flat();
  book_account(instrument, fill);
  const BookedFill booked = book_part(strategy, instrument, fill);
  rehold(fill.instrument);
  if (was_flat != net.is_flat()) open_positions_ = was_flat ? open_positions_ + 1 : open_positions_ - 1;
  return booked;
}

/// How much of what a liquidation may take a strategy holds.
RawQuantity Portfolio::liquidated(StrategyId strategy, const Fill& fill) const noexcept {
  const Position& held = book(strategy, fill.instrument).position;
  const bool closes = fill.side == Side::sell ? held.is_long() : held.is_short();
  return closes ? held.quantity.absolute() : RawQuantity();
}

/// Splits a liquidation over the strategies that hold what it closed. The first has what sharing leaves over.
std::vector<LiquidatedPart> Portfolio::parts_of(const Fill& fill) const {
  std::vector<LiquidatedPart> parts;
  RawQuantity left = fill.quantity;
  const std::size_t strategies = books_.size() / positions_.size();
  for (std::uint32_t i = 0; i < strategies && !left.is_zero(); ++i) {
    const RawQuantity part = std::min(liquidated(StrategyId(i), fill), left);
    if (part.is_zero()) continue;
    parts.push_back({StrategyId(i), fill, {}});
    parts.back().fill.quantity = part;
    left -= part;
  }
  if (parts.empty()) return {{StrategyId(0), fill, {}}};
  Amount fee = fill.fee;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    parts[i].fill.fee = fill.fee.share(parts[i].fill.quantity.units, fill.quantity.units);
    fee -= parts[i].fill.fee;
  }
  parts.front().fill.fee = fee;
  parts.front().fill.quantity += left;
  return parts;
}

std::vector<LiquidatedPart> Portfolio::book_liquidation(const Fill& fill) {
  const Instrument& instrument = (*instruments_)[fill.instrument];
  const auto& net = positions_[fill.instrument.index()];
  const bool was_flat = net.is_flat();
  auto parts = parts_of(fill);
  book_account(instrument, fill);
  for (auto& part : parts) part.booked = book_part(part.strategy, instrument, part.fill);
  rehold(fill.instrument);
  if (was_flat != net.is_flat()) open_positions_ = was_flat ? open_positions_ + 1 : open_positions_ - 1;
  return parts;
}

}  // namespace kontor::portfolio
