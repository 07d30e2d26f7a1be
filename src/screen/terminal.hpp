#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "screen/held_errors.hpp"
#include "screen/keys.hpp"
#include "screen/line.hpp"

namespace kontor::screen {

/// The terminal that standard output is, as a screen of its own. When it goes, at a forced end and at a crash
/// what was there before comes back. What is written to standard error meanwhile comes after. One at a time,
/// one thread.
class Terminal {
 public:
  /// True where standard output is a terminal whose cursor can be moved and that this process is in front of.
  [[nodiscard]] static bool can_show();

  /// Error io: the terminal can't be made ready.
  [[nodiscard]] static Result<std::unique_ptr<Terminal>> open();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal();

  /// As it is now, also after the window was made larger or smaller.
  [[nodiscard]] Size size();
  /// Shows these lines instead of what was there. Leaves it at that where the process is not in front of the
  /// terminal, or where the terminal takes nothing: nobody waits for it.
  void put(const std::vector<Line>& lines);
  /// The next key that was pressed; Key::none: nobody has pressed one.
  [[nodiscard]] KeyPress key();
  [[nodiscard]] bool has_keyboard() const noexcept { return has_keyboard_; }
  /// Waits until a key is pressed, at most so long.
  void wait(std::chrono::milliseconds longest) const;
  /// The last line that was written to standard error since this was asked; empty: none was.
  [[nodiscard]] std::string news() { return errors_ ? errors_->news() : std::string(); }

  /// Brings back what was there before; may be called by a signal's handler, as the last thing of all.
  static void restore() noexcept;

 private:
  Terminal() = default;
  void begin();

  std::unique_ptr<HeldErrors> errors_;
  std::string locale_;  ///< that was in force before
  bool has_keyboard_ = false;
  bool is_unicode_ = false;
  bool has_colours_ = false;
  bool was_behind_ = false;  ///< another process was in front of the terminal
};

}  // namespace kontor::screen
