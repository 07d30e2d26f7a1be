#include "venue/bybit/parse_answer.hpp"

#include <optional>

#include "venue/bybit/errors.hpp"
#include "venue/bybit/parse_account.hpp"
#include "venue/bybit/parse_market.hpp"
#include "venue/bybit/parse_order.hpp"

namespace kontor::bybit {
namespace {

using venue::MessageKind;

/// What stands around the result.
struct AnswerHead {
  std::optional<std::int64_t> code;
  bool has_result = false;
};

bool read_head(Reading& reading, JsonObject& object, AnswerHead& head) {
  Reader& reader = reading.reader;
  return reader.fields(object, [&](std::string_view key, JsonValue& value) {
    if (key == "retCode") return reader.integer(key, value, head.code.emplace());
    if (key == "retMsg") {
      std::string_view words;
      if (!reader.text(key, value, words)) return false;
      reading.scratch.text = words;  // a copy: the result is read in a second pass, over the same buffers
      return true;
    }
    if (key == "time") return reader.milliseconds(key, value, reading.time);
    if (key == "retExtInfo") return read_outcomes(reading, value);
    head.has_result |= key == "result";
    return true;
  });
}

/// What a setting answers is no more than that it is set.
bool give_setting(const Reading& reading) {
  reading.give(venue::AccountSetting{.symbol = reading.context.symbol});
  return true;
}

bool read_result(const Reading& reading, JsonValue& result) {
  switch (reading.context.kind) {
    case MessageKind::server_time: return read_server_time(reading, result);
    case MessageKind::instruments: return read_instruments(reading, result);
    case MessageKind::ticker: return read_tickers(reading, result);
    case MessageKind::candles: return read_candles(reading, result);
    case MessageKind::book: return read_book(reading, result);
    case MessageKind::trades: return read_trades(reading, result);
    case MessageKind::place:
    case MessageKind::amend:
    case MessageKind::cancel: return read_acknowledgement(reading, result);
    case MessageKind::batch_place:
    case MessageKind::batch_cancel: return read_batch(reading, result);
    case MessageKind::cancel_all: return read_cancel_all(reading, result);
    case MessageKind::balance: return read_balance(reading, result);
    case MessageKind::positions: return read_positions(reading, result);
    case MessageKind::open_orders: return read_open_orders(reading, result);
    case MessageKind::order: return read_one_order(reading, result);
    case MessageKind::fills: return read_fills(reading, result);
    case MessageKind::leverage:
    case MessageKind::margin_mode:
    case MessageKind::position_mode: return give_setting(reading);
    case MessageKind::funding_rate: return read_funding_rates(reading, result);
    case MessageKind::funding_history: return read_funding_history(reading, result);
    case MessageKind::funding_payments: return read_funding_payments(reading, result);
    case MessageKind::fees: return read_fees(reading, result);
    case MessageKind::key_permissions: return read_key_permissions(reading, result);
    case MessageKind::countdown_cancel: return true;  // nothing is in it
    case MessageKind::error: return reading.reader.fault("a refusal", "retCode", "0");
    case MessageKind::stream:
    case MessageKind::order_counts:
    case MessageKind::listen_key: break;
  }
  return reading.reader.fault("a kind of answer that bybit gives", "kind", "another");
}

/// The answers that say nothing but that it is done may leave their result out.
bool may_lack_result(MessageKind kind) noexcept {
  return kind == MessageKind::countdown_cancel || kind == MessageKind::leverage ||
         kind == MessageKind::margin_mode || kind == MessageKind::position_mode;
}

bool read_result_of(const Reading& reading, simdjson::ondemand::document& document) {
  Reader& reader = reading.reader;
  document.rewind();
  JsonObject object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return reader.broken();
  return reader.fields(object, [&](std::string_view key, JsonValue& value) {
    return key != "result" || read_result(reading, value);
  });
}

}  // namespace

bool read_outcomes(const Reading& reading, JsonValue& value) {
  Reader& reader = reading.reader;
  std::vector<BatchOutcome>& outcomes = reading.scratch.outcomes;
  outcomes.clear();
  if (Reader::token_of(value).empty()) return true;
  return reader.fields("retExtInfo", value, [&](std::string_view key, JsonValue& list) {
    if (key != "list" || Reader::token_of(list).empty()) return true;
    return reader.elements(key, list, [&](JsonValue& element) {
      BatchOutcome& outcome = outcomes.emplace_back();
      return reader.fields("retExtInfo", element, [&](std::string_view name, JsonValue& item) {
        if (name == "code") return reader.integer(name, item, outcome.code);
        std::string_view words;
        if (name != "msg") return true;
        if (!reader.text(name, item, words)) return false;
        outcome.text = words;
        return true;
      });
    });
  });
}

bool read_answer(Reading& reading, simdjson::ondemand::document& document, std::string_view text) {
  Reader& reader = reading.reader;
  reading.scratch.outcomes.clear();
  reading.scratch.text.clear();
  const bool is_refused = reading.context.http_status >= 400;
  JsonObject object;
  AnswerHead head;
  const bool good = document.get_object().get(object) == simdjson::SUCCESS ? read_head(reading, object, head)
                                                                           : reader.broken();
  if (!good || !head.code) {
    if (!is_refused) return good ? reader.fault("a field", "retCode", "none") : false;
    reading.give(judge_status(text, reading.context));
    return true;
  }
  if (*head.code != 0) {
    reading.give(judge_error(*head.code, reading.scratch.text, reading.context));
    return true;
  }
  if (is_refused) {
    reading.give(judge_status(reading.scratch.text, reading.context));
    return true;
  }
  if (!head.has_result) {
    if (!may_lack_result(reading.context.kind)) return reader.fault("a field", "result", "none");
    return reading.context.kind == MessageKind::countdown_cancel || give_setting(reading);
  }
  return read_result_of(reading, document);
}

}  // namespace kontor::bybit
