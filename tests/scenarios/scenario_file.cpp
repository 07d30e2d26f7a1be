#include "tests/scenarios/scenario_file.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "tests/scenarios/world.hpp"

namespace kontor::scenario {
namespace {

constexpr std::string_view kExpect = "expect";

/// Goes through a file line by line: setup, inputs, and what is expected of them.
class Reader {
 public:
  Reader(const std::string& text, std::string name) : name_(std::move(name)) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  }

  ScenarioOutcome run() {
    try {
      for (at_ = 0; at_ < lines_.size(); ++at_) read_line();
      end_input();
      if (!world_) throw ScenarioFault("expected at least one event, found none");
      if (const std::string fault = world_->fault_at_end(); !fault.empty()) throw ScenarioFault(fault);
    } catch (const ScenarioFault& fault) {
      fail(at_, fault.what());
      broken_ = true;
    }
    // A file that could not be understood is not rewritten.
    if (broken_) outcome_.updated.clear();
    return std::move(outcome_);
  }

 private:
  void read_line() {
    Words words(lines_[at_]);
    if (words.done()) {
      keep(lines_[at_]);
    } else if (words.peek() == kExpect) {
      compare(words);
    } else if (words.peek() == "state" || words.peek() == "venue") {
      end_input();
      ask(words);
    } else {
      end_input();
      read_input(words);
    }
  }

  void read_input(Words& words) {
    if (!world_) {
      if (setup_.read(words)) {
        keep(lines_[at_]);
        return;
      }
      setup_.complete();
      world_.emplace(std::move(setup_));
    }
    outputs_ = world_->apply(words);
    next_output_ = 0;
    input_line_ = at_;
    keep(lines_[at_]);
    for (const auto& output : outputs_) outcome_.updated += fmt::format("  {} {}\n", kExpect, output);
    if (const std::string broken = world_->broken_invariant(); !broken.empty()) fail(at_, broken);
  }

  void compare(Words& words) {
    words.expect(kExpect);
    const std::string wanted = lines_[at_].substr(lines_[at_].find(kExpect) + kExpect.size());
    if (next_output_ >= outputs_.size()) {
      fail(at_, fmt::format("expected{}, found nothing", wanted));
      return;
    }
    const std::string& found = outputs_[next_output_++];
    if (!same_words(wanted, found)) fail(at_, fmt::format("expected{}, found {}", wanted, found));
  }

  /// What an input brought about and no line expected.
  void end_input() {
    for (; next_output_ < outputs_.size(); ++next_output_) {
      fail(input_line_, fmt::format("expected nothing more, found {}", outputs_[next_output_]));
    }
    outputs_.clear();
    next_output_ = 0;
  }

  void ask(Words& words) {
    if (!world_) throw ScenarioFault("expected an event before the first question");
    const std::string found = world_->answer(words);
    const std::string indent = lines_[at_].substr(0, lines_[at_].find_first_not_of(" \t"));
    if (same_words(lines_[at_], found)) {
      keep(lines_[at_]);
    } else {
      fail(at_, fmt::format("expected {}, found {}", lines_[at_].substr(indent.size()), found));
      keep(indent + found);
    }
  }

  void keep(const std::string& line) { outcome_.updated += line + "\n"; }
  void fail(std::size_t line, std::string_view message) {
    outcome_.failures.push_back(fmt::format("{}:{}: {}", name_, line + 1, message));
  }

  std::string name_;
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  Setup setup_;
  std::optional<World> world_;
  std::vector<std::string> outputs_;
  std::size_t next_output_ = 0;
  std::size_t input_line_ = 0;
  bool broken_ = false;
  ScenarioOutcome outcome_;
};

}  // namespace

ScenarioOutcome run_scenario(const std::string& text, const std::string& name) {
  return Reader(text, name).run();
}

std::vector<std::filesystem::path> find_scenarios(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".scn") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace kontor::scenario
