#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "net/rate_budget_outcome.hpp"

namespace kontor::net {

/// Buckets in a file that the processes of one machine have mapped into their memory, with a lock that
/// notices when its holder has died. docs/rate-budget.md tells what is in it.
///
/// Whatever cannot be trusted becomes an empty bucket, of which all is taken to be used: one with a wrong
/// checksum, and all of them in a file of another version, in one of before the machine's last start, and
/// after a process has died while it held the lock. A file that nobody else has open is made anew where it is
/// not what it should be; one that others have open never is, since they would go on with the old one.
class RateBudgetFile {
 public:
  static constexpr std::size_t kMostBuckets = 64;
  /// Which clock the times in the file are of.
  enum class TimeBase : std::uint32_t { caller = 1, machine = 2 };

  /// What it is opened for. The rules were checked and are of one scope. Those that the file has already are
  /// shared; where others have it open, the stricter figures hold for all of them.
  struct Request {
    std::filesystem::path path{};
    std::vector<RateRule> rules{};
    TimeBase time_base = TimeBase::machine;
  };

  /// Waits a second or two at most for others who open or repair it.
  /// Errors: io (folder or file cannot be used or are somebody else's; a program of another version or with
  /// another clock has the file open), no_space, usage (more rules than fit).
  [[nodiscard]] static Result<RateBudgetFile> open(const Request& request, TimeNs now);
  RateBudgetFile(RateBudgetFile&& other) noexcept;
  RateBudgetFile& operator=(RateBudgetFile&& other) = delete;
  RateBudgetFile(const RateBudgetFile&) = delete;
  RateBudgetFile& operator=(const RateBudgetFile&) = delete;
  ~RateBudgetFile();

  /// Takes the lock; waits a twentieth of a second at most. False: it could not be had. Where the last holder
  /// died, all limits are taken to be used up at `now`.
  [[nodiscard]] bool lock(TimeNs now) noexcept;
  void unlock() noexcept;

  // The following only between lock() and unlock().

  /// The bucket of the rule at that place in the request; one whose checksum was wrong starts anew. Nothing:
  /// the file has been damaged so that the bucket is lost until it is opened again.
  [[nodiscard]] RateBucket* bucket(std::size_t rule, TimeNs now) noexcept;
  /// What was done to that bucket is complete.
  void seal(std::size_t rule) noexcept;
  /// The same after its limit was changed.
  void seal_limit(std::size_t rule) noexcept;
  /// The pause; one whose checksum was wrong lasts a minute.
  [[nodiscard]] RatePauseState& pause(TimeNs now) noexcept;
  void seal_pause() noexcept;

 private:
  struct Content;

  RateBudgetFile(int descriptor, Content* content) noexcept : descriptor_(descriptor), content_(content) {}

  /// Nothing: somebody else is at it.
  [[nodiscard]] static Result<std::optional<RateBudgetFile>> try_open(const Request& request, TimeNs now);
  [[nodiscard]] Result<void> map(const std::filesystem::path& path);
  [[nodiscard]] Result<void> prepare_alone(const Request& request, TimeNs now);
  [[nodiscard]] Result<bool> join(const Request& request, TimeNs now);
  [[nodiscard]] Result<void> place(const RateRule& rule, TimeNs now);
  void distrust_all(TimeNs now) noexcept;

  int descriptor_ = -1;
  Content* content_ = nullptr;
  std::vector<std::size_t> slots_{};         ///< of the request's rules …
  std::vector<std::uint32_t> identities_{};  ///< … and what those are known by
};

}  // namespace kontor::net
