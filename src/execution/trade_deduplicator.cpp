#include "execution/trade_deduplicator.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.hpp"

namespace kontor::execution {
namespace {

/// Finaliser of splitmix64.
std::uint64_t mix(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

/// Different trades of one instrument never have the same key, those of different instruments only with
/// probability 2^-64.
std::uint64_t key_of(InstrumentId instrument, TradeId trade) noexcept {
  const std::uint64_t key = trade.value ^ mix(instrument.value + 1ULL);
  return key == 0 ? 1 : key;
}

/// Where a key belongs in the table, before the mask. Venues count trades up: eight that follow each other
/// share a cache line.
std::size_t home_of(std::uint64_t key) noexcept { return mix(key / 8) * 8 + key % 8; }

}  // namespace

TradeDeduplicator::TradeDeduplicator(std::size_t capacity)
    : table_(std::bit_ceil(capacity) * 2), order_(std::bit_ceil(capacity)) {
  ASSERT(capacity > 0);
}

std::size_t TradeDeduplicator::slot_of(std::uint64_t key) const noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = home_of(key) & mask;
  while (table_[slot] != 0 && table_[slot] != key) slot = (slot + 1) & mask;
  return slot;
}

void TradeDeduplicator::erase(std::uint64_t key) noexcept {
  const std::size_t mask = table_.size() - 1;
  std::size_t hole = slot_of(key);
  if (table_[hole] == 0) return;
  // Backward-shift deletion: pull up every follower that may legally stand in the hole.
  for (std::size_t next = (hole + 1) & mask; table_[next] != 0; next = (next + 1) & mask) {
    const std::size_t home = home_of(table_[next]) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      table_[hole] = table_[next];
      hole = next;
    }
  }
  table_[hole] = 0;
}

bool TradeDeduplicator::contains(InstrumentId instrument, TradeId trade) const noexcept {
  return table_[slot_of(key_of(instrument, trade))] != 0;
}

bool TradeDeduplicator::insert(InstrumentId instrument, TradeId trade) {
  const std::uint64_t key = key_of(instrument, trade);
  if (table_[slot_of(key)] == key) return false;
  std::uint64_t& oldest = order_[next_ & (order_.size() - 1)];
  if (oldest != 0) erase(oldest);
  oldest = key;
  ++next_;
  table_[slot_of(key)] = key;
  return true;
}

void TradeDeduplicator::save(Encoder& encoder) const {
  const std::uint64_t count = std::min<std::uint64_t>(next_, order_.size());
  encode_into(encoder, next_);
  encode_into(encoder, count);
  for (std::uint64_t i = next_ - count; i < next_; ++i) encode_into(encoder, order_[i & (order_.size() - 1)]);
}

void TradeDeduplicator::load(Decoder& decoder) {
  TradeDeduplicator read(order_.size());
  std::uint64_t count = 0;
  decode_from(decoder, read.next_);
  decode_from(decoder, count);
  if (count > std::min<std::uint64_t>(read.next_, read.order_.size())) return decoder.fail();
  for (std::uint64_t i = read.next_ - count; i < read.next_ && !decoder.failed(); ++i) {
    std::uint64_t& key = read.order_[i & (read.order_.size() - 1)];
    decode_from(decoder, key);
    std::uint64_t& slot = read.table_[read.slot_of(key)];
    if (key == 0 || slot == key) return decoder.fail();  // what is remembered is remembered once
    slot = key;
  }
  if (!decoder.failed()) *this = std::move(read);
}

}  // namespace kontor::execution
