#pragma once

#include <boost/describe/class.hpp>

#include "base/amount.hpp"
#include "model/instrument.hpp"
#include "model/types.hpp"

namespace kontor::portfolio {

/// A fill as it concerns one book.
struct BookFill {
  Side side = Side::buy;
  RawQuantity quantity;
  Amount realized;             ///< before fees
  Amount fee;                  ///< in the asset that results are counted in
  RawQuantity position_after;  ///< as the books say: a fee taken in the base asset makes it less than the sum
};

/// What a fill did to a round trip.
struct TripStep {
  std::int64_t closing = 0;  ///< raw quantity that took from the position
  std::int64_t opening = 0;  ///< raw quantity that added to it, or began one on the other side
  Amount closing_fee;        ///< of the fee, in the proportion of the two
  bool begins = false;       ///< a trip began with it, behind the one that ended
  bool ends = false;
};

/// From flat to flat, or to a flip, in one instrument by one strategy. Every fill is split into the part that
/// closes and the part that opens, so that a flip ends one trip and begins the next. A rest below one step is
/// flat: it can't be sold, and fees taken in the base asset always leave one.
class RoundTripWatch {
 public:
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] RawQuantity position() const noexcept { return RawQuantity(position_); }

  TripStep take(const Instrument& instrument, const BookFill& fill) noexcept {
    const std::int64_t signed_quantity = sign_of(fill.side) * fill.quantity.units;
    const bool reduces = open_ && (position_ > 0) != (signed_quantity > 0);
    const std::int64_t after = fill.position_after.units;
    TripStep step;
    step.closing = reduces ? std::min(RawQuantity(position_).absolute().units, fill.quantity.units) : 0;
    step.opening = fill.quantity.units - step.closing;
    step.closing_fee = fill.fee.share(step.closing, fill.quantity.units);
    if (step.closing > 0) {
      const bool flat = instrument.floor_to_step(fill.position_after.absolute()).is_zero();
      step.ends = flat || (after > 0) != (position_ > 0);
      open_ = open_ && !step.ends;
    }
    if (step.opening > 0 && after != 0 && !open_) {
      step.begins = true;
      open_ = true;
    }
    position_ = after;
    return step;
  }

 private:
  bool open_ = false;
  std::int64_t position_ = 0;
  BOOST_DESCRIBE_CLASS(RoundTripWatch, (), (), (), (open_, position_))
};

}  // namespace kontor::portfolio
