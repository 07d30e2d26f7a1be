#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "data/quality_findings.hpp"
#include "model/book.hpp"

namespace kontor::data {
namespace {

std::string decimal(std::int64_t units, std::uint8_t scale) {
  return Decimal{units, scale}.normalized().format();
}

/// Calls `row(view, index)` for every row of a series.
template <class Row>
Result<void> for_each_row(const Series& series, Row row) {
  SeriesReader reader(series);
  for (;;) {
    TRY(const bool more, reader.next());
    if (!more) return {};
    for (std::size_t i = 0; i < reader.view().rows(); ++i) row(reader.view(), i);
  }
}

/// Order of times, silences, coverage and clocks of everything that is not a bar.
class TickClock {
 public:
  explicit TickClock(Findings& findings) : findings_(&findings), coverage_(kMinute) {}

  void add(TimeNs ts_venue, TimeNs ts_recv) {
    if (has_previous_ && ts_recv < recv_) {
      findings_->add(Severity::error, FindingKind::time_backwards, ts_recv, [&] {
        return fmt::format("received {} before the row before", format_duration(recv_ - ts_recv));
      });
      return;
    }
    if (has_previous_ && ts_recv - recv_ > findings_->options().tick_silence) {
      findings_->add(Severity::warning, FindingKind::gap, recv_, [&] {
        return fmt::format("nothing for {} until {}", format_duration(ts_recv - recv_), format_time(ts_recv));
      });
    }
    if (has_previous_ && ts_venue < venue_) {
      findings_->add(Severity::warning, FindingKind::time_backwards, ts_recv, [&] {
        return fmt::format("the venue's time goes back by {}", format_duration(venue_ - ts_venue));
      });
    }
    venue_ = has_previous_ ? std::max(venue_, ts_venue) : ts_venue;
    recv_ = ts_recv;
    has_previous_ = true;
    note_skew(ts_venue, ts_recv);
    coverage_.add(ts_recv);
  }

  void finish(QualityReport& report) {
    if (skewed_ > 0) {
      findings_->add(Severity::warning, FindingKind::clock_skew, skewed_since_, [&] {
        return fmt::format("{} rows were received before they happened, by up to {}: the clocks differ",
                           skewed_, format_duration(largest_skew_));
      });
    }
    report.coverage = coverage_.finish();
  }

 private:
  void note_skew(TimeNs ts_venue, TimeNs ts_recv) {
    if (ts_recv >= ts_venue) return;
    if (skewed_++ == 0) skewed_since_ = ts_recv;
    largest_skew_ = std::max(largest_skew_, ts_venue - ts_recv);
  }

  Findings* findings_;
  CoverageCounter coverage_;
  bool has_previous_ = false;
  TimeNs recv_ = 0;
  TimeNs venue_ = 0;
  std::uint64_t skewed_ = 0;
  TimeNs skewed_since_ = 0;
  DurationNs largest_skew_ = 0;
};

/// Ids that may be there twice: every one that is not above all before it.
class IdSuspects {
 public:
  void add(std::int64_t id) {
    if (id == 0) return;
    if (id <= highest_) suspects_.emplace(id, 0);
    highest_ = std::max(highest_, id);
  }
  /// The second look, which tells what was there twice from what came late.
  Result<void> report_duplicates(const Series& series, Findings& findings) {
    if (suspects_.empty()) return {};
    return for_each_row(series, [&](const ColumnView& view, std::size_t row) {
      const auto found = suspects_.find(view.column(TradeColumn::id)[row]);
      if (found == suspects_.end() || ++found->second == 1) return;
      findings.add(Severity::error, FindingKind::duplicate, view.times()[row],
                   [&] { return fmt::format("trade id {} again", found->first); });
    });
  }

 private:
  std::int64_t highest_ = INT64_MIN;
  std::unordered_map<std::int64_t, std::uint64_t> suspects_;
};

/// Runs of crossed or locked markets: one finding each, when it is over.
class CrossedMarket {
 public:
  explicit CrossedMarket(Findings& findings, Scales scales) : findings_(&findings), scales_(scales) {}

  void add(TimeNs time, std::int64_t bid, std::int64_t ask) {
    const bool is_crossed = bid > ask;
    const bool is_locked = bid == ask;
    if (rows_ > 0 && (is_crossed != crossed_ || !(is_crossed || is_locked))) finish();
    if (!is_crossed && !is_locked) return;
    if (rows_++ == 0) {
      crossed_ = is_crossed;
      since_ = time;
      bid_ = bid;
      ask_ = ask;
    }
    last_ = time;
  }

  void finish() {
    if (rows_ == 0) return;
    const auto kind = crossed_ ? FindingKind::crossed : FindingKind::locked;
    findings_->add(crossed_ ? Severity::error : Severity::warning, kind, since_, [&] {
      return fmt::format("bid {} ask {}, {} update{} over {}", decimal(bid_, scales_.price),
                         decimal(ask_, scales_.price), rows_, rows_ == 1 ? "" : "s",
                         format_duration(last_ - since_));
    });
    rows_ = 0;
  }

 private:
  Findings* findings_;
  Scales scales_;
  std::uint64_t rows_ = 0;
  bool crossed_ = false;
  TimeNs since_ = 0;
  TimeNs last_ = 0;
  std::int64_t bid_ = 0;
  std::int64_t ask_ = 0;
};

/// Rebuilds the book message by message.
class BookChecker {
 public:
  BookChecker(Findings& findings, Scales scales)
      : findings_(&findings), scales_(scales), clock_(findings), crossed_(findings, scales) {}

  void add(const ColumnView& view, std::size_t row) {
    const TimeNs time = view.column(BookColumn::ts_recv)[row];
    const auto flags = view.column(BookColumn::flags)[row];
    const auto price = view.column(BookColumn::price)[row];
    const auto quantity = view.column(BookColumn::quantity)[row];
    if (changes_.empty()) clock_.add(view.column(BookColumn::ts_venue)[row], time);
    if (price <= 0 && !(quantity == 0 && price == 0)) {
      findings_->add(Severity::error, FindingKind::invalid_price, time,
                     [&] { return fmt::format("a level at {}", decimal(price, scales_.price)); });
    }
    if (quantity < 0) {
      findings_->add(Severity::error, FindingKind::invalid_quantity, time, [&] {
        return fmt::format("{} at {}", decimal(quantity, scales_.quantity), decimal(price, scales_.price));
      });
    }
    changes_.push_back({RawPrice(price), RawQuantity(std::max<std::int64_t>(quantity, 0)),
                        (flags & kBookSell) != 0 ? Side::sell : Side::buy});
    if ((flags & kBookMessageEnd) != 0) apply(time, (flags & kBookSnapshot) != 0);
  }

  void finish(QualityReport& report) {
    crossed_.finish();
    clock_.finish(report);
    if (snapshots_ == 0 && report.rows > 0) {
      findings_->add(Severity::warning, FindingKind::no_snapshot, report.first,
                     [] { return std::string("changes only: the book is known where it has changed"); });
    }
  }

 private:
  void apply(TimeNs time, bool snapshot) {
    snapshots_ += snapshot ? 1U : 0U;
    BookUpdate update;
    update.snapshot = snapshot;
    update.changes = changes_;
    book_.apply(update);
    changes_.clear();
    // Before the first snapshot old levels of one side may stand against new ones of the other.
    if (snapshots_ == 0 || !book_.has_bid() || !book_.has_ask()) return;
    crossed_.add(time, book_.best_bid().price.units, book_.best_ask().price.units);
  }

  Findings* findings_;
  Scales scales_;
  TickClock clock_;
  CrossedMarket crossed_;
  Book book_;
  std::vector<BookLevelChange> changes_;
  std::uint64_t snapshots_ = 0;
};

}  // namespace

Result<void> check_trades(const Series& series, Findings& findings, QualityReport& report) {
  TickClock clock(findings);
  IdSuspects suspects;
  const Scales scales = series.scales();
  TRY_VOID(for_each_row(series, [&](const ColumnView& view, std::size_t row) {
    const TimeNs time = view.column(TradeColumn::ts_recv)[row];
    clock.add(view.column(TradeColumn::ts_venue)[row], time);
    suspects.add(view.column(TradeColumn::id)[row]);
    const auto price = view.column(TradeColumn::price)[row];
    const auto quantity = view.column(TradeColumn::quantity)[row];
    if (price <= 0) {
      findings.add(Severity::error, FindingKind::invalid_price, time,
                   [&] { return fmt::format("a trade at {}", decimal(price, scales.price)); });
    }
    if (quantity <= 0) {
      findings.add(Severity::error, FindingKind::invalid_quantity, time,
                   [&] { return fmt::format("a trade of {}", decimal(quantity, scales.quantity)); });
    }
  }));
  clock.finish(report);
  return suspects.report_duplicates(series, findings);
}

Result<void> check_quotes(const Series& series, Findings& findings, QualityReport& report) {
  TickClock clock(findings);
  const Scales scales = series.scales();
  CrossedMarket crossed(findings, scales);
  TRY_VOID(for_each_row(series, [&](const ColumnView& view, std::size_t row) {
    const TimeNs time = view.column(QuoteColumn::ts_recv)[row];
    clock.add(view.column(QuoteColumn::ts_venue)[row], time);
    const auto bid = view.column(QuoteColumn::bid)[row];
    const auto ask = view.column(QuoteColumn::ask)[row];
    const auto bid_quantity = view.column(QuoteColumn::bid_quantity)[row];
    const auto ask_quantity = view.column(QuoteColumn::ask_quantity)[row];
    if (bid <= 0 || ask <= 0) {
      findings.add(Severity::error, FindingKind::invalid_price, time, [&] {
        return fmt::format("bid {} ask {}", decimal(bid, scales.price), decimal(ask, scales.price));
      });
    } else {
      crossed.add(time, bid, ask);
    }
    if (bid_quantity <= 0 || ask_quantity <= 0) {
      const bool negative = bid_quantity < 0 || ask_quantity < 0;
      findings.add(negative ? Severity::error : Severity::warning, FindingKind::invalid_quantity, time, [&] {
        return fmt::format("bid quantity {} ask quantity {}", decimal(bid_quantity, scales.quantity),
                           decimal(ask_quantity, scales.quantity));
      });
    }
  }));
  crossed.finish();
  clock.finish(report);
  return {};
}

Result<void> check_books(const Series& series, Findings& findings, QualityReport& report) {
  BookChecker checker(findings, series.scales());
  TRY_VOID(for_each_row(series, [&](const ColumnView& view, std::size_t row) { checker.add(view, row); }));
  checker.finish(report);
  return {};
}

Result<void> check_funding(const Series& series, Findings& findings, QualityReport&) {
  constexpr DurationNs kLongest = kDay;  // venues settle every 1 to 8 hours, none less than once a day
  TimeNs previous = kTimeMin;
  const Scales scales = series.scales();
  return for_each_row(series, [&](const ColumnView& view, std::size_t row) {
    const TimeNs time = view.times()[row];
    const auto rate = view.column(FundingColumn::rate)[row];
    const auto mark = view.column(FundingColumn::mark)[row];
    if (time <= previous) {
      const auto kind = time == previous ? FindingKind::duplicate : FindingKind::time_backwards;
      findings.add(Severity::error, kind, time,
                   [&] { return fmt::format("follows {}", format_time(previous)); });
    } else if (previous != kTimeMin && time - previous > kLongest) {
      findings.add(Severity::warning, FindingKind::gap, previous,
                   [&] { return fmt::format("no funding for {}", format_duration(time - previous)); });
    }
    if (mark < 0) {
      findings.add(Severity::error, FindingKind::invalid_price, time,
                   [&] { return fmt::format("mark {}", decimal(mark, scales.price)); });
    }
    const int128 one = kPowersOfTen[scales.rate];
    if (rate >= one || -static_cast<int128>(rate) >= one) {
      findings.add(Severity::error, FindingKind::invalid_price, time,
                   [&] { return fmt::format("a rate of {}", decimal(rate, scales.rate)); });
    }
    previous = time;
  });
}

}  // namespace kontor::data
