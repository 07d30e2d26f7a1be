#include "venue/sim/ladder.hpp"

#include <cmath>

namespace kontor::sim {

RawQuantity queue_after_change(QueueModel model, RawQuantity ahead, RawQuantity before, RawQuantity after,
                               RawQuantity traded) noexcept {
  if (ahead == kUnknownQueue) return after;
  const RawQuantity canceled = before - after - traded;
  if (model != QueueModel::probabilistic || canceled.units <= 0) return std::min(ahead, after);
  const auto front = static_cast<double>(ahead.units);
  const auto back = std::max(0.0, static_cast<double>((before - ahead).units));
  const double weight = front * front + back * back;
  const double behind = weight > 0 ? back * back / weight : 1.0;
  const auto change = static_cast<double>(canceled.units);
  const double estimate = front - (1 - behind) * change + std::min(back - behind * change, 0.0);
  const RawQuantity rounded_up(static_cast<std::int64_t>(std::ceil(std::max(0.0, estimate))));
  return std::min({rounded_up, ahead, after});
}

void Ladder::level_changed(RawPrice price, const LevelChange& change, QueueModel model) noexcept {
  const std::int64_t key = key_of(price);
  for (std::size_t i = rungs_.size(); i > 0 && rungs_[i - 1].key >= key; --i) {
    Rung& rung = rungs_[i - 1];
    if (rung.key != key) continue;
    rung.report_ahead(queue_after_change(model, rung.ahead, change.before, change.after, rung.traded),
                      change.time);
  }
}

}  // namespace kontor::sim
