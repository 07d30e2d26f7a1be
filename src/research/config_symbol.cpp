#include "research/config_symbol.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace kontor::research {
namespace {

// Longest first, so that BTCFDUSD is not read as BTCFD / USD.
constexpr std::array<std::string_view, 23> kQuotes = {
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "USDE", "BIDR", "BRL", "USD", "EUR", "GBP",
    "TRY",   "JPY",  "AUD",  "CAD",  "CHF",  "KRW",  "UST",  "DAI",  "BTC", "ETH", "BNB"};

// Bases that tell apart symbols whose end fits two quotes: XBTUSD is XBT / USD and not XB / TUSD.
constexpr std::array<std::string_view, 24> kBases = {
    "XBT", "BTC", "ETH", "SOL", "XRP",  "LTC",  "BCH",  "DOT",  "BNB", "ADA",  "ATOM", "BAT",
    "GMT", "FTT", "GRT", "APT", "SHIB", "DOGE", "AVAX", "LINK", "TRX", "PEPE", "USDT", "USDC"};

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::pair<std::string, std::string> pair_at(std::string_view symbol, std::size_t base_end,
                                            std::size_t quote_begin) {
  return {std::string(symbol.substr(0, base_end)), std::string(symbol.substr(quote_begin))};
}

}  // namespace

std::optional<std::pair<std::string, std::string>> split_symbol(std::string_view symbol) {
  for (const char separator : {'/', '-', '_'}) {
    const auto at = symbol.find(separator);
    if (at == std::string_view::npos) continue;
    if (at == 0 || !is_one_of(kQuotes, symbol.substr(at + 1))) return std::nullopt;
    return pair_at(symbol, at, at + 1);
  }
  std::vector<std::size_t> ends;
  for (const auto quote : kQuotes) {
    if (symbol.size() > quote.size() && symbol.ends_with(quote)) ends.push_back(symbol.size() - quote.size());
  }
  if (ends.empty()) return std::nullopt;
  // XBTUSD ends in TUSD and in USD: a base that is known decides. Without one only FDUSD is sure.
  const auto known =
      std::ranges::find_if(ends, [&](std::size_t end) { return is_one_of(kBases, symbol.substr(0, end)); });
  if (known == ends.end() && ends.size() > 1 && !symbol.ends_with("FDUSD")) return std::nullopt;
  const std::size_t end = known != ends.end() ? *known : ends.front();
  return pair_at(symbol, end, end);
}

}  // namespace kontor::research
