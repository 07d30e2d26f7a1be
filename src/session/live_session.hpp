#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/live_settings.hpp"
#include "session/account_comparison.hpp"
#include "session/control.hpp"
#include "session/fill_order.hpp"
#include "session/foreign_orders.hpp"
#include "session/open_matters.hpp"
#include "session/schedule.hpp"
#include "session/session_journal.hpp"
#include "session/status.hpp"
#include "session/withheld.hpp"
#include "venue/venue.hpp"

namespace kontor::session {

/// What a session has decided and what came of it, in numbers.
struct DecisionCounts {
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t refusals = 0;
  void add(const engine::Outputs& outputs) noexcept;
};

/// What a live session is made of. Everything that is borrowed outlives it.
struct LiveSetup {
  const InstrumentTable& instruments;
  /// Makes the engine's settings; once, and once more where the snapshot cannot be used.
  std::function<Result<engine::EngineSettings>()> engine;
  JournalSetup journal;
  std::optional<calendar::Schedule> schedule{};  ///< nothing: it may trade at any time, and nothing ends it
  ForeignOrderPolicy foreign_orders = ForeignOrderPolicy::ignore;
};

/// A session that trades on a venue outside of it: one that can fall silent, lose what it was told and what
/// it tells, and goes on trading while nobody listens.
///
/// Everything that comes in is an event of the journal before the engine sees it, and every decision is in
/// the journal, as durable as the policy says, before it leaves. After a restart the journal is gone through
/// again and nothing is sent: what became of orders that were under way the venue is asked. Until books and
/// venue agree there is no new risk; then they are compared every minute, and after every silence.
///
/// Where the disk fails it takes no new risk and withdraws its entries, and goes on canceling and reducing
/// although nothing of that is recorded before it leaves. What it decided meanwhile is recorded once the disk
/// works again; if it dies before, the next run never gives the ids of those orders again, and withdraws the
/// ones that it finds at the venue.
///
/// It has no clock: the driver says what time it is, and calls advance() when next_due() has come. One
/// thread.
class LiveSession {
 public:
  static constexpr DurationNs kBetweenLooks = kMinute;
  static constexpr DurationNs kNextLook = kSecond;  ///< where books and venue differ
  static constexpr DurationNs kLookAnswer = 5 * kSecond;
  /// Looks in a row that must find a difference before it is one: messages may be under way.
  static constexpr std::uint32_t kLooksForDifference = 4;
  /// Requests say when they were made, by our clock, and the venue counts from there: what an answer proves
  /// does not depend on whether the clocks agree. This is for answers whose time is only known to the second.
  static constexpr DurationNs kClockMargin = kSecond;
  /// Ids of orders that may be given while nothing can be recorded, and that a run steps over where the one
  /// before it did not end in good order. It takes longer to reach than the journal can keep in memory.
  static constexpr std::uint64_t kIdsAtRisk = std::uint64_t{1} << 20U;

  /// Makes the journal whole and goes through it. The account's lock must be held; it, `files` and `venue`
  /// must outlive the session. Errors: usage (another configuration), bad_data (the journal is corrupt),
  /// internal (the past came out differently), io.
  [[nodiscard]] static Result<std::unique_ptr<LiveSession>> open(journal::FileSystem& files,
                                                                 journal::AccountLock& lock, LiveSetup setup,
                                                                 venue::Venue& venue);

  /// Begins to trade: asks the venue how things stand. To be called once.
  [[nodiscard]] Result<void> begin(TimeNs now);
  /// Something that the venue has told. Times may jump; the session's own never goes back.
  [[nodiscard]] Result<void> take(const venue::Input& input, TimeNs now);
  /// Does what has become due.
  [[nodiscard]] Result<void> advance(TimeNs now);
  /// When advance() has something to do.
  [[nodiscard]] TimeNs next_due() const noexcept;
  /// Writes down what an operator says, with the reason for it; to be called before it is obeyed.
  void hear(const Demand& demand) { journal_.teller().hear(demand); }
  /// An operator's word on trading.
  [[nodiscard]] Result<void> set_trading(TradingState wanted, TimeNs now);
  /// Ends the run in good order; orders at the venue stay.
  [[nodiscard]] Result<void> close(TimeNs now, std::string reason);

  [[nodiscard]] const engine::Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] TimeNs now() const noexcept { return now_; }
  [[nodiscard]] std::uint64_t events() const noexcept { return events_count_; }
  /// Orders about which the venue has yet to say something.
  [[nodiscard]] const OpenMatters& open_matters() const noexcept { return matters_; }
  /// What the last look found; empty: books and venue agreed.
  [[nodiscard]] const std::vector<AccountDifference>& differences() const noexcept { return differences_; }
  [[nodiscard]] const Restart& restart() const noexcept { return journal_.restart(); }
  /// Why the schedule wants the session to end; nothing: it does not.
  [[nodiscard]] std::optional<TradingReason> over() const noexcept { return over_; }
  [[nodiscard]] SessionStatus status() const;
  /// Everything that a look from outside shows.
  [[nodiscard]] SessionView view() const;

 private:
  LiveSession(journal::FileSystem& files, journal::AccountLock& lock, LiveSetup setup, venue::Venue& venue)
      : setup_(std::move(setup)),
        journal_(files, lock, std::move(setup_.journal), [this] { return figures(); }),
        venue_(&venue) {}

  Result<void> recover();
  Result<void> make_engine();
  Result<void> go_on_from(const KeptState& kept);
  Result<void> repeat_past();
  void reopen_matters();
  void pass(TimeNs now) noexcept { now_ = std::max(now_, now); }
  template <class Body>
  void feed(const Body& body, TimeNs ts_venue);
  void feed(const VenueReport& report, TimeNs ts_venue);
  void settle(OrderId order);
  void follow(const EventBody& body, TimeNs ts_venue);
  void carry_out_decisions();
  void tell_disk(Withheld withheld);
  Result<void> skip_ids_at_risk();
  void dispatch(std::span<const Command> commands);
  void answer(const venue::ReportReceived& received);
  void answer(const venue::RequestFailed& failed);
  void answer(const venue::OrderAnswer& answer);
  void answer(const venue::AccountAnswer& account);
  void answer(const venue::QuestionFailed& failed);
  void answer(const venue::ConnectionChanged& change);
  void answer(const InstrumentChanged& change);
  template <class Datum>
  void answer(const Datum& datum) {
    feed(datum, datum.ts_venue);
  }
  void open_books(const venue::AccountAnswer& account);
  void take_missed(const venue::AccountAnswer& account);
  void compare_orders(const venue::AccountAnswer& account);
  void compare_foreign_orders(const venue::AccountAnswer& account);
  void judge(const venue::AccountAnswer& account);
  bool restate();
  void agree(Agreement agreement);
  void ask_open_matters();
  void look_now();
  void obey_schedule();
  Result<void> tell_trading();
  Result<void> start_trading();
  [[nodiscard]] SessionFigures figures() const;
  Result<void> take_snapshot();

  LiveSetup setup_;
  SessionJournal journal_;
  venue::Venue* venue_;
  std::unique_ptr<engine::Engine> engine_;
  OpenMatters matters_;
  std::vector<AccountDifference> differences_;
  ForeignOrders foreign_orders_;
  TimeNs now_ = kTimeMin;
  EquityWatch watch_;
  std::optional<ScheduleClock> schedule_;
  std::optional<TradingReason> over_;
  TimeNs next_word_ = kTimeMax;  ///< when the schedule's word changes
  FillOrder fill_order_;
  TimeNs opened_at_ = kTimeMin;  ///< the venue's time of what the account was opened with; kTimeMin: not yet
  TimeNs begun_at_ = kTimeMin;   ///< our time of the session's first event
  TimeNs agreed_at_ = kTimeMin;  ///< the venue's time of the last look that found no difference
  TimeNs next_look_ = kTimeMax;
  TimeNs look_at_ = kTimeMin;  ///< when the present look was begun
  std::uint32_t differing_looks_ = 0;
  bool looks_ = false;  ///< an answer to a look is awaited
  std::uint64_t events_count_ = 0;
  std::uint64_t recorded_ids_ = 0;  ///< all before this one are in the journal
  DecisionCounts counts_;           ///< of this run
};

}  // namespace kontor::session
