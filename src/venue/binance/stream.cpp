#include "venue/binance/stream.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/json_text.hpp"
#include "venue/binance/sign.hpp"
#include "venue/binance/symbols.hpp"

namespace kontor::binance {
namespace {

using venue::Channel;
using venue::Product;
using venue::Subscription;

/// Books and quotes have sockets of their own (`/public`); everything else, aggregated trades too, comes by
/// `/market`.
bool is_of_market(Channel channel) noexcept { return channel != Channel::book && channel != Channel::quotes; }

std::string in_small_letters(std::string_view symbol) {
  std::string name(symbol);
  std::ranges::transform(name, name.begin(), lower_case);
  return name;
}

Result<std::string> book_topic(const std::string& symbol, std::uint32_t depth) {
  if (depth == 0) return symbol + "@depth@100ms";
  if (depth == 5 || depth == 10 || depth == 20) return fmt::format("{}@depth{}@100ms", symbol, depth);
  return fail(ErrorKind::usage,
              fmt::format("binance has streams of 5, 10, 20 or all levels, not of {}", depth));
}

}  // namespace

venue::StreamRules stream_rules(Product product) noexcept {
  // The venue pings, spot every 20 s and USDⓈ-M every 3 minutes: twice that without a word is the end.
  if (product == Product::spot)
    return {.topics_per_socket = 1024,
            .topics_per_request = 200,
            .between_requests = kSecond / 4,
            .silence_until_dead = 40 * kSecond,
            .longest_life = 24 * kHour,
            .book = venue::BookRule::next_id};
  return {.topics_per_socket = 200,
          .topics_per_request = 200,
          .between_requests = kSecond / 8,
          .silence_until_dead = 6 * kMinute,
          .longest_life = 24 * kHour,
          .book = venue::BookRule::previous_id};
}

Result<std::string> stream_url(Product product, std::span<const Subscription> topics,
                               const venue::Endpoints& endpoints) {
  if (product == Product::spot) return endpoints.public_stream + "/stream";
  const bool of_market = !topics.empty() && is_of_market(topics.front().channel);
  const bool mixed = std::ranges::any_of(
      topics, [&](const Subscription& one) { return is_of_market(one.channel) != of_market; });
  if (mixed)
    return fail(ErrorKind::usage, "binance: a socket of USDⓈ-M carries books and quotes, or the rest");
  return endpoints.public_stream + (of_market ? "/market/stream" : "/public/stream");
}

Result<std::string> topic_name(Product product, const Subscription& subscription) {
  std::string symbol = in_small_letters(subscription.symbol);
  switch (subscription.channel) {
    case Channel::trades: return symbol + (product == Product::spot ? "@trade" : "@aggTrade");
    case Channel::book: return book_topic(symbol, subscription.depth);
    case Channel::ticker: return symbol + "@ticker";
    case Channel::quotes: return symbol + "@bookTicker";
    case Channel::candles: {
      TRY(const std::string_view interval, interval_name(subscription.interval));
      return fmt::format("{}@kline_{}", symbol, interval);
    }
    case Channel::mark:
      if (product == Product::linear) return symbol + "@markPrice@1s";
      return fail(ErrorKind::usage, "binance spot has no mark price");
  }
  return symbol;
}

std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id, bool subscribes) {
  std::string text =
      subscribes ? R"({"method":"SUBSCRIBE","params":[)" : R"({"method":"UNSUBSCRIBE","params":[)";
  for (const std::string& topic : topics) {
    if (text.back() != '[') text += ',';
    append_json_text(text, topic);
  }
  text += fmt::format(R"(],"id":{}}})", id);
  return text;
}

std::string private_url(Product product, const venue::Endpoints& endpoints, std::string_view listen_key) {
  if (product == Product::spot) return endpoints.private_stream;
  return fmt::format("{}/private/ws?listenKey={}", endpoints.private_stream, listen_key);
}

std::vector<std::string> private_greeting(const venue::RequestContext& context, std::uint64_t id) {
  if (context.product == Product::linear || context.credentials == nullptr) return {};
  std::string text =
      fmt::format(R"({{"id":"{}","method":"userDataStream.subscribe.signature","params":{{)", id);
  for (const auto& [name, value] : signed_parameters({}, context.clock, *context.credentials)) {
    if (text.back() != '{') text += ',';
    append_json_text(text, name);
    text += ':';
    if (name == "timestamp") {
      text += value;
    } else {
      append_json_text(text, value);
    }
  }
  return {text + "}}"};
}

}  // namespace kontor::binance
