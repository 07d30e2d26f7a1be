#include <array>
#include <list>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "base/prng.hpp"
#include "venue/sim/matching_engine_test_support.hpp"

namespace kontor::sim {
namespace {

using test::copy;
using test::Events;
using Kind = MatchingEventKind;

/// The rules once more, as plainly as they can be written: one sorted list of orders per side, walked from
/// the front.
class Reference {
 public:
  struct Order {
    MatchingOrder order;
    std::int64_t open = 0;
  };

  Events submit(const MatchingOrder& order) {
    events_.clear();
    if (order.quantity.units <= 0) return refuse(Kind::rejected, order, RejectReason::below_min_quantity);
    if (locate(order.id) != nullptr) return refuse(Kind::rejected, order, RejectReason::duplicate_order);
    if (order.post_only && crosses(order))
      return refuse(Kind::rejected, order, RejectReason::post_only_would_take);
    Order taker{order, order.quantity.units};
    report(Kind::accepted, taker);
    if (order.time_in_force == TimeInForce::fill_or_kill && !fills(taker)) {
      report(Kind::canceled, taker, RejectReason::fill_or_kill_unfilled);
      return events_;
    }
    const bool self_trade = match(taker);
    const bool market = order.type == OrderType::market;
    const bool rests = !market && order.time_in_force != TimeInForce::immediate_or_cancel && !self_trade;
    if (taker.open > 0 && rests) insert(taker);
    if (taker.open > 0 && !rests) {
      const auto other = market ? RejectReason::no_market_price : RejectReason::none;
      report(Kind::canceled, taker, self_trade ? RejectReason::self_trade : other);
    }
    return events_;
  }

  Events cancel(OrderId id) {
    events_.clear();
    const Order* found = locate(id);
    if (found == nullptr) return refuse(Kind::cancel_rejected, {.id = id}, RejectReason::unknown_order);
    report(Kind::canceled, *found);
    erase(id);
    return events_;
  }

  Events amend(OrderId id, RawPrice price, RawQuantity quantity) {
    events_.clear();
    Order* found = locate(id);
    if (found == nullptr) return refuse(Kind::amend_rejected, {.id = id}, RejectReason::unknown_order);
    const std::int64_t filled = found->order.quantity.units - found->open;
    MatchingOrder changed = found->order;
    changed.limit_price = price;
    changed.quantity = quantity;
    if (quantity.units <= 0) {
      report(Kind::amend_rejected, *found, RejectReason::below_min_quantity);
    } else if (quantity.units <= filled) {
      report(Kind::canceled, *found);
      erase(id);
    } else if (price == found->order.limit_price && quantity <= found->order.quantity) {
      *found = Order{changed, quantity.units - filled};
      report(Kind::reduced, *found);
    } else if (changed.post_only && crosses(changed)) {
      report(Kind::amend_rejected, *found, RejectReason::post_only_would_take);
    } else {
      erase(id);
      Order moved{changed, quantity.units - filled};
      report(Kind::replaced, moved);
      const bool self_trade = match(moved);
      if (moved.open > 0 && self_trade) report(Kind::canceled, moved, RejectReason::self_trade);
      if (moved.open > 0 && !self_trade) insert(moved);
    }
    return events_;
  }

  [[nodiscard]] const std::list<Order>& orders(Side side) const {
    return sides_[static_cast<std::size_t>(side)];
  }

 private:
  std::list<Order>& side(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  static bool trades_at(const MatchingOrder& taker, const MatchingOrder& maker) {
    if (taker.type == OrderType::market) return true;
    return taker.side == Side::buy ? taker.limit_price >= maker.limit_price
                                   : taker.limit_price <= maker.limit_price;
  }
  bool crosses(const MatchingOrder& order) {
    const auto& makers = side(opposite(order.side));
    return !makers.empty() && trades_at(order, makers.front().order);
  }
  static bool is_self_trade(const MatchingOrder& taker, const MatchingOrder& maker) {
    return taker.self_trade_prevention != SelfTradePrevention::none && taker.participant.value != 0 &&
           taker.participant == maker.participant;
  }
  Order* locate(OrderId id) {
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : &*found->second;
  }
  void erase(OrderId id) {
    const auto place = places_.at(id);
    places_.erase(id);
    side(place->order.side).erase(place);
  }
  void insert(const Order& order) {
    auto& orders = side(order.order.side);
    auto at = orders.begin();
    const auto sign = sign_of(order.order.side);
    while (at != orders.end() && sign * at->order.limit_price.units >= sign * order.order.limit_price.units)
      ++at;
    places_[order.order.id] = orders.insert(at, order);
  }
  bool fills(const Order& taker) {
    std::int64_t found = 0;
    for (const auto& maker : side(opposite(taker.order.side))) {
      if (!trades_at(taker.order, maker.order)) break;
      if (!is_self_trade(taker.order, maker.order)) {
        found += maker.open;
      } else if (taker.order.self_trade_prevention != SelfTradePrevention::cancel_maker) {
        break;
      }
    }
    return found >= taker.open;
  }
  bool match(Order& taker) {
    auto& makers = side(opposite(taker.order.side));
    while (taker.open > 0 && !makers.empty() && trades_at(taker.order, makers.front().order)) {
      Order& maker = makers.front();
      if (is_self_trade(taker.order, maker.order)) {
        const auto mode = taker.order.self_trade_prevention;
        if (mode != SelfTradePrevention::cancel_taker) {
          report(Kind::canceled, maker, RejectReason::self_trade);
          erase(maker.order.id);
        }
        if (mode != SelfTradePrevention::cancel_maker) return true;
        continue;
      }
      const std::int64_t quantity = std::min(taker.open, maker.open);
      taker.open -= quantity;
      maker.open -= quantity;
      events_.push_back(MatchingEvent{.kind = Kind::trade,
                                      .side = taker.order.side,
                                      .order = taker.order.id,
                                      .maker = maker.order.id,
                                      .price = maker.order.limit_price,
                                      .quantity = RawQuantity(quantity),
                                      .open = RawQuantity(taker.open),
                                      .maker_open = RawQuantity(maker.open)});
      if (maker.open == 0) erase(maker.order.id);
    }
    return false;
  }
  Events refuse(Kind kind, const MatchingOrder& order, RejectReason reason) {
    report(kind, Order{order, order.quantity.units}, reason);
    return events_;
  }
  void report(Kind kind, const Order& order, RejectReason reason = RejectReason::none) {
    events_.push_back(
        MatchingEvent{.kind = kind,
                      .side = order.order.side,
                      .reason = reason,
                      .order = order.order.id,
                      .price = order.order.type == OrderType::market ? RawPrice() : order.order.limit_price,
                      .quantity = order.order.quantity,
                      .open = RawQuantity(order.open)});
  }

  std::array<std::list<Order>, 2> sides_;  ///< by Side; best and oldest first
  std::map<OrderId, std::list<Order>::iterator> places_;
  Events events_;
};

struct Scenario {
  const char* name;
  std::uint64_t seed;
  std::uint64_t operations;
  std::int64_t levels;  ///< prices lie this many ticks around the middle
  std::int64_t tick;
  std::uint64_t participants;
  std::uint64_t cancels;  ///< percent of the operations
};

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

class MatchingEngineAgainstReference : public testing::TestWithParam<Scenario> {
 protected:
  template <class Enum>
  Enum any(std::size_t count) {
    return static_cast<Enum>(prng_.below(count));
  }
  RawPrice any_price() {
    const auto offset =
        static_cast<std::int64_t>(prng_.below(static_cast<std::uint64_t>(2 * GetParam().levels + 1)));
    return RawPrice(1'000'000 + (offset - GetParam().levels) * GetParam().tick);
  }
  OrderId any_known() { return OrderId(last_id_ - prng_.below(std::min<std::uint64_t>(last_id_, 200))); }

  MatchingOrder any_order() {
    const std::uint64_t shape = prng_.below(20);
    MatchingOrder order{.id = prng_.below(100) == 0 && last_id_ > 0 ? any_known() : OrderId(++last_id_),
                        .participant = ParticipantId(any<std::uint32_t>(GetParam().participants)),
                        .side = any<Side>(2),
                        .self_trade_prevention = any<SelfTradePrevention>(4),
                        .quantity = RawQuantity(static_cast<std::int64_t>(prng_.below(50))),
                        .limit_price = any_price()};
    if (shape == 0) order.type = OrderType::market;
    if (shape == 1) order.time_in_force = TimeInForce::immediate_or_cancel;
    if (shape == 2) order.time_in_force = TimeInForce::fill_or_kill;
    if (shape >= 3 && shape < 8) order.post_only = true;
    return order;
  }

  void step() {
    const std::uint64_t draw = prng_.below(100);
    if (last_id_ == 0 || draw >= GetParam().cancels + 8) {
      const MatchingOrder order = any_order();
      const auto events = engine_.submit(order);
      ASSERT_EQ(copy(events), reference_.submit(order));
      check_conservation(order.quantity.units, events);
    } else if (draw < GetParam().cancels) {
      const OrderId id = any_known();
      ASSERT_EQ(copy(engine_.cancel(id)), reference_.cancel(id));
    } else {
      const OrderId id = any_known();
      const RawPrice price =
          prng_.below(2) == 0 ? engine_.find(id).value_or(RestingOrder{}).price : any_price();
      const RawQuantity quantity(static_cast<std::int64_t>(prng_.below(60)));
      ASSERT_EQ(copy(engine_.amend(id, price, quantity)), reference_.amend(id, price, quantity));
    }
    const BookLevel bid = engine_.best(Side::buy);
    const BookLevel ask = engine_.best(Side::sell);
    ASSERT_TRUE(bid.quantity.is_zero() || ask.quantity.is_zero() || bid.price < ask.price)
        << "the book is crossed";
  }

  /// What an accepted order asked for was traded, canceled, or rests.
  void check_conservation(std::int64_t quantity, std::span<const MatchingEvent> events) {
    if (events.front().kind != Kind::accepted) return;
    const OrderId id = events.front().order;
    std::int64_t accounted = 0;
    for (const auto& event : events) {
      if (event.order != id) continue;
      if (event.kind == Kind::trade) accounted += event.quantity.units;
      if (event.kind == Kind::canceled) accounted += event.open.units;
    }
    if (const auto resting = engine_.find(id)) accounted += resting->open.units;
    ASSERT_EQ(accounted, quantity);
  }

  void expect_same_book() {
    for (const Side side : {Side::buy, Side::sell}) {
      std::vector<std::tuple<std::uint64_t, std::int64_t, std::int64_t>> found;
      engine_.for_each_level(side, SIZE_MAX, [&](const DepthLevel& level) {
        std::int64_t open = 0;
        std::uint32_t orders = 0;
        engine_.for_each_order(side, level.price, [&](OrderId id, const RestingOrder& order) {
          found.emplace_back(id.value, order.price.units, order.open.units);
          open += order.open.units;
          ++orders;
        });
        EXPECT_EQ(level.quantity.units, open);
        EXPECT_EQ(level.orders, orders);
      });
      std::vector<std::tuple<std::uint64_t, std::int64_t, std::int64_t>> expected;
      for (const auto& order : reference_.orders(side)) {
        expected.emplace_back(order.order.id.value, order.order.limit_price.units, order.open);
      }
      ASSERT_EQ(found, expected);
    }
  }

  Prng prng_{GetParam().seed};
  MatchingEngine engine_;
  Reference reference_;
  std::uint64_t last_id_ = 0;
};

TEST_P(MatchingEngineAgainstReference, GivesTheSameTradesAndTheSameBook) {
  for (std::uint64_t i = 0; i < GetParam().operations; ++i) {
    ASSERT_NO_FATAL_FAILURE(step()) << "operation " << i;
    if (i % 2'000 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_same_book()) << "operation " << i;
    }
  }
  expect_same_book();
  EXPECT_GT(last_id_, GetParam().operations / 3);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, MatchingEngineAgainstReference,
                         testing::Values(Scenario{"few prices, much trading", 1, 400'000, 3, 1, 4, 40},
                                         Scenario{"many levels", 2, 300'000, 40, 100, 6, 44},
                                         Scenario{"mostly the same participant", 3, 200'000, 6, 1, 2, 42},
                                         Scenario{"prices beyond the window", 4, 100'000, 30, 25'000'000, 5,
                                                  44}));

}  // namespace
}  // namespace kontor::sim
