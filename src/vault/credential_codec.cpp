#include "vault/credential_codec.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"
#include "base/codec.hpp"

namespace kontor::vault {
namespace {

/// What is no secret among it, and so may pass through ordinary memory.
struct OpenPart {
  Network network = Network::mainnet;
  TimeNs created_at = 0;
  std::optional<KeyPermissions> permissions;
  BOOST_DESCRIBE_CLASS(OpenPart, (), (network, created_at, permissions), (), ())
};

std::uint8_t* pack_text(std::uint8_t* to, const SecretText& text) {
  ASSERT(text.size() <= kLongestSecret);
  const auto size = static_cast<std::uint16_t>(text.size());
  std::memcpy(to, &size, sizeof size);
  if (size != 0) std::memcpy(to + sizeof size, text.reveal().data(), size);
  return to + sizeof size + size;
}

SecretText unpack_text(Decoder& decoder) {
  std::uint16_t size = 0;
  decode_from(decoder, size);
  if (size > decoder.remaining() || size > kLongestSecret) decoder.fail();
  if (decoder.failed()) return {};
  SecretText text = SecretText::with_capacity(size);
  for (std::uint16_t i = 0; i < size; ++i) {
    char letter = 0;
    decoder.bytes(&letter, 1);
    ASSERT(text.push_back(letter));
  }
  return text;
}

}  // namespace

SecretBytes pack_credential(const Credential& credential) {
  const auto open = encode(OpenPart{credential.network, credential.created_at, credential.permissions});
  const std::array texts{&credential.key, &credential.secret, &credential.extra};
  std::size_t size = open.size();
  for (const SecretText* text : texts) size += sizeof(std::uint16_t) + text->size();
  SecretBytes content(size);
  std::memcpy(content.data(), open.data(), open.size());
  std::uint8_t* to = content.data() + open.size();
  for (const SecretText* text : texts) to = pack_text(to, *text);
  return content;
}

Result<void> unpack_credential(const SecretBytes& content, Credential& credential) {
  Decoder decoder(content.bytes());
  OpenPart open;
  decode_from(decoder, open);
  credential.network = open.network;
  credential.created_at = open.created_at;
  credential.permissions = open.permissions;
  credential.key = unpack_text(decoder);
  credential.secret = unpack_text(decoder);
  credential.extra = unpack_text(decoder);
  if (!decoder.failed() && decoder.remaining() == 0) return {};
  return fail(ErrorKind::bad_data, "expected a credential, found bytes that are none");
}

}  // namespace kontor::vault
