#pragma once

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

// What an account has and may. False: the reader knows why.

/// One account with its coins, in an answer or in the private stream.
bool read_wallet(const Reading& reading, JsonValue& value);
/// One position, in an answer or in the private stream; those of the other product are left out.
bool read_position(const Reading& reading, JsonValue& value);

bool read_balance(const Reading& reading, JsonValue& result);
bool read_positions(const Reading& reading, JsonValue& result);
bool read_fees(const Reading& reading, JsonValue& result);
/// The funding in the account's log; with a symbol in the context, its funding only.
bool read_funding_payments(const Reading& reading, JsonValue& result);
bool read_key_permissions(const Reading& reading, JsonValue& result);

}  // namespace kontor::bybit
