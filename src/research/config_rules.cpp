#include "research/config_rules.hpp"

#include <fmt/format.h>

namespace kontor::research {
namespace {

constexpr std::array<std::string_view, 5> kMatchingNames = {"automatic", "bars", "trades", "quotes", "book"};
constexpr std::array<std::string_view, 3> kQueueNames = {"none", "risk_averse", "probabilistic"};
constexpr std::array<std::string_view, 2> kIntrabarNames = {"adverse", "favourable"};
constexpr std::array<std::string_view, 2> kMarketVolumeNames = {"unlimited", "participation"};
constexpr std::array<std::string_view, 3> kFeeAssetNames = {"quote", "base", "other"};
constexpr std::array<std::string_view, 2> kMarginNames = {"cross", "isolated"};
constexpr std::array<std::string_view, 2> kReachedStopNames = {"reject", "trigger"};

void read_fee_asset(ConfigReader& reader, RulesConfig& config) {
  sim::InstrumentRules& rules = config.rules;
  rules.fee_asset = read_choice(reader, "fee_asset", rules.fee_asset, kFeeAssetNames);
  config.other_fee_asset = reader.text("other_fee_asset", config.other_fee_asset);
  config.other_fee_instrument = reader.text("other_fee_instrument", config.other_fee_instrument);
  rules.other_fee_price = reader.decimal("other_fee_price", rules.other_fee_price, kZero, kHuge);
  const bool given = reader.has("fee_asset") || reader.has("other_fee_asset") ||
                     reader.has("other_fee_instrument") || reader.has("other_fee_price");
  if (rules.fee_asset != sim::FeeAsset::other || !given)
    return;  // what is inherited was checked where it stands
  if (config.other_fee_asset.empty()) {
    reader.fault("fee_asset", "expected other_fee_asset to be set where fee_asset is \"other\", found none");
  }
  if (config.other_fee_instrument.empty() && rules.other_fee_price.is_zero()) {
    reader.fault("fee_asset",
                 "expected other_fee_price or other_fee_instrument where fee_asset is \"other\"");
  }
}

toml::array as_toml(const std::vector<sim::MaintenanceTier>& tiers) {
  toml::array array;
  for (const auto& tier : tiers) {
    array.push_back(toml::table{{"notional_cap", tier.notional_cap.format()},
                                {"rate", tier.rate.format()},
                                {"deduction", tier.deduction.format()}});
  }
  return array;
}

void read_maintenance(ConfigReader& reader, sim::InstrumentRules& rules) {
  std::vector<sim::MaintenanceTier> tiers;
  reader.tables("maintenance", [&](ConfigReader& tier) {
    sim::MaintenanceTier read;
    read.notional_cap = tier.decimal("notional_cap", kZero, kZero, kHuge);
    read.rate = tier.decimal("rate", read.rate, kZero, kOne);
    read.deduction = tier.decimal("deduction", kZero, kZero, kHuge);
    tiers.push_back(read);
  });
  if (!tiers.empty()) {
    rules.maintenance = std::move(tiers);
  } else if (!reader.has("maintenance")) {
    reader.note_default("maintenance", as_toml(rules.maintenance));
  }
}

std::optional<Amount> read_amount(ConfigReader& reader, std::string_view key) {
  const auto value = reader.optional_decimal(key, kTiny, kHuge);
  return value ? std::optional(Amount::from_decimal(*value)) : std::nullopt;
}

std::optional<std::uint32_t> read_count(ConfigReader& reader, std::string_view key) {
  const auto count = reader.optional_integer(key, 1, 1'000'000);
  return count ? std::optional(static_cast<std::uint32_t>(*count)) : std::nullopt;
}

std::optional<std::uint32_t> read_rate(ConfigReader& reader, std::string_view key) {
  const auto count = reader.optional_integer(key, 1, 100'000);
  return count ? std::optional(static_cast<std::uint32_t>(*count)) : std::nullopt;
}

}  // namespace

/// The keys of the venue's rules, the same in [venue] (for all) and in [[instrument]] (for one).
void read_rules(ConfigReader& reader, RulesConfig& config) {
  sim::InstrumentRules& rules = config.rules;
  rules.feed = read_choice(reader, "matching", rules.feed, kMatchingNames);
  rules.slippage_bps = reader.decimal("slippage_bps", rules.slippage_bps, kZero, Decimal{1000, 0});
  rules.participation = reader.decimal("participation", rules.participation, kTiny, kOne);
  rules.market_volume = read_choice(reader, "market_volume", rules.market_volume, kMarketVolumeNames);
  rules.touch_fills = reader.boolean("touch_fills", rules.touch_fills);
  rules.queue = read_choice(reader, "queue", rules.queue, kQueueNames);
  rules.intrabar = read_choice(reader, "intrabar", rules.intrabar, kIntrabarNames);
  rules.reached_stop = read_choice(reader, "reached_stop", rules.reached_stop, kReachedStopNames);
  rules.max_open_orders =
      static_cast<std::uint32_t>(reader.integer("max_open_orders", rules.max_open_orders, 1, 10'000));
  rules.price_band = reader.decimal("price_band", rules.price_band, kZero, kOne);
  rules.margin = read_choice(reader, "margin", rules.margin, kMarginNames);
  rules.leverage = reader.decimal("leverage", rules.leverage, kOne, Decimal{200, 0});
  rules.liquidation_fee = reader.decimal("liquidation_fee", rules.liquidation_fee, kZero, kFeeLimit);
  rules.spot_margin = reader.boolean("spot_margin", rules.spot_margin);
  read_fee_asset(reader, config);
  read_maintenance(reader, rules);
}

void read_limits(ConfigReader& reader, risk::Limits& limits) {
  limits.max_order_notional = read_amount(reader, "max_order_notional");
  limits.max_position_notional = read_amount(reader, "max_position_notional");
  limits.max_exposure = reader.optional_decimal("max_exposure", kTiny, Decimal{1000, 0});
  limits.max_price_deviation = reader.optional_decimal("max_price_deviation", kTiny, Decimal{10, 0});
  limits.max_leverage = reader.optional_decimal("max_leverage", kTiny, Decimal{1000, 0});
  limits.reserve = reader.optional_decimal("reserve", kTiny, kOne);
  limits.max_open_positions = read_count(reader, "max_open_positions");
  limits.max_open_orders = read_count(reader, "max_open_orders");
  limits.max_orders_per_second = read_rate(reader, "max_orders_per_second");
  limits.max_orders_per_minute = read_rate(reader, "max_orders_per_minute");
  limits.max_orders_per_day = read_count(reader, "max_orders_per_day");
  limits.cooldown = reader.optional_duration("cooldown");
}

}  // namespace kontor::research
