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
      std::optional<Decimal> free;
      std::optional<Decimal> locked;
      reader.for_each(reader.object("balance", one), [&](std::string_view name, Value number) {
        if (name == "asset") balance.asset = reader.text(name, number);
        if (name == "free") free = reader.decimal(name, number);
        if (name == "locked") locked = reader.decimal(name, number);
      });
      reader.want(
          {{"asset", !balance.asset.empty()}, {"free", free.has_value()}, {"locked", locked.has_value()}});
      tell_balance(state, balance, free.value_or(Decimal{}), locked.value_or(Decimal{}));
    });
  });
  if (!has_balances) reader.note("balances", "a list of balances", "none");
}

/// An asset's balance of USDⓈ-M; `balance` is what the wallet holds, without unrealised profit.
void parse_linear_asset(ParseState& state, Value one) {
  auto& reader = state.reader;
  venue::AssetBalance balance;
  bool has_total = false;
  reader.for_each(reader.object("balance", one), [&](std::string_view key, Value content) {
    if (key == "asset") balance.asset = reader.text(key, content);
    if (key == "balance" || key == "walletBalance") {
      balance.total = reader.decimal(key, content);
      has_total = true;
    }
    if (key == "availableBalance") balance.free = reader.decimal(key, content);
    if (key == "updateTime") balance.ts_venue = reader.milliseconds(key, content);
  });
  reader.want({{"asset", !balance.asset.empty()}, {"balance", has_total}});
  state.tell(balance);
}

/// A part of the fee comes on top of the others.
void add_rate(ParseState& state, std::string_view key, Value value, std::optional<Decimal>& rate) {
  const Decimal part = state.reader.decimal(key, value);
  const auto sum = add(rate.value_or(Decimal{}), part);
  if (!sum) return state.reader.note(key, "a sum of 64 bits", part.format());
  rate = *sum;
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
    bool has_quantity = false;
    reader.for_each(reader.object("position", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        position.symbol = reader.text(key, content);
      else if (key == "positionSide")
        position.position_side = reader.word(key, content, parse_position_side);
      else if (key == "positionAmt") {
        position.quantity = reader.decimal(key, content);
        has_quantity = true;
      } else if (key == "entryPrice")
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
    reader.want({{"symbol", !position.symbol.empty()}, {"positionAmt", has_quantity}});
    // Where nothing can be liquidated the venue says 0, which is no price.
    if (position.liquidation_price && position.liquidation_price->is_zero())
      position.liquidation_price.reset();
    state.tell(position);
  });
}

void parse_account_setting(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::AccountSetting setting{.symbol = state.context.symbol};
  bool is_done = false;
  reader.for_each(reader.object("setting", value), [&](std::string_view key, Value content) {
    if (key == "symbol") setting.symbol = reader.text(key, content);
    if (key == "leverage") setting.leverage = reader.decimal(key, content);
    if (key == "dualSidePosition")
      setting.position_mode =
          reader.flag(key, content) ? venue::PositionMode::hedge : venue::PositionMode::one_way;
    if (key == "code") is_done = reader.whole(key, content) == 200;
  });
  // Some are answered with no more than that it was done.
  reader.want({{"setting", setting.leverage || setting.position_mode || is_done}});
  state.tell(setting);
}

void parse_countdown(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::CountdownSet countdown;
  bool has_window = false;
  reader.for_each(reader.object("countdown", value), [&](std::string_view key, Value content) {
    if (key == "symbol") countdown.symbol = reader.text(key, content);
    if (key == "countdownTime") {
      countdown.window_ms = reader.whole(key, content);
      has_window = true;
    }
  });
  reader.want({{"symbol", !countdown.symbol.empty()}, {"countdownTime", has_window}});
  state.tell(countdown);
}

void parse_funding_payments(ParseState& state, Value value) {
  auto& reader = state.reader;
  reader.for_each(reader.array("income", value), [&](Value one) {
    venue::FundingPaid paid;
    std::string_view type;
    bool has_amount = false;
    reader.for_each(reader.object("income", one), [&](std::string_view key, Value content) {
      if (key == "symbol")
        paid.symbol = reader.text(key, content);
      else if (key == "incomeType")
        type = reader.text(key, content);
      else if (key == "income") {
        paid.amount = reader.decimal(key, content);
        has_amount = true;
      } else if (key == "asset")
        paid.asset = reader.text(key, content);
      else if (key == "time")
        paid.ts_venue = reader.milliseconds(key, content);
      else if (key == "tranId")
        paid.id = reader.text(key, content);
    });
    if (type != "FUNDING_FEE") return reader.want({{"incomeType", !type.empty()}});
    reader.want({{"symbol", !paid.symbol.empty()},
                 {"income", has_amount},
                 {"asset", !paid.asset.empty()},
                 {"time", paid.ts_venue != 0},
                 {"tranId", !paid.id.empty()}});
    state.tell(paid);
  });
}

/// On spot, orders pay the standard rate, the special and the tax together.
void parse_fees(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::FeeRates fees;
  std::optional<Decimal> maker;
  std::optional<Decimal> taker;
  reader.for_each(reader.object("fees", value), [&](std::string_view key, Value content) {
    if (key == "symbol") fees.symbol = reader.text(key, content);
    if (key == "makerCommissionRate") maker = reader.decimal(key, content);
    if (key == "takerCommissionRate") taker = reader.decimal(key, content);
    if (key == "standardCommission" || key == "specialCommission" || key == "taxCommission")
      reader.for_each(reader.object(key, content), [&](std::string_view name, Value number) {
        if (name == "maker") add_rate(state, name, number, maker);
        if (name == "taker") add_rate(state, name, number, taker);
      });
  });
  reader.want({{"symbol", !fees.symbol.empty()}, {"maker", maker.has_value()}, {"taker", taker.has_value()}});
  fees.maker = maker.value_or(Decimal{});
  fees.taker = taker.value_or(Decimal{});
  state.tell(fees);
}

void parse_key_permissions(ParseState& state, Value value) {
  auto& reader = state.reader;
  venue::KeyPermissions key_permissions;
  bool has_reading = false;
  bool has_withdrawals = false;
  reader.for_each(reader.object("permissions", value), [&](std::string_view key, Value content) {
    if (key == "ipRestrict")
      key_permissions.is_bound_to_addresses = reader.flag(key, content);
    else if (key == "enableReading") {
      key_permissions.can_read = reader.flag(key, content);
      has_reading = true;
    } else if (key == "enableSpotAndMarginTrading")
      key_permissions.can_trade_spot = reader.flag(key, content);
    else if (key == "enableFutures")
      key_permissions.can_trade_linear = reader.flag(key, content);
    else if (key == "enableWithdrawals") {
      key_permissions.can_withdraw = reader.flag(key, content);
      has_withdrawals = true;
    } else if (key == "permitsUniversalTransfer" || key == "enableInternalTransfer")
      key_permissions.can_transfer = key_permissions.can_transfer || reader.flag(key, content);
    else if (key == "tradingAuthorityExpirationTime")
      key_permissions.expires_at = reader.milliseconds(key, content);
  });
  // A key must not be taken for one that cannot withdraw only because nobody has said that it can.
  reader.want({{"enableReading", has_reading}, {"enableWithdrawals", has_withdrawals}});
  state.tell(key_permissions);
}

void parse_listen_key(ParseState& state, Value value) {
  auto& reader = state.reader;
  Object object = reader.object("listenKey", value);
  if (const auto key = reader.find(object, "listenKey"))
    return state.tell(venue::ListenKey{reader.text("listenKey", *key)});
  state.tell(venue::StreamStatus{.status = venue::StreamEvent::done});
}

}  // namespace kontor::binance
