#include <algorithm>
#include <future>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "emergency_stop.hpp"
#include "session/control_socket.hpp"
#include "session_folder.hpp"
#include "session_text.hpp"

namespace kontor::app {
namespace {

using session::Answer;
using session::Request;
using std::chrono::milliseconds;

/// A look at a session that is busy may not keep the stop from being written.
constexpr milliseconds kLookTime{300};

struct StopOptions {
  bool all = false;
  bool flatten = false;
  bool lift = false;
  bool test = false;
  bool json = false;
  std::uint64_t seconds = 60;
};

/// What a session was before the stop, and what came of it.
struct Outcome {
  std::string session;
  Result<Answer> before;
  Result<Answer> after;
  bool is_gone = false;  ///< nobody listens any more
};

/// Asks all sessions at once: none has to wait for another's positions to be closed.
std::vector<Result<Answer>> ask_all(const std::vector<std::string>& names, Request request,
                                    milliseconds longest, const Globals& globals) {
  std::vector<std::future<Result<Answer>>> asked;
  for (const auto& name : names) {
    const auto ask_one = [folder = (globals.sessions / name).string(), request, longest] {
      return session::ask(folder, request, longest);
    };
    asked.push_back(std::async(std::launch::async, ask_one));
  }
  std::vector<Result<Answer>> answers;
  for (auto& one : asked) answers.push_back(one.get());
  return answers;
}

bool is_absent(const Result<Answer>& answer) {
  return !answer && answer.error().kind == ErrorKind::not_found;
}

/// A look at all, the file that stops whom nobody reaches, the word to all.
Result<std::vector<Outcome>> stop_sessions(const StopOptions& options, const Globals& globals) {
  const auto names = sessions_in(globals.sessions);
  const auto before = ask_all(names, Request::none, kLookTime, globals);
  TRY_VOID(write_emergency_stop(globals.sessions, {options.flatten, wall_clock()}));
  const auto word = options.flatten ? Request::flatten_and_stop : Request::halt_and_stop;
  const auto after = ask_all(names, word, milliseconds(options.seconds * 1'000), globals);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // A session that saw the file first may be gone before it has heard the word.
    const auto folder = (globals.sessions / names[i]).string();
    const bool is_gone = after[i] || is_absent(session::ask(folder, Request::none, kLookTime));
    outcomes.push_back({names[i], before[i], after[i], is_gone});
  }
  return outcomes;
}

bool does_not_run(const Outcome& outcome) { return is_absent(outcome.before) && is_absent(outcome.after); }

std::string text_of(const Outcome& outcome) {
  if (does_not_run(outcome)) return fmt::format("{}: was not running\n", outcome.session);
  if (outcome.is_gone && !(outcome.before && outcome.after)) {
    return fmt::format("{}: stopped by the file; 'kontor session show {}' tells how it was last seen\n",
                       outcome.session, outcome.session);
  }
  if (!outcome.before || !outcome.after) {
    const auto& error = outcome.before ? outcome.after.error() : outcome.before.error();
    return fmt::format("{}: NO ANSWER ({}); the file makes it stop within a second of its next event\n",
                       outcome.session, error.message);
  }
  const auto& before = outcome.before->view.status;
  const auto& after = outcome.after->view.status;
  return fmt::format(
      "{} on account {}: stopped; {} orders withdrawn, {} positions closed; left {} orders, {} "
      "positions\n",
      outcome.session, outcome.after->view.account,
      before.open_orders - std::min(before.open_orders, after.open_orders),
      before.open_positions - std::min(before.open_positions, after.open_positions), after.open_orders,
      after.open_positions);
}

std::string json_of(const Outcome& outcome) {
  const auto side = [](const Result<Answer>& answer) {
    return answer ? session::to_json(answer->view) : std::string("null");
  };
  const auto* word = does_not_run(outcome) ? "not_running" : outcome.is_gone ? "stopped" : "no_answer";
  return fmt::format(R"({{"session":"{}","outcome":"{}","before":{},"after":{}}})", outcome.session, word,
                     side(outcome.before), side(outcome.after));
}

Result<int> lift(const Globals& globals) {
  if (!emergency_stop_in(globals.sessions)) {
    fmt::print("No emergency stop stands.\n");
    return 0;
  }
  TRY_VOID(lift_emergency_stop(globals.sessions));
  fmt::print(
      "The emergency stop is lifted. Sessions that it halted stay so until they are told to resume.\n");
  return 0;
}

/// A stop that sessions have obeyed proves more than any test.
bool is_proof(const std::vector<Outcome>& outcomes) {
  const bool all_gone = std::ranges::all_of(outcomes, &Outcome::is_gone);
  return all_gone && std::ranges::any_of(outcomes, [](const Outcome& one) { return one.after.has_value(); });
}

Result<int> test_stop(const Globals& globals) {
  const auto names = sessions_in(globals.sessions);
  const auto answers = ask_all(names, Request::none, kLookTime, globals);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_absent(answers[i])) continue;
    return fail(ErrorKind::usage,
                fmt::format("expected no session to run during the test, found {}; 'kontor stop "
                            "--all' ends them all, which is a test as well",
                            names[i]));
  }
  TRY_VOID(try_emergency_stop(globals.sessions, wall_clock()));
  fmt::print("The emergency stop works: while it stood no session could begin. It is lifted again.\n");
  return 0;
}

Result<int> stop(const StopOptions& options, const Globals& globals) {
  if (options.lift) return lift(globals);
  if (options.test) return test_stop(globals);
  if (!options.all) {
    return fail(ErrorKind::usage,
                "expected --all, to stop every session, --lift, to take a stop back, or --test; "
                "'kontor session stop ID' stops one");
  }
  TRY(const auto outcomes, stop_sessions(options, globals));
  bool all_stopped = true;
  std::string text;
  for (const auto& outcome : outcomes) {
    all_stopped = all_stopped && outcome.is_gone;
    if (options.json && !text.empty()) text += ",\n ";
    text += options.json ? json_of(outcome) : text_of(outcome);
  }
  if (options.json) {
    fmt::print("[{}]\n", text);
  } else {
    fmt::print("{}The stop stands, for sessions that begin as well, until 'kontor stop --lift'.\n", text);
  }
  if (is_proof(outcomes)) TRY_VOID(note_stop_test(globals.sessions, wall_clock()));
  return all_stopped ? 0 : 1;
}

}  // namespace

void add_stop(CLI::App& app, Globals& globals) {
  CLI::App* command =
      add_command(app, "stop", "Emergency stop: every session withdraws what could open a position, and ends",
                  "  kontor stop --all               protection and positions stay at the venue\n"
                  "  kontor stop --all --flatten     closes every position first\n"
                  "  kontor stop --lift              lets sessions begin again\n"
                  "  kontor stop --test              proves that it works, while no session runs\n");
  auto options = std::make_shared<StopOptions>();
  command->add_flag("--all", options->all, "Every session below --sessions");
  command->add_flag("--flatten", options->flatten, "Withdraw every order and close every position");
  command->add_flag("--lift", options->lift, "Take the stop back")->excludes("--all")->excludes("--flatten");
  command->add_flag("--test", options->test, "Make it stand for a moment, see that it works, note the time")
      ->excludes("--all")
      ->excludes("--flatten")
      ->excludes("--lift");
  command->add_flag("--json", options->json, "Print what came of it as JSON");
  command->add_option("--timeout", options->seconds, "Seconds to wait for sessions to end")
      ->check(whole_number())
      ->capture_default_str();
  set_action(*command, globals, [options, &globals] { return stop(*options, globals); });
}

}  // namespace kontor::app
