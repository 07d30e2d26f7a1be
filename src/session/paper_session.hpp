#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "session/control.hpp"
#include "session/equity_watch.hpp"
#include "session/schedule.hpp"
#include "session/session_journal.hpp"
#include "session/withheld.hpp"
#include "simulation/simulation.hpp"
#include "simulation/valuation.hpp"

namespace kontor::session {

/// What a session is made of. Everything that is borrowed outlives it.
struct SessionSetup {
  simulation::World world;
  /// Makes the engine's settings; once, and once more where the snapshot cannot be used.
  std::function<Result<engine::EngineSettings>()> engine;
  JournalSetup journal;
  std::optional<calendar::Schedule> schedule{};  ///< nothing: it may trade at any time, and nothing ends it
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
  /// Asked while the disk fails and what happens can only be kept in memory. Who is bound to no clock lets
  /// the market stand still here, for up to a second or until somebody wants something; who is, and would
  /// lose time that does not come back, returns nothing and goes on.
  virtual std::optional<Demand> stand_still() { return std::nullopt; }
  /// Called after every event and every request that was obeyed; cheap where nobody looks.
  virtual void show(const PaperSession& session) = 0;
};

enum class Ending : std::uint8_t {
  data_ended,
  stopped,
  stop_time,     ///< of its schedule
  max_duration,  ///< the same
};

/// A paper session over recorded data: a simulation whose every input and output stands in a journal before
/// it has an effect. Killed at any moment it goes on from its last snapshot through the records after it, and
/// takes every decision once. Where the disk fails it takes no new risk and goes on in memory, until the disk
/// works again or more has come than can be kept. One thread.
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

  [[nodiscard]] const Restart& restart() const noexcept { return journal_.restart(); }
  [[nodiscard]] SessionStatus status() const;
  /// All of what a look from outside shows.
  [[nodiscard]] SessionView view() const;
  [[nodiscard]] const engine::Engine& engine() const noexcept { return simulation_->engine(); }

 private:
  /// Lets the simulation write into the chronicle.
  class Observer : public simulation::SilentObserver {
   public:
    explicit Observer(PaperSession& session) : session_(session) {}
    [[nodiscard]] std::uint64_t stamp(std::uint64_t /*before*/) {
      return session_.journal_.chronicle().stamp();
    }
    [[nodiscard]] bool wants_events() const noexcept { return true; }
    void on_event(const Event& event) { session_.journal_.chronicle().event(event); }
    void on_outputs(const engine::Outputs& outputs, TimeNs now, const portfolio::Portfolio& portfolio);
    [[nodiscard]] bool leaves(const CommandBody& command) const noexcept {
      return !session_.withheld_.has(command);
    }
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
  Result<void> go_on_from(const KeptState& kept);
  Result<void> make_simulation();
  Result<Ending> run_through(Pace& pace);
  Result<void> repeat_past();
  Result<void> repeat_operator(const journal::Record& record);
  Result<void> begin_run();
  Result<void> look_around();
  Result<void> obey(const Demand& demand, Pace& pace);
  Result<void> tell_trading();
  Result<void> change_settings(Pace& pace);
  void note(const SettingsChanged& change, TimeNs at);
  void set_trading(TradingState wanted, TradingReason reason = TradingReason::operator_word);
  Result<void> obey_schedule();
  [[nodiscard]] Ending ending() const noexcept;
  [[nodiscard]] bool may_stop() const;
  void keep_back(const engine::Outputs& outputs, bool is_recorded);
  template <class Body>
  void inject(const Body& body, TimeNs at);
  void step();
  void step_simulation();
  void tell_disk();
  void retry_disk();
  [[nodiscard]] std::optional<Demand> stand_still(Pace& pace);
  void commit() { journal_.chronicle().commit(simulation_->now()); }
  void take_samples(TimeNs time);
  [[nodiscard]] SessionFigures figures() const;
  [[nodiscard]] RunView run_view() const;
  Result<void> take_snapshot();
  Result<void> finish(std::string reason);

  SessionSetup setup_;
  SessionJournal journal_;
  Observer observer_{*this};
  std::unique_ptr<Simulation> simulation_;
  std::optional<simulation::Valuation> valuation_;
  EquityWatch watch_;
  SettingsHistory settings_;
  std::optional<ScheduleClock> schedule_;
  std::optional<TradingReason> over_;  ///< why the schedule ends the session
  bool is_stopping_ = false;           ///< as soon as nothing is under way any more
  Withheld withheld_;                  ///< of the last batch, as long as the engine was not told
  TimeNs reached_ = kTimeMin;          ///< the market, on its own side as on ours
  std::uint64_t looks_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t fills_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace kontor::session
