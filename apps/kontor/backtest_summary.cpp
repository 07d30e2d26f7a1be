#include "backtest_summary.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "research/config_complete.hpp"
#include "research/run_files.hpp"

namespace kontor::app {
namespace {

constexpr std::size_t kShownReasons = 5;

std::string percent(const std::optional<double>& value) {
  return value ? fmt::format("{:+.2f} %", *value * 100) : std::string("–");
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : std::string("–");
}

std::string feed_text(const research::RunResult& result) {
  std::string text;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  };
  add(result.bars, "bars");
  add(result.trades, "trades");
  add(result.quotes, "quotes");
  add(result.book_changes, "book changes");
  return text;
}

/// `3 filled, 1030 rejected`, after the totals.
std::string orders_text(const research::RunResult& result, const research::Metrics& metrics) {
  std::string statuses;
  std::uint64_t open = 0;
  for (const auto& [status, count] : metrics.orders_by_status) {
    if (is_terminal(status)) {
      statuses += fmt::format("{}{} {}", statuses.empty() ? "" : ", ", count, research::name_of(status));
    } else {
      open += count;
    }
  }
  if (open != 0) statuses += fmt::format("{}{} open", statuses.empty() ? "" : ", ", open);
  const std::string text = fmt::format("{}, {}", result.orders.size(), result.fill_count);
  return statuses.empty() ? text : fmt::format("{} ({})", text, statuses);
}

/// What strategies wanted and did not get: intents refused before they became orders, orders that the venue
/// rejected; the commonest few of each.
std::string refusals_text(const research::RunResult& result, const research::Metrics& metrics) {
  auto refusals = result.refusals;
  std::ranges::stable_sort(refusals, std::ranges::greater(), &research::RefusalCount::count);
  std::string text;
  const auto add = [&](std::string_view what, const auto& list, auto&& reason_of) {
    for (std::size_t i = 0; i < std::min(list.size(), kShownReasons); ++i) {
      text += fmt::format("  {:<16} {} × {} ({})\n", i == 0 ? what : "", list[i].count, reason_of(list[i]),
                          list[i].strategy);
    }
    if (list.size() > kShownReasons)
      text += fmt::format("  {:<16} … and {} more reasons\n", "", list.size() - kShownReasons);
  };
  add("Refused", refusals, [](const auto& refusal) { return refusal.reason; });
  add("Rejected", metrics.rejections,
      [](const auto& rejection) { return research::name_of(rejection.reason); });
  return text;
}

/// What breakers took away, the first few times.
std::string breakers_text(const research::RunResult& result) {
  std::string text;
  std::size_t trips = 0;
  for (const auto& [at, change] : result.breakers) {
    if (change.reason != BreakerReason::tripped || trips++ >= kShownReasons) continue;
    text += fmt::format("  {:<16} {} {} ({}) at {}: {} of {}\n", trips == 1 ? "Breakers" : "",
                        boost::describe::enum_to_string(change.breaker, ""),
                        boost::describe::enum_to_string(change.to, ""), research::scope_name(result, change),
                        format_time(at), change.value.format(), change.threshold.format());
  }
  if (trips > kShownReasons) text += fmt::format("  {:<16} … and {} more times\n", "", trips - kShownReasons);
  return text;
}

/// Why nothing was traded, where nothing above says it.
std::string empty_hint(const research::RunResult& result, const research::Metrics& metrics) {
  if (result.fill_count != 0 || !result.refusals.empty() || !metrics.rejections.empty()) return {};
  if (!result.orders.empty()) return "  No fills: no order met a price that filled it.\n";
  return "  No fills: the strategy asked for no trade in this range; try a longer one.\n";
}

}  // namespace

std::string summary_text(const research::RunResult& result, const research::Metrics& metrics,
                         const std::filesystem::path& folder, double wall_seconds) {
  std::string text;
  const auto line = [&](std::string_view label, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "  {:<16} {}\n", label, value);
  };
  const auto& asset = result.instruments.asset_name(result.reporting_asset);
  line("Name", research::name_in_config(result.config_toml));
  line("Range", fmt::format("{} to {}", format_time(result.from), format_time(result.to)));
  line("Data", feed_text(result));
  for (const auto& warning : result.warnings) line("Warning", warning);
  line("Equity", fmt::format("{} {} → {} {} ({})", result.initial_equity.format_fixed(2), asset,
                             result.final_equity.format_fixed(2), asset, percent(metrics.total_return)));
  if (metrics.benchmark) line("Buy and hold", percent(metrics.benchmark->total_return));
  line("Max drawdown", fmt::format("{:.2f} %", result.max_drawdown * 100));
  line("Sharpe",
       metrics.sharpe ? number(metrics.sharpe) : fmt::format("– ({})", research::why_no_sharpe(metrics)));
  line("Orders, fills", orders_text(result, metrics));
  text += refusals_text(result, metrics);
  text += breakers_text(result);
  const auto win_rate = metrics.trades.win_rate();
  line("Round trips", fmt::format("{}, {} won, profit factor {}", result.round_trips.size(),
                                  win_rate ? fmt::format("{:.1f} %", *win_rate * 100) : "–",
                                  number(metrics.trades.profit_factor())));
  line("Fees", fmt::format("{} {}", result.fees.format_fixed(2), asset));
  if (!result.funding.is_zero()) line("Funding", fmt::format("{} {}", result.funding.format_fixed(2), asset));
  if (result.liquidations != 0) line("Liquidations", fmt::format("{}", result.liquidations));
  line("Took", fmt::format("{:.3f} s", wall_seconds));
  text += empty_hint(result, metrics);
  line("Report", (folder / research::kReportFile).string());
  return text;
}

}  // namespace kontor::app
