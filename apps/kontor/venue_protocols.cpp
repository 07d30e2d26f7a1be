#include "venue_protocols.hpp"

#include <fmt/format.h>

#include "venue/binance/protocol.hpp"
#include "venue/bybit/protocol.hpp"

namespace kontor::app {

std::vector<std::unique_ptr<venue::Protocol>> make_protocols() {
  std::vector<std::unique_ptr<venue::Protocol>> protocols;
  protocols.push_back(binance::make_protocol());
  protocols.push_back(bybit::make_protocol());
  return protocols;
}

Result<std::unique_ptr<venue::Protocol>> make_protocol(std::string_view venue) {
  std::string names;
  for (auto& protocol : make_protocols()) {
    if (protocol->venue() == venue) return std::move(protocol);
    names += names.empty() ? "" : ", ";
    names += protocol->venue();
  }
  return fail(ErrorKind::not_found, fmt::format("venue: expected one of {}, found \"{}\"", names, venue));
}

}  // namespace kontor::app
