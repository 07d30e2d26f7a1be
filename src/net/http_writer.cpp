#include "net/http_writer.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.hpp"

namespace kontor::net {
namespace {

constexpr std::array<std::string_view, 3> kWritersOwn = {"Host", "Content-Length", "Transfer-Encoding"};
constexpr std::array<std::string_view, 3> kResponseWritersOwn = {"Content-Length", "Transfer-Encoding",
                                                                 "Connection"};

/// RFC 9110, 5.6.2.
bool is_token_letter(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}
bool is_value_letter(char c) noexcept {
  return static_cast<unsigned char>(c) >= ' ' ? c != '\x7f' : c == '\t';
}

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view one) { return equals_in_any_case(name, one); });
}

void append_headers(std::string& out, const std::vector<HttpHeader>& headers) {
  for (const HttpHeader& one : headers) out.append(one.name).append(": ").append(one.value).append("\r\n");
}

bool wants_length(const HttpRequest& request) noexcept {
  return !request.body.empty() || request.method == HttpMethod::post || request.method == HttpMethod::put;
}

}  // namespace

Result<void> check_request_headers(const std::vector<HttpHeader>& headers) {
  for (const HttpHeader& one : headers) {
    if (one.name.empty() || !std::ranges::all_of(one.name, is_token_letter)) {
      return fail(ErrorKind::usage, "expected the name of a header, found one with other letters, or none");
    }
    if (!std::ranges::all_of(one.value, is_value_letter)) {
      return fail(ErrorKind::usage,
                  fmt::format("expected a header {} in one line, found control characters", one.name));
    }
    if (is_one_of(one.name, kWritersOwn)) {
      return fail(ErrorKind::usage,
                  fmt::format("expected no header {}, which the client writes itself", one.name));
    }
  }
  return {};
}

void append_request(std::string& out, const HttpRequest& request, const RequestTarget& target) {
  out.append(method_name(request.method)).append(" ");
  if (target.is_absolute) out.append(target.url.origin());
  out.append(target.url.target).append(" HTTP/1.1\r\nHost: ").append(target.url.authority()).append("\r\n");
  if (!target.proxy_authorization.empty()) {
    out.append("Proxy-Authorization: ").append(target.proxy_authorization).append("\r\n");
  }
  append_headers(out, request.headers);
  if (wants_length(request))
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
  out.append("\r\n").append(request.body);
}

void append_upgrade_request(std::string& out, const Url& url, std::string_view key,
                            const std::vector<HttpHeader>& headers) {
  fmt::format_to(std::back_inserter(out),
                 "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n",
                 url.target, url.authority(), key);
  append_headers(out, headers);
  out.append("\r\n");
}

std::size_t append_response(std::string& out, const HttpResponse& response, bool keeps_alive,
                            bool with_body) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 status_text(response.status));
  for (const HttpHeader& one : response.headers) {
    if (is_one_of(one.name, kResponseWritersOwn)) continue;
    out.append(one.name).append(": ").append(one.value).append("\r\n");
  }
  const bool has_body = response.status >= 200 && response.status != 204 && response.status != 304;
  if (has_body) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  out.append(keeps_alive ? "\r\n" : "Connection: close\r\n\r\n");
  const std::size_t body_at = out.size();
  if (has_body && with_body) out.append(response.body);
  return body_at;
}

void append_upgrade_response(std::string& out, std::string_view accept) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: {}\r\n\r\n",
                 accept);
}

std::string_view status_text(unsigned status) noexcept {
  constexpr std::array<std::pair<unsigned, std::string_view>, 27> kTexts = {{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {413, "Content Too Large"},
      {418, "I'm a teapot"},
      {426, "Upgrade Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  }};
  const auto* const found = std::ranges::find(kTexts, status, &std::pair<unsigned, std::string_view>::first);
  return found == kTexts.end() ? std::string_view() : found->second;
}

}  // namespace kontor::net
