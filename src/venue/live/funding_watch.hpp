#pragma once

#include <optional>

#include "base/result.hpp"
#include "model/instrument.hpp"
#include "model/market_data.hpp"
#include "venue/message.hpp"

namespace kontor::live {

/// Makes funding settlements out of what a venue says of the next one: the rate that was told last before its
/// time is the one that was settled. One for each instrument.
class FundingWatch {
 public:
  /// The settlement that lies between this ticker and the ones before it, if there is one. A ticker may say
  /// nothing of funding, or only what has changed. Error bad_data: a mark price that the instrument cannot
  /// have.
  [[nodiscard]] Result<std::optional<FundingRate>> take(const Instrument& instrument,
                                                        const venue::Ticker& ticker, TimeNs now);

 private:
  TimeNs at_ = 0;  ///< of the next settlement; 0: not known
  std::optional<Decimal> rate_;
  std::optional<Decimal> mark_;
};

}  // namespace kontor::live
