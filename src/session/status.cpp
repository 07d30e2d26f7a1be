#include "session/status.hpp"

#include <algorithm>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::session {
namespace {

template <class Enum>
std::string text_of(Enum value) {
  return boost::describe::enum_to_string(value, "");
}

/// Limit price, else trigger price, else nothing.
std::string price_of(const execution::Order& order, const Instrument& instrument) {
  if (has_limit_price(order.request.type)) return instrument.price(order.limit_price).format();
  if (order.request.trigger_price.units != 0) return instrument.price(order.request.trigger_price).format();
  return {};
}

}  // namespace

std::string text_of(const SettingChange& change) {
  const auto value = [](const std::string& text) { return text.empty() ? std::string_view("unset") : text; };
  return fmt::format("{}: {} → {}", change.key, value(change.before), value(change.after));
}

std::optional<double> progress_of(const RunView& run, TimeNs now) noexcept {
  if (run.data_from == 0 || run.data_until <= run.data_from) return std::nullopt;
  const auto passed = static_cast<double>(now - run.data_from);
  return std::clamp(passed / static_cast<double>(run.data_until - run.data_from), 0.0, 1.0);
}

std::vector<PositionLine> positions_of(const engine::State& state) {
  std::vector<PositionLine> lines;
  for (std::uint32_t i = 0; i < state.portfolio.strategies(); ++i) {
    for (const auto& instrument : state.instruments.all()) {
      const Position& position = state.portfolio.book(StrategyId(i), instrument.id()).position;
      if (position.is_flat()) continue;
      const RawPrice mark = state.portfolio.mark(instrument.id());
      const RawPrice average =
          instrument.round_price(position.average_price(instrument), Rounding::half_even);
      lines.push_back({instrument.name().format(), i, instrument.quantity(position.quantity).format(),
                       instrument.price(average).format(), instrument.price(mark).format(),
                       position.unrealized(instrument, mark).format_fixed(2)});
    }
  }
  return lines;
}

std::vector<OrderLine> open_orders_of(const engine::State& state) {
  std::vector<OrderLine> lines;
  state.orders.for_each_open([&](const execution::Order& order) {
    const Instrument& instrument = state.instruments[order.request.instrument];
    lines.push_back({order.id().value, instrument.name().format(), order.request.strategy.value,
                     text_of(order.request.side), text_of(order.request.type),
                     instrument.quantity(order.quantity).format(), instrument.quantity(order.filled).format(),
                     price_of(order, instrument), text_of(order.status)});
  });
  return lines;
}

std::vector<RestraintLine> restraints_of(const engine::State& state) {
  std::vector<RestraintLine> lines;
  if (state.trading != TradingState::running)
    lines.push_back({"account", "operator", text_of(state.trading), "", "", "", ""});
  if (state.schedule != TradingState::running)
    lines.push_back({"account", "schedule", text_of(state.schedule), "", "", "", ""});
  if (state.disk_failed_at)
    lines.push_back({"account", "disk", text_of(state.of_disk()), "", "", format_time(*state.disk_failed_at),
                     "it can be written"});
  state.safety.for_each_tripped([&](const risk::BreakerIdentity& breaker, const risk::BreakerState& stands) {
    std::string scope = "account";
    if (breaker.strategy) scope = fmt::format("strategy {}", breaker.strategy->value);
    if (breaker.instrument) scope = state.instruments[*breaker.instrument].name().format();
    lines.push_back({std::move(scope), text_of(breaker.kind), text_of(stands.level), stands.value.format(),
                     stands.threshold.format(), format_time(stands.since),
                     stands.until == 0 ? std::string() : format_time(stands.until)});
  });
  for (const auto& group : state.protection.groups()) {
    if (!group.is_degraded) continue;
    const Instrument& instrument = state.instruments[group.instrument];
    std::string held =
        fmt::format("{} of {}", instrument.quantity(group.open()).format(), instrument.name().format());
    lines.push_back({std::move(held), "protection", "degraded", "", "", format_time(group.bare_since),
                     "a stop is confirmed"});
  }
  return lines;
}

}  // namespace kontor::session
