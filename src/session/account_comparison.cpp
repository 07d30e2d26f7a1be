#include "session/account_comparison.hpp"

#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::session {
namespace {

Amount balance_in(const venue::AccountAnswer& account, AssetId asset) {
  Amount sum;
  for (const auto& money : account.balances) {
    if (money.asset == asset) sum += money.amount;
  }
  return sum;
}

RawQuantity position_in(const venue::AccountAnswer& account, InstrumentId instrument) {
  RawQuantity sum;
  for (const auto& [id, quantity] : account.positions) {
    if (id == instrument) sum += quantity;
  }
  return sum;
}

void compare_balances(const engine::State& state, const venue::AccountAnswer& account,
                      std::vector<AccountDifference>& differences) {
  for (std::uint32_t i = 0; i < state.instruments.asset_count(); ++i) {
    const Amount ours = state.portfolio.ledger().cash(AssetId(i));
    const Amount theirs = balance_in(account, AssetId(i));
    if (ours == theirs) continue;
    differences.push_back({fmt::format("balance {}", state.instruments.asset_name(AssetId(i))), ours.format(),
                           theirs.format(), Money{theirs - ours, AssetId(i)}});
  }
}

/// Of spot, what is held is a balance.
void compare_positions(const engine::State& state, const venue::AccountAnswer& account,
                       std::vector<AccountDifference>& differences) {
  for (const auto& instrument : state.instruments.all()) {
    if (instrument.is_spot()) continue;
    const RawQuantity ours = state.portfolio.position(instrument.id()).quantity;
    const RawQuantity theirs = position_in(account, instrument.id());
    if (ours == theirs) continue;
    differences.push_back({fmt::format("position {}", instrument.name().format()),
                           instrument.quantity(ours).format(), instrument.quantity(theirs).format()});
  }
}

std::string text_of(const engine::State& state, const venue::OrderState& order) {
  const Instrument& instrument = state.instruments[order.instrument];
  return fmt::format("{} {} of {} filled", boost::describe::enum_to_string(order.status, ""),
                     instrument.quantity(order.filled).format(),
                     instrument.quantity(order.quantity).format());
}

void compare_orders(const engine::State& state, const venue::AccountAnswer& account,
                    std::vector<AccountDifference>& differences) {
  const auto finds = [&](OrderId id) {
    return std::ranges::find(account.open_orders, id, &venue::OrderState::order) != account.open_orders.end();
  };
  state.orders.for_each_open([&](const execution::Order& order) {
    if (finds(order.id())) return;
    differences.push_back({fmt::format("order {}", order.id().value),
                           std::string(boost::describe::enum_to_string(order.status, "")), "not open"});
  });
  for (const auto& theirs : account.open_orders) {
    if (theirs.order.value == 0) continue;
    const execution::Order* ours = state.orders.find(theirs.order);
    if (ours != nullptr && ours->is_open() && ours->filled == theirs.filled) continue;
    differences.push_back(
        {fmt::format("order {}", theirs.order.value),
         ours == nullptr ? "unknown" : std::string(boost::describe::enum_to_string(ours->status, "")),
         text_of(state, theirs)});
  }
}

}  // namespace

std::vector<AccountDifference> differences_of(const engine::State& state,
                                              const venue::AccountAnswer& account) {
  std::vector<AccountDifference> differences;
  compare_balances(state, account, differences);
  compare_positions(state, account, differences);
  compare_orders(state, account, differences);
  return differences;
}

std::vector<Money> roundings_in(const std::vector<AccountDifference>& differences,
                                const InstrumentTable& instruments) {
  // A hundred times the last place of their wallets.
  const Amount most = Amount::from_decimal(Decimal{1, 6});
  std::vector<Money> found;
  for (const AccountDifference& difference : differences) {
    if (!difference.gap) return {};
    const Money gap = *difference.gap;
    const bool is_of_contracts = std::ranges::any_of(
        instruments.all(), [&](const Instrument& one) { return !one.is_spot() && one.quote() == gap.asset; });
    if (!is_of_contracts || gap.amount > most || -gap.amount > most) return {};
    found.push_back(gap);
  }
  return found;
}

}  // namespace kontor::session
