#include "emulator/bybit/ticker.hpp"

#include "emulator/bybit/numbers.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr std::string_view kDollars = "USDT";

Amount unit_price(const Instrument& instrument, RawPrice price) {
  return Amount::from_decimal(instrument.price(price).value);
}

RawPrice spot_price(const Exchange& exchange, std::string_view symbol, const Instrument** instrument) {
  const ListedInstrument* const listed = exchange.listings().find(Product::spot, symbol);
  if (listed == nullptr) return {};
  *instrument = &exchange.listings().instrument(listed->id);
  return exchange.market(listed->id).last_price();
}

/// What both products and both channels have.
struct TickerFigures {
  const Instrument& instrument;
  const PublicMarket& market;
  Candle day;
  RawPrice last;
};

TickerFigures figures_of(const Exchange& exchange, const ListedInstrument& listed) {
  const PublicMarket& market = exchange.market(listed.id);
  return {exchange.listings().instrument(listed.id), market, market.candles().rolling(kDay, exchange.now()),
          market.last_price()};
}

std::vector<TickerField> spot_fields(const Exchange& exchange, const ListedInstrument& listed, bool stream) {
  const TickerFigures f = figures_of(exchange, listed);
  const BookLevel bid = f.market.book().best_bid();
  const BookLevel ask = f.market.book().best_ask();
  std::vector<TickerField> fields = {{"symbol", listed.symbol}};
  if (!stream) {
    fields.push_back({"bid1Price", price_text(f.instrument, bid.price)});
    fields.push_back({"bid1Size", quantity_text(f.instrument, bid.quantity)});
    fields.push_back({"ask1Price", price_text(f.instrument, ask.price)});
    fields.push_back({"ask1Size", quantity_text(f.instrument, ask.quantity)});
  }
  const Amount dollars = dollar_price(exchange, f.instrument.base());
  for (TickerField& field :
       std::vector<TickerField>{{"lastPrice", price_text(f.instrument, f.last)},
                                {"prevPrice24h", price_text(f.instrument, f.day.open)},
                                {"price24hPcnt", change_text(f.last, f.day.open, 4)},
                                {"highPrice24h", price_text(f.instrument, f.day.high)},
                                {"lowPrice24h", price_text(f.instrument, f.day.low)},
                                {"turnover24h", amount_text(f.day.turnover)},
                                {"volume24h", quantity_text(f.instrument, f.day.volume)},
                                {"usdIndexPrice", dollars.is_zero() ? "" : amount_text(dollars)}}) {
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<TickerField> linear_fields(const Exchange& exchange, const ListedInstrument& listed) {
  const TickerFigures f = figures_of(exchange, listed);
  const PerpetualFigures& perpetual = f.market.perpetual();
  const BookLevel bid = f.market.book().best_bid();
  const BookLevel ask = f.market.book().best_ask();
  const Candle hour = f.market.candles().rolling(kHour, exchange.now());
  return {{"symbol", listed.symbol},
          {"price24hPcnt", change_text(f.last, f.day.open, 6)},
          {"lastPrice", price_text(f.instrument, f.last)},
          {"prevPrice24h", price_text(f.instrument, f.day.open)},
          {"highPrice24h", price_text(f.instrument, f.day.high)},
          {"lowPrice24h", price_text(f.instrument, f.day.low)},
          {"prevPrice1h", price_text(f.instrument, hour.open)},
          {"markPrice", price_text(f.instrument, perpetual.mark)},
          {"indexPrice", price_text(f.instrument, perpetual.index)},
          {"openInterest", "0"},  // nobody but the accounts holds positions in this market
          {"openInterestValue", "0"},
          {"turnover24h", amount_text(f.day.turnover)},
          {"volume24h", quantity_text(f.instrument, f.day.volume)},
          {"fundingRate", plain_text(perpetual.funding_rate)},
          {"nextFundingTime",
           perpetual.next_funding == kTimeMax ? "" : milliseconds_text(perpetual.next_funding)},
          {"fundingIntervalHour", std::to_string(perpetual.funding_interval_ns / kHour)},
          {"fundingCap", plain_text(listed.terms.funding_cap)},
          {"bid1Price", price_text(f.instrument, bid.price)},
          {"bid1Size", quantity_text(f.instrument, bid.quantity)},
          {"ask1Price", price_text(f.instrument, ask.price)},
          {"ask1Size", quantity_text(f.instrument, ask.quantity)},
          {"predictedDeliveryPrice", ""},
          {"basisRate", ""},
          {"basis", ""},
          {"deliveryFeeRate", ""},
          {"deliveryTime", "0"},
          {"preOpenPrice", ""},
          {"preQty", ""},
          {"curPreListingPhase", ""}};
}

}  // namespace

Amount dollar_price(const Exchange& exchange, AssetId asset) {
  const std::string& name = exchange.listings().asset_name(asset);
  constexpr std::string_view kStable[] = {kDollars, "USDC", "USD"};
  for (const std::string_view stable : kStable) {
    if (name == stable) return Amount::from_decimal(Decimal{1, 0});
  }
  const Instrument* instrument = nullptr;
  const RawPrice price = spot_price(exchange, name + std::string(kDollars), &instrument);
  return price.units > 0 ? unit_price(*instrument, price) : Amount();
}

std::vector<TickerField> ticker_of(const Exchange& exchange, const ListedInstrument& listed, bool stream) {
  if (listed.product == Product::linear) return linear_fields(exchange, listed);
  return spot_fields(exchange, listed, stream);
}

}  // namespace kontor::emulator::bybit
