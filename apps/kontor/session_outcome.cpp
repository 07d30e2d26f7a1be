#include "session_outcome.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "research/json_writer.hpp"
#include "session_text.hpp"

namespace kontor::app {

std::string_view ending_text(session::Ending ending) {
  switch (ending) {
    case session::Ending::data_ended: return "the data has ended";
    case session::Ending::stopped: return "stopped";
    case session::Ending::stop_time: return session::reason_text(TradingReason::stop_time);
    case session::Ending::max_duration: return session::reason_text(TradingReason::max_duration);
  }
  return "stopped";
}

void tell_beginning(const SessionPlace& place, const session::PaperSession& session) {
  const auto& restart = session.restart();
  if (!restart.continues) {
    fmt::print(stderr, "Session {} begins; its journal is in {}\n", place.id, place.folder.string());
    return;
  }
  fmt::print(stderr, "Session {} goes on", place.id);
  if (restart.snapshot_seq != 0) fmt::print(stderr, " from its state after record {}", restart.snapshot_seq);
  if (restart.cut_bytes != 0) {
    fmt::print(stderr, "; {} bytes at the journal's end were never finished and are gone", restart.cut_bytes);
  }
  fmt::print(stderr, "\n");
  if (restart.crash_loop) {
    fmt::print(stderr,
               "Its last {} runs crashed within {}: it comes up in safe mode and takes no new risk; 'kontor "
               "session resume {}' or --resume changes that\n",
               session::kCrashLoop, format_duration(session::kCrashLoopTime), place.id);
  } else if (session.status().trading != TradingState::running && !session.status().by_schedule) {
    fmt::print(stderr,
               "It takes no new risk: trading is {}; 'kontor session resume {}' or --resume changes that\n",
               boost::describe::enum_to_string(session.status().trading, ""), place.id);
  }
}

std::string outcome_json(const SessionPlace& place, session::Ending ending,
                         const session::PaperSession& session, const std::string& asset) {
  const auto status = session.status();
  research::TextBuffer text;
  research::JsonWriter json(text, research::JsonWriter::Layout::indented);
  json.begin_object();
  json.member("session", std::string_view(place.id));
  json.member("folder", std::string_view(place.folder.native()));
  json.member("ending", ending_text(ending));
  json.member("continued", session.restart().continues);
  json.member("repeated_events", session.restart().repeated);
  json.key("time");
  json.time(status.now);
  json.member("events", status.events);
  json.member("orders", status.orders);
  json.member("fills", status.fills);
  json.member("refusals", status.refusals);
  json.member("open_orders", static_cast<std::uint64_t>(status.open_orders));
  json.member("open_positions", static_cast<std::uint64_t>(status.open_positions));
  json.member("equity", status.equity);
  json.member("asset", std::string_view(asset));
  json.end_object();
  return std::string(text.view());
}

std::string outcome_text(const SessionPlace& place, session::Ending ending,
                         const session::SessionStatus& status, const std::string& asset) {
  return fmt::format("{}\nSession {}: {}; {} events. 'kontor session replay {}' goes through it again.",
                     line_of(status, asset), place.id, ending_text(ending), status.events, place.id);
}

}  // namespace kontor::app
