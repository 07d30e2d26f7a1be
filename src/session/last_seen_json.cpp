#include <boost/json.hpp>
#include <fmt/format.h>

#include "journal/format.hpp"
#include "session/last_seen.hpp"
#include "session/session_events.hpp"

namespace kontor::session {
namespace {

namespace json = boost::json;

/// Throws what Boost.JSON throws where a member is missing or of another type.
std::optional<LastSeen> seen_in(const json::object& summary, TimeNs now) {
  const auto state = parse_life_state(std::string_view(summary.at("status").as_string()));
  const auto heard = parse_time(std::string_view(summary.at("last_updated").as_string()));
  if (!state || !heard) return std::nullopt;
  LastSeen seen{seen_from_outside(*state, *heard, now), *heard, {}};
  const auto& equity = summary.at("current_equity");
  if (equity.is_string()) seen.equity = std::string(equity.as_string());
  return seen;
}

std::optional<LastSeen> parsed(const std::string& text, TimeNs now) {
  try {
    return seen_in(json::parse(text).as_object(), now);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Result<std::optional<LastSeen>> last_seen(journal::FileSystem& files, const std::string& folder, TimeNs now) {
  const auto path = journal::path_in(folder, kSummaryFile);
  TRY(const auto text, read_text(files, path));
  if (!text || text->empty()) return std::optional<LastSeen>();
  auto seen = parsed(*text, now);
  if (!seen)
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected a session's summary, found something else", path));
  return seen;
}

}  // namespace kontor::session
