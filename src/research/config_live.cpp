#include "research/config_live.hpp"

#include <fmt/format.h>

#include "research/config_rules.hpp"

namespace kontor::research {
namespace {

constexpr std::array<std::string_view, 4> kPhaseNames = {"paper", "alpha", "beta", "production"};
constexpr std::array<std::string_view, 2> kForeignOrderNames = {"ignore", "cancel"};
constexpr std::int64_t kMostPaperTrades = 1'000'000;
/// What the venues take.
constexpr DurationNs kShortestWindow = 10 * kSecond;
constexpr DurationNs kLongestWindow = 5 * kMinute;

/// A ramp goes up.
void check_caps(ConfigReader& reader, const LiveSettings& live) {
  const auto expect_at_most = [&](std::string_view key, const Decimal& cap, std::string_view next,
                                  const Decimal& limit) {
    if (cap <= limit) return;
    reader.fault(key, fmt::format("expected at most {} = {}, found {}", next, limit.format(), cap.format()));
  };
  expect_at_most("alpha_cap", live.alpha_cap, "beta_cap", live.beta_cap);
  expect_at_most("beta_cap", live.beta_cap, "production_cap", live.production_cap);
}

}  // namespace

LiveSettings read_live(ConfigReader& reader) {
  constexpr Decimal kMostExposure{1000, 0};
  LiveSettings live;
  live.phase = read_choice(reader, "phase", live.phase, kPhaseNames);
  live.alpha_cap = reader.decimal("alpha_cap", live.alpha_cap, kTiny, kMostExposure);
  live.beta_cap = reader.decimal("beta_cap", live.beta_cap, kTiny, kMostExposure);
  live.production_cap = reader.decimal("production_cap", live.production_cap, kTiny, kMostExposure);
  check_caps(reader, live);
  live.min_balance = reader.decimal("min_balance", live.min_balance, kZero, kHuge);
  live.min_paper_time = reader.duration("min_paper_time", live.min_paper_time);
  live.min_paper_trades = static_cast<std::uint64_t>(reader.integer(
      "min_paper_trades", static_cast<std::int64_t>(live.min_paper_trades), 0, kMostPaperTrades));
  live.dead_man_window = reader.duration("dead_man_window", live.dead_man_window);
  const bool is_off = live.dead_man_window == 0;
  if (!is_off && (live.dead_man_window < kShortestWindow || live.dead_man_window > kLongestWindow))
    reader.fault("dead_man_window", "expected 0s, or 10s to 5m, found another time");
  live.foreign_orders = read_choice(reader, "foreign_orders", live.foreign_orders, kForeignOrderNames);
  return live;
}

}  // namespace kontor::research
