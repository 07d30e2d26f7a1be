#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/rate_budget.hpp"
#include "net/rate_budget_file.hpp"

namespace kontor::net {

/// Time since the machine's start, including when it slept: the same for all its processes, and it never
/// jumps.
[[nodiscard]] TimeNs machine_time() noexcept;

/// What all processes of one machine may still send to a venue: RateBudget over files that they share, one
/// for each scope, in `<folder>/<venue>-<scope>-<hash of its key>.bucket`.
///
/// Times come from the caller's clock on the wall and go back in it, but how much time has passed is measured
/// by `clock`, so that a wall clock that is set gives nobody more than the limit and makes nobody wait
/// longer.
///
/// What is known outlives its processes: the one that starts while others run, or soon after them, goes on
/// with what was counted. Everything else starts used up (RateBudgetFile). Where the lock cannot be had
/// requests are refused as `unavailable`; ask again.
///
/// Any thread.
class SharedRateBudget {
 public:
  /// By what scopes tell themselves apart: an address of ours, an account's name or key. Only their hash is
  /// written down.
  struct Keys {
    std::string ip{};
    std::string account{};
    std::string symbol{};  ///< whose instruments they are; the instrument is told by the rule's name
  };
  struct Options {
    std::filesystem::path folder{};  ///< made if need be, for our user alone
    std::string venue{};             ///< letters, digits, `-` and `_`
    Keys keys{};
    std::vector<RateRule> rules{};
    /// Nothing: time passes as the caller says, which is for tests.
    TimeNs (*clock)() noexcept = &machine_time;
  };

  /// Errors: usage, and those of RateBudgetFile::open().
  [[nodiscard]] static Result<std::unique_ptr<SharedRateBudget>> open(Options options, TimeNs now);

  /// As RateBudget::acquire(); rules by their place in the options.
  [[nodiscard]] RateOutcome acquire(TimeNs now, RateLane lane, std::span<const RateCost> costs) noexcept;
  /// The following say false where the others could not be told, because the lock could not be had.
  bool observe(TimeNs now, std::uint32_t rule, const RateStatement& statement) noexcept;
  /// This process keeps the pause in any case.
  bool pause_until(TimeNs now, const RatePause& pause) noexcept;
  /// For all who share the rule.
  bool set_limit(TimeNs now, std::uint32_t rule, std::uint32_t limit) noexcept;

  /// Nothing: as above.
  [[nodiscard]] std::optional<RateUsage> usage(TimeNs now, std::uint32_t rule) noexcept;
  [[nodiscard]] RatePause pause(TimeNs now) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

 private:
  /// Where a rule is: in which file, and there at which place.
  struct Place {
    std::size_t scope = 0;
    std::size_t rule = 0;
  };
  class Lock;

  SharedRateBudget() = default;
  [[nodiscard]] Result<void> open_scope(const Options& options, RateScope scope, TimeNs now);
  /// The files' time for the caller's.
  [[nodiscard]] TimeNs time_at(TimeNs now) const noexcept { return clock_ == nullptr ? now : clock_(); }
  [[nodiscard]] RateBucket* bucket(std::uint32_t rule, TimeNs time) noexcept;
  void seal(std::uint32_t rule) noexcept { files_[places_[rule].scope]->seal(places_[rule].rule); }
  [[nodiscard]] RateOutcome decide(TimeNs time, RateLane lane, std::span<const RateCost> costs) noexcept;
  [[nodiscard]] RatePause shared_pause(TimeNs time) noexcept;
  [[nodiscard]] RatePause own_pause() const noexcept;
  void keep_own(const RatePause& pause) noexcept;

  TimeNs (*clock_)() noexcept = nullptr;
  std::array<std::optional<RateBudgetFile>, kRateScopes> files_{};
  std::vector<Place> places_{};
  std::array<std::atomic<TimeNs>, 3> own_pauses_{kTimeMin, kTimeMin,
                                                 kTimeMin};  ///< by reason, in the files' time
};

}  // namespace kontor::net
