#pragma once

#include <cstdint>

#include "base/amount.hpp"
#include "model/instrument.hpp"
#include "model/types.hpp"
#include "venue/sim/sim_settings.hpp"

namespace kontor::sim {

/// A fraction of notionals or quantities, prepared so that the usual case is one exact multiplication without
/// any division. Results that 1e-18 cannot hold are rounded up, never in the account's favour.
class ProductRate {
 public:
  ProductRate() = default;
  /// `unit`: value in 1e-18 of one raw unit of what the rate is applied to.
  ProductRate(const Decimal& rate, std::int64_t unit) noexcept;

  /// `raw × unit × rate` in 1e-18, `raw` being price × quantity or a quantity alone.
  [[nodiscard]] Amount of(int128 raw) const noexcept {
    int128 product = 0;
    if (exact_ && !__builtin_mul_overflow(raw, static_cast<int128>(unit_rate_), &product)) [[likely]] {
      return Amount::from_units(product);
    }
    return rounded(raw);
  }
  [[nodiscard]] bool is_zero() const noexcept { return rate_.is_zero(); }

 private:
  [[nodiscard]] Amount rounded(int128 raw) const noexcept;

  std::int64_t unit_rate_ = 0;
  bool exact_ = true;
  Decimal rate_;
  std::int64_t unit_ = 1;
};

/// Maker and taker fees of one instrument.
class FeeSchedule {
 public:
  FeeSchedule() = default;
  FeeSchedule(const Instrument& instrument, const InstrumentRules& rules) noexcept;

  /// Fee of an execution in the quote asset; negative is a rebate.
  [[nodiscard]] Amount in_quote(Liquidity liquidity, RawPrice price, RawQuantity quantity) const noexcept {
    return quote_[static_cast<std::size_t>(liquidity)].of(static_cast<int128>(price.units) * quantity.units);
  }
  /// The same in the base asset, for a spot buy that pays out of what it receives.
  [[nodiscard]] Amount in_base(Liquidity liquidity, RawQuantity quantity) const noexcept {
    return base_[static_cast<std::size_t>(liquidity)].of(quantity.units);
  }
  /// The most that an execution may cost in the quote asset, for reservations.
  [[nodiscard]] Amount highest_in_quote(RawPrice price, RawQuantity quantity) const noexcept {
    return highest_.of(static_cast<int128>(price.units) * quantity.units);
  }
  [[nodiscard]] const Decimal& taker() const noexcept { return taker_; }
  [[nodiscard]] const Decimal& maker() const noexcept { return maker_; }

 private:
  Decimal maker_;
  Decimal taker_;
  ProductRate quote_[2];
  ProductRate base_[2];
  ProductRate highest_;
};

/// A quote amount in the third asset that fees are paid in, at `price` of that asset, rounded up.
[[nodiscard]] Amount converted_fee(Amount quote_fee, RawPrice price, std::uint8_t price_scale) noexcept;

}  // namespace kontor::sim
