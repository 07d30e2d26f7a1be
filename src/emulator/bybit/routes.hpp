#pragma once

#include <cstdint>
#include <string_view>

#include <boost/describe/enum.hpp>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/request.hpp"

namespace kontor::emulator::bybit {

/// Who may ask.
BOOST_DEFINE_FIXED_ENUM_CLASS(Access, std::uint8_t, everybody, reader, trader)

/// One thing that can be asked for, by REST or by an operation on the order entry socket.
struct Route {
  std::string_view method;  ///< `GET`, `POST`
  std::string_view path;    ///< `/v5/market/time`
  Access access = Access::everybody;
  /// Group of endpoints that the limiter counts; empty: the address alone is counted.
  std::string_view group{};
  Answer (*handle)(const Request&) = nullptr;
  std::string_view operation{};  ///< `order.create`; empty: REST only
  bool places_orders = false;
};

/// What a path leads to.
struct FoundRoute {
  const Route* route = nullptr;
  bool is_known_path = false;  ///< where there is no route: the method is wrong
};
[[nodiscard]] FoundRoute find_route(std::string_view method, std::string_view path) noexcept;
/// Null: there is no such operation.
[[nodiscard]] const Route* find_operation(std::string_view operation) noexcept;

}  // namespace kontor::emulator::bybit
