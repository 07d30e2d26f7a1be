#include "research/prepare.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "research/chart_series.hpp"
#include "research/data_facts.hpp"
#include "research/run_result_volumes.hpp"

namespace kontor::research {
namespace {

using data::DataKind;
using data::DatasetKey;

constexpr std::uint64_t kMaxEquitySamples = 20'000;
constexpr std::uint8_t kBaseFeePlaces = 8;  ///< venues keep balances to 1e-8

DatasetKey key_of(const InstrumentConfig& instrument, DataKind kind) {
  return {instrument.name, kind, kind == DataKind::bar ? instrument.timeframe : Timeframe{kMinute}};
}

bool is_dollar(std::string_view asset) { return asset.find("USD") != std::string_view::npos; }

/// The finest interval that divides a day, is not finer than `least`, and keeps a run below the sample limit.
DurationNs choose_interval(DurationNs range, DurationNs least) {
  for (const DurationNs interval : {kSecond, kMinute, 5 * kMinute, 15 * kMinute, kHour, 4 * kHour, kDay}) {
    if (interval >= least && static_cast<std::uint64_t>(range / interval) <= kMaxEquitySamples)
      return interval;
  }
  return kDay;
}

/// Raw quantities stay below it: half of what 64 bits hold is left for sums.
constexpr double kMostUnits = 4e18;

double to_units(double quantity, int scale) noexcept {
  return quantity * static_cast<double>(kPowersOfTen[static_cast<std::size_t>(scale)]);
}

/// Fees that are taken in the base asset need the places in which venues count them, as far as there is room
/// for the data's volumes and for what the balance can buy at the lowest price.
std::uint8_t scale_for_base_fees(std::uint8_t data_scale, int places, const DataExtent& extent,
                                 double balance) {
  double largest = extent.total_quantity;
  if (extent.lowest_price > 0) largest = std::max(largest, 100 * balance / extent.lowest_price);
  int scale = std::min<int>(kBaseFeePlaces, places);
  while (scale > data_scale && to_units(largest, scale) > kMostUnits) --scale;
  return std::max(data_scale, static_cast<std::uint8_t>(std::max(scale, 0)));
}

/// The most that an order may be where neither the user nor the venue says: what keeps a hundred times the
/// highest price countable.
Decimal largest_order(const DataExtent& extent, const Decimal& multiplier, std::uint8_t scale) {
  constexpr double kLargestNotional = 1e17;
  constexpr double kLargestQuantity = 1e12;  // what a configuration may say
  if (extent.highest_price <= 0) return {};
  const double value = extent.highest_price * static_cast<double>(multiplier.units) /
                       static_cast<double>(kPowersOfTen[multiplier.scale]);
  const double quantity = std::min(kLargestNotional / value, kLargestQuantity);
  const double units = std::min(to_units(quantity, scale), kMostUnits);
  return Decimal{static_cast<std::int64_t>(std::max(units, 1.0)), scale};
}

/// Defaults where neither the user nor the data says anything: a tick and a step of one unit of the last
/// place in the data, and the fees and the minimum that Binance takes from a new customer.
InstrumentSpecification specification_of(const InstrumentConfig& config, data::Scales scales,
                                         const DataExtent& extent, double balance) {
  InstrumentSpecification specification;
  const bool spot = config.kind == InstrumentKind::spot;
  specification.name = config.name;
  specification.kind = config.kind;
  specification.base = config.base;
  specification.quote = config.quote;
  specification.tick = config.tick.value_or(Decimal{1, scales.price});
  specification.step = config.step.value_or(Decimal{1, scales.quantity});
  specification.min_quantity = config.min_quantity.value_or(specification.step);
  specification.min_notional =
      config.min_notional.value_or(is_dollar(config.quote) ? Decimal{5, 0} : Decimal{});
  specification.maker_fee = config.maker_fee.value_or(spot ? Decimal{1, 3} : Decimal{2, 4});
  specification.taker_fee = config.taker_fee.value_or(spot ? Decimal{1, 3} : Decimal{5, 4});
  specification.multiplier = config.multiplier;
  specification.max_leverage = config.rules.rules.leverage;
  specification.data_price_scale = scales.price;
  specification.data_quantity_scale = scales.quantity;
  if (config.rules.rules.fee_asset == sim::FeeAsset::base) {
    const int room = kMaxScale - std::max(scales.price, specification.tick.normalized().scale) -
                     specification.multiplier.normalized().scale;
    specification.data_quantity_scale = scale_for_base_fees(scales.quantity, room, extent, balance);
  }
  const std::uint8_t scale =
      std::max(specification.data_quantity_scale, specification.step.normalized().scale);
  specification.max_quantity = config.max_quantity.value_or(largest_order(extent, config.multiplier, scale));
  return specification;
}

Result<data::LoadedSeries> load(const data::Catalogue& catalogue, const DatasetKey& key,
                                const WantedRange& range, std::optional<data::Scales> scales) {
  data::ReadOptions options;
  options.from = range.from.value_or(kTimeMin);
  options.to = range.to.value_or(kTimeMax);
  options.scales = scales;
  TRY(auto series, catalogue.read(key, options));
  return data::LoadedSeries::load(std::move(series));
}

double in_quote(const BacktestConfig& config) {
  const auto found = config.balances.find(config.reporting_asset);
  return found == config.balances.end() ? 0 : Amount::from_decimal(found->second).to_double();
}

}  // namespace

Result<std::unique_ptr<const PreparedBacktest>> PreparedBacktest::prepare(BacktestConfig config,
                                                                          const data::Catalogue& catalogue) {
  auto prepared = std::unique_ptr<PreparedBacktest>(new PreparedBacktest());
  prepared->config_ = std::move(config);
  prepared->venue_ = prepared->config_.venue;
  TRY_VOID(prepared->load_data(catalogue));
  TRY_VOID(prepared->settle_rules());
  prepared->settle_clocks();
  return std::unique_ptr<const PreparedBacktest>(std::move(prepared));
}

Result<std::unique_ptr<const PreparedBacktest>> PreparedBacktest::without_data(BacktestConfig config,
                                                                               InstrumentTable instruments) {
  auto prepared = std::unique_ptr<PreparedBacktest>(new PreparedBacktest());
  prepared->config_ = std::move(config);
  prepared->venue_ = prepared->config_.venue;
  prepared->instruments_ = std::move(instruments);
  const auto& wanted = prepared->config_.instruments;
  const auto same = [](const InstrumentConfig& one, const Instrument& other) {
    return one.name == other.name();
  };
  if (!std::ranges::equal(wanted, prepared->instruments_.all(), same))
    return fail(ErrorKind::usage, "expected the instruments of the configuration in its order, found others");
  TRY_VOID(prepared->settle_rules());
  return std::unique_ptr<const PreparedBacktest>(std::move(prepared));
}

/// As the sources of this configuration would say.
std::vector<engine::InstrumentFeed> PreparedBacktest::configured_feeds() const {
  std::vector<engine::InstrumentFeed> feeds;
  for (const auto& instrument : config_.instruments) {
    engine::InstrumentFeed feed{engine::BarSource::book, Timeframe{}};
    for (const auto kind : instrument.feed) {
      if (kind == DataKind::funding) continue;
      const auto source = static_cast<engine::BarSource>(kind);
      if (source < feed.source || feed.source == engine::BarSource::book)
        feed = {source, kind == DataKind::bar ? instrument.timeframe : Timeframe{}};
    }
    feeds.push_back(feed);
  }
  return feeds;
}

Result<void> PreparedBacktest::load_data(const data::Catalogue& catalogue) {
  for (const auto& instrument : config_.instruments) {
    TRY_VOID(load_instrument(catalogue, instrument));
  }
  TimeNs first = kTimeMax;
  TimeNs last = kTimeMin;
  DurationNs least = kDay;
  for (const auto& source : sources_) {
    const auto& series = source.series.series();
    if (series.empty()) continue;
    first = std::min(first, series.first());
    last = std::max(last, series.last());
    least = std::min(least, series.key().kind == DataKind::bar ? series.key().timeframe.period_ns : kSecond);
    datasets_.push_back({data::Catalogue::dataset_name(series.key()), series.sha256, series.rows(),
                         series.first(), series.last()});
  }
  if (last < first) return fail(ErrorKind::usage, "expected data in the range of the backtest, found none");
  equity_interval_ = config_.equity_interval.value_or(choose_interval(last - first, least));
  return {};
}

/// Prices first: funding is only read as far as there are prices that a position could have.
Result<void> PreparedBacktest::load_instrument(const data::Catalogue& catalogue,
                                               const InstrumentConfig& instrument) {
  std::vector<DataKind> kinds = instrument.feed;
  std::ranges::stable_partition(kinds, [](DataKind kind) { return kind != DataKind::funding; });
  WantedRange range{config_.from, config_.to};
  WantedRange priced;
  std::vector<data::LoadedSeries> loaded;
  data::Scales scales;
  DataExtent extent;
  for (const auto kind : kinds) {
    if (kind == DataKind::funding && priced.from) range = priced;
    TRY(auto one, load(catalogue, key_of(instrument, kind), range, std::nullopt));
    std::ranges::move(data_warnings(one, range), std::back_inserter(warnings_));
    scales.price = std::max(scales.price, one.series().scales().price);
    scales.quantity = std::max(scales.quantity, one.series().scales().quantity);
    extent.include(extent_of(one));
    if (kind != DataKind::funding && !one.series().empty()) {
      priced.from = std::min(priced.from.value_or(kTimeMax), one.series().first());
      priced.to = std::max(priced.to.value_or(kTimeMin), one.series().last() + 1);
    }
    loaded.push_back(std::move(one));
  }
  TRY(const InstrumentId id,
      instruments_.add(specification_of(instrument, scales, extent, in_quote(config_))));
  const Instrument& made = instruments_[id];
  for (auto& one : loaded) {
    const data::Scales wanted{made.price_scale(), made.quantity_scale(), one.series().scales().rate};
    if (one.series().scales() != wanted) {
      const bool is_funding = one.series().key().kind == DataKind::funding;
      TRY(one, load(catalogue, one.series().key(), is_funding ? range : WantedRange{config_.from, config_.to},
                    wanted));
    }
    sources_.push_back({id, std::move(one), 0, venue_.latency.feed_ns});
  }
  return {};
}

Result<void> PreparedBacktest::settle_rules() {
  for (std::size_t i = 0; i < config_.instruments.size(); ++i) {
    const auto& instrument = config_.instruments[i];
    const InstrumentId id(static_cast<std::uint32_t>(i));
    auto& rules = venue_.rules_for(id);
    rules = instrument.rules.rules;
    if (rules.fee_asset == sim::FeeAsset::other) {
      rules.other_fee_asset = instruments_.add_asset(instrument.rules.other_fee_asset);
      if (!instrument.rules.other_fee_instrument.empty()) {
        TRY(const auto name, InstrumentName::parse(instrument.rules.other_fee_instrument));
        TRY(rules.other_fee_instrument, instruments_.find(name));
      }
    }
    risk_.instruments.push_back(instrument.limits);
    risk_.breakers.instruments.push_back(instrument.breakers);
    risk_.leverages.push_back(rules.leverage);
    if (rules.spot_margin) risk_.spot_margin.push_back(id);
  }
  risk_.account = config_.limits;
  risk_.breakers.account = config_.breakers;
  for (const auto& strategy : config_.strategies) {
    for (std::size_t i = 0; i < strategy.instruments.size(); ++i) {
      risk_.strategies.push_back(strategy.limits);
      risk_.breakers.strategies.push_back(strategy.breakers);
    }
  }
  for (const auto& [asset, amount] : config_.balances) instruments_.add_asset(asset);
  return venue_.check(instruments_);
}

/// All ticks of one venue were recorded with one clock, so one offset holds for all of them.
void PreparedBacktest::settle_clocks() {
  std::map<std::string, DurationNs> offsets;
  const auto venue_of = [&](const FeedSource& source) -> const std::string& {
    return instruments_[source.instrument].name().venue;
  };
  for (const auto& source : sources_) {
    auto& offset = offsets[venue_of(source)];
    offset = std::min(offset, simulation::clock_offset_of(source.series, config_.least_tick_latency));
  }
  for (auto& source : sources_) source.clock_offset = offsets[venue_of(source)];
}

Result<BacktestSetup> PreparedBacktest::make_setup(std::span<const strategy::Parameters> parameters) const {
  ASSERT(parameters.empty() || parameters.size() == config_.strategies.size());
  TRY(const AssetId reporting, instruments_.find_asset(config_.reporting_asset));
  BacktestSetup setup{instruments_, sources_, reporting, {}, venue_, risk_, {}, {}, {}, {}, {}, nullptr};
  for (const auto& [name, amount] : config_.balances) {
    TRY(const AssetId asset, instruments_.find_asset(name));
    setup.deposits.push_back({Amount::from_decimal(amount), asset});
  }
  for (std::size_t i = 0; i < config_.strategies.size(); ++i) {
    const auto& strategy = config_.strategies[i];
    const auto& chosen = parameters.empty() ? strategy.parameters : parameters[i];
    for (const auto& name : strategy.instruments) {
      TRY(const InstrumentId id, instruments_.find(name));
      TRY(auto made, strategy.descriptor->make({instruments_, id, strategy.timeframe}, chosen));
      setup.strategies.push_back(std::move(made));
      setup.strategy_names.push_back(strategy.instruments.size() == 1
                                         ? strategy.label
                                         : fmt::format("{} {}", strategy.label, name.symbol));
    }
  }
  for (const auto& instrument : config_.instruments) {
    if (instrument.rules.other_fee_asset.empty() || instrument.rules.rules.other_fee_price.is_zero())
      continue;
    TRY(const AssetId asset, instruments_.find_asset(instrument.rules.other_fee_asset));
    setup.fixed_prices.emplace_back(asset, instrument.rules.rules.other_fee_price);
  }
  setup.protection = config_.protection;
  setup.stale_after = config_.stale_after;
  setup.groups.resize(instruments_.size());
  for (const auto& instrument : config_.instruments) {
    TRY(const InstrumentId id, instruments_.find(instrument.name));
    setup.groups[id.index()] = instrument.brackets;
  }
  if (sources_.empty()) setup.feeds = configured_feeds();
  setup.recorder.equity_interval = equity_interval_;
  if (!config_.strategies.empty() && !config_.strategies.front().instruments.empty()) {
    TRY(setup.recorder.benchmark, instruments_.find(config_.strategies.front().instruments.front()));
  }
  return setup;
}

Result<RunResult> PreparedBacktest::run(std::function<bool(double)> progress) const {
  TRY(auto setup, make_setup());
  setup.progress = std::move(progress);
  TRY(auto result, run_backtest(std::move(setup)));
  result.datasets = datasets_;
  result.warnings = warnings_;
  result.assumptions = venue_.assumptions(instruments_);
  result.config_toml = config_.effective_toml;
  result.config_sha256 = sha256_hex(config_.effective_toml);
  result.seed = config_.seed;
  result.trials = config_.trials;
  if (config_.trial_sharpe_deviation) {
    result.trial_sharpe_deviation = Amount::from_decimal(*config_.trial_sharpe_deviation).to_double();
  }
  result.charts = make_charts();
  result.regime_bars = make_regime_bars(result.benchmark);
  result.model_slippage = model_slippage();
  note_bar_volumes(result, sources_);
  return result;
}

/// Bars make the best chart, then trades, then quotes; a book alone has no prices to chart.
const FeedSource* PreparedBacktest::chart_source(InstrumentId instrument) const {
  const FeedSource* best = nullptr;
  for (const auto& source : sources_) {
    const auto kind = source.series.series().key().kind;
    if (source.instrument != instrument || kind == DataKind::book || kind == DataKind::funding) continue;
    if (best == nullptr || kind < best->series.series().key().kind) best = &source;
  }
  return best;
}

std::vector<ChartSeries> PreparedBacktest::make_charts() const {
  std::vector<ChartSeries> charts;
  for (const auto& instrument : instruments_.all()) {
    const FeedSource* source = chart_source(instrument.id());
    if (source != nullptr) charts.push_back(chart_of(instrument, source->series));
  }
  return charts;
}

ChartSeries PreparedBacktest::make_regime_bars(InstrumentId instrument) const {
  const FeedSource* source = chart_source(instrument);
  return source == nullptr ? ChartSeries() : bars_of(instruments_[instrument], source->series, kHour);
}

/// The rule holds where takers do not walk through a book.
std::vector<std::optional<double>> PreparedBacktest::model_slippage() const {
  std::vector<std::optional<double>> rates;
  for (const auto& instrument : instruments_.all()) {
    const auto& rules = venue_.rules_of(instrument.id());
    const bool fed_with_book = std::ranges::any_of(sources_, [&](const FeedSource& source) {
      return source.instrument == instrument.id() && source.series.series().key().kind == DataKind::book;
    });
    const bool walks = rules.feed == sim::MatchingFeed::book ||
                       (rules.feed == sim::MatchingFeed::automatic && fed_with_book);
    const double bps = Amount::from_decimal(rules.slippage_bps).to_double();
    rates.push_back(walks ? std::nullopt : std::optional(bps));
  }
  return rates;
}

}  // namespace kontor::research
