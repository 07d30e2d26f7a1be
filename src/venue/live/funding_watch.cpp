#include "venue/live/funding_watch.hpp"

namespace kontor::live {

Result<std::optional<FundingRate>> FundingWatch::take(const Instrument& instrument,
                                                      const venue::Ticker& ticker, TimeNs now) {
  std::optional<FundingRate> settled;
  const TimeNs time = ticker.ts_venue == 0 ? now : ticker.ts_venue;
  if (at_ != 0 && rate_ && time >= at_) {
    settled = FundingRate{
        .instrument = instrument.id(), .ts_venue = at_, .ts_recv = now, .rate = *rate_, .mark = {}};
    // Venues reckon the mark with more places than prices have.
    if (mark_) {
      TRY(const Decimal mark, mark_->rescaled(instrument.price_scale(), Rounding::half_even));
      settled->mark = RawPrice(mark.units);
    }
    at_ = 0;
    rate_.reset();
  }
  if (ticker.next_funding_at > time) at_ = ticker.next_funding_at;
  if (ticker.funding_rate) rate_ = ticker.funding_rate;
  if (ticker.mark) mark_ = ticker.mark;
  return settled;
}

}  // namespace kontor::live
