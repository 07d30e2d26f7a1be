#include "research/config_record.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kontor::research {
namespace {

constexpr std::array<std::string_view, 3> kWithoutOrders = {"backtest.", "report.", "live."};
constexpr std::array<std::string_view, 7> kCompleted = {
    ".tick", ".step", ".min_quantity", ".max_quantity", ".min_notional", ".maker_fee", ".taker_fee"};

bool changes_no_order(std::string_view key) {
  // Who keeps brackets is not the strategy's affair: live it is always the engine.
  if (key.starts_with("instrument[") && key.ends_with(".brackets")) return true;
  return std::ranges::any_of(kWithoutOrders, [&](auto table) { return key.starts_with(table); });
}

bool may_be_completed(std::string_view key) {
  return key.starts_with("instrument[") &&
         std::ranges::any_of(kCompleted, [&](auto name) { return key.ends_with(name); });
}

}  // namespace

bool trades_alike(const FlatConfig& wanted, const FlatConfig& recorded) {
  const auto matters = [](const ConfigDifference& difference) {
    if (changes_no_order(difference.key)) return false;
    return difference.values.front().has_value() || !may_be_completed(difference.key);
  };
  return std::ranges::none_of(config_differences({wanted, recorded}), matters);
}

}  // namespace kontor::research
