#include "tests/scenarios/text.hpp"

#include <fmt/format.h>

namespace kontor::scenario {

std::string Speaker::by(StrategyId strategy) const {
  return strategies_->size() > 1 ? fmt::format("by {} ", (*strategies_)[strategy.index()]) : "";
}

const std::string& Speaker::symbol(InstrumentId instrument) const {
  return (*instruments_)[instrument].name().symbol;
}

std::string Speaker::of(InstrumentId instrument) const {
  return instruments_->size() > 1 ? symbol(instrument) + " " : "";
}

std::string Speaker::price(InstrumentId instrument, RawPrice price) const {
  return (*instruments_)[instrument].price(price).format();
}

std::string Speaker::quantity(InstrumentId instrument, RawQuantity quantity) const {
  return (*instruments_)[instrument].quantity(quantity).format();
}

std::string Speaker::money(const Money& money) const {
  return fmt::format("{} {}", money.amount.format(), instruments_->asset_name(money.asset));
}

std::string Speaker::order(const NewOrder& order) const {
  const auto at = [&](RawPrice price) { return this->price(order.instrument, price); };
  std::string text = fmt::format("{} {} {}{}", order.id.value, name_of(order.side), of(order.instrument),
                                 quantity(order.instrument, order.quantity));
  switch (order.type) {
    case OrderType::market: text += " market"; break;
    case OrderType::limit: break;
    case OrderType::stop_market:
    case OrderType::stop_limit: text += " stop " + at(order.trigger_price); break;
    case OrderType::take_profit_market:
    case OrderType::take_profit_limit: text += " take " + at(order.trigger_price); break;
    case OrderType::trailing_stop: text += " trail " + at(order.trailing_offset); break;
  }
  if (order.type == OrderType::trailing_stop && order.trigger_price.units != 0) {
    text += " from " + at(order.trigger_price);
  }
  if (has_limit_price(order.type)) text += " @ " + at(order.limit_price);
  if (order.time_in_force == TimeInForce::immediate_or_cancel) text += " ioc";
  if (order.time_in_force == TimeInForce::fill_or_kill) text += " fok";
  if (order.time_in_force == TimeInForce::good_till_date) text += " until " + format_time(order.expire_at);
  if (order.trigger_source == TriggerSource::mark) text += " on_mark";
  if (order.post_only) text += " post_only";
  if (order.reduce_only) text += " reduce_only";
  if (order.role != GroupRole::single) text += fmt::format(" {}", name_of(order.role));
  if (order.group != GroupId()) text += fmt::format(" {}", order.group.value);
  if (order.tag != 0) text += fmt::format(" tag {}", order.tag);
  return text;
}

std::string Speaker::command(const CommandBody& command) const {
  if (const auto* order = std::get_if<NewOrder>(&command)) {
    return fmt::format("submit {}{}", by(order->strategy), this->order(*order));
  }
  if (const auto* cancel = std::get_if<CancelOrder>(&command))
    return fmt::format("cancel {}", cancel->id.value);
  const auto& amend = std::get<AmendOrder>(command);
  return fmt::format("amend {} {} @ {}", amend.id.value, quantity(amend.instrument, amend.quantity),
                     price(amend.instrument, amend.limit_price));
}

std::string Speaker::fill(const Fill& fill) const {
  std::string text = fill.order == OrderId() ? "liquidation" : fmt::format("fill {}", fill.order.value);
  text += fmt::format(" {} {}{} @ {} {}", name_of(fill.side), of(fill.instrument),
                      quantity(fill.instrument, fill.quantity), price(fill.instrument, fill.price),
                      name_of(fill.liquidity));
  if (!fill.fee.is_zero()) text += " fee " + money({fill.fee, fill.fee_asset});
  return text;
}

namespace {

std::string because(RejectReason reason) {
  return reason == RejectReason::none ? "" : fmt::format(" {}", name_of(reason));
}

}  // namespace

std::string Speaker::report(const VenueReport& report, InstrumentId instrument) const {
  struct Say {
    const Speaker& speaker;
    InstrumentId instrument;
    std::string operator()(const OrderAccepted& r) const { return fmt::format("accepted {}", r.order.value); }
    std::string operator()(const OrderRejected& r) const {
      return fmt::format("rejected {}{}", r.order.value, because(r.reason));
    }
    std::string operator()(const OrderCanceled& r) const {
      return fmt::format("canceled {} filled {}{}", r.order.value, speaker.quantity(instrument, r.filled),
                         because(r.reason));
    }
    std::string operator()(const OrderExpired& r) const {
      return fmt::format("expired {} filled {}", r.order.value, speaker.quantity(instrument, r.filled));
    }
    std::string operator()(const OrderAmended& r) const {
      return fmt::format("amended {} {} @ {}", r.order.value, speaker.quantity(instrument, r.quantity),
                         speaker.price(instrument, r.limit_price));
    }
    std::string operator()(const OrderTriggered& r) const {
      return fmt::format("triggered {}", r.order.value);
    }
    std::string operator()(const CancelRejected& r) const {
      return fmt::format("cancel_rejected {}{}", r.order.value, because(r.reason));
    }
    std::string operator()(const AmendRejected& r) const {
      return fmt::format("amend_rejected {}{}", r.order.value, because(r.reason));
    }
    std::string operator()(const Fill& r) const { return speaker.fill(r); }
    std::string operator()(const FundingPayment& r) const {
      return fmt::format("funding {}{}", speaker.of(r.instrument), speaker.money(r.amount));
    }
  };
  return std::visit(Say{*this, instrument}, report);
}

std::string Speaker::breaker(const BreakerChanged& change) const {
  std::string scope = "account";
  if (change.strategy) scope = "strategy " + (*strategies_)[change.strategy->index()];
  if (change.instrument) scope = symbol(*change.instrument);
  std::string text = fmt::format("breaker {} {} {} to {} {}", name_of(change.breaker), scope,
                                 name_of(change.from), name_of(change.to), name_of(change.reason));
  text += fmt::format(" {} of {}", change.value.format(), change.threshold.format());
  if (change.until != 0) text += fmt::format(" until {}", format_time(change.until));
  return text;
}

std::string Speaker::protection(const ProtectionChanged& change) const {
  return fmt::format("protection {} {} {}{}", change.group.value, name_of(change.change),
                     quantity(change.instrument, change.quantity), because(change.reason));
}

std::string Speaker::order_state(const execution::Order& order) const {
  const InstrumentId instrument = order.request.instrument;
  std::string text = fmt::format("order {} {} {} of {}", order.id().value, name_of(order.status),
                                 quantity(instrument, order.filled), quantity(instrument, order.quantity));
  if (has_limit_price(order.request.type)) text += " @ " + price(instrument, order.limit_price);
  if (order.triggered) text += " triggered";
  return text + because(order.reason);
}

std::string Speaker::bar(const Bar& bar) const {
  const auto at = [&](RawPrice price) { return this->price(bar.instrument, price); };
  return fmt::format("bar {}{} {} {} {} {} {} {}", of(bar.instrument), bar.timeframe.format(),
                     format_time(bar.ts_open), at(bar.open), at(bar.high), at(bar.low), at(bar.close),
                     quantity(bar.instrument, bar.volume));
}

std::string Speaker::trade(const Trade& trade) const {
  return fmt::format("trade {}{} {} {}", of(trade.instrument), price(trade.instrument, trade.price),
                     quantity(trade.instrument, trade.quantity), name_of(trade.aggressor));
}

std::string Speaker::quote(const Quote& quote) const {
  return fmt::format("quote {}{} {}", of(quote.instrument), price(quote.instrument, quote.bid),
                     price(quote.instrument, quote.ask));
}

std::string Speaker::book(const BookUpdate& update, const Book& book) const {
  const BookLevel bid = book.best_bid();
  const BookLevel ask = book.best_ask();
  return fmt::format("book {}{} x {} / {} x {}", of(update.instrument), price(update.instrument, bid.price),
                     quantity(update.instrument, bid.quantity), price(update.instrument, ask.price),
                     quantity(update.instrument, ask.quantity));
}

}  // namespace kontor::scenario
