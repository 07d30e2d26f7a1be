#pragma once

#include <string>

#include "emulator/binance/service.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

// What everybody may ask, on spot and on USDⓈ-M: the call's product decides. Answers are JSON.
[[nodiscard]] Answer<std::string> ping(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> server_time(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> depth(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> trades(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> historical_trades(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> aggregate_trades(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> klines(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> average_price_of_minutes(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> day_ticker(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> price_ticker(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> book_ticker(Service& service, const Call& call);

// What only perpetuals have.
[[nodiscard]] Answer<std::string> premium_index(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> funding_rates(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> funding_info(Service& service, const Call& call);
[[nodiscard]] Answer<std::string> open_interest(Service& service, const Call& call);

/// `exchangeInfo` of a product.
[[nodiscard]] Answer<std::string> exchange_info(Service& service, const Call& call);
/// Of a product that is not served: no symbols.
[[nodiscard]] Answer<std::string> empty_exchange_info(Service& service, const Call& call);
/// What the account has used of its order limits.
[[nodiscard]] Answer<std::string> order_rate(Service& service, const Call& call);
/// The `rateLimits` that answers of the WebSocket API end with.
[[nodiscard]] std::string limits_text(const LimitVerdict& verdict);
/// The product's rate limits, into an open object.
void write_rate_limits(JsonWriter& out, Service& service, Product product);

}  // namespace kontor::emulator::binance
