#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/binance/parameters.hpp"

namespace kontor::emulator::binance {

inline constexpr std::size_t kMaxJsonMembers = 1'024;

/// The members of a JSON object. Strings lose their quotes; numbers, true and false stay as they were
/// written; null is empty; an array or object is its JSON text. Nothing for anything else than one object.
[[nodiscard]] std::optional<std::vector<Parameters::Item>> read_members(std::string_view json);
/// The elements of a JSON array, in the same way.
[[nodiscard]] std::optional<std::vector<std::string>> read_texts(std::string_view json);

/// One message of a client on a WebSocket: `{"id": 1, "method": "SUBSCRIBE", "params": …}`.
struct SocketMessage {
  std::string id = "null";  ///< as JSON: `1`, `"a"`, `null`
  bool has_id = false;
  std::optional<std::string> method{};
  std::string params{};  ///< as JSON; empty: there are none
};
/// Nothing: not a JSON object.
[[nodiscard]] std::optional<SocketMessage> read_message(std::string_view json);

}  // namespace kontor::emulator::binance
