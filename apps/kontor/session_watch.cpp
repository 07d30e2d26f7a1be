#include "session_watch.hpp"

#include <thread>

#include <fmt/format.h>

#include "command.hpp"
#include "session/control_socket.hpp"
#include "session_text.hpp"
#include "session_view.hpp"

namespace kontor::app {
namespace {

using namespace std::chrono_literals;
using session::Answer;
using session::Request;

constexpr auto kWatchAnswerTime = 2s;
constexpr auto kBetweenAsks = 250ms;
constexpr auto kBetweenWatchedLines = 1s;

bool is_gone(const Result<Answer>& answer) {
  return answer ? !answer->ending.empty() : answer.error().kind == ErrorKind::not_found;
}

/// A line each second, for files and pipes.
Result<bool> watch_plainly(const std::string& folder, Answer answer) {
  while (!interrupted()) {
    fmt::print("{}\n", line_of(answer.view.status, answer.view.asset));
    std::fflush(stdout);
    // In small steps: Ctrl-C is not to wait.
    for (auto slept = 0ms; slept < kBetweenWatchedLines && !interrupted(); slept += 50ms)
      std::this_thread::sleep_for(50ms);
    auto next = session::ask(folder, Request::none, kWatchAnswerTime);
    if (is_gone(next)) return true;
    if (!next) return std::unexpected(next.error());
    answer = std::move(*next);
  }
  return false;
}

/// The view; a session that does not answer for a while is still shown as it was.
Result<bool> watch_on_screen(const std::string& folder, Answer answer) {
  TRY(const auto viewer, SessionViewer::open(folder, screen::Seat::onlooker));
  const auto look = [&] { return answer.view; };
  auto next_ask = std::chrono::steady_clock::now() + kBetweenAsks;
  while (!interrupted()) {
    const auto wanted = viewer->attend(look);
    if (wanted == Request::stop) return false;
    const auto now = std::chrono::steady_clock::now();
    if (wanted || now >= next_ask) {
      next_ask = now + kBetweenAsks;
      auto next = session::ask(folder, wanted.value_or(Request::none), kWatchAnswerTime);
      if (is_gone(next)) return true;
      if (next) {
        answer = std::move(*next);
      } else {
        viewer->notice(next.error().message);
      }
    }
    viewer->wait(kBetweenAsks / 5);
  }
  return false;
}

}  // namespace

Result<bool> watch_session(const std::filesystem::path& folder) {
  TRY(auto answer, session::ask(folder.string(), Request::none, kWatchAnswerTime));
  watch_interrupt();
  return screen::Terminal::can_show() ? watch_on_screen(folder.string(), std::move(answer))
                                      : watch_plainly(folder.string(), std::move(answer));
}

}  // namespace kontor::app
