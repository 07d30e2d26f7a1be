#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "execution/desired_orders.hpp"
#include "model/order.hpp"

namespace kontor::strategy {

/// An order to place. Id, strategy and group are filled in by the engine.
struct PlaceOrder {
  NewOrder order;
};

/// An entry with protection: the legs follow the entry's cumulative fill and cancel each other.
struct PlaceBracket {
  NewOrder entry;
  RawPrice stop_price;         ///< trigger of the protective stop; zero: none
  RawPrice target_price;       ///< limit of the take-profit; zero: none
  RawPrice stop_limit{};       ///< the stop becomes a limit order at this price; zero: a market order
  RawPrice trailing_offset{};  ///< the stop follows the best price at this distance; zero: it stays
};

/// A stop and a target for what is held already; a fill of one reduces the other.
struct PlaceOneCancelsOther {
  InstrumentId instrument;
  Side side = Side::sell;
  RawQuantity quantity;
  RawPrice stop_price;
  RawPrice target_price;
};

struct CancelIntent {
  OrderId order;
};
struct CancelAllIntent {
  InstrumentId instrument;
};
struct AmendIntent {
  AmendOrder amend;
};
/// The complete list of limit orders that should be working in the instrument: execution does the rest. It
/// holds, less what is filled of it, until the next list or until the strategy places, cancels or amends
/// limit orders there one by one. What the venue refuses comes again when the market has moved; what risk
/// refuses does not.
struct DesireOrders {
  InstrumentId instrument;
  std::uint32_t first = 0;  ///< range in Intents::desired()
  std::uint32_t count = 0;
};
struct SetTimer {
  TimeNs at = 0;
  std::uint64_t timer = 0;
};
/// A trade that the strategy wanted but did not ask for, and why (size below the minimum, say).
struct SkipEntry {
  std::string_view reason;  ///< a constant text
};

using Intent = std::variant<PlaceOrder, PlaceBracket, PlaceOneCancelsOther, CancelIntent, CancelAllIntent,
                            AmendIntent, DesireOrders, SetTimer, SkipEntry>;

/// What a strategy wants, in its order. A buffer that the engine hands out and reuses.
class Intents {
 public:
  void place(const NewOrder& order) { all_.emplace_back(PlaceOrder{order}); }
  void place(const PlaceBracket& bracket) { all_.emplace_back(bracket); }
  void place(const PlaceOneCancelsOther& pair) { all_.emplace_back(pair); }
  void cancel(OrderId order) { all_.emplace_back(CancelIntent{order}); }
  void cancel_all(InstrumentId instrument) { all_.emplace_back(CancelAllIntent{instrument}); }
  void amend(const AmendOrder& amend) { all_.emplace_back(AmendIntent{amend}); }
  void set_timer(TimeNs at, std::uint64_t timer) { all_.emplace_back(SetTimer{at, timer}); }
  void skip(std::string_view constant_reason) { all_.emplace_back(SkipEntry{constant_reason}); }

  /// A market order over `quantity`; the commonest wish of all.
  void market(InstrumentId instrument, Side side, RawQuantity quantity, std::uint64_t tag = 0) {
    NewOrder order;
    order.instrument = instrument;
    order.side = side;
    order.type = OrderType::market;
    order.quantity = quantity;
    order.tag = tag;
    place(order);
  }

  /// Begins the list of desired orders for an instrument; add to it with desire().
  void desire_in(InstrumentId instrument) {
    all_.emplace_back(DesireOrders{instrument, static_cast<std::uint32_t>(desired_.size()), 0});
  }
  void desire(const execution::DesiredOrder& order) {
    desired_.push_back(order);
    ++std::get<DesireOrders>(all_.back()).count;
  }

  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  [[nodiscard]] const std::vector<Intent>& all() const noexcept { return all_; }
  [[nodiscard]] std::span<const execution::DesiredOrder> desired(const DesireOrders& list) const noexcept {
    return std::span(desired_).subspan(list.first, list.count);
  }
  void clear() noexcept {
    all_.clear();
    desired_.clear();
  }

 private:
  std::vector<Intent> all_;
  std::vector<execution::DesiredOrder> desired_;
};

}  // namespace kontor::strategy
