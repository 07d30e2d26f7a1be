#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "base/codec.hpp"
#include "vault/credential_codec.hpp"
#include "vault/vault.hpp"
#include "vault/vault_format.hpp"

// Arbitrary bytes as a vault: its parts or an error, and the parts are written again byte for byte. The same
// as what is inside a record. And as changes to a vault that opens: it opens no more, unless nothing changed.

namespace {

using namespace kontor;
using Bytes = std::vector<std::byte>;

void read_layout(std::span<const std::byte> bytes) {
  const auto image = vault::parse(bytes);
  if (!image) return;
  const Bytes written = vault::unsealed_bytes(*image);
  ASSERT(std::ranges::equal(written, vault::without_seal(bytes)));
  ASSERT(std::memcmp(image->seal.data(), bytes.data() + written.size(), image->seal.size()) == 0);
  for (std::size_t i = 0; i < image->records.size(); ++i) {
    ASSERT(!vault::describe(image->records[i].name).empty());
    ASSERT(!vault::binding_of(*image, i).empty());
  }
}

void read_content(std::span<const std::byte> bytes) {
  if (bytes.size() > 4 * vault::kLongestSecret) return;
  vault::SecretBytes content(bytes.size());
  if (!bytes.empty()) std::memcpy(content.data(), bytes.data(), bytes.size());
  vault::Credential credential;
  if (!vault::unpack_credential(content, credential)) return;
  ASSERT(std::ranges::equal(vault::pack_credential(credential).bytes(), bytes));
}

vault::SecretText passphrase() { return vault::SecretText::copy_of("correct horse battery"); }

Bytes sealed_vault() {
  auto made = vault::Vault::make(passphrase(), {.operations = 1, .memory_bytes = 8192});
  ASSERT(made.has_value());
  for (const char* const account : {"main", "second"}) {
    vault::Credential credential;
    credential.owner = {vault::Venue::bybit, account};
    credential.key = vault::SecretText::copy_of("KEY");
    credential.secret = vault::SecretText::copy_of("SECRET");
    ASSERT(made->keys().add(std::move(credential)).has_value());
  }
  return made->seal();
}

/// The input is a list of edits: two bytes of place, one of value. What costs time on purpose stays as it is.
void change_vault(std::span<const std::byte> edits) {
  constexpr std::size_t kHardness = 16;
  constexpr std::size_t kHardnessEnd = 32;
  static const Bytes sealed = sealed_vault();
  Bytes changed = sealed;
  for (std::size_t at = 0; at + 3 <= std::min<std::size_t>(edits.size(), 12); at += 3) {
    const std::size_t place =
        (std::to_integer<std::size_t>(edits[at]) << 8U | std::to_integer<std::size_t>(edits[at + 1])) %
        changed.size();
    if (place < kHardness || place >= kHardnessEnd) changed[place] = edits[at + 2];
  }
  const auto opened = vault::Vault::open(changed, passphrase());
  ASSERT(opened.has_value() == (changed == sealed));
  if (opened) ASSERT(opened->keys().credentials().size() == 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read_layout(bytes);
  read_content(bytes);
  change_vault(bytes);
  return 0;
}
