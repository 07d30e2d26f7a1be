#include "data/progress.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <unistd.h>

namespace kontor::data {
namespace {

constexpr std::uint64_t kBarWidth = 24;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr auto kPlainLineEvery = std::chrono::seconds(10);

/// `12.3 M`: three digits or so with a decimal prefix.
std::string scaled(double value) {
  constexpr std::string_view kPrefixes[] = {"", "k", "M", "G", "T"};
  std::size_t prefix = 0;
  for (; value >= 1000 && prefix + 1 < std::size(kPrefixes); ++prefix) value /= 1000;
  return fmt::format("{:.{}f} {}", value, value < 10 && prefix != 0 ? 1 : 0, kPrefixes[prefix]);
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(std::min(seconds, 359'999.0)));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

std::string render_progress(const ProgressState& state, double elapsed_seconds) {
  const double rate = elapsed_seconds > 0 ? static_cast<double>(state.done) / elapsed_seconds : 0;
  std::string text = state.what.size() > 40 ? "…" + state.what.substr(state.what.size() - 39) : state.what;
  if (state.total != 0) {
    const std::uint64_t done = std::min(state.done, state.total);
    const std::uint64_t filled = done * kBarWidth / state.total;
    text += fmt::format("  [{}{}] {:3}%", std::string(filled, '#'), std::string(kBarWidth - filled, '-'),
                        done * 100 / state.total);
  }
  if (!state.unit.empty()) text += fmt::format("  {}{}/s", scaled(rate), state.unit);
  if (state.rows != 0 && elapsed_seconds > 0) {
    text += fmt::format("  {}rows/s", scaled(static_cast<double>(state.rows) / elapsed_seconds));
  }
  if (state.total > state.done && rate > 0) {
    text += fmt::format("  {} left", clock_text(static_cast<double>(state.total - state.done) / rate));
  }
  return text;
}

void MeterProgress::update(const ProgressState& state) {
  const auto now = Clock::now();
  if (now - shown_ < (terminal_ ? Clock::duration(kRedrawEvery) : Clock::duration(kPlainLineEvery))) return;
  shown_ = now;
  const std::string text = render_progress(state, std::chrono::duration<double>(now - start_).count());
  fmt::print(out_, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\x1b[K" : "\n");
  std::fflush(out_);
  bar_on_screen_ = terminal_;
}

void MeterProgress::finish() {
  if (!bar_on_screen_) return;
  fmt::print(out_, "\r\x1b[K");
  std::fflush(out_);
  bar_on_screen_ = false;
}

std::unique_ptr<Progress> make_progress(bool quiet) {
  if (quiet) return std::make_unique<SilentProgress>();
  return std::make_unique<MeterProgress>(stderr, ::isatty(STDERR_FILENO) == 1);
}

}  // namespace kontor::data
