#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/tls.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace kontor::net {

// One connection's part of TLS. Who asks for a session owns it.

/// Names the host to the server, and accepts no certificate but the host's.
[[nodiscard]] Result<ssl_st*> client_session(const TlsContext& context, const std::string& host);
[[nodiscard]] Result<ssl_st*> server_session(const TlsContext& context);
/// Asio asks OpenSSL to free its buffers after every message, which is lean where connections are many and
/// idle. Ours are few and busy.
void keep_buffers(ssl_st* session) noexcept;
/// What was expected and what was found; the certificate's fault where it was that.
[[nodiscard]] std::string describe_tls_failure(ssl_st* session, std::string_view found);

}  // namespace kontor::net
