#pragma once

#include <cstdint>
#include <vector>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/list.hpp>

#include "model/order.hpp"

namespace kontor::risk {

/// A set of reasons in one word, so that collecting all broken rules costs nothing while there are none.
class Reasons {
 public:
  constexpr void add(RejectReason reason) noexcept { bits_ |= bit(reason); }
  constexpr void add_if(bool broken, RejectReason reason) noexcept { bits_ |= broken ? bit(reason) : 0U; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr bool contains(RejectReason reason) const noexcept {
    return (bits_ & bit(reason)) != 0;
  }
  /// The reasons in the order of their enumeration.
  [[nodiscard]] std::vector<RejectReason> list() const;

 private:
  static constexpr std::uint64_t bit(RejectReason reason) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(reason);
  }

  std::uint64_t bits_ = 0;
};

static_assert(boost::mp11::mp_size<boost::describe::describe_enumerators<RejectReason>>::value <= 64);

}  // namespace kontor::risk
