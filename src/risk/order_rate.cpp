#include "risk/order_rate.hpp"

#include <algorithm>

namespace kontor::risk {

void OrderWindow::add(TimeNs now) noexcept {
  if (times_.empty()) return;
  times_[next_] = now;
  if (++next_ == times_.size()) next_ = 0;
  if (count_ < times_.size()) ++count_;
}

void OrderWindow::take_over(const OrderWindow& other) noexcept {
  other.for_each([this](TimeNs time) { add(time); });
}

void OrderWindow::save(Encoder& encoder) const {
  std::vector<TimeNs> ordered;
  ordered.reserve(count_);
  for_each([&](TimeNs time) { ordered.push_back(time); });
  encode_into(encoder, ordered);
}

/// More times than may be kept are a snapshot of other limits: then the newest of them count.
void OrderWindow::load(Decoder& decoder) {
  std::vector<TimeNs> ordered;
  decode_from(decoder, ordered);
  if (!std::ranges::is_sorted(ordered)) decoder.fail();
  next_ = 0;
  count_ = 0;
  if (decoder.failed()) return;
  const std::size_t skipped = ordered.size() - std::min(ordered.size(), times_.size());
  for (std::size_t i = skipped; i < ordered.size(); ++i) add(ordered[i]);
}

OrderRates::OrderRates(const RiskSettings& settings, std::size_t strategies, std::size_t instruments)
    : strategies_(strategies) {
  constexpr Limits kNone{};
  const auto add = [&](const Limits& limits) {
    any_ = any_ || limits.limits_rate();
    scopes_.emplace_back(limits);
  };
  scopes_.reserve(1 + strategies + instruments);
  add(settings.account);
  for (std::size_t i = 0; i < strategies; ++i)
    add(i < settings.strategies.size() ? settings.strategies[i] : kNone);
  for (std::size_t i = 0; i < instruments; ++i)
    add(i < settings.instruments.size() ? settings.instruments[i] : kNone);
}

void OrderRates::check(const NewOrder& order, TimeNs now, Reasons& broken) const noexcept {
  for_each_scope(order, [&](std::size_t at) {
    const Scope& scope = scopes_[at];
    broken.add_if(scope.second.is_full(now) || scope.minute.is_full(now), RejectReason::order_rate);
  });
}

void OrderRates::count(const NewOrder& order, TimeNs now) noexcept {
  for_each_scope(order, [&](std::size_t at) {
    scopes_[at].second.add(now);
    scopes_[at].minute.add(now);
  });
}

void OrderRates::take_over(const OrderRates& other) noexcept {
  for (std::size_t at = 0; at < scopes_.size(); ++at) {
    scopes_[at].second.take_over(other.scopes_[at].second);
    scopes_[at].minute.take_over(other.scopes_[at].minute);
  }
}

void OrderRates::save(Encoder& encoder) const {
  for (const Scope& scope : scopes_) {
    scope.second.save(encoder);
    scope.minute.save(encoder);
  }
}

void OrderRates::load(Decoder& decoder) {
  for (Scope& scope : scopes_) {
    scope.second.load(decoder);
    scope.minute.load(decoder);
  }
}

}  // namespace kontor::risk
