#include "session/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.hpp"
#include "base/statistics.hpp"

namespace kontor::session {
namespace {

/// The day that an instant closes: 00:00 belongs to the day before.
std::int64_t day_closed_at(TimeNs at) noexcept { return floor_divide(at - 1, kDay); }

std::string text_in(const LoggedEvent& event, std::string_view name, const std::string& fallback) {
  const auto* text = detail_of<std::string>(event, name);
  return text == nullptr ? fallback : *text;
}

/// The members of the file, one a line.
class SummaryWriter {
 public:
  void text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_text(text_, value);
  }
  void time(std::string_view name, TimeNs value) {
    if (value == 0) return null(name);
    text(name, format_time(value));
  }
  void amount(std::string_view name, const std::optional<Amount>& value) {
    if (!value) return null(name);
    text(name, value->format());
  }
  void number(std::string_view name, const std::optional<double>& value) {
    if (!value) return null(name);
    begin(name);
    append_json_number(text_, *value);
  }
  void count(std::string_view name, std::uint64_t value) {
    begin(name);
    text_ += fmt::format("{}", value);
  }
  [[nodiscard]] std::string finish() { return std::move(text_) + "\n}\n"; }

 private:
  void begin(std::string_view name) {
    text_ += fmt::format("{}\n  \"{}\": ", text_.empty() ? "{" : ",", name);
  }
  void null(std::string_view name) {
    begin(name);
    text_ += "null";
  }

  std::string text_;
};

}  // namespace

void SummaryFold::start_run(const LoggedEvent& event) {
  state_.session_id = event.session;
  state_.name = text_in(event, "name", state_.name);
  state_.strategy = text_in(event, "strategy", state_.strategy);
  state_.mode = text_in(event, "mode", state_.mode);
  state_.phases_total = static_cast<std::uint64_t>(number_in(event, "phases_total").value_or(0));
  state_.phases_completed = 0;
  // Of a run that was killed counts what it has told of itself.
  if (state_.run_start != 0) state_.runtime_ms += (state_.last_wall - state_.run_start) / kMillisecond;
  state_.run_start = time_in(event, "ts_wall").value_or(state_.last_wall);
  state_.last_wall = state_.run_start;
  if (state_.start == 0) state_.start = state_.run_start;
  state_.end = 0;
}

void SummaryFold::end_run() {
  state_.end = state_.last_wall;
  if (status() != LifeState::failed) return state_.failures.clear();
  state_.failures.push_back(state_.last_wall);
  if (state_.failures.size() > kCrashLoop) state_.failures.erase(state_.failures.begin());
}

/// The first sample is where the returns start from. A day without samples keeps the equity of the day
/// before; nothing follows an equity of zero.
void SummaryFold::sample(TimeNs at, double equity) {
  if (state_.last_sample == 0) {
    state_.day = floor_divide(at, kDay);
    state_.day_base = equity;
  }
  for (; state_.day < day_closed_at(at) && state_.day_base > 0; ++state_.day) {
    close_day();
    state_.day_base = state_.day_equity;
  }
  state_.last_sample = std::max(state_.last_sample, at);
  state_.day_equity = equity;
}

void SummaryFold::take(const LoggedEvent& event) {
  if (event.type == EventType::session_start) start_run(event);
  state_.last_seq = event.seq;
  if (const auto wall = time_in(event, "ts_wall"); wall && event.type != EventType::session_start)
    state_.last_wall = std::max(state_.last_wall, *wall);
  if (const auto status = parse_life_state(event.status)) state_.status = static_cast<std::uint8_t>(*status);
  if (event.metrics && event.metrics->equity) state_.equity = event.metrics->equity;
  if (const auto drawdown = number_in(event, "max_drawdown")) state_.max_drawdown = *drawdown;
  if (!state_.initial_capital) {
    const auto* capital = detail_of<std::string>(event, "initial_capital");
    const auto amount = capital == nullptr ? Result<Amount>(Amount()) : Amount::parse(*capital);
    if (capital != nullptr && amount) state_.initial_capital = *amount;
  }
  const auto sampled = time_in(event, "sampled_at");
  if (sampled && state_.equity) sample(*sampled, state_.equity->to_double());
  if (event.type == EventType::phase_end) ++state_.phases_completed;
  if (event.type == EventType::session_end) end_run();
  if (event.type == EventType::position_closed) {
    const auto* net = detail_of<std::string>(event, "net");
    const auto amount = net == nullptr ? Result<Amount>(Amount()) : Amount::parse(*net);
    ++state_.trades;
    if (amount && *amount > Amount()) ++state_.wins;
    if (amount && *amount < Amount()) ++state_.losses;
  }
}

bool is_crash_loop(const SummaryState& state, TimeNs now) {
  auto failures = state.failures;
  if (!is_over(static_cast<LifeState>(state.status))) failures.push_back(state.last_wall);
  return failures.size() >= kCrashLoop && now - failures[failures.size() - kCrashLoop] <= kCrashLoopTime;
}

Summary SummaryFold::summary() const {
  Summary summary;
  summary.session_id = state_.session_id;
  summary.name = state_.name;
  summary.strategy = state_.strategy;
  summary.mode = state_.mode;
  summary.start = state_.start;
  summary.end = state_.end;
  summary.status = status();
  summary.phases_completed = state_.phases_completed;
  summary.phases_total = state_.phases_total;
  summary.initial_capital = state_.initial_capital;
  summary.current_equity = state_.equity;
  summary.trades = state_.trades;
  summary.wins = state_.wins;
  summary.losses = state_.losses;
  summary.max_drawdown = state_.max_drawdown;
  summary.runtime_ms = state_.runtime_ms + (state_.last_wall - state_.run_start) / kMillisecond;
  summary.last_updated = state_.last_wall;
  summary.last_seq = state_.last_seq;
  if (state_.initial_capital && state_.equity && state_.initial_capital->units() > 0) {
    summary.roi =
        (*state_.equity - *state_.initial_capital).to_double() / state_.initial_capital->to_double();
  }
  auto returns = state_.returns;
  if (state_.day_base > 0) returns.push_back(state_.day_equity / state_.day_base - 1);
  summary.sharpe = sharpe_ratio(returns);
  return summary;
}

std::string to_json(const Summary& summary) {
  SummaryWriter writer;
  writer.text("session_id", summary.session_id);
  writer.text("name", summary.name);
  writer.text("strategy", summary.strategy);
  writer.text("mode", summary.mode);
  writer.time("start", summary.start);
  writer.time("end", summary.end);
  writer.text("status", name_of(summary.status));
  writer.count("phases_completed", summary.phases_completed);
  writer.count("phases_total", summary.phases_total);
  writer.amount("initial_capital", summary.initial_capital);
  writer.amount("current_equity", summary.current_equity);
  writer.count("trades", summary.trades);
  writer.count("wins", summary.wins);
  writer.count("losses", summary.losses);
  writer.number("roi", summary.roi);
  writer.number("max_drawdown", summary.max_drawdown);
  writer.number("sharpe", summary.sharpe);
  writer.number("runtime_s", static_cast<double>(summary.runtime_ms) / 1000.0);
  writer.time("last_updated", summary.last_updated);
  writer.count("last_seq", summary.last_seq);
  return writer.finish();
}

}  // namespace kontor::session
