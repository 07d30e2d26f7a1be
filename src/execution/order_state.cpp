#include "execution/order_state.hpp"

#include <array>
#include <cstdint>

namespace kontor::execution {
namespace {

constexpr std::uint32_t bit(OrderStatus status) noexcept { return 1U << static_cast<unsigned>(status); }

constexpr std::uint32_t kTerminal = bit(OrderStatus::filled) | bit(OrderStatus::canceled) |
                                    bit(OrderStatus::rejected) | bit(OrderStatus::expired);
constexpr std::uint32_t kWorking = bit(OrderStatus::acknowledged) | bit(OrderStatus::partially_filled);
constexpr std::uint32_t kPending = bit(OrderStatus::pending_amend) | bit(OrderStatus::pending_cancel);

/// Row = from, bits = where it may go. A fill may come before its acknowledgement, a cancel may lose its
/// race.
constexpr std::array<std::uint32_t, 12> kAllowed = {
    /* intent           */ bit(OrderStatus::risk_approved) | bit(OrderStatus::rejected),
    /* risk_approved    */ bit(OrderStatus::sent) | bit(OrderStatus::rejected) | bit(OrderStatus::canceled),
    /* sent             */ kWorking | kPending | kTerminal | bit(OrderStatus::unknown),
    /* acknowledged     */ bit(OrderStatus::partially_filled) | kPending | kTerminal |
        bit(OrderStatus::unknown),
    /* partially_filled */ bit(OrderStatus::partially_filled) | kPending | kTerminal |
        bit(OrderStatus::unknown),
    /* pending_amend    */ kWorking | kPending | kTerminal | bit(OrderStatus::unknown),
    /* pending_cancel   */ kWorking | bit(OrderStatus::pending_cancel) | kTerminal |
        bit(OrderStatus::unknown),
    /* unknown          */ kWorking | kTerminal | bit(OrderStatus::unknown),
    /* filled           */ 0,
    /* canceled         */ 0,
    /* rejected         */ 0,
    /* expired          */ 0,
};

}  // namespace

bool can_transition(OrderStatus from, OrderStatus to) noexcept {
  return (kAllowed[static_cast<std::size_t>(from)] & bit(to)) != 0;
}

}  // namespace kontor::execution
