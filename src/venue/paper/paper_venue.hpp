#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "venue/paper/paper_store.hpp"
#include "venue/paper/venue_truth.hpp"
#include "venue/sim/sim_link.hpp"
#include "venue/sim/sim_venue.hpp"
#include "venue/venue.hpp"

namespace kontor::paper {

/// What a paper venue is made of. `files` outlives it.
struct PaperSetup {
  const InstrumentTable& instruments;
  sim::SimSettings settings;
  std::vector<Money> deposits;  ///< what a new account begins with
  journal::FileSystem& files;
  std::string folder;
  bool must_exist = false;  ///< the account has been traded on before
};

/// A venue for paper trading: the market of a real one, on which a simulated account trades by the fill rules
/// of backtests (docs/fill-rules.md). It is behind the same port as a real venue, and like one it forgets
/// nothing: what it tells is on the disk before, so the session may die at any moment.
///
/// It stands on the exchange's side of the market's time. A request arrives after the configured latency, and
/// waits there until the market data of before have come in, which is as long as data were late lately: no
/// order trades on what happened before it was there. What happens while nobody runs it goes unseen: orders
/// that wait meet the market again where it is then.
///
/// It has no clock: the driver says what time it is, and calls advance() when next_due() has come. One
/// thread.
class PaperVenue final : public venue::Venue {
 public:
  /// Data that are later than this do not hold requests up.
  static constexpr DurationNs kMostLag = kSecond;
  using Tell = std::function<void(const venue::Input&)>;

  /// Goes on with the account in the folder, or opens one. Errors: those of PaperStore::open(), bad_data (an
  /// account of other instruments or settings, or none where there must be one).
  [[nodiscard]] static Result<std::unique_ptr<PaperVenue>> open(const PaperSetup& setup, Tell tell);

  /// Something that the real venue has told: market data and the terms of instruments; told on after what it
  /// brings about. Errors: io, no_space (the account cannot be written; nothing of this was told).
  [[nodiscard]] Result<void> take(const venue::Input& input, TimeNs now);
  /// Does what has become due. Errors: the same.
  [[nodiscard]] Result<void> advance(TimeNs now);
  /// When advance() has something to do.
  [[nodiscard]] TimeNs next_due() const noexcept;
  /// Writes down what market data alone have changed, such as how far a trailing stop has come.
  [[nodiscard]] Result<void> save();

  [[nodiscard]] DurationNs request_validity() const noexcept override;
  void send(std::span<const Command> request) override;
  void cancel_foreign(InstrumentId instrument, const std::string& venue_id) override;
  void ask_order(OrderId order, InstrumentId instrument) override;
  void ask_account(TimeNs since) override;

  [[nodiscard]] const sim::SimVenue& exchange() const noexcept { return exchange_; }

 private:
  /// About an order, or with order 0 about the account.
  struct Question {
    OrderId order{};
    TimeNs since = kTimeMin;
  };

  PaperVenue(const PaperSetup& setup, PaperStore store, Tell tell);
  Result<void> go_on(const PaperStore::Kept& kept);
  Result<void> settle();
  Result<void> arrive_before(TimeNs market_time);
  Result<void> expire();
  [[nodiscard]] venue::Input answer(const Question& question) const;
  void deliver();
  void follow_lag(TimeNs ts_venue) noexcept;
  [[nodiscard]] std::vector<std::byte> state() const;

  InstrumentTable instruments_;
  DurationNs validity_;
  Tell tell_;
  PaperStore store_;
  sim::SimVenue exchange_;
  sim::SimLink link_;
  VenueTruth truth_;
  std::vector<PaperRecord> records_;  ///< not yet on the disk
  std::vector<Question> questions_;   ///< to be answered with the next step
  std::optional<Error> failure_;      ///< of the disk: from then on nothing is told
  TimeNs now_ = kTimeMin;
  DurationNs lag_ = 0;  ///< how late market data were lately
};

}  // namespace kontor::paper
