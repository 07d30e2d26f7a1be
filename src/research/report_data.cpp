#include "research/report_data.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "research/json_writer.hpp"
#include "research/run_files_analysis.hpp"

namespace kontor::research {
namespace {

/// Places after the point that show eight digits of an amount as large as the starting equity.
int money_places(const RunResult& result) {
  int digits = 1;
  for (int128 whole = result.initial_equity.units() / kPowersOfTen[18]; whole >= 10; whole /= 10) ++digits;
  return std::clamp(8 - digits, 2, 8);
}

/// Writes a column: one number for each of `count` rows.
template <class Write>
void column(JsonWriter& json, std::string_view key, std::size_t count, Write&& write) {
  json.key(key);
  json.begin_row();
  for (std::size_t i = 0; i < count; ++i) write(i);
  json.end_array();
}

/// Times as the first one and then the distance from row to row, which are short texts.
template <class Time>
void time_column(JsonWriter& json, std::string_view key, std::size_t count, DurationNs unit, Time&& time_of) {
  std::int64_t before = 0;
  column(json, key, count, [&](std::size_t i) {
    const std::int64_t now = floor_divide(time_of(i), unit);
    json.value(now - before);
    before = now;
  });
}

/// A double at `places` places; far cheaper than its shortest text and as good for a chart.
void fixed(JsonWriter& json, double value, int places) {
  const double scaled = value * static_cast<double>(kPowersOfTen[places]);
  if (std::abs(scaled) < 9e15) {
    json.decimal(std::llround(scaled), places);
  } else {
    json.rounded(value, 12);
  }
}

void optional_column(JsonWriter& json, std::string_view key,
                     const std::vector<std::optional<double>>& values) {
  column(json, key, values.size(), [&](std::size_t i) {
    if (values[i]) {
      fixed(json, *values[i], 4);
    } else {
      json.null();
    }
  });
}

/// Every how many-th row is kept so that at most `limit` are.
std::size_t stride_for(std::size_t count, std::size_t limit) {
  return std::max<std::size_t>(1, (count + limit - 1) / limit);
}

void write_equity(JsonWriter& json, const RunResult& result, int places) {
  const auto kept = thinned_equity(result, kReportEquityPoints);
  const auto sample = [&](std::size_t i) -> const EquitySample& { return result.equity[kept[i]]; };
  json.key("equity");
  json.begin_object();
  json.member("samples", std::uint64_t{result.equity.size()});
  json.member("interval_seconds", result.equity_interval / kSecond);
  time_column(json, "time_s", kept.size(), kSecond, [&](std::size_t i) { return sample(i).ts; });
  column(json, "equity", kept.size(), [&](std::size_t i) { json.rounded(sample(i).equity, places); });
  column(json, "net_exposure", kept.size(),
         [&](std::size_t i) { json.rounded(sample(i).net_exposure, places); });
  column(json, "gross_exposure", kept.size(),
         [&](std::size_t i) { json.rounded(sample(i).gross_exposure, places); });
  column(json, "benchmark", kept.size(), [&](std::size_t i) {
    if (sample(i).benchmark > 0) {
      fixed(json, sample(i).benchmark, places);
    } else {
      json.null();
    }
  });
  json.end_object();
}

void write_daily(JsonWriter& json, const Metrics& metrics) {
  const DailySeries& daily = metrics.daily;
  json.key("daily");
  json.begin_object();
  json.member("first_day", daily.day.empty() ? std::int64_t{0} : daily.day.front() / kDay);
  column(json, "returns", daily.returns.size(), [&](std::size_t i) { fixed(json, daily.returns[i], 7); });
  json.key("rolling");
  json.begin_object();
  for (const RollingSeries& series : metrics.rolling) {
    optional_column(json, fmt::format("{}_{}", series.name, series.days), series.values);
  }
  json.end_object();
  json.end_object();
}

void write_calendar(JsonWriter& json, std::string_view key, const std::vector<CalendarReturn>& periods) {
  json.key(key);
  json.begin_array();
  for (const CalendarReturn& period : periods) {
    json.begin_row();
    json.value(std::int64_t{period.year});
    json.value(std::uint64_t{period.month});
    fixed(json, period.value, 7);
    if (period.benchmark) {
      fixed(json, *period.benchmark, 7);
    } else {
      json.null();
    }
    json.end_array();
  }
  json.end_array();
}

void write_hours(JsonWriter& json, const std::vector<HourOfWeek>& hours) {
  json.key("hours");
  json.begin_object();
  column(json, "mean", hours.size(), [&](std::size_t i) { fixed(json, hours[i].mean_return, 9); });
  column(json, "count", hours.size(), [&](std::size_t i) { json.value(hours[i].count); });
  json.end_object();
}

void write_distribution(JsonWriter& json, const Histogram& histogram) {
  json.key("distribution");
  json.begin_object();
  json.member("lower", histogram.lower);
  json.member("width", histogram.width);
  column(json, "counts", histogram.counts.size(),
         [&](std::size_t i) { json.value(std::uint64_t{histogram.counts[i]}); });
  json.end_object();
}

void write_charts(JsonWriter& json, const RunResult& result) {
  json.key("charts");
  json.begin_array();
  for (const ChartSeries& chart : result.charts) {
    const int places = std::min<int>(result.instruments[chart.instrument].price_scale(), 12);
    const auto prices = [&](std::string_view key, const std::vector<double>& values) {
      column(json, key, values.size(), [&](std::size_t i) { fixed(json, values[i], places); });
    };
    json.begin_object();
    json.member("instrument", std::uint64_t{chart.instrument.value});
    time_column(json, "time_s", chart.ts_open.size(), kSecond,
                [&](std::size_t i) { return chart.ts_open[i]; });
    prices("open", chart.open);
    prices("high", chart.high);
    prices("low", chart.low);
    prices("close", chart.close);
    column(json, "volume", chart.volume.size(), [&](std::size_t i) { json.rounded(chart.volume[i], 5); });
    json.end_object();
  }
  json.end_array();
}

void write_fills(JsonWriter& json, const RunResult& result, int places) {
  const std::size_t stride = stride_for(result.fills.size(), kReportFills);
  const std::size_t count = (result.fills.size() + stride - 1) / stride;
  const auto record = [&](std::size_t i) -> const FillRecord& { return result.fills[i * stride]; };
  const auto instrument = [&](std::size_t i) -> const Instrument& {
    return result.instruments[record(i).fill.instrument];
  };
  json.key("fills");
  json.begin_object();
  json.member("total", std::uint64_t{result.fills.size()});
  time_column(json, "time_ms", count, kMillisecond, [&](std::size_t i) { return record(i).fill.ts_venue; });
  column(json, "instrument", count,
         [&](std::size_t i) { json.value(std::uint64_t{record(i).fill.instrument.value}); });
  column(json, "strategy", count,
         [&](std::size_t i) { json.value(std::uint64_t{record(i).strategy.value}); });
  column(json, "sell", count,
         [&](std::size_t i) { json.value(std::uint64_t{record(i).fill.side == Side::sell}); });
  column(json, "maker", count,
         [&](std::size_t i) { json.value(std::uint64_t{record(i).fill.liquidity == Liquidity::maker}); });
  column(json, "price", count,
         [&](std::size_t i) { json.decimal(record(i).fill.price.units, instrument(i).price_scale()); });
  column(json, "quantity", count,
         [&](std::size_t i) { json.decimal(record(i).fill.quantity.units, instrument(i).quantity_scale()); });
  column(json, "realized", count, [&](std::size_t i) { json.rounded(record(i).realized, places); });
  column(json, "fee", count, [&](std::size_t i) { json.rounded(record(i).fee_reported, places); });
  json.end_object();
}

/// Average price of `quantity` bought or sold for `notional`.
double average_price(const Instrument& instrument, Amount notional, RawQuantity quantity) {
  if (quantity.is_zero()) return 0;
  constexpr RawPrice kOneUnit(1);
  return notional.to_double() / instrument.notional(kOneUnit, quantity.absolute()).to_double() *
         instrument.to_double(kOneUnit);
}

std::int64_t parts_per_million(Amount part, Amount whole) {
  if (whole.is_zero()) return 0;
  return std::llround(part.to_double() / whole.to_double() * 1e6);
}

void write_round_trips(JsonWriter& json, const RunResult& result, int places) {
  const auto ordered = by_time_of_close(result.round_trips);
  const std::size_t stride = stride_for(ordered.size(), kReportRoundTrips);
  const std::size_t count = (ordered.size() + stride - 1) / stride;
  const auto trip = [&](std::size_t i) -> const RoundTrip& { return *ordered[i * stride]; };
  const auto instrument = [&](std::size_t i) -> const Instrument& {
    return result.instruments[trip(i).instrument];
  };
  const auto price = [&](std::size_t i, Amount notional, RawQuantity quantity) {
    fixed(json, average_price(instrument(i), notional, quantity),
          std::min<int>(instrument(i).price_scale(), 12));
  };
  json.key("round_trips");
  json.begin_object();
  json.member("total", std::uint64_t{ordered.size()});
  time_column(json, "close_s", count, kSecond, [&](std::size_t i) { return trip(i).ts_close; });
  column(json, "holding_s", count,
         [&](std::size_t i) { json.value((trip(i).ts_close - trip(i).ts_open) / kSecond); });
  column(json, "instrument", count,
         [&](std::size_t i) { json.value(std::uint64_t{trip(i).instrument.value}); });
  column(json, "strategy", count, [&](std::size_t i) { json.value(std::uint64_t{trip(i).strategy.value}); });
  column(json, "short", count,
         [&](std::size_t i) { json.value(std::uint64_t{trip(i).direction == Side::sell}); });
  column(json, "quantity", count,
         [&](std::size_t i) { json.decimal(trip(i).max_quantity.units, instrument(i).quantity_scale()); });
  column(json, "entry_price", count,
         [&](std::size_t i) { price(i, trip(i).entry_notional, trip(i).entry_quantity); });
  column(json, "exit_price", count,
         [&](std::size_t i) { price(i, trip(i).exit_notional, trip(i).exit_quantity); });
  column(json, "exit", count, [&](std::size_t i) { json.value(static_cast<std::uint64_t>(trip(i).exit)); });
  const bool tagged = std::ranges::any_of(ordered, [](const RoundTrip* one) { return one->entry_tag != 0; });
  column(json, "tag", tagged ? count : 0,
         [&](std::size_t i) { json.value(fmt::format("{}", trip(i).entry_tag)); });
  column(json, "fees", count, [&](std::size_t i) { json.rounded(trip(i).fees, places); });
  column(json, "net_profit", count, [&](std::size_t i) { json.rounded(trip(i).net_profit(), places); });
  column(json, "return_ppm", count,
         [&](std::size_t i) { json.value(parts_per_million(trip(i).net_profit(), trip(i).entry_notional)); });
  column(json, "adverse_ppm", count,
         [&](std::size_t i) { json.value(parts_per_million(trip(i).max_adverse, trip(i).entry_notional)); });
  column(json, "favourable_ppm", count, [&](std::size_t i) {
    json.value(parts_per_million(trip(i).max_favourable, trip(i).entry_notional));
  });
  json.end_object();
}

}  // namespace

std::vector<std::size_t> thinned_equity(const RunResult& result, std::size_t limit) {
  const std::size_t count = result.equity.size();
  std::vector<std::size_t> kept;
  if (count <= limit) {
    kept.resize(count);
    for (std::size_t i = 0; i < count; ++i) kept[i] = i;
    return kept;
  }
  const std::size_t run = (count + limit / 2 - 1) / (limit / 2);
  const auto keep = [&](std::size_t index) {
    if (kept.empty() || kept.back() < index) kept.push_back(index);
  };
  keep(0);
  for (std::size_t start = 0; start < count; start += run) {
    std::size_t lowest = start;
    std::size_t highest = start;
    for (std::size_t i = start; i < std::min(start + run, count); ++i) {
      if (result.equity[i].equity < result.equity[lowest].equity) lowest = i;
      if (result.equity[i].equity > result.equity[highest].equity) highest = i;
    }
    keep(std::min(lowest, highest));
    keep(std::max(lowest, highest));
  }
  keep(count - 1);
  return kept;
}

std::string report_data_json(const RunResult& result, const Metrics& metrics,
                             std::string_view engine_version) {
  const int places = money_places(result);
  TextBuffer out;
  JsonWriter json(out, JsonWriter::Layout::compact);
  json.begin_object();
  json.member("schema", std::int64_t{kReportDataSchema});
  json.member("money_places", std::int64_t{std::min(places, 6)});
  json.key("analysis");
  write_analysis(json, result, metrics, engine_version, {});
  write_equity(json, result, places);
  write_daily(json, metrics);
  write_calendar(json, "months", metrics.months);
  write_calendar(json, "years", metrics.years);
  write_hours(json, metrics.hours);
  write_distribution(json, metrics.distribution);
  write_charts(json, result);
  write_fills(json, result, places);
  write_round_trips(json, result, places);
  json.member("config_toml", result.config_toml);
  json.end_object();
  return out.text();
}

}  // namespace kontor::research
