#include "session/schedule.hpp"

#include <algorithm>

namespace kontor::session {
namespace {

TradingState last_state(calendar::OnStop on_stop) noexcept {
  switch (on_stop) {
    case calendar::OnStop::keep: return TradingState::restricted;
    case calendar::OnStop::cancel: return TradingState::halted;
    case calendar::OnStop::flatten: return TradingState::flattening;
  }
  return TradingState::halted;
}

}  // namespace

/// When the session ends, and by what.
std::pair<TimeNs, TradingReason> ScheduleClock::end() const noexcept {
  const TimeNs stop = schedule_.stop.value_or(kTimeMax);
  const DurationNs longest = schedule_.max_duration.value_or(kTimeMax);
  const TimeNs over = longest < kTimeMax - std::max<TimeNs>(begun_, 0) ? begun_ + longest : kTimeMax;
  return over < stop ? std::pair(over, TradingReason::max_duration)
                     : std::pair(stop, TradingReason::stop_time);
}

void ScheduleClock::look(TimeNs now) {
  const auto [end_at, why] = end();
  from_ = now;
  if (now >= end_at) {
    word_ = {{last_state(schedule_.on_stop), why}, true};
    from_ = end_at;
    until_ = kTimeMax;
    return;
  }
  if (schedule_.start && now < *schedule_.start) {
    word_ = {{TradingState::restricted, TradingReason::before_start}};
    until_ = std::min(*schedule_.start, end_at);
    return;
  }
  const auto& windows = schedule_.windows;
  const bool is_open = windows.is_open(now);
  word_ = is_open ? ScheduleWord{{TradingState::running, TradingReason::window_opened}}
                  : ScheduleWord{{TradingState::restricted, TradingReason::window_closed}};
  const auto change = is_open ? windows.next_close(now) : windows.next_open(now);
  until_ = std::min(change.value_or(now + calendar::TradingWindows::kHorizon), end_at);
}

std::optional<ScheduleNews> ScheduleClock::news(TradingState said, TimeNs before, TimeNs next) {
  const TradingStateChanged wanted = at(next).trading;
  // Flattening ends in a halt by itself.
  const bool is_done = wanted.state == TradingState::flattening && said == TradingState::halted;
  if (wanted.state == said || is_done) return std::nullopt;
  return ScheduleNews{wanted, since(before, next)};
}

TimeNs ScheduleClock::since(TimeNs before, TimeNs now) {
  const TradingState state = at(now).trading.state;
  TimeNs begun = std::max(before, now - calendar::TradingWindows::kHorizon);
  bool held = at(begun).trading.state == state;
  for (TimeNs edge = until_; edge <= now && edge != kTimeMax; edge = until_) {
    const bool holds = at(edge).trading.state == state;
    if (holds && !held) begun = edge;
    held = holds;
  }
  return begun;
}

std::string_view reason_text(TradingReason reason) noexcept {
  switch (reason) {
    case TradingReason::operator_word: return "an operator said so";
    case TradingReason::crash_loop: return "the last runs crashed one after the other";
    case TradingReason::before_start: return "its start time is still to come";
    case TradingReason::window_closed: return "it is outside its trading windows";
    case TradingReason::window_opened: return "its trading windows are open";
    case TradingReason::stop_time: return "its stop time has come";
    case TradingReason::max_duration: return "its maximum duration is over";
  }
  return {};
}

}  // namespace kontor::session
