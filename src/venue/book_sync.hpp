#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "venue/message.hpp"
#include "venue/protocol.hpp"

namespace kontor::venue {

/// What has become of a message about a book.
enum class BookStep : std::uint8_t {
  applied,   ///< the book is whole and up to date
  waiting,   ///< kept until a snapshot comes; whoever drives this asks for one
  outdated,  ///< the book holds it already
  gap,       ///< something between is missing: the book is not to be used; a snapshot is needed
};

/// Puts the snapshot and the updates of one book into their order and finds what is missing, by the venue's
/// rule. Updates that come before the snapshot are kept, up to kMostKept of them; behind that the oldest go,
/// and the snapshot that comes is then found to be too old.
class BookSync {
 public:
  static constexpr std::size_t kMostKept = 4096;
  /// Takes what belongs into the book, in its order.
  using Apply = std::function<void(const BookChange&)>;

  explicit BookSync(BookRule rule) noexcept : rule_(rule) {}

  /// A message of the stream, or a snapshot that was asked for.
  BookStep take(const BookChange& change, const Apply& apply);
  /// The stream was cut: nothing that was known holds.
  void reset() noexcept;
  /// True if the book is whole.
  [[nodiscard]] bool is_synchronised() const noexcept { return is_synchronised_; }
  /// True if only a snapshot that is asked for can help.
  [[nodiscard]] bool needs_snapshot() const noexcept {
    return !is_synchronised_ && rule_ != BookRule::snapshot_in_stream;
  }
  [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_; }

 private:
  struct Kept {
    BookChange change;
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
  };
  BookStep take_snapshot(const BookChange& change, const Apply& apply);
  BookStep take_update(const BookChange& change, const Apply& apply);
  void keep(const BookChange& change);
  [[nodiscard]] bool follows(const BookChange& change) const noexcept;
  [[nodiscard]] bool is_outdated(const BookChange& change) const noexcept;

  BookRule rule_;
  bool is_synchronised_ = false;
  bool is_first_ = true;  ///< no update was applied since the snapshot
  std::int64_t last_id_ = 0;
  std::uint64_t gaps_ = 0;
  std::deque<Kept> kept_;
};

}  // namespace kontor::venue
