#include "venue/binance/parse.hpp"

#include "venue/binance/errors.hpp"
#include "venue/binance/parse_state.hpp"

namespace kontor::binance {
namespace {

using venue::MessageKind;

/// What an object says about a refusal before anything else is read of it.
struct Refusal {
  std::int64_t code = 0;
  std::string_view text;
};

/// Refusals are objects with a negative code. An answer with an error's status is one whatever it says.
std::optional<Refusal> refusal_in(ParseState& state, Value value) {
  auto& reader = state.reader;
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS || type != simdjson::ondemand::json_type::object)
    return state.context.http_status >= 400 ? std::optional(Refusal{}) : std::nullopt;
  Object object = reader.object("message", value);
  Refusal refusal;
  if (const auto code = reader.find(object, "code")) refusal.code = reader.whole("code", *code);
  if (const auto text = reader.find(object, "msg")) refusal.text = reader.optional_text("msg", *text);
  const bool is_one = refusal.code < 0 || state.context.http_status >= 400;
  return is_one && !reader.failed() ? std::optional(refusal) : std::nullopt;
}

using Parse = void (*)(ParseState&, Value);

Parse parser_of(MessageKind kind) noexcept {
  switch (kind) {
    case MessageKind::stream: return parse_stream;
    case MessageKind::error: return parse_done;
    case MessageKind::server_time: return parse_server_time;
    case MessageKind::instruments: return parse_instruments;
    case MessageKind::ticker: return parse_ticker;
    case MessageKind::candles: return parse_candles;
    case MessageKind::book: return parse_book;
    case MessageKind::trades: return parse_trades;
    case MessageKind::place:
    case MessageKind::batch_place:
    case MessageKind::amend:
    case MessageKind::cancel:
    case MessageKind::batch_cancel:
    case MessageKind::cancel_all:
    case MessageKind::open_orders:
    case MessageKind::order: return parse_orders;
    case MessageKind::countdown_cancel: return parse_countdown;
    case MessageKind::balance: return parse_balance;
    case MessageKind::positions: return parse_positions;
    case MessageKind::fills: return parse_fills;
    case MessageKind::leverage:
    case MessageKind::margin_mode:
    case MessageKind::position_mode: return parse_account_setting;
    case MessageKind::funding_rate: return parse_funding_rate;
    case MessageKind::funding_history: return parse_funding_history;
    case MessageKind::funding_payments: return parse_funding_payments;
    case MessageKind::fees: return parse_fees;
    case MessageKind::key_permissions: return parse_key_permissions;
    case MessageKind::order_counts: return parse_order_counts;
    case MessageKind::listen_key: return parse_listen_key;
  }
  return parse_done;
}

/// Whether an answer of the kind is about an order and says so: one that says nothing is none.
bool is_about_orders(MessageKind kind) noexcept {
  return kind == MessageKind::place || kind == MessageKind::batch_place || kind == MessageKind::amend ||
         kind == MessageKind::cancel || kind == MessageKind::batch_cancel || kind == MessageKind::order;
}

/// The first characters of what is no JSON, for people.
std::string_view beginning_of(std::string_view text) noexcept { return text.substr(0, 60); }

bool looks_like_json(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

void tell_error(ParseState& state, std::int64_t code, std::string_view text, std::string_view request_id) {
  venue::VenueError error = judge_error(code, text, state.context.http_status);
  error.request_id = request_id;
  state.tell(error);
}

void parse_done(ParseState& state, Value /*value*/) {
  if (state.context.kind == MessageKind::error) state.reader.note("message", "a refusal", "something else");
}

Parser::Parser() : state_(std::make_unique<ParseState>()) {}
Parser::~Parser() = default;

Result<void> Parser::parse(std::string_view text, const venue::MessageContext& context,
                           venue::MessageSink& sink) {
  ParseState& state = *state_;
  state.context = context;
  state.sink = &sink;
  state.bids.clear();
  state.asks.clear();
  state.executions.clear();
  state.has_told = false;
  const bool is_answer = context.kind != MessageKind::stream;
  const bool is_refused = is_answer && context.http_status >= 400;
  const bool is_json = looks_like_json(text);
  if (!is_json && !is_refused)
    return fail(ErrorKind::bad_data, fmt::format("binance: expected JSON, found \"{}\"", beginning_of(text)));
  const bool is_open = is_json && state.reader.open(text);
  if (is_open && is_answer) {
    if (const auto refusal = refusal_in(state, state.reader.root())) {
      tell_error(state, refusal->code, refusal->text);
      return {};
    }
  }
  if (is_refused) {
    // What stands before the venue (a gateway, a firewall) answers in HTML, half a message or not at all.
    sink.take(judge_error(0, beginning_of(text), context.http_status));
    return {};
  }
  if (!state.reader.failed()) parser_of(context.kind)(state, state.reader.root());
  if (is_about_orders(context.kind) && !state.has_told) state.reader.note("message", "an order", "none");
  if (state.reader.failed()) return state.reader.error("binance");
  return {};
}

}  // namespace kontor::binance
