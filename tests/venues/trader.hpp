#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/book.hpp"
#include "net/rate_budget_shared.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/venues/emulated_side.hpp"
#include "venue/live/live_venue.hpp"

namespace kontor::venues {

inline constexpr InstrumentId kCoin{0};

struct TraderSettings {
  std::string session = "card";
  std::vector<live::Feed> feeds{};
  DurationNs dead_man_window = 60 * kSecond;
  bool keeps_limits = false;  ///< with a budget, as sessions do
};

/// Uses the live venue by its port alone, and writes down what it tells.
class Trader {
 public:
  /// So long anything may take, in real time.
  static constexpr DurationNs kLongest = 10 * kSecond;

  explicit Trader(EmulatedSide& side, TraderSettings settings = {});
  ~Trader();
  Trader(const Trader&) = delete;
  Trader& operator=(const Trader&) = delete;

  /// Until orders can be sent and private messages come in.
  void open();
  /// Lets both sides do what they have to.
  void turn();
  template <class Condition>
  bool until(const Condition& holds, DurationNs longest = kLongest) {
    const DurationNs end = net::steady_now() + longest;
    while (!holds()) {
      if (net::steady_now() > end) return false;
      turn();
    }
    return true;
  }
  void wait(DurationNs duration) {
    const DurationNs end = net::steady_now() + duration;
    static_cast<void>(until([end] { return net::steady_now() >= end; }));
  }

  [[nodiscard]] net::SharedRateBudget& budget() noexcept { return *budget_; }

  // Requests.
  [[nodiscard]] NewOrder market(Side side, std::string_view quantity) const;
  [[nodiscard]] NewOrder limit(Side side, std::string_view quantity, std::string_view price) const;
  [[nodiscard]] NewOrder conditional(OrderType type, Side side, std::string_view quantity,
                                     std::string_view trigger, std::string_view price = {}) const;
  OrderId place(NewOrder order);
  /// All of them in one request.
  std::vector<OrderId> place_together(std::vector<NewOrder> orders);
  void cancel(OrderId order);
  void amend(OrderId order, std::string_view quantity, std::string_view price);
  /// Places it and waits until the venue has taken it.
  OrderId rest(NewOrder order);

  // Questions.
  /// Nothing: it was not answered.
  std::optional<venue::OrderAnswer> ask(OrderId order);
  std::optional<venue::AccountAnswer> look(TimeNs since);

  // What was told.
  template <class Report>
  [[nodiscard]] const Report* told(OrderId order) const {
    for (const auto& received : reports_) {
      const auto* report = std::get_if<Report>(&received.report);
      if (report != nullptr && report->order == order) return report;
    }
    return nullptr;
  }
  template <class Report>
  bool until_told(OrderId order) {
    return until([&] { return told<Report>(order) != nullptr; });
  }
  /// Each once, however often it was told.
  [[nodiscard]] std::vector<Fill> fills(OrderId order) const;
  /// How often fills of the order were told.
  [[nodiscard]] std::size_t tellings(OrderId order) const;
  /// Of all its fills.
  [[nodiscard]] Decimal filled(OrderId order) const;
  bool until_filled(OrderId order, std::string_view quantity);
  [[nodiscard]] const std::vector<venue::RequestFailed>& failures() const noexcept { return failures_; }
  [[nodiscard]] const std::vector<bool>& connections() const noexcept { return connections_; }
  [[nodiscard]] const std::vector<InstrumentChanged>& terms() const noexcept { return terms_; }
  [[nodiscard]] const Book& book() const noexcept { return book_; }
  [[nodiscard]] std::uint64_t trades() const noexcept { return trades_; }
  [[nodiscard]] std::uint64_t quotes() const noexcept { return quotes_; }
  [[nodiscard]] std::string notes() const;
  [[nodiscard]] live::LiveVenue& venue() noexcept { return *venue_; }
  [[nodiscard]] const Instrument& coin() const { return side_.instruments()[kCoin]; }
  /// What the order is called at the venue.
  [[nodiscard]] std::string name(OrderId order) const {
    return live::OrderNames(settings_.session).name(order);
  }
  [[nodiscard]] Decimal price(RawPrice raw) const { return coin().price(raw).value; }
  [[nodiscard]] Decimal quantity(RawQuantity raw) const { return coin().quantity(raw).value; }

 private:
  void take(const venue::Input& input);
  void send(const CommandBody& body);
  [[nodiscard]] live::LiveVenueSetup setup();

  EmulatedSide& side_;
  TraderSettings settings_;
  test::TemporaryFolder folder_;
  std::unique_ptr<net::SharedRateBudget> budget_;
  std::unique_ptr<live::LiveVenue> venue_;
  std::uint64_t last_order_ = 0;
  std::vector<venue::ReportReceived> reports_;
  std::vector<venue::RequestFailed> failures_;
  std::vector<venue::OrderAnswer> answers_;
  std::vector<venue::AccountAnswer> accounts_;
  std::vector<OrderId> unanswered_;
  std::vector<bool> connections_;
  std::vector<InstrumentChanged> terms_;
  std::vector<std::string> notes_;
  Book book_;
  std::uint64_t trades_ = 0;
  std::uint64_t quotes_ = 0;
};

/// A budget within the venue's limits, which counts by the clock of the test.
[[nodiscard]] std::unique_ptr<net::SharedRateBudget> make_budget(EmulatedSide& side,
                                                                 const std::filesystem::path& folder);

}  // namespace kontor::venues
