#pragma once

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

/// One message on its way through the parsers.
struct ParseState {
  venue::MessageReader reader;
  venue::MessageContext context;
  venue::MessageSink* sink = nullptr;
  std::vector<venue::BookLevel> bids;
  std::vector<venue::BookLevel> asks;
  std::vector<venue::Execution> executions;

  [[nodiscard]] bool is_spot() const noexcept { return context.product == Product::spot; }
  /// Gives the sink what was read, if all of it could be.
  void tell(const venue::Message& message) {
    if (!reader.failed()) sink->take(message);
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
void parse_listen_key(ParseState& state, Value value);

/// The levels of one side of a book: `[["price","quantity"],…]`.
void parse_levels(ParseState& state, std::string_view key, Value value,
                  std::vector<venue::BookLevel>& levels);
/// Completes and tells the balance of an asset of spot.
void tell_balance(ParseState& state, venue::AssetBalance& balance, const Decimal& free,
                  const Decimal& locked);
/// What the status of a conditional order says beyond that of other orders.
void settle_conditional(venue::OrderReport& order, std::string_view status) noexcept;
/// Tells of a refusal: `{"code":-1121,"msg":"…"}`.
void tell_error(ParseState& state, std::int64_t code, std::string_view text,
                std::string_view request_id = {});

}  // namespace kontor::binance
