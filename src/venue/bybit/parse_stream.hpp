#pragma once

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

/// A message of a socket: data of a topic, or what became of a request. False: the reader knows why.
bool read_stream(Reading& reading, simdjson::ondemand::document& document);

}  // namespace kontor::bybit
