#include "tests/venues/trader.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/instruments.hpp"

namespace kontor::venues {
namespace {

constexpr DurationNs kTurn = kMillisecond;

}  // namespace

std::unique_ptr<net::SharedRateBudget> make_budget(EmulatedSide& side, const std::filesystem::path& folder) {
  const auto protocol = side.protocol();
  auto budget =
      net::SharedRateBudget::open({.folder = folder,
                                   .venue = std::string(protocol->venue()),
                                   .keys = {.ip = side.endpoints().rest, .account = side.credentials()->key},
                                   .rules = protocol->rate_rules(side.product()),
                                   .clock = nullptr},
                                  side.clock().now());
  EXPECT_TRUE(budget) << (budget ? "" : budget.error().message);
  return budget ? std::move(*budget) : nullptr;
}

Trader::Trader(EmulatedSide& side, TraderSettings settings) : side_(side), settings_(std::move(settings)) {
  if (settings_.keeps_limits) budget_ = make_budget(side_, folder_.path());
  venue_ = std::make_unique<live::LiveVenue>(
      side_.loop(), setup(), [this](const venue::Input& input) { take(input); },
      [this](const std::string& note) { notes_.push_back(note); });
}

Trader::~Trader() { venue_->close(); }

live::LiveVenueSetup Trader::setup() {
  return {.instruments = side_.instruments(),
          .protocol = [this] { return side_.protocol(); },
          .product = side_.product(),
          .endpoints = side_.endpoints(),
          .credentials = EmulatedSide::credentials(),
          .budget = budget_.get(),
          .wall_clock = [this] { return side_.clock().now(); },
          .session = settings_.session,
          .feeds = settings_.feeds,
          .dead_man_window = settings_.dead_man_window};
}

void Trader::open() {
  std::optional<Result<void>> ready;
  venue_->open([&ready](Result<void> outcome) { ready = std::move(outcome); });
  ASSERT_TRUE(until([&] { return ready.has_value(); })) << notes();
  ASSERT_TRUE(*ready) << ready->error().message;
  ASSERT_TRUE(until([&] { return !connections_.empty() && connections_.back(); })) << notes();
}

void Trader::turn() {
  side_.advance();
  side_.loop().run_one_for(kTurn);
  side_.loop().poll();
}

void Trader::take(const venue::Input& input) {
  if (const auto* report = std::get_if<venue::ReportReceived>(&input)) reports_.push_back(*report);
  if (const auto* failed = std::get_if<venue::RequestFailed>(&input)) failures_.push_back(*failed);
  if (const auto* answer = std::get_if<venue::OrderAnswer>(&input)) answers_.push_back(*answer);
  if (const auto* account = std::get_if<venue::AccountAnswer>(&input)) accounts_.push_back(*account);
  if (const auto* failed = std::get_if<venue::QuestionFailed>(&input)) unanswered_.push_back(failed->order);
  if (const auto* change = std::get_if<venue::ConnectionChanged>(&input))
    connections_.push_back(change->is_alive);
  if (const auto* change = std::get_if<InstrumentChanged>(&input)) terms_.push_back(*change);
  if (const auto* update = std::get_if<BookUpdate>(&input)) book_.apply(*update);
  if (std::holds_alternative<Trade>(input)) ++trades_;
  if (std::holds_alternative<Quote>(input)) ++quotes_;
}

// ---- requests

NewOrder Trader::market(Side side, std::string_view quantity) const {
  NewOrder order;
  order.instrument = kCoin;
  order.side = side;
  order.quantity = test::quantity(coin(), quantity);
  return order;
}

NewOrder Trader::limit(Side side, std::string_view quantity, std::string_view price) const {
  NewOrder order = market(side, quantity);
  order.type = OrderType::limit;
  order.limit_price = test::price(coin(), price);
  return order;
}

NewOrder Trader::conditional(OrderType type, Side side, std::string_view quantity, std::string_view trigger,
                             std::string_view price) const {
  NewOrder order = market(side, quantity);
  order.type = type;
  order.trigger_price = test::price(coin(), trigger);
  if (!price.empty()) order.limit_price = test::price(coin(), price);
  return order;
}

void Trader::send(const CommandBody& body) {
  Command command;
  command.header.ts_recv = venue_->rest().now();
  command.body = body;
  venue_->send({&command, 1});
}

OrderId Trader::place(NewOrder order) {
  order.id = OrderId(++last_order_);
  send(order);
  return order.id;
}

std::vector<OrderId> Trader::place_together(std::vector<NewOrder> orders) {
  std::vector<OrderId> ids;
  std::vector<Command> request;
  for (NewOrder& order : orders) {
    order.id = OrderId(++last_order_);
    order.group = GroupId(1);
    ids.push_back(order.id);
    Command& command = request.emplace_back();
    command.header.ts_recv = venue_->rest().now();
    command.body = order;
  }
  venue_->send(request);
  return ids;
}

OrderId Trader::rest(NewOrder order) {
  const OrderId id = place(order);
  EXPECT_TRUE(until_told<OrderAccepted>(id)) << notes();
  return id;
}

void Trader::cancel(OrderId order) { send(CancelOrder{order, kCoin}); }

void Trader::amend(OrderId order, std::string_view quantity, std::string_view price) {
  send(AmendOrder{order, kCoin, test::quantity(coin(), quantity), test::price(coin(), price)});
}

// ---- questions

std::optional<venue::OrderAnswer> Trader::ask(OrderId order) {
  answers_.clear();
  unanswered_.clear();
  venue_->ask_order(order, kCoin);
  EXPECT_TRUE(until([&] { return !answers_.empty() || !unanswered_.empty(); })) << notes();
  return answers_.empty() ? std::nullopt : std::optional(answers_.back());
}

std::optional<venue::AccountAnswer> Trader::look(TimeNs since) {
  accounts_.clear();
  unanswered_.clear();
  venue_->ask_account(since);
  EXPECT_TRUE(until([&] { return !accounts_.empty() || !unanswered_.empty(); })) << notes();
  return accounts_.empty() ? std::nullopt : std::optional(accounts_.back());
}

// ---- what was told

std::vector<Fill> Trader::fills(OrderId order) const {
  std::vector<Fill> found;
  for (const auto& received : reports_) {
    const auto* fill = std::get_if<Fill>(&received.report);
    if (fill == nullptr || fill->order != order) continue;
    if (std::ranges::find(found, fill->trade, &Fill::trade) == found.end()) found.push_back(*fill);
  }
  return found;
}

std::size_t Trader::tellings(OrderId order) const {
  return static_cast<std::size_t>(std::ranges::count_if(reports_, [order](const auto& received) {
    const auto* fill = std::get_if<Fill>(&received.report);
    return fill != nullptr && fill->order == order;
  }));
}

Decimal Trader::filled(OrderId order) const {
  RawQuantity sum;
  for (const Fill& fill : fills(order)) sum += fill.quantity;
  return quantity(sum);
}

bool Trader::until_filled(OrderId order, std::string_view quantity) {
  return until([&] { return filled(order) == test::decimal(quantity); });
}

std::string Trader::notes() const {
  std::string text;
  for (const std::string& note : notes_) text += note + "\n";
  return text;
}

}  // namespace kontor::venues
