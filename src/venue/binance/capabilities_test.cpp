#include "venue/binance/capabilities.hpp"

#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/test_data.hpp"

namespace kontor::binance {
namespace {

/// The table of the README, as the code would write it.
std::string capability_table() {
  std::string table = "| can | spot | linear | note |\n|---|---|---|---|\n";
  for (const venue::Capability& one : capabilities())
    table += fmt::format("| {} | {} | {} |{}{} |\n", one.name, one.spot ? "yes" : "-",
                         one.linear ? "yes" : "-", one.note.empty() ? "" : " ", one.note);
  return table;
}

TEST(BinanceCapabilities, TheTableOfTheReadmeIsThatOfTheCode) {
  const auto readme = std::filesystem::path(__FILE__).parent_path() / "README.md";
  const std::string text = kontor::test::read_file(readme);
  const auto begin = text.find("| can |");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(text.substr(begin, text.find("\n\n", begin) + 1 - begin), capability_table());
}

TEST(BinanceCapabilities, EachIsNamedOnceAndPossibleSomewhere) {
  std::set<std::string_view> names;
  for (const venue::Capability& one : capabilities()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_TRUE(one.spot || one.linear) << one.name;
  }
}

}  // namespace
}  // namespace kontor::binance
