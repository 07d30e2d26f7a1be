#include "research/metrics_groups.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::research {
namespace {

constexpr std::array<const char*, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};

/// One group for each key that occurs, in the order of the keys.
template <class KeyOf, class NameOf>
std::vector<TradeGroup> grouped_by(const RunResult& result, KeyOf&& key_of, NameOf&& name_of_key) {
  std::map<std::size_t, std::vector<const RoundTrip*>> parts;
  for (const RoundTrip* trip : by_time_of_close(result.round_trips)) parts[key_of(*trip)].push_back(trip);
  std::vector<TradeGroup> groups;
  for (const auto& [key, trips] : parts) {
    TradeGroup& group = groups.emplace_back();
    group.name = name_of_key(key);
    group.trades = summarize(trips);
    group.splits_fills = false;
  }
  return groups;
}

/// The tags by the number of their round trips, the commonest first, of equals the smaller first.
std::vector<std::uint64_t> common_tags(const RunResult& result) {
  std::map<std::uint64_t, std::size_t> counts;
  for (const RoundTrip& trip : result.round_trips) ++counts[trip.entry_tag];
  std::vector<std::uint64_t> tags;
  for (const auto& [tag, count] : counts) tags.push_back(tag);
  std::ranges::stable_sort(tags, std::ranges::greater(), [&](std::uint64_t tag) { return counts[tag]; });
  if (tags.size() > kTagGroups) tags.resize(kTagGroups);
  return tags;
}

}  // namespace

std::vector<TradeGroup> group_by_exit(const RunResult& result) {
  return grouped_by(
      result, [](const RoundTrip& trip) { return static_cast<std::size_t>(trip.exit); },
      [](std::size_t key) {
        return std::string(boost::describe::enum_to_string(static_cast<ExitReason>(key), "unknown"));
      });
}

std::vector<TradeGroup> group_by_entry_tag(const RunResult& result) {
  const auto tags = common_tags(result);
  const auto place_of = [&](const RoundTrip& trip) {
    return static_cast<std::size_t>(std::ranges::find(tags, trip.entry_tag) - tags.begin());
  };
  return grouped_by(result, place_of, [&](std::size_t place) {
    if (place == tags.size()) return std::string("other");
    return tags[place] == 0 ? std::string("untagged") : fmt::format("{}", tags[place]);
  });
}

std::vector<TradeGroup> group_by_entry_hour(const RunResult& result) {
  return grouped_by(
      result,
      [](const RoundTrip& trip) {
        return static_cast<std::size_t>(floor_remainder(trip.ts_open, kDay) / kHour);
      },
      [](std::size_t hour) { return fmt::format("{:02}", hour); });
}

std::vector<TradeGroup> group_by_entry_weekday(const RunResult& result) {
  return grouped_by(
      result, [](const RoundTrip& trip) { return static_cast<std::size_t>(weekday_of(trip.ts_open)); },
      [](std::size_t day) { return std::string(kWeekdays[day]); });
}

}  // namespace kontor::research
