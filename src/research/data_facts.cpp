#include "research/data_facts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/catalogue.hpp"

namespace kontor::research {
namespace {

using data::BarColumn;
using data::ColumnView;
using data::DataKind;
using data::QuoteColumn;
using data::TradeColumn;
using Column = std::span<const std::int64_t>;

double power_of_tenth(std::uint8_t scale) noexcept { return 1.0 / static_cast<double>(kPowersOfTen[scale]); }

/// Non-positive prices are for data_warnings() to tell; here they would only spoil the extent.
void include_prices(DataExtent& extent, Column low, Column high, double unit) {
  std::int64_t lowest = INT64_MAX;
  std::int64_t highest = 0;
  for (const std::int64_t price : low) lowest = price > 0 ? std::min(lowest, price) : lowest;
  for (const std::int64_t price : high) highest = std::max(highest, price);
  if (lowest == INT64_MAX) return;
  extent.include({static_cast<double>(lowest) * unit, static_cast<double>(highest) * unit, 0});
}

void include_quantities(DataExtent& extent, Column quantities, double unit) {
  double sum = 0;
  for (const std::int64_t quantity : quantities) sum += static_cast<double>(quantity);
  extent.total_quantity += sum * unit;
}

/// Goes over all bars once.
class BarCheck {
 public:
  explicit BarCheck(DurationNs period) : period_(period) {}

  void see(const ColumnView& view) {
    const auto opens = view.column(BarColumn::ts_open);
    for (std::size_t i = 0; i < view.rows(); ++i) {
      if (previous_ && opens[i] - *previous_ > period_) hole(*previous_ + period_, opens[i]);
      previous_ = opens[i];
      const std::int64_t open = view.column(BarColumn::open)[i];
      const std::int64_t close = view.column(BarColumn::close)[i];
      const std::int64_t high = view.column(BarColumn::high)[i];
      const std::int64_t low = view.column(BarColumn::low)[i];
      if (low <= 0 || high < std::max(open, close) || low > std::min(open, close)) ++impossible_;
    }
  }

  void tell(const std::string& name, std::vector<std::string>& warnings) const {
    if (missing_ > 0) {
      warnings.push_back(fmt::format("{}: {} bars are missing in {} holes, the longest from {} to {}", name,
                                     missing_, holes_, format_time(hole_from_), format_time(hole_to_)));
    }
    if (impossible_ > 0) {
      warnings.push_back(
          fmt::format("{}: {} bars can't be: a price that is not positive, or outside high and low; "
                      "`kontor data check` lists them",
                      name, impossible_));
    }
  }

 private:
  void hole(TimeNs from, TimeNs to) {
    missing_ += (to - from) / period_;
    ++holes_;
    if (to - from <= hole_to_ - hole_from_) return;
    hole_from_ = from;
    hole_to_ = to;
  }

  DurationNs period_;
  std::optional<TimeNs> previous_;
  std::int64_t missing_ = 0;
  std::uint64_t holes_ = 0;
  std::uint64_t impossible_ = 0;
  TimeNs hole_from_ = 0;
  TimeNs hole_to_ = 0;
};

}  // namespace

void DataExtent::include(const DataExtent& other) noexcept {
  const bool first = lowest_price == 0 || (other.lowest_price != 0 && other.lowest_price < lowest_price);
  if (first) lowest_price = other.lowest_price;
  highest_price = std::max(highest_price, other.highest_price);
  total_quantity = std::max(total_quantity, other.total_quantity);
}

DataExtent extent_of(const data::LoadedSeries& loaded) {
  DataExtent extent;
  const DataKind kind = loaded.series().key().kind;
  const double price_unit = power_of_tenth(loaded.series().scales().price);
  const double quantity_unit = power_of_tenth(loaded.series().scales().quantity);
  for (const ColumnView& view : loaded.chunks()) {
    if (kind == DataKind::bar) {
      include_prices(extent, view.column(BarColumn::low), view.column(BarColumn::high), price_unit);
      include_quantities(extent, view.column(BarColumn::volume), quantity_unit);
    } else if (kind == DataKind::trade) {
      include_prices(extent, view.column(TradeColumn::price), view.column(TradeColumn::price), price_unit);
      include_quantities(extent, view.column(TradeColumn::quantity), quantity_unit);
    } else if (kind == DataKind::quote) {
      include_prices(extent, view.column(QuoteColumn::bid), view.column(QuoteColumn::ask), price_unit);
    }
  }
  return extent;
}

std::vector<std::string> data_warnings(const data::LoadedSeries& loaded, const WantedRange& wanted) {
  std::vector<std::string> warnings;
  const auto& series = loaded.series();
  const std::string name = data::Catalogue::dataset_name(series.key());
  if (series.empty()) return {fmt::format("{}: nothing in the range", name)};
  if (wanted.from && series.first() - *wanted.from > kDay) {
    warnings.push_back(fmt::format("{}: begins at {}, asked for from {}", name, format_time(series.first()),
                                   format_time(*wanted.from)));
  }
  if (wanted.to && *wanted.to - series.last() > kDay) {
    warnings.push_back(fmt::format("{}: ends at {}, asked for until {}", name, format_time(series.last()),
                                   format_time(*wanted.to)));
  }
  if (series.key().kind != DataKind::bar) return warnings;
  BarCheck check(series.key().timeframe.period_ns);
  for (const ColumnView& view : loaded.chunks()) check.see(view);
  check.tell(name, warnings);
  return warnings;
}

}  // namespace kontor::research
