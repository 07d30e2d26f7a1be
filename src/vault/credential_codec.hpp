#pragma once

#include "base/result.hpp"
#include "vault/credential.hpp"
#include "vault/secret_bytes.hpp"

namespace kontor::vault {

/// What is encrypted of a credential: all but whose it is and its slot. The texts are within
/// check_credential().
[[nodiscard]] SecretBytes pack_credential(const Credential& credential);
/// The way back, into a credential whose owner and slot are known. Error bad_data.
[[nodiscard]] Result<void> unpack_credential(const SecretBytes& content, Credential& credential);

}  // namespace kontor::vault
