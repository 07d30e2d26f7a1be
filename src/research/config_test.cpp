#include "research/config.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::research {
namespace {

using kontor::test::amount;
using kontor::test::decimal;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kSmallest =
    "[[strategy]]\n"
    "type = 'sma_cross'\n"
    "instruments = ['BTCUSDT@binance']\n";

BacktestConfig parsed(std::string_view text, std::vector<std::string> overrides = {}) {
  auto config = parse_config(text, "a.toml", overrides);
  EXPECT_TRUE(config) << config.error().message;
  return config ? std::move(*config) : BacktestConfig{};
}

std::vector<std::string> faults(std::string_view text, std::vector<std::string> overrides = {}) {
  const auto config = parse_config(text, "a.toml", overrides);
  if (config) return {};
  EXPECT_EQ(config.error().kind, ErrorKind::usage);
  std::vector<std::string> lines;
  std::istringstream stream(config.error().message);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Config, TheSmallestOneHasAllDefaults) {
  const BacktestConfig config = parsed(kSmallest);
  EXPECT_EQ(config.name, "backtest");
  EXPECT_EQ(config.reporting_asset, "USDT");
  EXPECT_EQ(config.balances.at("USDT"), (Decimal{10'000, 0}));
  EXPECT_FALSE(config.from || config.to || config.equity_interval);
  ASSERT_EQ(config.instruments.size(), 1U);
  EXPECT_EQ(config.instruments[0].base, "BTC");
  EXPECT_EQ(config.instruments[0].quote, "USDT");
  EXPECT_EQ(config.instruments[0].timeframe.period_ns, kMinute);
  EXPECT_THAT(config.instruments[0].feed, ElementsAre(data::DataKind::bar));
  ASSERT_EQ(config.strategies.size(), 1U);
  EXPECT_EQ(config.strategies[0].label, "sma_cross");
  EXPECT_EQ(config.strategies[0].parameters.integer("fast"), 10);
  const sim::SimSettings defaults;
  EXPECT_EQ(config.venue.latency.order_entry_ns, defaults.latency.order_entry_ns);
  EXPECT_EQ(config.instruments[0].rules.rules.participation, defaults.rules.participation);
}

constexpr std::string_view kEverything = R"(
[backtest]
name = "all of it"
from = 2025-01-01
to = "2025-02-01T12:00:00Z"
seed = 42
equity_interval = "15m"
[account]
balance = "2500.50"
asset = "USDT"
[[account.deposit]]
asset = "BNB"
amount = 3
[data]
feed = ["bar", "funding"]
timeframe = "5m"
[venue]
order_latency = "1ms"
response_latency = "2ms"
feed_latency = "3ms"
latency_jitter = "4us"
least_tick_latency = "100us"
matching = "bars"
slippage_bps = 2.5
participation = 0.25
market_volume = "participation"
touch_fills = true
queue = "none"
intrabar = "favourable"
reached_stop = "trigger"
max_open_orders = 17
price_band = "0.1"
margin = "isolated"
leverage = 5
liquidation_fee = 0.01
spot_margin = false
[risk]
max_order_notional = 1000
max_exposure = "1.5"
max_leverage = "3"
reserve = "0.2"
max_orders_per_second = 5
cooldown = "10s"
[[instrument]]
name = "ETHUSDT@binance"
kind = "linear_perpetual"
tick = "0.01"
step = "0.001"
min_quantity = "0.001"
max_quantity = 1000
min_notional = 20
maker_fee = "-0.0001"
taker_fee = 0.0004
multiplier = 1
timeframe = "1m"
fee_asset = "other"
other_fee_asset = "BNB"
other_fee_price = 600
[[instrument.maintenance]]
notional_cap = 50000
rate = 0.004
[[instrument.maintenance]]
rate = "0.01"
deduction = 300
[instrument.limits]
max_position_notional = 5000
max_open_orders = 4
max_open_positions = 2
[[strategy]]
type = "sma_cross"
label = "trend"
instruments = ["ETHUSDT@binance", "BTCUSDT@binance"]
timeframe = "1h"
fast = 5
slow = 20
[strategy.limits]
max_orders_per_day = 9
max_orders_per_minute = 60
max_price_deviation = 0.02

[report]
trials = 250
trial_sharpe_deviation = 0.8
)";

TEST(Config, EveryKeyArrives) {
  const BacktestConfig config = parsed(kEverything);
  EXPECT_EQ(config.name, "all of it");
  EXPECT_EQ(format_time(config.from.value_or(0)), "2025-01-01T00:00:00Z");
  EXPECT_EQ(format_time(config.to.value_or(0)), "2025-02-01T12:00:00Z");
  EXPECT_EQ(config.seed, 42U);
  EXPECT_EQ(config.venue.latency.seed, 42U);
  EXPECT_EQ(config.equity_interval, 15 * kMinute);
  EXPECT_EQ(config.balances.at("USDT"), decimal("2500.5"));
  EXPECT_EQ(config.balances.at("BNB"), decimal("3"));
  EXPECT_EQ(config.venue.latency.order_entry_ns, kMillisecond);
  EXPECT_EQ(config.venue.latency.response_ns, 2 * kMillisecond);
  EXPECT_EQ(config.venue.latency.feed_ns, 3 * kMillisecond);
  EXPECT_EQ(config.venue.latency.jitter_ns, 4 * kMicrosecond);
  EXPECT_EQ(config.least_tick_latency, 100 * kMicrosecond);
  EXPECT_EQ(config.limits.max_order_notional, amount("1000"));
  EXPECT_EQ(config.limits.max_exposure, decimal("1.5"));
  EXPECT_EQ(config.limits.max_leverage, decimal("3"));
  EXPECT_EQ(config.limits.reserve, decimal("0.2"));
  EXPECT_EQ(config.limits.max_orders_per_second, 5U);
  EXPECT_EQ(config.limits.cooldown, 10 * kSecond);
  EXPECT_EQ(config.trials, 250U);
  EXPECT_EQ(config.trial_sharpe_deviation, decimal("0.8"));
  ASSERT_EQ(config.instruments.size(), 2U);
  const InstrumentConfig& eth = config.instruments[0];
  EXPECT_EQ(eth.kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(eth.tick, decimal("0.01"));
  EXPECT_EQ(eth.max_quantity, decimal("1000"));
  EXPECT_EQ(eth.maker_fee, decimal("-0.0001"));
  EXPECT_EQ(eth.taker_fee, decimal("0.0004"));
  EXPECT_EQ(eth.timeframe.period_ns, kMinute);
  EXPECT_EQ(eth.limits.max_open_orders, 4U);
  EXPECT_EQ(eth.limits.max_open_positions, 2U);
  EXPECT_THAT(eth.feed, ElementsAre(data::DataKind::bar, data::DataKind::funding));
  const sim::InstrumentRules& rules = eth.rules.rules;
  EXPECT_EQ(rules.feed, sim::MatchingFeed::bars);
  EXPECT_EQ(rules.slippage_bps, decimal("2.5"));
  EXPECT_EQ(rules.market_volume, sim::MarketVolume::participation);
  EXPECT_TRUE(rules.touch_fills);
  EXPECT_EQ(rules.queue, sim::QueueModel::none);
  EXPECT_EQ(rules.intrabar, sim::IntrabarPath::favourable);
  EXPECT_EQ(rules.reached_stop, sim::ReachedStop::trigger);
  EXPECT_EQ(rules.max_open_orders, 17U);
  EXPECT_EQ(rules.margin, sim::MarginMode::isolated);
  EXPECT_EQ(rules.leverage, decimal("5"));
  EXPECT_EQ(rules.fee_asset, sim::FeeAsset::other);
  EXPECT_EQ(eth.rules.other_fee_asset, "BNB");
  ASSERT_EQ(rules.maintenance.size(), 2U);
  EXPECT_EQ(rules.maintenance[1].deduction, decimal("300"));
  EXPECT_EQ(config.instruments[1].timeframe.period_ns, 5 * kMinute);  // the file's default
  ASSERT_EQ(config.strategies.size(), 1U);
  EXPECT_EQ(config.strategies[0].label, "trend");
  EXPECT_EQ(config.strategies[0].timeframe.period_ns, kHour);
  EXPECT_EQ(config.strategies[0].parameters.integer("slow"), 20);
  EXPECT_EQ(config.strategies[0].limits.max_orders_per_day, 9U);
  EXPECT_EQ(config.strategies[0].limits.max_orders_per_minute, 60U);
}

TEST(Config, TheEffectiveConfigurationMeansTheSame) {
  for (const std::string_view text : {kSmallest, kEverything}) {
    const BacktestConfig first = parsed(text);
    EXPECT_THAT(first.effective_toml, HasSubstr("slow ="));
    EXPECT_THAT(first.effective_toml, HasSubstr("intrabar ="));
    const BacktestConfig second = parsed(first.effective_toml);
    EXPECT_EQ(second.effective_toml, first.effective_toml);
    EXPECT_EQ(second.balances, first.balances);
    EXPECT_EQ(second.strategies.at(0).parameters.values(), first.strategies.at(0).parameters.values());
  }
}

TEST(Config, AllFaultsAreToldAtOnceInTheOrderOfTheFile) {
  const auto lines = faults(
      "[strategie]\n"
      "x = 1\n"
      "[[strategy]]\n"
      "type = 'sma_cross'\n"
      "instruments = ['BTCUSDT']\n"
      "fast = 0\n"
      "speed = 3\n"
      "[backtest]\n"
      "from = 2025-02-01\n"
      "to = 2025-01-01\n"
      "seed = -1\n"
      "[venue]\n"
      "queue = 'risky'\n"
      "leverage = 1000\n");
  EXPECT_THAT(
      lines,
      ElementsAre(HasSubstr("a.toml:1: strategie: unknown key"),
                  HasSubstr("a.toml:5: strategy.instruments: expected an instrument such as"),
                  HasSubstr("a.toml:6: strategy.fast: expected integer"),
                  HasSubstr("a.toml:7: strategy.speed: unknown key"),
                  HasSubstr("a.toml:10: backtest.to: expected a time after from"),
                  HasSubstr("a.toml:11: backtest.seed: expected an integer from 0"),
                  HasSubstr("a.toml:13: venue.queue: expected one of none, risk_averse, probabilistic"),
                  HasSubstr("a.toml:14: venue.leverage: expected a number from 1 to 200")));
}

TEST(Config, FaultsBetweenParametersNameTheOneThatWasGiven) {
  EXPECT_THAT(faults(std::string(kSmallest) + "fast = 50\nslow = 20\n"),
              ElementsAre("a.toml:4: strategy.fast: expected less than slow (20), found 50"));
  EXPECT_THAT(faults(std::string(kSmallest) + "slow = 5\n"),
              ElementsAre("a.toml:4: strategy.slow: fast: expected less than slow (5), found 10"));
  EXPECT_THAT(faults(std::string(kSmallest) + "fast = 10\n", {"strategy.slow=5"}),
              ElementsAre("--set: strategy.slow: fast: expected less than slow (5), found 10"));
  EXPECT_THAT(faults(kSmallest, {"strategy.fast=80"}),
              ElementsAre("--set: strategy.fast: expected less than slow (50), found 80"));
}

TEST(Config, OneMistakeIsOneFault) {
  EXPECT_THAT(faults(std::string(kSmallest) + "fast = '10'\nslow = 5\n"),
              ElementsAre(HasSubstr("a.toml:4: strategy.fast: expected integer")));
  EXPECT_THAT(faults(std::string(kSmallest) + "[data]\nfeed = ['candle']\n"),
              ElementsAre(HasSubstr("a.toml:5: data.feed: expected bar")));
  EXPECT_THAT(faults(std::string(kSmallest) + "[data]\nfeed = []\n"),
              ElementsAre(HasSubstr("a.toml:5: data.feed: expected at least one")));
  EXPECT_THAT(faults("[[strategy]]\ntype = 'sma_cross'\ninstruments = []\n"),
              ElementsAre(HasSubstr("a.toml:3: strategy.instruments: expected at least one")));
  EXPECT_THAT(faults("[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT']\n"),
              ElementsAre(HasSubstr("a.toml:3: strategy.instruments: expected an instrument")));
}

TEST(Config, KeysAreKnownWhereTheyAreNotGiven) {
  EXPECT_THAT(faults(std::string(kSmallest) + "[risk]\nmax_open_order = 3\nmax_order_per_day = 4\n"),
              ElementsAre(testing::AllOf(HasSubstr("a.toml:5"), HasSubstr("did you mean 'max_open_orders'")),
                          testing::AllOf(HasSubstr("a.toml:6"), HasSubstr("'max_orders_per_day'"))));
  EXPECT_THAT(faults(std::string(kSmallest) + "[venue]\nmaintenanse = 1\n"),
              ElementsAre(HasSubstr("did you mean 'maintenance'")));
}

TEST(Config, BreakersAreOffUntilTheyAreWritten) {
  const BacktestConfig without = parsed(kSmallest);
  EXPECT_FALSE(without.breakers.any() || without.strategies[0].breakers.any() ||
               without.instruments[0].breakers.any());
  EXPECT_THAT(without.effective_toml, testing::Not(HasSubstr("breakers")));
  const BacktestConfig config = parsed(std::string(kSmallest) + R"(
[strategy.breakers.losing_streak]
threshold = 5
action = "halted"
[risk.breakers.drawdown]
warning = 0
flattening = "0.25"
[risk.breakers.weekly_loss]
boundary = "8h"
[risk.breakers.connection]
enabled = false
[[instrument]]
name = "BTCUSDT@binance"
[instrument.breakers.price_shock]
cooldown = "1h"
)");
  const risk::Breakers& account = config.breakers;
  ASSERT_TRUE(account.drawdown && account.weekly_loss);
  EXPECT_FALSE(account.connection || account.daily_loss || account.price_shock);
  EXPECT_EQ(account.drawdown->warning, Decimal());
  EXPECT_EQ(account.drawdown->halted.format(), "0.20");
  EXPECT_EQ(account.drawdown->flattening.format(), "0.25");
  EXPECT_EQ(account.weekly_loss->threshold.format(), "0.10");
  EXPECT_EQ(account.weekly_loss->boundary, 8 * kHour);
  EXPECT_EQ(config.strategies[0].breakers.losing_streak->threshold, 5U);
  EXPECT_EQ(config.strategies[0].breakers.losing_streak->action, BreakerLevel::halted);
  EXPECT_EQ(config.instruments[0].breakers.price_shock->cooldown, kHour);
  EXPECT_THAT(config.effective_toml, HasSubstr("[risk.breakers.drawdown]"));
}

TEST(Config, ImpossibleBreakersAreToldWithTheirPlace) {
  const auto told = [](std::string_view text) { return faults(std::string(kSmallest) + std::string(text)); };
  EXPECT_THAT(told("[risk.breakers.drawdwn]\n"),
              ElementsAre(testing::AllOf(HasSubstr("a.toml:"), HasSubstr("did you mean 'drawdown'"))));
  EXPECT_THAT(told("[risk.breakers.drawdown]\nhalted = 0.1\n"),
              ElementsAre(HasSubstr("a.toml:5: risk.breakers.drawdown.halted: expected at least the tier "
                                    "before (0.15), found 0.1")));
  EXPECT_THAT(told("[risk.breakers.error_burst]\nthreshold = 0\nwindow = '0s'\naction = 'stop'\n"),
              ElementsAre(HasSubstr("a.toml:5"), HasSubstr("at least 1ms, found 0s"),
                          HasSubstr("expected one of warning, restricted, halted, flattening")));
  EXPECT_THAT(told("[risk.breakers.connection]\nhalted_after = '5s'\n"),
              ElementsAre(HasSubstr("expected at least restricted_after (30s), found 5s")));
  EXPECT_THAT(told("[risk.breakers.equity_stop]\norange = 0.4\n"),
              ElementsAre(HasSubstr("expected at least yellow (0.5), found 0.4")));
  EXPECT_THAT(told("[risk.breakers.daily_loss]\nboundary = '1d'\nenabled = false\n"),
              ElementsAre(HasSubstr("expected less than 1d")))
      << "what is off is read all the same";
  EXPECT_THAT(
      told("[strategy.breakers.connection]\n"),
      ElementsAre(HasSubstr("strategy.breakers.connection: unknown key, expected one of error_burst")));
  EXPECT_THAT(told("[risk]\nbreakers = 3\n"), ElementsAre(HasSubstr("risk.breakers: expected a table")));
}

TEST(Config, RangeOptionsAreBlamedByTheirNames) {
  const auto told = [](const RangeOptions& range) {
    const auto config = parse_config(kSmallest, "a.toml", {}, range);
    return config ? std::string() : config.error().message;
  };
  EXPECT_THAT(told({"yesterday", ""}), testing::StartsWith("--from: expected a date"));
  EXPECT_THAT(told({"2025-02-01", "2025-01-01"}), testing::StartsWith("--to: expected a time after from"));
  const auto config = parse_config(kSmallest, "a.toml", {}, {"2025-02-01", "2025-03-01"});
  ASSERT_TRUE(config);
  EXPECT_EQ(format_time(config->from.value_or(0)), "2025-02-01T00:00:00Z");
}

TEST(Config, AFolderIsNoConfiguration) {
  const auto config = load_config("/tmp", {});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().message, "/tmp: expected a configuration file, found a folder");
}

TEST(Config, TheEffectiveOneHasImpliedInstrumentsAndShortDurations) {
  const BacktestConfig config = parsed(std::string(kSmallest) + "[venue]\nfeed_latency = '10ms'\n");
  EXPECT_THAT(config.effective_toml, HasSubstr("[[instrument]]"));
  EXPECT_THAT(config.effective_toml, HasSubstr("name = 'BTCUSDT@binance'"));
  EXPECT_THAT(config.effective_toml, HasSubstr("[[instrument.maintenance]]"));
  EXPECT_THAT(config.effective_toml, HasSubstr("feed_latency = '10ms'"));
  EXPECT_THAT(config.effective_toml, testing::Not(HasSubstr("000ns")));
}

/// The keys that a page of documentation has in the table below a heading such as `## [venue]`.
std::set<std::string> documented_keys(const std::string& page, const std::string& heading) {
  std::set<std::string> keys;
  std::istringstream lines(page);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == "## `" + heading + "`";
    if (!inside || !line.starts_with("| `")) continue;
    // A line may begin with several keys: "| `yellow`, `orange` | …".
    const std::string cell = line.substr(2, line.find(" | ") - 2);
    for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
      const auto end = cell.find('`', at + 1);
      keys.insert(cell.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return keys;
}

TEST(Config, EveryKeyIsDocumented) {
  const auto source = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream file(source / "docs/configuration.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  std::map<std::string, std::string> headings = {{"backtest", "[backtest]"},
                                                 {"account", "[account]"},
                                                 {"account.deposit", "[[account.deposit]]"},
                                                 {"data", "[data]"},
                                                 {"venue", "[venue]"},
                                                 {"venue.maintenance", "[[instrument.maintenance]]"},
                                                 {"risk", "[risk]"},
                                                 {"protection", "[protection]"},
                                                 {"report", "[report]"},
                                                 {"session", "[session]"},
                                                 {"live", "[live]"},
                                                 {"log", "[log]"},
                                                 {"log.levels", "[log.levels]"},
                                                 {"instrument", "[[instrument]]"},
                                                 {"instrument.maintenance", "[[instrument.maintenance]]"},
                                                 {"instrument.limits", "[risk]"},
                                                 {"strategy", "[[strategy]]"},
                                                 {"strategy.limits", "[risk]"}};
  const auto known = known_config_keys();
  for (const auto& [table, keys] : known) {
    if (table.find("breakers") != std::string::npos) headings[table] = "[risk.breakers]";
  }
  EXPECT_TRUE(headings.contains("strategy.breakers.equity_stop"));
  EXPECT_EQ(known.size(), headings.size() + 1);
  for (const auto& [table, keys] : known) {
    if (table.empty()) continue;
    ASSERT_TRUE(headings.contains(table)) << table;
    auto documented = documented_keys(page, headings.at(table));
    // The rules of the venue stand in its table once and hold in both.
    if (table == "instrument") documented.merge(documented_keys(page, "[venue]"));
    for (const auto& key : keys) EXPECT_TRUE(documented.contains(key)) << table << "." << key;
  }
}

TEST(Config, AnUnknownStrategyNamesTheNearest) {
  EXPECT_THAT(faults("[[strategy]]\ntype = 'sma_cros'\ninstruments = ['BTCUSDT@binance']\nwhatever = 1\n"),
              ElementsAre(testing::AllOf(HasSubstr("a.toml:2: strategy.type:"), HasSubstr("sma_cross"))));
  EXPECT_THAT(faults("[backtest]\nname = 'x'\n"),
              ElementsAre(HasSubstr("strategy: expected at least one [[strategy]]")));
}

TEST(Config, AnInstrumentIsNamedOnceAndItsAssetsAreKnown) {
  EXPECT_THAT(faults(std::string(kSmallest) +
                     "[[instrument]]\nname = 'BTCUSDT@binance'\n[[instrument]]\nname = 'BTCUSDT@binance'\n"),
              ElementsAre(HasSubstr("a.toml:7: instrument[1].name: expected each instrument once")));
  EXPECT_THAT(faults("[[strategy]]\ntype = 'sma_cross'\ninstruments = ['XY@binance']\n"),
              ElementsAre(HasSubstr(
                  "a.toml:3: strategy.instruments: expected an [[instrument]] with base and quote")));
  EXPECT_THAT(
      faults("[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT@binance', 'ETHBTC@binance']\n"),
      ElementsAre(HasSubstr("expected all instruments of one account to be quoted in USDT, found "
                            "ETHBTC@binance quoted in BTC")));
}

TEST(Config, AThirdFeeAssetNeedsAPrice) {
  EXPECT_THAT(faults(std::string(kSmallest) + "[venue]\nfee_asset = 'other'\n"),
              ElementsAre(HasSubstr("a.toml:5: venue.fee_asset: expected other_fee_asset"),
                          HasSubstr("a.toml:5: venue.fee_asset: expected other_fee_price")));
}

TEST(Config, BarsAreMadeCoarserNeverFiner) {
  constexpr std::string_view kHourly =
      "[data]\ntimeframe = '1h'\n[[strategy]]\ntype = 'sma_cross'\ninstruments = ['BTCUSDT@binance']\n";
  EXPECT_THAT(faults(std::string(kHourly) + "timeframe = '5m'\n"),
              ElementsAre(HasSubstr("a.toml:6: strategy.timeframe: expected a multiple of the 1h bars")));
  EXPECT_THAT(faults(std::string(kHourly) + "timeframe = '90m'\n"), testing::SizeIs(1));
  EXPECT_THAT(faults(std::string(kHourly) + "timeframe = '4h'\n"), testing::IsEmpty());
  EXPECT_THAT(faults(std::string(kHourly)), testing::IsEmpty());
  // Made of ticks they may be of any length.
  EXPECT_THAT(faults(std::string(kHourly) + "timeframe = '5m'\n", {"data.feed=trade"}), testing::IsEmpty());
}

TEST(Config, MoneyIsDepositedOncePerAsset) {
  EXPECT_THAT(faults(std::string(kSmallest) + "[[account.deposit]]\nasset = 'USDT'\namount = 5\n"),
              ElementsAre(HasSubstr("expected the balance in USDT as `balance` alone")));
  EXPECT_THAT(faults(std::string(kSmallest) + "[[account.deposit]]\nasset = 'BNB'\n"),
              ElementsAre(HasSubstr("a.toml:4: account.deposit.amount: expected how much")));
  EXPECT_THAT(faults(std::string(kSmallest) + "[[account.deposit]]\namount = 5\n"),
              ElementsAre(HasSubstr("a.toml:4: account.deposit.asset: expected the name of an asset")));
}

TEST(Config, OverridesWinAndTheirFaultsSaySo) {
  const BacktestConfig config =
      parsed(kSmallest, {"strategy.fast=3", "backtest.from=2025-03-01", "venue.slippage_bps=0"});
  EXPECT_EQ(config.strategies[0].parameters.integer("fast"), 3);
  EXPECT_EQ(format_time(config.from.value_or(0)), "2025-03-01T00:00:00Z");
  EXPECT_TRUE(config.instruments[0].rules.rules.slippage_bps.is_zero());
  EXPECT_THAT(
      faults(kSmallest, {"strategy.fast=abc", "backtest.sed=1"}),
      ElementsAre(HasSubstr("--set: backtest.sed"), HasSubstr("--set: strategy.fast: expected integer")));
  EXPECT_THAT(faults(kSmallest, {"strategy[3].fast=1"}),
              ElementsAre("--set: expected strategy[0], found strategy[3]"));
}

TEST(Config, EquityIntervalsDivideADay) {
  for (const char* wrong : {"7h", "100ms", "2d", "25m"}) {
    EXPECT_THAT(faults(std::string(kSmallest) + "[backtest]\nequity_interval = '" + wrong + "'\n"),
                testing::SizeIs(1))
        << wrong;
  }
  for (const char* right : {"1s", "5m", "6h", "1d"}) {
    EXPECT_THAT(faults(std::string(kSmallest) + "[backtest]\nequity_interval = '" + right + "'\n"),
                testing::IsEmpty())
        << right;
  }
}

}  // namespace
}  // namespace kontor::research
