#include "session/life_cycle.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

namespace kontor::session {
namespace {

constexpr std::array<std::string_view, kLifeStates> kStateNames{"CREATED",  "STARTING", "RUNNING", "PAUSED",
                                                                "STOPPING", "STOPPED",  "FAILED"};
constexpr std::array<std::string_view, kPhases> kPhaseNames{"recover", "warm_up", "trade", "finish"};

constexpr std::uint8_t set_of(std::initializer_list<LifeState> states) noexcept {
  unsigned set = 0;
  for (const LifeState state : states) set |= 1U << static_cast<unsigned>(state);
  return static_cast<std::uint8_t>(set);
}

using enum LifeState;
/// Where each state may go. A session that was paused when its process ended starts paused.
constexpr std::array<std::uint8_t, kLifeStates> kAllowed{
    set_of({starting}),                           // created
    set_of({running, paused, stopping, failed}),  // starting
    set_of({paused, stopping, failed}),           // running
    set_of({running, stopping, failed}),          // paused
    set_of({stopped, failed}),                    // stopping
    set_of({starting}),                           // stopped
    set_of({starting}),                           // failed
};

}  // namespace

std::string_view name_of(LifeState state) noexcept { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<LifeState> parse_life_state(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<LifeState>(found - kStateNames.begin());
}

bool can_go(LifeState from, LifeState to) noexcept {
  return ((kAllowed[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to)) & 1U) != 0;
}

Result<void> LifeCycle::go(LifeState to) {
  if (!can_go(state_, to)) {
    return fail(ErrorKind::internal,
                fmt::format("expected a step that a session in state {} can take, found {}", name_of(state_),
                            name_of(to)));
  }
  state_ = to;
  return {};
}

std::string_view name_of(Phase phase) noexcept { return kPhaseNames[static_cast<std::size_t>(phase)]; }

std::optional<DurationNs> deadline_of(Phase phase) noexcept {
  switch (phase) {
    case Phase::recover: return kMinute;
    case Phase::warm_up: return 10 * kMinute;
    case Phase::trade: return std::nullopt;
    case Phase::finish: return kMinute;
  }
  return std::nullopt;
}

SeenLife seen_from_outside(LifeState state, TimeNs last_sign, TimeNs now) noexcept {
  const bool silent = now - last_sign > kCrashedAfter;
  if (is_over(state) || !silent) return {state, false};
  return {failed, true};
}

}  // namespace kontor::session
