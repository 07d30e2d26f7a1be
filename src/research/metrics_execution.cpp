#include "research/metrics_execution.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "research/metrics_statistics.hpp"

namespace kontor::research {
namespace {

constexpr double kBasisPoints = 1e4;

bool is_protective(const OrderRecord& record) {
  return record.order.role == GroupRole::stop_loss || record.order.role == GroupRole::take_profit;
}

/// The fills of one order, as far as they matter here.
struct OrderFills {
  std::uint64_t count = 0;
  TimeNs first_maker = 0;
  RawQuantity taken;  ///< as taker
  Amount taken_notional;
};

/// Fills by the place of their order in the result, which is sorted by id.
std::vector<OrderFills> fills_by_order(const RunResult& result) {
  std::vector<OrderFills> found(result.orders.size());
  const auto id_of = [](const OrderRecord& record) { return record.order.id; };
  for (const FillRecord& record : result.fills) {
    const auto order = std::ranges::lower_bound(result.orders, record.fill.order, {}, id_of);
    if (order == result.orders.end() || id_of(*order) != record.fill.order || record.fill.liquidation)
      continue;
    OrderFills& fills = found[static_cast<std::size_t>(order - result.orders.begin())];
    ++fills.count;
    if (record.fill.liquidity == Liquidity::taker) {
      fills.taken += record.fill.quantity;
      fills.taken_notional += record.notional;
    } else if (fills.first_maker == 0) {
      fills.first_maker = record.fill.ts_venue;
    }
  }
  return found;
}

std::optional<QueueWait> queue_wait(const RunResult& result, const std::vector<OrderFills>& fills) {
  std::vector<double> waits;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const OrderRecord& record = result.orders[i];
    if (fills[i].first_maker == 0 || record.ts_acknowledged == 0 || is_protective(record)) continue;
    const DurationNs wait = std::max<DurationNs>(fills[i].first_maker - record.ts_acknowledged, 0);
    waits.push_back(static_cast<double>(wait) / static_cast<double>(kSecond));
  }
  if (waits.empty()) return std::nullopt;
  return QueueWait{waits.size(), *quantile(waits, 0.5), *quantile(waits, 0.9), std::ranges::max(waits)};
}

OrderOutcomes order_outcomes(const RunResult& result, const std::vector<OrderFills>& fills) {
  OrderOutcomes outcomes;
  double ratios = 0;
  std::uint64_t ended = 0;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const OrderRecord& record = result.orders[i];
    if (is_protective(record) || record.status == OrderStatus::rejected) continue;
    ++outcomes.orders;
    if (fills[i].count > 1) ++outcomes.in_parts;
    if (!is_terminal(record.status)) continue;
    const RawQuantity quantity = record.quantity.is_zero() ? record.order.quantity : record.quantity;
    const double ratio =
        quantity.is_zero()
            ? 0.0
            : std::min(static_cast<double>(record.filled.units) / static_cast<double>(quantity.units), 1.0);
    ratios += ratio;
    ++ended;
    if (record.status == OrderStatus::expired) ++outcomes.expired;
    if (record.status == OrderStatus::filled || ratio >= 1) {
      ++outcomes.filled;
    } else {
      ++(record.filled.is_zero() ? outcomes.unfilled : outcomes.partially_filled);
    }
  }
  if (ended > 0) outcomes.fill_ratio = ratios / static_cast<double>(ended);
  return outcomes;
}

/// The price that the decision was made on; zero where there is none.
RawPrice reference_of(const OrderRecord& record) {
  if (record.order.type == OrderType::trailing_stop) return RawPrice();
  return has_trigger(record.order.type) ? record.order.trigger_price : record.mark_at_decision;
}

std::optional<double> model_slippage(const RunResult& result, InstrumentId instrument) {
  if (instrument.index() >= result.model_slippage.size()) return std::nullopt;
  return result.model_slippage[instrument.index()];
}

std::optional<Slippage> slippage(const RunResult& result, const std::vector<OrderFills>& fills) {
  Slippage found;
  Amount notional;
  std::optional<double> model = 0.0;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const OrderRecord& record = result.orders[i];
    const RawPrice reference = reference_of(record);
    if (fills[i].taken.is_zero() || reference.units <= 0) continue;
    const Instrument& instrument = result.instruments[record.order.instrument];
    const Amount expected = instrument.notional(reference, fills[i].taken);
    const Amount more = fills[i].taken_notional - expected;
    const Amount cost = record.order.side == Side::buy ? more : -more;
    const double bps = cost.to_double() / expected.to_double() * kBasisPoints;
    found.worst_bps = found.orders == 0 ? bps : std::max(found.worst_bps, bps);
    ++found.orders;
    found.cost += cost;
    notional += expected;
    const auto rule = model_slippage(result, record.order.instrument);
    model = model && rule ? std::optional(*model + *rule * expected.to_double()) : std::nullopt;
  }
  if (found.orders == 0) return std::nullopt;
  found.mean_bps = found.cost.to_double() / notional.to_double() * kBasisPoints;
  if (model) found.model_bps = *model / notional.to_double();
  if (found.model_bps && *found.model_bps > 0 && found.mean_bps > 0) {
    found.explained = *found.model_bps / found.mean_bps;
  }
  return found;
}

/// What we did in one bar.
struct BarShare {
  double own = 0;
  double volume = 0;
  double equity = 0;
};

}  // namespace

ExecutionQuality execution_quality(const RunResult& result) {
  const auto fills = fills_by_order(result);
  return {queue_wait(result, fills), order_outcomes(result, fills), slippage(result, fills)};
}

std::optional<Capacity> capacity(const RunResult& result) {
  std::map<std::pair<std::size_t, TimeNs>, BarShare> bars;
  for (const FillRecord& record : result.fills) {
    if (!(record.bar_volume > 0)) continue;
    BarShare& bar = bars[{record.fill.instrument.index(), record.bar_open}];
    bar.own += result.instruments[record.fill.instrument].to_double(record.fill.quantity);
    bar.volume = record.bar_volume;
    bar.equity = record.equity_after.to_double();
  }
  std::vector<double> shares;
  std::vector<double> equities;
  for (const auto& [place, bar] : bars) {
    if (!(bar.own > 0)) continue;
    shares.push_back(bar.own / bar.volume);
    equities.push_back(bar.equity * kCapacityShare / shares.back());
  }
  if (shares.empty()) return std::nullopt;
  return Capacity{shares.size(), *quantile(shares, 0.5), std::ranges::max(shares), *quantile(equities, 0.5)};
}

}  // namespace kontor::research
