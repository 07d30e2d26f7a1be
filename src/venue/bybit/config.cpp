#include "venue/bybit/config.hpp"

#include <array>

namespace kontor::bybit {
namespace {

using venue::Capability;

constexpr std::array kCapabilities = {
    Capability{"server_time", true, true},
    Capability{"instruments", true, true, "linear comes in pages of 1000"},
    Capability{"ticker", true, true},
    Capability{"candles", true, true, "1m 3m 5m 15m 30m 1h 2h 4h 6h 12h 1d 1w, at most 1000"},
    Capability{"book", true, true, "at most 1000 levels"},
    Capability{"trades", true, true, "the latest only: 60 on spot, 1000 on linear"},
    Capability{"place.market", true, true, "quantity in base units on spot too"},
    Capability{"place.limit", true, true},
    Capability{"place.stop_market", true, true, "on spot the venue finds the direction by itself"},
    Capability{"place.stop_limit", true, true, "on spot the venue finds the direction by itself"},
    Capability{"place.take_profit_market", true, true, "on spot the venue finds the direction by itself"},
    Capability{"place.take_profit_limit", true, true, "on spot the venue finds the direction by itself"},
    Capability{"place.trailing_stop", false, true,
               "of the whole position, by distance, without a client order id"},
    Capability{"place.post_only", true, true},
    Capability{"place.immediate_or_cancel", true, true},
    Capability{"place.fill_or_kill", true, true, "limit orders"},
    Capability{"place.good_till_date", false, false},
    Capability{"place.reduce_only", false, true},
    Capability{"place.position_side", false, true},
    Capability{"place.trigger_by_mark", false, true},
    Capability{"place.attached_exits", true, true, "on spot with limit orders only"},
    Capability{"batch_place", true, true, "at most 10 on spot, 20 on linear"},
    Capability{"amend", true, true},
    Capability{"cancel", true, true},
    Capability{"batch_cancel", true, true, "at most 10 on spot, 20 on linear; no conditional orders on spot"},
    Capability{"cancel_all", true, true, "without a symbol: spot, or all contracts in USDT"},
    Capability{"countdown_cancel", true, true,
               "institutional accounts; counts from the loss of all private sockets with the dcp topic"},
    Capability{"balance", true, true, "unified account"},
    Capability{"positions", false, true, "without a symbol: all contracts in USDT"},
    Capability{"open_orders", true, true, "without a symbol on linear: all contracts in USDT"},
    Capability{"order", true, true, "open orders and the latest 500 that have ended"},
    Capability{"fills", true, true, "7 days at once"},
    Capability{"leverage", false, true},
    Capability{"margin_mode", false, true, "of the whole account"},
    Capability{"position_mode", false, true, "of all contracts in USDT"},
    Capability{"funding_rate", false, true},
    Capability{"funding_history", false, true},
    Capability{"funding_payments", false, true, "7 days at once"},
    Capability{"fees", true, true},
    Capability{"key_permissions", true, true},
    Capability{"order_counts", false, false, "told with each answer"},
    Capability{"listen_key", false, false, "the private stream is signed in to on the socket"},
    Capability{"stream.trades", true, true},
    Capability{"stream.book", true, true, "1, 50, 200 or 1000 levels"},
    Capability{"stream.ticker", true, true},
    Capability{"stream.candles", true, true},
    Capability{"stream.quotes", true, true, "the book of one level"},
    Capability{"stream.mark", false, true, "in the ticker"},
    Capability{"stream.private", true, true, "orders, executions, positions, balances"},
};

}  // namespace

const venue::Endpoints& endpoints(venue::Product product) noexcept {
  // Both products have the same today; each keeps its own, because a configuration may part them.
  static const venue::Endpoints spot = {
      .rest = "https://api.bybit.com",
      .public_stream = "wss://stream.bybit.com",
      .private_stream = "wss://stream.bybit.com",
      .order_entry = "wss://stream.bybit.com/v5/trade",
  };
  static const venue::Endpoints linear = spot;
  return product == venue::Product::spot ? spot : linear;
}

std::span<const venue::Capability> capabilities() noexcept { return kCapabilities; }

}  // namespace kontor::bybit
