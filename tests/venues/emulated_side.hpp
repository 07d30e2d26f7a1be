#pragma once

#include <array>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/binance/server.hpp"
#include "emulator/bybit/front.hpp"
#include "emulator/emulated_venue.hpp"
#include "emulator/exchange_test_support.hpp"
#include "net/io_loop.hpp"
#include "venue/protocol.hpp"

namespace kontor::venues {

/// One venue and product that every card is played on.
struct VenueCase {
  emulator::VenueName venue = emulator::VenueName::binance;
  emulator::Product product = emulator::Product::spot;
  const char* name = "";
  [[nodiscard]] bool is_linear() const noexcept { return product == emulator::Product::linear; }
  [[nodiscard]] bool is_binance() const noexcept { return venue == emulator::VenueName::binance; }
};
inline constexpr std::array kVenueCases = {
    VenueCase{emulator::VenueName::binance, emulator::Product::spot, "BinanceSpot"},
    VenueCase{emulator::VenueName::binance, emulator::Product::linear, "BinanceLinear"},
    VenueCase{emulator::VenueName::bybit, emulator::Product::spot, "BybitSpot"},
    VenueCase{emulator::VenueName::bybit, emulator::Product::linear, "BybitLinear"}};
inline std::ostream& operator<<(std::ostream& out, const VenueCase& one) { return out << one.name; }

/// The wall clock of both sides: real time, so many times as fast, with leaps where nobody wants to wait.
class TestClock {
 public:
  explicit TestClock(std::int64_t speed = 1) : speed_(speed), began_(net::steady_now()) {}
  [[nodiscard]] TimeNs now() const { return kBegin + (net::steady_now() - began_) * speed_ + leapt_; }
  void leap(DurationNs duration) noexcept { leapt_ += duration; }

 private:
  static constexpr TimeNs kBegin = 1'750'000'000 * kSecond;
  std::int64_t speed_;
  DurationNs began_;
  DurationNs leapt_ = 0;
};

struct EmulatedSideSettings {
  /// Of a synthetic market; 0: the market does what the test says.
  double events_per_second = 0;
  std::uint64_t seed = 1;
  bool bans_at_once = false;
  std::int64_t order_limit = 0;  ///< orders in ten seconds; 0: what the venue has
};

/// Counts what the exchange itself has seen of orders, by their client ids.
class Witness final : public emulator::ExchangeListener {
 public:
  void on_order(const emulator::OrderEvent& event) override {
    if (event.change == emulator::OrderChange::accepted) ++accepted_[event.order.client_id];
  }
  [[nodiscard]] const std::map<std::string, unsigned>& accepted() const noexcept { return accepted_; }

 private:
  std::map<std::string, unsigned> accepted_;
};

/// The emulator in this process: its exchange with the instrument BTCUSDT, served on loopback sockets.
class EmulatedSide {
 public:
  EmulatedSide(net::IoLoop& loop, TestClock& clock, const VenueCase& one,
               const EmulatedSideSettings& settings);
  ~EmulatedSide();
  EmulatedSide(const EmulatedSide&) = delete;
  EmulatedSide& operator=(const EmulatedSide&) = delete;

  /// Lets the venue's time pass up to the clock's.
  void advance();
  void faults(std::string_view plan);
  /// A second's worth of faults of sockets.
  void leap(DurationNs duration) { clock_.leap(duration); }

  [[nodiscard]] const VenueCase& venue_case() const noexcept { return case_; }
  [[nodiscard]] emulator::EmulatedVenue& venue() noexcept { return *venue_; }
  [[nodiscard]] emulator::Exchange& exchange() noexcept { return venue_->exchange(); }
  [[nodiscard]] const Witness& witness() const noexcept { return witness_; }
  [[nodiscard]] TestClock& clock() noexcept { return clock_; }
  [[nodiscard]] net::IoLoop& loop() noexcept { return loop_; }
  [[nodiscard]] emulator::AccountId account() const noexcept { return account_; }
  [[nodiscard]] InstrumentId listed() const noexcept { return listed_; }
  [[nodiscard]] const venue::Endpoints& endpoints() const noexcept { return endpoints_; }
  [[nodiscard]] venue::Product product() const noexcept;
  [[nodiscard]] std::unique_ptr<venue::Protocol> protocol() const;
  [[nodiscard]] static std::shared_ptr<const venue::Credentials> credentials();
  /// The instrument as a session has it, number 0.
  [[nodiscard]] const InstrumentTable& instruments() const noexcept { return instruments_; }

  // The scripted market.
  void book(std::string_view bid, std::string_view ask, std::string_view quantity = "1");
  void trade(std::string_view price, std::string_view quantity, Side aggressor);

  // What the exchange knows.
  [[nodiscard]] std::vector<const emulator::OrderRecord*> open_orders();
  [[nodiscard]] const emulator::OrderRecord* order(std::string_view client_id);
  [[nodiscard]] Amount total(std::string_view asset);
  [[nodiscard]] Decimal position();
  /// Somebody else's order on the account.
  emulator::VenueOrderId place_by_hand(Side side, std::string_view quantity, std::string_view price = {});

 private:
  void listen(std::uint64_t seed);
  void make_instruments();

  net::IoLoop& loop_;
  TestClock& clock_;
  VenueCase case_;
  Witness witness_;
  std::unique_ptr<emulator::EmulatedVenue> venue_;
  emulator::test::ScriptedFeed* script_ = nullptr;
  emulator::AccountId account_{};
  InstrumentId listed_{};
  std::unique_ptr<emulator::binance::Server> binance_;
  std::unique_ptr<emulator::bybit::Front> bybit_;
  venue::Endpoints endpoints_;
  InstrumentTable instruments_;
};

}  // namespace kontor::venues
