#include "screen/keys.hpp"

#include <gtest/gtest.h>

namespace kontor::screen {
namespace {

using session::Request;

std::optional<Request> type(ViewState& state, char character) {
  return press(state, {Key::character, character});
}

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
  press(state, {Key::tab, 0});
  EXPECT_EQ(state.panel, Panel::orders);
  press(state, {Key::tab, 0});
  press(state, {Key::tab, 0});
  EXPECT_EQ(state.panel, Panel::positions);
  press(state, {Key::back_tab, 0});
  EXPECT_EQ(state.panel, Panel::events);
}

TEST(ScreenKeys, ScrollThePanelThatIsSelected) {
  ViewState state;
  state.heights = {5, 5, 5};
  press(state, {Key::down, 0});
  press(state, {Key::page_down, 0});
  EXPECT_EQ(state.offsets, (PerPanel{6, 0, 0}));
  press(state, {Key::up, 0});
  type(state, 'k');
  EXPECT_EQ(state.offsets[0], 4U);
  press(state, {Key::page_up, 0});
  EXPECT_EQ(state.offsets[0], 0U);
  press(state, {Key::back_tab, 0});
  press(state, {Key::up, 0});
  EXPECT_EQ(state.offsets, (PerPanel{0, 0, 1})) << "events count from the last one back";
  press(state, {Key::end, 0});
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
