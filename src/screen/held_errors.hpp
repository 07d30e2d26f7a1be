#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace kontor::screen {

/// Keeps what the process writes to standard error while the screen shows something else, in memory, and lets
/// it out when it goes. One at a time.
class HeldErrors {
 public:
  /// More than this is not kept: the oldest goes.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

  /// Nothing (a null pointer) where standard error is no terminal: then it disturbs nobody. Error io.
  [[nodiscard]] static Result<std::unique_ptr<HeldErrors>> open();
  HeldErrors(const HeldErrors&) = delete;
  HeldErrors& operator=(const HeldErrors&) = delete;
  ~HeldErrors();

  /// The last line that was written since this was asked the last time, without its colours; empty: none was.
  [[nodiscard]] std::string news();

  /// Lets out what the present one keeps; may be called by a signal's handler.
  static void release() noexcept;

 private:
  HeldErrors() = default;
  void forget_the_oldest();

  std::size_t seen_ = 0;  ///< bytes
};

}  // namespace kontor::screen
