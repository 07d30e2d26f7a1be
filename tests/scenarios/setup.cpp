#include "tests/scenarios/setup.hpp"

#include <functional>
#include <map>

#include <boost/describe/enum_from_string.hpp>
#include <fmt/format.h>

namespace kontor::scenario {
namespace {

template <class Enum>
Enum choice(Words& line, std::string_view what) {
  const std::string word = line.take(what);
  Enum value{};
  if (!boost::describe::enum_from_string(word.c_str(), value)) {
    throw ScenarioFault(fmt::format("expected {}, found '{}'", what, word));
  }
  return value;
}

bool flag(Words& line, std::string_view what) {
  if (line.take_if("true")) return true;
  if (line.take_if("false")) return false;
  throw ScenarioFault(fmt::format("expected true or false for {}, found '{}'", what, line.peek()));
}

void split_symbol(const std::string& symbol, InstrumentSpecification& specification) {
  for (const std::string_view quote : {"USDT", "BTC"}) {
    if (symbol.size() <= quote.size() || !symbol.ends_with(quote)) continue;
    specification.base = symbol.substr(0, symbol.size() - quote.size());
    specification.quote = quote;
    return;
  }
}

}  // namespace

TimeNs scenario_time(const std::string& text) {
  const bool whole = text.size() > 9 && text[4] == '-';
  return must(parse_time(whole ? text : "2025-01-01T" + text));
}

bool Setup::read(Words& line) {
  if (line.take_if("instrument")) {
    read_instrument(line);
  } else if (line.take_if("account")) {
    account = line.take("the asset in which equity is counted");
  } else if (line.take_if("price")) {
    const AssetId asset = instruments.add_asset(line.take("an asset"));
    fixed_prices.emplace_back(asset, line.decimal("its price in the account's asset"));
  } else if (line.take_if("strategy")) {
    read_strategy(line);
  } else if (line.take_if("limit")) {
    read_limit(line);
  } else if (line.take_if("breaker")) {
    read_breaker(line);
  } else if (line.take_if("protection")) {
    if (line.take_if("confirm_within")) protection.confirm_within = line.duration("a time to confirm");
    if (line.take_if("stop_limit_within")) protection.stop_limit_within = line.duration("a time to fill");
    protection.flattens = line.take_if("flattens");
    if (line.take_if("stale_after")) stale_after = line.duration("how long orders may wait");
  } else if (line.take_if("simulate")) {
    if (!venue) {
      venue.emplace();
      venue->latency = {0, 0, 0, 0, 1};
      watch.reports = true;
    }
    read_venue(line);
  } else if (line.take_if("watch")) {
    read_watch(line);
  } else {
    return false;
  }
  line.finish();
  return true;
}

void Setup::complete() {
  if (instruments.size() == 0)
    throw ScenarioFault("expected an instrument before the first event, found none");
  if (strategies.empty()) {
    strategy_names.emplace_back("main");
    strategies.emplace_back();
  }
  reporting_asset = account.empty() ? instruments[InstrumentId(0)].quote() : instruments.add_asset(account);
  for (const auto& one : strategies) risk.strategies.push_back(one.limits);
  risk.instruments.resize(instruments.size());
  if (!venue) watch.commands = true;
  if (!venue) return;
  must(venue->check(instruments));
  for (const auto& instrument : instruments.all()) {
    const sim::InstrumentRules& rules = venue->rules_of(instrument.id());
    if (rules.spot_margin) risk.spot_margin.push_back(instrument.id());
    risk.leverages.push_back(rules.leverage);
  }
}

InstrumentId Setup::instrument(Words& line) const {
  for (const auto& instrument : instruments.all()) {
    if (line.take_if(instrument.name().symbol) || line.take_if(instrument.name().format()))
      return instrument.id();
  }
  if (instruments.size() == 1) return InstrumentId(0);
  throw ScenarioFault(fmt::format("expected an instrument, found '{}'", line.peek()));
}

StrategyId Setup::strategy(std::string_view name) const {
  for (std::size_t i = 0; i < strategy_names.size(); ++i) {
    if (strategy_names[i] == name) return StrategyId(static_cast<std::uint32_t>(i));
  }
  throw ScenarioFault(fmt::format("unknown strategy '{}'", name));
}

void Setup::read_instrument(Words& line) {
  InstrumentSpecification specification;
  std::string name = line.take("an instrument such as BTCUSDT@binance");
  if (name.find('@') == std::string::npos) name += "@sim";
  specification.name = must(InstrumentName::parse(name));
  split_symbol(specification.name.symbol, specification);
  engine::InstrumentFeed feed{engine::BarSource::trades, Timeframe{}};
  auto keeper = execution::GroupKeeper::venue;
  using Read = std::function<void()>;
  const auto decimal_into = [&](Decimal& target) { return [&] { target = line.decimal("a number"); }; };
  const std::map<std::string, Read, std::less<>> keys = {
      {"tick", decimal_into(specification.tick)},
      {"step", decimal_into(specification.step)},
      {"min_quantity", decimal_into(specification.min_quantity)},
      {"max_quantity", decimal_into(specification.max_quantity)},
      {"min_notional", decimal_into(specification.min_notional)},
      {"multiplier", decimal_into(specification.multiplier)},
      {"maker", decimal_into(specification.maker_fee)},
      {"taker", decimal_into(specification.taker_fee)},
      {"max_leverage", decimal_into(specification.max_leverage)},
      {"perpetual", [&] { specification.kind = InstrumentKind::linear_perpetual; }},
      {"base", [&] { specification.base = line.take("an asset"); }},
      {"quote", [&] { specification.quote = line.take("an asset"); }},
      {"price_places",
       [&] { specification.data_price_scale = static_cast<std::uint8_t>(line.number("places")); }},
      {"quantity_places",
       [&] { specification.data_quantity_scale = static_cast<std::uint8_t>(line.number("places")); }},
      {"bars", [&] { feed = {engine::BarSource::bars, line.timeframe()}; }},
      {"bars_from_quotes", [&] { feed.source = engine::BarSource::quotes; }},
      {"bars_from_book", [&] { feed.source = engine::BarSource::book; }},
      {"brackets_here", [&] { keeper = execution::GroupKeeper::engine; }},
  };
  while (!line.done()) {
    const auto found = keys.find(line.peek());
    if (found == keys.end())
      throw ScenarioFault(fmt::format("unknown key '{}' of an instrument", line.peek()));
    line.expect(found->first);
    found->second();
  }
  must(instruments.add(specification));
  feeds.push_back(feed);
  groups.push_back(keeper);
}

void Setup::read_strategy(Words& line) {
  strategy_names.push_back(line.take("a name"));
  StrategySetup added;
  while (!line.done()) {
    if (line.take_if("bars")) {
      const InstrumentId id = instrument(line);
      added.subscriptions.bars.push_back({id, line.timeframe()});
    } else if (line.take_if("trades")) {
      added.subscriptions.trades.push_back(instrument(line));
    } else if (line.take_if("quotes")) {
      added.subscriptions.quotes.push_back(instrument(line));
    } else {
      line.expect("books");
      added.subscriptions.books.push_back(instrument(line));
    }
  }
  strategies.push_back(std::move(added));
}

namespace {

/// A limit by its name and its value; `none` takes it away.
void read_limit_into(Words& line, risk::Limits& limits) {
  const auto amount = [&](std::optional<Amount>& limit) { return [&] { limit = line.amount("an amount"); }; };
  const auto fraction = [&](std::optional<Decimal>& limit) {
    return [&] { limit = line.decimal("a fraction"); };
  };
  const auto count = [&](std::optional<std::uint32_t>& limit) {
    return [&] { limit = static_cast<std::uint32_t>(line.number("a count")); };
  };
  struct Key {
    std::function<void()> read;
    std::function<void()> clear;
  };
  const auto key = [](auto read, auto& limit) { return Key{read(limit), [&limit] { limit.reset(); }}; };
  const auto duration = [&](std::optional<DurationNs>& limit) {
    return [&] { limit = line.duration("a duration"); };
  };
  const std::map<std::string, Key, std::less<>> keys = {
      {"max_order_notional", key(amount, limits.max_order_notional)},
      {"max_position_notional", key(amount, limits.max_position_notional)},
      {"max_exposure", key(fraction, limits.max_exposure)},
      {"max_leverage", key(fraction, limits.max_leverage)},
      {"reserve", key(fraction, limits.reserve)},
      {"max_price_deviation", key(fraction, limits.max_price_deviation)},
      {"max_open_positions", key(count, limits.max_open_positions)},
      {"max_open_orders", key(count, limits.max_open_orders)},
      {"max_orders_per_second", key(count, limits.max_orders_per_second)},
      {"max_orders_per_minute", key(count, limits.max_orders_per_minute)},
      {"max_orders_per_day", key(count, limits.max_orders_per_day)},
      {"cooldown", key(duration, limits.cooldown)},
  };
  const std::string name = line.take("the name of a limit");
  const auto found = keys.find(name);
  if (found == keys.end()) throw ScenarioFault(fmt::format("unknown limit '{}'", name));
  line.take_if("none") ? found->second.clear() : found->second.read();
}

}  // namespace

void Setup::read_limit(Words& line) {
  risk::Limits* limits = &risk.account;
  if (line.take_if("strategy")) {
    limits = &strategies[strategy(line.take("a strategy")).index()].limits;
  } else if (line.take_if("instrument")) {
    risk.instruments.resize(instruments.size());
    limits = &risk.instruments[instrument(line).index()];
  } else {
    line.expect("account");
  }
  read_limit_into(line, *limits);
}

void Setup::change_limit(Words& line) {
  read_limit(line);
  for (std::size_t i = 0; i < strategies.size(); ++i) risk.strategies[i] = strategies[i].limits;
}

void Setup::read_venue(Words& line) {
  sim::SimSettings& settings = *venue;
  sim::InstrumentRules* rules = &settings.rules;
  if (line.take_if("instrument")) rules = &settings.rules_for(instrument(line));
  while (!line.done()) {
    const std::string key = line.take("a rule");
    if (key == "order_latency") {
      settings.latency.order_entry_ns = line.duration("a duration");
    } else if (key == "response_latency") {
      settings.latency.response_ns = line.duration("a duration");
    } else if (key == "feed_latency") {
      settings.latency.feed_ns = line.duration("a duration");
    } else if (key == "open_window") {
      settings.open_window_ns = line.duration("a duration");
    } else {
      read_rule(line, key, *rules);
    }
  }
}

void Setup::read_rule(Words& line, const std::string& key, sim::InstrumentRules& rules) {
  using Read = std::function<void()>;
  const std::map<std::string, Read, std::less<>> keys = {
      {"matching", [&] { rules.feed = choice<sim::MatchingFeed>(line, "a feed"); }},
      {"slippage_bps", [&] { rules.slippage_bps = line.decimal("basis points"); }},
      {"participation", [&] { rules.participation = line.decimal("a fraction"); }},
      {"market_volume", [&] { rules.market_volume = choice<sim::MarketVolume>(line, "a market volume"); }},
      {"touch_fills", [&] { rules.touch_fills = flag(line, key); }},
      {"queue", [&] { rules.queue = choice<sim::QueueModel>(line, "a queue model"); }},
      {"intrabar", [&] { rules.intrabar = choice<sim::IntrabarPath>(line, "an intrabar path"); }},
      {"reached_stop", [&] { rules.reached_stop = choice<sim::ReachedStop>(line, "reject or trigger"); }},
      {"max_open_orders",
       [&] { rules.max_open_orders = static_cast<std::uint32_t>(line.number("a count")); }},
      {"price_band", [&] { rules.price_band = line.decimal("a fraction"); }},
      {"margin", [&] { rules.margin = choice<sim::MarginMode>(line, "a margin mode"); }},
      {"leverage", [&] { rules.leverage = line.decimal("a leverage"); }},
      {"liquidation_fee", [&] { rules.liquidation_fee = line.decimal("a fraction"); }},
      {"spot_margin", [&] { rules.spot_margin = flag(line, key); }},
      {"no_maintenance", [&] { rules.maintenance.clear(); }},
      {"maintenance",
       [&] {
         sim::MaintenanceTier tier;
         tier.notional_cap = line.decimal("a cap");
         tier.rate = line.decimal("a rate");
         tier.deduction = line.decimal("a deduction");
         rules.maintenance.push_back(tier);
       }},
      {"fee_asset",
       [&] {
         rules.fee_asset = choice<sim::FeeAsset>(line, "quote, base or other");
         if (rules.fee_asset == sim::FeeAsset::other) {
           rules.other_fee_asset = instruments.add_asset(line.take("an asset"));
         }
       }},
      {"fee_price", [&] { rules.other_fee_price = line.decimal("a price"); }},
      {"fee_instrument", [&] { rules.other_fee_instrument = instrument(line); }},
  };
  const auto found = keys.find(key);
  if (found == keys.end()) throw ScenarioFault(fmt::format("unknown rule '{}' of the venue", key));
  found->second();
}

void Setup::read_watch(Words& line) {
  const std::map<std::string, bool Watch::*, std::less<>> kinds = {
      {"commands", &Watch::commands}, {"refused", &Watch::refused}, {"reports", &Watch::reports},
      {"accepted", &Watch::accepted}, {"bars", &Watch::bars},       {"trades", &Watch::trades},
      {"quotes", &Watch::quotes},     {"books", &Watch::books},     {"fills", &Watch::fills},
      {"closed", &Watch::closed},     {"timers", &Watch::timers},
  };
  while (!line.done()) {
    const auto found = kinds.find(line.peek());
    if (found == kinds.end()) throw ScenarioFault(fmt::format("unknown thing to watch: '{}'", line.peek()));
    line.expect(found->first);
    watch.*found->second = true;
  }
}

}  // namespace kontor::scenario
