#pragma once

#include "venue/action.hpp"
#include "venue/protocol.hpp"

namespace kontor::bybit {

// One function for each action, as rest.hpp says; rest.cpp picks.

using Encoded = Result<net::HttpRequest>;
using Request = venue::RequestContext;

[[nodiscard]] Encoded encode(const venue::GetServerTime& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetInstruments& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetTicker& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetCandles& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetBook& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetTrades& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetFundingRate& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetFundingHistory& action, const Request& context);

[[nodiscard]] Encoded encode(const venue::PlaceOrder& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::PlaceOrders& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::ChangeOrder& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::CancelOne& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::CancelMany& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::CancelAll& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::CountdownCancel& action, const Request& context);

[[nodiscard]] Encoded encode(const venue::GetBalance& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetPositions& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetOpenOrders& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetOrder& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetFills& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::SetLeverage& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::SetMarginMode& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::SetPositionMode& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetFundingPayments& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetFees& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetKeyPermissions& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::GetOrderCounts& action, const Request& context);
[[nodiscard]] Encoded encode(const venue::ManageListenKey& action, const Request& context);

}  // namespace kontor::bybit
