#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "journal/file_system.hpp"
#include "journal/manifest.hpp"
#include "research/prepare.hpp"

namespace kontor::app {

/// What the session of the journal in `folder` was made of, as its first segment says. Errors: not_found,
/// bad_data (no journal, or a broken one).
[[nodiscard]] Result<journal::Identity> identity_in(journal::FileSystem& files, const std::string& folder);

/// The same; nothing where there is no journal yet, or one that holds no record.
[[nodiscard]] Result<std::optional<journal::Identity>> identity_if_any(journal::FileSystem& files,
                                                                       const std::string& folder);

/// The session's own configuration and instruments: its engines, and nothing of the store.
[[nodiscard]] Result<std::unique_ptr<const research::PreparedBacktest>> prepared_without_data(
    const journal::Identity& identity);
/// The configuration that the session was begun with.
[[nodiscard]] Result<research::BacktestConfig> config_of(const journal::Identity& identity);
/// The session's own configuration, and the data of the store.
[[nodiscard]] Result<std::unique_ptr<const research::PreparedBacktest>> prepared_with_data(
    const journal::Identity& identity, const std::filesystem::path& store);

}  // namespace kontor::app
