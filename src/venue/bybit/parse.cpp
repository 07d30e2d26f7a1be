#include "venue/bybit/parse.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "venue/bybit/errors.hpp"
#include "venue/bybit/parse_answer.hpp"
#include "venue/bybit/parse_reading.hpp"
#include "venue/bybit/parse_stream.hpp"

namespace kontor::bybit {

struct Parser::State {
  simdjson::ondemand::parser json;
  /// The message with the bytes behind it that the JSON parser may look at.
  std::vector<char> buffer;
  Reader reader;
  Scratch scratch;

  /// Takes a copy of the message that may be looked at beyond its end. False: there is no memory.
  bool keep(std::string_view text);
  bool read(std::string_view text, Reading& reading);
};

bool Parser::State::keep(std::string_view text) {
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (buffer.size() < needed) {
    // In powers of two, so that slowly growing messages do not make it grow with each of them.
    constexpr std::size_t kFirst = std::size_t{1} << 16U;
    const std::size_t size = std::max(kFirst, std::bit_ceil(needed));
    buffer.resize(size);
    if (json.allocate(size) != simdjson::SUCCESS) return false;
  }
  std::memcpy(buffer.data(), text.data(), text.size());
  std::memset(buffer.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  return true;
}

bool Parser::State::read(std::string_view text, Reading& reading) {
  if (!keep(text)) return reader.fault("memory for the message", {}, {});
  text = {buffer.data(), text.size()};
  simdjson::ondemand::document document;
  const bool is_stream = reading.context.kind == venue::MessageKind::stream;
  if (json.iterate(text.data(), text.size(), buffer.size()).get(document) != simdjson::SUCCESS) {
    if (is_stream || reading.context.http_status < 400) return reader.broken();
    reading.give(judge_status(text, reading.context));
    return true;
  }
  return is_stream ? read_stream(reading, document) : read_answer(reading, document, text);
}

Parser::Parser() : state_(std::make_unique<State>()) {}
Parser::~Parser() = default;

Result<void> Parser::decode(std::string_view text, const venue::MessageContext& context,
                            venue::MessageSink& sink) {
  if (text.size() > kLongestMessage) {
    return fail(ErrorKind::bad_data, fmt::format("bybit: expected a message of at most {} bytes, found {}",
                                                 kLongestMessage, text.size()));
  }
  state_->reader.begin();
  Reading reading{state_->reader, state_->scratch, context, sink};
  if (!state_->read(text, reading)) return state_->reader.error();
  return {};
}

}  // namespace kontor::bybit
