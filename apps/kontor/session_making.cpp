#include "session_making.hpp"

#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "data/catalogue.hpp"
#include "research/config_change.hpp"
#include "session_origin.hpp"
#include "version.hpp"

namespace kontor::app {
namespace {

/// A configuration's name as the name of a folder.
std::string as_id(std::string name) {
  for (char& c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    if (!fits) c = '-';
  }
  return name;
}

}  // namespace

std::string name_of_session(const std::string& wanted, const research::BacktestConfig& config,
                            const std::string& file) {
  if (!wanted.empty()) return wanted;
  return as_id(!config.name.empty() ? config.name : std::filesystem::path(file).stem().string());
}

Result<Origin> origin_of(journal::FileSystem& files, const SessionPlace& place,
                         const research::BacktestConfig& config, const Globals& globals) {
  Origin origin{nullptr, {sha256_hex(config.effective_toml), config.effective_toml}};
  research::BacktestConfig begun = config;
  TRY(const auto identity, identity_if_any(files, place.folder.string()));
  if (identity) {
    origin.configuration = identity->configuration;
    TRY(begun, config_of(*identity));
  }
  TRY(const auto catalogue, data::Catalogue::open(globals.store));
  TRY(origin.prepared, research::PreparedBacktest::prepare(std::move(begun), catalogue));
  const auto change = research::settings_change(*origin.prepared, origin.configuration.text, config);
  if (change) return origin;
  return fail(change.error().kind,
              fmt::format("session {} was begun with another configuration: {} (--new begins one)", place.id,
                          change.error().message));
}

journal::Identity identity_of(const Origin& origin, const SessionPlace& place, const std::string& account,
                              std::uint64_t token) {
  return {version_text(),
          place.id,
          "",
          account,
          token,
          origin.prepared->config().seed,
          origin.configuration,
          journal::definitions_of(origin.prepared->instruments())};
}

session::SessionAbout about(const research::PreparedBacktest& prepared, const std::string& name,
                            std::string mode, session::EventListener* listener) {
  std::string strategies;
  for (const auto& strategy : prepared.config().strategies)
    strategies += fmt::format("{}{}", strategies.empty() ? "" : ", ", strategy.label);
  return {name, strategies, std::move(mode), host_name(), wall_clock, listener};
}

}  // namespace kontor::app
