#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "venue/message.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

/// No message of Bybit comes near it: the list of all instruments is about a megabyte.
inline constexpr std::size_t kLongestMessage = std::size_t{64} << 20U;

/// Reads what Bybit says, over HTTP and over its sockets. Buffers grow to the largest message and are kept;
/// after that reading allocates nothing. Belongs to one thread.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// As Protocol::decode(). What the sink is given is borrowed from the parser until decode() returns.
  [[nodiscard]] Result<void> decode(std::string_view text, const venue::MessageContext& context,
                                    venue::MessageSink& sink);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::bybit
