#pragma once

#include <optional>
#include <vector>

#include "model/instrument.hpp"
#include "model/market_data.hpp"

namespace kontor::live {

/// Lets a reader that has fallen behind catch up (M18): while data are later than they were at best, by more
/// than kBehind, quotes and changes of a book are held back and told together, once in kBetween for each
/// instrument. Nothing of a book is lost, of quotes only those that a later one has replaced. Trades and bars
/// are never held back: each of them counts.
class Conflation {
 public:
  static constexpr DurationNs kBehind = kSecond;
  static constexpr DurationNs kBetween = 100 * kMillisecond;

  explicit Conflation(std::size_t instruments) : held_(instruments) {}

  /// A datum has come in by the stream, whatever it is.
  void heard(TimeNs ts_venue, TimeNs now) noexcept;
  [[nodiscard]] bool is_behind() const noexcept { return is_behind_; }

  /// True: it is kept and comes with release(). False: it is to be told at once.
  [[nodiscard]] bool holds(const Quote& quote);
  [[nodiscard]] bool holds(const BookUpdate& update);
  /// Tells what is held, each instrument's book before its quote.
  template <class Tell>
  void release(Tell&& tell) {
    for (Held& held : held_) {
      if (held.book) {
        held.book->changes = held.changes;
        tell(*held.book);
        held.book.reset();
        held.changes.clear();
      }
      if (held.quote) tell(*held.quote);
      held.quote.reset();
    }
  }
  /// A socket has ended: what is held of its instrument is older than what comes next.
  void forget(InstrumentId instrument);
  /// How many data were told together with others.
  [[nodiscard]] std::uint64_t held_back() const noexcept { return held_back_; }

 private:
  struct Held {
    std::optional<Quote> quote;
    std::optional<BookUpdate> book;  ///< its changes lie beside it
    std::vector<BookLevelChange> changes;
  };

  std::vector<Held> held_;  ///< by instrument
  DurationNs least_late_ = INT64_MAX;
  bool is_behind_ = false;
  std::uint64_t held_back_ = 0;
};

}  // namespace kontor::live
