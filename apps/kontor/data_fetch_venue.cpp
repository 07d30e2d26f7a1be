#include "data_fetch_venue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/catalogue_text.hpp"
#include "data_fetch_venue_pages.hpp"
#include "venue_listing.hpp"

namespace kontor::app {
namespace {

using data::DataKind;
using data::TimeRange;

/// How long after a moment the venue still may add to it.
DurationNs settling_time(DataKind kind) noexcept {
  switch (kind) {
    case DataKind::bar: return 2 * kSecond;
    case DataKind::funding: return kMinute;
    case DataKind::trade:
    case DataKind::quote:
    case DataKind::book: break;
  }
  return 10 * kSecond;
}

/// The part of what is wanted that is over, and not before the venue has listed the instrument; of bars whole
/// ones. Error usage: nothing is.
Result<TimeRange> range_of(const VenueFetchRequest& request, const VenueListing& listing, TimeNs now) {
  const TimeNs over = floor_divide(now - settling_time(request.key.kind), kSecond) * kSecond;
  const Timeframe& timeframe = request.key.timeframe;
  TimeRange range{std::max(request.from, listing.terms.listed_at),
                  request.to == 0 ? over : std::min(request.to, over)};
  if (request.key.kind == DataKind::bar) {
    const TimeNs opened = timeframe.open_of(range.from);
    // The bar in which it was listed is one, too; what somebody asks for begins with a whole one.
    range.from = opened == range.from || listing.terms.listed_at > request.from
                     ? opened
                     : opened + timeframe.period_ns;
    range.to = timeframe.open_of(range.to);
  }
  if (!range.is_empty()) return range;
  return fail(ErrorKind::usage,
              fmt::format("expected a range with something that is over, found {} to {}",
                          format_time(request.from), request.to == 0 ? "now" : format_time(request.to)));
}

struct VenueFetchOutcome {
  TimeRange range;
  std::size_t holes = 0;
  data::FillSummary filled{};
  std::uint64_t absent_bars = 0;  ///< of the range, that the venue does not have
};

/// How many bars of the range are not in the store; they were all asked for.
Result<std::uint64_t> count_absent_bars(const data::Catalogue& catalogue, const VenueFetchRequest& request,
                                        const TimeRange& range) {
  if (request.key.kind != DataKind::bar) return 0;
  data::ReadOptions options;
  options.from = range.from;
  options.to = range.to;
  options.derive = false;
  const auto series = catalogue.read(request.key, options);
  if (!series && series.error().kind != ErrorKind::not_found) return std::unexpected(series.error());
  const auto expected = static_cast<std::uint64_t>(range.length() / request.key.timeframe.period_ns);
  const std::uint64_t stored = series ? series->rows() : 0;
  return expected > stored ? expected - stored : 0;
}

Result<VenueFetchOutcome> fill(const VenueFetchRequest& request, const Globals& globals,
                               VenueAccess& access) {
  TRY_VOID(access.prepare());
  TRY(const auto listing, read_listing(access, request.key.instrument.symbol));
  VenueFetchOutcome outcome;
  TRY(outcome.range, range_of(request, listing, access.rest().now()));
  TRY(const auto catalogue, data::Catalogue::open_or_create(globals.store));
  TRY(auto coverage, data::FetchCoverage::load(catalogue, request.key));
  data::FillOptions options;
  options.origin =
      fmt::format("{} {}", request.venue, access.product() == venue::Product::spot ? "spot" : "linear");
  options.replace = request.again;
  options.cancel = interrupt_flag();
  // A day of trades is one segment, which each commit writes anew.
  if (request.key.kind == DataKind::trade) options.pages_per_commit = 100;
  TRY_VOID(coverage.claim(options.origin));
  std::vector<TimeRange> holes{outcome.range};
  if (!request.again) {
    TRY(holes, data::find_holes(catalogue, request.key, outcome.range, coverage));
  }
  outcome.holes = holes.size();
  TRY(const auto source, make_page_source(access, {listing.symbol, request.key.kind, request.key.timeframe}));
  const auto progress = data::make_progress(globals.quiet);
  TRY(outcome.filled, data::fill_holes(catalogue, request.key, holes, *source, options, *progress));
  TRY(outcome.absent_bars, count_absent_bars(catalogue, request, outcome.range));
  return outcome;
}

void print_outcome_json(const VenueFetchRequest& request, const VenueFetchOutcome& outcome) {
  std::string unreachable;
  for (const TimeRange& one : outcome.filled.unreachable)
    unreachable += fmt::format(R"({}{{"from":"{}","to":"{}"}})", unreachable.empty() ? "" : ",",
                               format_time(one.from), format_time(one.to));
  fmt::print(
      R"({{"dataset":"{}","from":"{}","to":"{}","holes":{},"pages":{},"absent_bars":{},"unreachable":[{}],)",
      data::Catalogue::dataset_name(request.key), format_time(outcome.range.from),
      format_time(outcome.range.to), outcome.holes, outcome.filled.pages, outcome.absent_bars, unreachable);
  fmt::print("\"written\":{}}}\n", data::to_json(outcome.filled.written));
}

void print_outcome(const VenueFetchRequest& request, const VenueFetchOutcome& outcome) {
  const std::string name = data::Catalogue::dataset_name(request.key);
  const std::string range =
      fmt::format("{} to {}", format_time(outcome.range.from), format_time(outcome.range.to));
  if (outcome.holes == 0) {
    fmt::print("{}: everything from {} is stored already\n", name, range);
  } else {
    fmt::print("{}: {}, {} {} filled in {} {}\n", name, range, outcome.holes,
               outcome.holes == 1 ? "hole" : "holes", outcome.filled.pages,
               outcome.filled.pages == 1 ? "page" : "pages");
    fmt::print("{}\n", data::format_summary(outcome.filled.written));
  }
  if (outcome.absent_bars != 0)
    fmt::print("{} bars of the range do not exist at the venue: an outage, or nobody traded\n",
               data::format_count(outcome.absent_bars));
}

}  // namespace

Result<int> fetch_from_venue(const VenueFetchRequest& request, const Globals& globals) {
  TRY(const auto access, VenueAccess::open(request.venue, request.access, globals));
  watch_interrupt();
  TRY(const auto outcome, fill(request, globals, *access));
  if (request.json) {
    print_outcome_json(request, outcome);
  } else {
    print_outcome(request, outcome);
  }
  std::fflush(stdout);
  for (const TimeRange& one : outcome.filled.unreachable)
    fmt::print(stderr, "kontor: warning: {} does not give what lies between {} and {}, only what is newer\n",
               request.venue, format_time(one.from), format_time(one.to));
  return 0;
}

}  // namespace kontor::app
