#pragma once

#include <string>
#include <string_view>

#include "emulator/emulated_venue.hpp"

namespace kontor::emulator {

/// A request to the emulator itself, on any of its ports below `/emulator/`.
struct ControlRequest {
  std::string_view method;  ///< `GET`, `POST`
  std::string_view path;    ///< without the query
  std::string_view body;    ///< JSON
};
struct ControlReply {
  unsigned status = 200;
  std::string body;  ///< JSON
};

/// True for paths that belong to control().
[[nodiscard]] bool is_control_path(std::string_view path) noexcept;

/// Answers `/emulator/faults` (GET, POST {"faults": "…"}), `/emulator/accounts` (GET; POST {"name",
/// "deposits", "keys"}), `/emulator/deposit` (POST {"account", "product", "asset", "amount"}),
/// `/emulator/status` (GET),
/// `/emulator/market` (GET; POST {"paused"} or {"product", "symbol", "jump_percent" | "status"}). Errors are
/// {"error": "…"} with 400, 404 or 405. Secrets are in no answer.
[[nodiscard]] ControlReply control(EmulatedVenue& venue, const ControlRequest& request);

}  // namespace kontor::emulator
