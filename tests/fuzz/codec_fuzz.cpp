#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "base/codec.hpp"
#include "model/book.hpp"
#include "model/event_codec.hpp"

// Arbitrary bytes as an event, a command and a book: a value or an error, never a crash, never much more
// memory than bytes. What was read is written again byte for byte; a book, which forgets doubled levels, is
// stable from then on.

namespace {

void read_event(std::span<const std::byte> data) {
  std::vector<kontor::BookLevelChange> changes;
  const auto event = kontor::decode_event(data, changes);
  if (!event) return;
  kontor::Encoder encoder;
  kontor::encode_event(encoder, *event);
  ASSERT(std::ranges::equal(encoder.buffer(), data));
}

void read_command(std::span<const std::byte> data) {
  const auto command = kontor::decode<kontor::Command>(data);
  if (command) ASSERT(std::ranges::equal(kontor::encode(*command), data));
}

void read_book(std::span<const std::byte> data) {
  const auto book = kontor::decode<kontor::Book>(data);
  if (!book) return;
  const auto written = kontor::encode(*book);
  ASSERT(kontor::encode(kontor::decode<kontor::Book>(written).value()) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read_event(bytes);
  read_command(bytes);
  read_book(bytes);
  return 0;
}
