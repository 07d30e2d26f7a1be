#pragma once

#include <cstdint>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include "base/ids.hpp"
#include "model/order.hpp"

namespace kontor {

/// What happened to the protection of what is held (M12). docs/risk.md says when.
BOOST_DEFINE_FIXED_ENUM_CLASS(ProtectionChange, std::uint8_t,
                              degraded,    // no stop that covers it was confirmed in time
                              restored,    // one is again, or nothing is left to protect
                              taken_over,  // the venue has let go of a leg: the engine keeps the group now
                              escalated,   // its stop cannot do its work: it is closed at the market
                              given_up,    // a target that the venue does not take is not asked for any more
                              made_room)  // other exits are canceled: they hold the coins that the stop needs

/// The protection of a bracket or a pair is not what it should be, or is again. Decided by the engine, before
/// the commands that follow from it.
struct ProtectionChanged {
  std::uint64_t cause = 0;  ///< seq of the event that led to it
  GroupId group;
  StrategyId strategy;
  InstrumentId instrument;
  ProtectionChange change{};
  RawQuantity quantity;                      ///< that is to be protected
  RejectReason reason = RejectReason::none;  ///< the last refusal of the leg, where there was one
  bool operator==(const ProtectionChanged&) const = default;
  BOOST_DESCRIBE_CLASS(ProtectionChanged, (), (cause, group, strategy, instrument, change, quantity, reason),
                       (), ())
};

}  // namespace kontor
