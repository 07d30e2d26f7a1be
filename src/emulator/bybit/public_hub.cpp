#include "emulator/bybit/public_hub.hpp"

#include <algorithm>

#include "emulator/bybit/candles.hpp"
#include "emulator/bybit/public_messages.hpp"

namespace kontor::emulator::bybit {
namespace {

constexpr DurationNs kFirstLevelRepeat = 3 * kSecond;
constexpr std::size_t kMaxClosedCandles = 64;

/// How often the venue sends messages of a topic at the most.
DurationNs pace_of(const TopicName& name, Product product) noexcept {
  switch (name.kind) {
    case TopicKind::book:
      if (name.depth == 1) return 10 * kMillisecond;
      if (name.depth == 50) return 20 * kMillisecond;
      return name.depth == 200 ? 100 * kMillisecond : 200 * kMillisecond;
    case TopicKind::ticker: return product == Product::spot ? 50 * kMillisecond : 100 * kMillisecond;
    case TopicKind::candles: return kSecond;
    case TopicKind::trades:
    case TopicKind::liquidations: return 0;
  }
  return 0;
}

}  // namespace

struct PublicHub::Topic {
  TopicName name;
  Product product = Product::spot;
  std::string text;
  const ListedInstrument& listed;
  const Instrument& instrument;
  std::vector<TopicReader*> readers{};
  bool is_dirty = false;
  TimeNs due = 0;  ///< nothing is sent before
  TimeNs last_sent = 0;
  std::vector<TickerField> ticker{};  ///< as the readers know it
  std::vector<std::string> trades{};  ///< not sent yet
  std::vector<TimeNs> closed{};       ///< openings of candles that are complete and not sent yet

  [[nodiscard]] TopicHeader header(TimeNs ts) const noexcept { return {text, product, ts}; }
};

PublicHub::PublicHub(EmulatedVenue& venue, VenueMemory& memory, BookTopics& books)
    : venue_(venue),
      memory_(memory),
      books_(books),
      by_instrument_(venue.exchange().listings().size()),
      last_trade_(venue.exchange().listings().size()) {}

PublicHub::~PublicHub() = default;

std::expected<void, std::string> PublicHub::check(Product product, std::string_view topic) const {
  const auto name = parse_topic(venue_.exchange().listings(), product, topic);
  if (!name) return std::unexpected<std::string>(name.error());
  if (topics_.size() < kMaxTopics || topics_.contains({product, std::string(topic)})) return {};
  return std::unexpected<std::string>("error:too many topics,topic:" + std::string(topic));
}

void PublicHub::subscribe(TopicReader& reader, Product product, std::string_view text) {
  const Listings& listings = venue_.exchange().listings();
  auto [at, is_new] = topics_.try_emplace({product, std::string(text)});
  if (is_new) {
    const TopicName name = *parse_topic(listings, product, text);
    at->second = std::make_unique<Topic>(Topic{name, product, std::string(text), listings[name.instrument],
                                               listings.instrument(name.instrument)});
    by_instrument_[name.instrument.index()].push_back(at->second.get());
    if (name.kind == TopicKind::book) books_.feed(name.instrument, name.depth).set_read(true);
  }
  Topic& topic = *at->second;
  if (std::find(topic.readers.begin(), topic.readers.end(), &reader) != topic.readers.end()) return;
  // The others are told what the new one begins with, so that all stand at the same place.
  if (!topic.readers.empty()) flush_topic(topic, kTimeMax);
  topic.readers.push_back(&reader);
  send_start(topic, reader);
}

void PublicHub::drop_if_unread(const Key& key) {
  const auto at = topics_.find(key);
  if (at == topics_.end() || !at->second->readers.empty()) return;
  const TopicName& name = at->second->name;
  if (name.kind == TopicKind::book) books_.feed(name.instrument, name.depth).set_read(false);
  std::erase(by_instrument_[name.instrument.index()], at->second.get());
  topics_.erase(at);
}

bool PublicHub::unsubscribe(TopicReader& reader, Product product, std::string_view text) {
  const Key key{product, std::string(text)};
  const auto at = topics_.find(key);
  if (at == topics_.end() || std::erase(at->second->readers, &reader) == 0) return false;
  drop_if_unread(key);
  return true;
}

void PublicHub::forget(TopicReader& reader) {
  std::vector<Key> read;
  for (const auto& [key, topic] : topics_) {
    if (std::erase(topic->readers, &reader) != 0) read.push_back(key);
  }
  for (const Key& key : read) drop_if_unread(key);
}

void PublicHub::send(Topic& topic, const std::string& message) const {
  topic.last_sent = venue_.exchange().now();
  for (TopicReader* reader : topic.readers) reader->on_market_message(message);
}

void PublicHub::send_start(Topic& topic, TopicReader& reader) {
  const TopicHeader header = topic.header(venue_.server_time());
  const PublicMarket& market = venue_.exchange().market(topic.name.instrument);
  switch (topic.name.kind) {
    case TopicKind::book: {
      BookFeed& feed = books_.feed(topic.name.instrument, topic.name.depth);
      feed.refresh(market, memory_.sequence());
      if (topic.readers.size() == 1)
        (void)feed.take_unsent();  // nobody has seen what these changes begin from
      topic.last_sent = venue_.exchange().now();
      reader.on_market_message(book_snapshot_message(header, topic.listed, topic.instrument, feed));
      return;
    }
    case TopicKind::ticker:
      topic.ticker = ticker_of(venue_.exchange(), topic.listed, true);
      reader.on_market_message(ticker_message(header, topic.ticker, {}, memory_.sequence()));
      return;
    case TopicKind::candles:
      for (const Candle& candle : candles_of(market.candles(), *topic.name.interval, {.limit = 1})) {
        reader.on_market_message(
            candle_message(header, topic.instrument, *topic.name.interval, candle, false));
      }
      return;
    case TopicKind::trades:
    case TopicKind::liquidations: return;
  }
}

void PublicHub::flush() {
  const TimeNs now = venue_.exchange().now();
  for (const auto& [key, topic] : topics_) flush_topic(*topic, now);
}

void PublicHub::flush_topic(Topic& topic, TimeNs now) {
  const bool is_due = topic.is_dirty && now >= topic.due;
  const TimeNs next = venue_.exchange().now() + pace_of(topic.name, topic.product);
  switch (topic.name.kind) {
    case TopicKind::book: flush_book(topic, is_due); break;
    case TopicKind::candles: flush_candles(topic, is_due); break;
    case TopicKind::trades: flush_trades(topic); break;
    case TopicKind::ticker:
      if (is_due) {
        std::vector<TickerField> fields = ticker_of(venue_.exchange(), topic.listed, true);
        // Spot is told as a whole every time.
        const auto before = topic.product == Product::spot ? std::vector<TickerField>() : topic.ticker;
        if (fields != topic.ticker) {
          send(topic, ticker_message(topic.header(venue_.server_time()), fields, before, memory_.sequence()));
        }
        topic.ticker = std::move(fields);
      }
      break;
    case TopicKind::liquidations: break;
  }
  if (!is_due) return;
  topic.is_dirty = false;
  topic.due = next;
}

void PublicHub::flush_book(Topic& topic, bool is_due) {
  BookFeed& feed = books_.feed(topic.name.instrument, topic.name.depth);
  if (is_due) feed.refresh(venue_.exchange().market(topic.name.instrument), memory_.sequence());
  const TopicHeader header = topic.header(venue_.server_time());
  const std::vector<BookDelta> deltas = feed.take_unsent();
  const bool overrun = feed.take_overrun();
  // One level is told as a whole, and again when it has been silent for long.
  const bool repeats =
      topic.name.depth == 1 && venue_.exchange().now() - topic.last_sent >= kFirstLevelRepeat;
  if (overrun || repeats || (topic.name.depth == 1 && !deltas.empty())) {
    send(topic, book_snapshot_message(header, topic.listed, topic.instrument, feed));
    return;
  }
  for (const BookDelta& delta : deltas) {
    send(topic, book_delta_message(header, topic.listed, topic.instrument, delta));
  }
}

void PublicHub::flush_candles(Topic& topic, bool is_due) {
  const Interval& interval = *topic.name.interval;
  const CandleSeries& series = venue_.exchange().market(topic.name.instrument).candles();
  const TopicHeader header = topic.header(venue_.server_time());
  const auto tell = [&](const CandleQuery& query, bool confirmed) {
    for (const Candle& candle : candles_of(series, interval, query)) {
      send(topic, candle_message(header, topic.instrument, interval, candle, confirmed));
    }
  };
  for (const TimeNs opened : std::exchange(topic.closed, {})) {
    tell({.from = opened, .to = opened + 1, .limit = 1}, true);
  }
  if (is_due) tell({.limit = 1}, false);
}

void PublicHub::flush_trades(Topic& topic) {
  if (topic.trades.empty()) return;
  const std::vector<std::string> items = std::exchange(topic.trades, {});
  send(topic, trades_message(topic.header(venue_.server_time()), items));
}

void PublicHub::touch(InstrumentId instrument, TopicKind kind) {
  for (Topic* topic : by_instrument_[instrument.index()]) {
    if (topic->name.kind == kind) topic->is_dirty = true;
  }
}

void PublicHub::on_execution(const ExecutionEvent& event) {
  if (!event.execution.liquidation) return;
  for (Topic* topic : by_instrument_[event.execution.instrument.index()]) {
    if (topic->name.kind != TopicKind::liquidations) continue;
    send(*topic, liquidation_message(topic->header(venue_.server_time()), topic->listed, topic->instrument,
                                     event.execution));
  }
}

void PublicHub::on_trade(const MarketTrade& event) {
  const InstrumentId id = event.trade.instrument;
  const RawPrice before = std::exchange(last_trade_[id.index()], event.trade.price);
  for (Topic* topic : by_instrument_[id.index()]) {
    if (topic->name.kind != TopicKind::trades) continue;
    topic->trades.push_back(trade_item(topic->listed, topic->instrument, event, before));
    if (topic->trades.size() >= kMaxTradesPerMessage) flush_trades(*topic);
  }
}

void PublicHub::on_book_change(const BookChange& event) { touch(event.instrument, TopicKind::book); }
void PublicHub::on_ticker(const TickerChange& event) { touch(event.instrument, TopicKind::ticker); }

void PublicHub::on_candle(const CandleChange& event) {
  for (Topic* topic : by_instrument_[event.instrument.index()]) {
    if (topic->name.kind != TopicKind::candles) continue;
    topic->is_dirty = true;
    const TimeNs opened = start_of_candle(*topic->name.interval, event.candle.ts_open);
    const TimeNs minute_end = event.candle.ts_open + kMinute;
    const bool completes = event.closed && minute_end == end_of_candle(*topic->name.interval, opened);
    if (completes && topic->closed.size() < kMaxClosedCandles) topic->closed.push_back(opened);
  }
}

}  // namespace kontor::emulator::bybit
