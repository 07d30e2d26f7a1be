#pragma once

#include <algorithm>

#include <boost/describe/class.hpp>

#include "base/amount.hpp"

namespace kontor::portfolio {

/// The maximum drawdown, fed with the equity after every mark: the largest (peak − E) / peak, where the peak
/// is the highest equity before. The ratio is only worked out where a fall can be the deepest one.
class Drawdown {
 public:
  void start(Amount equity) noexcept {
    *this = Drawdown();
    begin_at(equity);
  }
  [[nodiscard]] Amount peak() const noexcept { return peak_; }
  /// Takes an equity that is not above the peak; true where the fall is the deepest one so far.
  bool deepen(Amount equity) noexcept {
    if (equity >= lowest_) return false;
    lowest_ = equity;
    deepened_ = true;
    return true;
  }
  /// Goes on from a new peak; true where the fall from the one before was the deepest so far.
  bool raise(Amount equity) noexcept {
    const bool settled = settle();
    begin_at(equity);
    return settled;
  }
  /// Works out the fall from the present peak where it is the deepest one so far.
  bool settle() noexcept {
    if (!deepened_) return false;
    deepened_ = false;
    deepest_ = present();
    return true;
  }
  void take(Amount equity) noexcept {
    if (equity > peak_) {
      raise(equity);
    } else {
      deepen(equity);
    }
  }
  /// As a fraction of its peak, positive.
  [[nodiscard]] double deepest() const noexcept { return deepened_ ? present() : deepest_; }  // analytics

 private:
  [[nodiscard]] double present() const noexcept {              // analytics
    return (peak_ - lowest_).to_double() / peak_.to_double();  // analytics
  }
  void begin_at(Amount equity) noexcept {
    peak_ = equity;
    const double fall = deepest_ * static_cast<double>(peak_.units());  // analytics
    // There is no fall as a fraction of nothing.
    lowest_ = peak_.units() > 0 ? peak_ - Amount::from_units(static_cast<int128>(fall))
                                : Amount::from_units(kInt128Min);
  }

  Amount peak_;
  Amount lowest_;          ///< an equity below it is the deepest fall so far
  bool deepened_ = false;  ///< there was one since the peak, and stands in lowest_
  double deepest_ = 0;     // analytics
  BOOST_DESCRIBE_CLASS(Drawdown, (), (), (), (peak_, lowest_, deepened_, deepest_))
};

}  // namespace kontor::portfolio
