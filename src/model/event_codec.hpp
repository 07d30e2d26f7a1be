#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/codec.hpp"
#include "base/result.hpp"
#include "model/event.hpp"

namespace kontor {

/// The binary form of an event: header, index of the alternative, its fields. A book update writes its
/// changes out in full, although in memory it only borrows them.
void encode_event(Encoder& encoder, const Event& event);

/// Reads exactly one event back. The changes of a book update go into `changes`, which the event then
/// borrows: it is good until `changes` is touched. Anything but the form of an event is bad data.
[[nodiscard]] Result<Event> decode_event(std::span<const std::byte> data,
                                         std::vector<BookLevelChange>& changes);

}  // namespace kontor
