#include "risk/price_watch.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace kontor::risk {
namespace {

std::int64_t distance(RawPrice a, RawPrice b) noexcept { return a < b ? (b - a).units : (a - b).units; }

}  // namespace

std::optional<Verdict> PriceShockWatch::look(const PriceRange& prices, TimeNs now) noexcept {
  const RawPrice before = std::exchange(before_, prices.last);
  if (before.units == 0) return std::nullopt;
  const std::int64_t move = std::max(distance(prices.low, before), distance(prices.high, before));
  const std::int64_t size = distance(before, RawPrice());
  if (static_cast<int128>(move) * kBillion < static_cast<int128>(size) * threshold_) return std::nullopt;
  const int128 fraction = static_cast<int128>(move) * kBillion / size;
  return Verdict{action_, fraction_amount(static_cast<std::int64_t>(std::min<int128>(fraction, INT64_MAX))),
                 fraction_amount(threshold_), cooldown_ == 0 ? 0 : now + cooldown_};
}

PriceMoveWatch::PriceMoveWatch(const PriceMoveBreaker& settings)
    : threshold_(billionths(settings.threshold)),
      window_(settings.window),
      periods_(settings.periods),
      action_(settings.action),
      cooldown_(settings.cooldown) {}

/// Takes the window that is over into the true ranges.
void PriceMoveWatch::roll(TimeNs now) noexcept {
  const std::int64_t number = floor_divide(now, window_);
  if (number == window_number_) return;
  if (window_number_ >= 0) {
    const bool first = close_before_.units == 0;
    const RawPrice high = first ? range_.high : std::max(range_.high, close_before_);
    const RawPrice low = first ? range_.low : std::min(range_.low, close_before_);
    if (ranges_.size() < periods_) {
      ranges_.push_back((high - low).units);
    } else {
      ranges_[windows_ % periods_] = (high - low).units;
    }
    ++windows_;
    close_before_ = range_.last;
  }
  window_number_ = number;
  range_ = {};
}

void PriceMoveWatch::widen(const PriceRange& prices, std::int64_t slot) noexcept {
  const bool first = range_.last.units == 0;
  range_ = {first ? prices.low : std::min(range_.low, prices.low),
            first ? prices.high : std::max(range_.high, prices.high), prices.last};
  Slot& present = slots_[static_cast<std::size_t>(floor_remainder(slot, kSlots))];
  if (present.number != slot) {
    present = {slot, prices.low, prices.high};
  } else {
    present.low = std::min(present.low, prices.low);
    present.high = std::max(present.high, prices.high);
  }
}

std::int64_t PriceMoveWatch::largest_move(const PriceRange& prices, std::int64_t slot) const noexcept {
  std::int64_t move = distance(prices.low, prices.high);
  for (const Slot& one : slots_) {
    if (one.number < 0 || one.number < slot - kSlots) continue;
    move = std::max({move, distance(prices.last, one.low), distance(prices.last, one.high)});
  }
  return move;
}

std::optional<Verdict> PriceMoveWatch::look(const PriceRange& prices, TimeNs now) noexcept {
  const std::int64_t slot = floor_divide(now, std::max<DurationNs>(window_ / kSlots, 1));
  roll(now);
  const std::int64_t move = largest_move(prices, slot);
  widen(prices, slot);
  if (ranges_.size() < periods_) return std::nullopt;
  const int128 sum = std::accumulate(ranges_.begin(), ranges_.end(), int128{0});
  const int128 moves = static_cast<int128>(move) * periods_ * kBillion;
  if (sum == 0 || moves <= sum * threshold_) return std::nullopt;
  const int128 times = std::min<int128>(moves / sum, INT64_MAX);
  return Verdict{action_, fraction_amount(static_cast<std::int64_t>(times)), fraction_amount(threshold_),
                 cooldown_ == 0 ? 0 : now + cooldown_};
}

/// Both ways through the fields of a snapshot.
template <class Self, class Visit>
void PriceMoveWatch::visit_fields(Self& self, const Visit& visit) {
  visit(self.slots_);
  visit(self.window_number_);
  visit(self.range_.low);
  visit(self.range_.high);
  visit(self.range_.last);
  visit(self.close_before_);
  visit(self.ranges_);
  visit(self.windows_);
}

void PriceMoveWatch::save(Encoder& encoder) const {
  visit_fields(*this, [&](const auto& field) { encode_into(encoder, field); });
}

void PriceMoveWatch::load(Decoder& decoder) {
  visit_fields(*this, [&](auto& field) { decode_from(decoder, field); });
  if (ranges_.size() > periods_) decoder.fail();
}

}  // namespace kontor::risk
