#pragma once

#include <cstdint>
#include <string>

#include <boost/describe/enum.hpp>

#include "base/result.hpp"

namespace kontor::net {

/// How a WebSocket came to its end.
BOOST_DEFINE_FIXED_ENUM_CLASS(WebSocketEnd, std::uint8_t,
                              not_opened,  ///< could not connect, or the other side did not want
                              by_peer,     ///< the other side said goodbye
                              by_us,       ///< close() or abort()
                              silence,     ///< nothing was heard for too long
                              lost,        ///< the connection broke
                              protocol,    ///< what came is no WebSocket, or too large a message
                              overflow)    ///< the other side reads too slowly

/// Why a WebSocket is closed.
struct CloseReason {
  WebSocketEnd end = WebSocketEnd::lost;
  std::uint16_t code = 1006;       ///< of RFC 6455, 7.4.1; 1006: no goodbye was heard
  std::string text{};              ///< the other side's words with the code
  Error error{};                   ///< what was expected and found, with the host; empty by_us
  unsigned http_status = 0;        ///< of the answer that did not open it
  std::int64_t retry_after_s = 0;  ///< that this answer asked to wait; 0: it did not say
};

}  // namespace kontor::net
