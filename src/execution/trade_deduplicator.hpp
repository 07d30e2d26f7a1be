#pragma once

#include <cstdint>
#include <vector>

#include "base/codec.hpp"
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

  [[nodiscard]] bool contains(InstrumentId instrument, TradeId trade) const noexcept;

  /// Writes what is remembered, oldest first; reads it back if there is room for it.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const noexcept;
  void erase(std::uint64_t key) noexcept;

  std::vector<std::uint64_t> table_;  ///< keys, 0 is empty; twice the capacity, a power of two
  std::vector<std::uint64_t> order_;  ///< ring of keys by age
  std::uint64_t next_ = 0;
};

}  // namespace kontor::execution
