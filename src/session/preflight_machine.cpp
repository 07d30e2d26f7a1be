#include <fmt/format.h>

#include "session/preflight_checks.hpp"

namespace kontor::session {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint32_t kWritableForOthers = 0022;

Check folder_access(const PlaceFacts& place) {
  return made_check(
      {"folder_access", "Sessions can be written"},
      {fmt::format("{} {}", place.folder, place.is_writable ? "is writable" : "is not writable"),
       "a folder that this user may write"},
      place.is_writable,
      fmt::format("make {} a folder of yours, or name another one with --sessions", place.folder));
}

Check disk_space(const PlaceFacts& place) {
  return made_check(
      {"disk_space", "Room for the journal"},
      {fmt::format("{} MB free", place.free_bytes / kMegabyte),
       fmt::format("at least {} MB", kLeastFreeBytes / kMegabyte)},
      place.free_bytes >= kLeastFreeBytes,
      fmt::format("free space on the disk of {}, or name another folder with --sessions", place.folder));
}

Check single_instance(const PlaceFacts& place) {
  const bool is_free = place.lock_holder.empty();
  return made_check({"single_instance", "Nobody else trades the account"},
                    {is_free ? "free" : "held by " + place.lock_holder, "a lock that nobody holds"}, is_free,
                    "end the other session first: 'kontor session stop ID'");
}

/// `rwxr-x---`.
std::string permissions_text(std::uint32_t permissions) {
  constexpr std::string_view kLetters = "rwxrwxrwx";
  std::string text(kLetters);
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    if ((permissions >> (kLetters.size() - 1 - i) & 1U) == 0) text[i] = '-';
  }
  return text;
}

Check stop_is_off(const KillSwitchFacts& facts) {
  return made_check(
      {"kill_switch_off", "No emergency stop stands"},
      {facts.stands_since ? "since " + format_time(*facts.stands_since) : std::string("none"), "none"},
      !facts.stands_since, "'kontor stop --lift' takes it back");
}

Check stop_was_tested(const KillSwitchFacts& facts, TimeNs now) {
  const bool is_recent = facts.tested && now - *facts.tested < kLongestSinceStopTest;
  return made_check({"kill_switch_tested", "The emergency stop works"},
                    {facts.tested ? "tested at " + format_time(*facts.tested) : std::string("never tested"),
                     "tested less than 24 h ago"},
                    is_recent, "'kontor stop --test' tests it while no session runs");
}

}  // namespace

void check_place(const PlaceFacts& place, Checks& checks) {
  checks.always(folder_access(place));
  checks.always(disk_space(place));
  checks.always(single_instance(place));
}

void check_permissions(const PlaceFacts& place, Checks& checks) {
  const bool is_own = !place.permissions || (*place.permissions & kWritableForOthers) == 0;
  checks.live(
      made_check({"folder_permissions", "Nobody else writes there"},
                 {place.permissions ? permissions_text(*place.permissions) : std::string("not there yet"),
                  "writable for its owner alone"},
                 is_own, fmt::format("chmod go-w {}", place.folder)));
}

void check_kill_switch(const PreflightInput& input, Checks& checks) {
  checks.always(stop_is_off(input.kill_switch));
  checks.live(stop_was_tested(input.kill_switch, input.now));
}

}  // namespace kontor::session
