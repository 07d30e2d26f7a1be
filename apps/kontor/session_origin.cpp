#include "session_origin.hpp"

#include <fmt/format.h>

#include "data/catalogue.hpp"
#include "journal/reader.hpp"

namespace kontor::app {

Result<research::BacktestConfig> config_of(const journal::Identity& identity) {
  return research::parse_config(identity.configuration.text,
                                fmt::format("configuration of {}", identity.session), {});
}

Result<journal::Identity> identity_in(journal::FileSystem& files, const std::string& folder) {
  TRY(auto reader, journal::Reader::open(files, folder));
  TRY(const auto* record, reader.next());
  static_cast<void>(record);
  return reader.first_manifest().identity;
}

Result<std::optional<journal::Identity>> identity_if_any(journal::FileSystem& files,
                                                         const std::string& folder) {
  auto reader = journal::Reader::open(files, folder);
  if (!reader && reader.error().kind == ErrorKind::not_found) return std::optional<journal::Identity>();
  if (!reader) return std::unexpected(reader.error());
  TRY(const auto* record, reader->next());
  if (record == nullptr) return std::optional<journal::Identity>();
  return std::optional(reader->first_manifest().identity);
}

Result<std::unique_ptr<const research::PreparedBacktest>> prepared_without_data(
    const journal::Identity& identity) {
  TRY(auto instruments, journal::table_of(identity.instruments));
  TRY(auto config, config_of(identity));
  return research::PreparedBacktest::without_data(std::move(config), std::move(instruments));
}

Result<std::unique_ptr<const research::PreparedBacktest>> prepared_with_data(
    const journal::Identity& identity, const std::filesystem::path& store) {
  TRY(auto config, config_of(identity));
  TRY(const auto catalogue, data::Catalogue::open(store));
  return research::PreparedBacktest::prepare(std::move(config), catalogue);
}

}  // namespace kontor::app
