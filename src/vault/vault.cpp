#include "vault/vault.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "vault/credential_codec.hpp"

namespace kontor::vault {
namespace {

std::unexpected<Error> changed(std::string what) {
  return fail(ErrorKind::bad_data, fmt::format("the vault was damaged or changed: {}", what));
}

/// Why the seal is broken, as far as the records tell. Nothing of what they hold is used.
std::unexpected<Error> broken_seal(const VaultImage& image, const VaultKeys& keys) {
  std::vector<std::string> broken;
  for (std::size_t i = 0; i < image.records.size(); ++i) {
    if (!open_record(image.records[i], binding_of(image, i), keys.record))
      broken.push_back(describe(image.records[i].name));
  }
  if (broken.empty())
    return changed(
        "all records are as they were written, but the whole is not; one was removed or added at the end, "
        "or the seal is another vault's");
  if (broken.size() == image.records.size() && broken.size() > 1)
    return changed("no record belongs to it in this order and generation");
  return changed(fmt::format("not as it was written here is {}", fmt::join(broken, ", ")));
}

Result<Credential> credential_from(const VaultImage& image, std::size_t position, const SecretBytes& key) {
  const RecordName& name = image.records[position].name;
  const auto content = open_record(image.records[position], binding_of(image, position), key);
  if (!content) return changed(fmt::format("not as it was written here is {}", describe(name)));
  Credential credential;
  credential.owner = {name.venue, name.account};
  credential.slot = name.slot;
  if (auto outcome = unpack_credential(*content, credential); !outcome)
    return fail(ErrorKind::bad_data, fmt::format("{}: {}", describe(name), outcome.error().message));
  return credential;
}

SealedRecord named_record(const Credential& credential) {
  SealedRecord record;
  record.name = {kRecordVersion, credential.owner.venue, credential.slot, credential.owner.account};
  return record;
}

}  // namespace

Result<Vault> Vault::make(const SecretText& passphrase, const KeyHardness& hardness) {
  Vault vault;
  vault.preamble_ = make_preamble(hardness);
  TRY_VOID(vault.change_passphrase(passphrase));
  return vault;
}

Result<Vault> Vault::open(std::span<const std::byte> bytes, const SecretText& passphrase) {
  TRY(const VaultImage image, parse(bytes));
  TRY(const SecretBytes key, derive_key(passphrase, image.preamble));
  auto keys = unwrap_keys(image.key_box, key, image.preamble);
  if (!keys) return fail(ErrorKind::bad_data, "wrong passphrase, or the vault was changed");
  Vault vault;
  vault.preamble_ = image.preamble;
  vault.key_box_ = image.key_box;
  vault.keys_ = std::move(*keys);
  TRY_VOID(vault.take(bytes, image));
  return vault;
}

Result<void> Vault::take(std::span<const std::byte> bytes, const VaultImage& image) {
  if (!is_same_seal(seal_of(without_seal(bytes), keys_.seal), image.seal)) return broken_seal(image, keys_);
  KeyRing ring;
  for (std::size_t i = 0; i < image.records.size(); ++i) {
    TRY(auto credential, credential_from(image, i, keys_.record));
    TRY_VOID(ring.restore(std::move(credential)));
  }
  ring_ = std::move(ring);
  generation_ = image.generation;
  return {};
}

Result<void> Vault::reload(std::span<const std::byte> bytes) {
  TRY(const VaultImage image, parse(bytes));
  if (image.preamble != preamble_ || image.key_box != key_box_)
    return fail(ErrorKind::usage, "the passphrase of the vault was changed meanwhile; begin again");
  return take(bytes, image);
}

std::vector<std::byte> Vault::seal() const {
  VaultImage image;
  image.preamble = preamble_;
  image.key_box = key_box_;
  image.generation = generation_ + 1;
  for (const Credential& credential : ring_.credentials()) image.records.push_back(named_record(credential));
  for (std::size_t i = 0; i < image.records.size(); ++i)
    seal_record(image.records[i], pack_credential(ring_.credentials()[i]), binding_of(image, i),
                keys_.record);
  auto bytes = unsealed_bytes(image);
  const Seal seal = seal_of(bytes, keys_.seal);
  const auto end = std::as_bytes(std::span(seal));
  bytes.insert(bytes.end(), end.begin(), end.end());
  return bytes;
}

Result<void> Vault::change_passphrase(const SecretText& passphrase) {
  const Preamble preamble =
      make_preamble({.operations = preamble_.operations, .memory_bytes = preamble_.memory_bytes});
  TRY(const SecretBytes key, derive_key(passphrase, preamble));
  preamble_ = preamble;
  keys_ = make_keys();
  key_box_ = wrap_keys(keys_, key, preamble_);
  return {};
}

}  // namespace kontor::vault
