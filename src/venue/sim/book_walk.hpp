#pragma once

#include <cstddef>

#include "model/book.hpp"

namespace kontor::sim {

/// Calls `visit(const BookLevel&)` from the best level to the worst until it returns false. Most walks end
/// within the first levels, so it asks the book for a few, and for eight times as many if they do not
/// suffice.
template <class Visit>
void walk_book_levels(const Book& book, Side side, Visit&& visit) {
  bool wanted = true;
  std::size_t visited = 0;
  for (std::size_t depth = 16; wanted; depth *= 8) {
    std::size_t seen = 0;
    book.for_each_level(side, depth, [&](const BookLevel& level) {
      if (++seen > visited && wanted) wanted = visit(level);
    });
    if (seen < depth) return;
    visited = depth;
  }
}

}  // namespace kontor::sim
