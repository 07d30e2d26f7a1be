#include "research/metrics_trades.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <boost/describe/enum_to_string.hpp>

namespace kontor::research {
namespace {

/// Exact enough for display: both sides of the quotient are rounded once.
std::optional<double> ratio(Amount numerator, Amount denominator) {
  if (denominator.is_zero()) return std::nullopt;
  return numerator.to_double() / denominator.to_double();
}

std::optional<Amount> per(Amount total, std::uint64_t count) {
  if (count == 0) return std::nullopt;
  return Amount::from_units(divide_rounded(total.units(), static_cast<int128>(count), Rounding::half_even));
}

std::optional<double> per(double total, std::uint64_t count) {
  if (count == 0) return std::nullopt;
  return total / static_cast<double>(count);
}

Amount net_of(const RoundTrip& trip, int fee_factor) {
  return trip.gross_profit - Amount::from_units(trip.fees.units() * fee_factor);
}

/// Longest runs of wins and of losses; a zero ends both.
class StreakCounter {
 public:
  explicit StreakCounter(TradeSummary& summary) : summary_(summary) {}
  void add(bool win, bool loss) {
    winning_ = win ? winning_ + 1 : 0;
    losing_ = loss ? losing_ + 1 : 0;
    summary_.longest_winning_streak = std::max(summary_.longest_winning_streak, winning_);
    summary_.longest_losing_streak = std::max(summary_.longest_losing_streak, losing_);
  }

 private:
  TradeSummary& summary_;
  std::uint64_t winning_ = 0;
  std::uint64_t losing_ = 0;
};

void add_excursions(TradeSummary& summary, const RoundTrip& trip) {
  summary.adverse_sum += ratio(trip.max_adverse, trip.entry_notional).value_or(0);
  summary.favourable_sum += ratio(trip.max_favourable, trip.entry_notional).value_or(0);
}

/// Sums up the round trips for which `wanted` holds.
template <class Wanted>
TradeSummary summarize_where(std::span<const RoundTrip* const> trips, Wanted&& wanted) {
  std::vector<const RoundTrip*> chosen;
  std::ranges::copy_if(trips, std::back_inserter(chosen),
                       [&](const RoundTrip* trip) { return wanted(*trip); });
  return summarize(chosen);
}

/// True where the profit of every fill adds up to the account's: all is paid in the reporting asset, and no
/// funding or liquidation came between.
bool fills_tell_profit(const RunResult& result) {
  return result.fills.size() == result.fill_count && result.funding.is_zero() && result.liquidations == 0 &&
         std::ranges::all_of(result.fills, [&](const FillRecord& record) {
           return record.fill.fee_asset == result.reporting_asset;
         });
}

/// Counts the positions that each group still holds: by strategy and instrument, the last fill tells.
template <class FillIndex>
void count_open_positions(const RunResult& result, std::vector<TradeGroup>& groups, FillIndex&& fill_index) {
  std::map<std::pair<std::size_t, std::size_t>, const FillRecord*> last;
  for (const FillRecord& record : result.fills)
    last[{record.strategy.index(), record.fill.instrument.index()}] = &record;
  for (const auto& [book, record] : last) {
    if (!record->position_after.is_zero()) ++groups[fill_index(*record)].open_positions;
  }
}

/// What the books of the strategies say, where fills do not tell it: funding, liquidations and fees in other
/// assets are in them, and so is what is still open.
template <class BookIndex>
void settle_by_books(const RunResult& result, std::vector<TradeGroup>& groups, BookIndex&& book_index) {
  if (groups.size() < 2 || result.books.empty()) return;
  std::vector<Amount> profits(groups.size());
  for (const BookRecord& book : result.books) profits[book_index(book)] += book.profit();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].profit) groups[i].profit = profits[i];
  }
}

/// A flat group has made what its fills realised. One group at most may be open: it has made the rest.
void settle_profits(const RunResult& result, std::vector<TradeGroup>& groups) {
  const Amount whole = result.final_equity - result.initial_equity;
  if (groups.size() == 1) groups.front().profit = whole;
  if (groups.size() < 2 || !fills_tell_profit(result)) return;
  std::vector<TradeGroup*> open;
  Amount settled;
  for (TradeGroup& group : groups) {
    if (group.open_positions != 0) {
      open.push_back(&group);
    } else {
      group.profit = group.fills.realized - group.fills.fees;
      settled += *group.profit;
    }
  }
  if (open.size() == 1) open.front()->profit = whole - settled;
}

/// One group for each name, by an index that is read off round trips, fills and books.
template <class TripIndex, class FillIndex, class BookIndex>
std::vector<TradeGroup> grouped(const RunResult& result, std::vector<std::string> names,
                                TripIndex&& trip_index, FillIndex&& fill_index, BookIndex&& book_index) {
  std::vector<std::vector<const RoundTrip*>> trips(names.size());
  for (const RoundTrip* trip : by_time_of_close(result.round_trips)) trips[trip_index(*trip)].push_back(trip);
  std::vector<TradeGroup> groups(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    groups[i].name = std::move(names[i]);
    groups[i].trades = summarize(trips[i]);
  }
  for (const FillRecord& record : result.fills) groups[fill_index(record)].fills.add(record);
  count_open_positions(result, groups, fill_index);
  settle_profits(result, groups);
  settle_by_books(result, groups, book_index);
  return groups;
}

}  // namespace

std::optional<double> TradeSummary::win_rate() const { return per(static_cast<double>(wins), round_trips); }

std::optional<double> TradeSummary::profit_factor() const { return ratio(total_won, -total_lost); }

std::optional<double> TradeSummary::payoff_ratio() const {
  const auto win = average_win();
  const auto loss = average_loss();
  if (!win || !loss) return std::nullopt;
  return ratio(*win, -*loss);
}

std::optional<Amount> TradeSummary::expectancy() const { return per(net_profit, round_trips); }
std::optional<Amount> TradeSummary::average_win() const { return per(total_won, wins); }
std::optional<Amount> TradeSummary::average_loss() const { return per(total_lost, losses); }

std::optional<DurationNs> TradeSummary::average_holding() const {
  if (round_trips == 0) return std::nullopt;
  return total_holding / static_cast<DurationNs>(round_trips);
}

std::optional<double> TradeSummary::average_adverse() const { return per(adverse_sum, round_trips); }
std::optional<double> TradeSummary::average_favourable() const { return per(favourable_sum, round_trips); }

void FillSummary::add(const FillRecord& record) {
  ++fills;
  notional += record.notional;
  fees += record.fee_reported;
  realized += record.realized;
}

std::vector<const RoundTrip*> by_time_of_close(const std::vector<RoundTrip>& round_trips) {
  std::vector<const RoundTrip*> order;
  order.reserve(round_trips.size());
  for (const RoundTrip& trip : round_trips) order.push_back(&trip);
  const auto close = [](const RoundTrip* trip) { return trip->ts_close; };
  if (!std::ranges::is_sorted(order, {}, close)) std::ranges::stable_sort(order, {}, close);
  return order;
}

TradeSummary summarize(std::span<const RoundTrip* const> round_trips, int fee_factor) {
  TradeSummary summary;
  StreakCounter streaks(summary);
  for (const RoundTrip* trip : round_trips) {
    const Amount net = net_of(*trip, fee_factor);
    const bool win = net > Amount();
    const bool loss = net.is_negative();
    summary.best = summary.round_trips == 0 ? net : std::max(summary.best, net);
    summary.worst = summary.round_trips == 0 ? net : std::min(summary.worst, net);
    ++summary.round_trips;
    summary.wins += win ? 1U : 0U;
    summary.losses += loss ? 1U : 0U;
    summary.gross_profit += trip->gross_profit;
    summary.fees += Amount::from_units(trip->fees.units() * fee_factor);
    summary.net_profit += net;
    if (win) summary.total_won += net;
    if (loss) summary.total_lost += net;
    const DurationNs holding = trip->ts_close - trip->ts_open;
    summary.total_holding += holding;
    summary.longest_holding = std::max(summary.longest_holding, holding);
    add_excursions(summary, *trip);
    streaks.add(win, loss);
  }
  return summary;
}

std::vector<TradeGroup> group_by_instrument(const RunResult& result) {
  std::vector<std::string> names;
  for (const Instrument& instrument : result.instruments.all()) names.push_back(instrument.name().format());
  return grouped(
      result, std::move(names), [](const RoundTrip& trip) { return trip.instrument.index(); },
      [](const FillRecord& record) { return record.fill.instrument.index(); },
      [](const BookRecord& book) { return book.instrument.index(); });
}

std::vector<TradeGroup> group_by_strategy(const RunResult& result) {
  return grouped(
      result, result.strategies, [](const RoundTrip& trip) { return trip.strategy.index(); },
      [](const FillRecord& record) { return record.strategy.index(); },
      [](const BookRecord& book) { return book.strategy.index(); });
}

std::vector<TradeGroup> group_by_direction(const RunResult& result) {
  const auto trips = by_time_of_close(result.round_trips);
  std::vector<TradeGroup> groups(2);
  groups[0].name = "long";
  groups[0].trades =
      summarize_where(trips, [](const RoundTrip& trip) { return trip.direction == Side::buy; });
  groups[1].name = "short";
  groups[1].trades =
      summarize_where(trips, [](const RoundTrip& trip) { return trip.direction == Side::sell; });
  for (TradeGroup& group : groups) group.splits_fills = false;
  return groups;
}

std::vector<TradeGroup> group_by_order_type(const RunResult& result) {
  constexpr std::size_t kTypes = static_cast<std::size_t>(OrderType::take_profit_limit) + 1;
  std::array<FillSummary, kTypes> types;
  for (const FillRecord& record : result.fills)
    types[static_cast<std::size_t>(record.order_type)].add(record);
  std::vector<TradeGroup> groups;
  for (std::size_t i = 0; i < kTypes; ++i) {
    if (types[i].fills == 0) continue;
    const auto* name = boost::describe::enum_to_string(static_cast<OrderType>(i), "unknown");
    groups.emplace_back().name = name;
    groups.back().fills = types[i];
  }
  return groups;
}

std::vector<TradeGroup> group_by_liquidity(const RunResult& result) {
  std::vector<TradeGroup> groups(2);
  groups[0].name = "maker";
  groups[1].name = "taker";
  for (const FillRecord& record : result.fills) {
    groups[record.fill.liquidity == Liquidity::maker ? 0 : 1].fills.add(record);
  }
  return groups;
}

CostScenario cost_scenario(const RunResult& result, int factor) {
  CostScenario scenario;
  scenario.factor = factor;
  scenario.fees = Amount::from_units(result.fees.units() * factor);
  scenario.final_equity = result.final_equity - Amount::from_units(result.fees.units() * (factor - 1));
  scenario.total_return =
      ratio(scenario.final_equity - result.initial_equity, result.initial_equity).value_or(0);
  scenario.trades = summarize(by_time_of_close(result.round_trips), factor);
  return scenario;
}

}  // namespace kontor::research
