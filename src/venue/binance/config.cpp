#include "venue/binance/config.hpp"

namespace kontor::binance {

const venue::Endpoints& endpoints(venue::Product product) noexcept {
  static const venue::Endpoints spot = {
      .rest = "https://api.binance.com",
      .public_stream = "wss://stream.binance.com:9443",
      .private_stream = "wss://ws-api.binance.com:443/ws-api/v3",
      .order_entry = "wss://ws-api.binance.com:443/ws-api/v3",
  };
  static const venue::Endpoints linear = {
      .rest = "https://fapi.binance.com",
      .public_stream = "wss://fstream.binance.com",
      .private_stream = "wss://fstream.binance.com",
      .order_entry = "wss://ws-fapi.binance.com/ws-fapi/v1",
  };
  return product == venue::Product::spot ? spot : linear;
}

}  // namespace kontor::binance
