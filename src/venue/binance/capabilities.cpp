#include "venue/binance/capabilities.hpp"

#include <array>

namespace kontor::binance {
namespace {

using venue::Capability;

constexpr std::array kCapabilities = {
    Capability{"server_time", true, true},
    Capability{"instruments", true, true},
    Capability{"ticker", true, true},
    Capability{"candles", true, true, "1s on spot only"},
    Capability{"book", true, true, "up to 5000 levels on spot, 1000 on USDⓈ-M"},
    Capability{"trades", true, true, "past ones aggregated"},
    Capability{"place.market", true, true},
    Capability{"place.limit", true, true},
    Capability{"place.immediate_or_cancel", true, true},
    Capability{"place.fill_or_kill", true, true},
    Capability{"place.good_till_date", false, true},
    Capability{"place.post_only", true, true, "LIMIT_MAKER on spot, GTX on USDⓈ-M"},
    Capability{"place.stop_market", true, true, "USDⓈ-M: a conditional order"},
    Capability{"place.stop_limit", true, true, "USDⓈ-M: a conditional order"},
    Capability{"place.take_profit_market", true, true, "USDⓈ-M: a conditional order"},
    Capability{"place.take_profit_limit", true, true, "USDⓈ-M: a conditional order"},
    Capability{"place.trailing_stop", true, true,
               "by a rate: basis points on spot, tenths of a percent on USDⓈ-M"},
    Capability{"place.trigger_by_mark", false, true},
    Capability{"place.attached_exits", true, false, "of limit orders: OTO and OTOCO"},
    Capability{"place.reduce_only", false, true},
    Capability{"place.position_side", false, true},
    Capability{"batch_place", false, true, "5 at once, none of them conditional"},
    Capability{"amend", true, true, "spot: the quantity, and only less of it"},
    Capability{"cancel", true, true},
    Capability{"batch_cancel", false, true, "10 at once, of one symbol"},
    Capability{"cancel_all", true, true, "of one symbol; conditional orders of USDⓈ-M apart"},
    Capability{"countdown_cancel", false, true, "per symbol"},
    Capability{"balance", true, true},
    Capability{"positions", false, true},
    Capability{"open_orders", true, true},
    Capability{"order", true, true},
    Capability{"fills", true, true, "by symbol"},
    Capability{"leverage", false, true},
    Capability{"margin_mode", false, true, "per symbol"},
    Capability{"position_mode", false, true},
    Capability{"funding_rate", false, true},
    Capability{"funding_history", false, true},
    Capability{"funding_payments", false, true},
    Capability{"fees", true, true},
    Capability{"key_permissions", true, true, "asked of spot's host"},
    Capability{"order_counts", true, true},
    Capability{"listen_key", false, true, "spot signs in on its socket"},
};

}  // namespace

std::span<const venue::Capability> capabilities() noexcept { return kCapabilities; }

}  // namespace kontor::binance
