#include "session_pace.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "command.hpp"
#include "emergency_stop.hpp"

namespace kontor::app {
namespace {

using namespace std::chrono_literals;

/// How long a word from outside may wait.
constexpr std::chrono::milliseconds kLongestSleep = 50ms;
constexpr auto kBetweenLines = 1s;
constexpr auto kStandStill = 1s;
constexpr auto kBetweenStopLooks = 1s;
/// Clock, socket and status are only looked at every so many events: each costs more than an event.
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

/// The emergency stop works without the socket: a file that everybody sees within a second.
session::Request WallPace::look_at_emergency_stop() {
  const auto now = Clock::now();
  if (is_stopped_ || now < next_stop_look_) return session::Request::none;
  next_stop_look_ = now + kBetweenStopLooks;
  const auto stop = emergency_stop_in(sessions_);
  if (!stop) return session::Request::none;
  is_stopped_ = true;
  const auto wanted = stop->flatten ? session::Request::flatten_and_stop : session::Request::halt_and_stop;
  if (on_word_) on_word_("emergency stop", wanted);
  return wanted;
}

void WallPace::tell_interrupt() {
  if (!std::exchange(is_interrupted_, true) && on_word_) on_word_("signal", session::Request::stop);
}

session::Demand WallPace::listen(std::chrono::milliseconds longest) {
  if (interrupted()) {
    tell_interrupt();
    return session::Request::stop;
  }
  if (const auto stop = look_at_emergency_stop(); stop != session::Request::none) return stop;
  if (settings_.wants_to_be_read()) return {session::Request::change_settings, {}};
  if (look_) {
    if (const auto wanted = look_()) {
      if (on_word_) on_word_("keyboard", *wanted);
      return *wanted;
    }
  }
  auto demand = control_.wait(longest);
  has_to_answer_ = has_to_answer_ || demand.request != session::Request::none;
  return demand;
}

session::Demand WallPace::wait(TimeNs due, const std::function<void()>& idle) {
  // What the file says at the beginning of the run holds before anything is decided.
  if (!std::exchange(has_begun_, true) && settings_.wants_to_be_read())
    return {session::Request::change_settings, {}};
  if (first_ != session::Request::none) return std::exchange(first_, session::Request::none);
  if (!speed_) {
    const bool looks = ++waits_ % kEventsBetweenLooks == 0;
    return looks || interrupted() ? listen(0ms) : session::Demand();
  }
  if (!market_start_) {
    market_start_ = due;
    wall_start_ = Clock::now();
  }
  const auto after =
      std::chrono::duration<double, std::nano>(static_cast<double>(due - *market_start_) / *speed_);
  const auto at = wall_start_ + std::chrono::duration_cast<Clock::duration>(after);
  if (at - Clock::now() > kLongestSleep) idle();
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - Clock::now());
    auto demand = listen(std::clamp(left, 0ms, kLongestSleep));
    if (demand.request != session::Request::none || left <= 0ms) return demand;
    idle();
  }
}

std::optional<session::Demand> WallPace::stand_still() {
  if (speed_) return std::nullopt;
  const auto until = Clock::now() + kStandStill;
  session::Demand demand;
  while (demand.request == session::Request::none && Clock::now() < until) demand = listen(kLongestSleep);
  return demand;
}

void WallPace::show(const session::PaperSession& session) {
  if (std::exchange(has_to_answer_, false)) control_.answer_obeyed();
  const bool paced = speed_.has_value();
  if (!print_ || (!paced && ++shown_ % kEventsBetweenLooks != 0)) return;
  const auto now = Clock::now();
  if (now < next_print_) return;
  next_print_ = now + kBetweenLines;
  print_(session.status());
}

}  // namespace kontor::app
