#pragma once

#include <string_view>

#include "base/assert.hpp"
#include "research/run_result.hpp"

namespace kontor::research::test {

/// The strategies of a run that has two of them.
inline constexpr StrategyId kFirstStrategy{0};
inline constexpr StrategyId kSecondStrategy{1};

inline Amount money(std::string_view text) {
  const auto amount = Amount::parse(text);
  ASSERT(amount.has_value());
  return *amount;
}

inline TimeNs at(std::string_view text) {
  const auto time = parse_time(text);
  ASSERT(time.has_value());
  return *time;
}

inline InstrumentSpecification specification(std::string symbol, std::string base) {
  InstrumentSpecification made;
  made.name = InstrumentName{"binance", std::move(symbol)};
  made.base = std::move(base);
  made.quote = "USDT";
  made.tick = Decimal{1, 2};
  made.step = Decimal{1, 5};
  made.multiplier = Decimal{1, 0};
  return made;
}

/// A run without events: one instrument, one strategy, ten thousand USDT, from 2024-01-01 to 2024-01-03.
inline RunResult empty_run() {
  RunResult result;
  ASSERT(result.instruments.add(specification("BTCUSDT", "BTC")).has_value());
  result.strategies = {"sma_cross"};
  result.reporting_asset = result.instruments[InstrumentId(0)].quote();
  result.from = at("2024-01-01");
  result.to = at("2024-01-03");
  result.initial_equity = money("10000");
  result.final_equity = money("10000");
  result.equity_interval = kHour;
  result.config_toml = "seed = 1\n";
  result.config_sha256 = "4f1c9e0b";
  return result;
}

inline void add_sample(RunResult& result, TimeNs ts, std::string_view equity, double benchmark = 0) {
  EquitySample sample;
  sample.ts = ts;
  sample.equity = money(equity);
  sample.benchmark = benchmark;
  result.equity.push_back(sample);
}

/// A round trip that closes `minute` minutes after the start and was open for one minute.
inline RoundTrip round_trip(const RunResult& result, int minute, std::string_view gross,
                            std::string_view fees) {
  RoundTrip trip;
  trip.ts_close = result.from + minute * kMinute;
  trip.ts_open = trip.ts_close - kMinute;
  trip.entry_notional = money("1000");
  trip.exit_notional = money("1000") + money(gross);
  trip.entry_quantity = trip.exit_quantity = trip.max_quantity = RawQuantity(100'000);
  trip.gross_profit = money(gross);
  trip.fees = money(fees);
  return trip;
}

inline FillRecord fill(const RunResult& result, Side side, Liquidity liquidity, std::string_view notional,
                       std::string_view fee) {
  FillRecord record;
  record.fill.side = side;
  record.fill.liquidity = liquidity;
  record.fill.ts_venue = result.from + kMinute;
  record.fill.order = OrderId(1);
  record.fill.trade = TradeId(1);
  record.fill.price = RawPrice(4'200'050);
  record.fill.quantity = RawQuantity(12'345);
  record.fill.fee = record.fee_reported = money(fee);
  record.fill.fee_asset = result.reporting_asset;
  record.notional = money(notional);
  record.equity_after = money("10000");
  return record;
}

}  // namespace kontor::research::test
