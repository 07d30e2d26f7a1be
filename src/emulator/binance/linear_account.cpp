#include "emulator/binance/linear_account.hpp"

#include <algorithm>
#include <vector>

#include "emulator/binance/history_query.hpp"
#include "emulator/binance/number_text.hpp"
#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {
namespace {

/// What the open orders of an asset tie up: what is reserved and not by positions.
Amount order_margin(const AssetBalance& balance) noexcept {
  return balance.reserved > balance.position_margin ? balance.reserved - balance.position_margin : Amount();
}

/// The assets that the product settles in, zero balances included.
std::vector<AssetBalance> margin_balances(Service& service, AccountId account) {
  std::vector<AssetBalance> found;
  std::vector<std::string> names;
  for (const ListedInstrument& listing : service.listings().all()) {
    if (listing.product != Product::linear || std::ranges::find(names, listing.quote) != names.end())
      continue;
    names.push_back(listing.quote);
    found.push_back(
        service.exchange().balance(account, Product::linear, service.instrument(listing.id).quote()));
  }
  return found;
}

/// Sums over all assets; they are all dollars.
AssetBalance sum_of(const std::vector<AssetBalance>& balances) {
  AssetBalance sum;
  for (const AssetBalance& balance : balances) {
    sum.total += balance.total;
    sum.reserved += balance.reserved;
    sum.free += balance.free;
    sum.position_margin += balance.position_margin;
    sum.unrealized += balance.unrealized;
    sum.maintenance += balance.maintenance;
  }
  return sum;
}

void write_totals(JsonWriter& out, const AssetBalance& sum) {
  const Amount initial = sum.position_margin + order_margin(sum);
  out.text("totalInitialMargin", fixed(initial, 8))
      .text("totalMaintMargin", fixed(sum.maintenance, 8))
      .text("totalWalletBalance", fixed(sum.total, 8))
      .text("totalUnrealizedProfit", fixed(sum.unrealized, 8))
      .text("totalMarginBalance", fixed(sum.equity(), 8))
      .text("totalPositionInitialMargin", fixed(sum.position_margin, 8))
      .text("totalOpenOrderInitialMargin", fixed(order_margin(sum), 8))
      .text("totalCrossWalletBalance", fixed(sum.total, 8))
      .text("totalCrossUnPnl", fixed(sum.unrealized, 8))
      .text("availableBalance", fixed(sum.free, 8))
      .text("maxWithdrawAmount", fixed(sum.free, 8));
}

void write_asset(JsonWriter& out, Service& service, const AssetBalance& balance) {
  out.begin_object()
      .text("asset", service.listings().asset_name(balance.asset))
      .text("walletBalance", fixed(balance.total, 8))
      .text("unrealizedProfit", fixed(balance.unrealized, 8))
      .text("marginBalance", fixed(balance.equity(), 8))
      .text("maintMargin", fixed(balance.maintenance, 8))
      .text("initialMargin", fixed(balance.position_margin + order_margin(balance), 8))
      .text("positionInitialMargin", fixed(balance.position_margin, 8))
      .text("openOrderInitialMargin", fixed(order_margin(balance), 8))
      .text("crossWalletBalance", fixed(balance.total, 8))
      .text("crossUnPnl", fixed(balance.unrealized, 8))
      .text("availableBalance", fixed(balance.free, 8))
      .text("maxWithdrawAmount", fixed(balance.free, 8))
      .flag("marginAvailable", true)
      .number("updateTime", service.now_ms())
      .end_object();
}

std::string notional_text(const Instrument& instrument, const PositionView& position) {
  return fixed(instrument.notional(position.mark, position.quantity), 8);
}

bool is_isolated(const PositionView& position) noexcept {
  return position.margin_mode == MarginMode::isolated;
}

void write_account_position(JsonWriter& out, Service& service, const PositionView& position, bool is_v2) {
  const ListedInstrument& listing = service.listings()[position.instrument];
  const Instrument& instrument = service.instrument(position.instrument);
  out.begin_object()
      .text("symbol", listing.symbol)
      .text("positionSide", "BOTH")
      .text("positionAmt", quantity_text(listing, instrument, position.quantity))
      .text("unrealizedProfit", fixed(position.unrealized, 8))
      .text("isolatedMargin", fixed(is_isolated(position) ? position.initial_margin : Amount(), 8))
      .text("notional", notional_text(instrument, position))
      .text("isolatedWallet", fixed(is_isolated(position) ? position.initial_margin : Amount(), 8))
      .text("initialMargin", fixed(position.initial_margin, 8))
      .text("maintMargin", fixed(position.maintenance_margin, 8));
  if (is_v2)
    out.text("positionInitialMargin", fixed(position.initial_margin, 8))
        .text("openOrderInitialMargin", "0")
        .text("leverage", plain(position.leverage))
        .flag("isolated", is_isolated(position))
        .text("entryPrice", fixed(position.entry_price, instrument.price_scale() + 2))
        .text("breakEvenPrice", fixed(position.entry_price, instrument.price_scale() + 2))
        .text("maxNotional", "50000000")
        .text("bidNotional", "0")
        .text("askNotional", "0");
  out.number("updateTime", milliseconds(position.updated_at)).end_object();
}

bool has_open_orders(Service& service, AccountId account, InstrumentId instrument) {
  return !service.exchange().open_orders(account, Product::linear, instrument).empty();
}

/// All positions, or those that are held or ordered.
std::vector<PositionView> select_positions(Service& service, const Call& call, const ListedInstrument* asked,
                                           bool is_v2) {
  std::vector<PositionView> positions = service.exchange().positions(call.account);
  std::erase_if(positions, [&](const PositionView& position) {
    if (asked != nullptr && asked->id != position.instrument) return true;
    return !is_v2 && position.quantity.is_zero() &&
           !has_open_orders(service, call.account, position.instrument);
  });
  return positions;
}

void write_risk(JsonWriter& out, Service& service, const PositionView& position, bool is_v2) {
  const ListedInstrument& listing = service.listings()[position.instrument];
  const Instrument& instrument = service.instrument(position.instrument);
  const int entry_places = instrument.price_scale() + 2;
  const std::string isolated = fixed(is_isolated(position) ? position.initial_margin : Amount(), 8);
  const RawPrice liquidation = position.liquidation_price.value_or(RawPrice());
  out.begin_object()
      .text("symbol", listing.symbol)
      .text("positionSide", "BOTH")
      .text("positionAmt", quantity_text(listing, instrument, position.quantity))
      .text("entryPrice", fixed(position.entry_price, entry_places))
      .text("breakEvenPrice", fixed(position.entry_price, entry_places))
      .text("markPrice", fixed(instrument.price(position.mark).value, 8))
      .text("unRealizedProfit", fixed(position.unrealized, 8))
      .text("liquidationPrice", liquidation.units <= 0 ? "0" : fixed(instrument.price(liquidation).value, 8))
      .text("isolatedMargin", isolated)
      .text("notional", notional_text(instrument, position))
      .text("isolatedWallet", isolated);
  if (is_v2) {
    out.text("leverage", plain(position.leverage))
        .text("maxNotionalValue", "50000000")
        .text("marginType", is_isolated(position) ? "isolated" : "cross")
        .text("isAutoAddMargin", "false");
  } else {
    out.text("marginAsset", listing.quote)
        .text("initialMargin", fixed(position.initial_margin, 8))
        .text("maintMargin", fixed(position.maintenance_margin, 8))
        .text("positionInitialMargin", fixed(position.initial_margin, 8))
        .text("openOrderInitialMargin", "0")
        .number("adl", position.quantity.is_zero() ? 0 : 2)
        .text("bidNotional", "0")
        .text("askNotional", "0");
  }
  out.number("updateTime", milliseconds(position.updated_at)).end_object();
}

Answer<std::string> write_risks(Service& service, const Call& call, bool is_v2) {
  TRY(const ListedInstrument* asked, service.optional_symbol(call));
  JsonWriter out;
  out.begin_array();
  for (const PositionView& position : select_positions(service, call, asked, is_v2))
    write_risk(out, service, position, is_v2);
  return out.end_array().take();
}

Answer<std::string> write_account(Service& service, const Call& call, bool is_v2) {
  const std::vector<AssetBalance> balances = margin_balances(service, call.account);
  const auto owner = service.exchange().find_key(call.key);
  JsonWriter out;
  out.begin_object();
  if (is_v2)
    out.number("feeTier", 0)
        .flag("canTrade", owner && owner->key->permissions.linear)
        .flag("canDeposit", true)
        .flag("canWithdraw", owner && owner->key->permissions.withdraw)
        .number("updateTime", 0)
        .flag("multiAssetsMargin", false)
        .number("tradeGroupId", -1);
  write_totals(out, sum_of(balances));
  out.begin_array("assets");
  for (const AssetBalance& balance : balances) write_asset(out, service, balance);
  out.end_array().begin_array("positions");
  for (const PositionView& position : select_positions(service, call, nullptr, is_v2))
    write_account_position(out, service, position, is_v2);
  out.end_array();
  return out.end_object().take();
}

std::string_view income_name(IncomeKind kind) noexcept {
  switch (kind) {
    case IncomeKind::transfer: return "TRANSFER";
    case IncomeKind::realized_profit: return "REALIZED_PNL";
    case IncomeKind::commission: return "COMMISSION";
    case IncomeKind::funding: return "FUNDING_FEE";
    case IncomeKind::liquidation_fee: return "INSURANCE_CLEAR";
  }
  return "TRANSFER";
}

void write_income(JsonWriter& out, Service& service, const IncomeRecord& record) {
  const bool has_trade = record.execution.value != 0;
  out.begin_object()
      .text("symbol", record.instrument ? service.listings()[*record.instrument].symbol : std::string())
      .text("incomeType", income_name(record.kind))
      .text("income", fixed(record.amount, 8))
      .text("asset", service.listings().asset_name(record.asset))
      .text("info",
            has_trade ? std::to_string(record.execution.value) : std::string(income_name(record.kind)))
      .number("time", milliseconds(record.ts))
      .number("tranId", static_cast<std::int64_t>(record.id))
      .text("tradeId", has_trade ? std::to_string(record.execution.value) : std::string())
      .end_object();
}

}  // namespace

Answer<std::string> linear_balance(Service& service, const Call& call) {
  JsonWriter out;
  out.begin_array();
  for (const AssetBalance& balance : margin_balances(service, call.account))
    out.begin_object()
        .text("accountAlias", "SgsR")
        .text("asset", service.listings().asset_name(balance.asset))
        .text("balance", fixed(balance.total, 8))
        .text("crossWalletBalance", fixed(balance.total, 8))
        .text("crossUnPnl", fixed(balance.unrealized, 8))
        .text("availableBalance", fixed(balance.free, 8))
        .text("maxWithdrawAmount", fixed(balance.free, 8))
        .flag("marginAvailable", true)
        .number("updateTime", service.now_ms())
        .end_object();
  return out.end_array().take();
}

Answer<std::string> linear_account_v2(Service& service, const Call& call) {
  return write_account(service, call, true);
}

Answer<std::string> linear_account_v3(Service& service, const Call& call) {
  return write_account(service, call, false);
}

Answer<std::string> position_risk_v2(Service& service, const Call& call) {
  return write_risks(service, call, true);
}

Answer<std::string> position_risk_v3(Service& service, const Call& call) {
  return write_risks(service, call, false);
}

Answer<std::string> linear_income(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.optional_symbol(call));
  TRY(const auto from, call.parameters.time("startTime"));
  TRY(const auto to, call.parameters.time("endTime"));
  TRY(const std::size_t limit, call.parameters.limit(100, 1'000));
  const std::string_view kind = call.parameters.text("incomeType");
  HistoryQuery query{.product = Product::linear, .limit = SIZE_MAX, .from_start = from.has_value()};
  if (listing != nullptr) query.instrument = listing->id;
  if (from) query.from = *from;
  if (to) query.to = *to + kMillisecond - 1;
  std::vector<const IncomeRecord*> records = service.exchange().income(call.account, query);
  std::erase_if(records, [&](const IncomeRecord* record) {
    return !kind.empty() && income_name(record->kind) != kind;
  });
  if (records.size() > limit) {
    const auto surplus = static_cast<std::ptrdiff_t>(records.size() - limit);
    if (from)
      records.erase(records.end() - surplus, records.end());
    else
      records.erase(records.begin(), records.begin() + surplus);
  }
  JsonWriter out;
  out.begin_array();
  for (const IncomeRecord* record : records) write_income(out, service, *record);
  return out.end_array().take();
}

Answer<std::string> linear_commission(Service& service, const Call& call) {
  TRY(const ListedInstrument* listing, service.symbol(call));
  const FeeRates fees = service.exchange().fees(call.account, listing->id);
  JsonWriter out;
  return out.begin_object()
      .text("symbol", listing->symbol)
      .text("makerCommissionRate", plain(fees.maker))
      .text("takerCommissionRate", plain(fees.taker))
      .end_object()
      .take();
}

}  // namespace kontor::emulator::binance
