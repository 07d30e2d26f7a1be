#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "venue/protocol.hpp"

namespace kontor::bench {

/// A venue on the loopback device: as much of Binance's spot protocol as a live session asks for, with one
/// instrument (BTCUSDT) and an account that is rich. Its thread never sleeps, so that what is measured is the
/// session and not how the server wakes up. Orders are filled at once, by the answer to their request.
class BenchVenue {
 public:
  /// Ticks that wait for an order each: `count` trades, each `pause` after the answer to the order before.
  struct Ticks {
    std::size_t count = 0;
    DurationNs pause = 0;
  };
  /// Trades on their own: one each `every`, as fast as they are taken where that is 0.
  struct Feed {
    std::uint64_t count = 0;
    DurationNs every = 0;
  };

  BenchVenue();
  ~BenchVenue();
  BenchVenue(const BenchVenue&) = delete;
  BenchVenue& operator=(const BenchVenue&) = delete;

  [[nodiscard]] venue::Endpoints endpoints() const;
  [[nodiscard]] static TimeNs wall_clock();

  // From any thread; one after the other.
  void send_ticks(Ticks ticks);
  void send_feed(Feed feed);
  [[nodiscard]] bool is_done() const noexcept { return is_done_.load(std::memory_order_acquire); }

  // Once it is done.
  /// From before a tick is handed to its socket until its order has been read, in nanoseconds.
  [[nodiscard]] const std::vector<DurationNs>& delays() const noexcept { return delays_; }
  /// Ticks that no order came for within a second, which is their delay.
  [[nodiscard]] std::size_t unanswered() const noexcept { return unanswered_; }
  /// When the first and the last message of the feed were sent, by net::steady_now().
  [[nodiscard]] DurationNs first_sent_at() const noexcept { return first_sent_at_; }
  [[nodiscard]] DurationNs last_sent_at() const noexcept { return last_sent_at_; }

 private:
  void serve();
  void step();
  void step_ticks(DurationNs now);
  void step_feed(DurationNs now);
  void write_trade();
  void send_trade();
  void finish();
  [[nodiscard]] net::HttpResponse answer(const net::ServerRequest& request);
  [[nodiscard]] std::string account_text() const;
  [[nodiscard]] std::string take_order(std::string_view query);
  [[nodiscard]] net::UpgradeDecision open_socket(const net::ServerRequest& request);

  net::IoLoop loop_;
  std::unique_ptr<net::HttpServer> server_;
  std::shared_ptr<net::ServerSocket> market_;
  std::shared_ptr<net::ServerSocket> account_;
  std::string trade_;  ///< the next message of the feed
  std::uint64_t trades_ = 0;
  std::uint64_t orders_ = 0;
  std::int64_t held_ = 0;
  Ticks ticks_{};
  Feed feed_{};
  bool awaits_order_ = false;
  DurationNs sent_at_ = 0;
  DurationNs next_at_ = 0;
  std::vector<DurationNs> delays_;
  std::size_t unanswered_ = 0;
  std::uint64_t fed_ = 0;
  DurationNs first_sent_at_ = 0;
  DurationNs last_sent_at_ = 0;
  std::atomic<bool> is_done_ = true;
  std::atomic<bool> is_stopped_ = false;
  std::thread thread_;
};

}  // namespace kontor::bench
