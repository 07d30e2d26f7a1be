#include "model/book.hpp"

#include "base/codec.hpp"

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

void Book::save(Encoder& encoder) const {
  for (const Side side : {Side::buy, Side::sell}) {
    encode_into(encoder, static_cast<std::uint64_t>(size(side)));
    for_each_level(side, size(side), [&](const BookLevel& level) {
      encode_into(encoder, level.price);
      encode_into(encoder, level.quantity);
    });
  }
}

void Book::load(Decoder& decoder) {
  clear();
  for (const Side side : {Side::buy, Side::sell}) {
    std::uint64_t count = 0;
    decode_from(decoder, count);
    for (; count > 0 && !decoder.failed(); --count) {
      BookLevel level;
      decode_from(decoder, level.price);
      decode_from(decoder, level.quantity);
      set(side, level.price, level.quantity);
    }
  }
}

}  // namespace kontor
