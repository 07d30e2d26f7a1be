#include "emulator/binance/market_streams.hpp"

#include <algorithm>
#include <utility>

#include "emulator/json_writer.hpp"

namespace kontor::emulator::binance {

MarketStreams::MarketStreams(Service& service, Product product) : service_(service), product_(product) {}

void MarketStreams::subscribe(const std::string& stream, StreamReader& reader) {
  const auto name = StreamName::parse(service_.listings(), product_, stream);
  if (!name) return;
  std::unique_ptr<Channel>& channel = channels_[stream];
  if (!channel) {
    channel = std::make_unique<Channel>(Channel{.text = stream, .name = *name});
    if (name->kind == StreamKind::depth_changes) {
      const PublicMarket& market = service_.exchange().market(*name->instrument);
      channel->book = market.book();
      channel->depth.previous_id = market.book_id();
    }
  }
  if (std::ranges::find(channel->readers, &reader) == channel->readers.end())
    channel->readers.push_back(&reader);
}

void MarketStreams::unsubscribe(const std::string& stream, StreamReader& reader) {
  const auto found = channels_.find(stream);
  if (found == channels_.end()) return;
  // The stream itself is forgotten later: it may be the one that is being sent.
  std::erase(found->second->readers, &reader);
}

bool MarketStreams::concerns(const Channel& channel, InstrumentId instrument) const noexcept {
  return !channel.name.instrument || *channel.name.instrument == instrument;
}

template <class Visit>
void MarketStreams::for_each_of(InstrumentId instrument, Visit&& visit) {
  if (channels_.empty() || service_.listings()[instrument].product != product_) return;
  for (auto& [text, channel] : channels_)
    if (concerns(*channel, instrument)) visit(*channel);
}

void MarketStreams::send(const Channel& channel, const std::string& message) {
  // A reader that is cut off for reading too slowly leaves the list meanwhile; it lives on for a while.
  const std::vector<StreamReader*> readers = channel.readers;
  for (StreamReader* reader : readers) reader->on_stream(channel.text, message);
}

void MarketStreams::note_change(Channel& channel, InstrumentId instrument) {
  channel.changed = true;
  if (channel.name.is_array) channel.changed_instruments.insert(instrument);
}

void MarketStreams::on_trade(const Trade& trade) {
  const ListedInstrument& listing = service_.listings()[trade.instrument];
  for_each_of(trade.instrument, [&](Channel& channel) {
    switch (channel.name.kind) {
      case StreamKind::trade: send(channel, trade_message(service_, listing, trade)); break;
      case StreamKind::aggregate_trade:
        send(channel, aggregate_trade_message(service_, listing, trade));
        break;
      case StreamKind::ticker:
      case StreamKind::mini_ticker:
      case StreamKind::average_price: note_change(channel, trade.instrument); break;
      default: break;
    }
  });
}

void MarketStreams::note_depth(Channel& channel, const BookChange& change) {
  DepthChanges& depth = channel.depth;
  if (depth.first_id == 0) depth.first_id = change.first_id;
  depth.last_id = change.last_id;
  depth.ts = change.ts;
  if (change.snapshot) {
    // The venue's books never begin anew for their readers: what is gone is told level by level.
    for (const Side side : {Side::buy, Side::sell})
      channel.book.for_each_level(
          side, [&](const BookLevel& level) { depth.levels[{side, level.price}] = RawQuantity(); });
    channel.book.clear();
  }
  for (const BookLevelChange& level : change.changes) {
    depth.levels[{level.side, level.price}] = level.quantity;
    channel.book.set(level.side, level.price, level.quantity);
  }
}

void MarketStreams::on_book_change(const BookChange& change) {
  for_each_of(change.instrument, [&](Channel& channel) {
    if (channel.name.kind == StreamKind::depth_changes) note_depth(channel, change);
    const bool shows_book =
        channel.name.kind == StreamKind::depth_changes || channel.name.kind == StreamKind::depth_levels;
    if (shows_book) note_change(channel, change.instrument);
  });
}

void MarketStreams::on_ticker(const TickerChange& change) {
  const ListedInstrument& listing = service_.listings()[change.instrument];
  for_each_of(change.instrument, [&](Channel& channel) {
    const StreamKind kind = channel.name.kind;
    if (kind == StreamKind::book_ticker && change.best_changed)
      send(channel, book_ticker_message(service_, listing));
    if (kind == StreamKind::mark_price && change.mark_changed) note_change(channel, change.instrument);
    if (kind == StreamKind::ticker && change.best_changed) note_change(channel, change.instrument);
  });
}

void MarketStreams::send_closed_candle(Channel& channel, const CandleChange& change) {
  const Interval& interval = *channel.name.interval;
  const TimeNs open = interval.open_of(change.candle.ts_open);
  const bool closes = interval.end_of(open) == change.candle.ts_open + kMinute;
  if (!closes) return;
  const CandleSeries& series = service_.exchange().market(change.instrument).candles();
  const auto candles = candles_of(
      series, {.interval = interval, .from = open, .to = open + 1, .limit = 1, .from_start = true});
  if (candles.empty()) return;
  channel.changed = false;
  send(channel,
       kline_message(service_, service_.listings()[change.instrument], channel.name, candles.front(), true));
}

void MarketStreams::on_candle(const CandleChange& change) {
  for_each_of(change.instrument, [&](Channel& channel) {
    if (!channel.name.interval) return;
    channel.changed = true;
    if (change.closed) send_closed_candle(channel, change);
  });
}

std::string MarketStreams::message_of(Channel& channel, const ListedInstrument& listing) {
  const StreamName& name = channel.name;
  switch (name.kind) {
    case StreamKind::ticker:
    case StreamKind::mini_ticker:
      return ticker_message(service_, listing, name.kind == StreamKind::mini_ticker);
    case StreamKind::average_price: return average_price_message(service_, listing);
    case StreamKind::mark_price: return mark_price_message(service_, listing);
    case StreamKind::depth_levels: {
      const std::uint64_t before =
          std::exchange(channel.depth.previous_id, service_.exchange().market(listing.id).book_id());
      return depth_levels_message(service_, listing, name.levels, before);
    }
    case StreamKind::depth_changes: {
      std::string text = depth_changes_message(service_, listing, channel.depth);
      channel.depth = DepthChanges{.previous_id = channel.depth.last_id};
      return text;
    }
    case StreamKind::kline:
    case StreamKind::continuous_kline: {
      const CandleSeries& series = service_.exchange().market(listing.id).candles();
      const auto candles = candles_of(series, {.interval = *name.interval, .limit = 1});
      return candles.empty() ? std::string() : kline_message(service_, listing, name, candles.back(), false);
    }
    case StreamKind::trade:
    case StreamKind::aggregate_trade:
    case StreamKind::book_ticker: break;
  }
  return {};
}

std::string MarketStreams::array_of(Channel& channel) {
  JsonWriter out;
  out.begin_array();
  for (const InstrumentId instrument : std::exchange(channel.changed_instruments, {}))
    out.raw(message_of(channel, service_.listings()[instrument]));
  return out.end_array().take();
}

void MarketStreams::send_due(Channel& channel, TimeNs now) {
  if (!channel.changed || channel.due > now) return;
  channel.changed = false;
  channel.due = now + channel.name.every_ns;
  const std::string message = channel.name.is_array
                                  ? array_of(channel)
                                  : message_of(channel, service_.listings()[*channel.name.instrument]);
  if (!message.empty()) send(channel, message);
}

void MarketStreams::flush(TimeNs now) {
  std::erase_if(channels_, [](const auto& entry) { return entry.second->readers.empty(); });
  for (auto& [text, channel] : channels_) send_due(*channel, now);
}

}  // namespace kontor::emulator::binance
