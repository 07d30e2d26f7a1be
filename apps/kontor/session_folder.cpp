#include "session_folder.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/nearest.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

constexpr int kMostOfOneName = 10'000;
constexpr std::string_view kAccounts = "accounts";

bool can_be_name(std::string_view name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  };
  return !name.empty() && name.front() != '.' && name != kAccounts && std::ranges::all_of(name, allowed);
}

}  // namespace

std::vector<std::string> sessions_in(const fs::path& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (entry.is_directory(error) && entry.path().filename() != kAccounts)
      names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<SessionPlace> place_of_session(const fs::path& root, std::string_view name, bool fresh) {
  if (!can_be_name(name)) {
    return fail(
        ErrorKind::usage,
        fmt::format("expected a session's name of letters, digits, '-', '_' and '.', found '{}'", name));
  }
  SessionPlace place{std::string(name), root / name, root / kAccounts / fmt::format("{}.lock", name)};
  std::error_code error;
  for (int number = 2; fresh && fs::exists(place.folder, error); ++number) {
    if (number > kMostOfOneName)
      return fail(ErrorKind::usage, fmt::format("there are {} sessions named {}", kMostOfOneName, name));
    place.id = fmt::format("{}-{}", name, number);
    place.folder = root / place.id;
  }
  return place;
}

Result<fs::path> find_journal(const fs::path& root, const std::string& session) {
  std::error_code error;
  for (const fs::path& folder : {root / session, fs::path(session)}) {
    if (fs::is_directory(folder, error)) return folder;
  }
  const auto known = sessions_in(root);
  if (known.empty()) {
    return fail(ErrorKind::not_found, fmt::format("there are no sessions in {} yet; 'kontor session run "
                                                  "CONFIG.toml' begins one",
                                                  root.string()));
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  return fail(ErrorKind::not_found,
              fmt::format("no session '{}' in {}{}; there are: {}", session, root.string(),
                          did_you_mean(session, names), fmt::join(known, ", ")));
}

}  // namespace kontor::app
