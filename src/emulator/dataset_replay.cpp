#include "emulator/dataset_replay.hpp"

#include <algorithm>
#include <utility>

namespace kontor::emulator {
namespace {

constexpr double kMadeUpTradeValue = 5'000;
constexpr std::size_t kMadeUpLevels = 200;

}  // namespace

Result<void> DatasetReplay::open(std::vector<std::unique_ptr<TickSource>> sources) {
  pending_.clear();
  opened_ = false;
  for (auto& source : sources) {
    TRY(auto tick, source->next());
    pending_.push_back({std::move(source), std::move(tick)});
  }
  return {};
}

DatasetReplay::Pending* DatasetReplay::earliest() noexcept {
  Pending* found = nullptr;
  for (Pending& pending : pending_) {
    if (!pending.tick) continue;
    if (found == nullptr || pending.tick->ts < found->tick->ts) found = &pending;
  }
  return found;
}

TimeNs DatasetReplay::next_time() const noexcept {
  TimeNs next = kTimeMax;
  for (const Pending& pending : pending_) {
    if (pending.tick) next = std::min(next, pending.tick->ts);
  }
  return next;
}

Result<void> DatasetReplay::step(TimeNs now, MarketSink& sink) {
  Pending* pending = earliest();
  if (pending == nullptr) return {};
  const Tick tick = *std::exchange(pending->tick, std::nullopt);
  std::visit([&](const auto& what) { emit(what, now, sink); }, tick.what);
  TRY(pending->tick, pending->source->next());
  return {};
}

RawPrice DatasetReplay::shifted(RawPrice price) const noexcept {
  return std::max(RawPrice(price.units + shift_), instrument_.tick());
}

void DatasetReplay::emit(const TradeTick& trade, TimeNs now, MarketSink& sink) {
  last_ = shifted(trade.price);
  if (!settings_.has_book) move_book(last_, trade.aggressor, now, sink);
  if (settings_.linear) sink.on_feed_index(instrument_.id(), now, last_);
  sink.on_feed_trade({.instrument = instrument_.id(),
                      .ts_venue = now,
                      .ts_recv = now,
                      .price = last_,
                      .quantity = trade.quantity,
                      .id = {},
                      .aggressor = trade.aggressor});
}

void DatasetReplay::emit(const QuoteTick& quote, TimeNs now, MarketSink& sink) {
  if (settings_.has_book) return;
  const RawPrice bid = shifted(quote.bid);
  if (last_.units == 0) last_ = bid;
  move_book(bid, Side::sell, now, sink);
}

void DatasetReplay::emit(const BookTick& book, TimeNs now, MarketSink& sink) {
  changes_.clear();
  for (const BookLevelChange& change : book.changes) {
    if (change.price.units + shift_ <= 0) continue;
    changes_.push_back({shifted(change.price), change.quantity, change.side});
  }
  tell_book(book.snapshot, now, sink);
  if (last_.units == 0 && shown_.has_bid()) last_ = shown_.best_bid().price;
}

void DatasetReplay::move_book(RawPrice price, Side aggressor, TimeNs now, MarketSink& sink) {
  if (!made_up_) {
    made_up_.emplace(instrument_, SyntheticBook::Settings{.levels = kMadeUpLevels,
                                                          .price = instrument_.to_double(price),
                                                          .trade_value = kMadeUpTradeValue,
                                                          .seed = settings_.seed});
  }
  // The book stands with its bid at the tick below the price it is moved to.
  const double tick = instrument_.to_double(instrument_.tick());
  const double best = instrument_.to_double(price) + tick * (aggressor == Side::buy ? -0.5 : 0.5);
  changes_.clear();
  made_up_->move_to(best, changes_);
  tell_book(false, now, sink);
}

void DatasetReplay::tell_book(bool snapshot, TimeNs now, MarketSink& sink) {
  if (!std::exchange(opened_, true)) snapshot = true;
  if (changes_.empty() && !snapshot) return;
  const BookUpdate update{instrument_.id(), now, now, snapshot, changes_};
  shown_.apply(update);
  sink.on_feed_book(update);
}

bool DatasetReplay::shift(const Decimal& fraction, TimeNs now, MarketSink& sink) {
  const auto moved = static_cast<int128>(last_.units) * fraction.units / kPowersOfTen[fraction.scale];
  if (last_.units == 0 || last_.units + moved <= 0 || last_.units + moved > INT64_MAX / 4) return false;
  const RawPrice change =
      instrument_.round_to_tick(RawPrice(static_cast<std::int64_t>(moved)), Rounding::half_up);
  shift_ += change.units;
  last_ = std::max(last_ + change, instrument_.tick());
  if (made_up_) {
    move_book(last_, Side::buy, now, sink);
  } else {
    changes_.clear();
    for (const Side side : {Side::buy, Side::sell}) {
      shown_.for_each_level(side, [&](const BookLevel& level) {
        if (level.price.units + change.units > 0) {
          changes_.push_back({level.price + change, level.quantity, side});
        }
      });
    }
    tell_book(true, now, sink);
  }
  // A trade at the new price, for everything that looks at the last one.
  sink.on_feed_trade(
      {.instrument = instrument_.id(),
       .ts_venue = now,
       .ts_recv = now,
       .price = last_,
       .quantity = RawQuantity(std::max(instrument_.min_quantity().units, instrument_.terms().step.units)),
       .id = {},
       .aggressor = change.units > 0 ? Side::buy : Side::sell});
  return true;
}

}  // namespace kontor::emulator
