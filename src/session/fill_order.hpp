#pragma once

#include <algorithm>
#include <vector>

#include <boost/describe/class.hpp>

#include "model/order.hpp"

namespace kontor::session {

/// Whether executions come in the order in which they happened, by instrument.
class FillOrder {
 public:
  void take(const Fill& fill) {
    const std::size_t i = fill.instrument.index();
    if (last_.size() <= i) {
      last_.resize(i + 1);
      is_disordered_.resize(i + 1);
    }
    const Last told{fill.ts_venue, fill.trade};
    if (told < last_[i]) is_disordered_[i] = true;
    last_[i] = std::max(last_[i], told);
  }
  /// Books and venue agree: what came in another order before has been made good.
  void agreed() { is_disordered_.assign(is_disordered_.size(), false); }
  /// An earlier execution was told after a later one, since the last agreement.
  [[nodiscard]] bool is_disordered(InstrumentId instrument) const noexcept {
    return instrument.index() < is_disordered_.size() && is_disordered_[instrument.index()];
  }

 private:
  struct Last {
    TimeNs time = kTimeMin;
    TradeId trade;
    auto operator<=>(const Last&) const = default;
    BOOST_DESCRIBE_CLASS(Last, (), (time, trade), (), ())
  };

  std::vector<Last> last_;  ///< the latest execution that was told
  std::vector<bool> is_disordered_;
  BOOST_DESCRIBE_CLASS(FillOrder, (), (), (), (last_, is_disordered_))
};

}  // namespace kontor::session
