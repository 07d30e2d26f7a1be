#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "journal/account_lock.hpp"
#include "journal/snapshot.hpp"
#include "session/account_comparison.hpp"
#include "session/chronicle.hpp"
#include "session/control.hpp"
#include "session/equity_watch.hpp"
#include "session/open_matters.hpp"
#include "session/run_teller.hpp"
#include "venue/venue.hpp"

namespace kontor::session {

/// Whether executions come in the order in which they happened, by instrument.
struct FillOrder {
  struct Last {
    TimeNs time = kTimeMin;
    TradeId trade;
    auto operator<=>(const Last&) const = default;
    BOOST_DESCRIBE_CLASS(Last, (), (time, trade), (), ())
  };
  std::vector<Last> last;           ///< the latest execution that was told
  std::vector<bool> is_disordered;  ///< an earlier one was told after it, since books and venue agreed
  BOOST_DESCRIBE_CLASS(FillOrder, (), (last, is_disordered), (), ())

  void take(const Fill& fill) {
    const std::size_t i = fill.instrument.index();
    if (last.size() <= i) {
      last.resize(i + 1);
      is_disordered.resize(i + 1);
    }
    const Last told{fill.ts_venue, fill.trade};
    if (told < last[i]) is_disordered[i] = true;
    last[i] = std::max(last[i], told);
  }
  void agreed() { is_disordered.assign(is_disordered.size(), false); }
};

/// What a live session is made of. Everything that is borrowed outlives it.
struct LiveSetup {
  const InstrumentTable& instruments;
  /// Makes the engine's settings; once, and once more where the snapshot cannot be used.
  std::function<Result<engine::EngineSettings>()> engine;
  journal::Identity identity;
  std::string folder;  ///< of the journal
  journal::SyncPolicy sync{};
  std::uint64_t snapshot_events = 65'536;  ///< events between two snapshots
  SessionAbout about{};
};

/// A session that trades on a venue outside of it: one that can fall silent, lose what it was told and what
/// it tells, and goes on trading while nobody listens.
///
/// Everything that comes in is an event of the journal before the engine sees it, and every decision is in
/// the journal, as durable as the policy says, before it leaves. After a restart the journal is gone through
/// again and nothing is sent: what became of orders that were under way the venue is asked. Until books and
/// venue agree there is no new risk; then they are compared every minute, and after every silence.
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
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  LiveSession(journal::FileSystem& files, journal::AccountLock& lock, LiveSetup setup, venue::Venue& venue)
      : files_(&files), lock_(&lock), setup_(std::move(setup)), venue_(&venue) {}

  Result<void> recover();
  Result<void> make_engine();
  void go_on_from(const journal::Snapshot& snapshot);
  Result<void> repeat_past();
  Result<journal::Writer> open_writer();
  void reopen_matters();
  void pass(TimeNs now) noexcept { now_ = std::max(now_, now); }
  template <class Body>
  void feed(const Body& body, TimeNs ts_venue);
  void feed(const VenueReport& report, TimeNs ts_venue);
  void settle(OrderId order);
  void follow(const EventBody& body, TimeNs ts_venue);
  void dispatch();
  void answer(const venue::ReportReceived& received);
  void answer(const venue::RequestFailed& failed);
  void answer(const venue::OrderAnswer& answer);
  void answer(const venue::AccountAnswer& account);
  void answer(const venue::QuestionFailed& failed);
  void answer(const venue::ConnectionChanged& change);
  template <class Datum>
  void answer(const Datum& datum) {
    feed(datum, datum.ts_venue);
  }
  void open_books(const venue::AccountAnswer& account);
  void take_missed(const venue::AccountAnswer& account);
  void compare_orders(const venue::AccountAnswer& account);
  void judge(const venue::AccountAnswer& account);
  bool restate();
  void agree(Agreement agreement);
  void ask_open_matters();
  void look_now();
  [[nodiscard]] Result<void> health() const;
  [[nodiscard]] SessionFigures figures() const;
  Result<void> take_snapshot();

  journal::FileSystem* files_;
  journal::AccountLock* lock_;
  LiveSetup setup_;
  venue::Venue* venue_;
  journal::WriterStart start_;
  std::vector<std::string> problems_;
  std::optional<SessionEvents> events_;
  std::optional<EventsState> events_state_;
  std::optional<Chronicle> chronicle_;
  std::optional<RunTeller> teller_;
  std::unique_ptr<engine::Engine> engine_;
  OpenMatters matters_;
  std::vector<AccountDifference> differences_;
  std::vector<Command> outbox_;
  TimeNs now_ = kTimeMin;
  EquityWatch watch_;
  FillOrder fill_order_;
  TimeNs opened_at_ = kTimeMin;  ///< the venue's time of what the account was opened with; kTimeMin: not yet
  TimeNs agreed_at_ = kTimeMin;  ///< the venue's time of the last look that found no difference
  TimeNs next_look_ = kTimeMax;
  TimeNs look_at_ = kTimeMin;  ///< when the present look was begun
  std::uint32_t differing_looks_ = 0;
  bool looks_ = false;  ///< an answer to a look is awaited
  bool has_begun_ = false;
  std::uint64_t snapshot_seq_ = 0;
  std::uint64_t events_count_ = 0;
  std::uint64_t next_snapshot_ = 0;
};

}  // namespace kontor::session
