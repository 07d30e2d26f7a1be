#include "venue/bybit/parse_reply.hpp"

#include <string>

#include "venue/bybit/errors.hpp"
#include "venue/bybit/parse_answer.hpp"
#include "venue/bybit/parse_order.hpp"

namespace kontor::bybit {
namespace {

using venue::ErrorClass;
using venue::StreamEvent;
using venue::VenueError;

/// Whether the request was carried out. Nothing: the message does not say, and is no reply.
std::optional<bool> succeeded(const Reply& reply) noexcept {
  if (reply.code) return *reply.code == 0;
  return reply.success;
}

VenueError refusal_of(const Reading& reading, const Reply& reply) noexcept {
  VenueError error;
  if (reply.code) {
    error = judge_error(*reply.code, reply.text, reading.context);
  } else {
    error.text = reply.text;
    error.error_class = ErrorClass::invalid_request;
    error.meaning = "the request was refused";
  }
  const bool signs_in = reply.operation == "auth";
  if (signs_in && !reply.code) {
    error.error_class = ErrorClass::auth;
    error.meaning = "signing in was refused";
  }
  if (!reply.code && reply.text.contains("already subscribed")) {
    error.error_class = ErrorClass::ok;
    error.meaning = "subscribed already";
  }
  if (!reply.code) error.retry = venue::retry_of(error.error_class);
  error.request_id = reply.request_id;
  return error;
}

/// Topics that were asked for and are not there, of the form that options and spreads answer in.
bool give_failed_topics(const Reading& reading, const Reply& reply, JsonValue& data) {
  Reader& reader = reading.reader;
  return reader.fields("data", data, [&](std::string_view key, JsonValue& list) {
    if (key != "failTopics") return true;
    return reader.elements(key, list, [&](JsonValue& item) {
      VenueError error{.error_class = ErrorClass::invalid_request, .meaning = "no such topic"};
      error.request_id = reply.request_id;
      if (!reader.text(key, item, error.text)) return false;
      reading.give(error);
      return true;
    });
  });
}

/// Gives `take` the field `name` of the document, from its beginning.
template <class Take>
bool with_field(const Reading& reading, simdjson::ondemand::document& document, std::string_view name,
                Take&& take) {
  document.rewind();
  JsonObject object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return reading.reader.broken();
  return reading.reader.fields(
      object, [&](std::string_view key, JsonValue& value) { return key != name || take(value); });
}

bool read_time_of_header(Reading& reading, simdjson::ondemand::document& document) {
  return with_field(reading, document, "header", [&](JsonValue& header) {
    return reading.reader.fields("header", header, [&](std::string_view key, JsonValue& value) {
      return key != "Timenow" || reading.reader.milliseconds(key, value, reading.time);
    });
  });
}

/// The answer to an order over a socket: as over HTTP, with other names around it.
bool read_order_reply(Reading& reading, simdjson::ondemand::document& document, const Reply& reply) {
  const bool is_batch = reply.operation.ends_with("-batch");
  reading.scratch.outcomes.clear();
  if (!read_time_of_header(reading, document)) return false;
  if (is_batch && !with_field(reading, document, "retExtInfo",
                              [&](JsonValue& value) { return read_outcomes(reading, value); })) {
    return false;
  }
  return with_field(reading, document, "data", [&](JsonValue& data) {
    return is_batch ? read_batch(reading, data) : read_acknowledgement(reading, data);
  });
}

bool is_pong(const Reply& reply) noexcept { return reply.operation == "pong" || reply.text == "pong"; }

}  // namespace

bool Reply::take(Reader& reader, std::string_view key, JsonValue& value) {
  if (key == "op") return reader.text(key, value, operation);
  if (key == "req_id" || key == "reqId") return reader.text(key, value, request_id);
  if (key == "ret_msg" || key == "retMsg") return reader.text(key, value, text);
  if (key == "retCode") return reader.integer(key, value, code.emplace());
  if (key == "success") return reader.flag(key, value, success.emplace());
  return true;
}

bool read_reply(Reading& reading, simdjson::ondemand::document& document, const Reply& reply) {
  const std::optional<bool> good = succeeded(reply);
  if (is_pong(reply)) {
    reading.give(venue::StreamStatus{StreamEvent::pong, reply.request_id, {}});
    return true;
  }
  if (!good) return reading.reader.fault("a topic or the outcome of a request", {}, reply.operation);
  if (!*good) {
    reading.give(refusal_of(reading, reply));
    return true;
  }
  if (reply.operation == "auth") {
    reading.give(venue::StreamStatus{StreamEvent::signed_in, reply.request_id, {}});
    return true;
  }
  const std::string request_id(reply.request_id);  // reading again may overwrite it
  if (reply.operation.starts_with("order.") && !read_order_reply(reading, document, reply)) return false;
  if (reply.type == "COMMAND_RESP" && !with_field(reading, document, "data", [&](JsonValue& data) {
        return give_failed_topics(reading, reply, data);
      })) {
    return false;
  }
  reading.give(venue::StreamStatus{StreamEvent::done, request_id, {}});
  return true;
}

}  // namespace kontor::bybit
