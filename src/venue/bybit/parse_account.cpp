#include "venue/bybit/parse_account.hpp"

#include "venue/bybit/parse_order.hpp"
#include "venue/bybit/parse_row.hpp"
#include "venue/bybit/symbols.hpp"

namespace kontor::bybit {
namespace {

struct CoinRow {
  std::string_view asset;
  std::optional<Decimal> wallet;
  std::optional<Decimal> spot_borrow;
  std::optional<Decimal> locked;
  std::optional<Decimal> available;
};
constexpr std::array<Member<CoinRow>, 5> kCoinMembers = {{
    {"coin", &CoinRow::asset, true},
    {"walletBalance", CutDecimal<CoinRow>{&CoinRow::wallet}, true},
    {"spotBorrow", CutDecimal<CoinRow>{&CoinRow::spot_borrow}},
    {"locked", CutDecimal<CoinRow>{&CoinRow::locked}},
    {"availableToWithdraw", CutDecimal<CoinRow>{&CoinRow::available}},
}};

struct PositionRow {
  std::string_view category;
  std::string_view symbol;
  std::string_view side;
  std::int64_t position_index = 0;
  std::int64_t trade_mode = 0;
  Decimal size;
  Decimal entry_price;
  std::optional<Decimal> mark;
  std::optional<Decimal> unrealised;
  std::optional<Decimal> leverage;
  std::optional<Decimal> liquidation_price;
  TimeNs updated_at = 0;
};
constexpr std::array<Member<PositionRow>, 13> kPositionMembers = {{
    {"category", &PositionRow::category},
    {"symbol", &PositionRow::symbol, true},
    {"side", &PositionRow::side, true},
    {"positionIdx", &PositionRow::position_index},
    {"tradeMode", &PositionRow::trade_mode},
    {"size", &PositionRow::size, true},
    {"avgPrice", &PositionRow::entry_price},
    {"entryPrice", &PositionRow::entry_price},  // what the stream calls it
    {"markPrice", &PositionRow::mark},
    {"unrealisedPnl", CutDecimal<PositionRow>{&PositionRow::unrealised}},
    {"leverage", &PositionRow::leverage},
    {"liqPrice", &PositionRow::liquidation_price},
    {"updatedTime", Milliseconds<PositionRow>{&PositionRow::updated_at}},
}};

constexpr std::array<Member<venue::FeeRates>, 3> kFeeMembers = {{
    {"symbol", &venue::FeeRates::symbol, true},
    {"makerFeeRate", &venue::FeeRates::maker, true},
    {"takerFeeRate", &venue::FeeRates::taker, true},
}};

struct LogRow {
  std::string_view symbol;
  std::string_view type;
  std::string_view asset;
  std::string_view id;
  std::string_view trade_id;
  std::optional<Decimal> funding;
  TimeNs time = 0;
};
constexpr std::array<Member<LogRow>, 7> kLogMembers = {{
    {"symbol", &LogRow::symbol},
    {"type", &LogRow::type, true},
    {"currency", &LogRow::asset, true},
    {"id", &LogRow::id},
    {"tradeId", &LogRow::trade_id},
    {"funding", &LogRow::funding},
    {"transactionTime", Milliseconds<LogRow>{&LogRow::time}, true},
}};

bool give_coin(const Reading& reading, const CoinRow& row) {
  if (!row.wallet) return reading.reader.fault("a decimal", "walletBalance", "none");
  // What was borrowed to trade lies in the wallet and belongs to the lender.
  const auto owned = subtract(*row.wallet, row.spot_borrow.value_or(Decimal{}));
  if (!owned) return reading.reader.fault("figures that fit 64 bits together", "walletBalance", row.asset);
  reading.give(venue::AssetBalance{row.asset, reading.time, *owned, row.available, row.locked});
  return true;
}

/// The sign of a position: its size is always positive, and an empty one has no side.
bool set_signed_size(Reader& reader, const PositionRow& row, venue::PositionReport& report) {
  report.quantity = row.size;
  if (row.side.empty() || row.side == "None") {
    return row.size.is_zero() || reader.fault("Buy or Sell", "side", row.side);
  }
  Side side = Side::buy;
  if (!reader.side("side", row.side, side)) return false;
  if (row.size.units < 0) return reader.fault("a size without a sign", "size", row.symbol);
  if (side == Side::sell) report.quantity.units = -row.size.units;
  return true;
}

/// Which of the permissions that matter to us stand in the lists.
struct Permissions {
  bool contract_order = false;
  bool derivatives_trade = false;
  bool spot_trade = false;
  bool withdraw = false;
  bool transfer = false;

  void grant(std::string_view group, std::string_view name) noexcept {
    if (group == "ContractTrade") contract_order |= name == "Order";
    if (group == "Derivatives") derivatives_trade |= name == "DerivativesTrade";
    if (group == "Spot") spot_trade |= name == "SpotTrade";
    if (group != "Wallet") return;
    withdraw |= name == "Withdraw";
    transfer |= name == "AccountTransfer" || name.starts_with("SubMemberTransfer");
  }
};

bool read_permission_lists(Reader& reader, JsonValue& value, Permissions& permissions) {
  return reader.fields("permissions", value, [&](std::string_view group, JsonValue& list) {
    return reader.elements(group, list, [&](JsonValue& item) {
      std::string_view name;
      if (!reader.text(group, item, name)) return false;
      permissions.grant(group, name);
      return true;
    });
  });
}

/// `*` stands for every address.
bool read_addresses(Reader& reader, JsonValue& value, bool& is_bound) {
  bool has_any = false;
  bool is_open = false;
  const bool good = reader.elements("ips", value, [&](JsonValue& item) {
    std::string_view address;
    if (!reader.text("ips", item, address)) return false;
    has_any = true;
    is_open |= address == "*";
    return true;
  });
  is_bound = has_any && !is_open;
  return good;
}

bool read_expiry(Reader& reader, JsonValue& value, TimeNs& expires_at) {
  std::string_view text;
  if (!reader.text("expiredAt", value, text)) return false;
  if (text.empty()) return true;
  const auto time = parse_time(text);
  if (!time) return reader.fault("a time", "expiredAt", text);
  expires_at = *time;
  return true;
}

}  // namespace

bool read_wallet(const Reading& reading, JsonValue& value) {
  Reader& reader = reading.reader;
  return reader.fields("list", value, [&](std::string_view key, JsonValue& item) {
    if (key != "coin") return true;
    return reader.elements(key, item, [&](JsonValue& element) {
      CoinRow row;
      return read_row(reader, element, kCoinMembers, row) && give_coin(reading, row);
    });
  });
}

bool read_balance(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) { return read_wallet(reading, element); });
}

bool read_position(const Reading& reading, JsonValue& value) {
  Reader& reader = reading.reader;
  PositionRow row;
  if (!read_row(reader, value, kPositionMembers, row)) return false;
  if (!is_of_product(row.category, reading.context.product)) return true;
  const auto position_side = parse_position_index(row.position_index);
  if (!position_side) return reader.fault("0, 1 or 2", "positionIdx", row.symbol);
  venue::PositionReport report{
      .symbol = row.symbol, .ts_venue = row.updated_at, .position_side = *position_side};
  if (!set_signed_size(reader, row, report)) return false;
  report.entry_price = row.entry_price;
  report.mark = row.mark;
  report.unrealised = row.unrealised;
  report.leverage = row.leverage;
  // An empty position says 0 where it means none; and unified accounts always say mode 0, whatever it is.
  if (row.liquidation_price && !row.liquidation_price->is_zero())
    report.liquidation_price = row.liquidation_price;
  if (row.trade_mode == 1) report.margin_mode = venue::MarginMode::isolated;
  reading.give(report);
  return true;
}

bool read_positions(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) { return read_position(reading, element); });
}

bool read_fees(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    venue::FeeRates rates;
    if (!read_row(reading.reader, element, kFeeMembers, rates)) return false;
    reading.give(rates);
    return true;
  });
}

bool read_funding_payments(const Reading& reading, JsonValue& result) {
  return read_list(reading, result, [&](JsonValue& element) {
    LogRow row;
    if (!read_row(reading.reader, element, kLogMembers, row)) return false;
    const bool is_wanted = reading.context.symbol.empty() || reading.context.symbol == row.symbol;
    if (row.type != "SETTLEMENT" || !row.funding || !is_wanted) return true;
    // The trade's id is the one that the executions know the same payment by.
    const std::string_view id = row.trade_id.empty() ? row.id : row.trade_id;
    reading.give(venue::FundingPaid{row.symbol, row.time, row.asset, *row.funding, id});
    return true;
  });
}

bool read_key_permissions(const Reading& reading, JsonValue& result) {
  Reader& reader = reading.reader;
  Permissions granted;
  venue::KeyPermissions key{.can_read = true};
  std::int64_t read_only = 1;
  bool has_permissions = false;
  const bool good = reader.fields("result", result, [&](std::string_view name, JsonValue& value) {
    if (name == "readOnly") return reader.integer(name, value, read_only);
    if (name == "ips") return read_addresses(reader, value, key.is_bound_to_addresses);
    if (name == "expiredAt") return read_expiry(reader, value, key.expires_at);
    if (name != "permissions") return true;
    has_permissions = true;
    return read_permission_lists(reader, value, granted);
  });
  if (!good) return false;
  if (!has_permissions) return reader.fault("a field", "permissions", "none");
  const bool may_write = read_only == 0;
  key.can_trade_spot = may_write && granted.spot_trade;
  key.can_trade_linear = may_write && (granted.contract_order || granted.derivatives_trade);
  // Told whether the key may write or not: a permission that lies ready is one to know of.
  key.can_withdraw = granted.withdraw;
  key.can_transfer = granted.transfer;
  reading.give(key);
  return true;
}

}  // namespace kontor::bybit
