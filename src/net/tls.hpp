#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace kontor::net {

/// Whom a client trusts. Both empty: the certificate authorities of the system.
struct TlsClientSettings {
  std::string ca_file{};  ///< certificates in PEM, instead of the system's
  std::string ca_pem{};   ///< the same as text, instead of a file
};

/// Who a server is.
struct TlsServerSettings {
  std::string certificate_pem;  ///< its certificate, then those that lead to the authority
  std::string key_pem;
};

/// How TLS is spoken: 1.2 or newer, certificate and host name always checked by clients. Made once, shared by
/// any number of connections; to load the system's authorities takes some 20 ms.
class TlsContext {
 public:
  /// Errors: io (the file cannot be read), bad_data (no certificate in it).
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_client(const TlsClientSettings& settings = {});
  /// Error bad_data: no certificate, no key, or they do not belong together.
  [[nodiscard]] static Result<std::shared_ptr<TlsContext>> for_server(const TlsServerSettings& settings);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  [[nodiscard]] ssl_ctx_st* native() const noexcept { return native_; }

 private:
  explicit TlsContext(ssl_ctx_st* native) noexcept : native_(native) {}

  ssl_ctx_st* native_;
};

}  // namespace kontor::net
