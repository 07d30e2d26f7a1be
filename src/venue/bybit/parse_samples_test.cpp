// The messages that the venue's documents and other programs' tests show, each read as what it is. The files
// lie beside the checkout.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/test_data.hpp"
#include "venue/bybit/bybit_test_support.hpp"

namespace kontor::bybit {
namespace {

namespace fs = std::filesystem;
using test::Lines;
using venue::MessageKind;

fs::path venue_data() { return kontor::test::real_data_folder().parent_path() / "venues"; }
fs::path sample_folder(std::string_view source) { return venue_data() / "samples" / "bybit" / source; }

#define REQUIRE_BYBIT_SAMPLES()                                                     \
  if (!fs::is_directory(sample_folder("bybit-docs"))) {                             \
    GTEST_SKIP() << "no recorded messages: put them into ../shared/venues/samples"; \
  }                                                                                 \
  static_assert(true)

venue::MessageContext sample_context(MessageKind kind, std::string_view text) {
  venue::MessageContext context = test::linear(kind);
  if (text.contains(R"("category": "spot")") || text.contains(R"("category":"spot")")) {
    context.product = venue::Product::spot;
  }
  context.interval = {kHour};
  return context;
}

Lines lines_of_document(std::string_view name, MessageKind kind) {
  const std::string text = kontor::test::read_file(sample_folder("bybit-docs") / name);
  return test::decoded(text, sample_context(kind, text));
}

/// The documents whose messages we ask for, with the kind of each.
const std::map<std::string_view, MessageKind>& documents() {
  static const std::map<std::string_view, MessageKind> kinds = {
      {"account__fee-rate.0.json", MessageKind::fees},
      {"account__instrument.0.json", MessageKind::instruments},
      {"account__set-margin-mode.0.json", MessageKind::margin_mode},
      {"account__transaction-log.0.json", MessageKind::funding_payments},
      {"account__wallet-balance.0.json", MessageKind::balance},
      {"market__history-fund-rate.0.json", MessageKind::funding_history},
      {"market__instrument.0.json", MessageKind::instruments},
      {"market__instrument.1.json", MessageKind::instruments},
      {"market__kline.0.json", MessageKind::candles},
      {"market__orderbook.0.json", MessageKind::book},
      {"market__recent-trade.0.json", MessageKind::trades},
      {"market__rpi-orderbook.0.json", MessageKind::book},
      {"market__tickers.0.json", MessageKind::ticker},
      {"market__tickers.1.json", MessageKind::ticker},
      {"market__tickers.2.json", MessageKind::ticker},
      {"market__time.0.json", MessageKind::server_time},
      {"order__amend-order.0.json", MessageKind::amend},
      {"order__batch-amend.0.json", MessageKind::batch_place},
      {"order__batch-cancel.0.json", MessageKind::batch_cancel},
      {"order__batch-place.0.json", MessageKind::batch_place},
      {"order__cancel-all.0.json", MessageKind::cancel_all},
      {"order__cancel-order.0.json", MessageKind::cancel},
      {"order__create-order.0.json", MessageKind::place},
      {"order__dcp.0.json", MessageKind::countdown_cancel},
      {"order__execution.0.json", MessageKind::fills},
      {"order__open-order.0.json", MessageKind::open_orders},
      {"order__order-list.0.json", MessageKind::order},
      {"position__leverage.0.json", MessageKind::leverage},
      {"position__position.0.json", MessageKind::positions},
      {"position__position-mode.0.json", MessageKind::position_mode},
      {"position__trading-stop.0.json", MessageKind::place},
      {"user__apikey-info.0.json", MessageKind::key_permissions},
      {"websocket__private__execution.1.json", MessageKind::stream},
      {"websocket__private__fast-execution.1.json", MessageKind::stream},
      {"websocket__private__order.1.json", MessageKind::stream},
      {"websocket__private__position.1.json", MessageKind::stream},
      {"websocket__private__wallet.1.json", MessageKind::stream},
      {"websocket__public__full-ob.0.json", MessageKind::stream},
      {"websocket__public__kline.0.json", MessageKind::stream},
      {"websocket__public__orderbook.0.json", MessageKind::stream},
      {"websocket__public__orderbook-rpi.1.json", MessageKind::stream},
      {"websocket__public__orderbook-rpi.2.json", MessageKind::stream},
      {"websocket__public__ticker.0.json", MessageKind::stream},
      {"websocket__public__ticker.1.json", MessageKind::stream},
      {"websocket__public__trade.0.json", MessageKind::stream},
      {"websocket__trade__guideline.1.json", MessageKind::stream},
      {"websocket__trade__guideline.3.json", MessageKind::stream},
      {"websocket__trade__guideline.5.json", MessageKind::stream},
      {"websocket__trade__guideline.7.json", MessageKind::stream},
      {"websocket__wss-authentication.1.json", MessageKind::stream},
      {"websocket__wss-authentication.2.json", MessageKind::stream},
      {"websocket__wss-authentication.3.json", MessageKind::stream},
      {"websocket__wss-authentication.4.json", MessageKind::stream},
      {"websocket__wss-authentication.5.json", MessageKind::stream},
      {"websocket__wss-authentication.8.json", MessageKind::stream},
      {"websocket__wss-authentication.9.json", MessageKind::stream},
      {"websocket__wss-authentication.10.json", MessageKind::stream},
      {"websocket__wss-authentication.11.json", MessageKind::stream},
  };
  return kinds;
}

bool is_error_of_ours(const std::string& line) { return line.starts_with("bybit: "); }

TEST(BybitSamples, EveryDocumentedMessageThatWeAskForIsRead) {
  REQUIRE_BYBIT_SAMPLES();
  for (const auto& [name, kind] : documents()) {
    const Lines lines = lines_of_document(name, kind);
    for (const std::string& line : lines) EXPECT_FALSE(is_error_of_ours(line)) << name << "\n" << line;
    EXPECT_TRUE(!lines.empty() || kind == MessageKind::countdown_cancel) << name;
  }
}

TEST(BybitSamples, WhatWeNeverAskForIsRefusedAndNotTakenForSomethingElse) {
  REQUIRE_BYBIT_SAMPLES();
  std::size_t streams = 0;
  for (const auto& entry : fs::directory_iterator(sample_folder("bybit-docs"))) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("websocket__") || documents().contains(name)) continue;
    const Lines lines = lines_of_document(name, MessageKind::stream);
    ASSERT_EQ(lines.size(), 1U) << name;
    EXPECT_TRUE(is_error_of_ours(lines.front())) << name << "\n" << lines.front();
    ++streams;
  }
  EXPECT_GT(streams, 10U);
}

TEST(BybitSamples, DocumentedMessagesToTheLastField) {
  REQUIRE_BYBIT_SAMPLES();
  EXPECT_EQ(
      lines_of_document("order__open-order.0.json", MessageKind::open_orders),
      (Lines{"order symbol=ETHUSDT client_order_id=test-000005 "
             "venue_order_id=fd4300ae-7847-404e-b947-b46980a4d140 ts_venue=1684738540561000000 type=limit "
             "position_side=long_side quantity=0.10 filled=0.00 price=1600.00 trigger_price=0.00",
             "next_page cursor=page_args%3Dfd4300ae-7847-404e-b947-b46980a4d140%26symbol%3D6%26"}));
  EXPECT_EQ(
      lines_of_document("order__order-list.0.json", MessageKind::order),
      (Lines{"order symbol=BTCUSDT client_order_id=YLxaWKMiHU "
             "venue_order_id=14bad3a1-6454-43d8-bcf2-5345896cf74d ts_venue=1684476068372000000 type=limit "
             "status=canceled post_only=true position_side=long_side quantity=0.003 filled=0.000 "
             "price=26864.40 trigger_price=0.00 reason=post_only_would_take "
             "reason_text=EC_PostOnlyWillTakeLiquidity"}));
  EXPECT_EQ(lines_of_document("order__execution.0.json", MessageKind::fills),
            (Lines{"execution symbol=ETHPERP venue_order_id=8c065341-7b52-4ca9-ac2c-37e31ac55c94 "
                   "trade_id=e0cbe81d-0f18-5866-9415-cf319b5dab3b ts_venue=1672282722429000000 price=1190.15 "
                   "quantity=0.1 fee=0.071409 fee_asset=USDC",
                   "next_page cursor=132766%3A2%2C132766%3A2"}));
  EXPECT_EQ(lines_of_document("market__tickers.0.json", MessageKind::ticker),
            (Lines{"ticker symbol=BTCUSD ts_venue=1760352369814000000 last=120635.50 bid=103401.00 "
                   "bid_quantity=1063 ask=109152.80 ask_quantity=9854 high_24h=131309.30 low_24h=102007.60 "
                   "volume_24h=13713832.0000 turnover_24h=115.6907 mark=114898.43 index=114890.92 "
                   "funding_rate=0.0001 next_funding_at=1760371200000000000"}));
  EXPECT_EQ(lines_of_document("user__apikey-info.0.json", MessageKind::key_permissions),
            (Lines{"key can_read=true can_transfer=true is_bound_to_addresses=true"}));
  EXPECT_EQ(
      lines_of_document("position__position.0.json", MessageKind::positions),
      (Lines{"position symbol=BTCUSD ts_venue=1697673600012000000 quantity=-300 entry_price=27464.50441675 "
             "mark=28224.50 unrealised=-0.00029413 leverage=10",
             "next_page"}));
  EXPECT_EQ(lines_of_document("websocket__private__execution.1.json", MessageKind::stream),
            (Lines{"execution symbol=BTCUSDT venue_order_id=9aac161b-8ed6-450d-9cab-c5cc67c21784 "
                   "trade_id=0ab1bdf7-4219-438b-b30a-32ec863018f7 ts_venue=1746270400353000000 side=sell "
                   "price=95900.1 quantity=0.5 fee=26.3725275 fee_asset=USDT realised=0.05"}));
  EXPECT_EQ(lines_of_document("websocket__private__fast-execution.1.json", MessageKind::stream),
            (Lines{"execution symbol=ICPUSDT client_order_id=test-00001 "
                   "venue_order_id=443d63fa-b4c3-4297-b7b1-23bca88b04dc "
                   "trade_id=3510f361-0add-5c7b-a2e7-9679810944fc ts_venue=1716800399334000000 side=sell "
                   "price=12.015 quantity=3000 fee_asset=USDT"}));
  EXPECT_EQ(lines_of_document("websocket__private__order.1.json", MessageKind::stream),
            (Lines{"order symbol=ETH-30DEC22-1400-C venue_order_id=5cf98598-39a7-459e-97bf-76ca765ee020 "
                   "ts_venue=1672364262457000000 side=sell time_in_force=immediate_or_cancel status=filled "
                   "quantity=1 filled=1 average_price=75"}));
  EXPECT_EQ(
      lines_of_document("websocket__private__position.1.json", MessageKind::stream),
      (Lines{"position symbol=BTCUSDT ts_venue=1697682317038000000 position_side=short_side mark=28184.5 "
             "unrealised=0 leverage=10"}));
  EXPECT_EQ(
      lines_of_document("websocket__private__wallet.1.json", MessageKind::stream),
      (Lines{"balance asset=BTC ts_venue=1700034722104000000 total=0.00102964 free=0.00102964 locked=0"}));
  EXPECT_EQ(lines_of_document("websocket__public__orderbook.0.json", MessageKind::stream),
            (Lines{"book symbol=BTCUSDT ts_venue=1687940967464000000 first_id=177400507 last_id=177400507 "
                   "bids=30.028@30247.20,0.224@30245.40,1.593@30242.10,1.305@30240.30,0@30240.00 "
                   "asks=0@30248.70,0.892@30249.30,1.778@30249.50,0@30249.60,2.947@30251.90,0.659@30252.20,"
                   "4.591@30252.50"}));
  EXPECT_EQ(lines_of_document("websocket__trade__guideline.5.json", MessageKind::stream).size(), 4U);
}

/// The messages of a file with several, one behind the other: those in `"json": {…}`, or all.
std::vector<std::string> objects_in(const std::string& text, std::string_view mark) {
  std::vector<std::string> objects;
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
    std::size_t begin = text.find_first_not_of(" \n", at + mark.size());
    if (mark == "{") begin = at;
    at = begin;
    if (begin == std::string::npos || text[begin] != '{') continue;
    int depth = 0;
    bool quoted = false;
    for (; at < text.size(); ++at) {
      if (text[at] == '"' && text[at - (at > 0 ? 1 : 0)] != '\\') quoted = !quoted;
      if (quoted) continue;
      depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
      if (depth == 0) break;
    }
    objects.push_back(text.substr(begin, at - begin + 1));
  }
  return objects;
}

TEST(BybitSamples, MessagesOfOtherProgramsSockets) {
  REQUIRE_BYBIT_SAMPLES();
  std::map<std::string, int> counts;
  for (const std::string_view file : {"wsAuth.json", "wsTicker.json"}) {
    const std::string text = kontor::test::read_file(sample_folder("gocryptotrader") / file);
    for (const std::string& message : objects_in(text, "{")) {
      for (const std::string& line : test::decoded(message, test::linear_stream())) {
        ++counts[line.substr(0, line.find(' '))];
        EXPECT_TRUE(!is_error_of_ours(line) || line.contains("greeks")) << line;
      }
    }
  }
  EXPECT_EQ(
      counts,
      (std::map<std::string, int>{
          {"balance", 7}, {"bybit:", 1}, {"execution", 1}, {"order", 2}, {"position", 1}, {"ticker", 8}}));
}

/// What the tests of another program fill in when they run.
std::string filled_in(std::string message) {
  const std::vector<std::pair<std::string_view, std::string_view>> values = {
      {"<order.trade_type.name", "Buy"},
      {"<order.order_type.name", "Limit"},
      {"<order.price", "10000"},
      {"<str(order.price", "10000"},
      {"<f'{order.price", "10000"},
      {"<order.amount", "1"},
      {"<str(order.amount", "1"},
      {"<f'{order.amount", "1"},
      {"<order.position", "false"},
      {"<str(self.expected_fill_fee", "0.1"},
      {"<str(order.average", "10000"},
      {"<order.creation", "1684476068369"},
      {"<order.last_update", "1684476068372"},
      {"<str(order.leverage", "10"},
      {"<str(position_value", "1"},
      {"<str(self.expected_latest_price", "9999.9"},
      {"<self.target_funding_info_next", "1672387200000"},
      {"<self.target_funding_payment_funding_rate", "0.003"},
      {"<self.target_funding_payment_timestamp", "1672128000000"},
      {"<f'{self.", "COINALPHAHBOT"},
      {"<self.", "COINALPHAHBOT"},
      {"<order.", "OID1"},
  };
  for (const auto& [mark, value] : values) {
    for (std::size_t at = 0; (at = message.find(mark, at)) != std::string::npos;) {
      const std::size_t end = message.find(">\"", at);
      if (end == std::string::npos) break;
      message.replace(at, end + 1 - at, value);
    }
  }
  for (std::size_t at = 0; (at = message.find("<f'", at)) != std::string::npos;) {
    const std::size_t end = message.find('>', at);
    const std::string inside = message.substr(at + 3, message.find('{', at) - at - 3);
    message.replace(at, end + 1 - at, inside + "COINALPHAHBOT");
  }
  return message;
}

std::optional<MessageKind> kind_of_sample(const std::string& message) {
  const auto has = [&](std::string_view text) { return message.contains(text); };
  if (has("\"topic\"")) return MessageKind::stream;
  if (!has("\"retCode\": 0")) return std::nullopt;
  if (has("\"timeNano\"")) return MessageKind::server_time;
  if (has("\"lotSizeFilter\"")) return MessageKind::instruments;
  if (has("\"coin\": [")) return MessageKind::balance;
  if (has("\"takerFeeRate\"")) return MessageKind::fees;
  if (has("\"execId\"")) return MessageKind::fills;
  if (has("\"orderStatus\"")) return MessageKind::order;
  if (has("\"transactionTime\"")) return MessageKind::funding_payments;
  if (has("\"lastPrice\"")) return MessageKind::ticker;
  if (has("\"b\": [")) return MessageKind::book;
  if (has("\"orderLinkId\"")) return MessageKind::place;
  return std::nullopt;
}

TEST(BybitSamples, MessagesOfAnotherProgramsTests) {
  REQUIRE_BYBIT_SAMPLES();
  std::map<std::string, int> counts;
  Lines refused;
  for (const auto& entry : fs::directory_iterator(sample_folder("hummingbot-tests"))) {
    for (const std::string& raw : objects_in(kontor::test::read_file(entry.path()), "\"json\":")) {
      const std::string message = filled_in(raw);
      const auto kind = kind_of_sample(message);
      if (!kind) continue;
      for (const std::string& line : test::decoded(message, sample_context(*kind, message))) {
        ++counts[line.substr(0, line.find(' '))];
        if (is_error_of_ours(line)) refused.push_back(line);
      }
    }
  }
  // What those tests break on purpose, and topics of the interface before this one.
  std::ranges::sort(refused);
  EXPECT_EQ(
      refused,
      (Lines{
          R"(bybit: expected a field in data, found "none")",
          R"(bybit: expected a field in data, found "none")",
          R"(bybit: expected a field in data, found "none")",
          R"(bybit: expected a field in data, found "none")",
          R"(bybit: expected a list in b, found ""Ellipsis"")",
          R"(bybit: expected a topic that can be subscribed to in topic, found "instrument_info.100ms.COINALPHAHBOT")",
          R"(bybit: expected a topic that can be subscribed to in topic, found "instrument_info.100ms.COINALPHAHBOT")",
          R"(bybit: expected a topic that can be subscribed to in topic, found "orderBook_200.100ms.COINALPHAHBOT")",
          R"(bybit: expected a topic that can be subscribed to in topic, found "trade.COINALPHAHBOT")",
          R"(bybit: expected snapshot or delta in type, found "order_book_diff")",
          R"(bybit: expected the fields T s S v p i in data, found "COINALPHAHBOT")",
      }));
  EXPECT_GE(counts["order"], 12);
  EXPECT_GE(counts["execution"], 5);
  EXPECT_GE(counts["balance"], 5);
  EXPECT_GE(counts["instrument"], 3);
  EXPECT_GE(counts["book"], 3);
  EXPECT_GE(counts["trade"], 2);
}

TEST(BybitSamples, TheCatalogueOfInstruments) {
  REQUIRE_BYBIT_SAMPLES();
  const auto lines_of = [](std::string_view name, venue::MessageContext context) {
    return test::decoded(kontor::test::read_file(venue_data() / "catalog" / name), context);
  };
  EXPECT_EQ(
      lines_of("bybit_instruments_spot.json", test::spot(MessageKind::instruments)),
      (Lines{"instrument symbol=BTCUSDT base=BTC quote=USDT status_text=Trading tick=0.1 step=0.0001 "
             "min_quantity=0.001 max_quantity=100.0 min_notional=10 max_notional=1000000 max_orders=500 "
             "max_conditional_orders=30",
             "instrument symbol=ETHUSDT base=ETH quote=USDT status_text=Trading tick=0.01 step=0.00001 "
             "min_quantity=0.001 max_quantity=1000.0 min_notional=10 max_notional=1000000 max_orders=500 "
             "max_conditional_orders=30",
             "next_page"}));
  const Lines linear = lines_of("bybit_instruments_linear.json", test::linear(MessageKind::instruments));
  ASSERT_EQ(linear.size(), 3U);
  EXPECT_EQ(
      linear[0],
      "instrument symbol=BTCUSDT base=BTC quote=USDT settle=USDT is_perpetual=true status_text=Trading "
      "tick=0.5 min_price=1 max_price=1000000 step=0.001 min_quantity=0.001 max_quantity=100.0 "
      "market_max_quantity=50.0 min_notional=5 max_leverage=100 max_orders=500 max_conditional_orders=10 "
      "funding_interval_minutes=8 listed_at=1699990000000000000 delisted_at=1702592000000000000");
  EXPECT_EQ(linear[2], "next_page");
}

/// Reads every piece of a message that begins where it does, and every form of it with one byte replaced.
/// Nothing is expected but an answer.
void read_broken_forms_of(const std::string& text, venue::MessageContext context, BybitProtocol& protocol) {
  class Ignore final : public venue::MessageSink {
   public:
    void take(const venue::Message& message) override { last = message.index(); }
    std::size_t last = 0;
  } sink;
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto result = protocol.decode(std::string_view(text).substr(0, size), context, sink);
    // What is left of an object is no object. Behind the last brace there may be blanks.
    const bool is_whole = text.find_first_not_of(" \r\n", size) == std::string::npos;
    ASSERT_TRUE(is_whole || !result) << text.substr(0, size);
    ASSERT_TRUE(result || result.error().kind == ErrorKind::bad_data);
  }
  std::string changed = text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char replacement : {'"', '{', '}', '[', ']', ',', ':', '\\', 'x', '9', '-', '\0', '\x80'}) {
      changed[at] = replacement;
      static_cast<void>(protocol.decode(changed, context, sink));
    }
    changed[at] = text[at];
  }
}

TEST(BybitSamples, BrokenMessagesNeverDoMoreThanFail) {
  REQUIRE_BYBIT_SAMPLES();
  BybitProtocol protocol;
  for (const auto& [name, kind] : documents()) {
    const std::string text = kontor::test::read_file(sample_folder("bybit-docs") / name);
    SCOPED_TRACE(name);
    read_broken_forms_of(text, sample_context(kind, text), protocol);
  }
}

/// `"1.50"` ↔ `1.50`, wherever a whole value looks like a number.
std::string with_quotes_swapped(const std::string& text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  std::string swapped;
  for (std::size_t at = 0; at < text.size();) {
    const bool quoted = text[at] == '"';
    const std::size_t begin = at + (quoted ? 1 : 0);
    std::size_t end = begin;
    while (end < text.size() && is_digit(text[end])) ++end;
    const bool is_value = at > 0 && std::string_view(" :[,").contains(text[at - 1]);
    const bool ends =
        end < text.size() && (quoted ? text[end] == '"' : std::string_view(",}] \n").contains(text[end]));
    // A name of a field is in quotes too, and may be a number.
    const bool is_name = quoted && ends && end + 1 < text.size() && text[end + 1] == ':';
    const bool leads_zero = quoted && end - begin > 1 && text[begin] == '0' && text[begin + 1] != '.';
    if (end > begin && is_value && ends && !is_name && !leads_zero) {
      swapped += quoted ? text.substr(begin, end - begin) : '"' + text.substr(begin, end - begin) + '"';
      at = end + (quoted ? 1 : 0);
      continue;
    }
    swapped += text[at++];
    if (!quoted) continue;
    // The rest of a text is copied as it is.
    while (at < text.size() && text[at] != '"') swapped += text[at++];
    if (at < text.size()) swapped += text[at++];
  }
  return swapped;
}

TEST(BybitSamples, NumbersMayStandInQuotesOrNot) {
  REQUIRE_BYBIT_SAMPLES();
  std::size_t changed = 0;
  for (const auto& [name, kind] : documents()) {
    const std::string text = kontor::test::read_file(sample_folder("bybit-docs") / name);
    const std::string swapped = with_quotes_swapped(text);
    changed += swapped != text ? 1U : 0U;
    EXPECT_EQ(test::decoded(swapped, sample_context(kind, text)),
              test::decoded(text, sample_context(kind, text)))
        << name << "\n"
        << swapped;
  }
  EXPECT_GT(changed, 40U);
}

}  // namespace
}  // namespace kontor::bybit
