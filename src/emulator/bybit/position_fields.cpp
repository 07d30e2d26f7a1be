#include "emulator/bybit/position_fields.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "emulator/bybit/answer.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/ticker.hpp"
#include "emulator/bybit/words.hpp"

namespace kontor::emulator::bybit {
namespace {

/// (entry × size - realised) / (size - |size| × fee), size signed; the venue's formula, with its least fee.
std::string break_even_text(const Instrument& instrument, const PositionView& position, Amount realized) {
  constexpr double kLeastFee = 0.00055;
  const double size = instrument.to_double(position.quantity);
  if (size == 0) return "";
  const double fee = std::max(instrument.taker_fee().to_double(), kLeastFee);
  const double price =
      (position.entry_price.to_double() * size - realized.to_double()) / (size - std::abs(size) * fee);
  return fmt::format("{:.8f}", price);
}

/// The trigger price of a stop that protects the position; empty: there is none.
std::string stop_text(const OrderScene& scene, AccountId account, const Instrument& instrument,
                      VenueOrderId id, bool trailing) {
  if (id.value == 0) return "";
  const OrderRecord* const order = scene.exchange.find_order(account, {.product = Product::linear, .id = id});
  if (order == nullptr || is_closed(order->state)) return "";
  return price_text(instrument, trailing ? order->trailing_offset : order->trigger_price);
}

void write_size(JsonWriter& out, const Instrument& instrument, const PositionView& position,
                Channel channel) {
  const bool flat = position.quantity.is_zero();
  out.text("side", flat ? "" : side_word(position.quantity.units > 0 ? Side::buy : Side::sell));
  out.text("size", flat ? "0" : quantity_text(instrument, position.quantity.absolute()));
  const std::string entry = flat ? "0" : short_amount_text(position.entry_price);
  out.text(channel == Channel::rest ? "avgPrice" : "entryPrice", entry);
  out.text("positionValue",
           flat ? (channel == Channel::rest ? "" : "0") : amount_text(position.cost.absolute()));
  out.text("markPrice", price_text(instrument, position.mark));
  out.text("liqPrice", position.liquidation_price ? price_text(instrument, *position.liquidation_price) : "");
  out.text("bustPrice", "").text("leverage", plain_text(position.leverage));
}

void write_margins(JsonWriter& out, const PositionView& position) {
  const std::string initial = short_amount_text(position.initial_margin);
  const std::string maintenance = short_amount_text(position.maintenance_margin);
  out.text("positionIM", initial).text("positionIMByMp", initial);
  out.text("positionMM", maintenance).text("positionMMByMp", maintenance);
  out.text("positionBalance", initial);
}

/// What open spot orders hold of an asset; the rest of what is reserved is margin of linear orders.
Amount locked_by_spot(const OrderScene& scene, AccountId account, const AssetBalance& balance) {
  Amount locked;
  if (balance.reserved.is_zero()) return locked;
  for (const OrderRecord* order : scene.exchange.open_orders(account, Product::spot, std::nullopt)) {
    const Instrument& instrument = scene.exchange.listings().instrument(order->instrument);
    const bool buys = order->ticket.side == Side::buy;
    if ((buys ? instrument.quote() : instrument.base()) != balance.asset) continue;
    const RawPrice price = order->limit_price.units > 0 ? order->limit_price : order->trigger_price;
    locked +=
        buys ? instrument.notional(price, order->remaining()) : instrument.base_amount(order->remaining());
  }
  return std::min(locked, balance.reserved);
}

struct CoinRow {
  const OrderScene& scene;
  const AssetBalance& balance;
  Amount dollars;  ///< of one unit
  Amount locked;
};

/// `amount × price`, both at 1e-18.
Amount valued(Amount amount, Amount price) {
  const auto factor = Decimal::parse(price.format());
  return factor ? amount.times(*factor, Rounding::half_even) : Amount();
}

void write_coin(JsonWriter& out, const CoinRow& row, Amount realized) {
  const AssetBalance& balance = row.balance;
  out.begin_object().text("coin", row.scene.exchange.listings().asset_name(balance.asset));
  out.text("equity", amount_text(balance.equity()));
  out.text("usdValue", short_amount_text(valued(balance.equity(), row.dollars)));
  out.text("walletBalance", amount_text(balance.total));
  out.text("availableToWithdraw", "").text("availableToBorrow", "").text("borrowAmount", "0");
  out.text("accruedInterest", "0");
  out.text("locked", amount_text(row.locked));
  out.text("totalOrderIM", amount_text(balance.reserved - row.locked));
  out.text("totalPositionIM", amount_text(balance.position_margin));
  out.text("totalPositionMM", amount_text(balance.maintenance));
  out.text("unrealisedPnl", amount_text(balance.unrealized)).text("cumRealisedPnl", amount_text(realized));
  out.text("bonus", "0").flag("collateralSwitch", true).flag("marginCollateral", true);
  out.text("spotHedgingQty", "0").text("spotBorrow", "0").end_object();
}

struct WalletTotals {
  Amount equity;
  Amount wallet;
  Amount available;
  Amount unrealized;
  Amount initial;
  Amount maintenance;
};

void add_coin(WalletTotals& totals, const AssetBalance& balance, Amount order_margin, Amount dollars) {
  totals.equity += valued(balance.equity(), dollars);
  totals.wallet += valued(balance.total, dollars);
  totals.available += valued(balance.free, dollars);
  totals.unrealized += valued(balance.unrealized, dollars);
  totals.initial += valued(balance.position_margin + order_margin, dollars);
  totals.maintenance += valued(balance.maintenance, dollars);
}

void write_totals(JsonWriter& out, const WalletTotals& totals) {
  const Amount margin_balance = totals.wallet + totals.unrealized;
  const std::string initial_rate = ratio_text(totals.initial, margin_balance, 4);
  const std::string maintenance_rate = ratio_text(totals.maintenance, margin_balance, 4);
  out.text("accountType", "UNIFIED").text("accountLTV", "0");
  out.text("accountIMRate", initial_rate).text("accountIMRateByMp", initial_rate);
  out.text("accountMMRate", maintenance_rate).text("accountMMRateByMp", maintenance_rate);
  out.text("totalEquity", short_amount_text(totals.equity));
  out.text("totalWalletBalance", short_amount_text(totals.wallet));
  out.text("totalMarginBalance", short_amount_text(margin_balance));
  out.text("totalAvailableBalance", short_amount_text(totals.available));
  out.text("totalPerpUPL", short_amount_text(totals.unrealized));
  out.text("totalInitialMargin", short_amount_text(totals.initial));
  out.text("totalInitialMarginByMp", short_amount_text(totals.initial));
  out.text("totalMaintenanceMargin", short_amount_text(totals.maintenance));
  out.text("totalMaintenanceMarginByMp", short_amount_text(totals.maintenance));
}

/// Realised results of all positions that settle in this asset.
Amount realized_in(const OrderScene& scene, AccountId account, AssetId asset) {
  Amount sum;
  const AccountMemory* const memory = scene.memory.find(account);
  if (memory == nullptr) return sum;
  for (const auto& [instrument, position] : memory->positions) {
    if (scene.exchange.listings().instrument(instrument).quote() == asset) sum += position.total_realized;
  }
  return sum;
}

bool is_asked(std::string_view coins, std::string_view name) {
  if (coins.empty()) return true;
  while (!coins.empty()) {
    const std::size_t end = std::min(coins.find(','), coins.size());
    if (coins.substr(0, end) == name) return true;
    coins.remove_prefix(std::min(end + 1, coins.size()));
  }
  return false;
}

}  // namespace

void write_position(JsonWriter& out, const OrderScene& scene, AccountId account, const PositionView& position,
                    Channel channel) {
  const Listings& listings = scene.exchange.listings();
  const Instrument& instrument = listings.instrument(position.instrument);
  const PositionMemory memory = scene.memory.position(account, position.instrument);
  out.begin_object();
  if (channel == Channel::stream) out.text("category", "linear");
  out.number("positionIdx", 0).number("tradeMode", 0).number("riskId", 1);
  out.text("riskLimitValue", "100000000").text("symbol", listings[position.instrument].symbol);
  write_size(out, instrument, position, channel);
  write_margins(out, position);
  out.text("positionStatus", "Normal").number("autoAddMargin", 0).number("adlRankIndicator", 0);
  out.text("breakEvenPrice", break_even_text(instrument, position, memory.current_realized));
  out.text("tpslMode", "Full");
  out.text("takeProfit", stop_text(scene, account, instrument, memory.stops.take_profit, false));
  out.text("stopLoss", stop_text(scene, account, instrument, memory.stops.stop_loss, false));
  const std::string trailing = stop_text(scene, account, instrument, memory.stops.trailing_stop, true);
  out.text("trailingStop", trailing.empty() ? "0" : trailing);
  out.text("unrealisedPnl", amount_text(position.unrealized));
  out.text("curRealisedPnl", amount_text(memory.current_realized));
  out.text("cumRealisedPnl", amount_text(memory.total_realized)).text("sessionAvgPrice", "");
  out.flag("isReduceOnly", false).text("mmrSysUpdatedTime", "").text("leverageSysUpdatedTime", "");
  out.number("seq", memory.sequence == 0 ? -1 : static_cast<std::int64_t>(memory.sequence));
  out.text("createdTime", milliseconds_text(memory.created_at));
  out.text("updatedTime", milliseconds_text(position.updated_at)).end_object();
}

void write_wallet(JsonWriter& out, const OrderScene& scene, AccountId account, std::string_view coin) {
  const std::vector<AssetBalance> balances = scene.exchange.balances(account, Product::linear);
  WalletTotals totals;
  JsonWriter coins;
  coins.begin_array();
  for (const AssetBalance& balance : balances) {
    const Amount dollars = dollar_price(scene.exchange, balance.asset);
    const Amount locked = locked_by_spot(scene, account, balance);
    add_coin(totals, balance, balance.reserved - locked, dollars);
    if (!is_asked(coin, scene.exchange.listings().asset_name(balance.asset))) continue;
    write_coin(coins, {scene, balance, dollars, locked}, realized_in(scene, account, balance.asset));
  }
  coins.end_array();
  out.begin_object();
  write_totals(out, totals);
  out.raw("coin", coins.view()).end_object();
}

}  // namespace kontor::emulator::bybit
