#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "venue/binance/symbols.hpp"
#include "venue/parse_reader.hpp"
#include "venue/protocol.hpp"

namespace kontor::binance {

using venue::Product;
using Value = venue::MessageReader::Value;
using Object = venue::MessageReader::Object;
using Array = venue::MessageReader::Array;

/// Which of the single letters that name the fields of an event have come.
class Letters {
 public:
  void add(char letter) noexcept { seen_ |= bit(letter); }
  /// Notes the first of these that has not come: an event that leaves out what it is about says nothing.
  void want(venue::MessageReader& reader, std::string_view letters) const {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if ((seen_ & bit(letters[i])) == 0) [[unlikely]]
        return reader.note(letters.substr(i, 1), "a value", "none");
    }
  }

 private:
  /// Large letters are 65 … 90, small ones 97 … 122: none shares its bit with another.
  [[nodiscard]] static constexpr std::uint64_t bit(char letter) noexcept {
    return std::uint64_t{1} << (static_cast<unsigned char>(letter) % 64U);
  }

  std::uint64_t seen_ = 0;
};

/// One message on its way through the parsers.
struct ParseState {
  venue::MessageReader reader;
  venue::MessageContext context;
  venue::MessageSink* sink = nullptr;
  std::vector<venue::BookLevel> bids;
  std::vector<venue::BookLevel> asks;
  std::vector<venue::Execution> executions;
  bool has_told = false;  ///< anything at all

  [[nodiscard]] bool is_spot() const noexcept { return context.product == Product::spot; }
  /// Gives the sink what was read, if all of it could be.
  void tell(const venue::Message& message) {
    if (reader.failed()) return;
    sink->take(message);
    has_told = true;
  }
};

// Each reads one message of its kind from `value`.

/// Everything that comes over a socket.
void parse_stream(ParseState& state, Value value);
/// One event; `stream` is the name that it came under, where it came under one.
void parse_event(ParseState& state, Object object, std::string_view stream);
/// An event of the private stream; false: it is none of these.
[[nodiscard]] bool parse_user_event(ParseState& state, std::string_view event, Object object);

void parse_server_time(ParseState& state, Value value);
void parse_instruments(ParseState& state, Value value);
void parse_ticker(ParseState& state, Value value);
void parse_candles(ParseState& state, Value value);
void parse_book(ParseState& state, Value value);
void parse_trades(ParseState& state, Value value);
void parse_funding_rate(ParseState& state, Value value);
void parse_funding_history(ParseState& state, Value value);

/// One order, or a list of orders and refusals, in the form of any answer.
void parse_orders(ParseState& state, Value value);
void parse_fills(ParseState& state, Value value);
void parse_done(ParseState& state, Value value);

void parse_balance(ParseState& state, Value value);
void parse_positions(ParseState& state, Value value);
void parse_account_setting(ParseState& state, Value value);
void parse_countdown(ParseState& state, Value value);
void parse_funding_payments(ParseState& state, Value value);
void parse_fees(ParseState& state, Value value);
void parse_key_permissions(ParseState& state, Value value);
void parse_order_counts(ParseState& state, Value value);
void parse_listen_key(ParseState& state, Value value);

/// The levels of one side of a book: `[["price","quantity"],…]`.
void parse_levels(ParseState& state, std::string_view key, Value value,
                  std::vector<venue::BookLevel>& levels);
/// Completes and tells the balance of an asset of spot.
void tell_balance(ParseState& state, venue::AssetBalance& balance, const Decimal& free,
                  const Decimal& locked);
/// Where there is no trade, the venue says -1.
[[nodiscard]] inline std::string_view trade_id_of(std::string_view id) noexcept {
  return id == "-1" ? std::string_view() : id;
}
/// What it says of an order of spot with a trigger that it stands or stood in the book (or was filled without
/// ever standing there), and that its trigger trails the price.
void settle_spot_trigger(venue::OrderReport& order, bool has_worked, bool has_trailing_delta) noexcept;
/// What the status of a conditional order says beyond that of other orders.
void settle_conditional(venue::OrderReport& order, std::string_view status) noexcept;
/// Tells of a refusal: `{"code":-1121,"msg":"…"}`.
void tell_error(ParseState& state, std::int64_t code, std::string_view text,
                std::string_view request_id = {});

}  // namespace kontor::binance
