#include "data/import_survey.hpp"

#include <algorithm>

#include "data/csv_number.hpp"

namespace kontor::data {
namespace {

/// The integer behind `key` in a message, if it is there; without looking at the structure.
std::optional<TimeNs> stamp_behind(std::string_view message, std::string_view key) noexcept {
  const std::size_t at = message.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(at + key.size());
  return parse_any_stamp(rest.substr(0, rest.find_first_not_of("0123456789")));
}

/// Quotes and trades end within the first 400 characters; in depth messages the times come before the levels.
constexpr std::size_t kHeadBytes = 400;

}  // namespace

std::string_view take_line(std::string_view& block) noexcept {
  const std::size_t line_end = block.find('\n');
  const std::string_view line = block.substr(0, line_end);
  block.remove_prefix(line_end == std::string_view::npos ? block.size() : line_end + 1);
  return line;
}

std::optional<TimeNs> take_receive_time(std::string_view& line) noexcept {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto time = parse_any_stamp(line.substr(0, space));
  line.remove_prefix(space + 1);
  return time;
}

void RecordingSurvey::see(std::string_view block) noexcept {
  while (!block.empty()) {
    std::string_view message = take_line(block);
    const auto received = take_receive_time(message);
    if (!received) continue;
    const std::string_view head = message.substr(0, kHeadBytes);
    trades_ |= head.find(R"("e":"trade")") != std::string_view::npos;
    depth_changes_ |= head.find(R"("e":"depthUpdate")") != std::string_view::npos;
    auto happened = stamp_behind(head, R"("T":)");
    if (!happened) happened = stamp_behind(head, R"("E":)");
    DurationNs latency = 0;
    if (happened && !__builtin_sub_overflow(*received, *happened, &latency)) {
      smallest_latency_ = std::min(smallest_latency_, std::max(latency, -kTimeMax));
    }
  }
}

}  // namespace kontor::data
