#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "model/event.hpp"
#include "model/instrument.hpp"
#include "venue/message.hpp"
#include "venue/venue.hpp"

namespace kontor::live {

/// The rules that a venue publishes for orders (M17), held against each one before it leaves: also those that
/// an Instrument knows, for its terms may have changed since the order was decided on. Nothing is rounded
/// here. Beyond these there are bounds of prices, of market orders and of an order's value, bands about the
/// market's price, and how many orders may be open.
///
/// It hears what the venue tells, to know the market's price and which orders are open. Where no price is
/// known yet, what is judged by it is left to the venue; so is what only the venue counts (the largest
/// position). One thread.
class OrderFilters {
 public:
  explicit OrderFilters(const InstrumentTable& instruments);

  void learn(InstrumentId instrument, const venue::InstrumentListed& listed);
  void hear(const venue::Input& input);

  /// `none`: it may leave, and counts as open from then on.
  [[nodiscard]] RejectReason admit(const NewOrder& order);
  /// The same for new numbers of an order that was admitted.
  [[nodiscard]] RejectReason admit(const AmendOrder& amend);
  /// Orders that are open in the instrument, by all that is known.
  [[nodiscard]] std::uint32_t open_orders(InstrumentId instrument) const noexcept;

 private:
  /// In raw units; zero: no such rule.
  struct Rules {
    RawPrice tick{1};
    RawPrice min_price{};
    RawPrice max_price{};
    RawQuantity step{1};
    RawQuantity min_quantity{};
    RawQuantity max_quantity{};
    RawQuantity market_step{};
    RawQuantity market_min_quantity{};
    RawQuantity market_max_quantity{};
    Amount min_notional{};
    Amount max_notional{};
    Decimal bid_price_up{};
    Decimal bid_price_down{};
    Decimal ask_price_up{};
    Decimal ask_price_down{};
    std::uint32_t max_orders = 0;
    std::uint32_t max_conditional_orders = 0;
  };
  struct Open {
    InstrumentId instrument;
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    bool reduce_only = false;
    bool is_waiting = false;  ///< for its trigger
    RawQuantity quantity;
    RawQuantity filled;
  };
  /// Orders of others in an instrument, as of the last look at the account.
  struct Foreign {
    std::uint32_t orders = 0;
    std::uint32_t conditional_orders = 0;
  };

  void hear_report(const VenueReport& report);
  void hear_state(const venue::OrderState& state);
  void hear_account(const venue::AccountAnswer& answer);
  void count_fill(const Fill& fill);
  [[nodiscard]] RejectReason check_numbers(const NewOrder& order) const noexcept;
  [[nodiscard]] RejectReason check_price(const Rules& rules, RawPrice price) const noexcept;
  [[nodiscard]] RejectReason check_quantity(const Rules& rules, const NewOrder& order) const noexcept;
  [[nodiscard]] RejectReason check_value(const Rules& rules, const NewOrder& order) const noexcept;
  [[nodiscard]] RejectReason check_band(const Rules& rules, const NewOrder& order) const noexcept;
  [[nodiscard]] RejectReason check_count(const Rules& rules, const NewOrder& order) const noexcept;

  const InstrumentTable& instruments_;
  std::vector<Rules> rules_;
  std::vector<RawPrice> prices_;  ///< of the market; zero: not known
  std::vector<Foreign> foreign_;
  std::map<std::uint64_t, Open> open_;  ///< our own, by id
};

}  // namespace kontor::live
