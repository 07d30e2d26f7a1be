#include "preflight_facts.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "data/catalogue.hpp"
#include "emergency_stop.hpp"
#include "journal/posix_file_system.hpp"
#include "preflight_record.hpp"
#include "strategy/order_types.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

/// The folder itself, or the one in which it would be made.
fs::path nearest_existing(fs::path path) {
  std::error_code error;
  path = fs::absolute(path, error);
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

std::string last_line_of(const fs::path& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) last = std::move(line);
  return last.empty() ? "a process that is starting" : last;
}

/// Asks for the lock without taking it, so that a session that begins at this moment is not in the way.
std::string holder_of(const fs::path& lock) {
  const int descriptor = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno == ENOENT || errno == ENOTDIR
               ? std::string()
               : fmt::format("nobody who could be asked: {}: {}", lock.string(), std::strerror(errno));
  }
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  const bool is_held = ::fcntl(descriptor, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  ::close(descriptor);
  return is_held ? last_line_of(lock) : std::string();
}

session::RiskFacts risk_facts(const research::BacktestConfig& config) {
  session::RiskFacts risk{config.limits, config.breakers, true, {1, 0}};
  for (const auto& instrument : config.instruments) {
    risk.every_instrument_has_position_limit =
        risk.every_instrument_has_position_limit && instrument.limits.max_position_notional.has_value();
    const auto& rules = instrument.rules.rules;
    const bool on_margin = instrument.kind != InstrumentKind::spot || rules.spot_margin;
    if (on_margin) risk.largest_leverage = std::max(risk.largest_leverage, rules.leverage);
  }
  return risk;
}

std::vector<OrderType> order_types_of(const research::BacktestConfig& config) {
  std::set<OrderType> types;
  for (const auto& strategy : config.strategies) {
    const auto own = strategy::order_types_of(*strategy.descriptor, strategy.parameters);
    types.insert(own.begin(), own.end());
  }
  return {types.begin(), types.end()};
}

/// Bars of a timeframe that is not stored are made of finer ones.
session::DatasetFacts dataset_facts(const Result<data::Catalogue>& catalogue, const data::DatasetKey& key) {
  session::DatasetFacts facts{data::Catalogue::dataset_name(key)};
  if (!catalogue) return facts;
  if (const auto info = catalogue->info(key)) {
    facts.rows = info->rows;
    facts.last = info->last;
  } else if (const auto derived = catalogue->read(key)) {
    facts.rows = derived->rows();
    facts.last = derived->last();
  }
  return facts;
}

/// Prices only: funding is told too seldom to be counted or to be fresh.
std::vector<session::DatasetFacts> dataset_facts(const research::BacktestConfig& config,
                                                 const fs::path& store) {
  const auto catalogue = data::Catalogue::open(store);
  std::vector<session::DatasetFacts> facts;
  for (const auto& instrument : config.instruments) {
    for (const auto kind : instrument.feed) {
      if (kind == data::DataKind::funding) continue;
      const bool is_bar = kind == data::DataKind::bar;
      facts.push_back(dataset_facts(
          catalogue, {instrument.name, kind, is_bar ? instrument.timeframe : Timeframe{kMinute}}));
    }
  }
  return facts;
}

session::GrantFacts grant_facts(const SessionPlace& place) {
  journal::PosixFileSystem files;
  auto token = session::read_live_token(files, live_token_of(place).string());
  if (token) return {.token = std::move(*token)};
  return {.token_problem = std::move(token.error().message)};
}

session::KillSwitchFacts kill_switch_facts(const fs::path& sessions) {
  const auto stop = emergency_stop_in(sessions);
  return {stop ? std::optional(stop->since) : std::nullopt, last_stop_test(sessions)};
}

}  // namespace

fs::path live_token_of(const SessionPlace& place) {
  fs::path path = place.lock;
  return path.replace_extension(".live");
}

session::PlaceFacts place_facts(const fs::path& sessions, const fs::path& lock) {
  std::error_code error;
  session::PlaceFacts facts{sessions.string()};
  const fs::path nearest = nearest_existing(sessions);
  const auto status = fs::status(nearest, error);
  facts.is_writable = fs::is_directory(status) && ::access(nearest.c_str(), W_OK | X_OK) == 0;
  if (fs::exists(sessions, error))
    facts.permissions = static_cast<std::uint32_t>(status.permissions()) & 0777U;
  const auto space = fs::space(nearest, error);
  facts.free_bytes = error ? 0 : space.available;
  facts.lock_holder = holder_of(lock);
  return facts;
}

Result<session::PreflightInput> preflight_input(const research::BacktestConfig& config,
                                                const SessionPlace& place, const Globals& globals) {
  session::PreflightInput input;
  input.now = wall_clock();
  input.configuration_hash = sha256_hex(config.effective_toml);
  input.live = config.live;
  input.asset = config.reporting_asset;
  for (const auto& instrument : config.instruments) input.instruments.push_back(instrument.name.format());
  input.order_types = order_types_of(config);
  input.place = place_facts(globals.sessions, place.lock);
  input.kill_switch = kill_switch_facts(globals.sessions);
  input.grant = grant_facts(place);
  input.risk = risk_facts(config);
  input.datasets = dataset_facts(config, globals.store);
  TRY(input.record, record_facts(config, globals));
  return input;
}

}  // namespace kontor::app
