#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"
#include "session/status.hpp"

namespace kontor::session {

/// What somebody outside wants of a running session.
BOOST_DEFINE_FIXED_ENUM_CLASS(Request, std::uint8_t,
                              none,              // nothing, or only a look
                              pause,             // no new risk; what reduces it goes on
                              resume,            // the opposite
                              flatten,           // every order withdrawn, every position closed; then halted
                              stop,              // an end in good order, with everything left as it is
                              halt_and_stop,     // entries withdrawn first, protection left at the venue
                              flatten_and_stop,  // flattened first
                              resync,            // the books of a live market are thrown away and built anew
                              change_settings)   // the configuration has changed; never said over the socket

/// True for what ends the session, sooner or later.
[[nodiscard]] constexpr bool is_ending(Request request) noexcept {
  return request == Request::stop || request == Request::halt_and_stop ||
         request == Request::flatten_and_stop;
}

/// A request with what its author says about it.
struct Demand {
  // NOLINTNEXTLINE(google-explicit-constructor): most requests come without a word
  Demand(Request wanted = Request::none, std::string why = {}) : request(wanted), reason(std::move(why)) {}

  bool operator==(const Demand&) const = default;

  Request request;
  std::string reason;       ///< goes into the journal; empty: none
  std::string log_level{};  ///< what is to be logged, `debug` or `risk=debug`; no matter for the session
};
/// A longer reason is refused.
inline constexpr std::size_t kMaxReason = 500;

// One request and one answer, each a JSON object on a line of its own. docs/sessions.md describes them.

/// `{"v":1,"do":"pause"}`, with `"reason":"…"` where there is one; Request::none asks for a look: `show`, or,
/// with `"level":"…"`, for another level of the log: `log`.
[[nodiscard]] std::string request_line(const Demand& demand);
/// Error usage: no JSON, another version, an unknown word, a reason that is none or too long.
[[nodiscard]] Result<Demand> parse_request(std::string_view line);

/// What a session says back: how it stands, and how it has ended if it has.
struct Answer {
  SessionView view;
  std::string ending;        ///< empty while it runs
  std::string log_levels{};  ///< in force: `info risk=debug`; empty: it keeps no log
};
[[nodiscard]] std::string answer_line(const Answer& answer);
[[nodiscard]] std::string refusal_line(std::string_view reason);
/// Error usage: the session has refused, with its reason. bad_data: that is no answer.
[[nodiscard]] Result<Answer> parse_answer(std::string_view line);

/// The view as JSON for scripts; what `kontor session show --json` prints.
[[nodiscard]] std::string to_json(const SessionView& view);

}  // namespace kontor::session
