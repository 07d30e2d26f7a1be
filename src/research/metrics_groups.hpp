#pragma once

#include <vector>

#include "research/metrics_trades.hpp"

namespace kontor::research {

/// Tags that are told apart at the most; the rarer ones are together in `other`.
inline constexpr std::size_t kTagGroups = 20;

// Closed round trips by how they ended and by how they began. Groups without a round trip are left out; fills
// are not split, since one round trip has several.

/// By what ended them, in the order of ExitReason.
[[nodiscard]] std::vector<TradeGroup> group_by_exit(const RunResult& result);
/// By the tag of the order that opened them, the commonest first; tag 0 is `untagged`.
[[nodiscard]] std::vector<TradeGroup> group_by_entry_tag(const RunResult& result);
/// By the hour of the day (UTC) in which they were opened, `00` to `23`.
[[nodiscard]] std::vector<TradeGroup> group_by_entry_hour(const RunResult& result);
/// By the day of the week (UTC) on which they were opened, Monday first.
[[nodiscard]] std::vector<TradeGroup> group_by_entry_weekday(const RunResult& result);

}  // namespace kontor::research
