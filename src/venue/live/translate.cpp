#include "venue/live/translate.hpp"

#include <charconv>

#include <fmt/format.h>

namespace kontor::live {
namespace {

/// A decimal that may be left out.
std::optional<Decimal> price_if(const Instrument& instrument, bool is_wanted, RawPrice price) {
  return is_wanted && price.units != 0 ? std::optional(instrument.price(price).value) : std::nullopt;
}

/// In raw units; a quantity of more places than the instrument has is cut there, which only happens to what
/// venues add up themselves.
RawQuantity quantity_or_zero(const Instrument& instrument, const Decimal& quantity) {
  const auto cut = quantity.rescaled(instrument.quantity_scale(), Rounding::down);
  return cut ? RawQuantity(cut->units) : RawQuantity();
}

RawPrice price_or_zero(const Instrument& instrument, const Decimal& price) {
  return instrument.raw_price(price).value_or(RawPrice());
}

}  // namespace

SymbolTable::SymbolTable(const InstrumentTable& instruments, std::string_view venue, venue::Product product) {
  for (const Instrument& one : instruments.all()) {
    const bool is_of_product = one.is_spot() == (product == venue::Product::spot);
    if (one.name().venue != venue || !is_of_product) continue;
    by_symbol_.emplace(one.name().symbol, one.id());
    ids_.push_back(one.id());
  }
}

std::optional<InstrumentId> SymbolTable::find(std::string_view symbol) const {
  const auto found = by_symbol_.find(symbol);
  return found == by_symbol_.end() ? std::nullopt : std::optional(found->second);
}

venue::PlaceOrder place_order(const Instrument& instrument, const NewOrder& order, std::string name) {
  venue::PlaceOrder placed{
      .symbol = instrument.name().symbol,
      .side = order.side,
      .type = order.type,
      .time_in_force = order.time_in_force,
      .quantity = instrument.quantity(order.quantity).value,
      .price = price_if(instrument, has_limit_price(order.type), order.limit_price),
      .trigger_price = price_if(instrument, has_trigger(order.type), order.trigger_price),
      .trigger_source = order.trigger_source,
      .post_only = order.post_only,
      .reduce_only = order.reduce_only && !instrument.is_spot(),
      .expire_at = order.expire_at,
      .client_order_id = std::move(name)};
  if (order.type == OrderType::trailing_stop)
    placed.trailing_offset = price_if(instrument, true, order.trailing_offset);
  return placed;
}

Result<Trade> trade_of(const Instrument& instrument, const venue::PublicTrade& trade, TimeNs now) {
  TRY(const RawPrice price, instrument.raw_price(trade.price));
  TRY(const RawQuantity quantity, instrument.raw_quantity(trade.quantity));
  return Trade{.instrument = instrument.id(),
               .ts_venue = trade.ts_venue,
               .ts_recv = now,
               .price = price,
               .quantity = quantity,
               .id = trade_id_of(trade.id),
               .aggressor = trade.aggressor};
}

Result<Bar> bar_of(const Instrument& instrument, const venue::Candle& candle, TimeNs now) {
  TRY(const RawPrice open, instrument.raw_price(candle.open));
  TRY(const RawPrice high, instrument.raw_price(candle.high));
  TRY(const RawPrice low, instrument.raw_price(candle.low));
  TRY(const RawPrice close, instrument.raw_price(candle.close));
  TRY(const RawQuantity volume, instrument.raw_quantity(candle.volume));
  return Bar{.instrument = instrument.id(),
             .timeframe = candle.interval,
             .ts_open = candle.ts_open,
             .ts_venue = candle.ts_open + candle.interval.period_ns,
             .ts_recv = now,
             .open = open,
             .high = high,
             .low = low,
             .close = close,
             .volume = volume};
}

Result<Quote> quote_of(const Instrument& instrument, const venue::Ticker& ticker, TimeNs now) {
  if (!ticker.bid || !ticker.ask)
    return fail(ErrorKind::bad_data, fmt::format("{}: a quote of one side", ticker.symbol));
  TRY(const RawPrice bid, instrument.raw_price(*ticker.bid));
  TRY(const RawPrice ask, instrument.raw_price(*ticker.ask));
  TRY(const RawQuantity bid_quantity, instrument.raw_quantity(ticker.bid_quantity.value_or(Decimal{})));
  TRY(const RawQuantity ask_quantity, instrument.raw_quantity(ticker.ask_quantity.value_or(Decimal{})));
  return Quote{.instrument = instrument.id(),
               .ts_venue = ticker.ts_venue == 0 ? now : ticker.ts_venue,
               .ts_recv = now,
               .bid = bid,
               .ask = ask,
               .bid_quantity = bid_quantity,
               .ask_quantity = ask_quantity};
}

Result<void> add_changes(const Instrument& instrument, const venue::BookChange& change,
                         std::vector<BookLevelChange>& changes) {
  const auto add = [&](std::span<const venue::BookLevel> levels, Side side) -> Result<void> {
    for (const venue::BookLevel& level : levels) {
      TRY(const RawPrice price, instrument.raw_price(level.price));
      TRY(const RawQuantity quantity, instrument.raw_quantity(level.quantity));
      changes.push_back({price, quantity, side});
    }
    return {};
  };
  TRY_VOID(add(change.bids, Side::buy));
  return add(change.asks, Side::sell);
}

Result<Fill> fill_of(const InstrumentTable& instruments, InstrumentId instrument, OrderId order,
                     const venue::Execution& execution) {
  const Instrument& traded = instruments[instrument];
  TRY(const RawPrice price, traded.raw_price(execution.price));
  TRY(const RawQuantity quantity, traded.raw_quantity(execution.quantity));
  AssetId fee_asset = traded.quote();
  if (!execution.fee.is_zero()) {
    TRY(fee_asset, instruments.find_asset(execution.fee_asset));
  }
  return Fill{.order = order,
              .instrument = instrument,
              .trade = trade_id_of(execution.trade_id),
              .side = execution.side,
              .liquidity = execution.liquidity,
              .liquidation = execution.is_liquidation,
              .ts_venue = execution.ts_venue,
              .price = price,
              .quantity = quantity,
              .fee = Amount::from_decimal(execution.fee),
              .fee_asset = fee_asset};
}

Result<venue::OrderState> state_of(const Instrument& instrument, OrderId order,
                                   const venue::OrderReport& report) {
  TRY(const RawQuantity quantity, instrument.raw_quantity(report.quantity));
  TRY(const RawQuantity filled, instrument.raw_quantity(report.filled));
  return venue::OrderState{.order = order,
                           .instrument = instrument.id(),
                           .status = report.status == OrderStatus::pending_cancel && !filled.is_zero()
                                         ? OrderStatus::partially_filled
                                     : report.status == OrderStatus::pending_cancel
                                         ? OrderStatus::acknowledged
                                         : report.status,
                           .reason = report.reason,
                           .quantity = quantity,
                           .filled = filled,
                           .limit_price = price_or_zero(instrument, report.price),
                           .triggered = report.is_triggered,
                           .side = report.side,
                           .type = report.type,
                           .venue_id = std::string(report.venue_order_id)};
}

std::optional<VenueReport> report_of(const Instrument& instrument, OrderId order,
                                     const venue::OrderReport& report) {
  const RawQuantity filled = quantity_or_zero(instrument, report.filled);
  switch (report.status) {
    case OrderStatus::acknowledged:
      if (report.is_triggered) return OrderTriggered{order};
      return OrderAccepted{order};
    case OrderStatus::canceled: return OrderCanceled{order, filled, report.reason};
    case OrderStatus::expired: return OrderExpired{order, filled};
    case OrderStatus::rejected: return OrderRejected{order, report.reason};
    case OrderStatus::intent:
    case OrderStatus::risk_approved:
    case OrderStatus::sent:
    case OrderStatus::partially_filled:
    case OrderStatus::pending_amend:
    case OrderStatus::pending_cancel:
    case OrderStatus::unknown:
    case OrderStatus::filled: return std::nullopt;  // its executions say it
  }
  return std::nullopt;
}

TradeId trade_id_of(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) return TradeId(number);
  number = 14695981039346656037ULL;  // FNV-1a, 64 bits
  for (const char c : text) number = (number ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return TradeId(number);
}

}  // namespace kontor::live
