#include "screen/held_errors.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

namespace kontor::screen {
namespace {

/// Standard error is a terminal while this lives; what comes out of it is kept.
class ErrorTerminal {
 public:
  ErrorTerminal() : before_(::dup(STDERR_FILENO)) {
    termios modes{};
    ::cfmakeraw(&modes);
    int slave = -1;
    EXPECT_EQ(::openpty(&master_, &slave, nullptr, &modes, nullptr), 0);
    ::dup2(slave, STDERR_FILENO);
    ::close(slave);
    reader_ = std::thread([this] { read(); });
  }
  ErrorTerminal(const ErrorTerminal&) = delete;
  ErrorTerminal& operator=(const ErrorTerminal&) = delete;
  ~ErrorTerminal() { static_cast<void>(close()); }

  /// Everything that came out; standard error is what it was before.
  const std::string& close() {
    if (!reader_.joinable()) return text_;
    ::dup2(before_, STDERR_FILENO);  // the last one that had the terminal: its reader comes to the end
    ::close(before_);
    reader_.join();
    ::close(master_);
    return text_;
  }

 private:
  void read() {
    std::array<char, 65'536> piece{};
    for (ssize_t got = 0; (got = ::read(master_, piece.data(), piece.size())) > 0;)
      text_.append(piece.data(), static_cast<std::size_t>(got));
  }

  int before_;
  int master_ = -1;
  std::string text_;
  std::thread reader_;
};

void write_error(std::string_view text) {
  ASSERT_EQ(::write(STDERR_FILENO, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

TEST(HeldErrors, TellsTheLastLineAndLetsEverythingOutAtTheEnd) {
  ErrorTerminal terminal;
  auto held = HeldErrors::open();
  ASSERT_TRUE(held && *held);
  EXPECT_EQ((*held)->news(), "");
  write_error("one\n\x1b[33mtwo\x1b[0m\n");
  EXPECT_EQ((*held)->news(), "two");
  EXPECT_EQ((*held)->news(), "");
  held->reset();
  EXPECT_EQ(terminal.close(), "one\n\x1b[33mtwo\x1b[0m\n");
}

TEST(HeldErrors, KeepsWholeLinesWhileOthersWriteAndTheOldestGo) {
  constexpr int kLines = 200'000;
  const std::string line = std::string(99, 'x') + "\n";
  ErrorTerminal terminal;
  auto held = HeldErrors::open();
  ASSERT_TRUE(held && *held);
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (int i = 0; i < kLines; ++i) write_error(line);
    is_done = true;
  });
  while (!is_done) static_cast<void>((*held)->news());
  writer.join();
  static_cast<void>((*held)->news());
  held->reset();
  const std::string& text = terminal.close();
  EXPECT_GE(text.size(), HeldErrors::kMostBytes / 2 - line.size());
  EXPECT_LE(text.size(), HeldErrors::kMostBytes + line.size());
  EXPECT_EQ(std::ranges::count(text, '\n') * 100, static_cast<std::ptrdiff_t>(text.size()));
  EXPECT_EQ(text.find('\0'), std::string::npos) << "a hole";
}

}  // namespace
}  // namespace kontor::screen
