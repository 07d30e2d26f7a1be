#include "session_text.hpp"

#include <cctype>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::app {
namespace {

std::string positions_text(const std::vector<session::PositionLine>& positions) {
  if (positions.empty()) return "  No positions.\n";
  std::string text = fmt::format("  {:<22} {:>8} {:>16} {:>16} {:>16}\n", "POSITION", "STRATEGY", "QUANTITY",
                                 "AVERAGE", "MARK");
  for (const auto& line : positions) {
    text += fmt::format("  {:<22} {:>8} {:>16} {:>16} {:>16}\n", line.instrument, line.strategy,
                        line.quantity, line.average_price, line.mark);
  }
  return text;
}

std::string settings_text(const session::SettingsHistory& settings) {
  if (settings.changes == 0) return {};
  return fmt::format("  Configuration changed {} {}, last at {}: {}\n", settings.changes,
                     settings.changes == 1 ? "time" : "times", format_time(settings.changed_at),
                     fmt::join(settings.last, ", "));
}

/// What is wrong with the disk, and since when.
std::string disk_text(const session::SessionView& view) {
  if (view.disk_fault.empty()) return {};
  std::string since;
  for (const auto& line : view.restraints) {
    if (line.cause == "disk") since = fmt::format(" since {}", line.since);
  }
  return fmt::format(
      "  The journal cannot be written{}: {}. Exits and cancels go on; entries are withdrawn.\n", since,
      view.disk_fault);
}

std::string orders_text(const std::vector<session::OrderLine>& orders) {
  if (orders.empty()) return "  No open orders.";
  std::string text = fmt::format("  {:<22} {:>8} {:<5} {:<13} {:>14} {:>14} {:>14}  {}", "ORDER", "STRATEGY",
                                 "SIDE", "TYPE", "QUANTITY", "FILLED", "PRICE", "STATUS");
  for (const auto& line : orders) {
    text += fmt::format("\n  {:<22} {:>8} {:<5} {:<13} {:>14} {:>14} {:>14}  {}",
                        fmt::format("{} {}", line.id, line.instrument), line.strategy, line.side, line.type,
                        line.quantity, line.filled, line.price, line.status);
  }
  return text;
}

std::string restraints_text(const std::vector<session::RestraintLine>& restraints) {
  if (restraints.empty()) return {};
  std::string text = fmt::format("  {:<22} {:<14} {:<11} {:>12} {:>12}  {}\n", "SCOPE", "BREAKER", "LEVEL",
                                 "VALUE", "THRESHOLD", "UNTIL");
  for (const auto& line : restraints) {
    const std::string until = line.until.empty() ? "told to resume" : line.until;
    text += fmt::format("  {:<22} {:<14} {:<11} {:>12} {:>12}  {}\n", line.scope, line.cause, line.level,
                        line.value, line.threshold, until);
  }
  return text;
}

}  // namespace

std::string state_of(const session::Answer& answer) {
  if (!answer.ending.empty()) return answer.ending;
  if (answer.view.status.by_disk) return "paused, the disk cannot be written";
  if (answer.view.status.trading == TradingState::restricted)
    return answer.view.status.by_schedule ? "outside its schedule" : "paused";
  return boost::describe::enum_to_string(answer.view.status.trading, "");
}

std::string line_of(const session::SessionStatus& status, const std::string& asset) {
  return fmt::format("{}  equity {} {}, {} positions, {} open orders, {} orders, {} fills, {} refused",
                     format_time(status.now), status.equity.format_fixed(2), asset, status.open_positions,
                     status.open_orders, status.orders, status.fills, status.refusals);
}

std::string text_of(const session::Answer& answer) {
  const auto& view = answer.view;
  return fmt::format("Session {} on account {}: {}\n  {}\n{}{}{}{}", view.session, view.account,
                     state_of(answer), line_of(view.status, view.asset), disk_text(view),
                     settings_text(view.settings), restraints_text(view.restraints),
                     positions_text(view.positions), orders_text(view.orders));
}

std::string state_of(const std::optional<session::LastSeen>& seen) {
  if (!seen) return "not running";
  std::string state(session::name_of(seen->life.state));
  for (char& c : state) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return seen->life.crashed ? state + " (crashed)" : state;
}

std::string absent_state(const std::optional<session::LastSeen>& seen) {
  const bool had_ended = !seen || seen->life.crashed || session::is_over(seen->life.state);
  return had_ended ? state_of(seen) : "no answer";
}

std::string absent_line(const std::optional<session::LastSeen>& seen) {
  if (!seen) return "nothing was heard of it";
  return fmt::format("last heard of {}{}", format_time(seen->heard),
                     seen->equity.empty() ? "" : ", equity " + seen->equity);
}

}  // namespace kontor::app
