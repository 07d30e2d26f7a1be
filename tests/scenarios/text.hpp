#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/enum_to_string.hpp>

#include "execution/order_state.hpp"
#include "model/book.hpp"
#include "model/breaker.hpp"
#include "model/event.hpp"
#include "model/instrument.hpp"
#include "model/protection.hpp"

namespace kontor::scenario {

template <class Enum>
[[nodiscard]] std::string_view name_of(Enum value) noexcept {
  return boost::describe::enum_to_string(value, "unknown");
}

/// What a scenario wants to be told of; `expect` lines must then name all of it.
struct Watch {
  bool commands = false;
  bool refused = true;
  bool reports = false;  ///< of the venue, all but `accepted`
  bool accepted = false;
  bool bars = false;  ///< what strategies are told
  bool trades = false;
  bool quotes = false;
  bool books = false;
  bool fills = false;
  bool closed = false;
  bool timers = false;
};

/// Writes model values the way scenario lines read: prices and quantities with their places, the instrument
/// only where there are several, and the strategy likewise.
class Speaker {
 public:
  Speaker(const InstrumentTable& instruments, const std::vector<std::string>& strategies)
      : instruments_(&instruments), strategies_(&strategies) {}

  [[nodiscard]] std::string by(StrategyId strategy) const;
  [[nodiscard]] std::string order(const NewOrder& order) const;
  [[nodiscard]] std::string command(const CommandBody& command) const;
  [[nodiscard]] std::string report(const VenueReport& report, InstrumentId instrument) const;
  [[nodiscard]] std::string fill(const Fill& fill) const;
  /// `breaker drawdown account normal to restricted tripped 0.15 of 0.15`
  [[nodiscard]] std::string breaker(const BreakerChanged& change) const;
  /// `protection 1 degraded 0.5 insufficient_margin`
  [[nodiscard]] std::string protection(const ProtectionChanged& change) const;
  [[nodiscard]] std::string order_state(const execution::Order& order) const;
  [[nodiscard]] std::string bar(const Bar& bar) const;
  [[nodiscard]] std::string trade(const Trade& trade) const;
  [[nodiscard]] std::string quote(const Quote& quote) const;
  /// The best levels after an update.
  [[nodiscard]] std::string book(const BookUpdate& update, const Book& book) const;
  [[nodiscard]] std::string price(InstrumentId instrument, RawPrice price) const;
  [[nodiscard]] std::string quantity(InstrumentId instrument, RawQuantity quantity) const;
  [[nodiscard]] std::string money(const Money& money) const;
  [[nodiscard]] const std::string& symbol(InstrumentId instrument) const;

 private:
  /// `BTCUSDT ` where there are several instruments.
  [[nodiscard]] std::string of(InstrumentId instrument) const;

  const InstrumentTable* instruments_;
  const std::vector<std::string>* strategies_;
};

}  // namespace kontor::scenario
