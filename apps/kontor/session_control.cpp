#include <fmt/format.h>

#include "command.hpp"
#include "journal/posix_file_system.hpp"
#include "session/control_socket.hpp"
#include "session_folder.hpp"
#include "session_text.hpp"
#include "session_watch.hpp"

namespace kontor::app {
namespace {

using session::Request;
using std::chrono::milliseconds;

/// A session takes a snapshot before it ends; flattening waits for the market.
constexpr milliseconds kAnswerTime{2'000};
constexpr milliseconds kEndingTime{60'000};

/// One word to one session.
struct Word {
  const char* name;
  const char* summary;
  const char* examples;
  Request request;
};

constexpr Word kWords[] = {
    {"show", "How a running session stands: equity, positions, open orders",
     "  kontor session show sma_cross\n  kontor session show sma_cross --json\n"
     "  kontor session show sma_cross --watch     the view of 'session run', from any terminal; q leaves "
     "it\n",
     Request::none},
    {"pause", "No new risk until 'resume'; exits and what rests at the venue go on",
     "  kontor session pause sma_cross\n", Request::pause},
    {"resume", "Trade again, after a pause, a halt or a breaker that has tripped",
     "  kontor session resume sma_cross --reason \"the venue has repaired it\"\n", Request::resume},
    {"stop", "End a session in good order; orders and positions stay as they are",
     "  kontor session stop sma_cross\n", Request::stop},
    {"flatten", "Withdraw every order, close every position, and halt",
     "  kontor session flatten sma_cross\n", Request::flatten},
    {"resync", "Throw the books of a live market away and build them anew from the venue",
     "  kontor session resync live_paper\n", Request::resync},
};

struct ControlOptions {
  std::string session;
  std::string reason;
  bool json = false;
  bool watch = false;
};

/// What there is to say about a session that does not run.
Result<int> tell_absent(const std::string& name, const std::filesystem::path& folder, Request request,
                        bool json) {
  if (request != Request::none && request != Request::stop) {
    return fail(ErrorKind::not_found,
                fmt::format("session {} does not run; 'kontor session run' lets it go on", name));
  }
  journal::PosixFileSystem files;
  TRY(const auto seen, session::last_seen(files, folder.string(), wall_clock()));
  if (json) {
    fmt::print("{}\n", absent_json(name, seen));
  } else {
    fmt::print("Session {} does not run: {}, {}\n'kontor session run' goes on from its journal in {}\n", name,
               absent_state(seen), absent_line(seen), folder.string());
  }
  return 0;
}

Result<int> watch(const std::string& name, const std::filesystem::path& folder) {
  const auto has_ended = watch_session(folder);
  const bool is_absent = has_ended ? *has_ended : has_ended.error().kind == ErrorKind::not_found;
  if (is_absent) return tell_absent(name, folder, Request::none, false);
  if (!has_ended) return std::unexpected(has_ended.error());
  return 0;
}

Result<int> speak(const ControlOptions& options, Request request, const Globals& globals) {
  TRY(const auto folder, find_journal(globals.sessions, options.session));
  if (options.reason.size() > session::kMaxReason)
    return fail(ErrorKind::usage, fmt::format("--reason: expected up to {} bytes, found {}",
                                              session::kMaxReason, options.reason.size()));
  if (options.watch) return watch(options.session, folder);
  const auto answer = session::ask(folder.string(), {request, options.reason},
                                   request == Request::stop ? kEndingTime : kAnswerTime);
  if (!answer && answer.error().kind == ErrorKind::not_found)
    return tell_absent(options.session, folder, request, options.json);
  if (!answer) return std::unexpected(answer.error());
  fmt::print("{}\n", options.json ? session::to_json(answer->view) : text_of(*answer));
  return 0;
}

}  // namespace

void add_session_control(CLI::App& parent, Globals& globals) {
  for (const Word& word : kWords) {
    CLI::App* command = add_command(parent, word.name, word.summary, word.examples);
    auto options = std::make_shared<ControlOptions>();
    command->add_option("session", options->session, "A session's id")->required();
    if (word.request != Request::none)
      command->add_option("--reason", options->reason, "Why, for the journal and the events");
    CLI::Option* json = command->add_flag("--json", options->json, "Print how it stands as JSON");
    if (word.request == Request::none)
      command
          ->add_flag("--watch", options->watch, "Show it until it ends, with keys to pause, resume, flatten")
          ->excludes(json);
    set_action(*command, globals,
               [options, request = word.request, &globals] { return speak(*options, request, globals); });
  }
}

}  // namespace kontor::app
