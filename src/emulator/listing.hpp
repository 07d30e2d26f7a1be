#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"

namespace kontor::emulator {

/// The exchanges whose rules are known here.
BOOST_DEFINE_FIXED_ENUM_CLASS(VenueName, std::uint8_t, binance, bybit)
/// What is traded: spot, or perpetual contracts that settle in their quote asset.
BOOST_DEFINE_FIXED_ENUM_CLASS(Product, std::uint8_t, spot, linear)
inline constexpr std::size_t kProducts = 2;

/// `binance`, `bybit`. Errors: usage (any other text).
[[nodiscard]] Result<VenueName> parse_venue_name(std::string_view text);
[[nodiscard]] std::string_view name_of(VenueName venue) noexcept;
[[nodiscard]] std::string_view name_of(Product product) noexcept;

/// Where an instrument is in its life at the venue.
BOOST_DEFINE_FIXED_ENUM_CLASS(ListingStatus, std::uint8_t, trading, halted, delisted)

/// What a venue publishes about an instrument beyond InstrumentSpecification, and holds orders to.
struct ListingTerms {
  Decimal min_price{};                        ///< PRICE_FILTER
  Decimal max_price{};                        ///< PRICE_FILTER
  Decimal market_max_quantity{};              ///< MARKET_LOT_SIZE, of one market order
  Decimal post_only_max_quantity{};           ///< of one post-only order; zero: as any limit order
  Decimal max_notional{};                     ///< of one order; zero: any
  Decimal multiplier_up{};                    ///< limit price ≤ reference price × this; zero: any
  Decimal multiplier_down{};                  ///< limit price ≥ reference price × this; zero: any
  std::uint32_t max_orders = 200;             ///< open orders of an account, conditional ones included
  std::uint32_t max_conditional_orders = 10;  ///< of these, orders that wait for a trigger
  std::uint8_t base_precision = 8;
  std::uint8_t quote_precision = 8;
  TimeNs listed_at = 0;
  // Linear only.
  DurationNs funding_interval_ns = 8 * kHour;
  Decimal funding_cap{};       ///< |funding rate| never exceeds it
  Decimal maintenance_rate{};  ///< of the lowest tier
  Decimal liquidation_fee{};
  Decimal leverage_step{};
  Decimal default_leverage{20, 0};
};

/// An instrument as the venue lists it. `symbol` is the venue's spelling, which spot and linear may share;
/// the instrument's own name inside the table is unique.
struct ListedInstrument {
  InstrumentId id{};
  Product product = Product::spot;
  std::string symbol{};
  std::string base{};
  std::string quote{};
  ListingStatus status = ListingStatus::trading;
  ListingTerms terms{};
  Decimal start_price{};  ///< where a synthetic market begins
};

/// What a table of listings is made from.
struct ListingRow {
  Product product = Product::spot;
  InstrumentSpecification specification{};  ///< with the venue's symbol as its name
  ListingTerms terms{};
  Decimal start_price{};
};

/// All instruments of one venue by dense id. Filled once; afterwards only status and terms change.
class Listings {
 public:
  static constexpr std::size_t kMaxListings = 2'000;

  /// Errors: usage (an impossible row, or the same symbol twice in a product).
  [[nodiscard]] static Result<Listings> make(VenueName venue, std::span<const ListingRow> rows);
  /// The usual list of a venue; `symbols` narrows it (empty: all), unknown ones are an error.
  [[nodiscard]] static Result<Listings> standard(VenueName venue, std::span<const std::string> symbols = {});

  [[nodiscard]] VenueName venue() const noexcept { return venue_; }
  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }
  [[nodiscard]] const Instrument& instrument(InstrumentId id) const noexcept { return instruments_[id]; }
  [[nodiscard]] const ListedInstrument& operator[](InstrumentId id) const noexcept {
    return listed_[id.index()];
  }
  [[nodiscard]] const std::vector<ListedInstrument>& all() const noexcept { return listed_; }
  [[nodiscard]] std::size_t size() const noexcept { return listed_.size(); }
  /// Null: the venue lists no such symbol in this product.
  [[nodiscard]] const ListedInstrument* find(Product product, std::string_view symbol) const noexcept;
  [[nodiscard]] const std::string& asset_name(AssetId id) const noexcept {
    return instruments_.asset_name(id);
  }
  [[nodiscard]] std::optional<AssetId> find_asset(std::string_view name) const;

  void set_status(InstrumentId id, ListingStatus status);
  /// False, and nothing changes, for terms that the instrument cannot have.
  [[nodiscard]] bool change_terms(InstrumentId id, const InstrumentTerms& terms);

 private:
  explicit Listings(VenueName venue) noexcept : venue_(venue) {}
  [[nodiscard]] Result<void> add(const ListingRow& row);

  VenueName venue_;
  InstrumentTable instruments_;
  std::vector<ListedInstrument> listed_;
};

}  // namespace kontor::emulator
