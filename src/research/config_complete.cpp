#include "research/config_complete.hpp"

#include <sstream>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "research/config_reader.hpp"

namespace kontor::research {
namespace {

void add(toml::table& table, std::string_view key, const std::string& value) {
  if (!table.contains(key)) table.insert(key, value);
}

void complete_instrument(toml::table& table, const InstrumentSpecification& specification) {
  add(table, "tick", specification.tick.format());
  add(table, "step", specification.step.format());
  add(table, "min_quantity", specification.min_quantity.format());
  add(table, "max_quantity", specification.max_quantity.format());
  add(table, "min_notional", specification.min_notional.format());
  add(table, "maker_fee", specification.maker_fee.format());
  add(table, "taker_fee", specification.taker_fee.format());
}

}  // namespace

Result<void> complete_config(RunResult& result) {
  TRY(toml::table root, parse_toml_text(result.config_toml, "the effective configuration"));
  if (auto* backtest = root["backtest"].as_table()) {
    add(*backtest, "equity_interval", exact_duration_text(result.equity_interval));
  }
  if (auto* tables = root["instrument"].as_array()) {
    for (auto& element : *tables) {
      auto* table = element.as_table();
      const auto name = table == nullptr ? std::nullopt : (*table)["name"].value<std::string>();
      for (const Instrument& instrument : result.instruments.all()) {
        if (name == instrument.name().format()) complete_instrument(*table, instrument.specification());
      }
    }
  }
  std::ostringstream text;
  text << root << '\n';
  result.config_toml = std::move(text).str();
  result.config_sha256 = sha256_hex(result.config_toml);
  return {};
}

std::string name_in_config(std::string_view toml) {
  const auto root = parse_toml_text(toml, "config.toml");
  return root ? (*root)["backtest"]["name"].value_or(std::string()) : std::string();
}

}  // namespace kontor::research
