#include "emulator/bybit/signature.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace kontor::emulator::bybit {
namespace {

// Published by nautilus_trader (crates/adapters/bybit/src/common/credential.rs).
constexpr std::string_view kVectorSecret = "test_secret";
constexpr std::string_view kVectorHead = "1700000000000test_api_key5000";

TEST(BybitSignature, EqualsThePublishedVectors) {
  EXPECT_EQ(hmac_sha256_hex(kVectorSecret, std::string(kVectorHead) + "category=linear&symbol=BTCUSDT"),
            "fd4f31228a46109dc6673062328693696df9a96c7ff04e6491a45e7f63a0fdd7");
  EXPECT_EQ(
      hmac_sha256_hex(kVectorSecret,
                      std::string(kVectorHead) +
                          R"({"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "test-order-1"})"),
      "2df4a0603d69c08d5dea29ba85b46eb7db64ce9e9ebd34a7802a3d69700cb2a1");
  EXPECT_EQ(hmac_sha256_hex(kVectorSecret, "GET/realtime1700000000000"),
            "bacffe7500499eb829bb58c45d36d1b3e5ac67c14eaeba91df5e99ccee013925");
}

TEST(BybitSignature, OfASecretIsTakenOnlyIfItIsExact) {
  ApiKey key;
  key.secret = kVectorSecret;
  const std::string right = hmac_sha256_hex(kVectorSecret, "text");
  EXPECT_TRUE(is_signed_by(key, "text", right));
  EXPECT_FALSE(is_signed_by(key, "texT", right));
  EXPECT_FALSE(is_signed_by(key, "text", right.substr(1)));
  EXPECT_FALSE(is_signed_by(key, "text", ""));
  EXPECT_FALSE(is_signed_by(key, "text", std::string(64, '0')));
  EXPECT_FALSE(is_signed_by(key, "text", std::string(100'000, 'a')));
}

struct RsaPair {
  std::string public_pem;
  EVP_PKEY* key = EVP_RSA_gen(2048);
  RsaPair() {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    public_pem.assign(text, static_cast<std::size_t>(size));
    BIO_free(bio);
  }
  RsaPair(const RsaPair&) = delete;
  RsaPair& operator=(const RsaPair&) = delete;
  ~RsaPair() { EVP_PKEY_free(key); }

  [[nodiscard]] std::string sign(std::string_view text) const {
    EVP_MD_CTX* const digest = EVP_MD_CTX_new();
    EVP_DigestSignInit(digest, nullptr, EVP_sha256(), nullptr, key);
    std::vector<unsigned char> raw(512);
    std::size_t size = raw.size();
    EVP_DigestSign(digest, raw.data(), &size, reinterpret_cast<const unsigned char*>(text.data()),
                   text.size());
    EVP_MD_CTX_free(digest);
    std::string out(1024, '\0');
    out.resize(static_cast<std::size_t>(
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw.data(), static_cast<int>(size))));
    return out;
  }
};

TEST(BybitSignature, OfAPrivateKeyIsCheckedWithThePublicOne) {
  const RsaPair pair;
  const RsaPair other;
  ApiKey key;
  key.public_key_pem = pair.public_pem;
  EXPECT_TRUE(is_signed_by(key, "text", pair.sign("text")));
  EXPECT_FALSE(is_signed_by(key, "other", pair.sign("text")));
  EXPECT_FALSE(is_signed_by(key, "text", other.sign("text")));
  EXPECT_FALSE(is_signed_by(key, "text", "no base64"));
  EXPECT_FALSE(is_signed_by(key, "text", ""));
  key.public_key_pem = "no key";
  EXPECT_FALSE(is_signed_by(key, "text", pair.sign("text")));
}

}  // namespace
}  // namespace kontor::emulator::bybit
