#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "journal/account_lock.hpp"
#include "journal/manifest.hpp"
#include "journal/snapshot.hpp"
#include "session/chronicle.hpp"
#include "session/control.hpp"
#include "session/equity_watch.hpp"
#include "session/run_teller.hpp"
#include "session/schedule.hpp"
#include "simulation/simulation.hpp"
#include "simulation/valuation.hpp"

namespace kontor::session {

/// What a session is made of. Everything that is borrowed outlives it.
struct SessionSetup {
  static constexpr std::uint64_t kSnapshotEvents = 65'536;

  simulation::World world;
  /// Makes the engine's settings; once, and once more where the snapshot cannot be used.
  std::function<Result<engine::EngineSettings>()> engine;
  journal::Identity identity;
  std::string folder;  ///< of the journal
  journal::SyncPolicy sync;
  std::uint64_t snapshot_events = kSnapshotEvents;  ///< events between two snapshots
  SessionAbout about{};
  std::optional<calendar::Schedule> schedule{};  ///< nothing: it may trade at any time, and nothing ends it
  bool safe_mode = true;                         ///< takes no new risk after a loop of crashes
};

class PaperSession;

/// What the configuration's file says to a running session: a change, or why it is refused.
struct SettingsWord {
  SettingsChanged change{};
  std::string refusal{};  ///< with file and line, or the keys; empty: the change is to be made
};

/// What drives a session in time, and speaks for those outside.
class Pace {
 public:
  Pace() = default;
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;
  virtual ~Pace() = default;

  /// Waits until `due`, the session's time of its next event, has come, or somebody wants something. `idle`
  /// is called where there is time for it: before a wait that is long enough to notice, and every second or
  /// more often while it lasts.
  virtual Demand wait(TimeNs due, const std::function<void()>& idle) = 0;
  /// Asked after wait() gave Request::change_settings: what is wanted instead of the configuration that is in
  /// force. Nothing: it may stay as it is.
  virtual std::optional<SettingsWord> settings(const journal::Configuration& /*in_force*/) {
    return std::nullopt;
  }
  /// Called after every event and every request that was obeyed; cheap where nobody looks.
  virtual void show(const PaperSession& session) = 0;
};

/// How a session came to where it began.
struct Restart {
  bool continues = false;             ///< there was a journal
  std::uint64_t snapshot_seq = 0;     ///< of the state that it went on from; 0: from the first record
  std::uint64_t repeated = 0;         ///< events after it that were gone through again
  std::uint64_t cut_bytes = 0;        ///< torn off the journal's end, never acted upon
  std::vector<std::string> problems;  ///< with snapshots that could not be used
  bool crash_loop = false;            ///< its runs crash one after the other: it takes no new risk
};

enum class Ending : std::uint8_t {
  data_ended,
  stopped,
  stop_time,     ///< of its schedule
  max_duration,  ///< the same
};

/// A paper session over recorded data: a simulation whose every input and output stands in a journal before
/// it has an effect. Killed at any moment it goes on from its last snapshot through the records after it, and
/// takes every decision once. One thread.
class PaperSession {
 public:
  /// Makes the journal whole, finds the newest snapshot. The account's lock must be held; it and `files` must
  /// outlive the session. Errors: usage (the journal was written with another configuration), bad_data (it is
  /// corrupt, or the data have changed), io.
  ///
  /// The setup is that of the configuration with which the session was begun: the journal has every change of
  /// it since.
  [[nodiscard]] static Result<std::unique_ptr<PaperSession>> open(journal::FileSystem& files,
                                                                  journal::AccountLock& lock,
                                                                  SessionSetup setup);

  /// Runs to an end. Errors: internal (the past came out differently, books and venue disagree), io,
  /// no_space.
  [[nodiscard]] Result<Ending> run(Pace& pace);

  [[nodiscard]] const Restart& restart() const noexcept { return restart_; }
  [[nodiscard]] SessionStatus status() const;
  /// All of what a look from outside shows.
  [[nodiscard]] SessionView view() const;
  [[nodiscard]] const engine::Engine& engine() const noexcept { return simulation_->engine(); }

 private:
  /// Lets the simulation write into the chronicle.
  class Observer : public simulation::SilentObserver {
   public:
    explicit Observer(PaperSession& session) : session_(session) {}
    [[nodiscard]] std::uint64_t stamp(std::uint64_t /*before*/) { return session_.chronicle_->stamp(); }
    [[nodiscard]] bool wants_events() const noexcept { return true; }
    void on_event(const Event& event) { session_.chronicle_->event(event); }
    void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& portfolio);
    void before_mark(TimeNs time, const portfolio::Portfolio& /*portfolio*/) {
      if (session_.watch_.is_due(time)) [[unlikely]]
        session_.take_samples(time);
    }
    void after_mark(TimeNs time, const portfolio::Portfolio& portfolio, InstrumentId /*instrument*/,
                    RawPrice /*high*/, RawPrice /*low*/) {
      if (session_.watch_.has_started()) [[likely]] {
        session_.watch_.take(portfolio.equity());
      } else if (session_.valuation_->is_complete(portfolio, true)) {
        session_.watch_.start(time, portfolio.equity());
      }
    }

   private:
    PaperSession& session_;
  };
  using Simulation = simulation::Simulation<Observer>;

  PaperSession(journal::FileSystem& files, journal::AccountLock& lock, SessionSetup setup);

  Result<void> recover();
  Result<void> open_events(std::uint64_t last_seq);
  Result<void> go_on_from(const journal::Snapshot& snapshot);
  Result<void> make_simulation();
  Result<journal::Writer> open_writer();
  Result<Ending> run_through(Pace& pace);
  Result<void> repeat_past();
  Result<void> repeat_operator(const journal::Record& record);
  Result<void> begin_run();
  Result<void> look_around();
  Result<void> obey(const Demand& demand, Pace& pace);
  Result<void> tell_trading();
  Result<void> change_settings(Pace& pace);
  void note(const SettingsChanged& change, TimeNs at);
  [[nodiscard]] Result<void> check_beginning() const;
  void set_trading(TradingState wanted, TradingReason reason = TradingReason::operator_word);
  Result<void> obey_schedule();
  [[nodiscard]] Ending ending() const noexcept;
  [[nodiscard]] bool may_stop() const;
  void take_samples(TimeNs time);
  [[nodiscard]] SessionFigures figures() const;
  Result<void> take_snapshot();
  Result<void> finish(std::string reason);
  [[nodiscard]] Result<void> health() const;

  journal::FileSystem* files_;
  journal::AccountLock* lock_;
  SessionSetup setup_;
  journal::WriterStart start_;
  Restart restart_;
  Observer observer_{*this};
  std::optional<SessionEvents> events_;
  std::optional<EventsState> events_state_;  ///< of the snapshot that the session goes on from
  std::optional<Chronicle> chronicle_;
  std::unique_ptr<Simulation> simulation_;
  std::optional<simulation::Valuation> valuation_;
  EquityWatch watch_;
  SettingsHistory settings_;
  std::optional<RunTeller> teller_;
  std::optional<ScheduleClock> schedule_;
  std::optional<TradingReason> over_;  ///< why the schedule ends the session
  bool closed_ = false;                ///< the run before ended in good order
  bool is_stopping_ = false;           ///< as soon as nothing is under way any more
  std::uint64_t next_snapshot_ = 0;
  std::uint64_t looks_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t fills_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace kontor::session
