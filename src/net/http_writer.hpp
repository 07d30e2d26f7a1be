#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_message.hpp"
#include "net/url.hpp"

namespace kontor::net {

/// Error usage: a header that would break the message, or one that is the client's to write. Names the
/// header, never its value.
[[nodiscard]] Result<void> check_request_headers(const std::vector<HttpHeader>& headers);

struct RequestTarget {
  const Url& url;
  bool is_absolute = false;                ///< as a proxy wants it
  std::string_view proxy_authorization{};  ///< empty: none
};
void append_request(std::string& out, const HttpRequest& request, const RequestTarget& target);

/// The request that opens a WebSocket.
void append_upgrade_request(std::string& out, const Url& url, std::string_view key,
                            const std::vector<HttpHeader>& headers);

/// An answer with Content-Length; headers of the response that the writer adds itself are left out. Returns
/// where the body begins.
std::size_t append_response(std::string& out, const HttpResponse& response, bool keeps_alive, bool with_body);
void append_upgrade_response(std::string& out, std::string_view accept);

/// `Not Found`; empty where the status is not known.
[[nodiscard]] std::string_view status_text(unsigned status) noexcept;

}  // namespace kontor::net
