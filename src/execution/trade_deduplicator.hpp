#pragma once

#include <cstdint>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/ids.hpp"

namespace kontor::execution {

/// Remembers the last `capacity` trade ids, so that an execution that is reported twice is booked once.
/// Open addressing over a fixed table; the oldest id makes room for the newest.
class TradeDeduplicator {
 public:
  static constexpr std::size_t kDefaultCapacity = 16'384;

  explicit TradeDeduplicator(std::size_t capacity = kDefaultCapacity);

  /// True if the trade is new; it is remembered from now on.
  bool insert(InstrumentId instrument, TradeId trade);

 private:
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const noexcept;
  void erase(std::uint64_t key) noexcept;

  std::vector<std::uint64_t> table_;  ///< keys, 0 is empty; twice the capacity, a power of two
  std::vector<std::uint64_t> order_;  ///< ring of keys by age
  std::uint64_t next_ = 0;

  BOOST_DESCRIBE_CLASS(TradeDeduplicator, (), (), (), (table_, order_, next_))
};

}  // namespace kontor::execution
