#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "journal/simulated_file_system.hpp"
#include "session/live_session.hpp"
#include "tests/support/instruments.hpp"

namespace kontor::session::test {

inline constexpr TimeNs kStart = 1'735'689'600 * kSecond;
inline const InstrumentId kCoin{0};

/// Does as the number of a trade says: 1 buys 0.1 at 100, 2 cancels all, 3 buys at the market, 4 protects 0.1
/// by a pair, 5 sells at the market, 6 leaves a reduce-only order, 7 enters with a stop and a target, 8
/// doubles the first order.
class OnTrades final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Subscriptions subscriptions() const override { return {{}, {kCoin}, {}, {}}; }
  void on_trade(const strategy::View& view, const Trade& trade, strategy::Intents& out) override {
    NewOrder order;
    order.instrument = kCoin;
    order.quantity = *view.instrument(kCoin).raw_quantity(kontor::test::decimal("0.1"));
    if (trade.id == TradeId(1)) {
      order.type = OrderType::limit;
      order.limit_price = *view.instrument(kCoin).raw_price(kontor::test::decimal("100"));
      out.place(order);
    } else if (trade.id == TradeId(2)) {
      out.cancel_all(kCoin);
    } else if (trade.id == TradeId(3)) {
      out.place(order);
    } else if (trade.id == TradeId(4)) {
      out.place(strategy::PlaceOneCancelsOther{kCoin, Side::sell, order.quantity, price(view, "90"),
                                               price(view, "200")});
    } else if (trade.id == TradeId(5)) {
      order.side = Side::sell;
      out.place(order);
    } else if (trade.id == TradeId(6)) {
      order.side = Side::sell;
      order.type = OrderType::limit;
      order.limit_price = price(view, "200");
      order.reduce_only = true;
      out.place(order);
    } else if (trade.id == TradeId(7)) {
      out.place(strategy::PlaceBracket{order, price(view, "90"), price(view, "200")});
    } else if (trade.id == TradeId(8)) {
      out.amend({OrderId(1), kCoin, RawQuantity(2 * order.quantity.units), price(view, "100")});
    }
  }
  static RawPrice price(const strategy::View& view, std::string_view text) {
    return *view.instrument(kCoin).raw_price(kontor::test::decimal(text));
  }
  void save(Encoder& /*encoder*/) const override {}
  void load(Decoder& /*decoder*/) override {}
};

/// Notes what it is asked and says nothing.
class SilentVenue final : public venue::Venue {
 public:
  [[nodiscard]] DurationNs request_validity() const noexcept override { return 5 * kSecond; }
  void send(std::span<const Command> request) override {
    for (const auto& command : request) sent.push_back(command.body);
  }
  void cancel_foreign(InstrumentId /*instrument*/, const std::string& venue_id) override {
    withdrawn.push_back(venue_id);
  }
  void ask_order(OrderId order, InstrumentId /*instrument*/) override { asked.push_back(order.value); }
  void ask_account(TimeNs since) override { looks.push_back(since); }

  std::vector<CommandBody> sent;
  std::vector<std::uint64_t> asked;
  std::vector<TimeNs> looks;
  std::vector<std::string> withdrawn;
};

class LiveSessionTest : public testing::Test {
 protected:
  LiveSessionTest() { kontor::test::add(table_, kontor::test::spot("BTC")); }

  void open() {
    session_.reset();
    lock_.reset();
    ASSERT_TRUE(files_.make_folder("accounts"));
    auto lock = journal::AccountLock::acquire(files_, "accounts/main.lock", {1, "here", "live", 0});
    ASSERT_TRUE(lock) << lock.error().message;
    lock_ = std::make_unique<journal::AccountLock>(std::move(*lock));
    const auto engine = [this]() -> Result<engine::EngineSettings> { return engine_settings(); };
    auto opened = LiveSession::open(files_, *lock_,
                                    {table_,
                                     engine,
                                     {{"kontor test",
                                       "live",
                                       "",
                                       "binance/main",
                                       lock_->token(),
                                       1,
                                       {"c0ffee", "name = \"live\"\n"},
                                       journal::definitions_of(table_)},
                                      "sessions/live",
                                      {},
                                      snapshot_events_,
                                      {"live", "on_trades", "live", "here", {}}},
                                     schedule_,
                                     foreign_orders_},
                                    venue_);
    ASSERT_TRUE(opened) << opened.error().message;
    session_ = std::move(*opened);
  }
  engine::EngineSettings engine_settings() {
    engine::EngineSettings made{table_, *table_.find_asset("USDT"),        {},
                                {},     {{engine::BarSource::trades, {}}}, {}};
    made.strategies.push_back(std::make_unique<OnTrades>());
    made.risk.breakers.account = breakers_;
    return made;
  }
  /// A session whose books agree with the venue's.
  void begin() {
    open();
    ASSERT_TRUE(session_->begin(now_));
    agree("10000", "0");
    ASSERT_EQ(agreement(), Agreement::equal);
  }
  void agree(std::string_view cash, std::string_view coins, std::vector<venue::OrderState> orders = {},
             std::vector<Fill> fills = {}) {
    venue::AccountAnswer account;
    account.as_of = now_;
    account.balances = {{kontor::test::amount(cash), *table_.find_asset("USDT")},
                        {kontor::test::amount(coins), *table_.find_asset("BTC")}};
    account.open_orders = std::move(orders);
    account.fills = std::move(fills);
    tell(account);
  }
  void tell(const venue::Input& input) {
    const auto taken = session_->take(input, now_);
    ASSERT_TRUE(taken) << taken.error().message;
  }
  void report(const VenueReport& report) { tell(venue::ReportReceived{report, now_}); }
  void trade(std::uint64_t id) {
    Trade trade;
    trade.instrument = kCoin;
    trade.ts_venue = now_;
    trade.ts_recv = now_;
    trade.price = *table_[kCoin].raw_price(kontor::test::decimal("101"));
    trade.quantity = *table_[kCoin].raw_quantity(kontor::test::decimal("1"));
    trade.id = TradeId(id);
    tell(trade);
  }
  void pass(DurationNs time) {
    const TimeNs until = now_ + time;
    while (session_->next_due() <= until) {
      now_ = std::max(now_, session_->next_due());
      ASSERT_TRUE(session_->advance(now_));
    }
    now_ = until;
  }
  [[nodiscard]] const execution::Order* order(std::uint64_t id) const {
    return session_->engine().state().orders.find(OrderId(id));
  }
  [[nodiscard]] Agreement agreement() const { return session_->engine().state().agreement; }
  [[nodiscard]] venue::OrderState open_order(std::uint64_t id) const {
    venue::OrderState state;
    state.order = OrderId(id);
    state.instrument = kCoin;
    state.quantity = order(id)->quantity;
    state.limit_price = order(id)->limit_price;
    return state;
  }
  [[nodiscard]] Fill fill(std::uint64_t order, std::uint64_t trade, std::string_view quantity) const {
    Fill fill;
    fill.order = OrderId(order);
    fill.instrument = kCoin;
    fill.trade = TradeId(trade);
    fill.ts_venue = now_;
    fill.price = *table_[kCoin].raw_price(kontor::test::decimal("100"));
    fill.quantity = *table_[kCoin].raw_quantity(kontor::test::decimal(quantity));
    fill.fee_asset = *table_.find_asset("USDT");
    return fill;
  }

  InstrumentTable table_;
  journal::SimulatedFileSystem files_;
  SilentVenue venue_;
  std::unique_ptr<journal::AccountLock> lock_;
  std::unique_ptr<LiveSession> session_;
  std::uint64_t snapshot_events_ = 65'536;
  std::optional<calendar::Schedule> schedule_;
  ForeignOrderPolicy foreign_orders_ = ForeignOrderPolicy::ignore;
  risk::Breakers breakers_;
  TimeNs now_ = kStart;
};

}  // namespace kontor::session::test
