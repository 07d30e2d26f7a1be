#include "emulator/bybit/topics.hpp"

#include <algorithm>
#include <charconv>

#include "emulator/bybit/book_feed.hpp"

namespace kontor::emulator::bybit {
namespace {

std::unexpected<std::string> no_handler(std::string_view text) {
  return std::unexpected<std::string>("error:handler not found,topic:" + std::string(text));
}

/// The next part up to a point; the rest keeps what follows it.
std::string_view next_part(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('.'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool read_depth(TopicName& name, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), name.depth);
  const auto& depths = BookTopics::kDepths;
  return error == std::errc() && end == text.data() + text.size() &&
         std::find(depths.begin(), depths.end(), name.depth) != depths.end();
}

/// Reads what stands before the symbol.
bool read_kind(TopicName& name, std::string_view& rest) {
  const std::string_view word = next_part(rest);
  if (word == "publicTrade") name.kind = TopicKind::trades;
  if (word == "tickers") name.kind = TopicKind::ticker;
  if (word == "allLiquidation") name.kind = TopicKind::liquidations;
  if (word == "publicTrade" || word == "tickers" || word == "allLiquidation") return true;
  if (word == "orderbook") return read_depth(name, next_part(rest));
  if (word != "kline") return false;
  name.kind = TopicKind::candles;
  name.interval = find_interval(next_part(rest));
  return name.interval != nullptr;
}

constexpr std::string_view kPrivateBases[] = {"order",  "execution", "execution.fast", "position",
                                              "wallet", "dcp",       "greeks"};
constexpr std::string_view kCategorised[] = {"order", "execution", "execution.fast", "position"};
constexpr std::string_view kCategories[] = {"spot", "linear", "inverse", "option"};

}  // namespace

std::expected<TopicName, std::string> parse_topic(const Listings& listings, Product product,
                                                  std::string_view text) {
  TopicName name;
  std::string_view rest = text;
  if (!read_kind(name, rest)) return no_handler(text);
  if (name.kind == TopicKind::liquidations && product == Product::spot) return no_handler(text);
  const ListedInstrument* const listed = listings.find(product, rest);
  if (listed == nullptr) return std::unexpected<std::string>("Invalid symbol :[" + std::string(text) + "]");
  name.instrument = listed->id;
  return name;
}

std::string_view private_topic_base(std::string_view topic) noexcept {
  for (const std::string_view base : kPrivateBases) {
    if (topic == base && base != "dcp") return base;
  }
  if (topic == "dcp.future" || topic == "dcp.spot" || topic == "dcp.option") return "dcp";
  for (const std::string_view base : kCategorised) {
    if (!topic.starts_with(base) || topic.size() <= base.size() || topic[base.size()] != '.') continue;
    const std::string_view category = topic.substr(base.size() + 1);
    if (std::find(std::begin(kCategories), std::end(kCategories), category) != std::end(kCategories))
      return base;
  }
  return {};
}

}  // namespace kontor::emulator::bybit
