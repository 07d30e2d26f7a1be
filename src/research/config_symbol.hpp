#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::research {

/// Base and quote of a symbol such as BTCUSDT, BTC-USD or ETH/BTC; nothing if the quote is not a known one,
/// or if the symbol can be read in two ways, neither of which has a known base.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> split_symbol(std::string_view symbol);

}  // namespace kontor::research
