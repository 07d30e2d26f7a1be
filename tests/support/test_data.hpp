#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.hpp"

namespace kontor::test {

/// The folder of real market data: $KONTOR_TEST_DATA, or shared/data beside the checkout. Empty if absent.
std::filesystem::path real_data_folder();

/// True if real data is there. Where it is absent the calling test must return at once: it has been skipped,
/// or failed when CI is set, because there its absence is a broken setup.
bool real_data_available();

/// The bytes of a file.
std::string read_file(const std::filesystem::path& path);
/// Makes or replaces a file.
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace kontor::test

/// Skips the test where real data is absent; fails it in CI.
#define REQUIRE_REAL_DATA()                                                                    \
  if (!::kontor::test::real_data_available()) {                                                \
    GTEST_SKIP() << "no real market data: set KONTOR_TEST_DATA or put it into ../shared/data"; \
  }                                                                                            \
  static_assert(true)
