#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/exchange.hpp"

namespace kontor::emulator::bybit {

struct TickerField {
  std::string_view name;
  std::string value;
  bool operator==(const TickerField&) const = default;
};

/// The figures of the day of one instrument, as REST and the stream name them; the same fields in the same
/// order every time. `stream`: the spot stream has other ones than REST.
[[nodiscard]] std::vector<TickerField> ticker_of(const Exchange& exchange, const ListedInstrument& listed,
                                                 bool stream);

/// The price of one unit of an asset in dollars; zero where no market tells it.
[[nodiscard]] Amount dollar_price(const Exchange& exchange, AssetId asset);

}  // namespace kontor::emulator::bybit
