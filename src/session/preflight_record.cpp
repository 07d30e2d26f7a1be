#include <algorithm>

#include <fmt/format.h>

#include "session/preflight_checks.hpp"

namespace kontor::session {
namespace {

Check backtest_record(const RecordFacts& record) {
  return made_check(
      {"backtest_record", "It was backtested"},
      {fmt::format("{} {} of this configuration", record.backtests, record.backtests == 1 ? "run" : "runs"),
       "at least 1"},
      record.backtests >= 1, "'kontor backtest CONFIG.toml' makes one");
}

/// What the longest session has, and of how many it is the longest.
std::string longest_text(const std::string& value, const RecordFacts& record) {
  if (record.sessions == 0) return "no session of this configuration";
  return fmt::format("{} in the longest of {} {} of this configuration", value, record.sessions,
                     record.sessions == 1 ? "session" : "sessions");
}

Check paper_time(const RecordFacts& record, const LiveSettings& live) {
  return made_check({"paper_time", "It was traded on paper for long enough"},
                    {longest_text(format_duration(record.paper_time), record),
                     fmt::format("at least {} of the market's time", format_duration(live.min_paper_time))},
                    record.sessions > 0 && record.paper_time >= live.min_paper_time,
                    "'kontor session run CONFIG.toml' goes on with it");
}

Check paper_trades(const RecordFacts& record, const LiveSettings& live) {
  return made_check({"paper_trades", "It was traded on paper often enough"},
                    {longest_text(fmt::format("{} round trips", record.paper_trades), record),
                     fmt::format("at least {}", live.min_paper_trades)},
                    record.sessions > 0 && record.paper_trades >= live.min_paper_trades,
                    "'kontor session run CONFIG.toml' goes on with it");
}

Check data_age(const std::vector<DatasetFacts>& datasets, TimeNs now) {
  const CheckName name{"data_age", "The data for warming up is fresh"};
  const std::string threshold = fmt::format("at most {} old", format_duration(kOldestData));
  const std::string fix = "'kontor data fetch' or 'kontor data import' bring it up to date";
  const auto oldest = std::ranges::min_element(
      datasets, {}, [](const DatasetFacts& dataset) { return dataset.rows == 0 ? kTimeMin : dataset.last; });
  if (oldest == datasets.end() || oldest->rows == 0) {
    return made_check(
        name, {oldest == datasets.end() ? std::string("no data") : "none of " + oldest->name, threshold},
        false, fix);
  }
  const DurationNs age = std::max<DurationNs>(now - oldest->last, 0);
  return made_check(name, {fmt::format("{} is {} old", oldest->name, format_duration(age)), threshold},
                    age <= kOldestData, fix);
}

Check data_rows(const std::vector<DatasetFacts>& datasets) {
  const auto fewest = std::ranges::min_element(datasets, {}, &DatasetFacts::rows);
  const bool is_any = fewest != datasets.end();
  return made_check({"data_rows", "There is enough data for warming up"},
                    {is_any ? fmt::format("{} has {}", fewest->name, fewest->rows) : std::string("no data"),
                     fmt::format("at least {} bars, or rows of other data", kLeastRows)},
                    is_any && fewest->rows >= kLeastRows,
                    "'kontor data fetch' or 'kontor data import' bring it");
}

}  // namespace

void check_record(const PreflightInput& input, Checks& checks) {
  checks.live(backtest_record(input.record));
  checks.live(paper_time(input.record, input.live));
  checks.live(paper_trades(input.record, input.live));
}

void check_data(const PreflightInput& input, Checks& checks) {
  checks.live(data_age(input.datasets, input.now));
  checks.live(data_rows(input.datasets));
}

}  // namespace kontor::session
