#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace kontor::data {

/// How far a long piece of work has come.
struct ProgressState {
  std::string what;             ///< `BTCUSDT-1m-2025-01.zip`
  std::uint64_t done = 0;       ///< in `unit`
  std::uint64_t total = 0;      ///< in `unit`; zero if unknown
  std::uint64_t rows = 0;       ///< made so far; zero where rows are not the point
  std::string_view unit = "B";  ///< of done and total, for the rate; empty: their rate says nothing
};

/// Is told how far long work has come. Called often: implementations decide what is worth showing.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(const ProgressState& state) = 0;
  /// The work is over, well or not; nothing of a bar stays behind.
  virtual void finish() = 0;
};

/// Says nothing.
class SilentProgress final : public Progress {
 public:
  void update(const ProgressState& /*state*/) override {}
  void finish() override {}
};

/// A bar with rate and time left, redrawn in place on a terminal. Elsewhere a plain line now and then.
class MeterProgress final : public Progress {
 public:
  using Clock = std::chrono::steady_clock;

  MeterProgress(std::FILE* out, bool terminal)
      : out_(out), terminal_(terminal), start_(Clock::now()), shown_(start_) {}
  void update(const ProgressState& state) override;
  void finish() override;

 private:
  std::FILE* out_;
  bool terminal_;
  Clock::time_point start_;
  Clock::time_point shown_;
  bool bar_on_screen_ = false;
};

/// The text of a meter: `BTCUSDT.zip  [#####---------------]  25%  12.1 MB/s  3.2 M rows/s  0:07 left`.
[[nodiscard]] std::string render_progress(const ProgressState& state, double elapsed_seconds);

/// A meter on stderr, or silence if quiet.
[[nodiscard]] std::unique_ptr<Progress> make_progress(bool quiet);

}  // namespace kontor::data
