#include "venue/live/market_hub.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace kontor::live {
namespace {

/// Between a snapshot that did not fit and the next.
constexpr DurationNs kBetweenSnapshots = kSecond;
constexpr std::uint32_t kSnapshotDepth = 1000;

}  // namespace

/// Hands a message's parts on.
class MarketHub::Sink final : public venue::MessageSink {
 public:
  explicit Sink(MarketHub& hub) noexcept : hub_(hub) {}
  void take(const venue::Message& message) override { hub_.take(message); }

 private:
  MarketHub& hub_;
};

MarketHub::MarketHub(net::IoLoop& loop, std::unique_ptr<venue::Protocol> protocol, RestCaller& rest,
                     const InstrumentTable& instruments, const SymbolTable& symbols,
                     net::ConnectOptions connect, Take take, Note note)
    : loop_(loop),
      protocol_(std::move(protocol)),
      rest_(rest),
      instruments_(instruments),
      symbols_(symbols),
      connect_(std::move(connect)),
      take_(std::move(take)),
      note_(std::move(note)),
      watched_(instruments.size()),
      conflation_(instruments.size()) {}

Result<void> MarketHub::open(const std::vector<Feed>& feeds) {
  const venue::Product product = rest_.setup().product;
  const venue::StreamRules rules = protocol_->stream_rules(product);
  std::map<std::string, std::vector<Feed>> by_url;
  for (const Feed& feed : feeds) {
    const venue::Subscription wanted{feed.channel, instruments_[feed.instrument].name().symbol, feed.interval,
                                     feed.depth};
    TRY(const std::string url,
        protocol_->stream_url(product, std::span(&wanted, 1), rest_.setup().endpoints));
    by_url[url].push_back(feed);
    Watched& watched = watched_[feed.instrument.index()];
    watched.heard_at = rest_.now();
    if (feed.channel == venue::Channel::book && !watched.book)
      watched.book = std::make_unique<Book>(Book{.sync = venue::BookSync(rules.book)});
  }
  for (const auto& [url, of_url] : by_url) TRY_VOID(open_sockets(url, of_url));
  look_ = loop_.after(kBetweenLooks, [this] { look_for_silence(); });
  return {};
}

Result<std::string> MarketHub::topic_of(const Feed& feed) const {
  return protocol_->topic(rest_.setup().product, {feed.channel, instruments_[feed.instrument].name().symbol,
                                                  feed.interval, feed.depth});
}

/// As many feeds to a socket as the venue's rules allow, by their number and by the length of their names.
Result<void> MarketHub::open_sockets(const std::string& url, std::span<const Feed> feeds) {
  const venue::StreamRules rules = protocol_->stream_rules(rest_.setup().product);
  std::vector<std::string> topics;
  std::size_t text = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    TRY(std::string topic, topic_of(feeds[i]));
    const bool has_room = (rules.topics_per_socket == 0 || topics.size() < rules.topics_per_socket) &&
                          (rules.text_per_socket == 0 || text + topic.size() <= rules.text_per_socket);
    if (!has_room && !topics.empty()) {
      open_socket(url, feeds.subspan(first, i - first), std::exchange(topics, {}));
      first = i;
      text = 0;
    }
    text += topic.size();
    topics.push_back(std::move(topic));
  }
  if (!topics.empty()) open_socket(url, feeds.subspan(first), std::move(topics));
  return {};
}

void MarketHub::open_socket(const std::string& url, std::span<const Feed> feeds,
                            std::vector<std::string> topics) {
  auto& socket = sockets_.emplace_back(std::make_unique<StreamSocket>(
      loop_, *protocol_,
      StreamSocket::Setup{.rules = protocol_->stream_rules(rest_.setup().product),
                          .connect = connect_,
                          .seed = rest_.setup().seed + sockets_.size()},
      StreamSocket::Handlers{.on_message = [this](std::string_view text) { take_message(text); },
                             .on_change =
                                 [this, of_socket = std::vector(feeds.begin(), feeds.end())](
                                     bool is_open, const std::string& why) {
                                   if (!is_open) on_socket_lost(of_socket, why);
                                 }}));
  for (const Feed& feed : feeds) {
    if (feed.channel == venue::Channel::book) watched_[feed.instrument.index()].book->socket = socket.get();
  }
  socket->open(url, {}, std::move(topics));
}

void MarketHub::close() {
  look_.cancel();
  release_.cancel();
  for (auto& socket : sockets_) socket->close();
}

void MarketHub::on_socket_lost(const std::vector<Feed>& feeds, const std::string& why) {
  note_("market data: socket lost: " + why);
  for (const Feed& feed : feeds) {
    Watched& watched = watched_[feed.instrument.index()];
    watched.top = {};
    if (!watched.book || feed.channel != venue::Channel::book) continue;
    watched.book->sync.reset();
    conflation_.forget(feed.instrument);
  }
}

void MarketHub::take_message(std::string_view text) {
  Sink sink(*this);
  const auto read = protocol_->decode(text, {.product = rest_.setup().product}, sink);
  if (!read) note_("market data: " + read.error().message);
}

void MarketHub::take(const venue::Message& message) {
  const auto instrument_of = [&](std::string_view symbol) -> std::optional<InstrumentId> {
    const auto found = symbols_.find(symbol);
    if (!found) return std::nullopt;
    Watched& watched = watched_[found->index()];
    watched.heard_at = rest_.now();
    watched.state = FeedState::stream;
    ++watched.messages;
    return found;
  };
  const auto tell = [&](const auto& datum) {
    if (datum) return take_(*datum);
    note_("market data: " + datum.error().message);
  };
  if (const auto* trade = std::get_if<venue::PublicTrade>(&message)) {
    hear(trade->ts_venue);
    if (const auto id = instrument_of(trade->symbol)) tell(trade_of(instruments_[*id], *trade, rest_.now()));
  } else if (const auto* change = std::get_if<venue::BookChange>(&message)) {
    hear(change->ts_venue);
    if (const auto id = instrument_of(change->symbol)) take_book(*id, *change);
  } else if (const auto* candle = std::get_if<venue::Candle>(&message)) {
    const auto id = instrument_of(candle->symbol);
    if (id && candle->is_closed) tell(bar_of(instruments_[*id], *candle, rest_.now()));
  } else if (const auto* ticker = std::get_if<venue::Ticker>(&message)) {
    if (const auto id = instrument_of(ticker->symbol)) take_ticker(*id, *ticker);
  } else if (const auto* error = std::get_if<venue::VenueError>(&message)) {
    note_(fmt::format("market data: the venue refuses: {} {}", error->code, error->text));
  }
}

void MarketHub::take_ticker(InstrumentId instrument, const venue::Ticker& ticker) {
  hear(ticker.ts_venue);
  const TimeNs now = rest_.now();
  Watched& watched = watched_[instrument.index()];
  const auto settled = watched.funding.take(instruments_[instrument], ticker, now);
  if (!settled) return note_("market data: " + settled.error().message);
  if (*settled) take_(**settled);
  venue::Ticker& top = watched.top;
  if (!ticker.bid && !ticker.ask) return;
  if (ticker.bid) std::tie(top.bid, top.bid_quantity) = std::tie(ticker.bid, ticker.bid_quantity);
  if (ticker.ask) std::tie(top.ask, top.ask_quantity) = std::tie(ticker.ask, ticker.ask_quantity);
  top.ts_venue = ticker.ts_venue;
  if (!top.bid || !top.ask) return;
  const auto quote = quote_of(instruments_[instrument], top, now);
  if (!quote) return note_("market data: " + quote.error().message);
  tell_or_hold(*quote);
}

/// To be called for what comes by the stream, once for each datum.
void MarketHub::hear(TimeNs ts_venue) {
  if (ts_venue == 0) return;
  conflation_.heard(ts_venue, rest_.now());
  if (!conflation_.is_behind() || is_releasing_) return;
  is_releasing_ = true;
  const TimeNs now = rest_.now();
  if (now - late_noted_at_ > kMinute) {
    late_noted_at_ = now;
    note_("market data come in late: quotes and books are told together until that is over");
  }
  release_ = loop_.after(Conflation::kBetween, [this] { release_held(); });
}

template <class Datum>
void MarketHub::tell_or_hold(const Datum& datum) {
  if (!conflation_.holds(datum)) take_(datum);
}

void MarketHub::release_held() {
  conflation_.release([this](const auto& datum) { take_(datum); });
  is_releasing_ = conflation_.is_behind();
  if (is_releasing_) release_ = loop_.after(Conflation::kBetween, [this] { release_held(); });
}

void MarketHub::take_book(InstrumentId instrument, const venue::BookChange& change) {
  auto& book = watched_[instrument.index()].book;
  if (!book) return;
  const venue::BookStep step =
      book->sync.take(change, [&](const venue::BookChange& one) { apply_book(instrument, one); });
  if (step == venue::BookStep::gap)
    note_(fmt::format("gap in the book of {}; it is built anew", instruments_[instrument].name().format()));
  if (step == venue::BookStep::gap || book->sync.needs_snapshot()) build_anew(instrument);
}

void MarketHub::apply_book(InstrumentId instrument, const venue::BookChange& change) {
  changes_.clear();
  if (const auto added = add_changes(instruments_[instrument], change, changes_); !added) {
    note_("market data: " + added.error().message);
    return resync(instrument);
  }
  const TimeNs now = rest_.now();
  tell_or_hold(BookUpdate{.instrument = instrument,
                          .ts_venue = change.ts_venue == 0 ? now : change.ts_venue,
                          .ts_recv = now,
                          .snapshot = change.is_snapshot,
                          .changes = changes_});
}

void MarketHub::ask_snapshot(InstrumentId instrument) {
  Book& book = *watched_[instrument.index()].book;
  if (book.is_asked) return;
  book.is_asked = true;
  const std::string& symbol = instruments_[instrument].name().symbol;
  rest_.ask(
      venue::GetBook{.symbol = symbol, .depth = kSnapshotDepth}, net::RateLane::market_data,
      [this, instrument](const venue::Message& message) {
        watched_[instrument.index()].book->is_asked = false;
        if (const auto* snapshot = std::get_if<venue::BookChange>(&message)) take_book(instrument, *snapshot);
      },
      [this, instrument](const CallOutcome& outcome) {
        Book& asked = *watched_[instrument.index()].book;
        asked.is_asked = false;
        if (outcome.end != CallEnd::answered) note_("market data: no snapshot: " + outcome.text);
        if (asked.sync.needs_snapshot())
          asked.again = loop_.after(kBetweenSnapshots, [this, instrument] {
            if (watched_[instrument.index()].book->sync.needs_snapshot()) ask_snapshot(instrument);
          });
      });
}

void MarketHub::resync(InstrumentId instrument) {
  const auto& book = watched_[instrument.index()].book;
  if (!book) return;
  book->sync.reset();
  build_anew(instrument);
}

void MarketHub::resync() {
  for (std::uint32_t index = 0; index < watched_.size(); ++index) resync(InstrumentId(index));
}

/// Where the stream brings the snapshot itself, subscribing anew is what brings it.
void MarketHub::build_anew(InstrumentId instrument) {
  Book& book = *watched_[instrument.index()].book;
  if (book.sync.needs_snapshot()) return ask_snapshot(instrument);
  if (book.socket != nullptr) book.socket->reopen();
}

void MarketHub::look_for_silence() {
  const TimeNs now = rest_.now();
  for (const InstrumentId id : symbols_.ids()) {
    Watched& watched = watched_[id.index()];
    if (watched.heard_at == 0 || now - watched.heard_at < kStale) continue;
    if (watched.state != FeedState::rest) watched.state = FeedState::stale;
    ask_quote(id);
  }
  look_ = loop_.after(kBetweenLooks, [this] { look_for_silence(); });
}

/// A quote by REST, so that prices are not older than they have to be.
void MarketHub::ask_quote(InstrumentId instrument) {
  Watched& watched = watched_[instrument.index()];
  if (watched.is_asked) return;
  watched.is_asked = true;
  rest_.ask(
      venue::GetTicker{.symbol = instruments_[instrument].name().symbol}, net::RateLane::market_data,
      [this, instrument](const venue::Message& message) {
        const auto* ticker = std::get_if<venue::Ticker>(&message);
        if (ticker == nullptr || !ticker->bid || !ticker->ask) return;
        if (const auto quote = quote_of(instruments_[instrument], *ticker, rest_.now())) {
          watched_[instrument.index()].state = FeedState::rest;
          take_(*quote);
        }
      },
      [this, instrument](const CallOutcome& outcome) {
        watched_[instrument.index()].is_asked = false;
        if (outcome.end != CallEnd::answered) watched_[instrument.index()].state = FeedState::stale;
      });
}

MarketHub::Status MarketHub::status(InstrumentId instrument) const {
  const Watched& watched = watched_[instrument.index()];
  return {.state = watched.state,
          .heard_at = watched.heard_at,
          .messages = watched.messages,
          .gaps = watched.book ? watched.book->sync.gaps() : 0,
          .has_book = watched.book != nullptr,
          .book_is_whole = watched.book && watched.book->sync.is_synchronised()};
}

}  // namespace kontor::live
