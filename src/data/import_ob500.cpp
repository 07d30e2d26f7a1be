#include "data/import_ob500.hpp"

#include <utility>

#include <fmt/format.h>

#include "data/import_json.hpp"
#include "data/import_survey.hpp"

namespace kontor::data {

struct Ob500Parser::Message {
  std::string_view symbol;
  std::string_view type;
  TimeNs sent = 0;
  TimeNs matched = 0;
  BookMessage book;
  bool has_id = false;

  void reset() {
    symbol = type = {};
    sent = matched = 0;
    has_id = false;
    book.changes.clear();
  }
  bool read_data(simdjson::ondemand::object data);
  bool read(simdjson::ondemand::object object);
};

struct Ob500Parser::Json {
  simdjson::ondemand::parser parser;
};

bool Ob500Parser::Message::read_data(simdjson::ondemand::object data) {
  for (auto item : data) {
    simdjson::ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return false;
    const auto key = field.key();
    json::Value& value = field.value();
    bool good = true;
    if (key == "s") symbol = json::token(value);
    if (key == "b") good = json::read_levels(value, false, book.changes);
    if (key == "a") good = json::read_levels(value, true, book.changes);
    if (key == "u") good = has_id = json::read(value, book.last_id);
    if (!good) return false;
  }
  return true;
}

bool Ob500Parser::Message::read(simdjson::ondemand::object object) {
  for (auto item : object) {
    simdjson::ondemand::field field;
    if (std::move(item).get(field) != simdjson::SUCCESS) return false;
    const auto key = field.key();
    json::Value& value = field.value();
    bool good = true;
    if (key == "type") type = json::token(value);
    if (key == "ts") good = json::read_stamp(value, sent);
    if (key == "cts") good = json::read_stamp(value, matched);
    if (key == "data") {
      simdjson::ondemand::object data;
      good = value.get_object().get(data) == simdjson::SUCCESS && read_data(data);
    }
    if (!good) return false;
  }
  return true;
}

Ob500Parser::Ob500Parser(DocumentContext context, ImportSink& sink)
    : context_(std::move(context)),
      sink_(sink),
      rows_(DataKind::book),
      gate_(context_.symbol),
      json_(std::make_unique<Json>()),
      message_(std::make_unique<Message>()) {}

Ob500Parser::~Ob500Parser() = default;

Result<void> Ob500Parser::parse(std::string_view block) {
  while (!block.empty()) {
    const std::string_view line = take_line(block);
    ++line_;
    if (!trimmed_field(line).empty()) TRY_VOID(parse_line(line));
  }
  return rows_.rows() < kFlushRows ? Result<void>() : flush();
}

Result<void> Ob500Parser::parse_line(std::string_view line) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  message_->reset();
  // Whatever follows the line is readable, as the contract of parse() says; that is all the parser needs.
  if (json_->parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING)
              .get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS || !message_->read(object)) {
    return bad("a JSON message with type, ts and data of s, b, a, u", line);
  }
  const bool known = message_->type == "snapshot" || message_->type == "delta";
  if (!known || message_->sent == 0 || !message_->has_id || message_->symbol.empty()) {
    return bad("a snapshot or delta with ts, s and u", line);
  }
  return gate_.admit(message_->symbol) ? take(*message_) : Result<void>();
}

Result<void> Ob500Parser::take(Message& message) {
  const bool snapshot = message.type == "snapshot";
  const bool gap = !snapshot && last_id_ && message.book.last_id - 1 != *last_id_;
  if (gap && gaps_++ == 0) first_gap_line_ = line_;
  snapshot_seen_ |= snapshot;
  message.book.ts_recv = message.sent;
  message.book.ts_venue = message.matched != 0 ? message.matched : message.sent;
  order_.see(message.book.ts_recv, line_);
  starts_over_ |= snapshot || gap;
  const bool replaces = std::exchange(starts_over_, starts_over_ && message.book.changes.empty());
  if (!append_message(rows_, message.book, replaces)) {
    return fail(ErrorKind::overflow,
                fmt::format("{}:{}: expected numbers that fit 64 bits at one common scale, found larger ones",
                            context_.name, line_));
  }
  if (!snapshot && !snapshot_seen_) {
    snapshot_seen_ = true;
    sink_.warn(fmt::format(
        "{}:{}: expected a snapshot first, found a delta: the book is complete only where it continues "
        "an earlier file",
        context_.name, line_));
  }
  last_id_ = message.book.last_id;
  return {};
}

std::unexpected<Error> Ob500Parser::bad(std::string_view expected, std::string_view line) const {
  return fail(ErrorKind::bad_data, fmt::format("{}:{}: expected {}, found '{}'", context_.name, line_,
                                               expected, printable(line, 80)));
}

Result<void> Ob500Parser::flush() {
  if (rows_.rows() == 0) return {};
  TRY_VOID(gate_.check(context_.name));
  return sink_.take(gate_.symbol(), Timeframe{}, rows_.take());
}

Result<void> Ob500Parser::finish() {
  TRY_VOID(gate_.check(context_.name));
  TRY_VOID(flush());
  if (gaps_ != 0) {
    sink_.warn(fmt::format(
        "{}:{}: expected unbroken update numbers, found {} gaps: the book starts over behind each",
        context_.name, first_gap_line_, gaps_));
  }
  order_.report(sink_, context_.name, false);
  return {};
}

}  // namespace kontor::data
