#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::session {

/// Where a session is in its life (M6). A session that has ended may be started again and then goes on.
enum class LifeState : std::uint8_t {
  created,   ///< its folder and its account are there, nothing has happened
  starting,  ///< goes through its past, and waits until the account can be valued
  running,   ///< trades
  paused,    ///< takes no new risk; what reduces it goes on
  stopping,  ///< takes its last snapshot
  stopped,   ///< ended in good order
  failed,    ///< ended by an error, or not at all: the process was killed
};
inline constexpr std::size_t kLifeStates = 7;

/// `RUNNING`.
[[nodiscard]] std::string_view name_of(LifeState state) noexcept;
[[nodiscard]] std::optional<LifeState> parse_life_state(std::string_view name) noexcept;

/// True where the table of transitions allows this step.
[[nodiscard]] bool can_go(LifeState from, LifeState to) noexcept;
/// True for a session that no process works at.
constexpr bool is_over(LifeState state) noexcept {
  return state == LifeState::created || state == LifeState::stopped || state == LifeState::failed;
}

/// A session's way through its states; refuses (ErrorKind::internal) what the table does not allow.
class LifeCycle {
 public:
  explicit LifeCycle(LifeState state = LifeState::created) noexcept : state_(state) {}
  [[nodiscard]] LifeState state() const noexcept { return state_; }
  [[nodiscard]] Result<void> go(LifeState to);

 private:
  LifeState state_;
};

/// The stages of one run, in their order.
enum class Phase : std::uint8_t {
  recover,  ///< the journal is made whole and what it holds behind the snapshot is gone through again
  warm_up,  ///< until everything that the account holds has a price
  trade,    ///< until the data ends or somebody says stop
  finish,   ///< the last snapshot
};
inline constexpr std::size_t kPhases = 4;

[[nodiscard]] std::string_view name_of(Phase phase) noexcept;
/// How long a phase may take by the clock on the wall; nothing: as long as it likes.
[[nodiscard]] std::optional<DurationNs> deadline_of(Phase phase) noexcept;
[[nodiscard]] inline bool is_overdue(Phase phase, DurationNs taken) noexcept {
  const auto deadline = deadline_of(phase);
  return deadline && taken > *deadline;
}

/// A session says that it lives this often by the clock on the wall …
inline constexpr DurationNs kHeartbeatInterval = 30 * kSecond;
/// … and one that has said nothing for longer than this has crashed.
inline constexpr DurationNs kCrashedAfter = 90 * kSecond;

/// What a session looks like to somebody else.
struct SeenLife {
  LifeState state = LifeState::created;
  bool crashed = false;  ///< failed because nothing was heard of it, not because it said so
  bool operator==(const SeenLife&) const = default;
};

/// What is to be thought, at `now`, of a session whose last step led to `state` and of which the last sign of
/// life (any record with a time on the wall) is from `last_sign`, both times on the wall.
[[nodiscard]] SeenLife seen_from_outside(LifeState state, TimeNs last_sign, TimeNs now) noexcept;

}  // namespace kontor::session
