#include <algorithm>

#include "session/live_session.hpp"

namespace kontor::session {

void DecisionCounts::add(const engine::Outputs& outputs) noexcept {
  const auto is_order = [](const Command& command) { return std::holds_alternative<NewOrder>(command.body); };
  orders += static_cast<std::uint64_t>(std::ranges::count_if(outputs.commands, is_order));
  fills += outputs.fills.size();
  refusals += outputs.refused.size();
}

SessionStatus LiveSession::status() const {
  const auto& state = engine().state();
  SessionStatus status;
  status.now = now_;
  status.trading = state.trading_of_account();
  status.by_schedule = state.schedule > state.trading && state.schedule == status.trading;
  status.by_disk = state.disk_failed_at && status.trading == state.of_disk();
  status.events = events_count_;
  status.orders = counts_.orders;
  status.fills = counts_.fills;
  status.refusals = counts_.refusals;
  status.open_orders = state.orders.open_count();
  status.open_positions = state.portfolio.open_positions();
  status.equity = state.portfolio.equity();
  return status;
}

SessionView LiveSession::view() const {
  const auto& state = engine().state();
  const auto& identity = journal_.identity();
  const auto& disk_fault = journal_.chronicle().disk_fault();
  RunView run;
  run.state = name_of(journal_.teller().state());
  run.mode = journal_.teller().mode();
  run.speed = "1";
  if (watch_.has_started()) run.initial_equity = watch_.initial();
  run.max_drawdown = watch_.max_drawdown();
  return {.session = identity.session,
          .account = identity.account,
          .asset = std::string(setup_.instruments.asset_name(state.portfolio.reporting_asset())),
          .status = status(),
          .positions = positions_of(state),
          .orders = open_orders_of(state),
          .restraints = restraints_of(state),
          .configuration_hash = identity.configuration.hash,
          .run = run,
          .disk_fault = disk_fault ? disk_fault->message : std::string()};
}

}  // namespace kontor::session
