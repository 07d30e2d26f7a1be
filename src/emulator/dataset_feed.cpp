#include "emulator/dataset_feed.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "data/catalogue.hpp"
#include "emulator/dataset_replay.hpp"
#include "emulator/price_walk.hpp"

namespace kontor::emulator {
namespace {

using data::Catalogue;
using data::DataKind;
using data::DatasetInfo;
using data::DatasetKey;

constexpr DurationNs kPauseBeforeRepeat = kSecond;

/// What the store holds for one listing.
struct RecordedMarket {
  std::vector<DatasetKey> keys;    ///< what is replayed
  std::optional<DatasetKey> bars;  ///< the past before it
  [[nodiscard]] bool has_book() const noexcept {
    return std::any_of(keys.begin(), keys.end(),
                       [](const DatasetKey& k) { return k.kind == DataKind::book; });
  }
};

/// The store's name for a listing's market: its own, else the same symbol at this venue, else anywhere.
std::optional<InstrumentName> recorded_name(const data::Listing& stored, const ListedInstrument& listed,
                                            VenueName venue) {
  const std::string own = listed.symbol + (listed.product == Product::linear ? ".linear" : "");
  const auto matches = [&](const DatasetInfo& info, std::string_view symbol, bool any_venue) {
    const InstrumentName& name = info.key.instrument;
    return name.symbol == symbol && (any_venue || name.venue == name_of(venue));
  };
  for (const auto& [symbol, any_venue] :
       {std::pair(own, false), std::pair(listed.symbol, false), std::pair(listed.symbol, true)}) {
    for (const DatasetInfo& info : stored.datasets) {
      if (info.key.kind != DataKind::funding && matches(info, symbol, any_venue)) return info.key.instrument;
    }
  }
  return std::nullopt;
}

RecordedMarket market_of(const data::Listing& stored, const InstrumentName& name) {
  const auto of_kind = [&](DataKind kind) -> std::optional<DatasetKey> {
    std::optional<DatasetKey> finest;
    for (const DatasetInfo& info : stored.datasets) {
      if (info.key.instrument != name || info.key.kind != kind) continue;
      if (!finest || info.key.timeframe < finest->timeframe) finest = info.key;
    }
    return finest;
  };
  RecordedMarket market;
  market.bars = of_kind(DataKind::bar);
  const auto trades = of_kind(DataKind::trade);
  if (const auto book = of_kind(DataKind::book)) {
    market.keys.push_back(*book);
  } else if (const auto quotes = of_kind(DataKind::quote)) {
    market.keys.push_back(*quotes);
  }
  if (trades) market.keys.push_back(*trades);
  // A book that nobody trades on would leave stops and candles without a price.
  if (!trades && market.bars) market.keys.push_back(*market.bars);
  return market;
}

class DatasetFeed final : public MarketFeed {
 public:
  DatasetFeed(Catalogue store, const DatasetFeedSettings& settings)
      : store_(std::move(store)), settings_(settings), start_(settings.start) {}

  [[nodiscard]] Result<void> add(const Instrument& instrument, const ListedInstrument& listed,
                                 RecordedMarket market) {
    const DatasetReplay::Settings replay{.has_book = market.has_book(),
                                         .linear = listed.product == Product::linear,
                                         .seed = seed_of(settings_.seed, instrument.name().format())};
    lanes_.emplace_back(instrument, replay, std::move(market));
    return reopen(lanes_.back());
  }

  /// To be called when all lanes are there: the earliest row is where the tape begins.
  [[nodiscard]] bool begin() noexcept {
    first_ = next_recorded();
    return first_ != kTimeMax;
  }

  [[nodiscard]] TimeNs next_time() const noexcept override {
    const TimeNs recorded = next_recorded();
    if (recorded != kTimeMax) return venue_time(recorded);
    return settings_.repeat ? last_ + kPauseBeforeRepeat : kTimeMax;
  }

  [[nodiscard]] Result<void> step(MarketSink& sink) override {
    sink_ = &sink;
    Lane* lane = next_lane();
    if (lane == nullptr) return repeat();
    last_ = std::max(last_, venue_time(lane->replay.next_time()));
    return lane->replay.step(last_, sink);
  }

  [[nodiscard]] std::vector<Candle> history(InstrumentId id, std::size_t minutes) override {
    for (Lane& lane : lanes_) {
      if (lane.replay.instrument().id() == id) return past_of(lane, minutes);
    }
    return {};
  }

  [[nodiscard]] Result<void> jump(InstrumentId id, const Decimal& fraction, TimeNs now) override {
    for (Lane& lane : lanes_) {
      if (lane.replay.instrument().id() != id) continue;
      if (sink_ != nullptr && lane.replay.shift(fraction, now, *sink_)) return {};
    }
    return fail(ErrorKind::usage, "expected an instrument with a market and a jump that leaves a price");
  }

  void delay(DurationNs duration_ns) override {
    start_ += duration_ns;
    last_ += duration_ns;
  }

 private:
  struct Lane {
    Lane(const Instrument& instrument, const DatasetReplay::Settings& settings, RecordedMarket market_in)
        : replay(instrument, settings), market(std::move(market_in)) {}
    DatasetReplay replay;
    RecordedMarket market;
  };

  [[nodiscard]] TimeNs next_recorded() const noexcept {
    TimeNs next = kTimeMax;
    for (const Lane& lane : lanes_) next = std::min(next, lane.replay.next_time());
    return next;
  }
  [[nodiscard]] Lane* next_lane() noexcept {
    Lane* found = nullptr;
    for (Lane& lane : lanes_) {
      const TimeNs next = lane.replay.next_time();
      if (next != kTimeMax && (found == nullptr || next < found->replay.next_time())) found = &lane;
    }
    return found;
  }
  [[nodiscard]] TimeNs venue_time(TimeNs recorded) const noexcept {
    return start_ + static_cast<DurationNs>(static_cast<double>(recorded - first_) / settings_.speed);
  }

  [[nodiscard]] Result<void> reopen(Lane& lane) {
    std::vector<std::unique_ptr<TickSource>> sources;
    for (const DatasetKey& key : lane.market.keys) {
      auto series = store_.read(key, {.from = settings_.from, .to = settings_.to});
      // Of a range that one kind of data does not cover the others are still a market.
      if (!series && series.error().kind == ErrorKind::not_found) continue;
      if (!series) return std::unexpected(std::move(series).error());
      sources.push_back(make_tick_source(lane.replay.instrument(), std::move(*series)));
    }
    return lane.replay.open(std::move(sources));
  }

  [[nodiscard]] Result<void> repeat() {
    start_ = last_ + kPauseBeforeRepeat;
    last_ = start_;
    for (Lane& lane : lanes_) TRY_VOID(reopen(lane));
    return {};
  }

  /// The bars before the first row, moved to the minutes before the opening.
  [[nodiscard]] std::vector<Candle> past_of(Lane& lane, std::size_t minutes) {
    std::vector<Candle> past;
    if (lane.market.bars) {
      const TimeNs from = first_ - static_cast<TimeNs>(minutes) * kMinute;
      DatasetKey key = *lane.market.bars;
      key.timeframe = Timeframe{kMinute};
      // The bar in which the tape begins is replayed.
      auto series = store_.read(key, {.from = from, .to = first_ - kMinute + 1});
      if (series) past = candles_of(lane.replay.instrument(), std::move(*series));
    }
    TimeNs minute = floor_divide(settings_.start, kMinute) * kMinute;
    for (std::size_t i = past.size(); i-- > 0;) past[i].ts_open = minute -= kMinute;
    return past;
  }

  [[nodiscard]] static std::vector<Candle> candles_of(const Instrument& instrument, data::Series series) {
    using data::BarColumn;
    const GridConverter grid(instrument, series.scales());
    std::vector<Candle> candles;
    data::SeriesReader reader(std::move(series));
    for (auto more = reader.next(); more && *more; more = reader.next()) {
      const data::ColumnView& view = reader.view();
      for (std::size_t row = 0; row < view.rows(); ++row) {
        Candle candle;
        candle.open = grid.price(view.column(BarColumn::open)[row]);
        candle.high = grid.price(view.column(BarColumn::high)[row]);
        candle.low = grid.price(view.column(BarColumn::low)[row]);
        candle.close = grid.price(view.column(BarColumn::close)[row]);
        candle.volume = grid.quantity(view.column(BarColumn::volume)[row]);
        candle.turnover = instrument.notional(candle.close, candle.volume);
        candle.trades = static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(view.column(BarColumn::trade_count)[row], 1, INT32_MAX));
        candles.push_back(candle);
      }
    }
    const std::size_t most = CandleSeries::kMaxMinutes - 1;
    if (candles.size() > most)
      candles.erase(candles.begin(), candles.end() - static_cast<std::ptrdiff_t>(most));
    return candles;
  }

  Catalogue store_;
  DatasetFeedSettings settings_;
  std::deque<Lane> lanes_;
  TimeNs first_ = 0;  ///< recorded time of the first row of all
  TimeNs start_ = 0;  ///< venue time at which it happens
  TimeNs last_ = kTimeMin;
  MarketSink* sink_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<MarketFeed>> make_dataset_feed(const Listings& listings,
                                                      const DatasetFeedSettings& settings) {
  if (!(settings.speed >= 0.001 && settings.speed <= 100'000)) {
    return fail(ErrorKind::usage,
                fmt::format("expected a speed between 0.001 and 100,000, found {}", settings.speed));
  }
  TRY(Catalogue store, Catalogue::open(settings.store));
  TRY(const data::Listing stored, store.list());
  auto feed = std::make_unique<DatasetFeed>(store, settings);
  for (const ListedInstrument& listed : listings.all()) {
    const auto name = recorded_name(stored, listed, listings.venue());
    if (name) TRY_VOID(feed->add(listings.instrument(listed.id), listed, market_of(stored, *name)));
  }
  if (!feed->begin()) {
    return fail(
        ErrorKind::not_found,
        fmt::format("{}: expected data of an instrument that the emulated {} lists, in the range asked for",
                    settings.store.string(), name_of(listings.venue())));
  }
  return feed;
}

}  // namespace kontor::emulator
