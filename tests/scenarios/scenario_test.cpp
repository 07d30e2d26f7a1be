#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/scenarios/scenario_file.hpp"

namespace kontor::scenario {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

bool asked_to_update(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--update") return true;
  }
  const char* wanted = ::getenv("KONTOR_SCENARIO_UPDATE");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

/// One file is one test. In update mode a file whose expectations came out differently is rewritten, and the
/// test only fails where the file could not be understood.
class ScenarioFileTest : public testing::Test {
 public:
  ScenarioFileTest(std::filesystem::path path, std::string name, bool update)
      : path_(std::move(path)), name_(std::move(name)), update_(update) {}

  void TestBody() override {
    const std::string text = read_file(path_);
    const ScenarioOutcome outcome = run_scenario(text, name_);
    if (update_ && !outcome.updated.empty()) {
      if (outcome.updated != text) std::ofstream(path_, std::ios::binary) << outcome.updated;
      return;
    }
    for (const auto& failure : outcome.failures) ADD_FAILURE() << failure;
  }

 private:
  std::filesystem::path path_;
  std::string name_;
  bool update_;
};

}  // namespace
}  // namespace kontor::scenario

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const bool update = kontor::scenario::asked_to_update(argc, argv);
  // Scenarios of their own folder, and those that are bugs of the field.
  const std::filesystem::path tests = KONTOR_TESTS_FOLDER;
  for (const char* folder : {"scenarios", "issues"}) {
    for (const auto& path : kontor::scenario::find_scenarios(tests / folder)) {
      const std::string suite = "Scenario_" + path.parent_path().filename().string();
      const std::string name = "tests/" + path.lexically_relative(tests).string();
      testing::RegisterTest(suite.c_str(), path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                            [path, name, update]() -> testing::Test* {
                              return new kontor::scenario::ScenarioFileTest(path, name, update);
                            });
    }
  }
  return RUN_ALL_TESTS();
}
