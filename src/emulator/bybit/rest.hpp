#pragma once

#include <cstddef>

#include "emulator/bybit/desk.hpp"
#include "net/http_message.hpp"
#include "net/http_server.hpp"

namespace kontor::emulator::bybit {

/// An answer and what the fault switch does with it.
struct RestReply {
  net::HttpResponse response;
  ReplyAction action = ReplyAction::send;
};

/// The venue's REST interface without sockets: a request in, an answer out.
class RestService {
 public:
  explicit RestService(Desk& desk) noexcept : desk_(desk) {}

  /// Whether the request asks for a new order, which the fault switch wants to know first.
  [[nodiscard]] static bool places_orders(const net::ServerRequest& request);
  /// Works it off, now. `fault` is what was decided on it before; what closes or hangs is the caller's.
  [[nodiscard]] RestReply answer(const net::ServerRequest& request, const RequestFault& fault);

 private:
  [[nodiscard]] net::HttpResponse respond(const net::ServerRequest& request, const Answer& answer,
                                          const Admission& admission, unsigned status);
  [[nodiscard]] RestReply work_off(const net::ServerRequest& request, bool refuses);
  [[nodiscard]] net::HttpResponse answer_fault(const net::ServerRequest& request, const RequestFault& fault);

  Desk& desk_;
};

/// The answer of what stands before the venue, to an address that asks too often.
[[nodiscard]] net::HttpResponse access_too_frequent();

}  // namespace kontor::emulator::bybit
