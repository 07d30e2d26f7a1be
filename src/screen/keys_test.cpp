#include "screen/keys.hpp"

#include <gtest/gtest.h>

namespace kontor::screen {
namespace {

using session::Request;

std::optional<Request> type(ViewState& state, char character) {
  return press(state, {Key::character, character});
}

void hit(ViewState& state, Key key) { static_cast<void>(press(state, {key, 0})); }

TEST(ScreenKeys, SayWhatTheSessionHasToDo) {
  ViewState state;
  EXPECT_EQ(type(state, 'q'), Request::stop);
  EXPECT_EQ(type(state, 'p'), Request::pause);
  EXPECT_EQ(type(state, 'r'), Request::resume);
  EXPECT_EQ(type(state, 'x'), std::nullopt);
  EXPECT_EQ(press(state, {}), std::nullopt);
}

TEST(ScreenKeys, FlattenOnlyAfterAYes) {
  ViewState state;
  for (const KeyPress no : {KeyPress{Key::character, 'n'}, KeyPress{Key::escape, 0},
                            KeyPress{Key::character, 'f'}, KeyPress{Key::character, 'q'}}) {
    EXPECT_EQ(type(state, 'f'), std::nullopt);
    EXPECT_EQ(state.dialog, Dialog::flatten);
    EXPECT_EQ(press(state, no), std::nullopt);
    EXPECT_EQ(state.dialog, Dialog::none);
    EXPECT_EQ(state.notice, "Nothing was flattened.");
  }
  EXPECT_EQ(type(state, 'f'), std::nullopt);
  EXPECT_EQ(press(state, {}), std::nullopt);
  EXPECT_EQ(state.dialog, Dialog::flatten);
  EXPECT_EQ(type(state, 'y'), Request::flatten);
  EXPECT_EQ(state.dialog, Dialog::none);
}

TEST(ScreenKeys, AnyKeyTakesTheHelpAwayAndDoesNothingElse) {
  ViewState state;
  type(state, '?');
  EXPECT_EQ(state.dialog, Dialog::help);
  EXPECT_EQ(type(state, 'q'), std::nullopt);
  EXPECT_EQ(state.dialog, Dialog::none);
}

TEST(ScreenKeys, SelectPanelsInACircle) {
  ViewState state;
  hit(state, Key::tab);
  EXPECT_EQ(state.panel, Panel::orders);
  hit(state, Key::tab);
  hit(state, Key::tab);
  EXPECT_EQ(state.panel, Panel::positions);
  hit(state, Key::back_tab);
  EXPECT_EQ(state.panel, Panel::events);
}

TEST(ScreenKeys, ScrollThePanelThatIsSelected) {
  ViewState state;
  state.heights = {5, 5, 5};
  hit(state, Key::down);
  hit(state, Key::page_down);
  EXPECT_EQ(state.offsets, (PerPanel{6, 0, 0}));
  hit(state, Key::up);
  type(state, 'k');
  EXPECT_EQ(state.offsets[0], 4U);
  hit(state, Key::page_up);
  EXPECT_EQ(state.offsets[0], 0U);
  hit(state, Key::back_tab);
  hit(state, Key::up);
  EXPECT_EQ(state.offsets, (PerPanel{0, 0, 1})) << "events count from the last one back";
  hit(state, Key::end);
  EXPECT_EQ(state.offsets[2], 0U);
}

TEST(ScreenKeys, WhoHasScrolledBackGoesOnSeeingTheSameEvents) {
  ViewState state;
  follow(state, 100);
  EXPECT_EQ(state.offsets[2], 0U);
  state.offsets[2] = 3;
  follow(state, 104);
  EXPECT_EQ(state.offsets[2], 7U);
  EXPECT_EQ(state.newest_seq, 104U);
}

}  // namespace
}  // namespace kontor::screen
