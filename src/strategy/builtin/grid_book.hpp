#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <boost/describe/class.hpp>

#include "execution/desired_orders.hpp"
#include "execution/order_state.hpp"
#include "model/position.hpp"
#include "strategy/builtin/grid_plan.hpp"

namespace kontor::strategy {

/// One level of the running grid, or with a buy price of zero the inventory of an earlier one, which is sold
/// at the price it was meant for and never bought again.
struct GridLevel {
  std::uint64_t tag = 0;  ///< on every order of the level: serial number × 256 + index in the grid
  RawPrice buy_price;
  RawPrice sell_price;
  RawQuantity quantity;  ///< bought when it is empty
  RawQuantity to_buy;    ///< still to be bought
  Position held;         ///< what is there to be sold, fees in base taken off, at its cost
  RawPrice asked;        ///< where it is offered; zero: not offered yet
  bool armed = false;    ///< the price has been above the buy price, so that a buy order can rest
  BOOST_DESCRIBE_CLASS(GridLevel, (), (tag, buy_price, sell_price, quantity, to_buy, held, asked, armed), (),
                       ())

  [[nodiscard]] bool is_carried() const noexcept { return buy_price.units == 0; }
};

/// What is known of the market when orders are worked out.
struct GridPrices {
  RawPrice mark;
  RawPrice ask;  ///< zero where no quote has been seen
};

/// An order of the grid that is open.
struct RestingOrder {
  std::uint64_t tag = 0;
  Side side = Side::buy;
  RawQuantity remaining;
};

/// The books of a grid: which level waits to buy, what each holds and at which cost, and from that the orders
/// that should be working. What a level buys is sold one line higher, sized by what was filled less fees
/// taken in base; a sale waits until it is worth the minimum, and rests are carried on. A rebuild carries all
/// inventory with it.
class GridBook {
 public:
  /// Carried levels beyond this are joined, the nearest two at the higher price.
  static constexpr std::size_t kMaxCarried = 64;

  /// Asked after a snapshot was read.
  [[nodiscard]] bool is_valid() const noexcept;
  [[nodiscard]] bool active() const noexcept { return active_; }
  [[nodiscard]] const std::vector<GridLevel>& levels() const noexcept { return levels_; }
  /// Everything that is held, rests included.
  [[nodiscard]] RawQuantity inventory() const noexcept;
  /// What the inventory has cost.
  [[nodiscard]] Amount inventory_cost() const noexcept;
  [[nodiscard]] std::uint64_t cycles() const noexcept { return cycles_; }
  /// Proceeds less cost of what has been sold, fees in quote not counted.
  [[nodiscard]] Amount realized() const noexcept { return realized_; }

  /// Replaces the grid by a plan that can be traded; what is held becomes carried inventory.
  void rebuild(const Instrument& instrument, const GridPlan& plan, Amount least_notional);
  /// Takes over inventory that the books do not know, to be sold at `sell_price`, or writes off what is gone.
  void reconcile(const Instrument& instrument, const Position& own, RawPrice sell_price);

  /// A level can buy once the price has been above its buy price.
  void arm(RawPrice price) noexcept;
  void on_fill(const Instrument& instrument, const Fill& fill, std::uint64_t tag, RawPrice orphan_sell_price);
  /// An order that the venue has ended by itself is placed anew when the market allows it.
  void on_refused(Side side, std::uint64_t tag) noexcept;

  /// The orders that should be working: buys from the nearest down, then sales from the nearest up.
  void desired(const Instrument& instrument, const GridPrices& prices, Amount least_notional,
               std::span<const RestingOrder> resting, std::vector<execution::DesiredOrder>& orders);

 private:
  [[nodiscard]] GridLevel* find(std::uint64_t tag) noexcept;
  void carry(const Instrument& instrument, GridLevel level, Amount least_notional);
  void join_carried();
  void reduce(const Instrument& instrument, RawQuantity quantity, RawPrice price);
  void sell_from(const Instrument& instrument, GridLevel& level, RawQuantity quantity, RawPrice price);
  void put_aside(Position& position) noexcept;
  void drop_empty(const Instrument& instrument);

  std::vector<GridLevel> levels_;  ///< the grid ascending, then what is carried
  std::uint64_t serial_ = 0;
  Position rest_;  ///< too little to be sold by itself; goes with the next purchase
  std::uint64_t cycles_ = 0;
  Amount realized_;
  bool active_ = false;

  BOOST_DESCRIBE_CLASS(GridBook, (), (), (), (levels_, serial_, rest_, cycles_, realized_, active_))
};

}  // namespace kontor::strategy
