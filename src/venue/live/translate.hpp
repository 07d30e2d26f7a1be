#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "venue/message.hpp"
#include "venue/product.hpp"
#include "venue/venue.hpp"

namespace kontor::live {

// Between the session's numbers (dense ids, raw units) and the venue's words. Nothing here is lost or
// rounded: what does not fit an instrument is an error.

/// The instruments of one product of one venue, by the venue's spelling.
class SymbolTable {
 public:
  /// Those of `instruments` that the venue and product have.
  SymbolTable(const InstrumentTable& instruments, std::string_view venue, venue::Product product);

  [[nodiscard]] std::optional<InstrumentId> find(std::string_view symbol) const;
  [[nodiscard]] const std::vector<InstrumentId>& ids() const noexcept { return ids_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::unordered_map<std::string, InstrumentId, Hash, std::equal_to<>> by_symbol_;
  std::vector<InstrumentId> ids_;
};

/// What is to be placed, under this name.
[[nodiscard]] venue::PlaceOrder place_order(const Instrument& instrument, const NewOrder& order,
                                            std::string name);

// Market data.
[[nodiscard]] Result<Trade> trade_of(const Instrument& instrument, const venue::PublicTrade& trade,
                                     TimeNs now);
[[nodiscard]] Result<Bar> bar_of(const Instrument& instrument, const venue::Candle& candle, TimeNs now);
[[nodiscard]] Result<Quote> quote_of(const Instrument& instrument, const venue::Ticker& ticker, TimeNs now);
/// Puts the levels of a message behind those that are in `changes` already.
[[nodiscard]] Result<void> add_changes(const Instrument& instrument, const venue::BookChange& change,
                                       std::vector<BookLevelChange>& changes);

// The account.
/// The fill of an order, 0 of one that is not ours. The fee's asset must be in `instruments`.
[[nodiscard]] Result<Fill> fill_of(const InstrumentTable& instruments, InstrumentId instrument, OrderId order,
                                   const venue::Execution& execution);
[[nodiscard]] Result<venue::OrderState> state_of(const Instrument& instrument, OrderId order,
                                                 const venue::OrderReport& report);
/// What a report of the private stream says about one of our orders, besides its fills; nothing for what only
/// repeats what was said.
[[nodiscard]] std::optional<VenueReport> report_of(const Instrument& instrument, OrderId order,
                                                   const venue::OrderReport& report);
/// The key of an execution: the venue's number, or where it is no number a hash of its text.
[[nodiscard]] TradeId trade_id_of(std::string_view text) noexcept;

}  // namespace kontor::live
