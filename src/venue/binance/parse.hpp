#pragma once

#include <memory>
#include <string_view>

#include "venue/protocol.hpp"

namespace kontor::binance {

struct ParseState;

/// Reads what Binance sends. Keeps its buffers from one message to the next; borrowed texts hold until then.
class Parser {
 public:
  Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser();

  /// See venue::Protocol::decode().
  [[nodiscard]] Result<void> parse(std::string_view text, const venue::MessageContext& context,
                                   venue::MessageSink& sink);

 private:
  std::unique_ptr<ParseState> state_;
};

}  // namespace kontor::binance
