#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "vault/credential.hpp"

namespace kontor::vault {

/// Whether something had to be done; asking twice for the same is no error.
enum class Change : std::uint8_t { made, was_so };

/// The credentials of a vault, by venue, account and slot, and the rules by which they come and go. Knows
/// nothing of files and encryption. An account has a key in `active` always, and one in `next` while it is
/// being replaced.
class KeyRing {
 public:
  static constexpr std::size_t kMostCredentials = 256;

  /// The first key of an account. The same key and secret again: was_so. Error usage: it has another one.
  [[nodiscard]] Result<Change> add(Credential credential);
  /// A new key beside the active one, in `next`; its network is the active one's. The same again: was_so.
  /// Error not_found: no active key; usage: another one waits already, or it is the active one.
  [[nodiscard]] Result<Change> begin_rotation(Credential credential);
  /// The waiting key becomes the active one, which goes. Error not_found: none waits.
  [[nodiscard]] Result<void> finish_rotation(const AccountName& owner);
  /// The waiting key goes. None waits: was_so. Error not_found: no such account.
  [[nodiscard]] Result<Change> abort_rotation(const AccountName& owner);
  /// Takes one key out. Error not_found: it is not there; usage: the active one, while another waits for its
  /// place.
  [[nodiscard]] Result<void> remove(const AccountName& owner, Slot slot);
  /// Takes all keys of an account out. Error not_found: it has none.
  [[nodiscard]] Result<void> remove_all(const AccountName& owner);
  /// Notes what the venue says that the key may do. Error not_found.
  [[nodiscard]] Result<void> note_permissions(const AccountName& owner, Slot slot,
                                              const KeyPermissions& permissions);
  /// Puts a credential where it belongs, as read from a vault. Error bad_data: its place is taken, it is not
  /// what a credential has to be, or there are too many.
  [[nodiscard]] Result<void> restore(Credential credential);

  /// Null where there is none; valid until the next change.
  [[nodiscard]] const Credential* find(const AccountName& owner, Slot slot = Slot::active) const noexcept;
  [[nodiscard]] std::span<const Credential> credentials() const noexcept { return credentials_; }

 private:
  [[nodiscard]] Credential* find_own(const AccountName& owner, Slot slot) noexcept;
  [[nodiscard]] Result<Change> insert(Credential credential);
  void erase(const AccountName& owner, Slot slot);

  std::vector<Credential> credentials_;  ///< ascending by venue's name, account, slot
};

}  // namespace kontor::vault
