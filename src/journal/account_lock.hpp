#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "journal/file_system.hpp"

namespace kontor::journal {

/// Who holds an account.
struct LockHolder {
  std::uint64_t process = 0;  ///< its process id
  std::string host;
  std::string session;
  TimeNs since = 0;
};

/// The right to trade one account, held by one process at a time.
///
/// The file of the lock is a list to which every holder appends one line, and never shrinks; the number of
/// its line is the holder's fencing token, so a later holder always has the greater one. The operating
/// system's lock on the file keeps a second process out. Where that lock does not hold (a network file
/// system, a machine that slept through its lease) the list does: once it has grown, check() fails and the
/// earlier holder must not write or send any more.
class AccountLock {
 public:
  /// Takes the account whose lock is the file `path`. That another process has it is ErrorKind::io, and the
  /// message says which, on which host, for which session and since when.
  [[nodiscard]] static Result<AccountLock> acquire(FileSystem& files, const std::string& path,
                                                   const LockHolder& holder);

  [[nodiscard]] std::uint64_t token() const noexcept { return token_; }
  /// Fails once another holder has come after this one. Cheap: asks for the size of the open file.
  [[nodiscard]] Result<void> check();
  /// The same by the name of the file, so that a list that was removed or replaced is found out, too.
  [[nodiscard]] Result<void> check_name(FileSystem& files);
  /// True once one of them has found another holder; false where nothing but the disk stood in their way.
  [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }

 private:
  AccountLock(std::unique_ptr<File> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  [[nodiscard]] Result<void> write_line(const LockHolder& holder);

  std::unique_ptr<File> file_;
  std::string path_;
  std::string line_;
  std::uint64_t token_ = 0;
  std::uint64_t size_ = 0;  ///< of the list, up to and with our line
  bool is_lost_ = false;
};

}  // namespace kontor::journal
