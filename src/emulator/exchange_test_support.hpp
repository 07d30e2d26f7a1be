#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "emulator/exchange.hpp"

namespace kontor::emulator::test {

inline constexpr TimeNs kOpening = 1'700'000'000 * kSecond;

inline Decimal number(std::string_view text) { return Decimal::parse(text).value(); }
inline Amount amount(std::string_view text) { return Amount::parse(text).value(); }

/// A market that does what the test says, at the times it says.
class ScriptedFeed final : public MarketFeed {
 public:
  struct BookStep {
    InstrumentId instrument;
    bool snapshot = false;
    std::vector<BookLevelChange> changes;
  };
  struct IndexStep {
    InstrumentId instrument;
    RawPrice price;
  };
  using Step = std::variant<Trade, BookStep, IndexStep>;

  [[nodiscard]] TimeNs next_time() const noexcept override {
    return steps_.empty() ? kTimeMax : steps_.front().first;
  }
  [[nodiscard]] Result<void> step(MarketSink& sink) override {
    const auto [ts, step] = std::move(steps_.front());
    steps_.pop_front();
    if (const auto* trade = std::get_if<Trade>(&step)) sink.on_feed_trade(*trade);
    if (const auto* index = std::get_if<IndexStep>(&step))
      sink.on_feed_index(index->instrument, ts, index->price);
    if (const auto* book = std::get_if<BookStep>(&step)) {
      sink.on_feed_book({book->instrument, ts, ts, book->snapshot, book->changes});
    }
    return {};
  }
  [[nodiscard]] std::vector<Candle> history(InstrumentId, std::size_t) override { return {}; }
  [[nodiscard]] Result<void> jump(InstrumentId, const Decimal&, TimeNs) override { return {}; }
  void delay(DurationNs duration_ns) override {
    for (auto& [ts, step] : steps_) ts += duration_ns;
  }
  void add(TimeNs ts, Step step) { steps_.emplace_back(ts, std::move(step)); }

 private:
  std::deque<std::pair<TimeNs, Step>> steps_;
};

/// Writes down what it is told, one line each, and checks that nothing is out of order.
class EventLog final : public ExchangeListener {
 public:
  void on_order(const OrderEvent& event) override {
    check_seq(event.seq);
    lines.push_back("order " + std::to_string(event.order.id.value) + " " +
                    boost::describe::enum_to_string(event.change, "?") + " " +
                    boost::describe::enum_to_string(event.order.state, "?"));
  }
  void on_execution(const ExecutionEvent& event) override {
    check_seq(event.seq);
    executions.push_back(event.execution);
    lines.push_back("execution " + std::to_string(event.order.id.value) + " " +
                    boost::describe::enum_to_string(event.order.state, "?"));
  }
  void on_balance(const BalanceEvent& event) override {
    check_seq(event.seq);
    lines.push_back(std::string("balance ") + boost::describe::enum_to_string(event.cause, "?"));
  }
  void on_position(const PositionEvent& event) override {
    check_seq(event.seq);
    lines.push_back("position " + event.position.unrealized.format());
  }
  void on_account_funding(const FundingEvent& event) override {
    check_seq(event.seq);
    lines.push_back("funding " + event.amount.format());
  }
  void on_account_settings(const AccountSettingsEvent& event) override {
    check_seq(event.seq);
    lines.push_back("settings " + event.settings.leverage.format());
  }
  void on_trade(const MarketTrade& event) override {
    check_market_seq(event.market_seq);
    ++trades;
  }
  void on_book_change(const BookChange& event) override {
    check_market_seq(event.market_seq);
    if (books.size() <= event.instrument.index()) books.resize(event.instrument.index() + 1);
    auto& [book, id] = books[event.instrument.index()];
    EXPECT_EQ(event.previous_id, id);
    EXPECT_EQ(event.first_id, id + 1);
    id = event.last_id;
    book.apply({event.instrument, event.ts, event.ts, event.snapshot, event.changes});
  }
  void on_ticker(const TickerChange& event) override { check_market_seq(event.market_seq); }
  void on_candle(const CandleChange& event) override {
    check_market_seq(event.market_seq);
    closed_candles += event.closed ? 1U : 0U;
  }
  void on_funding(const FundingChange& event) override {
    check_market_seq(event.market_seq);
    ++fundings;
  }

  /// What came since the last call, joined by `; `.
  std::string said() {
    std::string text;
    for (const std::string& line : std::exchange(lines, {})) text += (text.empty() ? "" : "; ") + line;
    return text;
  }

  std::vector<std::string> lines;
  std::vector<Execution> executions;
  std::vector<std::pair<Book, std::uint64_t>> books;  ///< rebuilt from the changes
  std::uint64_t trades = 0;
  std::uint64_t fundings = 0;
  std::uint64_t closed_candles = 0;

 private:
  void check_seq(std::uint64_t seq) { EXPECT_EQ(seq, std::exchange(seq_, seq) + 1); }
  void check_market_seq(std::uint64_t seq) { EXPECT_EQ(seq, std::exchange(market_seq_, seq) + 1); }
  std::uint64_t seq_ = 0;
  std::uint64_t market_seq_ = 0;
};

/// An exchange of BTCUSDT, spot and linear, with a scripted market and one account.
class Bourse {
 public:
  explicit Bourse(VenueName venue = VenueName::binance, ExchangeSettings settings = {}) {
    const std::vector<std::string> symbols = {"BTCUSDT"};
    auto scripted = std::make_unique<ScriptedFeed>();
    feed = scripted.get();
    settings.start = kOpening;
    exchange =
        Exchange::make(Listings::standard(venue, symbols).value(), std::move(scripted), settings).value();
    EXPECT_TRUE(exchange->add_listener(log));
    spot = exchange->listings().find(Product::spot, "BTCUSDT")->id;
    linear = exchange->listings().find(Product::linear, "BTCUSDT")->id;
    usdt = *exchange->listings().find_asset("USDT");
    btc = *exchange->listings().find_asset("BTC");
    account = exchange
                  ->add_account({"alice",
                                 {},
                                 {{Product::spot, "USDT", amount("10000")},
                                  {Product::spot, "BTC", amount("1")},
                                  {Product::linear, "USDT", amount("10000")}}})
                  .value();
    now = kOpening;
    log.said();
  }
  ~Bourse() { exchange->remove_listener(log); }
  Bourse(const Bourse&) = delete;
  Bourse& operator=(const Bourse&) = delete;

  /// A book of one level each side (quantity 1 … 10 levels behind it) around bid and ask.
  Bourse& book(InstrumentId id, std::string_view bid, std::string_view ask, std::string_view quantity = "1") {
    const Instrument& instrument = exchange->listings().instrument(id);
    const RawQuantity size = instrument.raw_quantity(number(quantity)).value();
    std::vector<BookLevelChange> changes;
    for (std::int64_t i = 0; i < 5; ++i) {
      const RawPrice offset(i * 100 * instrument.tick().units);
      changes.push_back({instrument.raw_price(number(bid)).value() - offset, size, Side::buy});
      changes.push_back({instrument.raw_price(number(ask)).value() + offset, size, Side::sell});
    }
    feed->add(now, ScriptedFeed::BookStep{id, true, changes});
    return step();
  }
  Bourse& trade(InstrumentId id, std::string_view price, std::string_view quantity, Side aggressor) {
    const Instrument& instrument = exchange->listings().instrument(id);
    feed->add(now, Trade{.instrument = id,
                         .ts_venue = now,
                         .ts_recv = now,
                         .price = instrument.raw_price(number(price)).value(),
                         .quantity = instrument.raw_quantity(number(quantity)).value(),
                         .id = {},
                         .aggressor = aggressor});
    return step();
  }
  Bourse& wait(DurationNs duration) {
    now += duration;
    return step();
  }
  Bourse& step() {
    EXPECT_TRUE(exchange->advance(now).value());
    return *this;
  }

  [[nodiscard]] static OrderTicket market(Product product, Side side, std::string_view quantity) {
    OrderTicket ticket;
    ticket.product = product;
    ticket.symbol = "BTCUSDT";
    ticket.side = side;
    ticket.quantity = number(quantity);
    return ticket;
  }
  [[nodiscard]] static OrderTicket limit(Product product, Side side, std::string_view quantity,
                                         std::string_view price) {
    OrderTicket ticket = market(product, side, quantity);
    ticket.type = OrderType::limit;
    ticket.price = number(price);
    return ticket;
  }
  [[nodiscard]] static OrderTicket stop(Product product, Side side, std::string_view quantity,
                                        std::string_view trigger) {
    OrderTicket ticket = market(product, side, quantity);
    ticket.type = OrderType::stop_market;
    ticket.trigger_price = number(trigger);
    return ticket;
  }
  VenueOrderId place(const OrderTicket& ticket) {
    auto placed = exchange->place(account, ticket);
    EXPECT_TRUE(placed) << (placed ? "" : placed.error().text);
    return placed ? placed->order->id : VenueOrderId();
  }
  RefusalReason refused(const OrderTicket& ticket) {
    auto placed = exchange->place(account, ticket);
    EXPECT_FALSE(placed);
    return placed ? RefusalReason::not_offered : placed.error().reason;
  }
  [[nodiscard]] const OrderRecord& order(VenueOrderId id) const {
    for (const Product product : {Product::spot, Product::linear}) {
      const auto* found = exchange->find_order(account, {.product = product, .id = id});
      if (found != nullptr) return *found;
    }
    ADD_FAILURE() << "no order " << id.value;
    static const OrderRecord none;
    return none;
  }
  [[nodiscard]] Amount total(Product product, AssetId asset) const {
    return exchange->balance(account, product, asset).total;
  }

  std::unique_ptr<Exchange> exchange;
  ScriptedFeed* feed = nullptr;
  EventLog log;
  AccountId account;
  InstrumentId spot;
  InstrumentId linear;
  AssetId usdt;
  AssetId btc;
  TimeNs now = kOpening;
};

}  // namespace kontor::emulator::test
