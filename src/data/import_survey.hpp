#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace kontor::data {

/// Takes the first line off the block, without its line end.
[[nodiscard]] std::string_view take_line(std::string_view& block) noexcept;

/// Takes the receive time and the space behind it off a line of a recording; nothing if there is none.
[[nodiscard]] std::optional<TimeNs> take_receive_time(std::string_view& line) noexcept;

/// What must be known of a recording before its rows can be made; found in a first pass over the lines.
class RecordingSurvey {
 public:
  /// Looks at whole lines of a recording.
  void see(std::string_view block) noexcept;

  /// What has to be added to receive times so that no message was received before it happened: the recorder's
  /// clock may have been slow. Never negative.
  [[nodiscard]] DurationNs clock_correction() const noexcept {
    return smallest_latency_ < 0 ? -smallest_latency_ : 0;
  }
  [[nodiscard]] bool has_trades() const noexcept { return trades_; }
  [[nodiscard]] bool has_depth_changes() const noexcept { return depth_changes_; }

 private:
  DurationNs smallest_latency_ = kTimeMax;
  bool trades_ = false;
  bool depth_changes_ = false;
};

}  // namespace kontor::data
