#include "research/metrics_orders.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::research {

std::vector<StatusCount> orders_by_status(const RunResult& result) {
  std::array<std::uint64_t, static_cast<std::size_t>(OrderStatus::expired) + 1> counts{};
  for (const OrderRecord& order : result.orders) ++counts[static_cast<std::size_t>(order.status)];
  std::vector<StatusCount> found;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) found.push_back({static_cast<OrderStatus>(i), counts[i]});
  }
  return found;
}

std::vector<RejectionCount> rejections(const RunResult& result) {
  std::map<std::pair<std::size_t, RejectReason>, std::uint64_t> counts;
  for (const OrderRecord& order : result.orders) {
    if (order.status == OrderStatus::rejected) ++counts[{order.order.strategy.index(), order.reason}];
  }
  std::vector<RejectionCount> found;
  for (const auto& [key, count] : counts) found.push_back({result.strategies[key.first], key.second, count});
  std::ranges::stable_sort(found, std::ranges::greater(), &RejectionCount::count);
  return found;
}

std::string_view name_of(OrderStatus status) { return boost::describe::enum_to_string(status, "unknown"); }
std::string_view name_of(RejectReason reason) { return boost::describe::enum_to_string(reason, "unknown"); }

}  // namespace kontor::research
