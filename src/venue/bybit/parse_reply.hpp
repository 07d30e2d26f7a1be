#pragma once

#include <optional>
#include <string_view>

#include "venue/bybit/parse_reading.hpp"

namespace kontor::bybit {

/// What a socket says about a request, where it is no topic's data. The public and private sockets speak of
/// `success` and `ret_msg`, the one for orders of `retCode` and `retMsg`.
struct Reply {
  std::string_view operation;
  std::string_view request_id;
  std::string_view text;
  std::string_view type;
  std::optional<std::int64_t> code;
  std::optional<bool> success;

  /// Takes one field of the message. False: the reader knows why.
  bool take(Reader& reader, std::string_view key, JsonValue& value);
};

/// The document is read once more for the data of order replies.
bool read_reply(Reading& reading, simdjson::ondemand::document& document, const Reply& reply);

}  // namespace kontor::bybit
