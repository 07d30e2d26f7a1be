#include "net/certificate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "net/openssl_handles.hpp"

namespace kontor::net {
namespace {

using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>>;

constexpr std::string_view kAuthorityName = "Kontor private authority";

struct Validity {
  TimeNs from = 0;
  TimeNs until = 0;
};

/// Who vouches; its certificate is empty where somebody vouches for itself.
struct Issuer {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

std::unexpected<Error> refused(std::string_view what) {
  return fail(ErrorKind::internal, fmt::format("cannot make {}: {}", what, last_openssl_error()));
}

bool is_host_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == ':' || c == '*' || c == '_';
}

bool is_address_text(const std::string& name) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

Result<std::string> alternative_names(const PrivateAuthorityOptions& options) {
  std::vector<std::string> names = options.names;
  if (options.names_this_machine) names.insert(names.end(), {"localhost", "127.0.0.1", "::1"});
  if (names.empty()) return fail(ErrorKind::usage, "expected a name for the certificate, found none");
  std::string text;
  for (const std::string& name : names) {
    if (name.empty() || !std::ranges::all_of(name, is_host_letter)) {
      return fail(ErrorKind::usage,
                  fmt::format("expected the name of a host or its address, found \"{}\"", name));
    }
    text += fmt::format(fmt::runtime(text.empty() ? "{}:{}" : ",{}:{}"), is_address_text(name) ? "IP" : "DNS",
                        name);
  }
  return text;
}

bool set_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 8> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = number << 8U | byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1U) == 1;
}

bool set_validity(X509* certificate, const Validity& validity) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), floor_divide(validity.from, kSecond)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), floor_divide(validity.until, kSecond)) != nullptr;
}

bool set_name(X509* certificate, std::string_view common_name) {
  const std::vector<unsigned char> bytes(common_name.begin(), common_name.end());
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                    bytes.data(), static_cast<int>(bytes.size()), -1, 0) == 1;
}

Result<X509Handle> make_certificate(EVP_PKEY* key, std::string_view name, const Validity& validity,
                                    const std::vector<std::pair<int, std::string>>& extensions,
                                    const Issuer& issuer) {
  X509Handle made(X509_new());
  X509* const certificate = made.get();
  bool fits = certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1 &&
              set_serial(certificate) && set_validity(certificate, validity) && set_name(certificate, name) &&
              X509_set_pubkey(certificate, key) == 1;
  X509* const voucher = issuer.certificate != nullptr ? issuer.certificate : certificate;
  fits = fits && X509_set_issuer_name(certificate, X509_get_subject_name(voucher)) == 1;
  for (const auto& [kind, value] : extensions)
    fits = fits && set_extension(certificate, voucher, kind, value);
  if (!fits || X509_sign(certificate, issuer.key, EVP_sha256()) == 0) return refused("a certificate");
  return made;
}

std::string text_of(BIO* memory) {
  std::string text(BIO_ctrl_pending(memory), '\0');
  const int size = BIO_read(memory, text.data(), static_cast<int>(text.size()));
  text.resize(static_cast<std::size_t>(std::max(size, 0)));
  return text;
}

Result<std::string> pem_of(X509* certificate) {
  const BioHandle memory(BIO_new(BIO_s_mem()));
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1)
    return refused("the text of a certificate");
  return text_of(memory.get());
}

Result<std::string> pem_of(EVP_PKEY* key) {
  const BioHandle memory(BIO_new(BIO_s_mem()));
  if (!memory || PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return refused("the text of a key");
  }
  return text_of(memory.get());
}

Result<KeyHandle> make_key() {
  KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (!key) return refused("a key");
  return key;
}

}  // namespace

Result<PrivateAuthority> generate_private_authority(const PrivateAuthorityOptions& options) {
  if (options.valid_for <= 0 || options.valid_from > kTimeMax - options.valid_for) {
    return fail(ErrorKind::usage,
                fmt::format("expected a validity from {} on for some time, found {}",
                            format_time(options.valid_from), format_duration(options.valid_for)));
  }
  TRY(const std::string names, alternative_names(options));
  const Validity validity{options.valid_from, options.valid_from + options.valid_for};
  TRY(const KeyHandle authority_key, make_key());
  TRY(const X509Handle authority, make_certificate(authority_key.get(), kAuthorityName, validity,
                                                   {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                                    {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                                    {NID_subject_key_identifier, "hash"}},
                                                   {.key = authority_key.get()}));
  TRY(const KeyHandle key, make_key());
  TRY(const X509Handle server,
      make_certificate(key.get(), "Kontor", validity,
                       {{NID_basic_constraints, "critical,CA:FALSE"},
                        {NID_key_usage, "critical,digitalSignature"},
                        {NID_ext_key_usage, "serverAuth"},
                        {NID_subject_key_identifier, "hash"},
                        {NID_authority_key_identifier, "keyid:always"},
                        {NID_subject_alt_name, names}},
                       {.certificate = authority.get(), .key = authority_key.get()}));
  PrivateAuthority made;
  TRY(made.ca_pem, pem_of(authority.get()));
  TRY(made.certificate_pem, pem_of(server.get()));
  TRY(made.key_pem, pem_of(key.get()));
  return made;
}

}  // namespace kontor::net
