#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/amount.hpp"
#include "base/codec.hpp"
#include "base/decimal.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/types.hpp"

namespace kontor {

BOOST_DEFINE_FIXED_ENUM_CLASS(InstrumentKind, std::uint8_t, spot, linear_perpetual)

/// What an instrument is called outside: the venue and the venue's own spelling of the symbol.
struct InstrumentName {
  std::string venue;
  std::string symbol;
  /// `BTCUSDT@binance`.
  [[nodiscard]] std::string format() const { return symbol + "@" + venue; }
  /// Reads `BTCUSDT@binance`.
  [[nodiscard]] static Result<InstrumentName> parse(std::string_view text);
  auto operator<=>(const InstrumentName&) const = default;
  BOOST_DESCRIBE_CLASS(InstrumentName, (), (venue, symbol), (), ())
};

/// What an Instrument is made from; prices and quantities in plain decimals.
struct InstrumentSpecification {
  InstrumentName name;
  InstrumentKind kind = InstrumentKind::spot;
  std::string base;   ///< `BTC`
  std::string quote;  ///< `USDT`; also the settlement asset of a linear perpetual
  Decimal tick;       ///< smallest price step; gives the price scale
  Decimal step;       ///< smallest quantity step; gives the quantity scale
  Decimal min_quantity;
  Decimal max_quantity;  ///< zero means unlimited
  Decimal min_notional;
  Decimal multiplier{1, 0};  ///< base units per contract
  Decimal maker_fee;         ///< fraction of the notional, 0.001 is 0.1 %; negative is a rebate
  Decimal taker_fee;
  Decimal max_leverage{1, 0};
  /// Scales of the data at hand; the instrument's scales are at least these, so that data needs no rounding.
  std::uint8_t data_price_scale = 0;
  std::uint8_t data_quantity_scale = 0;
  BOOST_DESCRIBE_CLASS(InstrumentSpecification, (),
                       (name, kind, base, quote, tick, step, min_quantity, max_quantity, min_notional,
                        multiplier, maker_fee, taker_fee, max_leverage, data_price_scale,
                        data_quantity_scale),
                       (), ())
};

/// What a venue may change about an instrument while it is traded, in its raw units.
struct InstrumentTerms {
  RawPrice tick;
  RawQuantity step;
  RawQuantity min_quantity;
  RawQuantity max_quantity;  ///< zero means unlimited
  Amount min_notional;
  bool is_trading = true;  ///< false: suspended or delisted, the venue takes no orders
  bool operator==(const InstrumentTerms&) const = default;
  BOOST_DESCRIBE_CLASS(InstrumentTerms, (),
                       (tick, step, min_quantity, max_quantity, min_notional, is_trading), (), ())
};

/// A tradable instrument with dense id inside the engine. Only its terms change after make(). Raw units of
/// prices and quantities have the scales given here; tick and step are multiples of one raw unit.
class Instrument {
 public:
  /// Checks the specification: positive tick and step, scales that allow exact notionals (price scale +
  /// quantity scale + multiplier scale ≤ 18), sane fees.
  [[nodiscard]] static Result<Instrument> make(InstrumentId id, AssetId base, AssetId quote,
                                               const InstrumentSpecification& specification);

  [[nodiscard]] InstrumentId id() const noexcept { return id_; }
  [[nodiscard]] const InstrumentName& name() const noexcept { return specification_.name; }
  [[nodiscard]] InstrumentKind kind() const noexcept { return specification_.kind; }
  [[nodiscard]] bool is_spot() const noexcept { return kind() == InstrumentKind::spot; }
  [[nodiscard]] AssetId base() const noexcept { return base_; }
  [[nodiscard]] AssetId quote() const noexcept { return quote_; }
  [[nodiscard]] const InstrumentSpecification& specification() const noexcept { return specification_; }
  [[nodiscard]] const Decimal& maker_fee() const noexcept { return specification_.maker_fee; }
  [[nodiscard]] const Decimal& taker_fee() const noexcept { return specification_.taker_fee; }

  [[nodiscard]] std::uint8_t price_scale() const noexcept { return price_scale_; }
  [[nodiscard]] std::uint8_t quantity_scale() const noexcept { return quantity_scale_; }
  [[nodiscard]] RawPrice tick() const noexcept { return terms_.tick; }
  [[nodiscard]] RawQuantity step() const noexcept { return terms_.step; }
  [[nodiscard]] RawQuantity min_quantity() const noexcept { return terms_.min_quantity; }
  [[nodiscard]] RawQuantity max_quantity() const noexcept { return terms_.max_quantity; }  ///< 0: unlimited
  [[nodiscard]] Amount min_notional() const noexcept { return terms_.min_notional; }
  [[nodiscard]] bool is_trading() const noexcept { return terms_.is_trading; }
  [[nodiscard]] const InstrumentTerms& terms() const noexcept { return terms_; }
  /// The venue has changed its terms; the specification stays what it was made from. False, and nothing
  /// changes, for terms that no instrument can have.
  [[nodiscard]] bool change(const InstrumentTerms& terms) noexcept;

  /// Exact value in quote asset of one raw price unit times one raw quantity unit.
  [[nodiscard]] std::int64_t notional_unit() const noexcept { return notional_unit_; }
  /// Exact `price × quantity × multiplier` in quote asset; sign of the quantity.
  [[nodiscard]] Amount notional(RawPrice price, RawQuantity quantity) const noexcept {
    std::int64_t small = 0;
    if (!__builtin_mul_overflow(price.units, quantity.units, &small)) [[likely]] {
      return Amount::from_units(static_cast<int128>(small) * notional_unit_);
    }
    const int128 product = static_cast<int128>(price.units) * quantity.units;
    ASSERT(product <= notional_limit_ && product >= -notional_limit_);
    return Amount::from_units(product * notional_unit_);
  }
  /// A quantity as an amount of the base asset (spot) or of contracts.
  [[nodiscard]] Amount base_amount(RawQuantity quantity) const noexcept {
    return Amount::from_units(static_cast<int128>(quantity.units) * quantity_unit_);
  }
  /// The opposite, towards zero.
  [[nodiscard]] RawQuantity whole_quantity(Amount base) const noexcept {
    const int128 whole = base.units() / quantity_unit_;
    ASSERT(whole <= INT64_MAX && whole >= INT64_MIN);
    return RawQuantity(static_cast<std::int64_t>(whole));
  }

  [[nodiscard]] Price price(RawPrice raw) const noexcept { return Price(Decimal{raw.units, price_scale_}); }
  [[nodiscard]] Quantity quantity(RawQuantity raw) const noexcept {
    return Quantity(Decimal{raw.units, quantity_scale_});
  }
  /// Exact conversion into raw units; a value that lies between two units is an error.
  [[nodiscard]] Result<RawPrice> raw_price(const Decimal& price) const;
  [[nodiscard]] Result<RawQuantity> raw_quantity(const Decimal& quantity) const;

  [[nodiscard]] bool on_tick(RawPrice price) const noexcept { return price.units % terms_.tick.units == 0; }
  [[nodiscard]] bool on_step(RawQuantity quantity) const noexcept {
    return quantity.units % terms_.step.units == 0;
  }
  /// To the tick grid; a price beyond its last tick within 64 bits becomes that.
  [[nodiscard]] RawPrice round_to_tick(RawPrice price, Rounding mode) const noexcept;
  [[nodiscard]] RawQuantity floor_to_step(RawQuantity quantity) const noexcept {
    return RawQuantity(quantity.units - quantity.units % terms_.step.units);
  }

  [[nodiscard]] double to_double(RawPrice price) const noexcept {  // analytics
    return static_cast<double>(price.units) * price_factor_;       // analytics
  }
  [[nodiscard]] double to_double(RawQuantity quantity) const noexcept {  // analytics
    return static_cast<double>(quantity.units) * quantity_factor_;       // analytics
  }
  /// The only way back from analytics: to the tick grid, or to the step grid (towards zero), saturating. What
  /// is nearer to a raw unit than a double's noise is that unit; not a number is zero.
  [[nodiscard]] RawPrice round_price(double price, Rounding mode) const noexcept;  // analytics
  [[nodiscard]] RawQuantity round_quantity(double quantity) const noexcept;        // analytics
  /// The largest quantity on the step grid whose notional at `price` is not above `budget`; zero if none.
  [[nodiscard]] RawQuantity quantity_for(Amount budget, RawPrice price) const noexcept;

 private:
  Instrument() = default;
  [[nodiscard]] RawPrice tick_at(int128 number) const noexcept;

  InstrumentId id_;
  AssetId base_;
  AssetId quote_;
  std::uint8_t price_scale_ = 0;
  std::uint8_t quantity_scale_ = 0;
  InstrumentTerms terms_;
  std::int64_t notional_unit_ = 1;
  int128 notional_limit_ = 0;
  std::int64_t quantity_unit_ = 1;
  double price_factor_ = 1;     // analytics
  double quantity_factor_ = 1;  // analytics
  InstrumentSpecification specification_;
};

/// The assets and instruments of one engine, by dense id. Filled before the first event; after that only the
/// terms of an instrument change.
class InstrumentTable {
 public:
  /// Makes the instrument and its assets; a name that is there already is an error.
  [[nodiscard]] Result<InstrumentId> add(const InstrumentSpecification& specification);
  AssetId add_asset(std::string_view name);
  /// See Instrument::change().
  [[nodiscard]] bool change(InstrumentId id, const InstrumentTerms& terms) noexcept {
    return instruments_[id.index()].change(terms);
  }

  [[nodiscard]] const Instrument& operator[](InstrumentId id) const noexcept {
    return instruments_[id.index()];
  }
  [[nodiscard]] const std::string& asset_name(AssetId id) const noexcept { return assets_[id.index()]; }
  [[nodiscard]] std::size_t size() const noexcept { return instruments_.size(); }
  [[nodiscard]] std::size_t asset_count() const noexcept { return assets_.size(); }
  [[nodiscard]] const std::vector<Instrument>& all() const noexcept { return instruments_; }
  [[nodiscard]] Result<InstrumentId> find(const InstrumentName& name) const;
  [[nodiscard]] Result<AssetId> find_asset(std::string_view name) const;

  /// The terms of all; a table of the same instruments takes them back.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  std::vector<Instrument> instruments_;
  std::vector<std::string> assets_;
};

}  // namespace kontor
