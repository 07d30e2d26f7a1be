#include "session/withheld.hpp"

#include <algorithm>
#include <utility>

namespace kontor::session {
namespace {

bool is_among(const std::vector<OrderId>& orders, OrderId order) noexcept {
  return std::ranges::find(orders, order) != orders.end();
}

/// Groups of which an entry is among the commands.
std::vector<GroupId> entered_groups(const engine::Engine& engine, std::span<const Command> commands) {
  std::vector<GroupId> groups;
  for (const auto& command : commands) {
    const auto* order = std::get_if<NewOrder>(&command.body);
    if (order != nullptr && order->group.value != 0 && engine.adds_risk(order->id))
      groups.push_back(order->group);
  }
  return groups;
}

}  // namespace

bool Withheld::has(const CommandBody& command) const noexcept {
  if (const auto* order = std::get_if<NewOrder>(&command)) return is_among(orders, order->id);
  const auto* amend = std::get_if<AmendOrder>(&command);
  return amend != nullptr && is_among(amendments, amend->id);
}

Withheld withheld_of(const engine::Engine& engine, std::span<const Command> commands) {
  const auto groups = entered_groups(engine, commands);
  Withheld withheld;
  for (const auto& command : commands) {
    const auto* order = std::get_if<NewOrder>(&command.body);
    const auto* amend = std::get_if<AmendOrder>(&command.body);
    const bool is_of_entry = order != nullptr && std::ranges::find(groups, order->group) != groups.end();
    if (order != nullptr && (is_of_entry || engine.adds_risk(order->id)))
      withheld.orders.push_back(order->id);
    if (amend != nullptr && engine.adds_risk(amend->id)) withheld.amendments.push_back(amend->id);
  }
  return withheld;
}

Withheld withheld_in(const DiskChanged& change) { return {change.unsent, change.unsent_amendments}; }

DiskChanged disk_failed(std::string cause, Withheld withheld) {
  return {false, std::move(cause), std::move(withheld.orders), std::move(withheld.amendments)};
}

DiskChanged disk_works() { return {}; }

}  // namespace kontor::session
