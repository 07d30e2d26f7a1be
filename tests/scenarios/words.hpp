#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.hpp"
#include "base/decimal.hpp"
#include "base/time.hpp"
#include "model/instrument.hpp"
#include "model/timeframe.hpp"

namespace kontor::scenario {

/// A line that the runner does not understand, or that cannot be carried out. Ends the scenario; the runner
/// adds file and line.
class ScenarioFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value of a Result, or a fault with its message.
template <class T>
T must(Result<T> result) {
  if (!result) throw ScenarioFault(result.error().message);
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  if (!result) throw ScenarioFault(result.error().message);
}

/// The words of one line, taken from left to right. A `,` at the end of a word is a word of its own.
class Words {
 public:
  explicit Words(std::string_view line);

  [[nodiscard]] bool done() const noexcept { return next_ == words_.size(); }
  /// The next word without taking it; empty at the end.
  [[nodiscard]] std::string_view peek() const noexcept {
    return done() ? std::string_view() : std::string_view(words_[next_]);
  }
  [[nodiscard]] const std::vector<std::string>& all() const noexcept { return words_; }

  std::string take(std::string_view what);
  /// Takes the next word if it is this one.
  bool take_if(std::string_view word);
  /// Takes the next word, which must be this one.
  void expect(std::string_view word);
  /// Nothing may be left.
  void finish() const;

  Decimal decimal(std::string_view what);
  Amount amount(std::string_view what);
  std::uint64_t number(std::string_view what);
  DurationNs duration(std::string_view what);
  Timeframe timeframe();
  RawPrice price(const Instrument& instrument);
  RawQuantity quantity(const Instrument& instrument);

 private:
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

/// True if both texts have the same words, where numbers are equal by value: `0.20000` is `0.2`.
[[nodiscard]] bool same_words(std::string_view a, std::string_view b);

}  // namespace kontor::scenario
