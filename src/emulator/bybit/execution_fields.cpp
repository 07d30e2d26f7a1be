#include <string>

#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/numbers.hpp"
#include "emulator/bybit/order_fields.hpp"
#include "emulator/bybit/words.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::uint64_t kFundingKind = 6;

std::string_view execution_word(const ExecutionEntry& entry) noexcept {
  if (entry.is_funding) return "Funding";
  return entry.execution.liquidation ? "BustTrade" : "Trade";
}

std::string_view execution_create_word(const ExecutionEntry& entry) noexcept {
  if (entry.execution.liquidation) return "CreateByTakeOver_PassThrough";
  switch (entry.note.source) {
    case OrderSource::user: return has_trigger(entry.order_type) ? "CreateByStopOrder" : "CreateByUser";
    case OrderSource::take_profit:
      return entry.note.is_partial ? "CreateByPartialTakeProfit" : "CreateByTakeProfit";
    case OrderSource::stop_loss:
      return entry.note.is_partial ? "CreateByPartialStopLoss" : "CreateByStopLoss";
    case OrderSource::trailing_stop: return "CreateByTrailingStop";
  }
  return "CreateByUser";
}

std::string execution_text(const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  return entry.is_funding ? uuid_text(kFundingKind, entry.key)
                          : execution_id_text(execution.product, execution.id);
}

std::string order_text(const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  if (!entry.is_funding) return order_id_text(execution.product, execution.order);
  return std::to_string(entry.execution.ts / kSecond) + "-" + std::to_string(entry.key);
}

void write_amounts(JsonWriter& out, const Instrument& instrument, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  out.field("execPrice", price_text(instrument, execution.price));
  out.field("execQty", quantity_text(instrument, execution.quantity));
  out.field("execValue", amount_text(execution.turnover)).field("execFee", amount_text(execution.fee));
  out.field("feeRate", plain_text(entry.fee_rate));
  out.field("leavesQty", quantity_text(instrument, entry.leaves_quantity));
  out.field("orderPrice", entry.order_price.units == 0 ? "0" : price_text(instrument, entry.order_price));
  out.field("orderQty", quantity_text(instrument, entry.order_quantity));
  const bool linear = execution.product == Product::linear;
  out.field("closedSize", linear ? quantity_text(instrument, execution.closed) : "");
  out.field("markPrice", entry.mark.units == 0 ? "" : price_text(instrument, entry.mark));
}

}  // namespace

void write_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry, Channel channel) {
  const Execution& execution = entry.execution;
  const Listings& listings = scene.exchange.listings();
  const Instrument& instrument = listings.instrument(execution.instrument);
  out.begin_object();
  if (channel == Channel::stream) out.field("category", category_of(execution.product));
  out.field("symbol", listings[execution.instrument].symbol).field("orderId", order_text(entry));
  out.field("orderLinkId", execution.client_id).field("side", side_word(execution.side));
  out.field("execId", execution_text(entry)).field("execType", execution_word(entry));
  write_amounts(out, instrument, entry);
  const bool limit = has_limit_price(entry.order_type);
  out.field("orderType", entry.is_funding ? "UNKNOWN" : limit ? "Limit" : "Market");
  const std::string_view stop = stop_order_word(execution.product, entry.order_type, entry.note);
  out.field("stopOrderType", stop.empty() ? "UNKNOWN" : stop);
  out.field("execTime", milliseconds_text(execution.ts));
  out.field("feeCurrency", listings.asset_name(execution.fee_asset));
  out.field("isMaker", !entry.is_funding && execution.liquidity == Liquidity::maker);
  out.field("tradeIv", "").field("markIv", "").field("blockTradeId", "");
  out.field("indexPrice", "").field("underlyingPrice", "");
  out.field_number("seq", static_cast<std::int64_t>(entry.sequence));
  if (execution.product == Product::linear) out.field("createType", execution_create_word(entry));
  if (channel == Channel::stream) {
    out.field("isLeverage", entry.note.borrows ? "1" : "0");
    out.field("marketUnit", entry.note.unit == QuantityUnit::quote  ? "quoteCoin"
                            : entry.note.unit == QuantityUnit::base ? "baseCoin"
                                                                    : "");
    out.field("execPnl", amount_text(execution.realized)).field_raw("extraFees", "[]");
  } else {
    out.field("extraFees", "");
  }
  out.end_object();
}

void write_fast_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  const Instrument& instrument = scene.exchange.listings().instrument(execution.instrument);
  const bool maker = execution.liquidity == Liquidity::maker;
  out.begin_object().field("category", category_of(execution.product));
  out.field("symbol", scene.exchange.listings()[execution.instrument].symbol);
  out.field("execId", execution_text(entry)).field("execPrice", price_text(instrument, execution.price));
  out.field("execQty", quantity_text(instrument, execution.quantity)).field("orderId", order_text(entry));
  out.field("isMaker", maker).field("orderLinkId", maker ? "" : execution.client_id.c_str());
  out.field("side", side_word(execution.side)).field("execTime", milliseconds_text(execution.ts));
  out.field_number("seq", static_cast<std::int64_t>(entry.sequence)).end_object();
}

}  // namespace kontor::emulator::bybit
