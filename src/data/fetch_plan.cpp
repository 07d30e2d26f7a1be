#include "data/fetch_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::data {
namespace {

Date next_month(Date date) noexcept {
  return date.month == 12 ? Date{date.year + 1, 1, 1} : Date{date.year, date.month + 1, 1};
}

/// `klines/BTCUSDT/1m/BTCUSDT-1m-`, what stands between `monthly/` and the date.
std::string stem_of(const FetchRequest& request) {
  const std::string& symbol = request.symbol;
  switch (request.kind) {
    case DataKind::bar: {
      const std::string frame = request.timeframe.format();
      return fmt::format("klines/{0}/{1}/{0}-{1}-", symbol, frame);
    }
    case DataKind::trade: return fmt::format("aggTrades/{0}/{0}-aggTrades-", symbol);
    default: return fmt::format("fundingRate/{0}/{0}-fundingRate-", symbol);
  }
}

Result<void> check(const FetchRequest& request) {
  if (request.kind == DataKind::quote || request.kind == DataKind::book) {
    return fail(ErrorKind::usage,
                "expected --kind bar, trade or funding, which the archive has, found another one");
  }
  if (request.kind == DataKind::funding && request.market == ArchiveMarket::spot) {
    return fail(ErrorKind::usage, "expected --market futures for funding rates, found spot");
  }
  const bool plain =
      !request.symbol.empty() && std::all_of(request.symbol.begin(), request.symbol.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (!plain) {
    return fail(ErrorKind::usage,
                fmt::format("expected a symbol such as BTCUSDT, found '{}'", request.symbol));
  }
  if (request.from >= request.to) {
    return fail(ErrorKind::usage, fmt::format("expected --from before --to, found {} and {}",
                                              format_time(request.from), format_time(request.to)));
  }
  return {};
}

}  // namespace

Result<std::vector<ArchiveFile>> plan_fetch(const FetchRequest& request) {
  TRY_VOID(check(request));
  const std::string root = request.market == ArchiveMarket::spot ? "data/spot/" : "data/futures/um/";
  const std::string stem = stem_of(request);
  const auto file = [&](std::string_view period, const std::string& date, TimeNs from, TimeNs to) {
    const std::string path = fmt::format("{}{}/{}{}.zip", root, period, stem, date);
    return ArchiveFile{path, path.substr(path.rfind('/') + 1), from, to};
  };
  const TimeNs today = floor_divide(request.today, kDay) * kDay;
  std::vector<ArchiveFile> files;
  Date month = date_of(request.from);
  month.day = 1;
  for (TimeNs start = start_of(month); start < request.to && start < today; start = start_of(month)) {
    const TimeNs end = start_of(next_month(month));
    if (end <= today) {
      files.push_back(file("monthly", fmt::format("{:04}-{:02}", month.year, month.month), start, end));
    } else if (request.kind != DataKind::funding) {  // funding rates are published by month only
      for (TimeNs day = std::max(start, floor_divide(request.from, kDay) * kDay);
           day < std::min(request.to, today); day += kDay) {
        files.push_back(file("daily", format_date(date_of(day)), day, day + kDay));
      }
    }
    month = next_month(month);
  }
  if (files.empty()) {
    return fail(ErrorKind::usage,
                fmt::format("expected a range that is over, found {} to {}, of which nothing can be "
                            "published yet",
                            format_time(request.from), format_time(request.to)));
  }
  return files;
}

}  // namespace kontor::data
