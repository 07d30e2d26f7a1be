#pragma once

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

// Orders and executions, the same in answers and in the private stream. False: the reader knows why.

/// One order. One that belongs to the other product is left out: on the private stream spot and linear come
/// together, and their symbols are the same.
bool read_order(const Reading& reading, JsonValue& value);
/// One execution, or the funding that stands among them.
bool read_execution(const Reading& reading, JsonValue& value);

/// `{"orderId","orderLinkId"}`: the venue has taken the request.
bool read_acknowledgement(const Reading& reading, JsonValue& value);
/// The orders of a batch with what became of each, which has been read before (Scratch::outcomes).
bool read_batch(const Reading& reading, JsonValue& result);
/// The orders that were canceled.
bool read_cancel_all(const Reading& reading, JsonValue& result);

/// Lists of the above.
bool read_open_orders(const Reading& reading, JsonValue& result);
/// The answer about one order; an empty list says that there is none among those that are kept at hand.
bool read_one_order(const Reading& reading, JsonValue& result);
bool read_fills(const Reading& reading, JsonValue& result);

/// Whether an entry with this `category` is of the product that is read. What is neither spot nor linear is
/// let through: its symbols are its own, and the account's owner may want to see it.
[[nodiscard]] bool is_of_product(std::string_view category, venue::Product product) noexcept;

}  // namespace kontor::bybit
