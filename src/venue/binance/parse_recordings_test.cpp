// Real sessions: the sockets and answers of one minute of spot and one of USDⓈ-M, each message of them, and
// the books that come out of them.

#include <algorithm>
#include <charconv>
#include <map>
#include <ranges>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "venue/binance/parse_test_support.hpp"
#include "venue/book_sync.hpp"

namespace kontor::binance {
namespace {

using venue::BookChange;
using venue::BookLevel;
using venue::BookSync;
using venue::MessageKind;
using venue::Product;

/// Price → quantity, each as it was written.
using PriceMap = std::map<Decimal, Decimal>;

void set_levels(PriceMap& side, std::span<const BookLevel> levels) {
  for (const BookLevel& level : levels) {
    if (level.quantity.is_zero())
      side.erase(level.price);
    else
      side.insert_or_assign(level.price, level.quantity);
  }
}

/// A book as it is rebuilt from its messages.
struct RebuiltBook {
  explicit RebuiltBook(venue::BookRule rule) : sync(rule) {}

  BookSync sync;
  PriceMap bids;
  PriceMap asks;
  std::int64_t last_id = 0;
  std::size_t events = 0;
  std::size_t applied = 0;

  void take(const BookChange& change) {
    events += change.is_snapshot ? 0U : 1U;
    sync.take(change, [this](const BookChange& fitting) { apply(fitting); });
  }
  void apply(const BookChange& change) {
    if (change.is_snapshot) {
      bids.clear();
      asks.clear();
    } else {
      ++applied;
    }
    set_levels(bids, change.bids);
    set_levels(asks, change.asks);
    last_id = change.last_id;
  }
};

/// One line of a recording: when it came, and what.
struct RecordedLine {
  std::string_view from;  ///< the address, of an answer
  double time = 0;
  std::string_view text;
};

/// `1633998512.06: {…}`, or `https://… -> 1633998512.32: {…}`.
std::optional<RecordedLine> recorded_line(std::string_view line) {
  RecordedLine recorded;
  if (const auto arrow = line.find(" -> "); arrow != std::string_view::npos && line.starts_with("https:")) {
    recorded.from = line.substr(0, arrow);
    line.remove_prefix(arrow + 4);
  }
  const auto colon = line.find(": ");
  if (line.starts_with("wss:") || colon == std::string_view::npos) return std::nullopt;
  std::from_chars(line.data(), line.data() + colon, recorded.time);
  recorded.text = line.substr(colon + 2);
  return recorded;
}

/// The lines of the files of one session, in the order in which they came.
std::vector<RecordedLine> recorded_session(std::span<const std::string> files) {
  std::vector<RecordedLine> lines;
  for (const std::string& file : files)
    for (const auto part : std::views::split(file, '\n'))
      if (const auto line = recorded_line(std::string_view(part))) lines.push_back(*line);
  std::ranges::stable_sort(lines, {}, &RecordedLine::time);
  return lines;
}

/// The session of a product: its files, and what it is told to hold.
struct RecordedSession {
  std::string_view name;  ///< of the files
  std::string_view golden;
  Product product;
  venue::BookRule rule;
  std::size_t socket_messages;
};
constexpr RecordedSession kSessions[] = {
    {"BINANCE", "binance_spot", Product::spot, venue::BookRule::next_id, 265},
    {"BINANCE_FUTURES", "binance_usdm", Product::linear, venue::BookRule::previous_id, 1'535},
};

std::vector<std::string> session_files(const RecordedSession& session) {
  std::vector<std::string> files;
  for (const std::string_view end : {".ws.1.0", ".http.0.0"})
    files.push_back(test::sample(fmt::format("cryptofeed/{}{}", session.name, end)));
  return files;
}

std::string symbol_in(std::string_view address) {
  const auto begin = address.find("symbol=") + 7;
  return std::string(address.substr(begin, address.find('&', begin) - begin));
}

/// Rebuilds the books of a session, and counts what else is told.
class SessionSink final : public venue::MessageSink {
 public:
  explicit SessionSink(venue::BookRule rule) : rule_(rule) {}
  void take(const venue::Message& message) override {
    ++told_[message.index()];
    const auto* change = std::get_if<BookChange>(&message);
    if (change == nullptr) return;
    books_.try_emplace(std::string(change->symbol), rule_).first->second.take(*change);
  }
  [[nodiscard]] std::map<std::string, RebuiltBook>& books() { return books_; }
  template <class T>
  [[nodiscard]] std::size_t told() {
    return told_[venue::Message(T{}).index()];
  }

 private:
  venue::BookRule rule_;
  std::map<std::string, RebuiltBook> books_;
  std::map<std::size_t, std::size_t> told_;
};

/// Plays a session; the number of messages that came over the socket.
std::size_t play(const RecordedSession& session, SessionSink& sink) {
  const auto protocol = make_protocol();
  const auto files = session_files(session);
  std::size_t socket_messages = 0;
  for (const RecordedLine& line : recorded_session(files)) {
    const bool is_answer = !line.from.empty();
    if (is_answer && !line.from.contains("/depth?")) continue;
    const std::string symbol = is_answer ? symbol_in(line.from) : "";
    const auto read = protocol->decode(line.text,
                                       {.product = session.product,
                                        .kind = is_answer ? MessageKind::book : MessageKind::stream,
                                        .symbol = symbol},
                                       sink);
    EXPECT_TRUE(read.has_value()) << line.text.substr(0, 200);
    socket_messages += is_answer ? 0U : 1U;
  }
  return socket_messages;
}

std::vector<std::string> best_of(const PriceMap& side, bool highest_first, std::size_t count) {
  std::vector<std::string> levels;
  const auto add = [&](const auto& level) {
    if (levels.size() < count) levels.push_back(level.first.format() + " " + level.second.format());
  };
  if (highest_first)
    std::ranges::for_each(side | std::views::reverse, add);
  else
    std::ranges::for_each(side, add);
  return levels;
}

std::vector<std::string> golden_levels(simdjson::dom::element levels) {
  std::vector<std::string> texts;
  for (const auto level : levels.get_array())
    texts.push_back(fmt::format("{} {}", std::string_view(level.at(0)), std::string_view(level.at(1))));
  return texts;
}

void compare_book(const RebuiltBook& book, simdjson::dom::element golden) {
  EXPECT_EQ(best_of(book.bids, true, 25), golden_levels(golden["bids25"]));
  EXPECT_EQ(best_of(book.asks, false, 25), golden_levels(golden["asks25"]));
  EXPECT_EQ(book.bids.size(), golden["nbids"].get_uint64().value());
  EXPECT_EQ(book.asks.size(), golden["nasks"].get_uint64().value());
  EXPECT_EQ(book.last_id, golden["lastUpdateId"].get_int64().value());
  EXPECT_EQ(book.events, golden["events"].get_uint64().value());
  EXPECT_EQ(book.applied, golden["applied"].get_uint64().value());
  EXPECT_EQ(book.events - book.applied, golden["dropped"].get_uint64().value());
  EXPECT_EQ(book.sync.gaps(), golden["gaps"].get_uint64().value());
  EXPECT_TRUE(book.sync.is_synchronised());
}

TEST(BinanceRecordings, BooksAreThoseThatWereRebuiltIndependently) {
  REQUIRE_BINANCE_SAMPLES();
  simdjson::dom::parser parser;
  const std::string golden_file = kontor::test::read_file(test::venue_data() / "golden_books.json");
  const simdjson::dom::element golden = parser.parse(golden_file);
  std::size_t compared = 0;
  for (const RecordedSession& session : kSessions) {
    SessionSink sink(session.rule);
    EXPECT_EQ(play(session, sink), session.socket_messages) << session.name;
    for (const auto [symbol, book] : golden[session.golden].get_object()) {
      SCOPED_TRACE(symbol);
      const auto rebuilt = sink.books().find(std::string(symbol));
      ASSERT_NE(rebuilt, sink.books().end());
      compare_book(rebuilt->second, book);
      ++compared;
    }
  }
  EXPECT_EQ(compared, 8U);
}

TEST(BinanceRecordings, EveryMessageOfTheSocketsSaysSomething) {
  REQUIRE_BINANCE_SAMPLES();
  for (const RecordedSession& session : kSessions) {
    SessionSink sink(session.rule);
    const std::size_t messages = play(session, sink);
    const std::size_t of_socket = sink.told<BookChange>() - 4 + sink.told<venue::PublicTrade>() +
                                  sink.told<venue::Ticker>() + sink.told<venue::Candle>();
    EXPECT_EQ(of_socket, messages) << session.name;
    EXPECT_GT(sink.told<venue::PublicTrade>(), 0U);
    EXPECT_GT(sink.told<venue::Ticker>(), 0U);
    EXPECT_GT(sink.told<venue::Candle>(), 0U);
  }
}

/// The instruments of a list that are in it and that are not, by how many there are of each kind.
class InstrumentSink final : public venue::MessageSink {
 public:
  void take(const venue::Message& message) override {
    limits += std::holds_alternative<venue::RateLimit>(message) ? 1U : 0U;
    const auto* one = std::get_if<venue::InstrumentListed>(&message);
    if (one == nullptr) return;
    ++instruments;
    perpetuals += one->is_perpetual ? 1U : 0U;
    trading += one->status == venue::InstrumentStatus::trading ? 1U : 0U;
    unknown += one->status == venue::InstrumentStatus::unknown ? 1U : 0U;
    without_rules += one->tick.is_zero() || one->step.is_zero() ? 1U : 0U;
    if (one->symbol == wanted) line = test::line_of(message);
  }
  std::string_view wanted;
  std::string line;
  std::size_t instruments = 0;
  std::size_t perpetuals = 0;
  std::size_t trading = 0;
  std::size_t unknown = 0;
  std::size_t without_rules = 0;
  std::size_t limits = 0;
};

void list(std::string_view file, Product product, InstrumentSink& sink) {
  const auto line = recorded_line(std::string_view(file).substr(0, file.find('\n')));
  const auto read =
      make_protocol()->decode(line->text, {.product = product, .kind = MessageKind::instruments}, sink);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
}

TEST(BinanceRecordings, AllInstrumentsOfSpotAreListed) {
  REQUIRE_BINANCE_SAMPLES();
  InstrumentSink sink;
  sink.wanted = "NKNUSDT";
  list(test::sample("cryptofeed/BINANCE.0"), Product::spot, sink);
  EXPECT_EQ(sink.instruments, 1'695U);
  EXPECT_EQ(sink.perpetuals, 0U);
  EXPECT_EQ(sink.trading, 1'262U);
  EXPECT_EQ(sink.unknown, 0U);
  EXPECT_EQ(sink.without_rules, 0U);
  EXPECT_EQ(sink.limits, 4U);
  EXPECT_EQ(sink.line,
            "instrument symbol=NKNUSDT base=NKN quote=USDT status_text=TRADING tick=0.00010000 "
            "min_price=0.00010000 max_price=1000.00000000 step=1.00000000 min_quantity=1.00000000 "
            "max_quantity=9000000.00000000 market_step=0.00000000 market_min_quantity=0.00000000 "
            "market_max_quantity=691026.07991660 min_notional=10.00000000 bid_price_up=5 bid_price_down=0.2 "
            "ask_price_up=5 ask_price_down=0.2 max_orders=200 max_conditional_orders=5");
}

TEST(BinanceRecordings, AllInstrumentsOfUsdmAreListed) {
  REQUIRE_BINANCE_SAMPLES();
  InstrumentSink sink;
  sink.wanted = "SUSHIUSDT";
  list(test::sample("cryptofeed/BINANCE_FUTURES.0"), Product::linear, sink);
  EXPECT_EQ(sink.instruments, 122U);
  EXPECT_EQ(sink.unknown, 0U);
  EXPECT_EQ(sink.without_rules, 0U);
  EXPECT_EQ(sink.limits, 3U);
  EXPECT_EQ(sink.perpetuals, 119U);
  EXPECT_EQ(sink.trading, 121U);
  EXPECT_EQ(sink.line,
            "instrument symbol=SUSHIUSDT base=SUSHI quote=USDT settle=USDT is_perpetual=true "
            "status_text=TRADING tick=0.0010 min_price=0.1430 max_price=500 step=1 min_quantity=1 "
            "max_quantity=10000000 market_step=1 market_min_quantity=1 market_max_quantity=100000 "
            "min_notional=5 bid_price_up=1.1500 bid_price_down=0.8500 ask_price_up=1.1500 "
            "ask_price_down=0.8500 max_orders=200 max_conditional_orders=10 "
            "listed_at=1569398400000000000");
}

}  // namespace
}  // namespace kontor::binance
