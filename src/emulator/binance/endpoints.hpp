#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/binance/service.hpp"

namespace kontor::emulator::binance {

/// What an endpoint asks of its caller.
enum class Security : std::uint8_t {
  none,
  key,           ///< a key, without a signature
  signed_read,   ///< a signature of a key that may read
  signed_trade,  ///< a signature of a key that may trade the product
};

using Handler = Answer<std::string> (*)(Service&, const Call&);

/// One thing that the venue can be asked, by REST or by its WebSocket API.
struct Endpoint {
  std::string_view method;  ///< `GET`; `WS`: the WebSocket API, the path is its method
  std::string_view path;
  Product product;
  Security security;
  std::int64_t weight;
  Handler handler;
  std::int64_t orders = 0;  ///< that it places
  /// Where the weight hangs on the parameters; null: `weight`.
  std::int64_t (*weigh)(const Parameters&) = nullptr;

  [[nodiscard]] std::int64_t weight_of(const Parameters& parameters) const {
    return weigh == nullptr ? weight : weigh(parameters);
  }
};

/// Null: there is none.
[[nodiscard]] const Endpoint* find_endpoint(std::string_view method, std::string_view path) noexcept;
[[nodiscard]] const Endpoint* find_socket_method(Product product, std::string_view name) noexcept;
/// Whether the path exists with any method.
[[nodiscard]] bool is_known_path(std::string_view path) noexcept;

}  // namespace kontor::emulator::binance
