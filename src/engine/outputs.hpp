#pragma once

#include <string_view>
#include <vector>

#include "execution/order_state.hpp"
#include "model/breaker.hpp"
#include "model/event.hpp"
#include "model/protection.hpp"
#include "portfolio/portfolio.hpp"
#include "risk/risk_engine.hpp"

namespace kontor::engine {

/// A wish that did not become an order: refused by risk (all reasons), or skipped by the strategy itself.
struct RefusedIntent {
  StrategyId strategy;
  InstrumentId instrument;
  std::vector<RejectReason> reasons;
  std::string_view skipped;  ///< the strategy's own reason; a constant text
};

/// A fill as it went into the books.
struct FillBooked {
  Fill fill;
  NewOrder order;  ///< id 0 where none is known: the venue liquidates, or executes an order of someone else
  portfolio::BookedFill booked;
  Amount equity_after;
};

/// Everything that one step decided, in order: what goes to the venue and what an audit, a replay or a report
/// needs. Filled through add() only.
struct Outputs {
  std::vector<BreakerChanged> breakers;        ///< to be recorded before the commands
  std::vector<ProtectionChanged> protections;  ///< the same
  std::vector<Command> commands;
  std::vector<RefusedIntent> refused;
  std::vector<FillBooked> fills;
  std::vector<execution::Order> closed;  ///< orders that reached a terminal state
  std::uint64_t decisions = 0;           ///< all of these, and timers that were set

  [[nodiscard]] bool empty() const noexcept { return decisions == 0; }
  void add(const BreakerChanged& change) {
    breakers.push_back(change);
    ++decisions;
  }
  void add(const ProtectionChanged& change) {
    protections.push_back(change);
    ++decisions;
  }
  void add(const Command& command) {
    commands.push_back(command);
    ++decisions;
  }
  void add(RefusedIntent refusal) {
    refused.push_back(std::move(refusal));
    ++decisions;
  }
  void add(const FillBooked& fill) {
    fills.push_back(fill);
    ++decisions;
  }
  void add(const execution::Order& order) {
    closed.push_back(order);
    ++decisions;
  }
  void add_timer() noexcept { ++decisions; }
  void clear() noexcept {
    breakers.clear();
    protections.clear();
    commands.clear();
    refused.clear();
    fills.clear();
    closed.clear();
    decisions = 0;
  }
};

}  // namespace kontor::engine
