#include "research/config_breakers.hpp"

#include <array>

#include <fmt/format.h>

#include "research/config_rules.hpp"

namespace kontor::research {
namespace {

constexpr std::array<std::string_view, 4> kActionNames = {"warning", "restricted", "halted", "flattening"};
/// The smallest fraction that breakers can tell from nothing.
constexpr Decimal kBillionth{1, 9};

BreakerLevel read_action(ConfigReader& reader, BreakerLevel fallback) {
  const auto index = static_cast<std::size_t>(fallback) - 1;
  return static_cast<BreakerLevel>(reader.choice("action", index, kActionNames) + 1);
}

/// A duration of at least `least`.
DurationNs read_time(ConfigReader& reader, std::string_view key, DurationNs fallback, DurationNs least) {
  const DurationNs duration = reader.duration(key, fallback);
  if (duration >= least) return duration;
  reader.fault(key, fmt::format("expected a duration of at least {}, found {}", exact_duration_text(least),
                                exact_duration_text(duration)));
  return fallback;
}

std::uint32_t read_times(ConfigReader& reader, std::string_view key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(reader.integer(key, fallback, 1, 1'000));
}

void read_breaker(ConfigReader& reader, risk::ErrorBurstBreaker& breaker) {
  breaker.threshold = read_times(reader, "threshold", breaker.threshold);
  breaker.window = read_time(reader, "window", breaker.window, kMillisecond);
  breaker.action = read_action(reader, breaker.action);
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
}

void read_breaker(ConfigReader& reader, risk::DrawdownBreaker& breaker) {
  struct Tier {
    std::string_view key;
    Decimal* value;
  };
  const std::array<Tier, 4> tiers{Tier{"warning", &breaker.warning}, Tier{"restricted", &breaker.restricted},
                                  Tier{"halted", &breaker.halted}, Tier{"flattening", &breaker.flattening}};
  Decimal before = kZero;
  for (const Tier& tier : tiers) {
    *tier.value = reader.decimal(tier.key, *tier.value, kZero, kOne);
    if (tier.value->is_zero()) continue;
    if (*tier.value < before) {
      reader.fault(tier.key, fmt::format("expected at least the tier before ({}), found {}", before.format(),
                                         tier.value->format()));
    }
    before = *tier.value;
  }
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
}

void read_breaker(ConfigReader& reader, risk::LossBreaker& breaker) {
  breaker.threshold = reader.decimal("threshold", breaker.threshold, kBillionth, kOne);
  breaker.action = read_action(reader, breaker.action);
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
  breaker.boundary = reader.duration("boundary", breaker.boundary);
  if (breaker.boundary >= kDay) reader.fault("boundary", "expected less than 1d after midnight UTC");
}

void read_breaker(ConfigReader& reader, risk::LosingStreakBreaker& breaker) {
  breaker.threshold = read_times(reader, "threshold", breaker.threshold);
  breaker.action = read_action(reader, breaker.action);
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
}

void read_breaker(ConfigReader& reader, risk::PriceShockBreaker& breaker) {
  breaker.threshold = reader.decimal("threshold", breaker.threshold, kBillionth, Decimal{10, 0});
  breaker.action = read_action(reader, breaker.action);
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
}

void read_breaker(ConfigReader& reader, risk::PriceMoveBreaker& breaker) {
  breaker.threshold = reader.decimal("threshold", breaker.threshold, kBillionth, Decimal{1000, 0});
  breaker.window = read_time(reader, "window", breaker.window, kSecond);
  breaker.periods = read_times(reader, "periods", breaker.periods);
  breaker.action = read_action(reader, breaker.action);
  breaker.cooldown = reader.duration("cooldown", breaker.cooldown);
}

void read_breaker(ConfigReader& reader, risk::ConnectionBreaker& breaker) {
  breaker.restricted_after = read_time(reader, "restricted_after", breaker.restricted_after, kMillisecond);
  breaker.halted_after = read_time(reader, "halted_after", breaker.halted_after, kMillisecond);
  if (breaker.halted_after < breaker.restricted_after) {
    reader.fault("halted_after", fmt::format("expected at least restricted_after ({}), found {}",
                                             exact_duration_text(breaker.restricted_after),
                                             exact_duration_text(breaker.halted_after)));
  }
}

void read_breaker(ConfigReader& reader, risk::ClockOffsetBreaker& breaker) {
  breaker.threshold = read_time(reader, "threshold", breaker.threshold, kMillisecond);
  breaker.action = read_action(reader, breaker.action);
}

void read_breaker(ConfigReader& reader, risk::EquityStopBreaker& breaker) {
  breaker.threshold = reader.decimal("threshold", breaker.threshold, kBillionth, kOne);
  breaker.yellow = reader.decimal("yellow", breaker.yellow, kBillionth, kOne);
  breaker.orange = reader.decimal("orange", breaker.orange, kBillionth, kOne);
  if (breaker.orange < breaker.yellow) {
    reader.fault("orange", fmt::format("expected at least yellow ({}), found {}", breaker.yellow.format(),
                                       breaker.orange.format()));
  }
  breaker.smoothing = read_time(reader, "smoothing", breaker.smoothing, kMinute);
  breaker.cooldown = read_time(reader, "cooldown", breaker.cooldown, kMinute);
  breaker.no_restart = reader.decimal("no_restart", breaker.no_restart, kBillionth, kOne);
}

void read_breaker(ConfigReader& reader, risk::DataAgeBreaker& breaker) {
  breaker.threshold = read_time(reader, "threshold", breaker.threshold, kMillisecond);
  breaker.action = read_action(reader, breaker.action);
}

/// One table; a breaker that is not enabled is read, so that its faults are told, and forgotten.
template <class Breaker>
void read_one(ConfigReader& reader, std::string_view name, std::optional<Breaker>& into,
              const Breaker& defaults = {}) {
  reader.optional_table(name, [&](ConfigReader& table) {
    Breaker breaker = defaults;
    const bool enabled = table.boolean("enabled", true);
    read_breaker(table, breaker);
    if (enabled) into = breaker;
  });
}

void read_results(ConfigReader& table, risk::Breakers& breakers) {
  read_one(table, "error_burst", breakers.error_burst);
  read_one(table, "losing_streak", breakers.losing_streak);
}

void read_equity(ConfigReader& table, risk::Breakers& breakers) {
  read_one(table, "drawdown", breakers.drawdown);
  read_one(table, "daily_loss", breakers.daily_loss);
  read_one(table, "weekly_loss", breakers.weekly_loss, risk::LossBreaker{.threshold = Decimal{10, 2}});
  read_one(table, "equity_stop", breakers.equity_stop);
}

void read_prices(ConfigReader& table, risk::Breakers& breakers) {
  read_one(table, "price_shock", breakers.price_shock);
  read_one(table, "price_move", breakers.price_move);
  read_one(table, "data_age", breakers.data_age);
}

}  // namespace

void read_account_breakers(ConfigReader& reader, risk::Breakers& breakers) {
  reader.optional_table("breakers", [&](ConfigReader& table) {
    read_results(table, breakers);
    read_equity(table, breakers);
    read_prices(table, breakers);
    read_one(table, "connection", breakers.connection);
    read_one(table, "clock_offset", breakers.clock_offset);
  });
}

void read_strategy_breakers(ConfigReader& reader, risk::Breakers& breakers) {
  reader.optional_table("breakers", [&](ConfigReader& table) {
    read_results(table, breakers);
    read_equity(table, breakers);
  });
}

void read_instrument_breakers(ConfigReader& reader, risk::Breakers& breakers) {
  reader.optional_table("breakers", [&](ConfigReader& table) {
    read_results(table, breakers);
    read_prices(table, breakers);
  });
}

}  // namespace kontor::research
