#pragma once

#include <boost/describe/class.hpp>

#include "base/time.hpp"
#include "model/event.hpp"

namespace kontor::sim {

/// One report of the simulated venue with the time at which the venue made it.
struct TimedReport {
  TimeNs ts_venue = 0;
  /// The report must have reached the strategy's side by then, whatever the latency: the end of the bar that
  /// caused it, so that nobody sees a bar before the fills inside it. kTimeMax where nothing bounds it.
  TimeNs deliver_by = kTimeMax;
  VenueReport report;
  BOOST_DESCRIBE_CLASS(TimedReport, (), (ts_venue, deliver_by, report), (), ())
};

}  // namespace kontor::sim
