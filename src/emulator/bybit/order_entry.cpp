#include <fmt/format.h>

#include "emulator/bybit/authentication.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/session.hpp"
#include "emulator/json_writer.hpp"

// The operations of `/v5/trade`.

namespace kontor::emulator::bybit {
namespace {

constexpr std::size_t kLongestId = 36;

Answer answer_of_fault(RequestAction action) {
  switch (action) {
    case RequestAction::too_many_requests: return refuse(10429, "System level frequency protection");
    case RequestAction::ban: return refuse(10403, "exceed IP rate limit");
    case RequestAction::maintenance: return refuse(10019, "ws trade service is restarting");
    default: return refuse(10016, "internal server error");
  }
}

bool is_worked_off(RequestAction action) noexcept {
  return action == RequestAction::proceed || action == RequestAction::reject_order;
}

}  // namespace

bool Session::is_repeated(const std::string& id) {
  if (id.empty()) return false;
  if (!known_ids_.insert(id).second) return true;
  id_order_.push_back(id);
  if (id_order_.size() > kMaxRememberedIds) {
    known_ids_.erase(id_order_.front());
    id_order_.pop_front();
  }
  return false;
}

std::optional<Answer> Session::refuse_order(const SocketRequest& request) {
  if (!account_) return refuse(10004, "Request not authorized");
  if (find_operation(request.operation) == nullptr) {
    return refuse(10404, fmt::format("op type is not found: {}", request.operation));
  }
  if (request.id.size() > kLongestId) return refuse(10001, "reqId is too long");
  if (is_repeated(request.id)) return refuse(20006, "reqId is duplicated");
  if (request.objects.size() != 1) return refuse(10001, "args must hold one object");
  const auto category = parse_category(request.objects.front().get("category"));
  if (!category || !product_of(*category)) return refuse(10404, "category is not correct or not supported");
  const auto in_time = check_time(host_.desk.venue(), request.header.get("X-BAPI-TIMESTAMP"),
                                  request.header.get("X-BAPI-RECV-WINDOW"));
  if (!in_time) return in_time.error();
  return std::nullopt;
}

std::string Session::order_reply(const SocketRequest& request, const Answer& answer,
                                 const Admission& admission) {
  const TimeNs venue_now = host_.desk.venue().server_time();
  JsonWriter out;
  out.begin_object();
  if (!request.id.empty()) out.text("reqId", request.id);
  out.number("retCode", answer.code).text("retMsg", answer.message).text("op", request.operation);
  out.raw("data", answer.result).raw("retExtInfo", answer.extension);
  out.key("header").begin_object();
  if (admission.has_limit) {
    out.text("X-Bapi-Limit", std::to_string(admission.limit));
    out.text("X-Bapi-Limit-Status", std::to_string(admission.remaining));
    out.text("X-Bapi-Limit-Reset-Timestamp", std::to_string(milliseconds_of(admission.resets_at)));
  }
  out.text("Traceid", trace_id_text(host_.desk.next_trace()));
  out.text("Timenow", std::to_string(milliseconds_of(venue_now))).end_object();
  out.text("connId", connection_id_).end_object();
  return std::move(out).take();
}

void Session::handle_order(const SocketRequest& request) {
  const Route* const route = find_operation(request.operation);
  const RequestFault fault = host_.desk.venue().before_request(route != nullptr && route->places_orders);
  host_.delays.after(fault.delay_ns, [weak = weak_from_this(), request, fault] {
    if (const auto self = weak.lock()) self->work_off_order(request, fault);
  });
}

void Session::work_off_order(const SocketRequest& request, const RequestFault& fault) {
  if (fault.action == RequestAction::hang) return;
  if (fault.action == RequestAction::close_connection) return outbox_->abort();
  if (!is_worked_off(fault.action)) {
    outbox_->send(order_reply(request, answer_of_fault(fault.action), {}));
    return;
  }
  if (const auto refusal = refuse_order(request)) {
    outbox_->send(order_reply(request, *refusal, {}));
    return;
  }
  EmulatedVenue& venue = host_.desk.venue();
  const auto owner = venue.exchange().find_key(key_);
  if (!owner || !owner->key->enabled) {
    outbox_->send(order_reply(request, refuse(10003, "API key is invalid."), {}));
    return;
  }
  const Performed performed =
      host_.desk.perform({*find_operation(request.operation), request.objects.front(), address_, owner},
                         fault.action == RequestAction::reject_order);
  Answer answer = performed.answer;
  if (performed.admission.answer == LimitAnswer::banned) answer = answer_of_fault(RequestAction::ban);
  const ReplyAction action =
      answer.accepted_order ? venue.faults().after_acceptance() : venue.faults().reply();
  if (action == ReplyAction::server_error) answer = answer_of_fault(RequestAction::server_error);
  const std::string reply = order_reply(request, answer, performed.admission);
  switch (action) {
    case ReplyAction::send:
    case ReplyAction::server_error: outbox_->send(reply); return;
    case ReplyAction::close_connection: outbox_->abort(); return;
    case ReplyAction::hang: return;
    case ReplyAction::truncate: outbox_->break_off(reply); return;
  }
}

}  // namespace kontor::emulator::bybit
