// The emulated exchange in process: orders with their filters, wallets, margins and histories.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/assert.hpp"
#include "base/prng.hpp"
#include "emulator/exchange.hpp"

namespace {

namespace emulator = kontor::emulator;
using emulator::AccountId;
using emulator::OrderTicket;
using emulator::Product;
using emulator::VenueOrderId;
using kontor::Decimal;
using kontor::InstrumentId;
using kontor::Prng;
using kontor::Side;
using kontor::TimeNs;

constexpr TimeNs kExchangeOpens = 1'700'000'000 * kontor::kSecond;
constexpr std::size_t kExchangeAccounts = 20;
constexpr std::size_t kRestingOfAccount = 50;
constexpr std::int64_t kMiddle = 500'000;  ///< tenths of a dollar

/// A market that shows one book and then stands still.
class StillMarket final : public emulator::MarketFeed {
 public:
  explicit StillMarket(InstrumentId instrument) : instrument_(instrument) {}
  [[nodiscard]] TimeNs next_time() const noexcept override {
    return is_shown_ ? kontor::kTimeMax : kExchangeOpens;
  }
  [[nodiscard]] kontor::Result<void> step(emulator::MarketSink& sink) override {
    is_shown_ = true;
    std::vector<kontor::BookLevelChange> changes;
    for (std::int64_t i = 0; i < 100; ++i) {
      const kontor::RawQuantity quantity(1'000'000'000);
      changes.push_back({kontor::RawPrice(kMiddle - 1 - i), quantity, Side::buy});
      changes.push_back({kontor::RawPrice(kMiddle + i), quantity, Side::sell});
    }
    sink.on_feed_book({instrument_, kExchangeOpens, kExchangeOpens, true, changes});
    return {};
  }
  [[nodiscard]] std::vector<emulator::Candle> history(InstrumentId, std::size_t) override { return {}; }
  [[nodiscard]] kontor::Result<void> jump(InstrumentId, const Decimal&, TimeNs) override { return {}; }
  void delay(kontor::DurationNs) override {}

 private:
  InstrumentId instrument_;
  bool is_shown_ = false;
};

/// An exchange of one perpetual with many accounts, each with orders that rest.
class BusyExchange {
 public:
  BusyExchange() {
    const std::vector<std::string> symbols = {"BTCUSDT"};
    auto listings = emulator::Listings::standard(emulator::VenueName::binance, symbols).value();
    const InstrumentId id = listings.find(Product::linear, "BTCUSDT")->id;
    emulator::ExchangeSettings settings;
    settings.start = kExchangeOpens;
    exchange_ =
        emulator::Exchange::make(std::move(listings), std::make_unique<StillMarket>(id), settings).value();
    ASSERT(exchange_->advance(kExchangeOpens).has_value());
    for (std::size_t i = 0; i < kExchangeAccounts; ++i) {
      const auto account = exchange_->add_account(
          {fmt::format("a{}", i), {}, {{Product::linear, "USDT", kontor::Amount::parse("1000000").value()}}});
      accounts_.push_back(Member{*account, {}});
      while (accounts_.back().open.size() < kRestingOfAccount) place(accounts_.back());
    }
  }
  /// 40 % limit orders that rest, as many cancels, a tenth amendments in price, a tenth market orders, both
  /// ways in turn.
  void operate() {
    Member& member = accounts_[prng_.below(kExchangeAccounts)];
    const std::uint64_t draw = prng_.below(10);
    if (draw == 0) return take(member);
    if (draw == 1) return amend(member);
    member.open.size() < kRestingOfAccount ? place(member) : cancel(member);
  }
  [[nodiscard]] const emulator::Exchange::Counters& counters() const { return exchange_->counters(); }

 private:
  struct Member {
    AccountId id;
    std::deque<VenueOrderId> open;
    bool is_long = false;
  };
  /// Behind the touch.
  Decimal price(Side side) {
    const std::int64_t depth = 1 + static_cast<std::int64_t>(prng_.below(200));
    return {kMiddle - kontor::sign_of(side) * depth - (side == Side::buy ? 1 : 0), 1};
  }
  void place(Member& member) {
    ticket_.side = prng_.below(2) == 0 ? Side::buy : Side::sell;
    ticket_.type = kontor::OrderType::limit;
    ticket_.price = price(ticket_.side);
    const auto placed = exchange_->place(member.id, ticket_);
    ASSERT(placed.has_value());
    member.open.push_back(placed->order->id);
  }
  void cancel(Member& member) {
    ASSERT(exchange_->cancel(member.id, {.product = Product::linear, .id = member.open.front()}).has_value());
    member.open.pop_front();
  }
  void amend(Member& member) {
    const emulator::OrderKey key{.product = Product::linear, .id = member.open.front()};
    const Side side = exchange_->find_order(member.id, key)->ticket.side;
    const auto amended = exchange_->amend(
        member.id, {.order = key, .quantity = {}, .price = price(side), .trigger_price = {}});
    if (!amended) ASSERT(amended.error().reason == emulator::RefusalReason::nothing_to_amend);
  }
  void take(Member& member) {
    ticket_.side = member.is_long ? Side::sell : Side::buy;
    ticket_.type = kontor::OrderType::market;
    ticket_.price.reset();
    ASSERT(exchange_->place(member.id, ticket_).has_value());
    member.is_long = !member.is_long;
  }

  Prng prng_{5};
  std::unique_ptr<emulator::Exchange> exchange_;
  std::vector<Member> accounts_;
  OrderTicket ticket_ = [] {
    OrderTicket ticket;
    ticket.product = Product::linear;
    ticket.symbol = "BTCUSDT";
    ticket.quantity = Decimal{10, 3};
    return ticket;
  }();
};

/// Items are order operations.
void BM_exchange_orders(benchmark::State& state) {
  BusyExchange exchange;
  constexpr std::int64_t kOperations = 20'000;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < kOperations; ++i) exchange.operate();
  }
  state.SetItemsProcessed(state.iterations() * kOperations);
  state.counters["executions"] = static_cast<double>(exchange.counters().executions);
}
BENCHMARK(BM_exchange_orders)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
