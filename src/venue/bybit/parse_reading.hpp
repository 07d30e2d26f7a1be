#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "venue/bybit/parse_reader.hpp"
#include "venue/message.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// What became of one order of a batch.
struct BatchOutcome {
  std::int64_t code = 0;
  std::string text;
};

/// Buffers that live as long as the parser, so that reading allocates nothing once they are large enough.
struct Scratch {
  std::vector<venue::BookLevel> bids;
  std::vector<venue::BookLevel> asks;
  std::vector<venue::Candle> candles;
  std::vector<BatchOutcome> outcomes;
  std::string text;  ///< the venue's words about a refusal
};

/// One message that is being read, and who gets what it says.
struct Reading {
  Reader& reader;
  Scratch& scratch;
  const venue::MessageContext& context;
  venue::MessageSink& sink;
  TimeNs time = 0;  ///< of the message

  void give(const venue::Message& message) const { sink.take(message); }
};

/// Gives `take(element)` every element of `list`, and the sink the cursor of the next page where the answer
/// has one.
template <class Take>
bool read_list(const Reading& reading, JsonValue& result, Take&& take) {
  Reader& reader = reading.reader;
  bool has_list = false;
  bool has_pages = false;
  std::string_view cursor;
  const bool good = reader.fields("result", result, [&](std::string_view key, JsonValue& value) {
    if (key == "list") {
      has_list = true;
      return reader.elements(key, value, take);
    }
    if (key != "nextPageCursor") return true;
    has_pages = true;
    return reader.text(key, value, cursor);
  });
  if (!good) return false;
  if (!has_list) return reader.fault("a field", "list", "none");
  if (has_pages) reading.give(venue::NextPage{cursor});
  return true;
}

}  // namespace kontor::bybit
