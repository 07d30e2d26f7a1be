#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "venue/live/dead_man_switch.hpp"
#include "venue/live/market_hub.hpp"
#include "venue/live/order_filters.hpp"
#include "venue/live/order_names.hpp"
#include "venue/live/private_stream.hpp"
#include "venue/live/rest_caller.hpp"
#include "venue/live/translate.hpp"
#include "venue/live/venue_ids.hpp"
#include "venue/venue.hpp"

namespace kontor::live {

/// What a live venue is made of. Everything that is borrowed outlives it.
struct LiveVenueSetup {
  const InstrumentTable& instruments;
  /// Makes the venue's language; several times, since each reader keeps buffers of its own.
  std::function<std::unique_ptr<venue::Protocol>()> protocol;
  venue::Product product = venue::Product::spot;
  venue::Endpoints endpoints{};
  std::shared_ptr<const venue::Credentials> credentials{};
  net::ConnectOptions connect{};
  net::SharedRateBudget* budget = nullptr;
  std::function<TimeNs()> wall_clock;
  std::string session;  ///< what OrderNames wants
  std::uint64_t seed = 1;
  std::vector<Feed> feeds{};
  /// The venue cancels everything when it has not heard of us for so long, where it can; 0: it does not.
  DurationNs dead_man_window = 60 * kSecond;
};

/// A real venue as a session uses it. All that it knows of an order it can learn anew from the venue, by the
/// order's name. Belongs to the loop's thread, and tells from there.
class LiveVenue final : public venue::Venue {
 public:
  using Take = std::function<void(const venue::Input&)>;
  using Note = std::function<void(const std::string&)>;
  /// Between two looks at the terms of instruments.
  static constexpr DurationNs kBetweenTerms = 4 * kHour;
  static constexpr DurationNs kBetweenClocks = 5 * kMinute;

  LiveVenue(net::IoLoop& loop, LiveVenueSetup setup, Take take, Note note);
  ~LiveVenue() override;

  /// Measures the clock, reads the instruments, opens the sockets. `ready` is told when orders can be sent,
  /// or why they cannot; what the venue tells comes behind it.
  void open(std::function<void(Result<void>)> ready);
  /// Tells the venue that we go and orders are to stay; before close(), and as long as the loop runs. `done`
  /// is told when it has answered.
  void stand_down(std::function<void()> done);
  void close();

  [[nodiscard]] DurationNs request_validity() const noexcept override { return RestCaller::kValidity; }
  void send(std::span<const Command> request) override;
  void cancel_foreign(InstrumentId instrument, const std::string& venue_id) override;
  void ask_order(OrderId order, InstrumentId instrument) override;
  void ask_account(TimeNs since) override;

  [[nodiscard]] RestCaller& rest() noexcept { return rest_; }
  [[nodiscard]] MarketHub& market() noexcept { return market_; }

 private:
  /// What is known of an order beyond its name.
  struct Known {
    InstrumentId instrument;
    Side side = Side::buy;
    OrderType type = OrderType::market;
    RawPrice limit_price{};
    bool is_conditional = false;    ///< the venue keeps it among its conditional orders
    std::string working_id{};       ///< what it became once it was triggered
    std::uint8_t last_told = 0xFF;  ///< status of the last report, so that repetitions are not told
  };
  struct Look;
  struct Reading;
  enum class OrderPlace : std::uint8_t { open, conditional, ended };

  void refuse(std::span<const Command> request);
  void place(const NewOrder& order, TimeNs stamp);
  void cancel(const CancelOrder& order, TimeNs stamp, bool tries_conditional);
  void amend(const AmendOrder& order, TimeNs stamp);
  void fail(OrderId order, CallEnd end);
  void tell(const VenueReport& report, TimeNs at);
  void tell_later(const VenueReport& report);
  void take_private(const venue::Message& message);
  void take_report(const venue::OrderReport& report);
  void take_execution(const venue::Execution& execution);
  void follow_working_order(OrderId order, const std::shared_ptr<venue::OrderState>& state, TimeNs as_of);
  [[nodiscard]] std::vector<OrderPlace> places_of(OrderId order) const;
  void ask_order_at(OrderId order, InstrumentId instrument, std::vector<OrderPlace> places, TimeNs as_of);
  void ask_part(const std::shared_ptr<Look>& look, const venue::Action& action);
  void take_part(Look& look, const venue::Message& message);
  void name_fills(const std::shared_ptr<Look>& look);
  void end_look(const std::shared_ptr<Look>& look);
  [[nodiscard]] Result<venue::OrderState> known_state(OrderId order, InstrumentId instrument,
                                                      const venue::OrderReport& report) const;
  void learn(OrderId order, InstrumentId instrument, const venue::OrderReport& report);
  void read_instruments(std::function<void(Result<void>)> done);
  void read_page(const std::shared_ptr<Reading>& reading, std::string cursor);
  void tell_terms(Reading& reading);
  void keep_clock();
  void keep_terms();
  [[nodiscard]] OrderId order_of_report(std::string_view name, std::string_view venue_id) const;
  [[nodiscard]] venue::OrderChoice choice_of(OrderId order, InstrumentId instrument,
                                             bool is_conditional) const;
  [[nodiscard]] bool keeps_conditionals_apart() const noexcept;
  [[nodiscard]] bool can(std::string_view capability) const noexcept;
  [[nodiscard]] TimeNs venue_time() const { return rest_.now(); }

  net::IoLoop& loop_;
  LiveVenueSetup setup_;
  OrderFilters filters_;
  Take take_;
  Note note_;
  SymbolTable symbols_;
  OrderNames names_;
  net::HttpClient http_;
  RestCaller rest_;
  MarketHub market_;
  PrivateStream private_;
  DeadManSwitch dead_man_;
  std::map<std::uint64_t, Known> known_;
  VenueIds venue_ids_;
  std::set<std::string, std::less<>> foreign_conditionals_;  ///< of the last look, by the venue's names
  net::Timer clock_timer_;
  net::Timer terms_timer_;
  std::shared_ptr<bool> is_alive_ = std::make_shared<bool>(true);
};

}  // namespace kontor::live
