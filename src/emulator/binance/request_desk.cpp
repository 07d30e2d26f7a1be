#include "emulator/binance/request_desk.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "emulator/binance/gate.hpp"

namespace kontor::emulator::binance {
namespace {

constexpr std::string_view kErrorPage =
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad "
    "Gateway</h1></center></body></html>";
constexpr std::string_view kNotFoundPage =
    "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not "
    "Found</h1></center></body></html>";

net::HttpResponse json_response(unsigned status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.push_back({"Content-Type", "application/json;charset=UTF-8"});
  response.body = std::move(body);
  return response;
}

net::HttpResponse page_response(unsigned status, std::string_view page) {
  net::HttpResponse response;
  response.status = status;
  response.headers.push_back({"Content-Type", "text/html"});
  response.body = page;
  return response;
}

/// Query, form and JSON body in one. What the query says counts where the body says it too.
Answer<Parameters> read_parameters(const RestRequest& request) {
  Parameters parameters;
  TRY_VOID(parameters.add_query(request.query));
  if (request.body.empty()) return parameters;
  Parameters body;
  const bool is_json = contains_in_any_case(request.content_type, "application/json");
  TRY_VOID(is_json ? body.add_json(request.body) : body.add_query(request.body));
  for (const Parameters::Item& item : body.items())
    if (parameters.text(item.name).empty()) parameters.set(item.name, item.value);
  return parameters;
}

Claim claim_of(const RestRequest& request, const Parameters& parameters, const std::string& payload) {
  return {.key = request.key,
          .signature = parameters.text("signature"),
          .payload = payload,
          .address = request.address};
}

void add_limit_headers(net::HttpResponse& response, const LimitVerdict& verdict) {
  for (const LimitState& state : verdict.states) {
    if (state.rule->used_header.empty()) continue;
    response.headers.push_back({state.rule->used_header, std::to_string(state.used)});
    // The older spelling, without the interval, is still sent beside it.
    if (state.rule->used_header == "X-MBX-USED-WEIGHT-1M")
      response.headers.push_back({"X-MBX-USED-WEIGHT", std::to_string(state.used)});
  }
}

net::HttpResponse unknown_path(const RestRequest& request) {
  if (is_known_path(request.path))
    return error_response({.status = 405, .code = -1020, .text = "This operation is not supported."});
  if (!request.path.starts_with("/fapi/")) return page_response(404, kNotFoundPage);
  return error_response({.status = 404,
                         .code = -5000,
                         .text = fmt::format("Path {}, Method {} is invalid", request.path, request.method)});
}

/// The endpoint's own work.
Answer<std::string> work_off(Service& service, const RestRequest& request, const Parameters& parameters) {
  const Endpoint& endpoint = *request.endpoint;
  const bool is_json = contains_in_any_case(request.content_type, "application/json");
  const std::string payload = without_signature(request.query) +
                              (is_json ? std::string(request.body) : without_signature(request.body));
  TRY(const Identity caller, identify(service, endpoint, parameters, claim_of(request, parameters, payload)));
  return endpoint.handler(
      service,
      {.product = endpoint.product, .parameters = parameters, .account = caller.account, .key = request.key});
}

}  // namespace

LimitVerdict count_request(Service& service, Product product, const RestRequest& request,
                           const Parameters& parameters) {
  const Endpoint* endpoint = request.endpoint;
  const auto owner = request.key.empty() ? std::nullopt : service.exchange().find_key(request.key);
  const std::string account = owner ? std::to_string(owner->account.value) : std::string();
  const LimitVerdict verdict = service.venue().limiter(product).take(
      service.exchange().now(), {.address = request.address,
                                 .account = account,
                                 .weight = endpoint == nullptr ? 1 : endpoint->weight_of(parameters),
                                 .orders = endpoint == nullptr ? 0 : endpoint->orders});
  if (owner) service.note_orders_used(product, owner->account, verdict);
  return verdict;
}

ApiError fault_error(Service& service, Product product, const FaultedRequest& request) {
  const TimeNs now = service.exchange().now();
  LimitVerdict verdict{.retry_after_ns = request.retry_after_ns};
  switch (request.action) {
    case RequestAction::too_many_requests: verdict.answer = LimitAnswer::too_many_requests; break;
    case RequestAction::ban:
      service.venue().limiter(product).ban(now, request.address, request.retry_after_ns);
      verdict.answer = LimitAnswer::banned;
      verdict.banned_until = now + request.retry_after_ns;
      break;
    case RequestAction::maintenance:
      return {.status = 503,
              .code = -1016,
              .text = "This service is no longer available.",
              .retry_after_ns = request.retry_after_ns};
    default:
      return {.status = 500,
              .code = -1001,
              .text = "Internal error; unable to process your request. Please try again."};
  }
  return limit_error(verdict);
}

bool is_refused_before_looking(RequestAction fault) noexcept {
  return fault != RequestAction::proceed && fault != RequestAction::reject_order;
}

ApiError made_up_rejection(Product product) {
  if (product == Product::linear) return {.code = -2019, .text = "Margin is insufficient."};
  return {.code = -2010, .text = "Account has insufficient balance for requested action."};
}

ApiError unknown_outcome() {
  return {.status = 503,
          .code = -1007,
          .text =
              "Timeout waiting for response from backend server. Send status unknown; execution status "
              "unknown."};
}

net::HttpResponse error_response(const ApiError& error) {
  net::HttpResponse response = json_response(error.status, error_body(error));
  if (error.retry_after_ns > 0)
    response.headers.push_back(
        {"Retry-After", std::to_string((error.retry_after_ns + kSecond - 1) / kSecond)});
  return response;
}

HostPath split_host(std::string_view path) noexcept {
  for (const std::string_view scheme : {"/http://", "/https://", "/ws://", "/wss://"}) {
    if (!path.starts_with(scheme)) continue;
    const std::string_view rest = path.substr(scheme.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return {rest, "/"};
    return {rest.substr(0, slash), rest.substr(slash)};
  }
  return {{}, path};
}

std::string_view address_of(std::string_view peer) noexcept { return peer.substr(0, peer.rfind(':')); }

RestRequest RestRequest::of(const net::ServerRequest& request) {
  RestRequest rest;
  rest.method = request.method;
  rest.path = split_host(request.path()).path;
  rest.query = request.query();
  rest.body = request.body;
  rest.content_type = request.header("Content-Type");
  rest.key = request.header("X-MBX-APIKEY");
  rest.address = address_of(request.peer);
  rest.endpoint = find_endpoint(rest.method, rest.path);
  return rest;
}

DeskAnswer answer_rest(Service& service, const RestRequest& request, const RequestFault& fault) {
  const Product product = request.endpoint == nullptr ? Product::spot : request.endpoint->product;
  if (fault.action == RequestAction::html_error) return {page_response(502, kErrorPage)};
  if (is_refused_before_looking(fault.action))
    return {
        error_response(fault_error(service, product, {fault.action, fault.retry_after_ns, request.address}))};
  const Answer<Parameters> parameters = read_parameters(request);
  const LimitVerdict verdict =
      count_request(service, product, request, parameters ? *parameters : Parameters{});
  DeskAnswer answer;
  if (verdict.answer != LimitAnswer::granted) {
    answer.response = error_response(limit_error(verdict));
  } else if (request.endpoint == nullptr) {
    answer.response = unknown_path(request);
  } else if (!parameters) {
    answer.response = error_response(parameters.error());
  } else if (fault.action == RequestAction::reject_order) {
    answer.response = error_response(made_up_rejection(product));
  } else {
    Answer<std::string> body = work_off(service, request, *parameters);
    answer.placed_order = body.has_value() && request.endpoint->orders > 0;
    answer.response = body ? json_response(200, std::move(*body)) : error_response(body.error());
  }
  add_limit_headers(answer.response, verdict);
  return answer;
}

}  // namespace kontor::emulator::binance
