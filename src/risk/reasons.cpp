#include "risk/reasons.hpp"

#include <bit>

namespace kontor::risk {

std::vector<RejectReason> Reasons::list() const {
  std::vector<RejectReason> reasons;
  for (std::uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
    reasons.push_back(static_cast<RejectReason>(std::countr_zero(rest)));
  }
  return reasons;
}

}  // namespace kontor::risk
