#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "net/http_message.hpp"
#include "net/query.hpp"
#include "venue/protocol.hpp"

namespace kontor::binance {

/// Who may call: anybody, whoever names a key, whoever signs.
enum class Security : std::uint8_t { open, key, sign };

/// A request before it is signed and addressed.
struct Call {
  net::HttpMethod method = net::HttpMethod::get;
  std::string_view path;
  Security security = Security::open;
  net::Query query{};
  bool is_of_spot_host = false;  ///< asked of the host of spot whatever the product is
};

using venue::Product;

/// What a venue cannot do, and why.
[[nodiscard]] inline std::unexpected<Error> refuse(std::string_view what) {
  return fail(ErrorKind::usage, fmt::format("binance {}", what));
}

inline void add_if(net::Query& query, std::string_view name, std::string_view value) {
  if (!value.empty()) query.add(name, value);
}
inline void add_if(net::Query& query, std::string_view name, std::int64_t value) {
  if (value != 0) query.add(name, value);
}
inline void add(net::Query& query, std::string_view name, const Decimal& value) {
  query.add_plain(name, value.normalized().format());
}
inline void add_if(net::Query& query, std::string_view name, const std::optional<Decimal>& value) {
  if (value) add(query, name, *value);
}
/// Our ranges end before `to`, Binance's with their last millisecond.
inline void add_range(net::Query& query, TimeNs from, TimeNs to) {
  if (from != 0) query.add("startTime", (from + kMillisecond - 1) / kMillisecond);
  if (to != 0) query.add("endTime", (to - 1) / kMillisecond);
}
[[nodiscard]] inline Result<void> want_symbol(std::string_view what, std::string_view symbol) {
  if (symbol.empty()) return refuse(fmt::format("{}: the symbol is missing", what));
  return {};
}

// The calls, by what they are about.
[[nodiscard]] Result<Call> call_for(const venue::GetServerTime& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetInstruments& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetTicker& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetCandles& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetBook& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetTrades& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetFundingRate& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetFundingHistory& action, Product product);

[[nodiscard]] Result<Call> call_for(const venue::PlaceOrder& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::PlaceOrders& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::ChangeOrder& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::CancelOne& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::CancelMany& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::CancelAll& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::CountdownCancel& action, Product product);

[[nodiscard]] Result<Call> call_for(const venue::GetBalance& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetPositions& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetOpenOrders& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetOrder& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetFills& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::SetLeverage& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::SetMarginMode& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::SetPositionMode& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetFundingPayments& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetFees& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetKeyPermissions& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::GetOrderCounts& action, Product product);
[[nodiscard]] Result<Call> call_for(const venue::ManageListenKey& action, Product product);

}  // namespace kontor::binance
