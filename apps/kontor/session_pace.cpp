#include "session_pace.hpp"

#include <charconv>
#include <thread>

#include <fmt/format.h>

#include "command.hpp"

namespace kontor::app {
namespace {

using namespace std::chrono_literals;

/// How long a word from outside may wait.
constexpr auto kLongestSleep = 50ms;
constexpr auto kBetweenLines = 1s;
/// Status is only looked at every so many events: the clock costs more than an event.
constexpr std::uint64_t kEventsBetweenLooks = 64;

}  // namespace

Result<std::optional<double>> parse_speed(const std::string& text) {
  if (text == "max") return std::optional<double>();
  double speed = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), speed);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (!whole || !(speed > 0) || speed > 1e6) {
    return fail(ErrorKind::usage,
                fmt::format("--speed: expected max or a number above 0 up to 1000000, found '{}'", text));
  }
  return std::optional(speed);
}

session::Request WallPace::wait(TimeNs due, const std::function<void()>& idle) {
  if (interrupted()) return session::Request::stop;
  if (!speed_) return session::Request::none;
  if (!market_start_) {
    market_start_ = due;
    wall_start_ = Clock::now();
  }
  const auto after =
      std::chrono::duration<double, std::nano>(static_cast<double>(due - *market_start_) / *speed_);
  const auto at = wall_start_ + std::chrono::duration_cast<Clock::duration>(after);
  if (at - Clock::now() > kLongestSleep) idle();
  for (auto left = at - Clock::now(); left > 0ns; left = at - Clock::now()) {
    std::this_thread::sleep_for(std::min<Clock::duration>(left, kLongestSleep));
    if (interrupted()) return session::Request::stop;
    idle();
  }
  return session::Request::none;
}

void WallPace::show(const session::SessionStatus& status) {
  const bool paced = speed_.has_value();
  if (!print_ || (!paced && ++shown_ % kEventsBetweenLooks != 0)) return;
  const auto now = Clock::now();
  if (now < next_print_) return;
  next_print_ = now + kBetweenLines;
  print_(status);
}

}  // namespace kontor::app
