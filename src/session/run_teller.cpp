#include "session/run_teller.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::session {

SessionFigures figures_of(const EquityWatch& watch, TimeNs now, TimeNs market_time, Amount equity) {
  SessionFigures figures;
  figures.now = now;
  figures.market_time = market_time;
  figures.equity = equity;
  if (watch.has_started()) {
    figures.initial_capital = watch.initial();
    figures.valued_at = watch.started_at();
  }
  figures.max_drawdown = watch.max_drawdown();
  return figures;
}

RunTeller::RunTeller(Chronicle& chronicle, SessionEvents& events, SessionAbout about,
                     std::function<SessionFigures()> figures)
    : chronicle_(&chronicle),
      events_(&events),
      about_(std::move(about)),
      figures_(std::move(figures)),
      life_(events.fold().status()),
      opened_(wall()) {}

void RunTeller::tell(EventType type, const Details& details, TimeNs ts_wall) {
  chronicle_->append(figures_().now,
                     journal::SessionEvent{std::string(name_of(type)), details_text(details),
                                           std::string(name_of(life_.state())),
                                           phase_ ? std::string(name_of(*phase_)) : std::string(), ts_wall});
  last_beat_ = std::max(last_beat_, ts_wall);
}

RunTeller::Details RunTeller::figures() const {
  const SessionFigures figures = figures_();
  const SummaryState& told = events_->fold().state();
  const auto count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  Details details{{"equity", figures.equity.format()}};
  if (figures.initial_capital)
    details.push_back({"pnl", (figures.equity - *figures.initial_capital).format()});
  details.push_back({"trades", count(told.trades)});
  details.push_back({"wins", count(told.wins)});
  details.push_back({"losses", count(told.losses)});
  details.push_back({"max_drawdown", figures.max_drawdown});
  return details;
}

Result<void> RunTeller::publish() {
  chronicle_->commit(figures_().now);
  return chronicle_->publish();
}

void RunTeller::begin_phase(Phase phase, Details details, TimeNs ts_wall) {
  phase_ = phase;
  phase_start_ = ts_wall;
  if (const auto deadline = deadline_of(phase)) details.push_back({"deadline_s", *deadline / kSecond});
  tell(EventType::phase_start, details, ts_wall);
}

void RunTeller::end_phase() {
  const TimeNs now = wall();
  const DurationNs taken = std::max<DurationNs>(now - phase_start_, 0);
  tell(EventType::phase_end, {{"duration_ms", taken / kMillisecond}, {"overdue", is_overdue(*phase_, taken)}},
       now);
  phase_.reset();
}

/// The run before was killed: it ended when it was last heard of.
void RunTeller::tell_crash() {
  const TimeNs heard = events_->fold().state().last_wall;
  life_ = LifeCycle(LifeState::failed);
  tell(EventType::session_end, {{"reason", "crashed"}}, heard);
}

Result<void> RunTeller::begin(const journal::Identity& identity) {
  if (!is_over(life_.state())) tell_crash();
  TRY_VOID(go(LifeState::starting));
  begun_ = true;
  tell(EventType::session_start,
       {{"host", about_.host},
        {"run", fmt::format("{}", identity.token)},
        {"name", about_.name},
        {"strategy", about_.strategy},
        {"mode", about_.mode},
        {"phases_total", static_cast<std::int64_t>(kPhases)},
        {"account", identity.account},
        {"build", identity.build},
        {"configuration_hash", identity.configuration.hash}},
       opened_);
  begin_phase(Phase::recover, {}, opened_);
  end_phase();
  begin_phase(Phase::warm_up, {}, wall());
  return {};
}

Result<void> RunTeller::trade(bool paused) {
  end_phase();
  TRY_VOID(go(paused ? LifeState::paused : LifeState::running));
  Details details;
  const SessionFigures figures = figures_();
  if (!events_->fold().state().initial_capital && figures.initial_capital) {
    details.push_back({"initial_capital", figures.initial_capital->format()});
    details.push_back({"equity", figures.initial_capital->format()});
    details.push_back({"sampled_at", format_time(figures.valued_at)});
  }
  begin_phase(Phase::trade, std::move(details), wall());
  return publish();
}

void RunTeller::hear(const Demand& demand) {
  if (!begun_ || demand.reason.empty()) return;
  tell(EventType::mode_switch, {{"requested", boost::describe::enum_to_string(demand.request, "unknown")},
                                {"reason", demand.reason}});
}

Result<void> RunTeller::pause(bool paused) {
  const LifeState to = paused ? LifeState::paused : LifeState::running;
  if (phase_ != Phase::trade || life_.state() == to) return {};
  TRY_VOID(go(to));
  tell(EventType::mode_switch, {});
  return publish();
}

Result<void> RunTeller::refuse_settings(const std::string& reason) {
  tell(EventType::config_refused, {{"error", reason}});
  return publish();
}

Result<void> RunTeller::stop() {
  end_phase();
  TRY_VOID(go(LifeState::stopping));
  begin_phase(Phase::finish, {}, wall());
  return {};
}

Result<void> RunTeller::end() {
  end_phase();
  TRY_VOID(go(LifeState::stopped));
  Details details = figures();
  details.push_back({"sampled_at", format_time(figures_().market_time)});
  tell(EventType::session_end, details);
  return {};
}

void RunTeller::fail(const Error& error) {
  if (!begun_ || chronicle_->failure() || chronicle_->is_past() || !go(LifeState::failed)) return;
  tell(EventType::error, {{"error", error.message.empty() ? "no reason was given" : error.message}});
  phase_.reset();
  tell(EventType::session_end, figures());
  // What cannot be told any more is told by the silence.
  if (chronicle_->sync(figures_().now)) static_cast<void>(events_->publish());
}

void RunTeller::sample(TimeNs sampled_at) {
  // The journal may have the sample already, and not what came after it.
  if (chronicle_->is_past() || sampled_at <= events_->fold().state().last_sample) return;
  Details details = figures();
  details.push_back({"sampled_at", format_time(sampled_at)});
  tell(EventType::summary_updated, details);
}

Result<void> RunTeller::beat() {
  const TimeNs now = wall();
  if (!begun_ || now - last_beat_ < kHeartbeatInterval) return {};
  Details details = figures();
  if (phase_ && is_overdue(*phase_, now - phase_start_)) details.push_back({"overdue", true});
  tell(EventType::heartbeat, details, now);
  return publish();
}

}  // namespace kontor::session
