#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/io_loop.hpp"
#include "venue/live/rest_caller.hpp"

namespace kontor::live {

/// Has the venue cancel what waits when it has not heard of us for so long, where it can. Belongs to the
/// loop's thread.
class DeadManSwitch {
 public:
  struct Setup {
    std::vector<std::string> symbols{};
    DurationNs window = 0;  ///< 0: the venue is not asked for it
    std::function<void(const std::string&)> note{};
  };

  DeadManSwitch(net::IoLoop& loop, RestCaller& rest, Setup setup);

  /// Where the venue counts from the loss of our private sockets: asks for that once, before they open.
  /// `done` is given the topic that the private socket then has to read; empty: none.
  void watch_connection(std::function<void(std::string topic)> done);
  /// Where the venue counts for each instrument: from now on it is told again three times within the window.
  /// Whoever calls this twice does no harm.
  void keep();
  /// Takes it back, so that orders stay when we go. `done` is told when the venue has answered, or at once
  /// where there is nothing to take back.
  void stand_down(std::function<void()> done);
  void close() { timer_.cancel(); }

 private:
  void tell(DurationNs window, const std::function<void(const CallOutcome&)>& on_done);
  void refresh();

  net::IoLoop& loop_;
  RestCaller& rest_;
  Setup setup_;
  venue::DeadMan kind_;
  bool is_kept_ = false;
  net::Timer timer_;
};

}  // namespace kontor::live
