#include "net/tls.hpp"

#include <cstdint>
#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "net/openssl_handles.hpp"
#include "net/tls_session.hpp"

namespace kontor::net {
namespace {

Result<SSL_CTX*> new_context(const SSL_METHOD* method) {
  SSL_CTX* const native = SSL_CTX_new(method);
  if (native == nullptr) return fail(ErrorKind::internal, "TLS cannot be used: " + last_openssl_error());
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  return native;
}

Result<void> trust_text(SSL_CTX* native, const std::string& pem) {
  const BioHandle bio = open_pem(pem);
  X509_STORE* const store = SSL_CTX_get_cert_store(native);
  int found = 0;
  while (X509* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    const X509Handle owned(one);
    if (X509_STORE_add_cert(store, one) != 1)
      return fail(ErrorKind::bad_data, "a certificate cannot be trusted: " + last_openssl_error());
    ++found;
  }
  ERR_clear_error();  // the end of the text is one
  if (found == 0) return fail(ErrorKind::bad_data, "expected certificates of authorities in PEM, found none");
  return {};
}

Result<void> trust(SSL_CTX* native, const TlsClientSettings& settings) {
  if (!settings.ca_pem.empty()) return trust_text(native, settings.ca_pem);
  if (settings.ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(native) == 1) return {};
    return fail(ErrorKind::io,
                "the system's certificate authorities cannot be read: " + last_openssl_error());
  }
  if (SSL_CTX_load_verify_file(native, settings.ca_file.c_str()) == 1) return {};
  return fail(ErrorKind::io, fmt::format("{}: expected certificates of authorities in PEM, found: {}",
                                         settings.ca_file, last_openssl_error()));
}

Result<void> use_certificates(SSL_CTX* native, const std::string& pem) {
  const BioHandle bio = open_pem(pem);
  const X509Handle own(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!own || SSL_CTX_use_certificate(native, own.get()) != 1) {
    return fail(ErrorKind::bad_data,
                "expected the server's certificate in PEM, found: " + last_openssl_error());
  }
  while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(native, next) == 1) continue;
    X509_free(next);
    return fail(ErrorKind::bad_data, "a certificate of the chain cannot be used: " + last_openssl_error());
  }
  ERR_clear_error();
  return {};
}

Result<void> use_key(SSL_CTX* native, const std::string& pem) {
  const BioHandle bio = open_pem(pem);
  const KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key)
    return fail(ErrorKind::bad_data, "expected the server's key in PEM, found: " + last_openssl_error());
  if (SSL_CTX_use_PrivateKey(native, key.get()) == 1 && SSL_CTX_check_private_key(native) == 1) return {};
  return fail(ErrorKind::bad_data,
              "expected the key of the certificate, found another: " + last_openssl_error());
}

Result<SSL*> new_session(const TlsContext& context) {
  SSL* const session = SSL_new(context.native());
  if (session == nullptr) return fail(ErrorKind::internal, "TLS cannot be used: " + last_openssl_error());
  return session;
}

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

/// An address is looked for among the addresses of a certificate, and is not told as a name (RFC 6066, 3).
bool expect_host(SSL* session, const std::string& host) {
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // What SSL_set_tlsext_host_name stands for, without its cast.
  std::string name = host;
  return SSL_set1_host(session, host.c_str()) == 1 &&
         SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

TlsContext::~TlsContext() { SSL_CTX_free(native_); }

Result<std::shared_ptr<TlsContext>> TlsContext::for_client(const TlsClientSettings& settings) {
  TRY(SSL_CTX* const native, new_context(TLS_client_method()));
  std::shared_ptr<TlsContext> context(new TlsContext(native));
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
  TRY_VOID(trust(native, settings));
  return context;
}

Result<std::shared_ptr<TlsContext>> TlsContext::for_server(const TlsServerSettings& settings) {
  TRY(SSL_CTX* const native, new_context(TLS_server_method()));
  std::shared_ptr<TlsContext> context(new TlsContext(native));
  TRY_VOID(use_certificates(native, settings.certificate_pem));
  TRY_VOID(use_key(native, settings.key_pem));
  return context;
}

Result<ssl_st*> client_session(const TlsContext& context, const std::string& host) {
  TRY(SSL* const session, new_session(context));
  if (expect_host(session, host)) return session;
  SSL_free(session);
  return fail(ErrorKind::usage,
              "expected the name of a host, found one that TLS cannot check: " + last_openssl_error());
}

Result<ssl_st*> server_session(const TlsContext& context) { return new_session(context); }

void keep_buffers(ssl_st* session) noexcept { SSL_clear_mode(session, SSL_MODE_RELEASE_BUFFERS); }

std::string describe_tls_failure(ssl_st* session, std::string_view found) {
  const auto verdict = SSL_get_verify_result(session);
  if (verdict == X509_V_OK) return fmt::format("expected TLS 1.2 or newer, found: {}", found);
  return fmt::format("expected a certificate that is valid, trusted and the host's own, found: {}",
                     X509_verify_cert_error_string(verdict));
}

}  // namespace kontor::net
