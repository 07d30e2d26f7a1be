#include "research/prepare.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "research/chart_series.hpp"

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

/// Defaults where neither the user nor the data says anything: a tick and a step of one unit of the last
/// place in the data, and the fees and the minimum that Binance takes from a new customer.
InstrumentSpecification specification_of(const InstrumentConfig& config, data::Scales scales) {
  InstrumentSpecification specification;
  const bool spot = config.kind == InstrumentKind::spot;
  specification.name = config.name;
  specification.kind = config.kind;
  specification.base = config.base;
  specification.quote = config.quote;
  specification.tick = config.tick.value_or(Decimal{1, scales.price});
  specification.step = config.step.value_or(Decimal{1, scales.quantity});
  specification.min_quantity = config.min_quantity.value_or(specification.step);
  specification.max_quantity = config.max_quantity.value_or(Decimal{});
  specification.min_notional =
      config.min_notional.value_or(is_dollar(config.quote) ? Decimal{5, 0} : Decimal{});
  specification.maker_fee = config.maker_fee.value_or(spot ? Decimal{1, 3} : Decimal{2, 4});
  specification.taker_fee = config.taker_fee.value_or(spot ? Decimal{1, 3} : Decimal{5, 4});
  specification.multiplier = config.multiplier;
  specification.max_leverage = config.rules.rules.leverage;
  specification.data_price_scale = scales.price;
  specification.data_quantity_scale = scales.quantity;
  const int room = kMaxScale - std::max(scales.price, specification.tick.normalized().scale) -
                   specification.multiplier.normalized().scale;
  if (config.rules.rules.fee_asset == sim::FeeAsset::base && room > scales.quantity) {
    specification.data_quantity_scale =
        std::max(scales.quantity, std::min(kBaseFeePlaces, static_cast<std::uint8_t>(room)));
  }
  return specification;
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

Result<void> PreparedBacktest::load_instrument(const data::Catalogue& catalogue,
                                               const InstrumentConfig& instrument) {
  std::vector<DatasetKey> keys;
  data::Scales scales;
  for (const auto kind : instrument.feed) {
    keys.push_back(key_of(instrument, kind));
    data::ReadOptions options;
    options.from = config_.from.value_or(kTimeMin);
    options.to = config_.to.value_or(kTimeMax);
    TRY(const auto series, catalogue.read(keys.back(), options));
    scales.price = std::max(scales.price, series.scales().price);
    scales.quantity = std::max(scales.quantity, series.scales().quantity);
  }
  TRY(const InstrumentId id, instruments_.add(specification_of(instrument, scales)));
  const Instrument& made = instruments_[id];
  for (const auto& key : keys) {
    data::ReadOptions options;
    options.from = config_.from.value_or(kTimeMin);
    options.to = config_.to.value_or(kTimeMax);
    TRY(auto series, catalogue.read(key, options));
    options.scales = data::Scales{made.price_scale(), made.quantity_scale(), series.scales().rate};
    TRY(series, catalogue.read(key, options));
    TRY(auto loaded, data::LoadedSeries::load(std::move(series)));
    sources_.push_back({id, std::move(loaded), 0, venue_.latency.feed_ns});
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
  }
  risk_.account = config_.limits;
  for (const auto& strategy : config_.strategies) {
    for (std::size_t i = 0; i < strategy.instruments.size(); ++i) risk_.strategies.push_back(strategy.limits);
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
    offset = std::min(offset, clock_offset_of(source.series, config_.least_tick_latency));
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
  setup.recorder.equity_interval = equity_interval_;
  return setup;
}

Result<RunResult> PreparedBacktest::run(std::function<bool(double)> progress) const {
  TRY(auto setup, make_setup());
  setup.progress = std::move(progress);
  TRY(auto result, run_backtest(std::move(setup)));
  result.datasets = datasets_;
  result.assumptions = venue_.assumptions(instruments_);
  result.config_toml = config_.effective_toml;
  result.config_sha256 = sha256_hex(config_.effective_toml);
  result.seed = config_.seed;
  result.charts = make_charts();
  return result;
}

std::vector<ChartSeries> PreparedBacktest::make_charts() const {
  std::vector<ChartSeries> charts;
  for (const auto& instrument : instruments_.all()) {
    // Bars make the best chart, then trades, then quotes; a book alone has no prices to chart.
    const FeedSource* best = nullptr;
    for (const auto& source : sources_) {
      const auto kind = source.series.series().key().kind;
      if (source.instrument != instrument.id() || kind == DataKind::book || kind == DataKind::funding)
        continue;
      if (best == nullptr || kind < best->series.series().key().kind) best = &source;
    }
    if (best != nullptr) charts.push_back(chart_of(instrument, best->series));
  }
  return charts;
}

}  // namespace kontor::research
