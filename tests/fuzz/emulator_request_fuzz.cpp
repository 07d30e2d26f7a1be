#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/json_text.hpp"
#include "emulator/binance/interval.hpp"
#include "emulator/binance/parameters.hpp"
#include "emulator/binance/request_json.hpp"
#include "emulator/binance/stream_name.hpp"
#include "emulator/bybit/identifiers.hpp"
#include "emulator/bybit/parameters.hpp"
#include "emulator/bybit/topics.hpp"

// Arbitrary text as what clients send to the emulator: queries, bodies and messages of sockets, names of
// streams and topics. Values or a refusal, never a crash; members that were read are written and read again.

namespace {

using namespace kontor;
using namespace kontor::emulator;

const Listings& listings(VenueName venue) {
  static const Listings binance_listings = Listings::standard(VenueName::binance).value();
  static const Listings bybit_listings = Listings::standard(VenueName::bybit).value();
  return venue == VenueName::binance ? binance_listings : bybit_listings;
}

std::string object_of(const std::vector<binance::Parameters::Item>& items) {
  std::string json = "{";
  for (const auto& item : items) {
    if (json.size() > 1) json += ',';
    append_json_text(json, item.name);
    json += ':';
    append_json_text(json, item.value);
  }
  return json + "}";
}

/// Asks for every value in every way.
template <class Parameters>
void read_values(const Parameters& parameters, std::string_view name) {
  static_cast<void>(parameters.integer(name));
  static_cast<void>(parameters.boolean(name));
  const auto number = parameters.decimal(name);
  if (number && *number) ASSERT((*number)->is_valid());
}

void read_binance(const std::string& text) {
  binance::Parameters query;
  if (query.add_query(text)) {
    ASSERT(query.items().size() <= binance::Parameters::kMaxParameters);
    for (const auto& item : query.items()) {
      read_values(query, item.name);
      static_cast<void>(query.time(item.name));
      static_cast<void>(query.texts(item.name));
      const auto limit = query.limit(500, 1'000);
      ASSERT(!limit || (*limit >= 1 && *limit <= 1'000));
    }
  }
  if (const auto members = binance::read_members(text)) {
    const auto again = binance::read_members(object_of(*members));
    ASSERT(again && again->size() == members->size());
    for (std::size_t i = 0; i < members->size(); ++i)
      ASSERT((*again)[i].name == (*members)[i].name && (*again)[i].value == (*members)[i].value);
  }
  static_cast<void>(binance::read_texts(text));
  if (const auto message = binance::read_message(text)) ASSERT(binance::read_members(text).has_value());
  binance::Parameters body;
  static_cast<void>(body.add_json(text));
}

void read_bybit(const std::string& text) {
  const auto query = bybit::Parameters::from_query(text);
  const auto body = bybit::Parameters::from_json(text);
  for (const std::string_view name : {"symbol", "qty", "limit", "a"}) {
    read_values(query, name);
    if (body) read_values(*body, name);
  }
  if (body) ASSERT(body->list().size() <= bybit::Parameters::kMaxListItems);
  if (const auto request = bybit::parse_socket_request(text)) ASSERT(body.has_value());
  for (const Product product : {Product::spot, Product::linear}) {
    const auto id = bybit::parse_order_id(text);
    if (id && text == bybit::order_id_text(product, *id)) ASSERT(bybit::parse_order_id(text) == id);
  }
}

void read_names(std::string_view text) {
  for (const Product product : {Product::spot, Product::linear}) {
    const auto stream = binance::StreamName::parse(listings(VenueName::binance), product, text);
    if (stream) {
      static_cast<void>(stream->route());
      ASSERT(stream->every_ns >= 0 && stream->levels <= 20);
    }
    const auto topic = bybit::parse_topic(listings(VenueName::bybit), product, text);
    if (topic) ASSERT(topic->instrument.index() < listings(VenueName::bybit).size());
  }
  static_cast<void>(bybit::private_topic_base(text));
  if (const auto interval = binance::Interval::parse(text)) {
    constexpr TimeNs kTime = 1'700'000'123 * kSecond;
    const TimeNs open = interval->open_of(kTime);
    ASSERT(open <= kTime && interval->end_of(open) > kTime);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  read_binance(text);
  read_bybit(text);
  read_names(text);
  return 0;
}
