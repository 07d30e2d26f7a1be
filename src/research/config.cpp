#include "research/config.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>

#include "base/nearest.hpp"
#include "research/config_breakers.hpp"
#include "research/config_live.hpp"
#include "research/config_log.hpp"
#include "research/config_reader.hpp"
#include "research/config_rules.hpp"
#include "research/config_session.hpp"

namespace kontor::research {
namespace {

using data::DataKind;

constexpr std::array<std::string_view, 5> kFeedNames = {"bar", "trade", "quote", "book", "funding"};
constexpr std::array<std::string_view, 2> kKindNames = {"spot", "linear_perpetual"};
constexpr std::array<std::string_view, 2> kKeeperNames = {"venue", "engine"};
constexpr std::array<std::string_view, 2> kWithoutStopNames = {"alert", "close"};

/// What is done about a position whose stop cannot be had.
enum class WithoutStop : std::uint8_t { alert, close };

std::vector<DataKind> read_feed(ConfigReader& reader, const std::vector<DataKind>& fallback) {
  std::vector<std::string> names;
  for (const auto kind : fallback) names.emplace_back(kFeedNames[static_cast<std::size_t>(kind)]);
  std::vector<DataKind> kinds;
  const auto given = reader.texts("feed", names);
  if (given.empty()) reader.fault("feed", "expected at least one kind of data, such as [\"bar\"]");
  for (const auto& name : given) {
    const auto found = std::find(kFeedNames.begin(), kFeedNames.end(), name);
    if (found == kFeedNames.end()) {
      reader.fault("feed", fmt::format("expected {}, found \"{}\"{}", fmt::join(kFeedNames, ", "), name,
                                       did_you_mean(name, kFeedNames)));
    } else {
      kinds.push_back(static_cast<DataKind>(found - kFeedNames.begin()));
    }
  }
  return kinds.empty() ? fallback : kinds;
}

/// True where the word stands in the text on its own.
bool mentions(std::string_view text, std::string_view word) {
  const auto is_word = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

/// Reads a whole file: one method per table, in the order of the file's documentation.
class Loader {
 public:
  Loader(const toml::table& root, const std::string& file, const RangeOptions& range)
      : root_(root), faults_(file) {
    if (!range.from.empty()) faults_.set_by_option("backtest.from", "--from");
    if (!range.to.empty()) faults_.set_by_option("backtest.to", "--to");
  }

  Result<BacktestConfig> load() {
    ConfigReader reader(root_, "", faults_, effective_);
    reader.table("backtest", [&](ConfigReader& table) { read_backtest(table); });
    reader.table("account", [&](ConfigReader& table) { read_account(table); });
    reader.table("data", [&](ConfigReader& table) { read_data(table); });
    reader.table("venue", [&](ConfigReader& table) { read_venue(table); });
    reader.table("risk", [&](ConfigReader& table) {
      read_limits(table, config_.limits);
      read_account_breakers(table, config_.breakers);
    });
    reader.table("protection", [&](ConfigReader& table) { read_protection(table); });
    // Without the table there is no schedule, and nothing of one in the effective configuration.
    if (root_.contains("session"))
      reader.table("session", [&](ConfigReader& table) { config_.schedule = read_schedule(table); });
    // The same: what says nothing of live trading keeps its hash.
    reader.optional_table("live", [&](ConfigReader& table) { config_.live = read_live(table); });
    reader.table("report", [&](ConfigReader& table) { read_report(table); });
    reader.table("log", [&](ConfigReader& table) { config_.log = read_log(table); });
    effective_.erase("log");
    reader.tables("instrument", [&](ConfigReader& table) { read_instrument(table); });
    reader.tables("strategy", [&](ConfigReader& table) { read_strategy(table); });
    if (config_.strategies.empty() && !strategy_fault_) {
      reader.fault("strategy", "expected at least one [[strategy]], found none");
    }
    reader.finish();
    settle_account(reader);
    if (!faults_.empty()) return fail(ErrorKind::usage, faults_.text());
    std::ostringstream text;
    text << effective_ << '\n';
    config_.effective_toml = text.str();
    return std::move(config_);
  }

  [[nodiscard]] const ConfigReader::KnownKeys& known() const noexcept { return faults_.known(); }

 private:
  void read_backtest(ConfigReader& table) {
    config_.name = table.text("name", "backtest");
    config_.from = table.time("from");
    config_.to = table.time("to");
    if (config_.from && config_.to && *config_.from >= *config_.to) {
      table.fault("to", fmt::format("expected a time after from = {}, found {}", format_time(*config_.from),
                                    format_time(*config_.to)));
    }
    config_.seed = static_cast<std::uint64_t>(table.integer("seed", 1, 0, INT64_MAX));
    config_.equity_interval = table.optional_duration("equity_interval");
    if (config_.equity_interval &&
        (*config_.equity_interval < kSecond || kDay % *config_.equity_interval != 0)) {
      table.fault("equity_interval", "expected a duration from 1s to 1d that divides a day");
    }
  }

  void read_account(ConfigReader& table) {
    balance_ = table.decimal("balance", Decimal{10'000, 0}, kTiny, kHuge);
    config_.reporting_asset = table.text("asset", "");
    table.tables("deposit", [&](ConfigReader& deposit) {
      const std::string asset = deposit.text("asset", "");
      if (asset.empty()) deposit.fault("asset", "expected the name of an asset, such as \"BNB\"");
      if (!deposit.has("amount"))
        deposit.fault("amount", "expected how much of the asset is deposited, found nothing");
      const Decimal amount = deposit.decimal("amount", kZero, kTiny, kHuge);
      if (!asset.empty() && !config_.balances.emplace(asset, amount).second) {
        deposit.fault("asset", fmt::format("expected each asset once, found {} twice", asset));
      }
    });
  }

  void read_data(ConfigReader& table) {
    default_feed_ = read_feed(table, {DataKind::bar});
    default_timeframe_ = table.timeframe("timeframe", Timeframe{kMinute});
  }

  void read_venue(ConfigReader& table) {
    auto& latency = config_.venue.latency;
    latency.order_entry_ns = table.duration("order_latency", latency.order_entry_ns);
    latency.response_ns = table.duration("response_latency", latency.response_ns);
    latency.feed_ns = table.duration("feed_latency", latency.feed_ns);
    latency.jitter_ns = table.duration("latency_jitter", latency.jitter_ns);
    latency.seed = config_.seed;
    config_.least_tick_latency = table.duration("least_tick_latency", kMillisecond);
    read_rules(table, default_rules_);
    config_.venue.rules = default_rules_.rules;
  }

  void read_protection(ConfigReader& table) {
    auto& protection = config_.protection;
    protection.confirm_within = table.duration("confirm_within", protection.confirm_within);
    protection.stop_limit_within = table.duration("stop_limit_within", protection.stop_limit_within);
    config_.stale_after = table.duration("stale_after", 0);
    protection.flattens =
        read_choice(table, "without_stop", WithoutStop::alert, kWithoutStopNames) == WithoutStop::close;
  }

  void read_report(ConfigReader& table) {
    config_.trials = static_cast<std::uint64_t>(table.integer("trials", 1, 1, 1'000'000'000));
    config_.trial_sharpe_deviation = table.optional_decimal("trial_sharpe_deviation", kTiny, kHuge);
  }

  std::optional<InstrumentName> read_name(ConfigReader& table, std::string_view key,
                                          const std::string& text) {
    const auto name = InstrumentName::parse(text);
    if (!name) {
      table.fault(key, name.error().message);
      return std::nullopt;
    }
    return *name;
  }

  InstrumentConfig default_instrument(const InstrumentName& name) const {
    InstrumentConfig instrument;
    instrument.name = name;
    instrument.feed = default_feed_;
    instrument.timeframe = default_timeframe_;
    instrument.rules = default_rules_;
    if (const auto assets = split_symbol(name.symbol)) std::tie(instrument.base, instrument.quote) = *assets;
    return instrument;
  }

  void read_instrument(ConfigReader& table) {
    const auto name = read_name(table, "name", table.text("name", ""));
    InstrumentConfig instrument = default_instrument(name.value_or(InstrumentName{}));
    instrument.kind = read_choice(table, "kind", instrument.kind, kKindNames);
    instrument.brackets = read_choice(table, "brackets", instrument.brackets, kKeeperNames);
    instrument.base = table.text("base", instrument.base);
    instrument.quote = table.text("quote", instrument.quote);
    if (name && (instrument.base.empty() || instrument.quote.empty())) {
      table.fault("base", "expected base and quote to be given, found a symbol that does not tell them");
    }
    instrument.tick = table.optional_decimal("tick", kTiny, kHuge);
    instrument.step = table.optional_decimal("step", kTiny, kHuge);
    instrument.min_quantity = table.optional_decimal("min_quantity", kZero, kHuge);
    instrument.max_quantity = table.optional_decimal("max_quantity", kZero, kHuge);
    instrument.min_notional = table.optional_decimal("min_notional", kZero, kHuge);
    instrument.maker_fee = table.optional_decimal("maker_fee", Decimal{-1, 1}, kFeeLimit);
    instrument.taker_fee = table.optional_decimal("taker_fee", Decimal{-1, 1}, kFeeLimit);
    instrument.multiplier = table.decimal("multiplier", kOne, kTiny, kHuge);
    instrument.feed = read_feed(table, instrument.feed);
    instrument.timeframe = table.timeframe("timeframe", instrument.timeframe);
    read_rules(table, instrument.rules);
    table.table("limits", [&](ConfigReader& limits) { read_limits(limits, instrument.limits); });
    read_instrument_breakers(table, instrument.breakers);
    if (!name) return;
    const bool twice = std::any_of(config_.instruments.begin(), config_.instruments.end(),
                                   [&](const auto& known) { return known.name == *name; });
    if (twice)
      table.fault("name", fmt::format("expected each instrument once, found {} twice", name->format()));
    config_.instruments.push_back(std::move(instrument));
  }

  void read_strategy(ConfigReader& table) {
    StrategyConfig strategy;
    const std::string type = table.text("type", "");
    const auto found = strategy::find_strategy(type);
    strategy.label = table.text("label", type);
    strategy.timeframe = table.timeframe("timeframe", default_timeframe_);
    const std::size_t faults_before = faults_.count();
    const auto names = table.texts("instruments", {});
    for (const auto& text : names) {
      if (const auto name = read_name(table, "instruments", text)) strategy.instruments.push_back(*name);
    }
    if (names.empty() && faults_.count() == faults_before) {
      table.fault("instruments", "expected at least one instrument such as [\"BTCUSDT@binance\"]");
    }
    table.table("limits", [&](ConfigReader& limits) { read_limits(limits, strategy.limits); });
    read_strategy_breakers(table, strategy.breakers);
    if (!found) {
      strategy_fault_ = true;
      table.fault("type", found.error().message);
      table.ignore_unknown();
      return;
    }
    strategy.descriptor = *found;
    if (!read_parameters(table, strategy)) {
      strategy_fault_ = true;
      return;
    }
    add_missing_instruments(table, strategy);
    check_timeframe(table, strategy);
    check_strategy(table, strategy);
    config_.strategies.push_back(std::move(strategy));
  }

  /// False after a fault: what the parameters mean together is then not worth looking at.
  static bool read_parameters(ConfigReader& table, StrategyConfig& strategy) {
    std::map<std::string, strategy::ParameterValue> values;
    for (const auto& descriptor : strategy.descriptor->parameters) {
      if (auto value = table.parameter(descriptor)) values.emplace(descriptor.name, std::move(*value));
    }
    if (values.size() != strategy.descriptor->parameters.size()) return false;
    auto parameters = strategy::Parameters::make(strategy.descriptor->parameters, values);
    if (!parameters) {
      table.fault("type", parameters.error().message);
      return false;
    }
    strategy.parameters = std::move(*parameters);
    return true;
  }

  /// Reads an instrument that only a strategy names, as if the file had it with its name alone.
  void read_implied_instrument(const InstrumentName& name) {
    const toml::table given{{"name", name.format()}};
    toml::table effective;
    ConfigReader reader(given, "instrument.", faults_, effective);
    read_instrument(reader);
    if (!effective_.contains("instrument")) effective_.insert("instrument", toml::array{});
    effective_["instrument"].as_array()->push_back(std::move(effective));
  }

  /// Instruments that only a strategy names get the defaults of the file.
  void add_missing_instruments(ConfigReader& table, const StrategyConfig& strategy) {
    for (const auto& name : strategy.instruments) {
      const bool known = std::any_of(config_.instruments.begin(), config_.instruments.end(),
                                     [&](const auto& instrument) { return instrument.name == name; });
      if (known) continue;
      if (split_symbol(name.symbol)) {
        read_implied_instrument(name);
      } else {
        config_.instruments.push_back(default_instrument(name));
        table.fault("instruments",
                    fmt::format("expected an [[instrument]] with base and quote for {}, because its "
                                "symbol does not tell them",
                                name.format()));
      }
    }
  }

  /// Bars can be made coarser, never finer.
  void check_timeframe(ConfigReader& table, const StrategyConfig& strategy) {
    for (const auto& instrument : config_.instruments) {
      const bool used = std::find(strategy.instruments.begin(), strategy.instruments.end(),
                                  instrument.name) != strategy.instruments.end();
      const bool fed =
          std::find(instrument.feed.begin(), instrument.feed.end(), DataKind::bar) != instrument.feed.end();
      if (!used || !fed || strategy.timeframe.period_ns % instrument.timeframe.period_ns == 0) continue;
      table.fault("timeframe", fmt::format("expected a multiple of the {} bars that {} is fed with, found {}",
                                           instrument.timeframe.format(), instrument.name.format(),
                                           strategy.timeframe.format()));
    }
  }

  /// Makes the strategy once against a stand-in, so that faults between its parameters are told with their
  /// line.
  void check_strategy(ConfigReader& table, const StrategyConfig& strategy) {
    InstrumentTable stand_in;
    InstrumentSpecification specification;
    specification.name =
        strategy.instruments.empty() ? InstrumentName{"venue", "XY"} : strategy.instruments.front();
    specification.base = "X";
    specification.quote = "Y";
    specification.tick = Decimal{1, 2};
    specification.step = Decimal{1, 6};
    for (const auto& instrument : config_.instruments) {
      if (instrument.name != specification.name) continue;
      specification.kind = instrument.kind;
      specification.max_leverage = instrument.rules.rules.leverage;
    }
    const auto id = stand_in.add(specification);
    const auto made = strategy.descriptor->make({stand_in, *id, strategy.timeframe}, strategy.parameters);
    if (made) return;
    strategy_fault_ = true;
    blame_parameter(table, *strategy.descriptor, made.error().message);
  }

  /// Reports a fault between parameters (`fast: expected less than slow (20), found 50`) at the one that the
  /// command line has set, else at the first one that the file has; at the type where all are defaults.
  static void blame_parameter(ConfigReader& table, const strategy::StrategyDescriptor& descriptor,
                              const std::string& message) {
    std::vector<std::string_view> given;
    for (const auto& parameter : descriptor.parameters) {
      if (table.has(parameter.name) && mentions(message, parameter.name)) given.push_back(parameter.name);
    }
    const auto colon = message.find(": ");
    const std::string_view first = std::string_view(message).substr(0, colon);
    const auto chosen = std::ranges::find_if(given, [&](auto name) { return table.is_override(name); });
    if (chosen == given.end() && std::ranges::find(given, first) == given.end()) {
      return table.fault(given.empty() ? "type" : given.front(), message);
    }
    const std::string_view key = chosen != given.end() ? *chosen : first;
    table.fault(key, key == first ? std::string_view(message).substr(colon + 2) : message);
  }

  void settle_account(ConfigReader& reader) {
    if (config_.instruments.empty()) return;
    if (config_.reporting_asset.empty()) config_.reporting_asset = config_.instruments.front().quote;
    effective_["account"].as_table()->insert_or_assign("asset", config_.reporting_asset);
    for (const auto& instrument : config_.instruments) {
      if (instrument.quote == config_.reporting_asset || instrument.quote.empty()) continue;
      reader.fault("account",
                   fmt::format("expected all instruments of one account to be quoted in {}, found {} quoted "
                               "in {}",
                               config_.reporting_asset, instrument.name.format(), instrument.quote));
    }
    if (!config_.balances.emplace(config_.reporting_asset, balance_).second) {
      reader.fault("account",
                   fmt::format("expected the balance in {} as `balance` alone, found a deposit of it as well",
                               config_.reporting_asset));
    }
  }

  const toml::table& root_;
  ConfigReader::Faults faults_;
  toml::table effective_;
  BacktestConfig config_;
  Decimal balance_;
  std::vector<DataKind> default_feed_;
  Timeframe default_timeframe_;
  RulesConfig default_rules_;
  bool strategy_fault_ = false;
};

Result<void> apply_range(toml::table& root, const RangeOptions& range) {
  for (const auto& [key, time] : {std::pair("from", range.from), std::pair("to", range.to)}) {
    if (time.empty()) continue;
    TRY_VOID(apply_override(root, fmt::format("backtest.{}=\"\"", key)));
    root["backtest"].as_table()->insert_or_assign(key, time);
  }
  return {};
}

Result<BacktestConfig> load_table(toml::table root, const std::string& file,
                                  std::span<const std::string> overrides, const RangeOptions& range) {
  for (const auto& assignment : overrides) {
    TRY_VOID(apply_override(root, assignment));
  }
  TRY_VOID(apply_range(root, range));
  return Loader(root, file, range).load();
}

}  // namespace

Result<BacktestConfig> load_config(const std::string& file, std::span<const std::string> overrides,
                                   const RangeOptions& range) {
  TRY(toml::table root, parse_toml_file(file));
  return load_table(std::move(root), file, overrides, range);
}

Result<BacktestConfig> parse_config(std::string_view text, const std::string& file,
                                    std::span<const std::string> overrides, const RangeOptions& range) {
  TRY(toml::table root, parse_toml_text(text, file));
  return load_table(std::move(root), file, overrides, range);
}

std::map<std::string, std::set<std::string>, std::less<>> known_config_keys() {
  const toml::table tier{{"rate", "0.01"}};
  const auto breakers = [](std::initializer_list<std::string_view> names) {
    toml::table table;
    for (const auto name : names) table.insert(name, toml::table{});
    return table;
  };
  const toml::table instrument{
      {"name", "BTCUSDT@venue"},
      {"maintenance", toml::array{tier}},
      {"breakers", breakers({"error_burst", "losing_streak", "price_shock", "price_move", "data_age"})}};
  const toml::table strategy{{"breakers", breakers({"error_burst", "losing_streak", "drawdown", "daily_loss",
                                                    "weekly_loss", "equity_stop"})}};
  const toml::table risk{{"breakers", breakers({"error_burst", "losing_streak", "drawdown", "daily_loss",
                                                "weekly_loss", "equity_stop", "price_shock", "price_move",
                                                "data_age", "connection", "clock_offset"})}};
  const toml::table root{{"account", toml::table{{"deposit", toml::array{toml::table{}}}}},
                         {"session", toml::table{}},
                         {"live", toml::table{}},
                         {"venue", toml::table{{"maintenance", toml::array{tier}}}},
                         {"instrument", toml::array{instrument}},
                         {"risk", risk},
                         {"strategy", toml::array{strategy}}};
  Loader loader(root, "", {});
  static_cast<void>(loader.load());  // its faults do not matter, only what it asked for
  return loader.known();
}

}  // namespace kontor::research
