#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "data/quality_findings.hpp"

namespace kontor::data {
namespace {

/// The median of the last values, in O(log n) comparisons and one short move per value.
class RollingMedian {
 public:
  explicit RollingMedian(std::size_t window) : window_(window) {}
  [[nodiscard]] bool full() const noexcept { return arrival_.size() == window_; }
  [[nodiscard]] std::int64_t median() const noexcept { return sorted_[sorted_.size() / 2]; }
  void add(std::int64_t value) {
    if (window_ == 0) return;
    if (full()) {
      sorted_.erase(std::ranges::lower_bound(sorted_, arrival_.front()));
      arrival_.pop_front();
    }
    arrival_.push_back(value);
    sorted_.insert(std::ranges::upper_bound(sorted_, value), value);
  }

 private:
  std::size_t window_;
  std::deque<std::int64_t> arrival_;
  std::vector<std::int64_t> sorted_;
};

struct BarRow {
  TimeNs ts_open, open, high, low, close, volume;
};

class BarChecker {
 public:
  BarChecker(const Series& series, Findings& findings, QualityReport& report)
      : timeframe_(series.key().timeframe),
        scales_(series.scales()),
        findings_(&findings),
        report_(&report),
        coverage_(timeframe_.period_ns),
        volumes_(findings.options().volume_window) {}

  void add(const BarRow& bar) {
    check_time(bar);
    check_prices(bar);
    check_volume(bar);
    check_frozen(bar);
    previous_ = bar;
    has_previous_ = true;
  }

  void finish() {
    end_frozen();
    report_gaps();
    if (timeframe_.period_ns <= kDay) report_->coverage = coverage_.finish();
  }

 private:
  [[nodiscard]] std::string price(std::int64_t units) const {
    return Decimal{units, scales_.price}.normalized().format();
  }
  [[nodiscard]] std::string quantity(std::int64_t units) const {
    return Decimal{units, scales_.quantity}.normalized().format();
  }

  void check_time(const BarRow& bar) {
    if (timeframe_.open_of(bar.ts_open) != bar.ts_open) {
      findings_->add(Severity::error, FindingKind::off_grid, bar.ts_open, [&] {
        return fmt::format("a {} bar begins {} after the grid", timeframe_.format(),
                           format_duration(bar.ts_open - timeframe_.open_of(bar.ts_open)));
      });
    }
    if (has_previous_ && bar.ts_open < previous_.ts_open) {
      findings_->add(Severity::error, FindingKind::time_backwards, bar.ts_open,
                     [&] { return fmt::format("follows the bar of {}", format_time(previous_.ts_open)); });
      return;
    }
    if (has_previous_ && bar.ts_open == previous_.ts_open) {
      findings_->add(Severity::error, FindingKind::duplicate, bar.ts_open,
                     [] { return std::string("two bars of one time"); });
      return;
    }
    if (has_previous_) check_gap(bar);
    coverage_.add(bar.ts_open);
  }

  void check_gap(const BarRow& bar) {
    const DurationNs period = timeframe_.period_ns;
    const auto steps = (timeframe_.open_of(bar.ts_open) - timeframe_.open_of(previous_.ts_open)) / period;
    if (steps <= 1) return;
    const Gap gap{timeframe_.open_of(previous_.ts_open) + period, timeframe_.open_of(bar.ts_open),
                  static_cast<std::uint64_t>(steps - 1)};
    report_->missing_bars += gap.missing;
    report_->gaps.push_back(gap);
  }

  /// How bad gaps are shows only when all are known.
  void report_gaps() {
    const auto all = static_cast<double>(report_->rows + report_->missing_bars);
    const double percent = 100.0 * static_cast<double>(report_->missing_bars) / std::max(all, 1.0);
    const auto severity =
        percent > findings_->options().max_missing_percent ? Severity::error : Severity::warning;
    for (const auto& gap : report_->gaps) {
      findings_->add(severity, FindingKind::gap, gap.from, [&] {
        return fmt::format("{} bar{} missing until {}", gap.missing, gap.missing == 1 ? "" : "s",
                           format_time(gap.to));
      });
    }
  }

  void check_prices(const BarRow& bar) {
    if (bar.open <= 0 || bar.high <= 0 || bar.low <= 0 || bar.close <= 0) {
      findings_->add(Severity::error, FindingKind::invalid_price, bar.ts_open, [&] {
        return fmt::format("open {} high {} low {} close {}", price(bar.open), price(bar.high),
                           price(bar.low), price(bar.close));
      });
    }
    if (bar.high < std::max(bar.open, bar.close) || bar.low > std::min(bar.open, bar.close)) {
      findings_->add(Severity::error, FindingKind::impossible_range, bar.ts_open, [&] {
        const bool high = bar.high < std::max(bar.open, bar.close);
        return fmt::format("{} {} is {} open {} or close {}", high ? "high" : "low",
                           price(high ? bar.high : bar.low), high ? "below" : "above", price(bar.open),
                           price(bar.close));
      });
    }
  }

  void check_volume(const BarRow& bar) {
    if (bar.volume < 0) {
      findings_->add(Severity::error, FindingKind::invalid_quantity, bar.ts_open,
                     [&] { return fmt::format("volume {}", quantity(bar.volume)); });
      return;
    }
    if (volumes_.full() && volumes_.median() > 0) {
      const double times = static_cast<double>(bar.volume) / static_cast<double>(volumes_.median());
      if (times > findings_->options().volume_spike) {
        findings_->add(Severity::warning, FindingKind::volume_spike, bar.ts_open, [&] {
          return fmt::format("volume {} is {:.0f} times the median of the {} bars before",
                             quantity(bar.volume), times, findings_->options().volume_window);
        });
      }
    }
    volumes_.add(bar.volume);
  }

  void check_frozen(const BarRow& bar) {
    const bool still = bar.high == bar.low && bar.open == bar.close && bar.high == bar.close;
    const bool continues = still && frozen_ > 0 && bar.close == previous_.close;
    if (!continues) end_frozen();
    if (!still) return;
    if (frozen_ == 0) frozen_since_ = bar.ts_open;
    ++frozen_;
    frozen_with_volume_ += bar.volume > 0 ? 1U : 0U;
  }

  void end_frozen() {
    if (frozen_ >= findings_->options().frozen_bars && frozen_ > 0) {
      findings_->add(Severity::warning, FindingKind::frozen, frozen_since_, [&] {
        return frozen_with_volume_ == 0 ? fmt::format("{} bars at {} without any volume: nothing was traded",
                                                      frozen_, price(previous_.close))
                                        : fmt::format("{} bars at {}, {} of them with volume", frozen_,
                                                      price(previous_.close), frozen_with_volume_);
      });
    }
    frozen_ = 0;
    frozen_with_volume_ = 0;
  }

  Timeframe timeframe_;
  Scales scales_;
  Findings* findings_;
  QualityReport* report_;
  CoverageCounter coverage_;
  RollingMedian volumes_;
  BarRow previous_{};
  bool has_previous_ = false;
  std::uint64_t frozen_ = 0;
  std::uint64_t frozen_with_volume_ = 0;
  TimeNs frozen_since_ = 0;
};

}  // namespace

Result<void> check_bars(const Series& series, Findings& findings, QualityReport& report) {
  BarChecker checker(series, findings, report);
  SeriesReader reader(series);
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) break;
    const ColumnView& view = reader.view();
    for (std::size_t row = 0; row < view.rows(); ++row) {
      checker.add({view.column(BarColumn::ts_open)[row], view.column(BarColumn::open)[row],
                   view.column(BarColumn::high)[row], view.column(BarColumn::low)[row],
                   view.column(BarColumn::close)[row], view.column(BarColumn::volume)[row]});
    }
  }
  checker.finish();
  return {};
}

}  // namespace kontor::data
