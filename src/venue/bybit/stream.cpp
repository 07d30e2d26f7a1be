#include "venue/bybit/stream.hpp"

#include <array>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "venue/bybit/config.hpp"
#include "venue/bybit/rest_request.hpp"
#include "venue/bybit/sign.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

using venue::Channel;
using venue::Product;

std::string json_list(std::span<const std::string> texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list.push_back(',');
    append_json_text(list, text);
  }
  list.push_back(']');
  return list;
}

std::string operation(std::uint64_t id, std::string_view name, std::string_view arguments) {
  Body body;
  body.text("req_id", std::to_string(id)).text("op", name).json("args", arguments);
  return std::move(body).take();
}

std::string with_path(std::string address, std::string_view path) {
  while (address.ends_with('/')) address.pop_back();
  if (!address.ends_with(path)) address.append(path);
  return address;
}

Result<std::string> book_topic(const venue::Subscription& subscription) {
  const std::uint32_t depth = subscription.depth == 0 ? kUsualBookLevels : subscription.depth;
  if (depth != 1 && depth != 50 && depth != 200 && depth != 1000) {
    return fail(ErrorKind::usage,
                fmt::format("bybit has books of 1, 50, 200 and 1000 levels, not of {}", depth));
  }
  return fmt::format("orderbook.{}.{}", depth, subscription.symbol);
}

Result<std::string> candle_topic(const venue::Subscription& subscription) {
  TRY(const std::string_view interval, interval_name(subscription.interval));
  return fmt::format("kline.{}.{}", interval, subscription.symbol);
}

}  // namespace

venue::StreamRules stream_rules(Product product) noexcept {
  return {
      .topics_per_request = product == Product::spot ? 10U : 0U,
      .text_per_socket = 21'000,
      .ping_every = 20 * kSecond,
      .silence_until_dead = 45 * kSecond,  // two pings without an answer
      .book = venue::BookRule::snapshot_in_stream,
  };
}

std::string stream_url(Product product, const venue::Endpoints& endpoints) {
  return with_path(endpoints.public_stream, fmt::format("/v5/public/{}", category_name(product)));
}

std::string private_url(const venue::Endpoints& endpoints) {
  return with_path(endpoints.private_stream, "/v5/private");
}

Result<std::string> topic_name(Product product, const venue::Subscription& subscription) {
  if (subscription.symbol.empty()) return fail(ErrorKind::usage, "bybit has no topic without a symbol");
  switch (subscription.channel) {
    case Channel::trades: return fmt::format("publicTrade.{}", subscription.symbol);
    case Channel::book: return book_topic(subscription);
    case Channel::ticker: return fmt::format("tickers.{}", subscription.symbol);
    case Channel::candles: return candle_topic(subscription);
    case Channel::quotes: return fmt::format("orderbook.1.{}", subscription.symbol);
    case Channel::mark:
      if (product == Product::spot) return fail(ErrorKind::usage, "bybit spot has no mark price");
      return fmt::format("tickers.{}", subscription.symbol);
  }
  return fail(ErrorKind::usage, "bybit has no such channel");
}

std::string subscribe_text(std::span<const std::string> topics, std::uint64_t id, bool subscribes) {
  return operation(id, subscribes ? "subscribe" : "unsubscribe", json_list(topics));
}

std::string ping_text() { return R"({"op":"ping"})"; }

std::vector<std::string> private_greeting(const venue::RequestContext& context, std::uint64_t id) {
  if (context.credentials == nullptr) return {};
  const std::int64_t expires_ms = (context.clock + kSignInValidity) / kMillisecond;
  std::string arguments = "[";
  append_json_text(arguments, context.credentials->key);
  arguments.append(fmt::format(",{},", expires_ms));
  append_json_text(arguments, sign_in_signature(expires_ms, context.credentials->secret));
  arguments.push_back(']');
  static const std::array<std::string, 4> topics = {"order", "execution", "position", "wallet"};
  return {operation(id, "auth", arguments), subscribe_text(topics, id + 1, true)};
}

}  // namespace kontor::bybit
