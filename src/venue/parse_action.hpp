#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "venue/action.hpp"
#include "venue/protocol.hpp"

namespace kontor::venue {

/// What `kontor venue encode` reads from its input.
struct EncodeRequest {
  std::string venue;
  Product product = Product::spot;
  Action action;
  TimeNs clock = 0;
  Credentials credentials;
  std::string id;
};

/// What `kontor venue decode` reads from its input. `message` is the venue's text as it came, whether it
/// stood there as JSON or inside a string.
struct DecodeRequest {
  std::string venue;
  Product product = Product::spot;
  MessageKind kind = MessageKind::stream;
  std::string message;
  unsigned http_status = 200;
  std::string symbol;
  Timeframe interval{};
};

/// Reads `{"venue","product","action","params","clock_ms","key","secret","id"}`. Numbers are read as they are
/// written, in quotes or not. Errors: usage, naming the key: unknown, missing, of another type, twice.
[[nodiscard]] Result<EncodeRequest> parse_encode_request(std::string_view text);
/// Reads `{"venue","product","kind","message"}` and, optional, `http_status`, `symbol`, `interval`.
[[nodiscard]] Result<DecodeRequest> parse_decode_request(std::string_view text);

/// The name of an action, such as `place` or `cancel_all`: that of the answer to it.
[[nodiscard]] std::string_view name_of(const Action& action) noexcept;

/// One key of an action's params, for people.
struct ParameterHelp {
  std::string name;  ///< `orders[].symbol`
  std::string type;  ///< `decimal`, `text`, `time`, `buy|sell`
};
/// One action with what it takes, from the same descriptions that read it.
struct ActionHelp {
  std::string_view name;
  std::vector<ParameterHelp> parameters;
};
[[nodiscard]] std::vector<ActionHelp> action_help();

}  // namespace kontor::venue
