#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.hpp"

namespace kontor::sim {

/// Place of an order or a group in its pool.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = UINT32_MAX;

/// From dense ascending ids (1, 2, 3 …; zero is no id) to slots: open addressing with linear probing.
/// Neighbouring ids fall into neighbouring cells, so collisions are rare; memory follows the number of live
/// ids, not their value.
class IdIndex {
 public:
  [[nodiscard]] Slot find(std::uint64_t id) const noexcept {
    for (std::size_t at = home(id);; at = next(at)) {
      if (cells_[at].id == id) return cells_[at].slot;
      if (cells_[at].id == 0) return kNoSlot;
    }
  }

  void insert(std::uint64_t id, Slot slot) {
    ASSERT(id != 0 && find(id) == kNoSlot);
    if ((size_ + 1) * 2 > cells_.size()) grow();
    place(id, slot);
    ++size_;
  }

  void erase(std::uint64_t id) noexcept {
    std::size_t hole = home(id);
    while (cells_[hole].id != id) {
      if (cells_[hole].id == 0) return;
      hole = next(hole);
    }
    --size_;
    // Shift back what probed past the hole, so that no tombstones are needed.
    for (std::size_t at = next(hole); cells_[at].id != 0; at = next(at)) {
      const std::size_t wanted = home(cells_[at].id);
      const bool may_move = ((at - wanted) & mask()) >= ((at - hole) & mask());
      if (!may_move) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = Cell{};
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return cells_.size(); }

 private:
  struct Cell {
    std::uint64_t id = 0;
    Slot slot = kNoSlot;
  };

  [[nodiscard]] std::size_t mask() const noexcept { return cells_.size() - 1; }
  [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept {
    return static_cast<std::size_t>(id) & mask();
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & mask(); }

  void place(std::uint64_t id, Slot slot) noexcept {
    std::size_t at = home(id);
    while (cells_[at].id != 0) at = next(at);
    cells_[at] = Cell{id, slot};
  }

  void grow() {
    std::vector<Cell> old(cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.id != 0) place(cell.id, cell.slot);
    }
  }

  std::vector<Cell> cells_ = std::vector<Cell>(64);
  std::size_t size_ = 0;
};

}  // namespace kontor::sim
