#include "session/repeat_filter.hpp"

#include <utility>

namespace kontor::session {

RepeatFilter::Verdict RepeatFilter::look(const std::string& key, TimeNs now) {
  const auto found = known_.find(key);
  if (found == known_.end()) {
    if (known_.size() >= kMostKnown) known_.clear();
    known_.emplace(key, Known{now, 0});
    return {};
  }
  Known& known = found->second;
  if (now - known.told < kBetween) {
    ++known.kept_back;
    return {false, 0};
  }
  known.told = now;
  return {true, std::exchange(known.kept_back, 0)};
}

std::map<std::string, std::uint64_t> RepeatFilter::take_rest() {
  std::map<std::string, std::uint64_t> rest;
  for (const auto& [key, known] : known_) {
    if (known.kept_back != 0) rest.emplace(key, known.kept_back);
  }
  known_.clear();
  return rest;
}

}  // namespace kontor::session
