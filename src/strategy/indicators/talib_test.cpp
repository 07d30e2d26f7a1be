#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "strategy/indicators/registry.hpp"
#include "tests/support/indicator_series.hpp"

namespace kontor::strategy::indicators {
namespace {

using namespace testing;

/// Columns of testdata/talib_reference.csv by name, NaN where TA-Lib has no value yet.
std::map<std::string, Series> read_reference() {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "testdata" / "talib_reference.csv";
  std::ifstream file(path);
  std::vector<std::string> names;
  std::map<std::string, Series> columns;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::vector<std::string> cells;
    std::stringstream row(line + ',');
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (names.empty()) {
      names = cells;
      continue;
    }
    for (std::size_t i = 1; i < names.size(); ++i) {
      columns[names[i]].push_back(cells.at(i).empty() ? not_ready : std::strtod(cells[i].c_str(), nullptr));
    }
  }
  return columns;
}

/// Specifications whose outputs the reference holds.
const std::vector<std::string> specifications = {
    "sma:2",         "sma:20",        "ema:2",  "ema:3",       "ema:10", "wma:2",
    "wma:9",         "rsi:2",         "rsi:14", "macd:3,10,4", "macd",   "bollinger:5,1.5",
    "bollinger",     "atr:1",         "atr:14", "adx:2",       "adx:14", "stochastic:5,3,2",
    "stochastic",    "obv",           "cci:3",  "cci:20",      "roc:10", "stddev:10",
    "stddev:10,2.5", "williams_r:14", "mfi:14", "kama",        "psar",   "psar:0.05,0.1"};

class TalibReference : public ::testing::TestWithParam<std::string> {};

TEST_P(TalibReference, ValuesAndWarmupAgree) {
  const auto columns = read_reference();
  auto made = make(GetParam());
  ASSERT_TRUE(made.has_value()) << made.error().message;
  AnyIndicator& indicator = **made;
  std::vector<Series> outputs(indicator.output_names().size());
  for (const BarValues& bar : talib_bars(150)) {
    const std::span<const double> values = indicator.update(bar);
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].push_back(values[i]);
  }
  std::size_t compared = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = indicator.output_names()[i];
    const auto column = columns.find(name);
    if (column == columns.end()) continue;  // TA-Lib has the line of psar, not its direction
    expect_agree(outputs[i], column->second, 1e-11, name);
    ++compared;
  }
  EXPECT_GT(compared, 0u);
}

INSTANTIATE_TEST_SUITE_P(All, TalibReference, ::testing::ValuesIn(specifications), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace_if(name, [](char letter) { return std::isalnum(letter) == 0; }, '_');
  return name;
});

TEST(TalibReferenceFile, EveryColumnIsCompared) {
  auto columns = read_reference();
  EXPECT_EQ(columns.size(), 44u);
  for (const std::string& specification : specifications) {
    auto made = make(specification);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    for (const std::string& name : (*made)->output_names()) columns.erase(name);
  }
  for (const auto& [name, values] : columns) ADD_FAILURE() << "no specification gives column " << name;
}

}  // namespace
}  // namespace kontor::strategy::indicators
