#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// Files that their owner alone may read, in folders that their owner alone may enter. Symbolic links are not
/// followed.
namespace kontor::vault {

/// Makes the folder (0700) and its parents where they are missing. Error usage: it is there, and not this
/// user's, or others may enter it.
[[nodiscard]] Result<void> make_guarded_folder(const std::filesystem::path& folder);
/// Error not_found; usage: the folder or the file is not this user's alone; bad_data: larger than `most`.
[[nodiscard]] Result<std::vector<std::byte>> read_guarded(const std::filesystem::path& path,
                                                          std::size_t most);
/// Puts a file with these bytes (0600) into the place of what is there, completely or not at all; on the disk
/// when it returns. One writer at a time.
[[nodiscard]] Result<void> write_guarded(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// `cannot read FILE: reason`, from errno's value.
[[nodiscard]] std::unexpected<Error> file_failure(std::string_view doing, const std::filesystem::path& path,
                                                  int error_number);

}  // namespace kontor::vault
