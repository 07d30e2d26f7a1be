#include "vault/vault_file.hpp"

#include <system_error>

#include <fmt/format.h>

#include "vault/guarded_file.hpp"
#include "vault/vault_format.hpp"
#include "vault/vault_lock.hpp"

namespace kontor::vault {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> with_path(const fs::path& path, Error error) {
  return fail(error.kind, fmt::format("{}: {}", path.string(), error.message));
}

std::unexpected<Error> is_there_already(const fs::path& path) {
  return fail(ErrorKind::usage,
              fmt::format("{}: expected no vault yet, found one; begin again", path.string()));
}

}  // namespace

bool VaultFile::exists(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

Result<VaultFile> VaultFile::open(const fs::path& path, const SecretText& passphrase,
                                  const VaultFileOptions& options) {
  if (!exists(path)) {
    return fail(ErrorKind::not_found,
                fmt::format("there is no vault at {}; 'kontor keys add' makes one", path.string()));
  }
  std::vector<std::byte> bytes;
  {
    TRY(const auto lock, VaultLock::take(path, LockKind::shared, options.longest_wait));
    TRY(bytes, read_guarded(path, kLargestVault));
  }
  auto vault = Vault::open(bytes, passphrase);
  if (!vault) return with_path(path, std::move(vault).error());
  return VaultFile(path, std::move(*vault), options, false);
}

Result<VaultFile> VaultFile::make(const fs::path& path, const SecretText& passphrase,
                                  const VaultFileOptions& options) {
  if (exists(path)) return is_there_already(path);
  TRY(auto vault, Vault::make(passphrase, options.hardness));
  return VaultFile(path, std::move(vault), options, true);
}

Result<void> VaultFile::refresh() {
  if (is_new_) {
    vault_.keys() = KeyRing();
    return exists(path_) ? Result<void>(is_there_already(path_)) : Result<void>();
  }
  TRY(const auto bytes, read_guarded(path_, kLargestVault));
  if (auto outcome = vault_.reload(bytes); !outcome) return with_path(path_, std::move(outcome).error());
  return {};
}

Result<void> VaultFile::change_and_write(const std::function<Result<void>(Vault&)>& change) {
  TRY_VOID(change(vault_));
  const auto bytes = vault_.seal();
  // A vault that could not be opened again never replaces one that could.
  if (auto outcome = vault_.reload(bytes); !outcome) {
    return fail(ErrorKind::internal, fmt::format("{}: the new vault does not open, the old one stays: {}",
                                                 path_.string(), outcome.error().message));
  }
  TRY_VOID(write_guarded(path_, bytes));
  is_new_ = false;
  return {};
}

Result<void> VaultFile::update(const std::function<Result<void>(Vault&)>& change) {
  if (is_new_) TRY_VOID(make_guarded_folder(path_.parent_path()));
  TRY(const auto lock, VaultLock::take(path_, LockKind::exclusive, options_.longest_wait));
  TRY_VOID(refresh());
  auto outcome = change_and_write(change);
  if (!outcome) static_cast<void>(refresh());  // the error that counts is the first one
  return outcome;
}

}  // namespace kontor::vault
