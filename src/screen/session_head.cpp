#include <cmath>

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include "screen/fields.hpp"
#include "screen/session_screen.hpp"

namespace kontor::screen {
namespace {

using session::RestraintLine;
using session::SessionView;

/// Below this many rows the head is as short as it can be.
constexpr int kFewRows = 16;

struct Badge {
  std::string text;
  Style style;
};

/// What the session is doing: what the state of its life says, else whether it may trade.
Badge badge_of(const SessionView& view) {
  const bool is_trading = view.run.state.empty() || view.run.state == "RUNNING" || view.run.state == "PAUSED";
  if (!is_trading) return {printable(view.run.state), Style::warning};
  switch (view.status.trading) {
    case TradingState::running: return {"RUNNING", Style::good};
    case TradingState::restricted:
      if (view.status.by_disk) return {"DISK FAILED", Style::alarm};
      return {view.status.by_schedule ? "OUTSIDE ITS SCHEDULE" : "PAUSED", Style::warning};
    case TradingState::halted: return {"HALTED", Style::alarm};
    case TradingState::flattening: return {"FLATTENING", Style::alarm};
  }
  return {"RUNNING", Style::good};
}

Style style_of_sign(Amount amount) {
  return amount.is_zero() ? Style::plain : amount.is_negative() ? Style::bad : Style::good;
}

std::string signed_text(Amount amount) { return (amount > Amount() ? "+" : "") + amount.format_fixed(2); }

Line labelled(std::string_view label, std::string value, Style style = Style::plain) {
  return {{std::string(label) + " ", Style::faint}, {std::move(value), style}};
}

Line identity_line(const SessionPicture& picture, std::size_t width) {
  const auto& view = picture.view;
  const Badge badge = badge_of(view);
  Line name{{printable(view.session), Style::strong}};
  if (view.account != view.session) name.push_back({"  " + printable(view.account), Style::faint});
  if (!view.run.mode.empty() && !view.account.starts_with(view.run.mode))
    name.push_back({"  " + printable(view.run.mode), Style::faint});
  return spread(name, {{badge.text, badge.style}}, width);
}

Line money_line(const SessionPicture& picture, std::size_t width) {
  const auto& view = picture.view;
  const Amount equity = view.status.equity;
  std::vector<Field> fields;
  fields.push_back(
      {labelled("Equity", fmt::format("{} {}", equity.format_fixed(2), printable(view.asset)), Style::strong),
       0});
  if (view.run.initial_equity) {
    const Amount profit = equity - *view.run.initial_equity;
    fields.push_back({labelled("P&L", signed_text(profit), style_of_sign(profit)), 1});
    if (!view.run.initial_equity->is_zero()) {
      const double ratio = profit.to_double() / view.run.initial_equity->to_double();
      fields.push_back({{{fmt::format("{:+.2f} %", 100 * ratio), style_of_sign(profit)}}, 2});
    }
    fields.push_back({labelled("Max drawdown", fmt::format("{:.2f} %", 100 * view.run.max_drawdown)), 3});
  }
  return joined(std::move(fields), width);
}

/// Whole seconds are fine enough for people.
std::string runtime_text(DurationNs runtime) {
  return runtime < kSecond ? "0s" : format_duration(runtime / kSecond * kSecond);
}

std::string speed_text(const std::string& speed) {
  return speed.empty() || speed == "max" ? speed : speed + "×";
}

Line time_line(const SessionPicture& picture, std::size_t width) {
  const auto& view = picture.view;
  const TimeNs second = floor_divide(view.status.now, kSecond) * kSecond;
  std::vector<Field> fields{{{{format_time(second), Style::plain}}, 0}};
  if (const auto progress = session::progress_of(view.run, view.status.now))
    fields.push_back({labelled("Data", fmt::format("{:.1f} %", std::floor(1000 * *progress) / 10)), 1});
  if (!view.run.speed.empty())
    fields.push_back({labelled("Speed", speed_text(printable(view.run.speed))), 3});
  fields.push_back({{{fmt::format("{:.0f} events/s", picture.events_per_second), Style::plain}}, 2});
  if (view.run.started != 0) fields.push_back({labelled("Up", runtime_text(picture.runtime)), 4});
  return joined(std::move(fields), width);
}

Line count_line(const SessionPicture& picture, std::size_t width) {
  const auto& status = picture.view.status;
  const auto count = [](std::string_view label, std::uint64_t number) {
    return labelled(label, fmt::format("{}", number));
  };
  return joined({{count("Orders", status.orders), 1},
                 {count("Fills", status.fills), 0},
                 {count("Refused", status.refusals), 2},
                 {count("Events", status.events), 3},
                 {count("Configuration changes", picture.view.settings.changes), 4}},
                width);
}

/// `strategy 0 halted by drawdown, 0.21 against 0.2, until told to resume`.
Line restraint_line(const RestraintLine& restraint, std::size_t width) {
  const Style style = restraint.level == "warning" ? Style::warning : Style::alarm;
  std::vector<Field> fields{
      {{{printable(fmt::format("{} {} by {}", restraint.scope, restraint.level, restraint.cause)), style}},
       0}};
  if (!restraint.value.empty())
    fields.push_back({{{printable(fmt::format("{} against {}", restraint.value, restraint.threshold))}}, 1});
  if (restraint.cause != "schedule" && restraint.level != "warning") {
    const std::string until = restraint.until.empty() ? "told to resume" : restraint.until;
    fields.push_back({{{printable("until " + until), Style::faint}}, 2});
  }
  return joined(std::move(fields), width);
}

}  // namespace

std::vector<Line> head_lines(const SessionPicture& picture, Size size) {
  const auto width = static_cast<std::size_t>(size.columns);
  const bool is_small = size.rows < kFewRows;
  std::vector<Line> lines{identity_line(picture, width), money_line(picture, width),
                          time_line(picture, width)};
  if (!is_small) lines.push_back(count_line(picture, width));
  if (const auto& fault = picture.view.disk_fault; !fault.empty() && !is_small)
    lines.push_back(clip(Line{{printable("The journal cannot be written: " + fault), Style::alarm}}, width));
  const auto& restraints = picture.view.restraints;
  const std::size_t most = is_small ? 1 : 3;
  for (std::size_t i = 0; i < std::min(most, restraints.size()); ++i)
    lines.push_back(restraint_line(restraints[i], width));
  if (restraints.size() > most) {
    auto& last = lines.back();
    last = spread(last, {{fmt::format("+{}", restraints.size() - most), Style::alarm}}, width);
  }
  return lines;
}

}  // namespace kontor::screen
