#include "session_origin.hpp"

#include <fmt/format.h>

#include "data/catalogue.hpp"
#include "journal/reader.hpp"

namespace kontor::app {
namespace {

Result<research::BacktestConfig> config_of(const journal::Identity& identity) {
  return research::parse_config(identity.configuration.text,
                                fmt::format("configuration of {}", identity.session), {});
}

}  // namespace

Result<journal::Identity> identity_in(journal::FileSystem& files, const std::string& folder) {
  TRY(auto reader, journal::Reader::open(files, folder));
  TRY(const auto* record, reader.next());
  static_cast<void>(record);
  return reader.first_manifest().identity;
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
