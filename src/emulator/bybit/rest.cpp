#include "emulator/bybit/rest.hpp"

#include <string>

#include "emulator/bybit/authentication.hpp"
#include "emulator/bybit/identifiers.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";

/// A page of whatever stands before the venue, not of the venue.
net::HttpResponse bad_gateway_page() {
  return {
      502,
      {{"Content-Type", "text/html"}},
      "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>"
      "</center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n"};
}

net::HttpResponse unavailable() {
  return {503, {{"Content-Type", "text/plain"}}, "upstream connect error or disconnect/reset before headers"};
}

void add_retry_after(net::HttpResponse& response, DurationNs wait) {
  const std::int64_t seconds = (wait + kSecond - 1) / kSecond;
  if (seconds > 0) response.headers.push_back({"Retry-After", std::to_string(seconds)});
}

Checked<Parameters> parameters_of(const net::ServerRequest& request) {
  if (request.method == "POST") return Parameters::from_json(request.body);
  return Parameters::from_query(request.query());
}

}  // namespace

net::HttpResponse access_too_frequent() {
  return {403, {{"Content-Type", "text/plain"}}, "403, access too frequent"};
}

bool RestService::places_orders(const net::ServerRequest& request) {
  const FoundRoute found = find_route(request.method, request.path());
  return found.route != nullptr && found.route->places_orders;
}

net::HttpResponse RestService::respond(const net::ServerRequest& /*request*/, const Answer& answer,
                                       const Admission& admission, unsigned status) {
  const TimeNs now = desk_.venue().server_time();
  net::HttpResponse response{status, {{"Content-Type", std::string(kJson)}}, envelope(answer, now)};
  response.headers.push_back({"Traceid", trace_id_text(desk_.next_trace())});
  response.headers.push_back({"Timenow", std::to_string(milliseconds_of(now))});
  response.headers.push_back({"Ret_code", std::to_string(answer.code)});
  if (!admission.has_limit) return response;
  response.headers.push_back({"X-Bapi-Limit", std::to_string(admission.limit)});
  response.headers.push_back({"X-Bapi-Limit-Status", std::to_string(admission.remaining)});
  response.headers.push_back(
      {"X-Bapi-Limit-Reset-Timestamp", std::to_string(milliseconds_of(admission.resets_at))});
  return response;
}

net::HttpResponse RestService::answer_fault(const net::ServerRequest& request, const RequestFault& fault) {
  switch (fault.action) {
    case RequestAction::ban:
      desk_.venue()
          .limiter(Product::linear)
          .ban(desk_.venue().exchange().now(), address_of(request.peer), fault.retry_after_ns);
      return access_too_frequent();
    case RequestAction::server_error: return unavailable();
    case RequestAction::html_error: return bad_gateway_page();
    case RequestAction::maintenance: {
      auto response =
          respond(request, refuse(10016, "Server error. The system is under maintenance."), {}, 503);
      add_retry_after(response, fault.retry_after_ns);
      return response;
    }
    default: break;
  }
  // Signed requests hear of it in the body, others from what stands before the venue.
  if (!request.header("X-BAPI-API-KEY").empty()) return respond(request, answer_too_many(), {}, 200);
  auto response = respond(request, refuse(10429, "System level frequency protection"), {}, 429);
  add_retry_after(response, fault.retry_after_ns);
  return response;
}

RestReply RestService::work_off(const net::ServerRequest& request, bool refuses) {
  EmulatedVenue& venue = desk_.venue();
  const std::string address = address_of(request.peer);
  const auto refuse_with = [&](const Answer& answer, unsigned status) -> RestReply {
    const Admission admission = admit_address(venue, address);
    if (admission.answer != LimitAnswer::granted) return {access_too_frequent()};
    return {respond(request, answer, admission, status), venue.faults().reply()};
  };
  const FoundRoute found = find_route(request.method, request.path());
  if (found.route == nullptr && found.is_known_path) {
    return refuse_with(refuse(10001, "Request method " + request.method + " is not supported"), 400);
  }
  if (found.route == nullptr) return refuse_with(refuse(10017, "Route not found."), 404);
  const auto parameters = parameters_of(request);
  if (!parameters) return refuse_with(parameters.error(), 200);
  std::optional<KeyOwner> owner;
  if (found.route->access != Access::everybody) {
    const auto checked = authenticate(
        venue, {.key = request.header("X-BAPI-API-KEY"),
                .timestamp = request.header("X-BAPI-TIMESTAMP"),
                .receive_window = request.header("X-BAPI-RECV-WINDOW"),
                .signature = request.header("X-BAPI-SIGN"),
                .payload = request.method == "POST" ? std::string_view(request.body) : request.query(),
                .address = address});
    if (!checked) return refuse_with(checked.error(), 200);
    owner = *checked;
  }
  const Performed performed = desk_.perform({*found.route, *parameters, address, owner}, refuses);
  if (performed.admission.answer == LimitAnswer::banned) return {access_too_frequent()};
  const ReplyAction action =
      performed.answer.accepted_order ? venue.faults().after_acceptance() : venue.faults().reply();
  RestReply reply{respond(request, performed.answer, performed.admission, 200), action};
  if (action == ReplyAction::server_error) reply.response = unavailable();
  return reply;
}

RestReply RestService::answer(const net::ServerRequest& request, const RequestFault& fault) {
  if (fault.action == RequestAction::proceed) return work_off(request, false);
  if (fault.action == RequestAction::reject_order) return work_off(request, true);
  return {answer_fault(request, fault)};
}

}  // namespace kontor::emulator::bybit
