#include "tests/scenarios/world.hpp"

#include <fmt/format.h>

#include "tests/scenarios/wish_parser.hpp"

namespace kontor::scenario {

World::World(Setup setup) : setup_(std::move(setup)), speaker_(setup_.instruments, setup_.strategy_names) {
  auto settings = engine_settings(seen_);
  for (const auto& strategy : settings.strategies) {
    scripted_.push_back(static_cast<ScriptedStrategy*>(strategy.get()));
  }
  engine_ = std::make_unique<engine::Engine>(std::move(settings));
  if (!setup_.venue) return;
  venue_ = std::make_unique<sim::SimVenue>(setup_.instruments, *setup_.venue);
  link_ = std::make_unique<sim::SimLink>(setup_.venue->latency);
}

engine::EngineSettings World::engine_settings(std::vector<std::string>& seen) const {
  std::vector<std::unique_ptr<strategy::Strategy>> strategies;
  for (const auto& one : setup_.strategies) {
    strategies.push_back(std::make_unique<ScriptedStrategy>(one.subscriptions, speaker_, setup_.watch, seen));
  }
  return {setup_.instruments,    setup_.reporting_asset, setup_.risk,
          std::move(strategies), setup_.feeds,           setup_.fixed_prices,
          setup_.protection,     setup_.stale_after,     setup_.groups};
}

std::vector<std::string> World::apply(Words& line) {
  out_.clear();
  if (!apply_market(line) && !apply_other(line) && !(venue_ == nullptr && apply_report(line))) {
    throw ScenarioFault(fmt::format("unknown line '{}'", line.peek()));
  }
  line.finish();
  settle(clock_ + 1);
  return std::move(out_);
}

// ---- driver
// -----------------------------------------------------------------------------------------------------

template <class Body>
void World::step(TimeNs ts_venue, const Body& body) {
  engine_->step(EventHeader{++seq_, ts_venue, now_, 0}, body);
  collect();
}

void World::collect() {
  for (auto& line : seen_) out_.push_back(std::move(line));
  seen_.clear();
  const auto& outputs = engine_->outputs();
  for (const auto& change : outputs.breakers) out_.push_back(speaker_.breaker(change));
  for (const auto& change : outputs.protections) out_.push_back(speaker_.protection(change));
  for (const auto& command : outputs.commands) {
    if (setup_.watch.commands) out_.push_back(speaker_.command(command.body));
    if (link_) link_->send(command.body, now_);
  }
  for (const auto& refused : outputs.refused) {
    std::string text;
    for (const auto reason : refused.reasons) {
      text += (text.empty() ? "refused " : ",") + std::string(name_of(reason));
    }
    if (!refused.skipped.empty()) text = fmt::format("skipped {}", refused.skipped);
    if (setup_.watch.refused) out_.push_back(text);
  }
  engine_->clear_outputs();
}

void World::settle(TimeNs limit) {
  while (settle_one(limit)) {
  }
}

bool World::settle_one(TimeNs limit) {
  const TimeNs delivery = link_ ? link_->next_delivery() : kTimeMax;
  const TimeNs arrival = link_ ? link_->next_arrival() : kTimeMax;
  const TimeNs received = receipts_.empty() ? kTimeMax : receipts_.front().at;
  const TimeNs timer = engine_->next_timer();
  if (std::min(std::min(delivery, arrival), std::min(received, timer)) >= limit) return false;
  if (delivery <= received && delivery <= timer && delivery <= arrival) {
    deliver_report();
  } else if (received <= timer && received <= arrival) {
    const Receipt receipt = std::move(receipts_.front());
    receipts_.pop_front();
    now_ = received;
    receipt.receive();
  } else if (timer <= arrival) {
    now_ = std::max(now_, timer);
    step(now_, engine_->due_timer());
  } else {
    const auto& arrived = link_->pop_arrival();
    venue_->on_command(arrived.command, {.sent = arrived.sent, .arrival = arrival});
    take_reports();
  }
  return true;
}

void World::take_reports() {
  link_->push_reports(venue_->reports());
  venue_->clear_reports();
}

void World::deliver_report() {
  now_ = std::max(now_, link_->next_delivery());
  const auto delivered = link_->pop_delivery();
  const InstrumentId instrument = std::visit(
      [&](const auto& report) {
        if constexpr (requires { report.instrument; }) {
          return report.instrument;
        } else {
          return instrument_of(report.order);
        }
      },
      delivered.report);
  const bool accepted = std::holds_alternative<OrderAccepted>(delivered.report);
  if (accepted ? setup_.watch.accepted : setup_.watch.reports) {
    out_.push_back(speaker_.report(delivered.report, instrument));
  }
  std::visit([&](const auto& report) { step(delivered.ts_venue, report); }, delivered.report);
}

InstrumentId World::instrument_of(OrderId order) const {
  if (const auto* known = engine_->state().orders.find(order)) return known->request.instrument;
  for (const auto& sent : sent_past_engine_) {
    if (sent.id == order) return sent.instrument;
  }
  return InstrumentId(0);  // the answer to a command about an order that never was
}

void World::market(TimeNs at, const std::function<void()>& give, std::function<void()> receive) {
  if (at < clock_) {
    throw ScenarioFault(
        fmt::format("expected a time not before {}, found {}", format_time(clock_), format_time(at)));
  }
  settle(at);
  clock_ = at;
  if (venue_) {
    give();
    take_reports();
  }
  const DurationNs latency = setup_.venue ? setup_.venue->latency.feed_ns : 0;
  receipts_.push_back({at + latency, std::move(receive)});
}

// ---- market data and time
// ---------------------------------------------------------------------------------------

bool World::apply_market(Words& line) {
  if (line.take_if("at")) {
    read_at(line);
  } else if (line.take_if("wait")) {
    read_wait(line);
  } else if (line.take_if("bar")) {
    read_bar(line);
  } else if (line.take_if("trade")) {
    read_trade(line);
  } else if (line.take_if("quote")) {
    read_quote(line);
  } else if (line.take_if("book")) {
    read_book(line);
  } else if (line.take_if("funding_rate")) {
    read_funding_rate(line);
  } else {
    return false;
  }
  return true;
}

void World::read_at(Words& line) {
  const TimeNs at = scenario_time(line.take("a time"));
  if (at < clock_) throw ScenarioFault(fmt::format("expected a time not before {}", format_time(clock_)));
  settle(at);
  clock_ = at;
  if (!venue_) return;
  venue_->on_time(clock_);
  take_reports();
}

void World::read_wait(Words& line) {
  const TimeNs at = clock_ + line.duration("a duration");
  settle(at);
  clock_ = at;
  if (!venue_) return;
  venue_->on_time(clock_);
  take_reports();
}

void World::read_bar(Words& line) {
  Bar bar;
  bar.instrument = setup_.instrument(line);
  bar.timeframe = line.timeframe();
  bar.ts_open = line.take_if("at") ? scenario_time(line.take("a time")) : bar.timeframe.open_of(clock_);
  const Instrument& instrument = setup_.instruments[bar.instrument];
  bar.open = line.price(instrument);
  bar.high = line.price(instrument);
  bar.low = line.price(instrument);
  bar.close = line.price(instrument);
  bar.volume = line.quantity(instrument);
  const auto& feed = setup_.feeds[bar.instrument.index()];
  if (feed.source != engine::BarSource::bars || feed.timeframe != bar.timeframe) {
    throw ScenarioFault(
        fmt::format("expected the instrument to be declared with `bars {}`", bar.timeframe.format()));
  }
  bar.ts_venue = bar.ts_open + bar.timeframe.period_ns;
  bar.ts_recv = bar.ts_venue + (setup_.venue ? setup_.venue->latency.feed_ns : 0);
  market(bar.ts_venue, [&] { venue_->on_bar(bar); }, [this, bar] { step(bar.ts_venue, bar); });
}

void World::read_trade(Words& line) {
  Trade trade;
  trade.instrument = setup_.instrument(line);
  const Instrument& instrument = setup_.instruments[trade.instrument];
  trade.price = line.price(instrument);
  trade.quantity = line.quantity(instrument);
  trade.aggressor = line.take_if("sell") ? Side::sell : Side::buy;
  line.take_if("buy");
  trade.id = TradeId(next_trade_++);
  trade.ts_venue = clock_;
  trade.ts_recv = clock_;
  market(clock_, [&] { venue_->on_trade(trade); }, [this, trade] { step(trade.ts_venue, trade); });
}

void World::read_quote(Words& line) {
  Quote quote;
  quote.instrument = setup_.instrument(line);
  const Instrument& instrument = setup_.instruments[quote.instrument];
  quote.bid = line.price(instrument);
  quote.ask = line.price(instrument);
  if (!line.done()) {
    quote.bid_quantity = line.quantity(instrument);
    quote.ask_quantity = line.quantity(instrument);
  }
  quote.ts_venue = clock_;
  quote.ts_recv = clock_;
  market(clock_, [&] { venue_->on_quote(quote); }, [this, quote] { step(quote.ts_venue, quote); });
}

void World::read_book(Words& line) {
  BookUpdate update;
  update.instrument = setup_.instrument(line);
  const Instrument& instrument = setup_.instruments[update.instrument];
  update.snapshot = line.take_if("snapshot");
  const auto changes = std::make_shared<std::vector<BookLevelChange>>();
  while (!line.done()) {
    BookLevelChange change;
    change.side = line.take_if("bid") ? Side::buy : Side::sell;
    if (change.side == Side::sell) line.expect("ask");
    change.price = line.price(instrument);
    change.quantity = line.quantity(instrument);
    changes->push_back(change);
  }
  update.ts_venue = clock_;
  update.ts_recv = clock_;
  update.changes = *changes;
  market(
      clock_, [&] { venue_->on_book(update); }, [this, update, changes] { step(update.ts_venue, update); });
}

void World::read_funding_rate(Words& line) {
  FundingRate funding;
  funding.instrument = setup_.instrument(line);
  funding.rate = line.decimal("a rate");
  if (line.take_if("mark")) funding.mark = line.price(setup_.instruments[funding.instrument]);
  funding.ts_venue = clock_;
  funding.ts_recv = clock_;
  market(clock_, [&] { venue_->on_funding(funding); }, [this, funding] { step(funding.ts_venue, funding); });
}

// ---- money, operator, strategies
// --------------------------------------------------------------------------------

bool World::apply_other(Words& line) {
  if (line.take_if("deposit")) {
    read_deposit(line);
  } else if (line.take_if("trading")) {
    read_trading(line);
  } else if (line.take_if("settings")) {
    read_settings(line);
  } else if (line.take_if("connection")) {
    read_connection(line);
  } else if (line.take_if("clock_offset")) {
    read_clock_offset(line);
  } else if (line.take_if("terms")) {
    read_terms(line);
  } else if (line.peek() == "want" || line.peek() == "on") {
    read_wish(line);
  } else if (venue_ && line.take_if("send")) {
    read_send(line);
  } else {
    return false;
  }
  return true;
}

void World::read_deposit(Words& line) {
  const Amount amount = line.amount("an amount");
  const Money money{amount, must(setup_.instruments.find_asset(line.take("an asset")))};
  if (venue_) venue_->deposit(money);
  now_ = clock_;
  step(clock_, Transfer{money});
}

void World::read_trading(Words& line) {
  const std::string word = line.take("running, restricted, halted or flattening");
  for (const auto state :
       {TradingState::running, TradingState::restricted, TradingState::halted, TradingState::flattening}) {
    if (name_of(state) != word) continue;
    now_ = clock_;
    step(clock_, TradingStateChanged{state});
    return;
  }
  throw ScenarioFault(fmt::format("expected running, restricted, halted or flattening, found '{}'", word));
}

void World::read_settings(Words& line) {
  setup_.change_limit(line);
  SettingsChanged change;
  change.limits = risk::scoped_limits_of(setup_.risk);
  now_ = clock_;
  step(clock_, change);
}

void World::read_connection(Words& line) {
  ConnectionChanged change;
  const std::string name = line.take("private_stream or market_data");
  if (!boost::describe::enum_from_string(name.c_str(), change.connection))
    throw ScenarioFault(fmt::format("expected private_stream or market_data, found '{}'", name));
  change.is_alive = line.take_if("alive");
  if (!change.is_alive) line.expect("silent");
  now_ = clock_;
  step(clock_, change);
}

void World::read_clock_offset(Words& line) {
  const bool behind = line.take_if("behind");
  const DurationNs offset = line.duration("a duration");
  now_ = clock_;
  step(clock_, ClockOffsetMeasured{behind ? -offset : offset});
}

void World::read_terms(Words& line) {
  const InstrumentId id = setup_.instrument(line);
  const Instrument& instrument = setup_.instruments[id];
  InstrumentTerms terms = instrument.terms();
  terms.is_trading = !line.take_if("not_trading");
  if (line.take_if("tick")) terms.tick = line.price(instrument);
  if (line.take_if("step")) terms.step = line.quantity(instrument);
  if (line.take_if("min_quantity")) terms.min_quantity = line.quantity(instrument);
  if (line.take_if("min_notional")) terms.min_notional = line.amount("the least notional");
  now_ = clock_;
  step(clock_, InstrumentChanged{id, terms});
}

void World::read_wish(Words& line) {
  ParsedWish parsed = parse_wish(line, setup_, clock_);
  const bool at_once = parsed.wish.occasion == Occasion::timer && parsed.wish.timer == kNow;
  scripted_[parsed.strategy.index()]->add(std::move(parsed.wish));
  if (!at_once) return;
  now_ = clock_;
  step(clock_, TimerFired{parsed.strategy, kNow});
}

void World::read_send(Words& line) {
  if (line.take_if("cancel")) {
    const OrderId order(line.number("an order"));
    venue_->on_command(CancelOrder{order, setup_.instrument(line)}, clock_);
  } else if (line.take_if("amend")) {
    AmendOrder amend;
    amend.id = OrderId(line.number("an order"));
    amend.quantity = line.quantity(setup_.instruments[InstrumentId(0)]);
    line.expect("@");
    amend.limit_price = line.price(setup_.instruments[InstrumentId(0)]);
    venue_->on_command(amend, clock_);
  } else {
    NewOrder order = parse_order(line, setup_);
    order.id = OrderId(9001 + sent_past_engine_.size());
    sent_past_engine_.push_back(order);
    venue_->on_command(order, clock_);
  }
  take_reports();
}

// ---- what the venue says, where none is simulated
// ---------------------------------------------------------------

namespace {

RejectReason parse_reason(Words& line) {
  if (line.done()) return RejectReason::none;
  const std::string word = line.take("a reason");
  RejectReason reason = RejectReason::none;
  if (!boost::describe::enum_from_string(word.c_str(), reason)) {
    throw ScenarioFault(fmt::format("unknown reason '{}'", word));
  }
  return reason;
}

}  // namespace

bool World::apply_report(Words& line) {
  now_ = clock_;
  if (line.take_if("fill")) {
    read_fill(line, false);
  } else if (line.take_if("liquidation")) {
    read_fill(line, true);
  } else if (line.take_if("funding")) {
    read_funding(line);
  } else {
    for (const std::string_view kind : {"accept", "reject", "canceled", "expired", "amended", "triggered",
                                        "cancel_rejected", "amend_rejected", "unresolved"}) {
      if (!line.take_if(kind)) continue;
      read_report(line, kind);
      return true;
    }
    return false;
  }
  return true;
}

void World::read_report(Words& line, std::string_view kind) {
  const OrderId order(line.number("an order"));
  const auto* known = engine_->state().orders.find(order);
  if (kind == "accept") {
    step(clock_, OrderAccepted{order});
  } else if (kind == "reject") {
    step(clock_, OrderRejected{order, parse_reason(line)});
  } else if (kind == "canceled") {
    step(clock_, OrderCanceled{order, known ? known->filled : RawQuantity(), parse_reason(line)});
  } else if (kind == "expired") {
    step(clock_, OrderExpired{order, known ? known->filled : RawQuantity()});
  } else if (kind == "triggered") {
    step(clock_, OrderTriggered{order});
  } else if (kind == "cancel_rejected") {
    step(clock_, CancelRejected{order, parse_reason(line)});
  } else if (kind == "amend_rejected") {
    step(clock_, AmendRejected{order, parse_reason(line)});
  } else if (kind == "unresolved") {
    step(clock_, OrderUnresolved{order});
  } else {
    const Instrument& instrument = setup_.instruments[instrument_of(order)];
    OrderAmended report{order, line.quantity(instrument), {}};
    line.expect("@");
    report.limit_price = line.price(instrument);
    step(clock_, report);
  }
}

void World::read_fill(Words& line, bool liquidation) {
  Fill fill;
  fill.liquidation = liquidation;
  if (!liquidation) fill.order = OrderId(line.number("an order"));
  const auto* order = engine_->state().orders.find(fill.order);
  fill.side = order != nullptr ? order->request.side : Side::buy;
  if (line.take_if("buy")) fill.side = Side::buy;
  if (line.take_if("sell")) fill.side = Side::sell;
  if (order != nullptr) {
    fill.instrument = order->request.instrument;
  } else {
    fill.instrument = setup_.instrument(line);
  }
  const Instrument& instrument = setup_.instruments[fill.instrument];
  fill.quantity = line.quantity(instrument);
  line.expect("@");
  fill.price = line.price(instrument);
  fill.liquidity = line.take_if("maker") ? Liquidity::maker : Liquidity::taker;
  line.take_if("taker");
  fill.fee_asset = instrument.quote();
  if (line.take_if("fee")) {
    fill.fee = line.amount("a fee");
    fill.fee_asset = must(setup_.instruments.find_asset(line.take("an asset")));
  }
  fill.trade = TradeId(line.take_if("trade") ? line.number("a trade") : next_trade_++);
  fill.ts_venue = clock_;
  step(clock_, fill);
}

void World::read_funding(Words& line) {
  FundingPayment payment;
  payment.instrument = setup_.instrument(line);
  payment.amount.amount = line.amount("an amount");
  payment.amount.asset = must(setup_.instruments.find_asset(line.take("an asset")));
  step(clock_, payment);
}

}  // namespace kontor::scenario
