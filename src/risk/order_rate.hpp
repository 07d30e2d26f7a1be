#pragma once

#include <cstdint>
#include <vector>

#include "base/codec.hpp"
#include "base/time.hpp"
#include "model/order.hpp"
#include "risk/limits.hpp"
#include "risk/reasons.hpp"

namespace kontor::risk {

/// The times of the last orders of one scope, as many as may go out within a sliding window. The window is
/// half open: an order that went out exactly its length ago is out of it.
class OrderWindow {
 public:
  OrderWindow(std::optional<std::uint32_t> most, DurationNs window)
      : limited_(most.has_value()), window_(window), times_(most.value_or(0)) {}

  /// True if one more order at `now` would be one too many.
  [[nodiscard]] bool is_full(TimeNs now) const noexcept {
    if (!limited_ || count_ < times_.size()) return false;
    return times_.empty() || now - times_[next_] < window_;
  }
  void add(TimeNs now) noexcept;
  /// Counts on from what another one has seen, as far back as this one looks.
  void take_over(const OrderWindow& other) noexcept;

  /// The times alone, oldest first.
  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  /// Calls `visit` with each time, oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    const std::size_t first = count_ < times_.size() ? 0 : next_;
    for (std::size_t i = 0; i < count_; ++i) visit(times_[(first + i) % times_.size()]);
  }

  bool limited_;
  DurationNs window_;
  std::vector<TimeNs> times_;  ///< a ring; allocated once
  std::size_t next_ = 0;       ///< the oldest, once the ring is full
  std::size_t count_ = 0;
};

/// Holds max_orders_per_second and max_orders_per_minute of the account, the strategies and the instruments.
/// Every order and every amendment that goes out counts, exits and protective legs too: they use up what a
/// venue lets through. Cancels do not.
class OrderRates {
 public:
  OrderRates(const RiskSettings& settings, std::size_t strategies, std::size_t instruments);

  /// False if there is nothing to count.
  [[nodiscard]] bool any() const noexcept { return any_; }
  void check(const NewOrder& order, TimeNs now, Reasons& broken) const noexcept;
  void count(const NewOrder& order, TimeNs now) noexcept;
  /// Counts on from what those with other limits have seen; of the same number of scopes.
  void take_over(const OrderRates& other) noexcept;

  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  struct Scope {
    explicit Scope(const Limits& limits)
        : second(limits.max_orders_per_second, kSecond), minute(limits.max_orders_per_minute, kMinute) {}
    OrderWindow second;
    OrderWindow minute;
  };

  template <class Visit>
  void for_each_scope(const NewOrder& order, Visit&& visit) const {
    for (const std::size_t at :
         {std::size_t{0}, 1 + order.strategy.index(), 1 + strategies_ + order.instrument.index()}) {
      visit(at);
    }
  }

  std::size_t strategies_;
  bool any_ = false;
  std::vector<Scope> scopes_;  ///< the account, then strategies, then instruments
};

}  // namespace kontor::risk
