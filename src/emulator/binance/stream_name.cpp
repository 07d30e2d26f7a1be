#include "emulator/binance/stream_name.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace kontor::emulator::binance {
namespace {

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find('@');
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

/// `100ms`, `1000ms`, `1s`, `0ms`.
std::optional<DurationNs> speed_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 10'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "ms") return number * kMillisecond;
  if (unit == "s") return number * kSecond;
  return std::nullopt;
}

bool read_kline(StreamName& name, std::string_view topic) {
  name.interval_text = topic;
  name.interval = Interval::parse(topic);
  return name.interval.has_value();
}

/// `depth`, `depth5`: what is left of the topic after the word.
bool read_depth(StreamName& name, std::string_view levels, Product product) {
  name.every_ns = product == Product::spot ? kSecond : 250 * kMillisecond;
  if (levels.empty()) {
    name.kind = StreamKind::depth_changes;
    return true;
  }
  name.kind = StreamKind::depth_levels;
  if (levels != "5" && levels != "10" && levels != "20") return false;
  name.levels = levels == "5" ? 5 : (levels == "10" ? 10 : 20);
  return true;
}

bool read_topic(StreamName& name, std::string_view topic, Product product) {
  const bool is_spot = product == Product::spot;
  if (topic == "trade") {
    name.kind = StreamKind::trade;
  } else if (topic == "aggTrade") {
    name.kind = StreamKind::aggregate_trade;
  } else if (topic == "bookTicker") {
    name.kind = StreamKind::book_ticker;
  } else if (topic == "miniTicker") {
    name.kind = StreamKind::mini_ticker;
    name.every_ns = is_spot ? kSecond : 500 * kMillisecond;
  } else if (topic == "ticker") {
    name.kind = StreamKind::ticker;
    name.every_ns = is_spot ? kSecond : 2 * kSecond;
  } else if (topic == "avgPrice" && is_spot) {
    name.kind = StreamKind::average_price;
    name.every_ns = kSecond;
  } else if (topic == "markPrice" && !is_spot) {
    name.kind = StreamKind::mark_price;
    name.every_ns = 3 * kSecond;
  } else if (topic.starts_with("kline_")) {
    name.kind = StreamKind::kline;
    name.every_ns = is_spot ? 2 * kSecond : 250 * kMillisecond;
    return read_kline(name, topic.substr(6));
  } else if (topic.starts_with("continuousKline_") && !is_spot) {
    name.kind = StreamKind::continuous_kline;
    name.every_ns = 250 * kMillisecond;
    return read_kline(name, topic.substr(16));
  } else {
    return topic.starts_with("depth") && read_depth(name, topic.substr(5), product);
  }
  return true;
}

bool has_speeds(StreamKind kind) noexcept {
  return kind == StreamKind::depth_changes || kind == StreamKind::depth_levels ||
         kind == StreamKind::mark_price;
}

}  // namespace

std::optional<StreamName> StreamName::parse(const Listings& listings, Product product,
                                            std::string_view text) {
  StreamName name;
  std::vector<std::string_view> parts = parts_of(text);
  if (text.starts_with('!')) {
    parts.front().remove_prefix(1);
    const bool is_known = parts.front() == "miniTicker" || parts.front() == "ticker" ||
                          parts.front() == "bookTicker" || parts.front() == "markPrice";
    if (!is_known || !read_topic(name, parts.front(), product)) return std::nullopt;
    name.is_array = parts.size() > 1 && parts[1] == "arr";
    if (name.is_array == (name.kind == StreamKind::book_ticker)) return std::nullopt;
    if (name.is_array) name.every_ns = std::max(name.every_ns, kSecond);
    parts.erase(parts.begin() + (name.is_array ? 1 : 0));
  } else {
    if (parts.size() < 2) return std::nullopt;
    std::string_view symbol = parts.front();
    if (const std::size_t contract = symbol.find("_perpetual"); contract != std::string_view::npos)
      symbol = symbol.substr(0, contract);
    const ListedInstrument* listing = listings.find(product, upper_case(symbol));
    if (listing == nullptr || !read_topic(name, parts[1], product)) return std::nullopt;
    name.instrument = listing->id;
    parts.erase(parts.begin());
  }
  if (parts.size() > 2) return std::nullopt;
  if (parts.size() == 2) {
    const auto speed = speed_of(parts[1]);
    if (!speed || !has_speeds(name.kind)) return std::nullopt;
    name.every_ns = *speed;
  }
  return name;
}

StreamRoute StreamName::route() const noexcept {
  switch (kind) {
    case StreamKind::trade:
    case StreamKind::book_ticker:
    case StreamKind::depth_changes:
    case StreamKind::depth_levels: return StreamRoute::public_data;
    default: return StreamRoute::market_data;
  }
}

}  // namespace kontor::emulator::binance
