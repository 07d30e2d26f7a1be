#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace kontor::session {

/// What must not leave of a batch of commands that could not be recorded: new orders and amendments that
/// could open or enlarge a position, and with an entry the legs that were to protect it. Cancels and what
/// only reduces risk may.
struct Withheld {
  std::vector<OrderId> orders{};
  std::vector<OrderId> amendments{};

  [[nodiscard]] bool empty() const noexcept { return orders.empty() && amendments.empty(); }
  [[nodiscard]] bool has(const CommandBody& command) const noexcept;
};

/// `engine` has just decided the commands.
[[nodiscard]] Withheld withheld_of(const engine::Engine& engine, std::span<const Command> commands);
/// The same as an event says it.
[[nodiscard]] Withheld withheld_in(const DiskChanged& change);

/// What the engine is to be told of the disk; `cause` is why it fails.
[[nodiscard]] DiskChanged disk_failed(std::string cause, Withheld withheld);
[[nodiscard]] DiskChanged disk_works();

}  // namespace kontor::session
