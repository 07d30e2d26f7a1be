// No order that is sent can violate what its venue publishes: wishes of any price and size, for the recorded
// instruments and for ones made up, either are refused before they leave, or the request that would leave
// keeps every filter, as somebody else reads request and filters.

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "emulator/binance/parameters.hpp"
#include "emulator/bybit/parameters.hpp"
#include "risk/filters.hpp"
#include "tests/support/test_data.hpp"
#include "venue/binance/protocol.hpp"
#include "venue/bybit/protocol.hpp"
#include "venue/live/listed_rules.hpp"
#include "venue/live/order_filters.hpp"
#include "venue/live/translate.hpp"

namespace kontor::live {
namespace {

namespace fs = std::filesystem;
using venue::InstrumentListed;
using venue::Product;

constexpr int kWishesOfAnInstrument = 60;
constexpr TimeNs kWishTime = 1'700'000'000 * kSecond;

/// An instrument with texts of its own.
struct Published {
  std::string symbol;
  std::string base;
  std::string quote;
  Product product = Product::spot;
  InstrumentListed rules{};
};

class PublishedSink final : public venue::MessageSink {
 public:
  explicit PublishedSink(Product product) : product_(product) {}
  void take(const venue::Message& message) override {
    const auto* const listed = std::get_if<InstrumentListed>(&message);
    if (listed == nullptr || listed->tick.units <= 0 || listed->step.units <= 0) return;
    Published& one = all.emplace_back(Published{.symbol = std::string(listed->symbol),
                                                .base = std::string(listed->base),
                                                .quote = std::string(listed->quote),
                                                .product = product_,
                                                .rules = *listed});
    one.rules.symbol = one.symbol;
    one.rules.base = one.base;
    one.rules.quote = one.quote;
    one.rules.settle = one.rules.status_text = {};
  }
  std::deque<Published> all;

 private:
  Product product_;
};

std::unique_ptr<venue::Protocol> protocol_of(std::string_view venue) {
  return venue == "binance" ? binance::make_protocol() : bybit::make_protocol();
}

// ---- what the venue would check, in plain integers of its own

using Wide = int128;

/// At eighteen places.
Wide wide(const Decimal& value) { return static_cast<Wide>(value.units) * kPowersOfTen[18 - value.scale]; }

bool is_whole(const Decimal& value, const Decimal& grid) {
  return grid.units <= 0 || wide(value) % wide(grid) == 0;
}

/// a × b ≤ c × d.
bool is_product_within(const Decimal& a, const Decimal& b, const Decimal& c, const Decimal& d) {
  const auto left = static_cast<long double>(a.normalized().units) * b.normalized().units;
  const auto right = static_cast<long double>(c.normalized().units) * d.normalized().units;
  const int places =
      a.normalized().scale + b.normalized().scale - c.normalized().scale - d.normalized().scale;
  Wide small = static_cast<Wide>(a.normalized().units) * b.normalized().units;
  Wide large = static_cast<Wide>(c.normalized().units) * d.normalized().units;
  for (int i = 0; i < places; ++i)
    if (__builtin_mul_overflow(large, Wide{10}, &large)) return right >= 0;
  for (int i = 0; i < -places; ++i)
    if (__builtin_mul_overflow(small, Wide{10}, &small)) return left <= 0;
  return small <= large;
}

/// What a request asks for.
struct Requested {
  bool buys = false;
  bool is_market = false;
  bool is_plain_limit = false;
  bool only_closes = false;
  Decimal quantity;
  std::optional<Decimal> price;
  std::optional<Decimal> trigger;
};

/// The first filter that is broken; empty: none.
std::string broken_filter(const InstrumentListed& rules, const Requested& order, const Decimal& market) {
  const auto out_of = [](const Decimal& value, const Decimal& least, const Decimal& most) {
    return value < least || (most.units > 0 && value > most);
  };
  if (order.quantity.units <= 0 || out_of(order.quantity, rules.min_quantity, rules.max_quantity))
    return "LOT_SIZE";
  if (!is_whole(order.quantity, rules.step)) return "LOT_SIZE step";
  if (order.is_market && (out_of(order.quantity, rules.market_min_quantity, rules.market_max_quantity) ||
                          !is_whole(order.quantity, rules.market_step)))
    return "MARKET_LOT_SIZE";
  for (const auto& price : {order.price, order.trigger}) {
    if (!price) continue;
    if (price->units <= 0 || out_of(*price, rules.min_price, rules.max_price)) return "PRICE_FILTER";
    if (!is_whole(*price, rules.tick)) return "PRICE_FILTER tick";
  }
  const Decimal reference = order.price ? *order.price : order.trigger ? *order.trigger : market;
  const Decimal one{1, 0};
  if (!order.only_closes && !is_product_within(rules.min_notional, one, reference, order.quantity))
    return "MIN_NOTIONAL";
  if (rules.max_notional.units > 0 && !is_product_within(reference, order.quantity, rules.max_notional, one))
    return "NOTIONAL";
  if (!order.is_plain_limit) return {};
  const Decimal& up = order.buys ? rules.bid_price_up : rules.ask_price_up;
  const Decimal& down = order.buys ? rules.bid_price_down : rules.ask_price_down;
  if (up.units > 0 && !is_product_within(*order.price, one, market, up)) return "PERCENT_PRICE";
  if (down.units > 0 && !is_product_within(market, down, *order.price, one)) return "PERCENT_PRICE";
  return {};
}

std::optional<Decimal> number_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return Decimal::parse(text).value();
}

Requested read_binance_request(const net::HttpRequest& request) {
  emulator::binance::Parameters said;
  EXPECT_TRUE(said.add_query(std::string_view(request.url).substr(request.url.find('?') + 1)));
  const bool is_conditional = said.has("triggerPrice") || said.has("stopPrice");
  return {.buys = said.text("side") == "BUY",
          .is_market = !said.has("price"),
          .is_plain_limit = said.has("price") && !is_conditional,
          .only_closes = said.text("reduceOnly") == "true",
          .quantity = number_in(said.text("quantity")).value_or(Decimal{}),
          .price = number_in(said.text("price")),
          .trigger = number_in(said.text(said.has("triggerPrice") ? "triggerPrice" : "stopPrice"))};
}

Requested read_bybit_request(const net::HttpRequest& request) {
  const auto said = emulator::bybit::Parameters::from_json(request.body);
  EXPECT_TRUE(said);
  return {.buys = said->get("side") == "Buy",
          .is_market = said->get("orderType") == "Market",
          .is_plain_limit = said->has("price") && !said->has("triggerPrice"),
          .only_closes = said->get("reduceOnly") == "true",
          .quantity = number_in(said->get("qty")).value_or(Decimal{}),
          .price = number_in(said->get("price")),
          .trigger = number_in(said->get("triggerPrice"))};
}

// ---- wishes

/// Sizes and prices that are likely to be wrong: at bounds, beside the grid, far away.
std::int64_t pick(Prng& prng, std::int64_t usual, std::initializer_list<std::int64_t> bounds) {
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(prng.below(static_cast<std::uint64_t>(high - low) + 1));
  };
  switch (prng.below(6)) {
    case 0: return between(-2, 2);
    case 1: return static_cast<std::int64_t>(prng.below(INT64_MAX));
    case 2: {
      const auto* const bound = bounds.begin() + prng.below(bounds.size());
      return *bound > INT64_MAX - 2 ? *bound : *bound + between(-1, 1);
    }
    default: return between(usual / 4, usual > INT64_MAX / 4 ? usual : usual * 3);
  }
}

NewOrder wish_for(Prng& prng, const Instrument& instrument, RawPrice market, std::uint64_t id) {
  constexpr OrderType kTypes[] = {
      OrderType::market,           OrderType::limit,      OrderType::limit,
      OrderType::stop_market,      OrderType::stop_limit, OrderType::take_profit_market,
      OrderType::take_profit_limit};
  NewOrder order;
  order.id = OrderId(id);
  order.instrument = instrument.id();
  order.side = prng.below(2) == 0 ? Side::buy : Side::sell;
  order.type = kTypes[prng.below(std::size(kTypes))];
  order.reduce_only = !instrument.is_spot() && prng.below(5) == 0;
  const Amount wanted = instrument.min_notional() + instrument.min_notional();
  const std::int64_t usual =
      std::max<std::int64_t>({instrument.quantity_for(wanted, market).units,
                              instrument.min_quantity().units * 2, 10 * instrument.step().units});
  order.quantity = RawQuantity(
      pick(prng, usual,
           {instrument.min_quantity().units, instrument.max_quantity().units, instrument.step().units}));
  const auto price = [&] {
    return RawPrice(pick(prng, market.units, {instrument.tick().units, market.units}));
  };
  if (has_limit_price(order.type)) order.limit_price = price();
  if (has_trigger(order.type)) order.trigger_price = price();
  if (prng.below(4) == 0) return order;
  // Most strategies round before they ask.
  order.quantity = instrument.floor_to_step(order.quantity);
  order.limit_price = instrument.round_to_tick(order.limit_price, Rounding::half_even);
  order.trigger_price = instrument.round_to_tick(order.trigger_price, Rounding::half_even);
  return order;
}

/// A price in the middle of what the instrument allows, where a usual order has a usual size.
RawPrice market_price_of(Prng& prng, const Instrument& instrument) {
  const std::int64_t ticks = 1'000 + static_cast<std::int64_t>(prng.below(1'000'000));
  return RawPrice(std::min(ticks, INT64_MAX / 8 / instrument.tick().units) * instrument.tick().units);
}

struct Counts {
  int instruments = 0;
  int refused_by_risk = 0;
  int refused_at_the_door = 0;
  int refused_in_words = 0;
  int sent = 0;
};

class FilterProperty : public testing::Test {
 protected:
  /// All wishes of one instrument.
  void check(const std::string& venue, const Published& published, Prng& prng) {
    const bool is_spot = published.product == Product::spot;
    InstrumentTable table;
    const auto added =
        table.add(specification_of(published.rules, {venue, published.symbol},
                                   is_spot ? InstrumentKind::spot : InstrumentKind::linear_perpetual));
    if (!added) return unusable.push_back(added.error().message);
    ++counts.instruments;
    const Instrument& instrument = table[*added];
    auto terms = terms_of(instrument, published.rules);
    ASSERT_TRUE(terms) << published.symbol << ": " << terms.error().message;
    terms->is_trading = true;
    ASSERT_TRUE(table.change(*added, *terms)) << published.symbol;
    const auto protocol = protocol_of(venue);
    OrderFilters filters(table);
    filters.learn(*added, published.rules);
    const RawPrice market = market_price_of(prng, instrument);
    filters.hear(Trade{.instrument = *added, .price = market, .quantity = RawQuantity(1), .id = {}});
    for (int i = 0; i < kWishesOfAnInstrument; ++i) {
      const NewOrder order = wish_for(prng, instrument, market, static_cast<std::uint64_t>(i + 1));
      check_wish(*protocol, published, instrument, order, market, filters);
      if (HasFailure()) return;
      filters.hear(venue::RequestFailed{order.id, venue::Failure::refused});
    }
  }

  void check_wish(venue::Protocol& protocol, const Published& published, const Instrument& instrument,
                  const NewOrder& order, RawPrice market, OrderFilters& filters) {
    const Decimal market_price = instrument.price(market).value;
    const venue::PlaceOrder placed = place_order(instrument, order, fmt::format("wish-{}", order.id.value));
    const Requested wish{.buys = order.side == Side::buy,
                         .is_market = !has_limit_price(order.type),
                         .is_plain_limit = order.type == OrderType::limit,
                         .only_closes = placed.reduce_only,
                         .quantity = placed.quantity,
                         .price = placed.price,
                         .trigger = placed.trigger_price};
    const RejectReason reason = filters.admit(order);
    // A price of zero is no price for an order, and the door says so.
    const bool lacks_price =
        (has_limit_price(order.type) && !placed.price) || (has_trigger(order.type) && !placed.trigger_price);
    const std::string broken = lacks_price ? "no price" : broken_filter(published.rules, wish, market_price);
    ASSERT_EQ(reason == RejectReason::none, broken.empty())
        << describe(published, wish) << "\nbroken: " << broken << ", refused for "
        << boost::describe::enum_to_string(reason, "?");
    risk::Reasons refusals;
    risk::check_filters(instrument, order, market, kWishTime, refusals);
    if (!refusals.empty()) {
      ++counts.refused_by_risk;
    } else if (reason != RejectReason::none) {
      ++counts.refused_at_the_door;
    }
    if (!refusals.empty() || reason != RejectReason::none) return;
    static const venue::Credentials credentials{"key", "secret"};
    const auto request = protocol.encode(
        placed,
        {.product = published.product, .clock = kWishTime, .credentials = &credentials, .id = "wish"});
    if (!request) {
      ++counts.refused_in_words;
      ASSERT_EQ(request.error().kind, ErrorKind::usage);
      return;
    }
    ++counts.sent;
    const Requested sent =
        protocol.venue() == "binance" ? read_binance_request(*request) : read_bybit_request(*request);
    ASSERT_EQ(broken_filter(published.rules, sent, market_price), "") << describe(published, sent);
    // Nothing is rounded on the way.
    ASSERT_TRUE(sent.quantity == placed.quantity && sent.price == placed.price &&
                sent.trigger == placed.trigger_price)
        << describe(published, sent);
    ASSERT_EQ(sent.only_closes, placed.reduce_only);
  }

  static std::string describe(const Published& published, const Requested& order) {
    const auto text = [](const std::optional<Decimal>& value) { return value ? value->format() : "none"; };
    return fmt::format("{} {} {} at {} trigger {}", published.symbol, order.buys ? "buy" : "sell",
                       order.quantity.format(), text(order.price), text(order.trigger));
  }

  void check_file(const std::string& venue, Product product, const std::string& text, Prng& prng) {
    PublishedSink sink(product);
    const auto read =
        protocol_of(venue)->decode(text, {.product = product, .kind = venue::MessageKind::instruments}, sink);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_FALSE(sink.all.empty());
    for (const Published& one : sink.all) {
      check(venue, one, prng);
      if (HasFailure()) return;
    }
  }

  Counts counts;
  std::vector<std::string> unusable;  ///< instruments that cannot be made, and why
};

fs::path venue_files() { return kontor::test::real_data_folder().parent_path() / "venues"; }

TEST_F(FilterProperty, OfEveryRecordedInstrument) {
  if (kontor::test::real_data_folder().empty() || !fs::is_directory(venue_files() / "catalog"))
    GTEST_SKIP() << "no recorded messages: put them into ../shared/venues";
  Prng prng(4);
  const auto catalogue = [](std::string_view name) {
    return kontor::test::read_file(venue_files() / "catalog" / name);
  };
  check_file("binance", Product::spot, catalogue("binance_spot_exchangeInfo.json"), prng);
  check_file("binance", Product::linear, catalogue("binance_fapi_exchangeInfo.json"), prng);
  check_file("bybit", Product::spot, catalogue("bybit_instruments_spot.json"), prng);
  check_file("bybit", Product::linear, catalogue("bybit_instruments_linear.json"), prng);
  for (const auto& [name, product] :
       {std::pair("BINANCE.0", Product::spot), std::pair("BINANCE_FUTURES.0", Product::linear)}) {
    const std::string file = kontor::test::read_file(venue_files() / "samples/binance/cryptofeed" / name);
    const std::size_t begin = file.find('{');
    check_file("binance", product, file.substr(begin, file.find('\n', begin) - begin), prng);
  }
  EXPECT_EQ(unusable, std::vector<std::string>{});
  EXPECT_GT(counts.instruments, 1'000);
  EXPECT_GT(counts.sent, counts.instruments);
  EXPECT_GT(counts.refused_by_risk, counts.instruments);
  EXPECT_GT(counts.refused_at_the_door, 1'000);
  RecordProperty("sent", counts.sent);
}

Decimal grid(Prng& prng, int most_places) {
  constexpr std::int64_t kFirst[] = {1, 1, 1, 2, 5, 25};
  return {kFirst[prng.below(6)],
          static_cast<std::uint8_t>(prng.below(static_cast<std::uint64_t>(most_places) + 1))};
}

Decimal times(const Decimal& value, std::uint64_t factor) {
  return {value.units * static_cast<std::int64_t>(factor), value.scale};
}

/// Each rule is there or not, and some are finer than the grid, as venues have them.
Published made_up(Prng& prng, Product product) {
  Published one{.symbol = "MADEUP", .base = "MADE", .quote = "UP", .product = product};
  InstrumentListed& rules = one.rules;
  const auto is_listed = [&] { return prng.below(2) == 0; };
  rules.tick = grid(prng, 8);
  rules.step = grid(prng, 8);
  if (is_listed()) rules.min_price = times(rules.tick, 1 + prng.below(2'000));
  if (is_listed()) rules.max_price = times(rules.tick, 500'000 + prng.below(10'000'000));
  rules.min_quantity = times(rules.step, prng.below(100));
  rules.max_quantity = times(rules.step, is_listed() ? 10'000 + prng.below(1'000'000'000) : 0);
  if (is_listed()) rules.market_step = times(rules.step, 1 + prng.below(4));
  if (is_listed()) rules.market_min_quantity = times(rules.step, prng.below(200));
  if (is_listed())
    rules.market_max_quantity = {rules.step.units * 50'000 + static_cast<std::int64_t>(prng.below(7)),
                                 rules.step.scale};
  if (is_listed()) rules.min_notional = {static_cast<std::int64_t>(prng.below(1'000)), 1};
  if (is_listed()) rules.max_notional = {static_cast<std::int64_t>(1'000'000 + prng.below(1'000'000'000)), 0};
  if (is_listed()) rules.bid_price_up = rules.ask_price_up = {105, 2};
  if (is_listed()) rules.bid_price_down = rules.ask_price_down = {95, 2};
  return one;
}

TEST_F(FilterProperty, OfInstrumentsThatAreMadeUp) {
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    const Product product = seed % 2 == 0 ? Product::spot : Product::linear;
    const Published one = made_up(prng, product);
    for (const char* const venue : {"binance", "bybit"}) check(venue, one, prng);
    if (HasFailure()) return;
  }
  EXPECT_GT(counts.instruments, 1'000);
  EXPECT_GT(counts.sent, 2'000);
  EXPECT_GT(counts.refused_at_the_door, 1'000);
}

}  // namespace
}  // namespace kontor::live
