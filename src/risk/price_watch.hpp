#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <boost/describe/class.hpp>

#include "base/codec.hpp"
#include "model/types.hpp"
#include "risk/equity_meter.hpp"

namespace kontor::risk {

/// The prices of one datum: a bar has three, everything else one.
struct PriceRange {
  RawPrice low;
  RawPrice high;
  RawPrice last;
};

/// A single price that differs too much from the one before.
class PriceShockWatch {
 public:
  explicit PriceShockWatch(const PriceShockBreaker& settings)
      : threshold_(billionths(settings.threshold)), action_(settings.action), cooldown_(settings.cooldown) {}

  /// Nothing where there is no shock.
  [[nodiscard]] std::optional<Verdict> look(const PriceRange& prices, TimeNs now) noexcept;

 private:
  std::int64_t threshold_;
  BreakerLevel action_;
  DurationNs cooldown_;
  RawPrice before_;
  BOOST_DESCRIBE_CLASS(PriceShockWatch, (), (), (), (before_))
};

/// A move within a window that is large beside the mean true range of the windows before (Wilder, New
/// Concepts in Technical Trading Systems, 1978, as a plain mean). The window slides in twelfths of its
/// length.
class PriceMoveWatch {
 public:
  explicit PriceMoveWatch(const PriceMoveBreaker& settings);

  /// Nothing where the move is usual, or nobody knows yet what is.
  [[nodiscard]] std::optional<Verdict> look(const PriceRange& prices, TimeNs now) noexcept;
  /// Forgets the moves of the present window.
  void begin() noexcept { slots_ = {}; }

  void save(Encoder& encoder) const;
  void load(Decoder& decoder);

 private:
  template <class Self, class Visit>
  static void visit_fields(Self& self, const Visit& visit);

  static constexpr std::int64_t kSlots = 12;

  /// The prices of a twelfth of the window.
  struct Slot {
    std::int64_t number = -1;  ///< since 1970
    RawPrice low;
    RawPrice high;
    BOOST_DESCRIBE_CLASS(Slot, (), (number, low, high), (), ())
  };

  void roll(TimeNs now) noexcept;
  void widen(const PriceRange& prices, std::int64_t slot) noexcept;
  [[nodiscard]] std::int64_t largest_move(const PriceRange& prices, std::int64_t slot) const noexcept;

  std::int64_t threshold_;
  DurationNs window_;
  std::uint32_t periods_;
  BreakerLevel action_;
  DurationNs cooldown_;
  std::array<Slot, kSlots> slots_{};
  std::int64_t window_number_ = -1;   ///< of the window that is being measured
  PriceRange range_;                  ///< of it
  RawPrice close_before_;             ///< of the window before it
  std::vector<std::int64_t> ranges_;  ///< true ranges of the last windows, a ring
  std::uint64_t windows_ = 0;         ///< how many there have been
};

}  // namespace kontor::risk
