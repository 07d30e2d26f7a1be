#include "screen/session_screen.hpp"

#include <gtest/gtest.h>

namespace kontor::screen {
namespace {

session::LoggedEvent event_at(TimeNs time, std::uint64_t seq, session::EventType type, std::string message,
                              session::EventLevel level = session::EventLevel::info) {
  session::LoggedEvent event;
  event.ts = time;
  event.seq = seq;
  event.type = type;
  event.level = level;
  event.message = std::move(message);
  return event;
}

Amount amount(std::string_view text) { return *Amount::parse(text); }

/// A session that has just begun to trade: nothing is held, nothing is open.
SessionPicture fresh() {
  SessionPicture picture;
  auto& view = picture.view;
  view.session = "sma_cross";
  view.account = "paper/sma_cross";
  view.asset = "USDT";
  view.status.now = *parse_time("2025-01-04T12:34:00.05Z");
  view.status.equity = amount("100000");
  view.run = {"RUNNING",        "paper", "3600", kDay, *parse_time("2025-01-01"), *parse_time("2025-01-21"),
              amount("100000"), 0};
  return picture;
}

/// One that holds, waits, and is held back.
SessionPicture busy() {
  SessionPicture picture = fresh();
  auto& view = picture.view;
  view.status.trading = TradingState::restricted;
  view.status.equity = amount("98765.4321");
  view.status.events = 12'345;
  view.status.orders = 17;
  view.status.fills = 16;
  view.status.refusals = 2;
  view.run.state = "PAUSED";
  view.run.max_drawdown = 0.0234;
  view.settings.changes = 1;
  view.positions = {{"BTCUSDT@binance", 0, "-0.50000", "50000.10", "49999.90", "0.10"},
                    {"ETHUSDT@binance", 1, "12.3400", "3210.55", "3198.01", "-154.74"}};
  for (std::uint64_t id = 18; id < 24; ++id)
    view.orders.push_back(
        {id, "ETHUSDT@binance", 1, "sell", "stop_limit", "12.3400", "0.0000", "3100.00", "acknowledged"});
  view.restraints = {{"account", "operator", "restricted", "", "", "", ""},
                     {"strategy 1", "drawdown", "warning", "0.021", "0.02", "2025-01-04T11:00:00Z", ""}};
  const TimeNs noon = *parse_time("2025-01-04T12:00:00Z");
  picture.events = {
      event_at(noon, 40, session::EventType::order_submitted,
               "Order 16: sell 12.34 ETHUSDT@binance at market"),
      event_at(noon + kMinute, 41, session::EventType::fill,
               "Order 16: sold 12.34 ETHUSDT@binance at 3210.55"),
      event_at(noon + 2 * kMinute, 42, session::EventType::circuit_breaker,
               "Breaker drawdown of strategy 1 warns:\n0.021 against 0.02", session::EventLevel::warning),
      event_at(noon + 34 * kMinute, 43, session::EventType::mode_switch, "The session is PAUSED")};
  picture.events_per_second = 59.7;
  picture.runtime = kHour + 2 * kMinute + 3 * kSecond + 4 * kMillisecond;
  return picture;
}

/// The screen as text; every line must be there and fit. Spaces at the ends of lines are left out.
std::string drawn(const SessionPicture& picture, ViewState& state, Size size) {
  const auto lines = session_screen(picture, state, size);
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(size.rows));
  std::string text;
  for (const auto& line : lines) {
    EXPECT_LE(width_of(line), static_cast<std::size_t>(size.columns)) << text_of(line);
    std::string shown = text_of(line);
    shown.erase(shown.find_last_not_of(' ') + 1);
    text += "\n" + shown;
  }
  return text + "\n";
}

std::string drawn(const SessionPicture& picture, Size size) {
  ViewState state;
  return drawn(picture, state, size);
}

TEST(SessionScreen, At80By24) {
  EXPECT_EQ(drawn(busy(), {80, 24}), R"(
sma_cross  paper/sma_cross                                                PAUSED
Equity 98765.43 USDT  P&L -1234.57  -1.23 %  Max drawdown 2.34 %
2025-01-04T12:34:00Z  Data 17.6 %  Speed 3600×  60 events/s  Up 1h 2m
Orders 17  Fills 16  Refused 2  Events 12345  Configuration changes 1
account restricted by operator  until told to resume
strategy 1 warning by drawdown  0.021 against 0.02
─ Positions 2 ──────────────────────────────────────────────────────────────────
INSTRUMENT       STRATEGY  QUANTITY   AVERAGE      MARK      P&L
BTCUSDT@binance         0  -0.50000  50000.10  49999.90     0.10
ETHUSDT@binance         1   12.3400   3210.55   3198.01  -154.74
─ Open orders 6 ────────────────────────────────────────────────────────────────
INSTRUMENT       SIDE  TYPE        QUANTITY  FILLED    PRICE  STATUS
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged
─ Last events 4 ────────────────────────────────────────────────────────────────
01-04 12:00:00  Order 16: sell 12.34 ETHUSDT@binance at market
01-04 12:01:00  Order 16: sold 12.34 ETHUSDT@binance at 3210.55
01-04 12:02:00  Breaker drawdown of strategy 1 warns: 0.021 against 0.02
01-04 12:34:00  The session is PAUSED
q stop  p pause  r resume  f flatten  Tab panel  ↑↓ scroll  ? help
)");
}

TEST(SessionScreen, At60By16) {
  EXPECT_EQ(drawn(busy(), {60, 16}), R"(
sma_cross  paper/sma_cross                            PAUSED
Equity 98765.43 USDT  P&L -1234.57  -1.23 %
2025-01-04T12:34:00Z  Data 17.6 %  Speed 3600×  60 events/s
Orders 17  Fills 16  Refused 2  Events 12345
account restricted by operator  until told to resume
strategy 1 warning by drawdown  0.021 against 0.02
─ Positions 2 ──────────────────────────────────────────────
BTCUSDT@binance  -0.50000  50000.10  49999.90     0.10
ETHUSDT@binance   12.3400   3210.55   3198.01  -154.74
─ Open orders 1–2 of 6 ─────────────────────────────────────
ETHUSDT@binance  sell   12.3400  3100.00  acknowledged
ETHUSDT@binance  sell   12.3400  3100.00  acknowledged
─ Last events 3–4 of 4 ─────────────────────────────────────
01-04 12:02:00  Breaker drawdown of strategy 1 warns: 0.021…
01-04 12:34:00  The session is PAUSED
q stop  p pause  r resume  f flatten  Tab panel  ? help
)");
}

TEST(SessionScreen, At40By10) {
  EXPECT_EQ(drawn(busy(), {40, 10}), R"(
sma_cross  paper/sma_cross        PAUSED
Equity 98765.43 USDT  P&L -1234.57
2025-01-04T12:34:00Z  Data 17.6 %
account restricted by operator        +1
─ Positions 2 ──────────────────────────
BTCUSDT@binance  -0.50000     0.10
ETHUSDT@binance   12.3400  -154.74
─ Open orders 1 of 6 ───────────────────
ETHUSDT@binance  sell   12.3400  3100.00
q stop  p pause  r resume  f flatten
)");
}

TEST(SessionScreen, AWideOneHasEverything) {
  EXPECT_EQ(drawn(busy(), {120, 30}), R"(
sma_cross  paper/sma_cross                                                                                        PAUSED
Equity 98765.43 USDT  P&L -1234.57  -1.23 %  Max drawdown 2.34 %
2025-01-04T12:34:00Z  Data 17.6 %  Speed 3600×  60 events/s  Up 1h 2m
Orders 17  Fills 16  Refused 2  Events 12345  Configuration changes 1
account restricted by operator  until told to resume
strategy 1 warning by drawdown  0.021 against 0.02
─ Positions 2 ──────────────────────────────────────────────────────────────────────────────────────────────────────────
INSTRUMENT       STRATEGY  QUANTITY   AVERAGE      MARK      P&L
BTCUSDT@binance         0  -0.50000  50000.10  49999.90     0.10
ETHUSDT@binance         1   12.3400   3210.55   3198.01  -154.74
─ Open orders 6 ────────────────────────────────────────────────────────────────────────────────────────────────────────
ORDER  INSTRUMENT       SIDE  TYPE        QUANTITY  FILLED    PRICE  STATUS        STRATEGY
   18  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
   19  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
   20  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
   21  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
   22  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
   23  ETHUSDT@binance  sell  stop_limit   12.3400  0.0000  3100.00  acknowledged         1
─ Last events 4 ────────────────────────────────────────────────────────────────────────────────────────────────────────
2025-01-04 12:00:00  order_submitted  Order 16: sell 12.34 ETHUSDT@binance at market
2025-01-04 12:01:00  fill             Order 16: sold 12.34 ETHUSDT@binance at 3210.55
2025-01-04 12:02:00  circuit_breaker  Breaker drawdown of strategy 1 warns: 0.021 against 0.02
2025-01-04 12:34:00  mode_switch      The session is PAUSED






q stop  p pause  r resume  f flatten  Tab panel  ↑↓ scroll  ? help
)");
}

TEST(SessionScreen, WhereNothingIsThereItSaysSo) {
  EXPECT_EQ(drawn(fresh(), {80, 16}), R"(
sma_cross  paper/sma_cross                                               RUNNING
Equity 100000.00 USDT  P&L 0.00  +0.00 %  Max drawdown 0.00 %
2025-01-04T12:34:00Z  Data 17.6 %  Speed 3600×  0 events/s  Up 0s
Orders 0  Fills 0  Refused 0  Events 0  Configuration changes 0
─ Positions ────────────────────────────────────────────────────────────────────
 No positions.
─ Open orders ──────────────────────────────────────────────────────────────────
 No open orders.
─ Last events ──────────────────────────────────────────────────────────────────
 No events yet.





q stop  p pause  r resume  f flatten  Tab panel  ↑↓ scroll  ? help
)");
}

TEST(SessionScreen, EverySizeIsFilledAndNoLineIsTooLong) {
  ViewState state;
  for (const Dialog dialog : {Dialog::none, Dialog::help, Dialog::flatten}) {
    for (int columns = 0; columns < 130; columns += columns < 12 ? 1 : 9) {
      for (int rows = 0; rows < 32; rows += rows < 12 ? 1 : 5) {
        state.dialog = dialog;
        state.panel = static_cast<Panel>((columns + rows) % 3);
        state.notice = columns % 2 == 0 ? "" : "something\nto be read";
        drawn(busy(), state, {columns, rows});
      }
    }
  }
}

TEST(SessionScreen, ThePanelThatIsSelectedKeepsItsPlace) {
  ViewState state;
  state.panel = Panel::events;
  const auto small = drawn(busy(), state, {40, 7});
  EXPECT_NE(small.find("Last events"), std::string::npos) << small;
  EXPECT_EQ(small.find("Open orders"), std::string::npos) << small;
}

TEST(SessionScreen, ScrollsNoFurtherThanThereIs) {
  ViewState state;
  state.panel = Panel::orders;
  state.offsets = {7, 1000, 1000};
  const auto text = drawn(busy(), state, {120, 16});
  EXPECT_EQ(state.offsets[0], 0U);
  EXPECT_EQ(state.offsets[1], 6 - state.heights[1]);
  EXPECT_NE(text.find("   23  ETHUSDT"), std::string::npos) << text;
  EXPECT_EQ(text.find("   18  ETHUSDT"), std::string::npos) << text;
  EXPECT_NE(text.find("Order 16: sell 12.34"), std::string::npos) << text;
  EXPECT_EQ(text.find("is PAUSED"), std::string::npos) << text;
}

TEST(SessionScreen, AsksAndHelpsInsteadOfTheKeys) {
  ViewState state;
  state.dialog = Dialog::flatten;
  EXPECT_NE(drawn(busy(), state, {80, 24}).find("\nWithdraw every order and close every position? y/n\n"),
            std::string::npos);
  EXPECT_NE(drawn(busy(), state, {40, 10}).find("\nClose everything? y/n\n"), std::string::npos);
  state.dialog = Dialog::help;
  const auto help = drawn(busy(), state, {80, 24});
  EXPECT_NE(help.find("flatten: withdraw every order"), std::string::npos);
  EXPECT_EQ(help.find("Positions"), std::string::npos);
}

TEST(SessionScreen, SaysWhatTheKeysDoHere) {
  EXPECT_EQ(text_of(key_line(Seat::driver, Dialog::none, 80)),
            "q stop  p pause  r resume  f flatten  Tab panel  ↑↓ scroll  ? help");
  EXPECT_EQ(text_of(key_line(Seat::onlooker, Dialog::none, 30)), "q leave  p pause  f flatten");
  EXPECT_EQ(text_of(key_line(Seat::no_keyboard, Dialog::none, 80)), "Ctrl-C stops in good order");
}

TEST(SessionScreen, SaysWhatIsWrongWithTheDisk) {
  SessionPicture picture = fresh();
  const auto before = head_lines(picture, {80, 24}).size();
  picture.view.disk_fault = "cannot sync core-1.journal: No space left on device";
  const auto lines = head_lines(picture, {80, 24});
  ASSERT_EQ(lines.size(), before + 1);
  EXPECT_EQ(text_of(lines.back()),
            "The journal cannot be written: cannot sync core-1.journal: No space left on dev…");
  EXPECT_EQ(head_lines(picture, {80, 12}).size(), before - 1) << "there is no place for more";
}

TEST(SessionScreen, NamesTheStateThatCounts) {
  SessionPicture picture = fresh();
  const auto badge = [&] { return head_lines(picture, {80, 24}).front().back(); };
  EXPECT_EQ(badge(), (Piece{"RUNNING", Style::good}));
  picture.view.status.trading = TradingState::restricted;
  EXPECT_EQ(badge(), (Piece{"PAUSED", Style::warning}));
  picture.view.status.by_schedule = true;
  EXPECT_EQ(badge(), (Piece{"OUTSIDE ITS SCHEDULE", Style::warning}));
  picture.view.status.by_disk = true;
  EXPECT_EQ(badge(), (Piece{"DISK FAILED", Style::alarm}));
  picture.view.status.trading = TradingState::flattening;
  EXPECT_EQ(badge(), (Piece{"FLATTENING", Style::alarm}));
  picture.view.run.state = "STARTING";
  EXPECT_EQ(badge(), (Piece{"STARTING", Style::warning}));
  picture.view.run = {};
  EXPECT_EQ(badge(), (Piece{"FLATTENING", Style::alarm}));
}

TEST(SessionScreen, WhatIsNotKnownIsLeftOut) {
  SessionPicture picture = fresh();
  picture.view.run = {};
  picture.view.account = picture.view.session;
  const auto text = drawn(picture, {80, 8});
  for (const auto* word : {"P&L", "drawdown", "Data", "Speed", "Up"})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
  EXPECT_NE(text.find("Equity 100000.00 USDT\n"), std::string::npos) << text;
}

TEST(SessionScreen, WordsFromOutsideAreNoCommandsForTheTerminal) {
  SessionPicture picture = busy();
  picture.view.session = "\x1b[2J";
  picture.view.asset = "\x1b[2J";
  picture.view.run.state = "\x1b[2J";
  picture.view.run.mode = "\x1b[2J";
  picture.view.positions[0].instrument = "\x1b[2J";
  picture.view.orders[0].status = "\x1b[2J";
  picture.view.restraints[0].cause = "\x1b[2J";
  picture.events[0].message = "\x1b[2J\a";
  ViewState state;
  state.notice = "\x1b[2J";
  EXPECT_EQ(drawn(picture, state, {120, 40}).find_first_of("\x1b\a"), std::string::npos);
}

}  // namespace
}  // namespace kontor::screen
