#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "model/instrument.hpp"
#include "model/types.hpp"

namespace kontor::portfolio {

/// How the size of a position is found (M15).
///   fixed_quantity     always the same quantity
///   fixed_notional     always the same value in quote asset
///   percent_of_equity  a fraction of the equity
///   risk_percent       equity × fraction / (|entry − stop| × multiplier): the stop loses that fraction, fees
///   and
///                      slippage aside
///   volatility_target  equity × target / volatility: the position swings as much as the target, both
///   annualised
///   cvar               equity × fraction / expected shortfall: a bar among the worst costs that fraction on
///                      average
///   kelly              equity × fraction × Kelly's fraction; a fraction of the equity until that is known
///   wallet_exposure    wallet balance × fraction: cost over what is owned without profit not yet realised
BOOST_DEFINE_FIXED_ENUM_CLASS(SizerKind, std::uint8_t, fixed_quantity, fixed_notional, percent_of_equity,
                              risk_percent, volatility_target, cvar, kelly, wallet_exposure)

/// What decided the final size.
BOOST_DEFINE_FIXED_ENUM_CLASS(SizeBound, std::uint8_t, sizer, max_notional, max_fraction, max_quantity)

/// A sizer with its caps. The final size is the least of the sizer's and of all caps that are set.
struct SizingRule {
  SizerKind kind = SizerKind::percent_of_equity;
  RawQuantity quantity;  ///< fixed_quantity
  Amount notional;       ///< fixed_notional, quote asset
  Decimal fraction;  ///< percent_of_equity, risk_percent: of the equity; volatility_target: annualised, 0.2
                     ///< is 20 %; cvar: of the equity; kelly: of Kelly's fraction; wallet_exposure: of
                     ///< the wallet balance
  Decimal start;     ///< kelly: of the equity, until Kelly's fraction is known
  std::optional<Amount> max_notional;   ///< quote asset
  std::optional<Decimal> max_fraction;  ///< position value over equity, 1 is all of it
};

/// What the market and the account say at the moment of sizing.
struct SizingInput {
  Amount equity;           ///< in the instrument's quote asset
  RawPrice entry;          ///< the price expected
  RawPrice stop_distance;  ///< |entry − stop|, rounded away from zero; zero: not known
  RawPrice lowest_price;   ///< of all orders that will carry this size (a stop below, say); zero: the entry
  Decimal volatility;      ///< annualised standard deviation of returns; zero: not known
  Decimal shortfall;       ///< expected shortfall of one bar as a fraction of the value; zero: not known
  std::optional<Decimal> kelly;  ///< Kelly's fraction; absent: too few closed trades
  Amount wallet;                 ///< what is owned in quote asset without profit that is not yet realised
};

/// The size and how it came about.
struct Sizing {
  RawQuantity quantity;     ///< on the step grid, ready to be ordered; zero: no trade
  std::string_view reason;  ///< why it is zero, a constant text; empty otherwise
  RawQuantity wanted;       ///< what the sizer alone came to
  SizeBound bound = SizeBound::sizer;
};

/// Sizes a position. Rounds down throughout: the result is never above the sizer's budget or a cap, and never
/// raised to the instrument's minimum quantity or notional (below those it is zero). A size above the
/// instrument's maximum quantity is cut to it.
[[nodiscard]] Sizing size_position(const Instrument& instrument, const SizingRule& rule,
                                   const SizingInput& input) noexcept;

/// Why an order of this size could not be placed at this price; empty if it could.
[[nodiscard]] std::string_view minimum_fault(const Instrument& instrument, RawQuantity quantity,
                                             RawPrice price) noexcept;

}  // namespace kontor::portfolio
