#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "research/run_result.hpp"

namespace kontor::research {

/// How many orders ended in one status.
struct StatusCount {
  OrderStatus status = OrderStatus::intent;
  std::uint64_t count = 0;
};

/// Orders that the venue turned down, or ended by itself, for one reason.
struct RejectionCount {
  std::string strategy;
  RejectReason reason = RejectReason::none;
  std::uint64_t count = 0;
};

/// The statuses that occur, in the order of their enumeration.
[[nodiscard]] std::vector<StatusCount> orders_by_status(const RunResult& result);

/// Rejected orders by strategy and reason, the commonest first.
[[nodiscard]] std::vector<RejectionCount> rejections(const RunResult& result);

[[nodiscard]] std::string_view name_of(OrderStatus status);
[[nodiscard]] std::string_view name_of(RejectReason reason);

}  // namespace kontor::research
