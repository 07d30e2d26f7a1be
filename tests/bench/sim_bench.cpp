#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/prng.hpp"
#include "venue/sim/sim_link.hpp"
#include "venue/sim/sim_venue.hpp"

namespace {

using namespace kontor;  // NOLINT(google-build-using-namespace): a program of its own

constexpr std::int64_t kTick = 10;  // raw units: price scale 2, tick 0.1
constexpr std::int64_t kFirstPrice = 6'180'000;

/// One instrument with plenty of money.
struct World {
  explicit World(InstrumentKind kind = InstrumentKind::spot) {
    InstrumentSpecification specification;
    specification.name = InstrumentName{"bench", "BTCUSDT"};
    specification.kind = kind;
    specification.base = "BTC";
    specification.quote = "USDT";
    specification.tick = Decimal{1, 1};
    specification.step = Decimal{1, 3};
    specification.min_quantity = Decimal{1, 3};
    specification.min_notional = Decimal{5, 0};
    specification.maker_fee = Decimal{1, 3};
    specification.taker_fee = Decimal{1, 3};
    specification.data_price_scale = 2;
    specification.data_quantity_scale = 5;
    id = instruments.add(specification).value();
  }

  [[nodiscard]] sim::SimVenue venue() const {
    sim::SimSettings settings;
    settings.rules.max_open_orders = 1'000;
    sim::SimVenue made(instruments, settings);
    made.deposit(Money{Amount::from_decimal(Decimal{1'000'000'000, 0}), instruments[id].quote()});
    if (instruments[id].is_spot()) {
      made.deposit(Money{Amount::from_decimal(Decimal{10'000, 0}), instruments[id].base()});
    }
    return made;
  }
  [[nodiscard]] NewOrder order(std::uint64_t number, Side side, OrderType type,
                               RawPrice limit = RawPrice()) const {
    NewOrder order;
    order.id = OrderId(number);
    order.instrument = id;
    order.side = side;
    order.type = type;
    order.quantity = RawQuantity(1'000);
    order.limit_price = limit;
    return order;
  }

  InstrumentTable instruments;
  InstrumentId id;
};

std::vector<Bar> random_bars(InstrumentId instrument, std::size_t count) {
  Prng prng(5);
  std::vector<Bar> bars(count);
  std::int64_t price = kFirstPrice;
  TimeNs time = 1'700'000'040 * kSecond;
  for (Bar& bar : bars) {
    bar.instrument = instrument;
    bar.ts_open = time;
    time += kMinute;
    bar.ts_venue = time;
    bar.ts_recv = time;
    bar.open = RawPrice(price);
    price += (static_cast<std::int64_t>(prng.below(201)) - 100) * kTick;
    price = std::max<std::int64_t>(price, kFirstPrice / 2);
    bar.close = RawPrice(price);
    bar.high =
        RawPrice(std::max(bar.open, bar.close).units + static_cast<std::int64_t>(prng.below(50)) * kTick);
    bar.low =
        RawPrice(std::min(bar.open, bar.close).units - static_cast<std::int64_t>(prng.below(50)) * kTick);
    bar.volume = RawQuantity(static_cast<std::int64_t>(prng.below(1'000)) * 100'000);
  }
  return bars;
}

/// Few enough to stay in the cache: the venue is measured, not the memory.
constexpr std::size_t kBars = 65'536;

/// Bars past a venue without orders.
void BM_sim_bars_idle(benchmark::State& state) {
  const World world;
  const auto bars = random_bars(world.id, kBars);
  sim::SimVenue venue = world.venue();
  for (auto _ : state) {
    for (const Bar& bar : bars) venue.on_bar(bar);
    benchmark::DoNotOptimize(venue.reports().size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bars.size()));
}
BENCHMARK(BM_sim_bars_idle)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Market orders over bars, one in 25, through the link both ways; items are orders. What the bars themselves
/// cost is in the figure: 25 idle ones for each order.
void market_orders(benchmark::State& state, InstrumentKind kind) {
  const World world(kind);
  const auto bars = random_bars(world.id, kBars);
  std::int64_t orders = 0;
  for (auto _ : state) {
    sim::SimVenue venue = world.venue();
    sim::SimLink link{sim::LatencySettings{}};
    std::uint64_t number = 0;
    std::int64_t filled = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
      if (link.next_arrival() < bars[i].ts_venue) {
        const auto& arrived = link.pop_arrival();
        venue.on_command(arrived.command, arrived.arrival);
        link.push_reports(venue.reports());
        venue.clear_reports();
      }
      venue.on_bar(bars[i]);
      if (!venue.reports().empty()) {
        link.push_reports(venue.reports());
        venue.clear_reports();
      }
      while (link.next_delivery() <= bars[i].ts_venue) {
        filled += std::holds_alternative<Fill>(link.pop_delivery().report) ? 1 : 0;
      }
      if (i % 25 != 0) continue;
      ++number;
      link.send(world.order(number, number % 2 == 0 ? Side::sell : Side::buy, OrderType::market),
                bars[i].ts_venue);
    }
    orders += static_cast<std::int64_t>(number);
    benchmark::DoNotOptimize(filled);
    if (static_cast<std::uint64_t>(filled) + 1 < number) state.SkipWithError("orders did not fill");
  }
  state.SetItemsProcessed(orders);
}
void BM_sim_bars_market_orders(benchmark::State& state) { market_orders(state, InstrumentKind::spot); }
void BM_sim_bars_market_orders_perpetual(benchmark::State& state) {
  market_orders(state, InstrumentKind::linear_perpetual);
}
BENCHMARK(BM_sim_bars_market_orders)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sim_bars_market_orders_perpetual)->Unit(benchmark::kMillisecond)->UseRealTime();

/// A strategy that keeps ten limit orders on either side, a tick apart, and lays them anew in turn: order
/// number n is replaced at every `kRequote`-th event.
class Quoter {
 public:
  Quoter(const World& world, sim::SimVenue& venue) : world_(world), venue_(venue) {
    live_.resize(20);
    for (std::size_t i = 0; i < live_.size(); ++i) place(i, kFirstPrice, 1);
  }

  void requote(std::int64_t mid, TimeNs now) {
    const std::size_t place_of = next_++ % live_.size();
    venue_.on_command(CancelOrder{live_[place_of], world_.id}, now);
    place(place_of, mid, now);
    venue_.clear_reports();
  }

 private:
  void place(std::size_t i, std::int64_t mid, TimeNs now) {
    const Side side = i % 2 == 0 ? Side::buy : Side::sell;
    const auto depth = static_cast<std::int64_t>(1 + i / 2) * kTick;
    const RawPrice price(mid / kTick * kTick - sign_of(side) * depth);
    live_[i] = OrderId(++number_);
    venue_.on_command(world_.order(number_, side, OrderType::limit, price), now);
  }

  const World& world_;
  sim::SimVenue& venue_;
  std::vector<OrderId> live_;
  std::uint64_t number_ = 0;
  std::size_t next_ = 0;
};

std::vector<Trade> random_trades(InstrumentId instrument, std::size_t count) {
  Prng prng(11);
  std::vector<Trade> trades(count);
  std::int64_t mid = kFirstPrice;
  TimeNs time = kSecond;
  for (Trade& trade : trades) {
    if (prng.below(20) == 0) mid += (prng.below(2) == 0 ? 1 : -1) * kTick;
    trade.instrument = instrument;
    trade.ts_venue = time += 20 * kMillisecond;
    trade.ts_recv = time;
    trade.aggressor = prng.below(2) == 0 ? Side::buy : Side::sell;
    trade.price = RawPrice(mid + sign_of(trade.aggressor) * kTick / 2);
    trade.quantity = RawQuantity(static_cast<std::int64_t>(prng.below(50'000)) + 1);
  }
  return trades;
}

/// Trades past twenty resting orders, of which one is laid anew every 100 trades; items are trades.
void BM_sim_trades(benchmark::State& state) {
  const World world;
  const auto trades = random_trades(world.id, 1'000'000);
  for (auto _ : state) {
    sim::SimVenue venue = world.venue();
    Quoter quoter(world, venue);
    std::size_t count = 0;
    for (const Trade& trade : trades) {
      venue.on_trade(trade);
      if (++count % 100 == 0) quoter.requote(trade.price.units, trade.ts_venue);
    }
    benchmark::DoNotOptimize(venue.open_orders());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(trades.size()));
}
BENCHMARK(BM_sim_trades)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One message of a depth stream, with the trade that came before it.
struct Message {
  std::size_t first = 0;
  std::size_t size = 0;
  std::int64_t mid = 0;
  Trade trade;
};

/// A stream of messages of twenty level changes, the depth distributed as in a recording of a BTC perpetual:
/// the distance to the touch log-normal with a median of 400 ticks, one change in 25 at the first two ticks,
/// every fifth removes; each message brings one trade at the touch.
class DepthStream {
 public:
  DepthStream(InstrumentId instrument, std::size_t messages) {
    Prng prng(3);
    std::int64_t mid = kFirstPrice;
    for (std::size_t i = 0; i < messages; ++i) {
      Message message{changes.size(), 20, mid, Trade{}};
      message.trade.instrument = instrument;
      message.trade.ts_venue = static_cast<TimeNs>(i + 1) * 100 * kMillisecond;
      message.trade.aggressor = prng.below(2) == 0 ? Side::buy : Side::sell;
      message.trade.price = RawPrice(mid + sign_of(message.trade.aggressor) * kTick);
      message.trade.quantity = RawQuantity(static_cast<std::int64_t>(prng.below(20'000)) + 1);
      if (prng.below(3) == 0) {
        const bool up = prng.below(2) == 0;
        mid += (up ? 1 : -1) * kTick;
        message.mid = mid;
        changes.push_back(
            {RawPrice(mid), RawQuantity(), up ? Side::sell : Side::buy});  // the side that gave way
      }
      while (changes.size() < message.first + message.size) changes.push_back(next(prng, mid));
      messages_.push_back(message);
    }
  }
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  [[nodiscard]] BookUpdate update(const Message& message) const {
    return BookUpdate{message.trade.instrument, message.trade.ts_venue, message.trade.ts_venue, false,
                      std::span(changes).subspan(message.first, message.size)};
  }
  std::vector<BookLevelChange> changes;

 private:
  static BookLevelChange next(Prng& prng, std::int64_t mid) {
    double normal = -6;
    for (int i = 0; i < 12; ++i) normal += prng.uniform();
    auto depth = static_cast<std::int64_t>(std::exp2(8.64 + 2.3 * normal));
    if (prng.below(25) == 0) depth = static_cast<std::int64_t>(prng.below(2));
    const Side side = prng.below(2) == 0 ? Side::buy : Side::sell;
    const auto quantity = prng.below(5) == 0 ? 0 : static_cast<std::int64_t>(prng.below(100'000)) + 1;
    return {RawPrice(mid - sign_of(side) * (depth + 1) * kTick), RawQuantity(quantity), side};
  }
  std::vector<Message> messages_;
};

/// The depth stream past twenty resting orders, of which one is laid anew with every message; items are level
/// changes.
void BM_sim_book(benchmark::State& state) {
  const World world;
  const DepthStream stream(world.id, 50'000);
  for (auto _ : state) {
    sim::SimVenue venue = world.venue();
    for (std::size_t i = 0; i < 1'000; ++i) venue.on_book(stream.update(stream.messages()[i]));
    Quoter quoter(world, venue);
    for (const Message& message : stream.messages()) {
      venue.on_trade(message.trade);
      venue.on_book(stream.update(message));
      quoter.requote(message.mid, message.trade.ts_venue);
    }
    benchmark::DoNotOptimize(venue.open_orders());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(stream.changes.size()));
}
BENCHMARK(BM_sim_book)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same stream into the book alone: the floor of the figure before.
void BM_sim_book_floor(benchmark::State& state) {
  const World world;
  const DepthStream stream(world.id, 50'000);
  for (auto _ : state) {
    Book book;
    for (const Message& message : stream.messages()) book.apply(stream.update(message));
    benchmark::DoNotOptimize(book.best_bid());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(stream.changes.size()));
}
BENCHMARK(BM_sim_book_floor)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
