#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

bool is_listing(Value& value) {
  simdjson::ondemand::json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::array;
}

/// Balances of spot: within the account.
void parse_spot_balances(ParseState& state, Value value) {
  auto& reader = state.reader;
  TimeNs time = 0;
  bool has_balances = false;
  reader.for_each(reader.object("account", value), [&](std::string_view key, Value content) {
    if (key == "updateTime") time = reader.milliseconds(key, content);
    if (key != "balances") return;
    has_balances = true;
    reader.for_each(reader.array(key, content), [&](Value one) {
      venue::AssetBalance balance{.asset = {}, .ts_venue = time};
      Decimal free;
      Decimal locked;
      reader.for_each(reader.object("balance", one), [&](std::string_view name, Value number) {
        if (name == "asset") balance.asset = reader.text(name, number);
        if (name == "free") free = reader.decimal(name, number);
        if (name == "locked") locked = reader.decimal(name, number);
      });
      tell_balance(state, balance, free, locked);
    });
  });
  if (!has_balances) reader.note("balances", "a list of balances", "none");
}

/// An asset's balance of USDⓈ-M; `balance` is what the wallet holds, without unrealised profit.
void parse_linear_asset(ParseState& state, Value one) {
  auto& reader = state.reader;
  venue::AssetBalance balance;
  reader.for_each(reader.object("balance", one), [&](std::string_view key, Value content) {
    if (key == "asset") balance.asset = reader.text(key, content);
    if (key == "balance" || key == "walletBalance") balance.total = reader.decimal(key, content);
    if (key == "availableBalance") balance.free = reader.decimal(key, content);
    if (key == "updateTime") balance.ts_venue = reader.milliseconds(key, content);
  });
  state.tell(balance);
}

}  // namespace

void tell_balance(ParseState& state, venue::AssetBalance& balance, const Decimal& free,
                  const Decimal& locked) {
  const auto total = add(free, locked);
  if (!total) return state.reader.note("balance", "a sum of 64 bits", free.format());
  balance.total = *total;
  balance.free = free;
  balance.locked = locked;
  state.tell(balance);
}

void parse_balance(ParseState& state, Value value) {
  if (state.is_spot()) return parse_spot_balances(state, value);
  auto& reader = state.reader;
  if (is_listing(value))
    return reader.for_each(reader.array("balances", value),
                           [&](Value one) { parse_linear_asset(state, one); });
  // The account as a whole has the same under another name.
  Object object = reader.object("account", value);
  auto assets = reader.find(object, "assets");
  if (!assets) return reader.note("assets", "a list of balances", "none");
  reader.for_each(reader.array("assets", *assets), [&](Value one) { parse_linear_asset(state, one); });
}

void parse_positions(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("positions", value), [&](Value one) {
    venue::PositionReport position;
    reader.for_each(reader.object("position", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        position.symbol = reader.text(key, content);
      else if (key == "positionSide")
        position.position_side = reader.word(key, content, parse_position_side);
      else if (key == "positionAmt")
        position.quantity = reader.decimal(key, content);
      else if (key == "entryPrice")
        position.entry_price = reader.decimal(key, content);
      else if (key == "markPrice")
        position.mark = reader.optional_decimal(key, content);
      else if (key == "unRealizedProfit")
        position.unrealised = reader.optional_decimal(key, content);
      else if (key == "leverage")
        position.leverage = reader.optional_decimal(key, content);
      else if (key == "liquidationPrice")
        position.liquidation_price = reader.optional_decimal(key, content);
      else if (key == "marginType")
        position.margin_mode = reader.word(key, content, parse_margin_mode);
      else if (key == "updateTime")
        position.ts_venue = reader.milliseconds(key, content);
    });
    state.tell(position);
  });
}

void parse_account_setting(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::AccountSetting setting{.symbol = state.context.symbol};
  reader.for_each(reader.object("setting", value), [&](std::string_view key, Value content) {
    if (key == "symbol") setting.symbol = reader.text(key, content);
    if (key == "leverage") setting.leverage = reader.decimal(key, content);
    if (key == "dualSidePosition")
      setting.position_mode =
          reader.flag(key, content) ? venue::PositionMode::hedge : venue::PositionMode::one_way;
  });
  state.tell(setting);
}

void parse_countdown(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::CountdownSet countdown;
  reader.for_each(reader.object("countdown", value), [&](std::string_view key, Value content) {
    if (key == "symbol") countdown.symbol = reader.text(key, content);
    if (key == "countdownTime") countdown.window_ms = reader.whole(key, content);
  });
  state.tell(countdown);
}

void parse_funding_payments(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("income", value), [&](Value one) {
    venue::FundingPaid paid;
    std::string_view type;
    reader.for_each(reader.object("income", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        paid.symbol = reader.text(key, content);
      else if (key == "incomeType")
        type = reader.text(key, content);
      else if (key == "income")
        paid.amount = reader.decimal(key, content);
      else if (key == "asset")
        paid.asset = reader.text(key, content);
      else if (key == "time")
        paid.ts_venue = reader.milliseconds(key, content);
      else if (key == "tranId")
        paid.id = reader.text(key, content);
    });
    if (type == "FUNDING_FEE") state.tell(paid);
  });
}

void parse_fees(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::FeeRates fees;
  reader.for_each(reader.object("fees", value), [&](std::string_view key, Value content) {
    if (key == "symbol") fees.symbol = reader.text(key, content);
    if (key == "makerCommissionRate") fees.maker = reader.decimal(key, content);
    if (key == "takerCommissionRate") fees.taker = reader.decimal(key, content);
    if (key == "standardCommission")
      reader.for_each(reader.object(key, content), [&](std::string_view name, Value number) {
        if (name == "maker") fees.maker = reader.decimal(name, number);
        if (name == "taker") fees.taker = reader.decimal(name, number);
      });
  });
  state.tell(fees);
}

void parse_key_permissions(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::KeyPermissions key_permissions;
  reader.for_each(reader.object("permissions", value), [&](std::string_view key, Value content) {
    if (key == "ipRestrict")
      key_permissions.is_bound_to_addresses = reader.flag(key, content);
    else if (key == "enableReading")
      key_permissions.can_read = reader.flag(key, content);
    else if (key == "enableSpotAndMarginTrading")
      key_permissions.can_trade_spot = reader.flag(key, content);
    else if (key == "enableFutures")
      key_permissions.can_trade_linear = reader.flag(key, content);
    else if (key == "enableWithdrawals")
      key_permissions.can_withdraw = reader.flag(key, content);
    else if (key == "permitsUniversalTransfer" || key == "enableInternalTransfer")
      key_permissions.can_transfer = key_permissions.can_transfer || reader.flag(key, content);
    else if (key == "tradingAuthorityExpirationTime")
      key_permissions.expires_at = reader.milliseconds(key, content);
  });
  state.tell(key_permissions);
}

void parse_listen_key(ParseState& state, Value value) {
  auto& reader = state.reader;
  Object object = reader.object("listenKey", value);
  if (const auto key = reader.find(object, "listenKey"))
    return state.tell(venue::ListenKey{reader.text("listenKey", *key)});
  state.tell(venue::StreamStatus{.event = venue::StreamEvent::done});
}

}  // namespace kontor::binance
