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
  out.text("execPrice", price_text(instrument, execution.price));
  out.text("execQty", quantity_text(instrument, execution.quantity));
  out.text("execValue", amount_text(execution.turnover)).text("execFee", amount_text(execution.fee));
  out.text("feeRate", plain_text(entry.fee_rate));
  out.text("leavesQty", quantity_text(instrument, entry.leaves_quantity));
  out.text("orderPrice", entry.order_price.units == 0 ? "0" : price_text(instrument, entry.order_price));
  out.text("orderQty", quantity_text(instrument, entry.order_quantity));
  const bool linear = execution.product == Product::linear;
  out.text("closedSize", linear ? quantity_text(instrument, execution.closed) : "");
  out.text("markPrice", entry.mark.units == 0 ? "" : price_text(instrument, entry.mark));
}

}  // namespace

void write_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry, Channel channel) {
  const Execution& execution = entry.execution;
  const Listings& listings = scene.exchange.listings();
  const Instrument& instrument = listings.instrument(execution.instrument);
  out.begin_object();
  if (channel == Channel::stream) out.text("category", category_of(execution.product));
  out.text("symbol", listings[execution.instrument].symbol).text("orderId", order_text(entry));
  out.text("orderLinkId", execution.client_id).text("side", side_word(execution.side));
  out.text("execId", execution_text(entry)).text("execType", execution_word(entry));
  write_amounts(out, instrument, entry);
  const bool limit = has_limit_price(entry.order_type);
  out.text("orderType", entry.is_funding ? "UNKNOWN" : limit ? "Limit" : "Market");
  const std::string_view stop = stop_order_word(execution.product, entry.order_type, entry.note);
  out.text("stopOrderType", stop.empty() ? "UNKNOWN" : stop);
  out.text("execTime", milliseconds_text(execution.ts));
  out.text("feeCurrency", listings.asset_name(execution.fee_asset));
  out.flag("isMaker", !entry.is_funding && execution.liquidity == Liquidity::maker);
  out.text("tradeIv", "").text("markIv", "").text("blockTradeId", "");
  out.text("indexPrice", "").text("underlyingPrice", "");
  out.number("seq", static_cast<std::int64_t>(entry.sequence));
  if (execution.product == Product::linear) out.text("createType", execution_create_word(entry));
  if (channel == Channel::stream) {
    out.text("isLeverage", entry.note.borrows ? "1" : "0");
    out.text("marketUnit", entry.note.unit == QuantityUnit::quote  ? "quoteCoin"
                           : entry.note.unit == QuantityUnit::base ? "baseCoin"
                                                                   : "");
    out.text("execPnl", amount_text(execution.realized)).raw("extraFees", "[]");
  } else {
    out.text("extraFees", "");
  }
  out.end_object();
}

void write_fast_execution(JsonWriter& out, const OrderScene& scene, const ExecutionEntry& entry) {
  const Execution& execution = entry.execution;
  const Instrument& instrument = scene.exchange.listings().instrument(execution.instrument);
  const bool maker = execution.liquidity == Liquidity::maker;
  out.begin_object().text("category", category_of(execution.product));
  out.text("symbol", scene.exchange.listings()[execution.instrument].symbol);
  out.text("execId", execution_text(entry)).text("execPrice", price_text(instrument, execution.price));
  out.text("execQty", quantity_text(instrument, execution.quantity)).text("orderId", order_text(entry));
  out.flag("isMaker", maker).text("orderLinkId", maker ? "" : execution.client_id.c_str());
  out.text("side", side_word(execution.side)).text("execTime", milliseconds_text(execution.ts));
  out.number("seq", static_cast<std::int64_t>(entry.sequence)).end_object();
}

}  // namespace kontor::emulator::bybit
