#pragma once

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

/// An answer over HTTP: `{"retCode","retMsg","result","retExtInfo","time"}`. `text` is the whole of it, for
/// answers that are none of Bybit's. False: the reader knows why.
bool read_answer(Reading& reading, simdjson::ondemand::document& document, std::string_view text);

/// `{"list":[{"code","msg"}, …]}` of a batch, into Scratch::outcomes. Of other answers it is empty.
bool read_outcomes(const Reading& reading, JsonValue& value);

}  // namespace kontor::bybit
