#include "tests/support/strategy_harness.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/codec.hpp"

namespace kontor::test {
namespace {

InstrumentTable table_with(const InstrumentSpecification& specification) {
  InstrumentTable table;
  add(table, specification);
  return table;
}

}  // namespace

StrategyHarness::StrategyHarness(const HarnessSettings& settings, std::string_view strategy,
                                 const std::map<std::string, strategy::ParameterValue>& parameters)
    : table_(table_with(settings.instrument)),
      settings_(settings),
      market_(1),
      portfolio_(table_, table_[id_].quote(), 1),
      name_(strategy),
      parameters_(parameters) {
  portfolio_.book_transfer({amount(settings.balance), instrument().quote()});
  auto made = make({table_, id_, settings.timeframe}, strategy, parameters);
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  if (made) strategy_ = std::move(*made);
}

Result<std::unique_ptr<strategy::Strategy>> StrategyHarness::make(
    const strategy::StrategyContext& context, std::string_view strategy,
    const std::map<std::string, strategy::ParameterValue>& parameters) {
  TRY(const auto* descriptor, strategy::find_strategy(strategy));
  TRY(const auto checked, strategy::Parameters::make(descriptor->parameters, parameters));
  return descriptor->make(context, checked);
}

void StrategyHarness::restart() {
  const auto state = strategy_state();
  auto made = make({table_, id_, settings_.timeframe}, name_, parameters_);
  ASSERT_TRUE(made);
  strategy_ = std::move(*made);
  Decoder decoder(state);
  strategy_->load(decoder);
  EXPECT_FALSE(decoder.failed());
  EXPECT_EQ(decoder.remaining(), 0U);
}

bool StrategyHarness::change(const std::map<std::string, strategy::ParameterValue>& parameters) {
  const auto descriptor = strategy::find_strategy(name_);
  EXPECT_TRUE(descriptor);
  const auto complete = strategy::Parameters::make((*descriptor)->parameters, parameters);
  if (!complete || !strategy_->change_parameters(*complete)) return false;
  parameters_ = parameters;
  return true;
}

void StrategyHarness::forget() {
  auto made = make({table_, id_, settings_.timeframe}, name_, parameters_);
  ASSERT_TRUE(made);
  strategy_ = std::move(*made);
  std::vector<OrderId> ids;
  orders_.for_each_open([&](const execution::Order& order) { ids.push_back(order.id()); });
  for (const OrderId id : ids) cancel(id);
}

std::vector<std::byte> StrategyHarness::strategy_state() const {
  Encoder encoder;
  strategy_->save(encoder);
  return encoder.take();
}

void StrategyHarness::close(std::string_view price) {
  const RawPrice now = test::price(instrument(), price);
  const RawPrice last = market_[0].last.units == 0 ? now : market_[0].last;
  Bar bar;
  bar.open = last;
  bar.close = now;
  bar.high = std::max(last, now);
  bar.low = std::min(last, now);
  this->bar(bar);
}

void StrategyHarness::closes(const std::vector<std::string_view>& prices) {
  for (const auto price : prices) close(price);
}

void StrategyHarness::bar(std::string_view open, std::string_view high, std::string_view low,
                          std::string_view close) {
  Bar bar;
  bar.open = test::price(instrument(), open);
  bar.high = test::price(instrument(), high);
  bar.low = test::price(instrument(), low);
  bar.close = test::price(instrument(), close);
  this->bar(bar);
}

void StrategyHarness::bar(Bar bar) {
  bar.instrument = id_;
  bar.timeframe = settings_.timeframe;
  bar.ts_open = now_;
  now_ += settings_.timeframe.period_ns;
  bar.ts_venue = now_;
  bar.ts_recv = now_;
  match(bar);
  market_[0].last = bar.close;
  portfolio_.revalue(id_, bar.close);
  strategy_->on_bar(view(), bar, intents_);
  carry_out();
}

void StrategyHarness::quote(std::string_view bid, std::string_view ask) {
  Quote quote;
  quote.instrument = id_;
  quote.bid = test::price(instrument(), bid);
  quote.ask = test::price(instrument(), ask);
  market_[0].set_top({quote.bid, {}}, {quote.ask, {}});
  quote.ts_venue = quote.ts_recv = ++now_;
  portfolio_.revalue(id_, market_[0].mark());
  strategy_->on_quote(view(), quote, intents_);
  carry_out();
}

RawPrice StrategyHarness::price_in(const execution::Order& order, const Bar& bar) const {
  const NewOrder& request = order.request;
  const bool buys = request.side == Side::buy;
  switch (request.type) {
    case OrderType::market: return bar.open;
    case OrderType::limit: {
      const bool through = buys ? bar.low < order.limit_price : bar.high > order.limit_price;
      return through ? order.limit_price : RawPrice();
    }
    case OrderType::stop_market: {
      const bool hit = buys ? bar.high >= request.trigger_price : bar.low <= request.trigger_price;
      return hit ? request.trigger_price : RawPrice();
    }
    default: return {};
  }
}

void StrategyHarness::match(const Bar& bar) {
  std::vector<OrderId> ids;
  orders_.for_each_open([&](const execution::Order& order) { ids.push_back(order.id()); });
  const auto volume = settings_.volume_per_bar;
  RawQuantity left = volume.empty() ? RawQuantity(INT64_MAX) : test::quantity(instrument(), volume);
  for (const OrderId id : ids) {
    const execution::Order* order = orders_.find(id);
    if (order == nullptr || !order->is_open()) continue;  // canceled by what was filled before
    const RawPrice price = price_in(*order, bar);
    if (price.units == 0) continue;
    const bool takes = order->request.type != OrderType::limit;
    const RawQuantity quantity = takes ? std::min(order->remaining(), left) : order->remaining();
    if (quantity.is_zero()) continue;
    if (takes) left -= quantity;
    execute(id, quantity, price, takes ? Liquidity::taker : Liquidity::maker);
  }
}

void StrategyHarness::fill(OrderId order, std::string_view quantity) {
  const execution::Order* found = orders_.find(order);
  ASSERT_NE(found, nullptr);
  execute(order, test::quantity(instrument(), quantity), found->limit_price, Liquidity::maker);
}

void StrategyHarness::execute(OrderId id, RawQuantity quantity, RawPrice price, Liquidity liquidity) {
  const Side side = orders_.find(id)->request.side;
  Fill fill;
  fill.order = id;
  fill.instrument = id_;
  fill.trade = TradeId(++trades_);
  fill.side = side;
  fill.liquidity = liquidity;
  fill.ts_venue = now_;
  fill.price = price;
  fill.quantity = quantity;
  const bool in_base = settings_.fee_in_base && side == Side::buy && instrument().is_spot();
  fill.fee_asset = in_base ? instrument().base() : instrument().quote();
  const Amount value = in_base ? instrument().base_amount(quantity) : instrument().notional(price, quantity);
  fill.fee = value.times(settings_.fee, Rounding::half_even);
  const execution::Order* changed = orders_.on_fill(fill, instrument(), now_);
  ASSERT_NE(changed, nullptr);
  const execution::Order order = *changed;
  portfolio_.book_fill(kStrategy, fill);
  if (order.request.role != GroupRole::entry) cancel_siblings(order);
  strategy_->on_fill(view(), fill, order, intents_);
  carry_out();
}

void StrategyHarness::cancel_siblings(const execution::Order& order) {
  if (order.request.group == GroupId()) return;
  std::vector<OrderId> siblings;
  orders_.for_each_open([&](const execution::Order& other) {
    if (other.request.group == order.request.group && other.id() != order.id())
      siblings.push_back(other.id());
  });
  for (const OrderId sibling : siblings) orders_.on_canceled({sibling, RawQuantity()}, now_);
}

void StrategyHarness::end(OrderId id, RejectReason reason) {
  const execution::Order* ended = orders_.on_canceled({id, RawQuantity(), reason}, now_);
  ASSERT_NE(ended, nullptr);
  const execution::Order copy = *ended;
  strategy_->on_order_closed(view(), copy, intents_);
  carry_out();
}

std::string StrategyHarness::line(const NewOrder& order) const {
  std::string text = fmt::format("{} {}", order.side == Side::buy ? "buy" : "sell",
                                 instrument().quantity(order.quantity).format());
  if (order.type == OrderType::limit) text += " @ " + instrument().price(order.limit_price).format();
  return text;
}

void StrategyHarness::place(NewOrder order) {
  order.id = orders_.reserve_id();
  order.strategy = kStrategy;
  orders_.submit(approved(order), now_);
  orders_.on_accepted({order.id}, now_);
}

void StrategyHarness::place(const strategy::PlaceBracket& bracket) {
  NewOrder entry = bracket.entry;
  entry.role = GroupRole::entry;
  entry.group = orders_.reserve_group();
  place(entry);
  NewOrder leg = entry;
  leg.side = opposite(entry.side);
  leg.reduce_only = true;
  if (bracket.stop_price.units != 0) {
    leg.role = GroupRole::stop_loss;
    leg.type = OrderType::stop_market;
    leg.trigger_price = bracket.stop_price;
    place(leg);
  }
  if (bracket.target_price.units != 0) {
    leg.role = GroupRole::take_profit;
    leg.type = OrderType::limit;
    leg.trigger_price = RawPrice();
    leg.limit_price = bracket.target_price;
    place(leg);
  }
}

void StrategyHarness::cancel(OrderId order) {
  if (orders_.request_cancel(order, now_)) orders_.on_canceled({order, RawQuantity()}, now_);
}

void StrategyHarness::desire(const strategy::DesireOrders& list) {
  const execution::OrderDifference difference = differ_.diff(orders_, kStrategy, id_, intents_.desired(list));
  for (const OrderId order : difference.cancel) {
    asked_.push_back("cancel " + line(orders_.find(order)->request));
    cancel(order);
  }
  for (const AmendOrder& amend : difference.amend) {
    NewOrder shown = orders_.find(amend.id)->request;
    shown.quantity = amend.quantity;
    shown.limit_price = amend.limit_price;
    asked_.push_back("amend to " + line(shown));
    orders_.request_amend(approved(amend), now_);
    orders_.on_amended({amend.id, amend.quantity, amend.limit_price}, now_);
  }
  for (const auto& wanted : difference.place) {
    NewOrder order;
    order.instrument = id_;
    order.side = wanted.side;
    order.type = OrderType::limit;
    order.quantity = wanted.quantity;
    order.limit_price = wanted.price;
    order.tag = wanted.tag;
    order.post_only = wanted.post_only;
    order.reduce_only = wanted.reduce_only;
    asked_.push_back(line(order));
    place(order);
  }
}

void StrategyHarness::carry_out() {
  const std::vector<strategy::Intent> wishes = intents_.all();
  for (const auto& wish : wishes) {
    if (const auto* order = std::get_if<strategy::PlaceOrder>(&wish)) {
      asked_.push_back(line(order->order));
      place(order->order);
    } else if (const auto* bracket = std::get_if<strategy::PlaceBracket>(&wish)) {
      asked_.push_back(fmt::format("{} stop {} target {}", line(bracket->entry),
                                   instrument().price(bracket->stop_price).format(),
                                   instrument().price(bracket->target_price).format()));
      place(*bracket);
    } else if (const auto* list = std::get_if<strategy::DesireOrders>(&wish)) {
      desire(*list);
    } else if (std::holds_alternative<strategy::CancelAllIntent>(wish)) {
      asked_.emplace_back("cancel all");
      std::vector<OrderId> ids;
      orders_.for_each_open([&](const execution::Order& open) { ids.push_back(open.id()); });
      for (const OrderId id : ids) cancel(id);
    } else if (const auto* withdrawn = std::get_if<strategy::CancelIntent>(&wish)) {
      asked_.push_back("cancel " + line(orders_.find(withdrawn->order)->request));
      cancel(withdrawn->order);
    } else if (const auto* skip = std::get_if<strategy::SkipEntry>(&wish)) {
      asked_.push_back(fmt::format("skip: {}", skip->reason));
    } else {
      ADD_FAILURE() << "the harness does not know this intent";
    }
  }
  intents_.clear();
}

std::vector<std::string> StrategyHarness::asked() { return std::exchange(asked_, {}); }

std::vector<std::string> StrategyHarness::open_orders() const {
  std::vector<const execution::Order*> open;
  orders_.for_each_open([&](const execution::Order& order) { open.push_back(&order); });
  std::ranges::stable_sort(open, {}, [](const execution::Order* order) { return order->limit_price; });
  std::vector<std::string> lines;
  for (const auto* order : open) {
    NewOrder shown = order->request;
    shown.quantity = order->remaining();
    shown.limit_price = order->limit_price;
    lines.push_back(line(shown));
  }
  return lines;
}

const execution::Order* StrategyHarness::open_order(Side side, std::string_view price) const {
  const execution::Order* found = nullptr;
  orders_.for_each_open([&](const execution::Order& order) {
    if (order.request.side == side && order.limit_price == test::price(instrument(), price)) found = &order;
  });
  EXPECT_NE(found, nullptr) << "no open order at " << price;
  return found;
}

}  // namespace kontor::test
