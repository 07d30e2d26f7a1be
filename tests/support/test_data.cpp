#include "tests/support/test_data.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace kontor::test {

namespace fs = std::filesystem;

fs::path real_data_folder() {
  if (const char* folder = ::getenv("KONTOR_TEST_DATA"); folder != nullptr) return folder;
  const fs::path beside = fs::path(KONTOR_SOURCE_DIR).parent_path() / "shared" / "data";
  return fs::is_directory(beside) ? beside : fs::path();
}

bool real_data_available() {
  const fs::path folder = real_data_folder();
  if (!folder.empty() && fs::is_directory(folder)) return true;
  if (::getenv("CI") != nullptr) ADD_FAILURE() << "CI is set, but the folder of real market data is absent";
  return false;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  ASSERT_TRUE(file.good()) << path;
}

}  // namespace kontor::test
