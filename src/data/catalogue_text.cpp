#include "data/catalogue_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/catalogue_layout.hpp"

namespace kontor::data {
namespace {

constexpr std::size_t kColumns = 6;
using Row = std::array<std::string, kColumns>;

std::string count_of(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

/// Without the fraction, which would only widen the table.
std::string in_seconds(TimeNs time) { return format_time(floor_divide(time, kSecond) * kSecond); }

/// Names to the left, numbers to the right.
std::string format_table(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < kColumns; ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    text +=
        fmt::format("{:<{}}  {:>{}}  {:<{}}  {:<{}}  {:>{}}  {:>{}}\n", row[0], widths[0], row[1], widths[1],
                    row[2], widths[2], row[3], widths[3], row[4], widths[4], row[5], widths[5]);
  }
  return text;
}

}  // namespace

std::string format_count(std::uint64_t count) {
  auto text = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string format_listing(const Listing& listing) {
  std::string text;
  if (!listing.datasets.empty()) {
    std::vector<Row> rows{{"DATASET", "ROWS", "FIRST", "LAST", "FILES", "SIZE"}};
    for (const auto& info : listing.datasets) {
      rows.push_back({dataset_folder(info.key), format_count(info.rows), in_seconds(info.first),
                      in_seconds(info.last), format_count(info.segments), format_bytes(info.bytes)});
    }
    text = format_table(rows);
  }
  if (!listing.broken.empty())
    text += fmt::format("\n{} cannot be used:\n", count_of(listing.broken.size(), "file"));
  for (const auto& broken : listing.broken)
    text += fmt::format("  {}: {}\n", broken.path.string(), broken.problem);
  return text;
}

std::string format_summary(const WriteSummary& summary) {
  std::vector<std::string> parts;
  const auto part = [&](std::uint64_t count, std::string_view verb) {
    if (count > 0) parts.push_back(fmt::format("{} {}", verb, count_of(count, "row")));
  };
  part(summary.rows_added, "added");
  part(summary.rows_replaced, "replaced");
  part(summary.rows_completed, "completed");
  part(summary.rows_removed, "removed");
  if (parts.empty()) {
    return summary.rows_unchanged == 0
               ? "nothing changed"
               : fmt::format("nothing new: all {} were there", count_of(summary.rows_unchanged, "row"));
  }
  auto text = fmt::format("{}", fmt::join(parts, ", "));
  if (summary.segments_written > 0) {
    text += fmt::format(" in {} ({})", count_of(summary.segments_written, "file"),
                        format_bytes(summary.bytes_written));
  }
  if (summary.rows_unchanged > 0)
    text += fmt::format("; {} there already", count_of(summary.rows_unchanged, "row"));
  return text;
}

}  // namespace kontor::data
