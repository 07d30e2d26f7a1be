#include "emulator/synthetic_feed.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/price_walk.hpp"
#include "emulator/synthetic_book.hpp"
#include "emulator/synthetic_history.hpp"

namespace kontor::emulator {
namespace {

bool is_dollar(std::string_view asset) noexcept {
  return asset == "USDT" || asset == "USDC" || asset == "USD" || asset == "FDUSD";
}

/// Where an asset begins in dollars, by the listings' start prices; 1 where none of them tells.
double dollars_of(const Listings& listings, std::string_view asset, int crosses = 1) {
  if (is_dollar(asset)) return 1;
  for (const ListedInstrument& listed : listings.all()) {
    if (listed.base == asset && is_dollar(listed.quote)) return listed.start_price.to_double();
  }
  if (crosses == 0) return 1;
  for (const ListedInstrument& listed : listings.all()) {
    if (listed.base == asset) {
      return listed.start_price.to_double() * dollars_of(listings, listed.quote, crosses - 1);
    }
  }
  return 1;
}

class SyntheticFeed final : public MarketFeed {
 public:
  SyntheticFeed(const Listings& listings, const SyntheticFeedSettings& settings)
      : settings_(settings), mean_interval_ns_(1e9 / settings.events_per_second) {
    for (const ListedInstrument& listed : listings.all()) add(listings, listed);
  }

  [[nodiscard]] TimeNs next_time() const noexcept override {
    return queue_.empty() ? kTimeMax : queue_.begin()->first;
  }

  [[nodiscard]] Result<void> step(MarketSink& sink) override {
    const auto [now, index] = *queue_.begin();
    queue_.erase(queue_.begin());
    Stall& stall = stalls_[index];
    emit(stall, now, sink);
    const double wait = mean_interval_ns_ * (0.5 + stall.book.prng().uniform());
    stall.next = now + std::max<DurationNs>(1, static_cast<DurationNs>(wait));
    queue_.emplace(stall.next, index);
    return {};
  }

  [[nodiscard]] std::vector<Candle> history(InstrumentId id, std::size_t minutes) override {
    const Stall& stall = stalls_[id.index()];
    return made_up_history(stall.instrument,
                           {.before = settings_.start,
                            .minutes = minutes,
                            .last_price = fair_price(stall, settings_.start),
                            .deviation = stall.base->deviation(kMinute),
                            .minute_value = settings_.mean_trade_value * settings_.events_per_second * 60 *
                                            kShareOfTrades / quote_dollars(stall),
                            .seed = seed_of(settings_.seed, stall.instrument.specification().base)});
  }

  [[nodiscard]] Result<void> jump(InstrumentId id, const Decimal& fraction, TimeNs now) override {
    Stall& origin = stalls_[id.index()];
    if (fraction <= Decimal{-99, 2} || fraction > Decimal{10, 0} ||
        !origin.base->scale(1 + fraction.to_double())) {
      return fail(ErrorKind::usage,
                  fmt::format("expected a jump between -99 % and +1000 % that leaves a usual price, found {}",
                              fraction.format()));
    }
    for (std::size_t index = 0; index < stalls_.size(); ++index) {
      Stall& stall = stalls_[index];
      if (stall.base != origin.base && stall.quote != origin.base) continue;
      queue_.erase({stall.next, index});
      stall.jumped = true;
      stall.next = now;
      queue_.emplace(now, index);
    }
    return {};
  }

  void delay(DurationNs duration_ns) override {
    queue_.clear();
    for (auto& [asset, walk] : walks_) walk.delay(duration_ns);
    for (std::size_t index = 0; index < stalls_.size(); ++index) {
      stalls_[index].next += duration_ns;
      queue_.emplace(stalls_[index].next, index);
    }
  }

 private:
  /// The market of one instrument.
  struct Stall {
    Instrument instrument;
    bool linear;
    PriceWalk* base;
    PriceWalk* quote;
    SyntheticBook book;
    double premium = 0;  ///< of a perpetual over its index
    TimeNs next = 0;
    bool opened = false;
    bool jumped = false;
  };

  PriceWalk& walk_of(const Listings& listings, const std::string& asset) {
    const double volatility = is_dollar(asset) ? 0 : settings_.daily_volatility;
    return walks_
        .try_emplace(asset, dollars_of(listings, asset), volatility, seed_of(settings_.seed, asset),
                     settings_.start)
        .first->second;
  }

  void add(const Listings& listings, const ListedInstrument& listed) {
    const Instrument& instrument = listings.instrument(listed.id);
    PriceWalk& base = walk_of(listings, listed.base);
    PriceWalk& quote = walk_of(listings, listed.quote);
    const double dollars = quote.at(settings_.start);
    const SyntheticBook::Settings book{.levels = settings_.levels,
                                       .price = base.at(settings_.start) / dollars,
                                       .trade_value = settings_.mean_trade_value / dollars,
                                       .seed = seed_of(settings_.seed, instrument.name().format())};
    const std::size_t index = stalls_.size();
    stalls_.push_back({.instrument = instrument,
                       .linear = listed.product == Product::linear,
                       .base = &base,
                       .quote = &quote,
                       .book = SyntheticBook(instrument, book),
                       .next = settings_.start});
    queue_.emplace(settings_.start, index);
  }

  [[nodiscard]] static double fair_price(const Stall& stall, TimeNs now) noexcept {
    return stall.base->at(now) / stall.quote->at(now);
  }
  [[nodiscard]] double quote_dollars(const Stall& stall) const noexcept {
    return stall.quote->at(settings_.start);
  }

  void emit(Stall& stall, TimeNs now, MarketSink& sink) {
    Prng& prng = stall.book.prng();
    if (!stall.opened || stall.jumped) {
      const bool snapshot = !std::exchange(stall.opened, true);
      stall.jumped = false;
      requote(stall, now, snapshot, sink);
      trade(stall, now, Side::buy, sink);
      trade(stall, now, Side::sell, sink);
      return;
    }
    const std::uint64_t kind = prng.below(100);
    if (kind < 45) {
      changes_.clear();
      stall.book.flicker(changes_);
      tell_book(stall, now, false, sink);
    } else if (kind < 70) {
      requote(stall, now, false, sink);
    } else {
      // Takers come rather from the side to which the price is going.
      const bool rising = fair_price(stall, now) * (1 + stall.premium) > stall.book.middle();
      const bool buys = prng.below(100) < (rising ? 60U : 40U);
      trade(stall, now, buys ? Side::buy : Side::sell, sink);
    }
  }

  void requote(Stall& stall, TimeNs now, bool snapshot, MarketSink& sink) {
    const double index = fair_price(stall, now);
    if (stall.linear) {
      stall.premium = stall.premium * 0.99 + 1e-5 * draw_deviate(stall.book.prng());
      sink.on_feed_index(stall.instrument.id(), now, stall.instrument.round_price(index, Rounding::half_up));
    }
    changes_.clear();
    stall.book.move_to(index * (1 + stall.premium), changes_);
    tell_book(stall, now, snapshot, sink);
  }

  void trade(Stall& stall, TimeNs now, Side side, MarketSink& sink) {
    changes_.clear();
    const BookLevelChange taken = stall.book.take(side, changes_);
    sink.on_feed_trade({.instrument = stall.instrument.id(),
                        .ts_venue = now,
                        .ts_recv = now,
                        .price = taken.price,
                        .quantity = taken.quantity,
                        .id = {},
                        .aggressor = side});
    tell_book(stall, now, false, sink);
  }

  void tell_book(const Stall& stall, TimeNs now, bool snapshot, MarketSink& sink) {
    if (changes_.empty()) return;
    sink.on_feed_book({stall.instrument.id(), now, now, snapshot, changes_});
  }

  static constexpr double kShareOfTrades = 0.3;

  SyntheticFeedSettings settings_;
  double mean_interval_ns_;
  std::map<std::string, PriceWalk, std::less<>> walks_;  ///< by asset; stalls point into it
  std::vector<Stall> stalls_;                            ///< by instrument
  std::set<std::pair<TimeNs, std::size_t>> queue_;
  std::vector<BookLevelChange> changes_;
};

}  // namespace

Result<std::unique_ptr<MarketFeed>> make_synthetic_feed(const Listings& listings,
                                                        const SyntheticFeedSettings& settings) {
  const auto bad = [](std::string_view what, double found) {
    return fail(ErrorKind::usage, fmt::format("synthetic market: expected {}, found {}", what, found));
  };
  if (!(settings.events_per_second >= 0.001 && settings.events_per_second <= 1e6)) {
    return bad("0.001 to 1,000,000 events per second", settings.events_per_second);
  }
  if (!(settings.daily_volatility >= 0 && settings.daily_volatility <= 2)) {
    return bad("a daily volatility between 0 and 2", settings.daily_volatility);
  }
  if (!(settings.mean_trade_value >= 1 && settings.mean_trade_value <= 1e9)) {
    return bad("a mean trade value between 1 and 1e9", settings.mean_trade_value);
  }
  if (settings.levels < 20 || settings.levels > 1'000) {
    return bad("20 to 1000 levels", static_cast<double>(settings.levels));
  }
  return std::make_unique<SyntheticFeed>(listings, settings);
}

}  // namespace kontor::emulator
