#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "emulator/public_market.hpp"
#include "model/book.hpp"
#include "model/types.hpp"

namespace kontor::emulator::bybit {

/// What changed among the best levels of a book; a level with quantity zero is gone, or has left the depth.
struct BookDelta {
  std::array<std::vector<BookLevel>, 2> changes;  ///< by Side, best first
  std::uint64_t update_id = 0;
  std::uint64_t sequence = 0;
  TimeNs ts = 0;  ///< of the matching

  [[nodiscard]] bool empty() const noexcept { return changes[0].empty() && changes[1].empty(); }
};

/// The best levels of one book as its readers know them. Update ids grow by one with every delta.
class BookFeed {
 public:
  static constexpr std::size_t kMaxUnsent = 64;

  explicit BookFeed(std::size_t depth) noexcept : depth_(depth) {}

  /// Brings it up to the market's book. What changed is kept for the readers, where there are any.
  void refresh(const PublicMarket& market, std::uint64_t sequence);
  [[nodiscard]] const std::vector<BookLevel>& levels(Side side) const noexcept {
    return levels_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
  [[nodiscard]] std::uint64_t update_id() const noexcept { return update_id_; }
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }
  [[nodiscard]] TimeNs time() const noexcept { return ts_; }

  /// Without readers deltas are not kept.
  void set_read(bool is_read);
  /// In their order.
  [[nodiscard]] std::vector<BookDelta> take_unsent() noexcept { return std::exchange(unsent_, {}); }
  /// There were more than anybody takes: the readers need the whole book.
  [[nodiscard]] bool take_overrun() noexcept { return std::exchange(overrun_, false); }

 private:
  std::size_t depth_;
  std::array<std::vector<BookLevel>, 2> levels_;
  std::vector<BookDelta> unsent_;
  std::uint64_t update_id_ = 1;
  std::uint64_t sequence_ = 0;
  TimeNs ts_ = 0;
  bool is_read_ = false;
  bool overrun_ = false;
};

/// The feeds of one venue, by instrument and depth; made when they are first asked for.
class BookTopics {
 public:
  static constexpr std::array<std::size_t, 4> kDepths = {1, 50, 200, 1'000};

  [[nodiscard]] BookFeed& feed(InstrumentId instrument, std::size_t depth);

 private:
  std::map<std::pair<InstrumentId, std::size_t>, BookFeed> feeds_;
};

}  // namespace kontor::emulator::bybit
