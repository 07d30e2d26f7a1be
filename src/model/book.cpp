#include "model/book.hpp"

namespace kontor {

void Book::apply(const BookUpdate& update) {
  if (update.snapshot) clear();
  for (const auto& change : update.changes) set(change.side, change.price, change.quantity);
}

BookLevel Book::level(Side side, std::size_t depth) const noexcept {
  BookLevel last;
  std::size_t seen = 0;
  for_each_level(side, depth + 1, [&](const BookLevel& level) {
    last = level;
    ++seen;
  });
  return seen > depth ? last : BookLevel{};
}

}  // namespace kontor
