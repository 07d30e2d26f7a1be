#include "vault/key_ring.hpp"

#include <algorithm>
#include <string>
#include <tuple>

#include <fmt/format.h>

namespace kontor::vault {
namespace {

auto order_of(const Credential& credential) {
  return std::tuple(name_of(credential.owner.venue), std::string_view(credential.owner.account),
                    credential.slot);
}

bool is_same_key(const Credential& a, const Credential& b) noexcept {
  return a.network == b.network && a.key.equals(b.key) && a.secret.equals(b.secret) &&
         a.extra.equals(b.extra);
}

std::unexpected<Error> no_key(const AccountName& owner, Slot slot) {
  return fail(ErrorKind::not_found, fmt::format("there is no {} key of {}", name_of(slot), name_of(owner)));
}

}  // namespace

const Credential* KeyRing::find(const AccountName& owner, Slot slot) const noexcept {
  const auto found = std::ranges::find_if(credentials_, [&](const Credential& credential) {
    return credential.owner == owner && credential.slot == slot;
  });
  return found == credentials_.end() ? nullptr : &*found;
}

Credential* KeyRing::find_own(const AccountName& owner, Slot slot) noexcept {
  const Credential* found = find(owner, slot);
  return found == nullptr ? nullptr : &credentials_[static_cast<std::size_t>(found - credentials_.data())];
}

Result<Change> KeyRing::insert(Credential credential) {
  TRY_VOID(check_credential(credential));
  if (credentials_.size() >= kMostCredentials) {
    return fail(ErrorKind::usage,
                fmt::format("expected at most {} keys in a vault, found one more", kMostCredentials));
  }
  const auto place = std::ranges::upper_bound(credentials_, order_of(credential), {}, order_of);
  credentials_.insert(place, std::move(credential));
  return Change::made;
}

void KeyRing::erase(const AccountName& owner, Slot slot) {
  std::erase_if(credentials_, [&](const Credential& credential) {
    return credential.owner == owner && credential.slot == slot;
  });
}

Result<Change> KeyRing::add(Credential credential) {
  credential.slot = Slot::active;
  const Credential* present = find(credential.owner);
  if (present == nullptr) return insert(std::move(credential));
  if (is_same_key(*present, credential)) return Change::was_so;
  return fail(ErrorKind::usage, fmt::format("{} has another key already ({}); rotate it, or remove it first",
                                            name_of(credential.owner), fingerprint_of(present->key)));
}

Result<Change> KeyRing::begin_rotation(Credential credential) {
  const Credential* active = find(credential.owner);
  if (active == nullptr) return no_key(credential.owner, Slot::active);
  credential.slot = Slot::next;
  credential.network = active->network;
  if (active->key.equals(credential.key)) {
    return fail(ErrorKind::usage, fmt::format("expected a new key, found the active one of {} again ({})",
                                              name_of(credential.owner), fingerprint_of(active->key)));
  }
  const Credential* waiting = find(credential.owner, Slot::next);
  if (waiting == nullptr) return insert(std::move(credential));
  if (is_same_key(*waiting, credential)) return Change::was_so;
  return fail(ErrorKind::usage,
              fmt::format("another new key of {} waits already ({}); finish or abort its rotation first",
                          name_of(credential.owner), fingerprint_of(waiting->key)));
}

Result<void> KeyRing::finish_rotation(const AccountName& owner) {
  if (find(owner, Slot::next) == nullptr) return no_key(owner, Slot::next);
  erase(owner, Slot::active);
  find_own(owner, Slot::next)->slot = Slot::active;  // its neighbours' order stays: the slot comes last in it
  return {};
}

Result<Change> KeyRing::abort_rotation(const AccountName& owner) {
  if (find(owner) == nullptr) return no_key(owner, Slot::active);
  if (find(owner, Slot::next) == nullptr) return Change::was_so;
  erase(owner, Slot::next);
  return Change::made;
}

Result<void> KeyRing::remove(const AccountName& owner, Slot slot) {
  if (find(owner, slot) == nullptr) return no_key(owner, slot);
  if (slot == Slot::active && find(owner, Slot::next) != nullptr) {
    return fail(
        ErrorKind::usage,
        fmt::format(
            "a new key of {} waits for the active one's place; finish its rotation instead, or remove "
            "both",
            name_of(owner)));
  }
  erase(owner, slot);
  return {};
}

Result<void> KeyRing::remove_all(const AccountName& owner) {
  if (find(owner) == nullptr) return no_key(owner, Slot::active);
  erase(owner, Slot::active);
  erase(owner, Slot::next);
  return {};
}

Result<void> KeyRing::note_permissions(const AccountName& owner, Slot slot,
                                       const KeyPermissions& permissions) {
  Credential* credential = find_own(owner, slot);
  if (credential == nullptr) return no_key(owner, slot);
  credential->permissions = permissions;
  return {};
}

Result<void> KeyRing::restore(Credential credential) {
  const std::string name = name_of(credential.owner);
  if (find(credential.owner, credential.slot) != nullptr) {
    return fail(ErrorKind::bad_data,
                fmt::format("expected one {} key of {}, found two", name_of(credential.slot), name));
  }
  if (auto outcome = insert(std::move(credential)); !outcome)
    return fail(ErrorKind::bad_data, fmt::format("the record of {}: {}", name, outcome.error().message));
  return {};
}

}  // namespace kontor::vault
