#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace kontor {

/// A strong identifier: distinct per Tag, explicit in both directions, ordered by value.
template <class Tag, class Rep>
struct Id {
  using rep = Rep;
  Rep value = 0;

  constexpr Id() noexcept = default;
  constexpr explicit Id(Rep v) noexcept : value(v) {}
  constexpr auto operator<=>(const Id&) const noexcept = default;
  /// Dense ids index arrays.
  [[nodiscard]] constexpr std::size_t index() const noexcept { return static_cast<std::size_t>(value); }
};

using InstrumentId = Id<struct InstrumentTag, std::uint32_t>;  ///< dense, from 0, per engine
using AssetId = Id<struct AssetTag, std::uint32_t>;            ///< dense, from 0, per engine
using StrategyId = Id<struct StrategyTag, std::uint32_t>;      ///< dense, from 0, per engine
using OrderId = Id<struct OrderTag, std::uint64_t>;            ///< from 1, ascending; 0 is "no order"
using TradeId = Id<struct TradeTag, std::uint64_t>;            ///< the venue's id of an execution
using GroupId = Id<struct GroupTag, std::uint64_t>;            ///< bracket or OCO group; 0 is "no group"

}  // namespace kontor

template <class Tag, class Rep>
struct std::hash<kontor::Id<Tag, Rep>> {
  std::size_t operator()(const kontor::Id<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value); }
};
