#pragma once

#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace kontor::live {

/// The names under which a session's orders go to a venue: `k` and eight digits for the session, `-`, and the
/// order's own number. The same order always has the same name, so that it can be asked for after a crash,
/// and no other session's order has it.
class OrderNames {
 public:
  /// The longest name that name() gives.
  static constexpr std::size_t kLongest = 23;

  /// `session`: what no other session of the account has, ever: its journal's identity.
  explicit OrderNames(std::string_view session);

  [[nodiscard]] std::string name(OrderId order) const;
  /// The order of a name; 0: it is not one of this session's. Legs that the venue hangs behind a name
  /// (`….s`, `….t`) are none of ours either.
  [[nodiscard]] OrderId parse(std::string_view name) const noexcept;

 private:
  std::string prefix_;
};

}  // namespace kontor::live
