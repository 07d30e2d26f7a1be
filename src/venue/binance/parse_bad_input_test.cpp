// What nobody should send: half messages, other types, unknown words, HTML, depth, size. It is refused, and
// what was told before is true.

#include <set>

#include <gtest/gtest.h>

#include "venue/binance/sample_groups_test_support.hpp"

namespace kontor::binance {
namespace {

using test::Lines;
using venue::MessageContext;
using venue::MessageKind;

/// Reads many texts with one parser, as a socket does.
class RepeatedReader {
 public:
  /// Empty: it was read to its end. Else the reason; `lines` are what was told until then.
  std::string read(std::string_view text, const MessageContext& context) {
    sink_.lines.clear();
    const auto outcome = protocol_->decode(text, context, sink_);
    return outcome ? std::string() : outcome.error().message;
  }
  [[nodiscard]] const Lines& lines() const noexcept { return sink_.lines; }

 private:
  std::unique_ptr<venue::Protocol> protocol_ = make_protocol();
  test::LineSink sink_;
};

bool is_beginning_of(const Lines& lines, const Lines& all) {
  return lines.size() <= all.size() && std::ranges::equal(lines, all | std::views::take(lines.size()));
}

/// Gives each sample to `take(context, text)`.
template <class Take>
void for_each_sample(Take&& take) {
  const auto files = test::sample_files();
  for (const test::SampleGroup& group : test::kSampleGroups)
    for (const std::string& path : files) {
      if (!path.starts_with(group.path)) continue;
      const std::string text = test::without_comments(test::sample(path));
      if (test::is_no_answer(path, text)) continue;
      SCOPED_TRACE(path);
      take(test::context_of(group), std::string_view(text).substr(0, text.find_last_not_of(" \r\n\t") + 1));
    }
}

TEST(BinanceBadInput, EveryTruncationTellsNothingThatIsFalse) {
  REQUIRE_BINANCE_SAMPLES();
  constexpr std::size_t kLongest = 4096;
  RepeatedReader reader;
  std::size_t texts = 0;
  for_each_sample([&](const MessageContext& context, std::string_view whole) {
    ASSERT_EQ(reader.read(whole, context), "");
    const Lines all = reader.lines();
    for (std::size_t size = 0; size < std::min(whole.size(), kLongest); ++size) {
      const std::string problem = reader.read(whole.substr(0, size), context);
      EXPECT_TRUE(is_beginning_of(reader.lines(), all)) << size << " " << whole.substr(0, size);
      // What ends within the message must not pass for all of it.
      EXPECT_FALSE(problem.empty() && reader.lines() != all) << size << " " << whole.substr(0, size);
      ++texts;
    }
  });
  EXPECT_GT(texts, 100'000U);
}

/// Where the scalar values of a JSON text begin and end: behind a colon, a comma or a bracket of a list.
std::vector<std::pair<std::size_t, std::size_t>> scalars_of(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  const auto skip_string = [&](std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1U : 0U;
    return at + 1;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const std::size_t end = skip_string(at);
      const auto next = text.find_first_not_of(" \r\n\t", end);
      if (next == std::string_view::npos || text[next] != ':') found.emplace_back(at, end);
      at = end;
    } else if (std::string_view("{}[]:, \r\n\t").contains(text[at])) {
      ++at;
    } else {
      const std::size_t end = std::min(text.find_first_of("{}[]:, \r\n\t\"", at), text.size());
      found.emplace_back(at, end);
      at = end;
    }
  }
  return found;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("-.0123456789") == std::string_view::npos;
}

/// The text with each number in quotes, and each that is in quotes without them.
std::string with_numbers_swapped(std::string_view text) {
  std::string swapped;
  std::size_t done = 0;
  for (const auto& [begin, end] : scalars_of(text)) {
    const std::string_view value = text.substr(begin, end - begin);
    const bool is_quoted = value.starts_with('"');
    const std::string_view bare = is_quoted ? value.substr(1, value.size() - 2) : value;
    swapped.append(text.substr(done, begin - done));
    if (!is_number(bare))
      swapped.append(value);
    else if (is_quoted)
      swapped.append(bare);
    else
      swapped.append("\"").append(bare).append("\"");
    done = end;
  }
  return swapped.append(text.substr(done));
}

TEST(BinanceBadInput, NumbersAreTheSameInQuotesAndWithout) {
  REQUIRE_BINANCE_SAMPLES();
  RepeatedReader reader;
  for_each_sample([&](const MessageContext& context, std::string_view whole) {
    ASSERT_EQ(reader.read(whole, context), "");
    const Lines all = reader.lines();
    EXPECT_EQ(reader.read(with_numbers_swapped(whole), context), "");
    EXPECT_EQ(reader.lines(), all);
  });
}

std::set<std::string_view> words_of(const Lines& lines) {
  std::set<std::string_view> words;
  for (const std::string& line : lines)
    for (const auto word : std::views::split(line, ' ')) words.insert(std::string_view(word));
  return words;
}

/// Nothing is told that was not told by the message itself.
void check_replaced(RepeatedReader& reader, const MessageContext& context, std::string_view whole,
                    std::string_view replacement) {
  ASSERT_EQ(reader.read(whole, context), "");
  const Lines all = reader.lines();
  if (all.empty()) return;
  const auto words = words_of(all);
  for (const auto& [begin, end] : scalars_of(whole.substr(0, 4096))) {
    std::string changed(whole);
    changed.replace(begin, end - begin, replacement);
    // What a refusal means is said by its words, too.
    if (!reader.read(changed, context).empty() || all.front().starts_with("error ")) continue;
    for (const std::string_view word : words_of(reader.lines()))
      EXPECT_TRUE(words.contains(word) || word.contains(replacement))
          << word << " in " << changed.substr(0, 600);
  }
}

TEST(BinanceBadInput, NullInAnyFieldTellsNothingElse) {
  REQUIRE_BINANCE_SAMPLES();
  RepeatedReader reader;
  for_each_sample([&](const MessageContext& context, std::string_view whole) {
    check_replaced(reader, context, whole, "null");
    for (const std::string& line : reader.lines()) EXPECT_FALSE(line.contains("=null")) << line;
  });
}

/// A message with each of the keys that it must have.
struct WantedKeys {
  MessageContext context;
  std::string_view text;
  std::vector<std::string_view> keys;
};

// tidy: allow(function-length): a table of messages; it has no branches to get lost in
const std::vector<WantedKeys>& wanted_keys() {
  static const std::vector<WantedKeys> all = {
      {test::spot(),
       R"({"e":"trade","E":1,"s":"AB","t":9,"p":"3","q":"2","T":1,"m":true})",
       {"s", "t", "p", "q", "T", "m"}},
      {test::linear(),
       R"({"e":"aggTrade","E":1,"s":"AB","a":9,"p":"3","q":"2","T":1,"m":true})",
       {"s", "a", "p", "q", "T", "m"}},
      {test::spot(),
       R"({"e":"depthUpdate","E":1,"s":"AB","U":1,"u":2,"b":[["1","2"]],"a":[]})",
       {"s", "U", "u", "b", "a"}},
      {test::linear(),
       R"({"e":"depthUpdate","E":1,"s":"AB","U":1,"u":2,"pu":1,"b":[["1","2"]],"a":[]})",
       {"pu"}},
      {test::spot(), R"({"u":4,"s":"AB","b":"1","B":"2","a":"3","A":"4"})", {"s", "b", "B", "a", "A"}},
      {test::spot(),
       R"({"e":"24hrMiniTicker","E":1,"s":"AB","c":"1","o":"1","h":"1","l":"1","v":"1","q":"1"})",
       {"s", "c", "h", "l", "v", "q"}},
      {test::linear(),
       R"({"e":"markPriceUpdate","E":1,"s":"AB","p":"1","i":"1","r":"0.1","T":2})",
       {"s", "p", "E"}},
      {test::spot(),
       R"({"e":"kline","E":1,"s":"AB","k":{"t":1,"s":"AB","i":"1m","o":"1","c":"1","h":"1","l":"1","v":"1","n":1,"x":false,"q":"1"}})",
       {"t", "i", "o", "c", "h", "l", "v", "x", "k"}},
      {test::spot(),
       R"({"e":"executionReport","E":1,"s":"AB","c":"k","S":"SELL","o":"LIMIT","f":"GTC","q":"1","p":"1","x":"TRADE","X":"FILLED","i":1,"l":"1","z":"1","L":"1","n":"0","N":null,"T":1,"t":3,"w":false,"m":true})",
       {"s", "c", "S", "o", "f", "q", "p", "x", "X", "i", "l", "z", "L", "T", "t", "m"}},
      {test::linear(),
       R"({"e":"ORDER_TRADE_UPDATE","T":1,"o":{"s":"AB","c":"k","S":"SELL","o":"LIMIT","f":"GTC","q":"1","p":"1","x":"NEW","X":"NEW","i":1,"z":"0","T":1}})",
       {"o", "s", "c", "S", "f", "q", "p", "x", "X", "i", "z"}},
      {test::linear(),
       R"({"e":"ALGO_UPDATE","T":1,"o":{"caid":"k","aid":5,"o":"STOP","s":"AB","S":"SELL","q":"1","X":"NEW"}})",
       {"caid", "aid", "o", "s", "S", "q", "X"}},
      {test::spot(),
       R"({"e":"outboundAccountPosition","u":1,"B":[{"a":"BTC","f":"1","l":"1"}]})",
       {"B", "a", "f", "l"}},
      {test::linear(),
       R"({"e":"ACCOUNT_UPDATE","T":1,"a":{"B":[{"a":"X","wb":"1"}],"P":[{"s":"AB","pa":"1"}]}})",
       {"wb", "s", "pa"}},
      {test::spot(MessageKind::place),
       R"({"symbol":"AB","orderId":1,"side":"SELL","type":"LIMIT","status":"NEW","origQty":"1"})",
       {"symbol", "side", "type", "origQty"}},
      {test::spot(MessageKind::fills),
       R"([{"symbol":"AB","id":1,"orderId":2,"price":"1","qty":"1","time":1,"isBuyer":false}])",
       {"symbol", "id", "orderId", "price", "qty", "time", "isBuyer"}},
      {test::spot(MessageKind::trades),
       R"([{"id":1,"price":"1","qty":"1","time":1,"isBuyerMaker":true}])",
       {"id", "price", "qty", "time", "isBuyerMaker"}},
      {test::spot(MessageKind::book),
       R"({"lastUpdateId":1,"bids":[["1","1"]],"asks":[]})",
       {"lastUpdateId", "bids", "asks"}},
      {test::spot(MessageKind::server_time), R"({"serverTime":5})", {"serverTime"}},
      {test::linear(MessageKind::balance), R"([{"asset":"X","balance":"1"}])", {"asset", "balance"}},
      {test::spot(MessageKind::balance),
       R"({"balances":[{"asset":"X","free":"1","locked":"1"}]})",
       {"balances", "asset", "free", "locked"}},
      {test::linear(MessageKind::positions),
       R"([{"symbol":"AB","positionAmt":"1"}])",
       {"symbol", "positionAmt"}},
      {test::linear(MessageKind::funding_history),
       R"([{"symbol":"AB","fundingRate":"1","fundingTime":1}])",
       {"symbol", "fundingRate", "fundingTime"}},
      {test::linear(MessageKind::funding_payments),
       R"([{"symbol":"AB","incomeType":"FUNDING_FEE","income":"-1","asset":"X","time":1,"tranId":2}])",
       {"symbol", "incomeType", "income", "asset", "time", "tranId"}},
      {test::linear(MessageKind::fees),
       R"({"symbol":"AB","makerCommissionRate":"1","takerCommissionRate":"1"})",
       {"symbol", "makerCommissionRate", "takerCommissionRate"}},
      {test::spot(MessageKind::key_permissions),
       R"({"enableReading":true,"enableWithdrawals":false})",
       {"enableReading", "enableWithdrawals"}},
      {test::linear(MessageKind::countdown_cancel),
       R"({"symbol":"AB","countdownTime":"100"})",
       {"symbol", "countdownTime"}},
      {test::spot(MessageKind::instruments),
       R"({"symbols":[{"symbol":"AB","baseAsset":"A","quoteAsset":"B","status":"TRADING"}]})",
       {"symbols", "symbol", "baseAsset", "quoteAsset", "status"}},
      {test::spot(MessageKind::ticker), R"({"symbol":"AB","lastPrice":"1"})", {"symbol", "lastPrice"}},
  };
  return all;
}

TEST(BinanceBadInput, WhatAMessageIsAboutMustNotBeLeftOut) {
  RepeatedReader reader;
  for (const WantedKeys& wanted : wanted_keys()) {
    ASSERT_EQ(reader.read(wanted.text, wanted.context), "") << wanted.text;
    EXPECT_FALSE(reader.lines().empty());
    for (const std::string_view key : wanted.keys) {
      std::string without(wanted.text);
      const std::string name = fmt::format("\"{}\":", key);
      ASSERT_TRUE(without.contains(name)) << key;
      // The last one, which is the one within where there are two.
      without.replace(without.rfind(name), name.size(), "\"other name\":");
      EXPECT_NE(reader.read(without, wanted.context), "") << without;
      EXPECT_TRUE(reader.lines().empty() || wanted.text.contains(R"("B":[)")) << without;
    }
  }
}

TEST(BinanceBadInput, UnknownWordsAreRefused) {
  RepeatedReader reader;
  constexpr std::string_view kOrder =
      R"({"symbol":"AB","orderId":1,"side":"SELL","positionSide":"LONG","type":"STOP","timeInForce":"GTC","status":"NEW","origQty":"1"})";
  ASSERT_EQ(reader.read(kOrder, test::linear(MessageKind::place)), "");
  for (const std::string_view word : {"SELL", "LONG", "STOP", "GTC", "NEW"}) {
    std::string changed(kOrder);
    changed.replace(changed.find(word), word.size(), "sideways");
    EXPECT_TRUE(reader.read(changed, test::linear(MessageKind::place))
                    .ends_with("a word that is known, found sideways"))
        << changed;
    EXPECT_TRUE(reader.lines().empty());
  }
  EXPECT_NE(reader.read(R"([{"symbol":"AB","positionAmt":"1","marginType":"sideways"}])",
                        test::linear(MessageKind::positions)),
            "");
  EXPECT_NE(reader.read(R"({"e":"kline","k":{"s":"AB","i":"7m"}})", test::spot()), "");
  // Only what nobody acts on may be new: it is told by its name, or as unknown.
  ASSERT_EQ(reader.read(R"({"e":"somethingNew","s":"AB"})", test::spot()), "");
  EXPECT_EQ(reader.lines(), Lines{"stream status=other topic=somethingNew"});
  ASSERT_EQ(reader.read(R"({"symbols":[{"symbol":"AB","baseAsset":"A","quoteAsset":"B","status":"ASLEEP"}]})",
                        test::spot(MessageKind::instruments)),
            "");
  EXPECT_TRUE(reader.lines().front().contains("status=unknown status_text=ASLEEP"));
}

/// Every kind of message, of both products.
template <class Take>
void for_each_context(Take&& take) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<MessageKind>>([&](auto kind) {
    SCOPED_TRACE(kind.name);
    take(test::spot(kind.value));
    take(test::linear(kind.value));
  });
}

TEST(BinanceBadInput, WhatIsNoMessageIsRefusedByEveryParser) {
  RepeatedReader reader;
  const std::string deep_list(200'000, '[');
  std::string deep_object;
  for (int i = 0; i < 50'000; ++i) deep_object += R"({"o":)";
  const std::vector<std::string> texts = {
      "",
      " ",
      "null",
      "true",
      "17",
      "\"text\"",
      "{",
      "[",
      "}",
      "]",
      "{]",
      "[}",
      "{\"e\"",
      "{\"e\":}",
      "{,}",
      "[,]",
      "<html><body>502 Bad Gateway</body></html>",
      "{\"e\":\"trade\"",
      "{\"e\":\"trade\\",
      "{\"e\":\"\xff\xfe\"}",
      "\xef\xbb\xbf",
      "{\"\xc3\x28\":1}",
      std::string("{\"e\":\0}", 7),
      std::string(1, '\0'),
      "{\"a\":1}}",
      "{} {",
      "{\"code\":\"x\"}",
      deep_list,
      deep_object,
      deep_list + std::string(200'000, ']'),
  };
  for_each_context([&](const MessageContext& context) {
    for (const std::string& text : texts) {
      const std::string problem = reader.read(text, context);
      const bool is_silent = problem.empty() && reader.lines().empty();
      EXPECT_TRUE(!problem.empty() || is_silent || context.kind == MessageKind::listen_key)
          << text.substr(0, 60) << " says " << (reader.lines().empty() ? "" : reader.lines().front());
      EXPECT_TRUE(problem.empty() || reader.lines().empty()) << text.substr(0, 60);
    }
  });
}

TEST(BinanceBadInput, EmptyListsSayNothing) {
  RepeatedReader reader;
  for_each_context([&](const MessageContext& context) {
    EXPECT_TRUE(reader.read("[]", context).empty() || reader.lines().empty());
    EXPECT_TRUE(reader.lines().empty());
  });
  // But an order's fate must be in its answer.
  EXPECT_EQ(reader.read("[]", test::spot(MessageKind::place)),
            "binance: message: expected an order, found none");
  EXPECT_EQ(reader.read("{}", test::linear(MessageKind::cancel)),
            "binance: message: expected an order, found none");
}

/// What an answer says that comes from a gateway or a firewall before the venue.
std::string judged(std::string_view text, unsigned status) {
  RepeatedReader reader;
  MessageContext context = test::spot(MessageKind::place);
  context.http_status = status;
  const std::string problem = reader.read(text, context);
  return problem.empty() ? reader.lines().at(0).substr(0, reader.lines().at(0).find(" text=")) : problem;
}

TEST(BinanceBadInput, GatewaysAnswerInHtml) {
  constexpr std::string_view kHtml = "<html><h1>Attention</h1></html>";
  EXPECT_EQ(judged(kHtml, 200), "binance: expected JSON, found \"<html><h1>Attention</h1></html>\"");
  EXPECT_EQ(judged(kHtml, 403), "error error_class=auth");
  EXPECT_EQ(judged(kHtml, 418), "error error_class=banned retry=after_wait");
  EXPECT_EQ(judged(kHtml, 429), "error error_class=rate_limited retry=after_wait");
  for (const unsigned status : {500U, 502U, 503U, 504U, 520U})
    EXPECT_EQ(judged(kHtml, status), "error error_class=unknown_outcome retry=after_question");
  // Half of a refusal is a refusal all the same, and an empty one too.
  EXPECT_EQ(judged(R"({"code":-1007,"ms)", 504), "error error_class=unknown_outcome retry=after_question");
  EXPECT_EQ(judged(R"({"code":"?","msg":1})", 502), "error error_class=unknown_outcome retry=after_question");
  EXPECT_TRUE(judged("", 502).starts_with("error error_class=unknown_outcome retry=after_question"));
  EXPECT_TRUE(judged("[1,2]", 503).starts_with("error error_class=unknown_outcome"));
  EXPECT_TRUE(judged("{}", 418).starts_with("error error_class=banned"));
}

TEST(BinanceBadInput, AMessageOfAHundredMegabytesIsRefusedAtOnce) {
  RepeatedReader reader;
  std::string text = R"({"e":"trade","s":")" + std::string(100'000'000, 'A') + "\"}";
  EXPECT_EQ(reader.read(text, test::spot()),
            "binance: message: expected 67108864 bytes at the most, found 100000020");
  EXPECT_TRUE(reader.lines().empty());
  // And the next one is read as if nothing had been.
  EXPECT_EQ(reader.read(R"({"result":null,"id":1})", test::spot()), "");
}

/// Keys and texts are read several times; the library that unescapes them has room for each once.
TEST(BinanceBadInput, LongKeysAndTextsFit) {
  RepeatedReader reader;
  const std::string longest(100'000, 'x');
  for (const std::string& piece : {longest, longest + "\\n", std::string(100'000, '"').insert(0, "")}) {
    std::string escaped;
    for (const char c : piece) escaped += c == '"' ? "\\\"" : std::string(1, c);
    for (const std::string& text : {R"({")" + escaped + R"(":1})", R"({"e":")" + escaped + R"("})",
                                    R"({"stream":")" + escaped + R"(","data":{"e":"trade"}})",
                                    R"({"e":"ALGO_UPDATE","o":{"X":")" + escaped + R"("}})",
                                    R"({"id":")" + escaped + R"(","code":1,"msg":")" + escaped + R"("})"}) {
      for (const MessageKind kind : {MessageKind::stream, MessageKind::place}) {
        reader.read(text, test::spot(kind));
        EXPECT_LE(reader.lines().size(), 1U);
      }
    }
  }
}

}  // namespace
}  // namespace kontor::binance
