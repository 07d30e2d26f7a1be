#include "strategy/trade_record.hpp"

#include <algorithm>
#include <cmath>

#include "portfolio/sizing.hpp"

namespace kontor::strategy {
namespace {

constexpr double kMost = 1'000;

/// The side of a position; what is too small to be sold is none.
int side_of(const Instrument& instrument, RawQuantity quantity, RawPrice price) noexcept {
  const RawQuantity tradable = instrument.floor_to_step(quantity.absolute());
  if (!portfolio::minimum_fault(instrument, tradable, price).empty()) return 0;
  return quantity.units > 0 ? 1 : -1;
}

/// An amount of the reporting asset in the quote asset of an instrument.
double in_quote(const View& view, InstrumentId instrument, Amount amount) noexcept {
  const double equity = view.equity().to_double();
  const double rate = equity > 0 ? view.equity_in_quote(instrument).to_double() / equity : 1.0;
  return amount.to_double() * rate;
}

}  // namespace

void TradeRecord::look_at(const View& view, InstrumentId instrument) {
  const portfolio::SubBookEntry& book = view.book(instrument);
  if (joins_) [[unlikely]] {
    joins_ = false;
    seen_.realized = book.realized;
    seen_.fees = book.fees;
  }
  if (book.position.quantity == seen_.position.quantity && book.realized == seen_.realized) return;
  profit_ +=
      (book.realized - seen_.realized).to_double() - in_quote(view, instrument, book.fees - seen_.fees);
  seen_ = book;
  const RawPrice price = view.market(instrument).mark();
  const int side = side_of(view.instrument(instrument), book.position.quantity, price);
  if (side_ != 0 && side != side_) close_trip();
  side_ = side;
  if (side != 0) invested_ = std::max(invested_, book.position.cost.absolute().to_double());
}

void TradeRecord::close_trip() noexcept {
  if (invested_ > 0) returns_.push(profit_ / invested_);
  profit_ = 0;
  invested_ = 0;
}

double TradeRecord::kelly_fraction() const {
  double won = 0;
  double lost = 0;
  std::size_t wins = 0;
  for (const double value : returns_.in_order()) {
    if (value > 0) ++wins;
    (value > 0 ? won : lost) += std::abs(value);
  }
  if (wins == 0) return -kMost;
  if (lost <= 0) return kMost;
  // W / (lost / losses) − (1 − W) / (won / wins), with W = wins / all
  const auto all = static_cast<double>(returns_.size());
  const auto share = static_cast<double>(wins) / all;
  const double loss = lost / (all - static_cast<double>(wins));
  const double win = won / static_cast<double>(wins);
  return std::clamp(share / loss - (1 - share) / win, -kMost, kMost);
}

}  // namespace kontor::strategy
