#include "emulator/binance/api_socket.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "emulator/binance/gate.hpp"
#include "emulator/binance/market_endpoints.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/binance/request_desk.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::uint16_t kServiceRestart = 1012;
constexpr std::string_view kSessionPrefix = "session.";
constexpr std::string_view kUserPrefix = "userDataStream.";

/// What a signature of the WebSocket API covers: all parameters by name, without itself.
std::string signed_payload(const Parameters& parameters) {
  std::vector<Parameters::Item> items;
  for (const Parameters::Item& item : parameters.items())
    if (item.name != "signature") items.push_back(item);
  std::ranges::sort(items, {}, &Parameters::Item::name);
  std::string payload;
  for (const Parameters::Item& item : items) {
    if (!payload.empty()) payload.push_back('&');
    payload.append(item.name).append("=").append(item.value);
  }
  return payload;
}

/// What user data streams on this socket ask of their subscriber.
constexpr Endpoint kSubscription{
    "WS", "userDataStream.subscribe.signature", Product::spot, Security::signed_read, 2, nullptr};
constexpr Endpoint kLogOn{"WS", "session.logon", Product::spot, Security::signed_read, 2, nullptr};

}  // namespace

ApiSocket::ApiSocket(Service& service, UserStreams& user, Opening opening, Later later)
    : SocketPeer(service, opening.product),
      user_(user),
      opening_(std::move(opening)),
      later_(std::move(later)),
      connected_at_(service.exchange().now()) {}

void ApiSocket::close() {
  for (const auto& [id, account] : subscriptions_) user_.unsubscribe(account, *this);
  subscriptions_.clear();
}

void ApiSocket::shut_down() {
  outbox().send(fmt::format(R"({{"event":{{"e":"serverShutdown","E":{}}}}})", service_.now_ms()));
  end(kServiceRestart, "maintenance");
}

void ApiSocket::on_user_event(AccountId account, const std::string& message) {
  for (const auto& [id, owner] : subscriptions_) {
    if (owner != account) continue;
    JsonWriter out;
    out.begin_object().number("subscriptionId", id).raw("event", message).end_object();
    outbox().send_private(out.view(), service_.exchange().now());
  }
}

std::string_view ApiSocket::key_of(const Request& request) const noexcept {
  const std::string_view sent = request.parameters.text("apiKey");
  return sent.empty() ? std::string_view(logged_on_key_) : sent;
}

Answer<Call> ApiSocket::authenticate(const Request& request, const Endpoint& endpoint) {
  Call call{.product = product(), .parameters = request.parameters, .key = key_of(request)};
  const bool by_session = !logged_on_key_.empty() && !request.parameters.has("signature");
  if (by_session) {
    const auto owner = service_.exchange().find_key(logged_on_key_);
    if (!owner || !owner->key->enabled)
      return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
    if (endpoint.security == Security::signed_trade && !owner->key->permissions.may_trade(product()))
      return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
    call.account = owner->account;
    return call;
  }
  const std::string payload = signed_payload(request.parameters);
  TRY(const Identity caller, identify(service_, endpoint, request.parameters,
                                      {.key = key_of(request),
                                       .signature = request.parameters.text("signature"),
                                       .payload = payload,
                                       .address = opening_.address}));
  call.account = caller.account;
  return call;
}

Answer<std::string> ApiSocket::handle(const Request& request) {
  const std::string& method = *request.message.method;
  const bool is_session =
      method.starts_with(kSessionPrefix) || (product() == Product::spot && method.starts_with(kUserPrefix));
  if (is_session) return handle_session(request);
  if (request.endpoint == nullptr) return refuse(-1020, "This operation is not supported.");
  TRY(const Call call, authenticate(request, *request.endpoint));
  return request.endpoint->handler(service_, call);
}

Answer<std::string> ApiSocket::handle_session(const Request& request) {
  const std::string& method = *request.message.method;
  if (method == "session.logon") return log_on(request);
  if (method == "session.status") return status_text();
  if (method == "session.logout") {
    logged_on_key_.clear();
    return status_text();
  }
  if (method == "session.subscriptions") return list_text();
  if (method == "userDataStream.subscribe") return subscribe(request, false);
  if (method == "userDataStream.subscribe.signature") return subscribe(request, true);
  if (method == "userDataStream.unsubscribe") return unsubscribe(request);
  return refuse(-1020, "This operation is not supported.");
}

Answer<std::string> ApiSocket::log_on(const Request& request) {
  const auto owner = service_.exchange().find_key(key_of(request));
  if (owner && owner->key->public_key_pem.empty())
    return refuse(-4056, "HMAC_SHA256 API key is not supported.");
  TRY([[maybe_unused]] const Call call, authenticate(request, kLogOn));
  logged_on_key_ = key_of(request);
  logged_on_at_ = service_.exchange().now();
  return status_text();
}

std::string ApiSocket::status_text() const {
  JsonWriter out;
  out.begin_object();
  if (logged_on_key_.empty())
    out.null("apiKey").null("authorizedSince");
  else
    out.text("apiKey", logged_on_key_).number("authorizedSince", milliseconds(logged_on_at_));
  return out.number("connectedSince", milliseconds(connected_at_))
      .flag("returnRateLimits", opening_.returns_rate_limits)
      .number("serverTime", service_.now_ms())
      .flag("userDataStream", !subscriptions_.empty())
      .end_object()
      .take();
}

std::string ApiSocket::list_text() const {
  JsonWriter out;
  out.begin_array();
  for (const auto& [id, account] : subscriptions_)
    out.begin_object().number("subscriptionId", id).end_object();
  return out.end_array().take();
}

Answer<std::string> ApiSocket::subscribe(const Request& request, bool by_signature) {
  if (!by_signature && logged_on_key_.empty())
    return refuse(-2015, "Invalid API-key, IP, or permissions for action.", 401);
  TRY(const Call call, authenticate(request, kSubscription));
  const bool is_known =
      std::ranges::any_of(subscriptions_, [&](const auto& entry) { return entry.second == call.account; });
  if (is_known) return refuse(-2035, "User Data Stream subscription already active.");
  if (subscriptions_.size() == kMaxSubscriptions)
    return refuse(-2042, "Maximum subscription ID reached for this connection.");
  const std::int64_t id = next_subscription_++;
  subscriptions_.insert_or_assign(id, call.account);
  user_.subscribe(call.account, *this);
  return fmt::format(R"({{"subscriptionId":{}}})", id);
}

Answer<std::string> ApiSocket::unsubscribe(const Request& request) {
  TRY(const auto id, request.parameters.integer("subscriptionId"));
  if (subscriptions_.empty() || (id && !subscriptions_.contains(*id)))
    return refuse(-2036, "User Data Stream subscription not active.");
  for (const auto& [known, account] : subscriptions_)
    if (!id || known == *id) user_.unsubscribe(account, *this);
  if (id)
    subscriptions_.erase(*id);
  else
    subscriptions_.clear();
  return "{}";
}

std::string ApiSocket::text_of(const Request& request, const Answer<std::string>& body,
                               const LimitVerdict& limits) const {
  JsonWriter out;
  out.begin_object().raw("id", request.message.id).number("status", body ? 200 : body.error().status);
  if (body)
    out.raw("result", *body);
  else
    out.raw("error", error_body(body.error()));
  const auto asked = request.parameters.boolean("returnRateLimits");
  const bool shows_limits = asked && *asked ? **asked : opening_.returns_rate_limits;
  if (shows_limits) out.raw("rateLimits", limits_text(limits));
  return out.end_object().take();
}

void ApiSocket::send_reply(const Request& request, const Reply& reply) {
  FaultPlan& faults = service_.venue().faults();
  const bool placed_order = reply.body && request.endpoint != nullptr && request.endpoint->orders > 0;
  const std::string text = text_of(request, reply.body, reply.limits);
  switch (placed_order ? faults.after_acceptance() : faults.reply()) {
    case ReplyAction::send: outbox().send(text); return;
    case ReplyAction::hang: return;
    case ReplyAction::close_connection:
      if (is_open()) outbox().socket()->abort();
      return;
    case ReplyAction::truncate:
      if (is_open()) outbox().socket()->break_off(text, text.size() / 2);
      return;
    case ReplyAction::server_error:
      outbox().send(text_of(request, std::unexpected(unknown_outcome()), reply.limits));
      return;
  }
}

/// True where the fault leaves nothing to be answered.
bool ApiSocket::suffers(const RequestFault& fault) {
  if (fault.action == RequestAction::hang) return true;
  if (fault.action != RequestAction::close_connection) return false;
  if (is_open()) outbox().socket()->abort();
  return true;
}

void ApiSocket::work_off(const Request& request, const RequestFault& fault) {
  if (!is_open() || suffers(fault)) return;
  const RestRequest counted{
      .key = key_of(request), .address = opening_.address, .endpoint = request.endpoint};
  Reply reply{.body = std::unexpected(ApiError{})};
  if (is_refused_before_looking(fault.action)) {
    reply.body = std::unexpected(
        fault_error(service_, product(), {fault.action, fault.retry_after_ns, opening_.address}));
  } else {
    reply.limits = count_request(service_, product(), counted, request.parameters);
    if (reply.limits.answer != LimitAnswer::granted)
      reply.body = std::unexpected(limit_error(reply.limits));
    else if (fault.action == RequestAction::reject_order)
      reply.body = std::unexpected(made_up_rejection(product()));
    else
      reply.body = handle(request);
  }
  send_reply(request, reply);
}

void ApiSocket::on_text(std::string_view text) {
  Request request;
  auto message = read_message(text);
  if (message) request.message = std::move(*message);
  const bool is_read =
      message && request.message.method &&
      (request.message.params.empty() || request.parameters.add_json(request.message.params));
  if (!is_read) {
    outbox().send(text_of(request, refuse(-1135, "Invalid JSON Request"), {}));
    return;
  }
  request.endpoint = find_socket_method(product(), *request.message.method);
  const RequestFault fault =
      service_.venue().before_request(request.endpoint != nullptr && request.endpoint->orders > 0);
  if (fault.delay_ns <= 0) return work_off(request, fault);
  later_(fault.delay_ns, [this, request = std::move(request), fault] { work_off(request, fault); });
}

}  // namespace kontor::emulator::binance
