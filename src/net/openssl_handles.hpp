#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace kontor::net {

// Owners of OpenSSL's objects, for the sources of this room.

template <auto kFree>
struct OpensslDeleter {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

using BioHandle = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using X509Handle = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;

/// The text must outlive what is returned.
[[nodiscard]] BioHandle open_pem(const std::string& text);
/// Why the last call of OpenSSL on this thread failed; forgets it.
[[nodiscard]] std::string last_openssl_error();

}  // namespace kontor::net
