#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "tests/scenarios/scripted_strategy.hpp"
#include "tests/scenarios/setup.hpp"
#include "venue/sim/sim_link.hpp"
#include "venue/sim/sim_venue.hpp"

namespace kontor::scenario {

/// What a scenario happens to: an engine with scripted strategies, and either nothing behind it (the lines
/// say what the venue reports) or a simulated venue, wired as in a backtest. Time goes on by what the lines
/// say.
class World {
 public:
  explicit World(Setup setup);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Carries out one line; returns what came out of it, as `expect` lines name it.
  std::vector<std::string> apply(Words& line);
  /// Answers a `state` or `venue` line: what it should read.
  [[nodiscard]] std::string answer(Words& line) const;
  /// What must hold after every line, whatever the scenario is about; empty if it does.
  [[nodiscard]] std::string broken_invariant() const;
  /// What must hold at the end: nothing unspoken or under way, ledger and venue agree, the snapshot can be
  /// restored.
  [[nodiscard]] std::string fault_at_end() const;

 private:
  // Market data and time.
  void read_at(Words& line);
  void read_wait(Words& line);
  void read_bar(Words& line);
  void read_trade(Words& line);
  void read_quote(Words& line);
  void read_book(Words& line);
  void read_funding_rate(Words& line);
  // Money, operator, strategies.
  void read_deposit(Words& line);
  void read_trading(Words& line);
  void read_settings(Words& line);
  void read_connection(Words& line);
  void read_clock_offset(Words& line);
  void read_terms(Words& line);
  void read_wish(Words& line);
  // What the venue says, where none is simulated.
  void read_report(Words& line, std::string_view kind);
  void read_fill(Words& line, bool liquidation);
  void read_funding(Words& line);
  /// A command past the engine, to see the venue's own checks.
  void read_send(Words& line);

  /// Reads the line if it begins with the name of an input of this kind.
  bool apply_market(Words& line);
  bool apply_report(Words& line);
  bool apply_other(Words& line);

  /// A datum that happens at `at`: the venue has it now, we receive it after the feed's latency.
  void market(TimeNs at, const std::function<void()>& give, std::function<void()> receive);
  template <class Body>
  void step(TimeNs ts_venue, const Body& body);
  void collect();
  /// Does everything that is due before `limit`, in the order of the backtest's driver.
  void settle(TimeNs limit);
  bool settle_one(TimeNs limit);
  void take_reports();
  void deliver_report();
  [[nodiscard]] InstrumentId instrument_of(OrderId order) const;
  [[nodiscard]] engine::EngineSettings engine_settings(std::vector<std::string>& seen) const;

  [[nodiscard]] std::string answer_state(Words& line) const;
  [[nodiscard]] std::string answer_book(Words& line, const std::string& key) const;
  [[nodiscard]] std::string answer_ledger(Words& line) const;
  [[nodiscard]] std::string answer_trading(Words& line) const;
  [[nodiscard]] std::string answer_venue(Words& line) const;
  [[nodiscard]] Amount equity_from_scratch() const;

  Setup setup_;
  Speaker speaker_;
  std::vector<std::string> seen_;
  std::vector<std::string> out_;
  std::vector<ScriptedStrategy*> scripted_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<sim::SimVenue> venue_;
  std::unique_ptr<sim::SimLink> link_;
  struct Receipt {
    TimeNs at = 0;
    std::function<void()> receive;
  };
  std::deque<Receipt> receipts_;  ///< market data on its way to us, in order
  std::vector<NewOrder> sent_past_engine_;
  TimeNs clock_ = kScenarioStart;  ///< time of the scenario
  TimeNs now_ = kScenarioStart;    ///< time of the engine; behind the clock while a bar is worked through
  std::uint64_t seq_ = 0;
  std::uint64_t next_trade_ = 1001;
};

}  // namespace kontor::scenario
