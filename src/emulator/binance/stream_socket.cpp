#include "emulator/binance/stream_socket.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::uint16_t kServiceRestart = 1012;

std::string stream_error(int code, std::string_view text) {
  JsonWriter out;
  return out.begin_object().number("code", code).text("msg", text).end_object().take();
}

std::string stream_result(const std::string& result, const std::string& id) {
  JsonWriter out;
  return out.begin_object().raw("result", result).raw("id", id).end_object().take();
}

/// Unsigned, or a short text; null where none was sent.
bool is_request_id(const SocketMessage& message) noexcept {
  if (!message.has_id) return false;
  const std::string_view id = message.id;
  if (id == "null") return true;
  if (id.starts_with('"')) return id.size() <= 38;
  return !id.empty() && id.size() <= 20 &&
         std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

StreamSocket::StreamSocket(Service& service, const ProductStreams& streams, StreamOpening opening)
    : SocketPeer(service, opening.product), streams_(streams), opening_(std::move(opening)) {}

std::size_t StreamSocket::messages_a_second() const noexcept { return product() == Product::spot ? 5 : 10; }

void StreamSocket::start() {
  for (const std::string& stream : std::exchange(opening_.streams, {})) subscribe(stream);
}

void StreamSocket::close() {
  for (const std::string& stream : subscriptions_) streams_.market.unsubscribe(stream, *this);
  for (const auto& [key, account] : listen_keys_) streams_.user.unsubscribe(account, *this);
  subscriptions_.clear();
  listen_keys_.clear();
}

void StreamSocket::shut_down() {
  if (product() == Product::spot)
    outbox().send(fmt::format(R"({{"e":"serverShutdown","E":{}}})", service_.now_ms()));
  end(kServiceRestart, "maintenance");
}

/// A socket of USDⓈ-M serves the streams of its route; one without a route the public ones.
bool StreamSocket::serves(const std::string& stream) const {
  if (product() == Product::spot) return true;
  const auto name = StreamName::parse(service_.listings(), product(), stream);
  return name && name->route() == opening_.route;
}

bool StreamSocket::subscribe_user(const std::string& listen_key) {
  const bool may_read =
      product() == Product::linear && (!opening_.is_routed || opening_.route == StreamRoute::private_data);
  const ListenKeys::Entry* entry = service_.listen_keys().find(listen_key);
  if (!may_read || entry == nullptr) return false;
  listen_keys_.insert_or_assign(listen_key, entry->account);
  streams_.user.subscribe(entry->account, *this);
  return true;
}

void StreamSocket::subscribe(const std::string& stream) {
  if (subscribe_user(stream)) return;
  if (std::ranges::find(subscriptions_, stream) != subscriptions_.end()) return;
  subscriptions_.push_back(stream);
  if (serves(stream)) streams_.market.subscribe(stream, *this);
}

void StreamSocket::unsubscribe(const std::string& stream) {
  if (const auto key = listen_keys_.find(stream); key != listen_keys_.end()) {
    streams_.user.unsubscribe(key->second, *this);
    listen_keys_.erase(key);
  }
  std::erase(subscriptions_, stream);
  streams_.market.unsubscribe(stream, *this);
}

std::string StreamSocket::wrapped(const std::string& stream, const std::string& message) const {
  if (!opening_.is_combined) return message;
  JsonWriter out;
  return out.begin_object().text("stream", stream).raw("data", message).end_object().take();
}

void StreamSocket::on_stream(const std::string& stream, const std::string& message) {
  outbox().send_market(wrapped(stream, message), service_.exchange().now());
}

void StreamSocket::on_user_event(AccountId account, const std::string& message) {
  for (const auto& [key, owner] : listen_keys_)
    if (owner == account) outbox().send_private(wrapped(key, message), service_.exchange().now());
}

void StreamSocket::expire(const std::string& listen_key) {
  const auto found = listen_keys_.find(listen_key);
  if (found == listen_keys_.end()) return;
  outbox().send(wrapped(listen_key, listen_key_expired(service_, listen_key)));
  streams_.user.unsubscribe(found->second, *this);
  listen_keys_.erase(found);
}

void StreamSocket::on_listen_key_fault() {
  for (const auto& [key, account] : std::map(listen_keys_)) {
    service_.listen_keys().expire(key);
    expire(key);
  }
}

std::string StreamSocket::change_subscriptions(const SocketMessage& message, bool adds) {
  const auto names = read_texts(message.params);
  if (!names) return stream_error(2, "Invalid request: params must be an array of stream names");
  if (adds && subscriptions_.size() + names->size() > kMaxStreams)
    return stream_error(2, "Invalid request: too many streams");
  for (const std::string& name : *names) {
    if (adds)
      subscribe(name);
    else
      unsubscribe(name);
  }
  return stream_result("null", message.id);
}

std::string StreamSocket::set_property(const SocketMessage& message) {
  const auto values = read_texts(message.params);
  if (!values || values->empty()) return stream_error(2, "Invalid request: property name must be a string");
  if (values->front() != "combined")
    return fmt::format(R"({{"code":0,"msg":"Unknown property","id":{}}})", message.id);
  if (*message.method == "GET_PROPERTY")
    return stream_result(opening_.is_combined ? "true" : "false", message.id);
  const bool is_flag = values->size() == 2 && (values->back() == "true" || values->back() == "false");
  if (!is_flag) return stream_error(1, "Invalid value type: expected Boolean");
  opening_.is_combined = values->back() == "true";
  return stream_result("null", message.id);
}

std::string StreamSocket::answer(const SocketMessage& message) {
  if (!message.method) return stream_error(2, "Invalid request: missing field `method` at line 1 column 73");
  if (!is_request_id(message))
    return stream_error(2, "Invalid request: request ID must be an unsigned integer");
  const std::string& method = *message.method;
  if (method == "SUBSCRIBE") return change_subscriptions(message, true);
  if (method == "UNSUBSCRIBE") return change_subscriptions(message, false);
  if (method == "SET_PROPERTY" || method == "GET_PROPERTY") return set_property(message);
  if (method == "LIST_SUBSCRIPTIONS") {
    JsonWriter out;
    out.begin_array();
    for (const std::string& stream : subscriptions_) out.text(stream);
    for (const auto& [key, account] : listen_keys_) out.text(key);
    return stream_result(out.end_array().take(), message.id);
  }
  return stream_error(
      2, fmt::format("Invalid request: unknown variant `{}`, expected one of `SUBSCRIBE`, "
                     "`UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY` at line "
                     "1 column 28",
                     method));
}

void StreamSocket::on_text(std::string_view text) {
  const auto message = read_message(text);
  outbox().send(message ? answer(*message)
                        : stream_error(3, "Invalid JSON: expected value at line 1 column 1"));
}

}  // namespace kontor::emulator::binance
