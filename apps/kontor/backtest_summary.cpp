#include "backtest_summary.hpp"

#include <iterator>

#include <fmt/format.h>

#include "research/run_files.hpp"

namespace kontor::app {
namespace {

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

/// Why nothing was traded, where that is known: the commonest refusals.
std::string empty_hint(const research::RunResult& result) {
  if (result.fill_count != 0) return {};
  std::string text = "  No fills.";
  for (const auto& refusal : result.refusals) {
    text += fmt::format("\n    {}: {} × {}", refusal.strategy, refusal.count, refusal.reason);
  }
  if (result.refusals.empty()) text += " The strategy asked for no trade in this range; try a longer one.";
  return text + "\n";
}

}  // namespace

std::string summary_text(const research::RunResult& result, const research::Metrics& metrics,
                         const std::filesystem::path& folder, double wall_seconds) {
  std::string text;
  const auto line = [&](std::string_view label, const std::string& value) {
    fmt::format_to(std::back_inserter(text), "  {:<16} {}\n", label, value);
  };
  const auto& asset = result.instruments.asset_name(result.reporting_asset);
  line("Range", fmt::format("{} to {}", format_time(result.from), format_time(result.to)));
  line("Data", feed_text(result));
  line("Equity", fmt::format("{} {} → {} {} ({})", result.initial_equity.format_fixed(2), asset,
                             result.final_equity.format_fixed(2), asset, percent(metrics.total_return)));
  if (metrics.benchmark) line("Buy and hold", percent(metrics.benchmark->total_return));
  line("Max drawdown", fmt::format("{:.2f} %", result.max_drawdown * 100));
  line("Sharpe", metrics.sharpe ? number(metrics.sharpe) : std::string("– (needs 30 days)"));
  line("Orders, fills", fmt::format("{}, {}", result.orders.size(), result.fill_count));
  const auto win_rate = metrics.trades.win_rate();
  line("Round trips", fmt::format("{}, {} won, profit factor {}", result.round_trips.size(),
                                  win_rate ? fmt::format("{:.1f} %", *win_rate * 100) : "–",
                                  number(metrics.trades.profit_factor())));
  line("Fees", fmt::format("{} {}", result.fees.format_fixed(2), asset));
  if (!result.funding.is_zero()) line("Funding", fmt::format("{} {}", result.funding.format_fixed(2), asset));
  if (result.liquidations != 0) line("Liquidations", fmt::format("{}", result.liquidations));
  line("Took", fmt::format("{:.3f} s", wall_seconds));
  text += empty_hint(result);
  line("Report", (folder / research::kReportFile).string());
  return text;
}

}  // namespace kontor::app
