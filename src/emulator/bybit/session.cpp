#include "emulator/bybit/session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/bybit/authentication.hpp"
#include "emulator/bybit/topics.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::uint16_t kGoingAway = 1001;
constexpr std::uint16_t kPolicy = 1008;
constexpr DurationNs kLeastIdle = 30 * kSecond;
constexpr DurationNs kMostIdle = 600 * kSecond;

struct GuardTopic {
  std::string_view topic;
  Product product;
};
constexpr GuardTopic kGuardTopics[] = {{"dcp.future", Product::linear}, {"dcp.spot", Product::spot}};

}  // namespace

std::optional<SocketPath> parse_socket_path(std::string_view path, std::string_view query) {
  SocketPath found;
  if (path == "/v5/public/spot")
    found.kind = SessionKind::public_spot;
  else if (path == "/v5/public/linear")
    found.kind = SessionKind::public_linear;
  else if (path == "/v5/public/inverse" || path == "/v5/public/option")
    found.kind = SessionKind::public_empty;
  else if (path == "/v5/private")
    found.kind = SessionKind::account;
  else if (path == "/v5/trade")
    found.kind = SessionKind::trade;
  else
    return std::nullopt;
  const Parameters parameters = Parameters::from_query(query);
  if (!parameters.has("max_active_time")) return found;
  const auto idle = parse_duration(parameters.get("max_active_time"));
  if (!idle || *idle < kLeastIdle || *idle > kMostIdle) return std::nullopt;
  found.idle_ns = *idle;
  return found;
}

Session::Session(SessionHost host, SocketPath path, std::string address, std::string connection_id)
    : host_(host),
      path_(path),
      address_(std::move(address)),
      connection_id_(std::move(connection_id)),
      outbox_(std::make_shared<Outbox>(host.delays)),
      last_heard_(host.desk.venue().exchange().now()) {}

bool Session::is_public() const noexcept {
  return path_.kind != SessionKind::account && path_.kind != SessionKind::trade;
}

Product Session::product() const noexcept {
  return path_.kind == SessionKind::public_spot ? Product::spot : Product::linear;
}

std::optional<AccountId> Session::account() const noexcept { return account_; }

void Session::on_market_message(std::string_view text) {
  outbox_->send_with(text, host_.desk.venue().faults().market_message());
}

void Session::on_account_message(std::string_view text) {
  outbox_->send_with(text, host_.desk.venue().faults().private_message());
}

bool Session::count_message() {
  const TimeNs second = now() / kSecond;
  if (second != second_) messages_in_second_ = 0;
  second_ = second;
  const bool orders = path_.kind == SessionKind::trade;
  return ++messages_in_second_ <= (orders ? kMaxOrderMessagesPerSecond : kMaxMessagesPerSecond);
}

void Session::received(std::string_view text) {
  if (outbox_->is_silent()) return;
  last_heard_ = now();
  if (!count_message()) {
    outbox_->close(kPolicy, "too many messages");
    return;
  }
  const auto request = parse_socket_request(text);
  if (!request) {
    answer_operation({}, false, "error:request parse failed");
    return;
  }
  handle(*request);
}

void Session::handle(const SocketRequest& request) {
  if (request.operation == "ping") return answer_ping(request);
  if (request.operation == "pong") return;
  if (!is_public() && request.operation == "auth") return log_in(request);
  if (path_.kind == SessionKind::trade) return handle_order(request);
  if (request.operation == "subscribe") return subscribe(request);
  if (request.operation == "unsubscribe") return unsubscribe(request);
  answer_operation(request, false, "error:invalid op");
}

void Session::answer_operation(const SocketRequest& request, bool success, std::string_view message) {
  JsonWriter out;
  out.begin_object().flag("success", success).text("ret_msg", message).text("conn_id", connection_id_);
  if (!request.id.empty() || path_.kind != SessionKind::account) out.text("req_id", request.id);
  out.text("op", request.operation).end_object();
  outbox_->send(out.view());
}

void Session::answer_ping(const SocketRequest& request) {
  if (is_public()) {
    answer_operation(request, true, "pong");
    return;
  }
  const std::string now_text = std::to_string(milliseconds_of(host_.desk.venue().server_time()));
  JsonWriter out;
  out.begin_object();
  if (path_.kind == SessionKind::trade) {
    out.number("retCode", 0).text("retMsg", "OK").text("op", "pong");
    out.key("data").begin_array().text(now_text).end_array().text("connId", connection_id_);
  } else {
    out.text("req_id", request.id).text("op", "pong");
    out.key("args").begin_array().text(now_text).end_array().text("conn_id", connection_id_);
  }
  out.end_object();
  outbox_->send(out.view());
}

void Session::answer_login(const SocketRequest& request, const Answer& answer) {
  if (path_.kind == SessionKind::account) {
    answer_operation(request, answer.ok(), answer.ok() ? "" : answer.message);
    return;
  }
  JsonWriter out;
  out.begin_object();
  if (!request.id.empty()) out.text("reqId", request.id);
  out.number("retCode", answer.code).text("retMsg", answer.message).text("op", "auth");
  out.text("connId", connection_id_).end_object();
  outbox_->send(out.view());
}

void Session::log_in(const SocketRequest& request) {
  if (account_) return answer_login(request, refuse(20001, "Repeat auth"));
  const auto argument = [&](std::size_t i) {
    return i < request.arguments.size() ? std::string_view(request.arguments[i]) : std::string_view();
  };
  const auto owner =
      authenticate_login(host_.desk.venue(), {argument(0), argument(1), argument(2), address_});
  if (!owner) return answer_login(request, owner.error());
  account_ = owner->account;
  key_ = owner->key->key;
  if (path_.kind == SessionKind::account) host_.accounts.add(*account_, *this);
  answer_login(request, {});
}

std::string Session::complaint_about(const SocketRequest& request) const {
  if (request.arguments.empty()) return "error:args is empty";
  if (path_.kind == SessionKind::public_spot && request.arguments.size() > kMaxSpotArguments)
    return "args size >10";
  std::size_t text = topic_text_;
  for (const std::string& topic : request.arguments) {
    text += topic.size();
    if (topics_.contains(topic)) return "error:already subscribed,topic:" + topic;
    if (path_.kind == SessionKind::account) {
      if (private_topic_base(topic).empty()) return "error:handler not found,topic:" + topic;
      continue;
    }
    if (path_.kind == SessionKind::public_empty) return "Invalid symbol :[" + topic + "]";
    if (const auto checked = host_.market.check(product(), topic); !checked) return checked.error();
  }
  const bool too_many = text > kMaxArgumentText || topics_.size() + request.arguments.size() > kMaxTopics;
  return too_many ? "error:args exceed the limit" : "";
}

void Session::subscribe(const SocketRequest& request) {
  if (path_.kind == SessionKind::account && !account_) {
    answer_operation(request, false, "Request not authorized");
    return;
  }
  const std::string complaint = complaint_about(request);
  if (!complaint.empty()) {
    answer_operation(request, false, complaint);
    return;
  }
  answer_operation(request, true, path_.kind == SessionKind::public_spot ? "subscribe" : "");
  for (const std::string& topic : request.arguments) {
    if (!topics_.insert(topic).second) continue;
    topic_text_ += topic.size();
    if (path_.kind != SessionKind::account) host_.market.subscribe(*this, product(), topic);
  }
  if (path_.kind == SessionKind::account) set_guards(false);
}

void Session::unsubscribe(const SocketRequest& request) {
  for (const std::string& topic : request.arguments) {
    if (topics_.erase(topic) == 0) continue;
    topic_text_ -= topic.size();
    if (is_public()) host_.market.unsubscribe(*this, product(), topic);
  }
  answer_operation(request, true, path_.kind == SessionKind::public_spot ? "unsubscribe" : "");
}

void Session::set_guards(bool armed) {
  Exchange& exchange = host_.desk.venue().exchange();
  for (const GuardTopic& guard : kGuardTopics) {
    if (!reads(guard.topic)) continue;
    const DisconnectGuard& settings =
        host_.desk.memory().account(*account_).guards[static_cast<std::size_t>(guard.product)];
    if (!settings.is_on) continue;
    // What the core refuses is a window out of range, and ours come from a range within it.
    (void)exchange.set_countdown(*account_, guard.product, std::nullopt, armed ? settings.window_ns : 0);
  }
}

void Session::forget_socket() noexcept { outbox_->forget(); }

void Session::closed() {
  host_.market.forget(*this);
  host_.accounts.forget(*this);
  if (!account_ || path_.kind != SessionKind::account) return;
  // Another socket that still reads a guard's topic keeps it off.
  for (const GuardTopic& guard : kGuardTopics) {
    if (host_.accounts.is_read(*account_, guard.topic)) topics_.erase(std::string(guard.topic));
  }
  set_guards(true);
}

void Session::tick() {
  switch (host_.desk.venue().faults().socket_tick()) {
    case SocketAction::go_silent: outbox_->fall_silent(); return;
    case SocketAction::close: outbox_->close(kGoingAway, ""); return;
    case SocketAction::cut: outbox_->break_off(R"({"topic":"","type":"snapshot","ts":0,"data":[]})"); return;
    case SocketAction::expire_listen_key:
    case SocketAction::none: break;
  }
  if (!outbox_->is_silent() && now() - last_heard_ > path_.idle_ns) outbox_->close(kGoingAway, "idle");
}

}  // namespace kontor::emulator::bybit
