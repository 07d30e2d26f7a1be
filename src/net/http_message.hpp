#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum.hpp>

namespace kontor::net {

/// `remove` is written DELETE.
BOOST_DEFINE_FIXED_ENUM_CLASS(HttpMethod, std::uint8_t, get, post, put, remove)

/// `GET`, `POST`, `PUT`, `DELETE`.
[[nodiscard]] constexpr std::string_view method_name(HttpMethod method) noexcept {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::post: return "POST";
    case HttpMethod::put: return "PUT";
    case HttpMethod::remove: return "DELETE";
  }
  return "GET";
}

struct HttpHeader {
  std::string name;
  std::string value;
};

/// A request that is ready to leave: nothing is added to its address, and Host and Content-Length are the
/// only headers that the client adds.
struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string url{};  ///< `https://api.binance.com/api/v3/time?…`
  std::vector<HttpHeader> headers{};
  std::string body{};
};

struct HttpResponse {
  unsigned status = 0;
  std::vector<HttpHeader> headers{};
  std::string body{};
  /// The value of the first header of that name, in any case; empty: there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

}  // namespace kontor::net
