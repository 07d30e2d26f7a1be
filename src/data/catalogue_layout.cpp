#include "data/catalogue_layout.hpp"

#include <algorithm>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace kontor::data {

namespace fs = std::filesystem;

namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

std::string escape(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (is_plain(c) && !(c == '.' && text.empty())) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::optional<std::string> unescape(std::string_view text) {
  const auto digit = [](char c) { return std::string_view("0123456789ABCDEF").find(c); };
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = digit(text[i + 1]);
    const auto low = digit(text[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (name.empty() || escape(name) != text) return std::nullopt;
  return name;
}

/// Names of the entries of a folder, sorted; none if there is no such folder.
Result<std::vector<std::string>> entries(const fs::path& folder, bool folders) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code type_error;
    if (entry->is_directory(type_error) == folders) names.push_back(entry->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorKind::io, fmt::format("cannot list {}: {}", folder.string(), error.message()));
  }
  std::ranges::sort(names);
  return names;
}

/// Adds the datasets below `folder`, whose path from the store is `relative`.
Result<void> collect_datasets(const fs::path& folder, const fs::path& relative, std::size_t depth,
                              std::vector<DatasetKey>& keys) {
  constexpr std::size_t kDeepest = 4;  // venue, symbol, kind, timeframe
  if (const auto key = parse_dataset_folder(relative)) keys.push_back(*key);
  if (depth == kDeepest) return {};
  TRY(const auto names, entries(folder, true));
  for (const auto& name : names) {
    TRY_VOID(collect_datasets(folder / name, relative / name, depth + 1, keys));
  }
  return {};
}

}  // namespace

std::string dataset_folder(const DatasetKey& key) {
  auto folder = fmt::format("{}/{}/{}", escape(key.instrument.venue), escape(key.instrument.symbol),
                            boost::describe::enum_to_string(key.kind, "unknown"));
  if (key.kind == DataKind::bar) folder += "/" + key.timeframe.format();
  return folder;
}

std::optional<DatasetKey> parse_dataset_folder(const fs::path& relative) {
  std::vector<std::string> parts;
  for (const auto& part : relative) parts.push_back(part.string());
  if (parts.size() < 3) return std::nullopt;
  DatasetKey key;
  const auto venue = unescape(parts[0]);
  const auto symbol = unescape(parts[1]);
  if (!venue || !symbol || !boost::describe::enum_from_string(parts[2].c_str(), key.kind))
    return std::nullopt;
  key.instrument = InstrumentName{*venue, *symbol};
  if (parts.size() != (key.kind == DataKind::bar ? 4U : 3U)) return std::nullopt;
  if (key.kind == DataKind::bar) {
    const auto timeframe = Timeframe::parse(parts[3]);
    if (!timeframe || timeframe->format() != parts[3]) return std::nullopt;
    key.timeframe = *timeframe;
  }
  return key;
}

Result<std::vector<SegmentPlace>> find_segments(const fs::path& store, const DatasetKey& key) {
  const fs::path folder = store / dataset_folder(key);
  TRY(const auto names, entries(folder, false));
  std::vector<SegmentPlace> places;
  for (const auto& name : names) {
    if (const auto start = parse_segment_file_name(key, name)) places.push_back({folder / name, *start});
  }
  std::ranges::sort(places, {}, &SegmentPlace::period_start);
  return places;
}

Result<std::vector<DatasetKey>> find_datasets(const fs::path& store) {
  std::vector<DatasetKey> keys;
  TRY_VOID(collect_datasets(store, {}, 0, keys));
  std::ranges::sort(keys);
  return keys;
}

Result<void> check_place(const SegmentHeader& header, const DatasetKey& key, const SegmentPlace& place) {
  if (header.key == key && header.period_start == place.period_start) return {};
  return fail(ErrorKind::bad_data,
              fmt::format("{}: expected {} from {}, found {} from {}: the file has been moved or renamed",
                          place.path.string(), dataset_folder(key), format_date(date_of(place.period_start)),
                          dataset_folder(header.key), format_date(date_of(header.period_start))));
}

}  // namespace kontor::data
