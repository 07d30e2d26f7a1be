#include "session_view.hpp"

#include "command.hpp"

namespace kontor::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenViewLooks = 50ms;
constexpr auto kBetweenPictures = 250ms;
constexpr auto kBetweenCounts = 1s;
/// Events that one can scroll back to; `kontor session events` has them all.
constexpr std::size_t kEventsInView = 100;
/// Keys that are obeyed at once; more wait for the next look.
constexpr int kKeysAtOnce = 32;

}  // namespace

SessionViewer::SessionViewer(std::unique_ptr<screen::Terminal> terminal, const std::string& folder,
                             screen::Seat seat)
    : terminal_(std::move(terminal)), tail_(files_, folder, kEventsInView) {
  picture_.seat = terminal_->has_keyboard() ? seat : screen::Seat::no_keyboard;
}

Result<std::unique_ptr<SessionViewer>> SessionViewer::open(const std::string& folder, screen::Seat seat) {
  TRY(auto terminal, screen::Terminal::open());
  before_forced_end(&screen::Terminal::restore);
  return std::unique_ptr<SessionViewer>(new SessionViewer(std::move(terminal), folder, seat));
}

std::unique_ptr<SessionViewer> SessionViewer::open_if(bool wanted, const std::string& folder) {
  if (!wanted || !screen::Terminal::can_show()) return nullptr;
  auto viewer = open(folder, screen::Seat::driver);
  return viewer ? std::move(*viewer) : nullptr;
}

std::optional<session::Request> SessionViewer::hear() {
  for (int i = 0; i < kKeysAtOnce; ++i) {
    const auto key = terminal_->key();
    if (key.key == screen::Key::none) return std::nullopt;
    next_draw_ = {};
    if (const auto wanted = screen::press(state_, key)) return wanted;
  }
  return std::nullopt;
}

std::optional<session::Request> SessionViewer::attend(const Look& look) {
  const auto now = Clock::now();
  if (now < next_look_) return std::nullopt;
  next_look_ = now + kBetweenViewLooks;
  const auto wanted = hear();
  if (!wanted && now >= next_draw_) {
    draw(look, now);
    next_draw_ = now + kBetweenPictures;
  }
  return wanted;
}

void SessionViewer::measure(std::uint64_t events, Clock::time_point now) {
  if (measured_ && now - *measured_ < kBetweenCounts) return;
  if (measured_ && events >= counted_) {
    const std::chrono::duration<double> passed = now - *measured_;
    picture_.events_per_second = static_cast<double>(events - counted_) / passed.count();
  }
  measured_ = now;
  counted_ = events;
}

void SessionViewer::draw(const Look& look, Clock::time_point now) {
  picture_.view = look();
  picture_.events = tail_.look();
  picture_.runtime = wall_clock() - picture_.view.run.started;
  measure(picture_.view.status.events, now);
  if (!picture_.events.empty()) screen::follow(state_, picture_.events.back().seq);
  if (auto news = terminal_->news(); !news.empty()) state_.notice = std::move(news);
  terminal_->put(screen::session_screen(picture_, state_, terminal_->size()));
}

}  // namespace kontor::app
