"""The view of a session on a terminal: when there is one, what the keys do, and that the terminal comes back."""

import json
import signal
import time
import unittest

from session_case import SessionTestCase
from terminal_case import ENTER_SCREEN, LEAVE_SCREEN, Terminal


class SessionView(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")

    def terminal(self, *arguments, **options):
        terminal = Terminal(["--store", self.store, "--sessions", self.sessions, *arguments], **options)
        self.addCleanup(terminal.close)
        return terminal

    def run_on_terminal(self, *arguments, speed="3600", **options):
        return self.terminal("session", "run", self.config, "--speed", speed, *arguments, **options)

    def viewed(self, *arguments, **options):
        """A session whose view is up."""
        terminal = self.run_on_terminal(*arguments, **options)
        terminal.wait_for("Last events", terminal.wait_for(ENTER_SCREEN))
        return terminal

    def show(self):
        return json.loads(self.session("show", "cross", "--json"))

    def ends_well(self, terminal, code=0):
        """The process has ended, the screen and the modes from before are back, and the last lines stand there."""
        self.assertEqual(terminal.end(), code, terminal.output[-2000:])
        self.assertEqual(terminal.output.count(LEAVE_SCREEN), 1)
        self.assertTrue(terminal.is_as_before())
        return terminal.output[terminal.output.index(LEAVE_SCREEN) + len(LEAVE_SCREEN):]

    def test_a_terminal_shows_the_view_and_q_ends_in_good_order(self):
        terminal = self.viewed()
        shown = terminal.screen(30, 100)
        for words in ("cross", "paper/cross", "RUNNING", "Equity", "USDT", "Max drawdown", "Speed", "3600×", "events/s",
                      "Positions", "Open orders", "Last events", "stop", "pause", "flatten", "help"):
            self.assertIn(words, shown)
        terminal.press("q")
        after = self.ends_well(terminal)
        self.assertRegex(after, r"equity \d+\.\d\d USDT, .*\r\nSession cross: stopped; \d+ events\.")
        self.assertIn("identical", self.session("replay", "cross"))

    def test_ctrl_c_and_sigterm_end_in_good_order_too(self):
        terminal = self.viewed()
        terminal.press("\x03")
        self.assertIn("Session cross: stopped", self.ends_well(terminal))
        terminal = self.viewed()
        terminal.process.send_signal(signal.SIGTERM)
        self.assertIn("Session cross: stopped", self.ends_well(terminal))

    def test_the_end_of_the_data_brings_the_terminal_back(self):
        terminal = self.run_on_terminal(speed="max")
        after = self.ends_well(terminal)
        self.assertIn("Session cross: the data has ended", after)

    def test_a_crash_leaves_a_terminal_that_can_be_used(self):
        terminal = self.viewed()
        terminal.process.send_signal(signal.SIGABRT)
        self.ends_well(terminal, code=-signal.SIGABRT)

    def test_plain_prints_lines(self):
        terminal = self.run_on_terminal("--plain")
        terminal.wait_for("equity")
        terminal.process.send_signal(signal.SIGINT)
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn("\x1b", terminal.output)
        self.assertRegex(terminal.output, r"2025-\S+Z  equity \d+\.\d\d USDT, \d+ positions")

    def test_terminals_that_can_show_no_view_get_lines(self):
        for name in ("dumb", "", None, "no-such-terminal"):
            terminal = self.run_on_terminal("--new", speed="max", TERM=name)
            self.assertEqual(terminal.end(), 0, name)
            self.assertNotIn("\x1b", terminal.output, name)
            self.assertIn("the data has ended", terminal.output, name)

    def test_who_wants_no_words_gets_no_view(self):
        for words in (["--json", "--new"], ["--quiet", "--new"]):
            terminal = self.run_on_terminal(*words, speed="max")
            self.assertEqual(terminal.end(), 0, words)
            self.assertNotIn("\x1b", terminal.output, words)

    def test_without_a_terminal_there_are_lines(self):
        out = self.session("run", self.config)
        self.assertNotIn("\x1b", out)
        self.assertIn("Session cross: the data has ended", out)

    def test_any_size_is_good_enough(self):
        terminal = self.viewed()
        self.assertIn("Max drawdown", terminal.screen(40, 120))
        narrow = terminal.screen(10, 40)
        self.assertIn("Positions", narrow)
        self.assertNotIn("Max drawdown", narrow)
        for rows, columns in ((1, 1), (2, 200), (60, 3)):
            terminal.screen(rows, columns)
        self.assertIn("Last events", terminal.screen(24, 80))
        terminal.press("q")
        self.ends_well(terminal)

    def test_keys_pause_resume_and_flatten(self):
        terminal = self.viewed()
        terminal.press("p")
        self.until(lambda: self.show()["trading"] == "restricted")
        shown = terminal.screen(30, 100)
        self.assertIn("PAUSED", shown)
        self.assertIn("account restricted by operator", shown)
        terminal.press("r")
        self.until(lambda: self.show()["trading"] == "running")
        terminal.press("f")
        terminal.wait_for("y/n")
        terminal.press("n")
        terminal.wait_for("Nothing was flattened.")
        self.assertEqual(self.show()["trading"], "running")
        since = len(terminal.output)
        terminal.press("f")
        terminal.wait_for("y/n", since)
        terminal.press("y")
        self.until(lambda: self.show()["trading"] == "halted")
        self.assertEqual(self.show()["positions"], [])
        shown = terminal.screen(24, 80)
        self.assertIn("HALTED", shown)
        self.assertIn("No positions.", shown)
        terminal.press("q")
        self.ends_well(terminal)
        self.assertIn("identical", self.session("replay", "cross"))

    def test_help_and_scrolling_leave_the_session_alone(self):
        terminal = self.viewed()
        terminal.press("?")
        terminal.wait_for("goes back")
        self.assertIn("Shift-Tab", terminal.screen(20, 90))
        terminal.press("q")  # takes the help away, no more
        terminal.press("\t\x1b[A\x1b[B\x1bOA\x1bOB\x1b[5~\x1b[6~\x1b[Z\x1b")
        shown = terminal.screen(24, 80)
        self.assertIn("Last events", shown)
        self.assertEqual(self.show()["trading"], "running")
        terminal.press("q")
        self.ends_well(terminal)

    def test_what_is_said_meanwhile_comes_after(self):
        terminal = self.viewed()
        time.sleep(0.5)
        self.config.write_text(self.config.read_text().replace("fast = 5", "fast = 0"))
        terminal.wait_for("stays in force")
        terminal.press("q")
        after = self.ends_well(terminal)
        self.assertRegex(after, "warning.*The configuration before stays in force: .*strategy.fast")
        self.assertIn("config_refused", self.session("events", "cross"))

    def test_a_terminal_without_colours_and_letters_gets_none(self):
        terminal = self.viewed(LC_ALL="C", NO_COLOR="1")
        shown = terminal.screen(30, 100)
        self.assertTrue(shown.isascii())
        self.assertIn("3600x", shown)
        self.assertNotIn("\x1b[32m", terminal.output)
        terminal.press("q")
        self.ends_well(terminal)

    def test_a_stopped_terminal_stops_no_session(self):
        terminal = self.viewed()
        terminal.press("\x13")  # Ctrl-S
        time.sleep(0.3)
        events = self.show()["events"]
        self.until(lambda: self.show()["events"] > events)
        terminal.press("q")
        self.ends_well(terminal)

    def test_watch_shows_a_session_of_another_process_and_speaks_to_it(self):
        session = self.run_on_terminal("--plain")
        self.until(lambda: (self.sessions / "cross" / "control.sock").exists())
        watch = self.terminal("session", "show", "cross", "--watch")
        watch.wait_for("Last events", watch.wait_for(ENTER_SCREEN))
        shown = watch.screen(30, 100)
        for words in ("paper/cross", "RUNNING", "3600×", "leave"):
            self.assertIn(words, shown)
        watch.press("p")
        self.until(lambda: self.show()["trading"] == "restricted")
        watch.press("r")
        self.until(lambda: self.show()["trading"] == "running")
        watch.press("q")
        self.ends_well(watch)
        self.assertEqual(self.show()["trading"], "running")
        watch = self.terminal("session", "show", "cross", "--watch")
        watch.wait_for("Last events")
        lines = self.start("--sessions", self.sessions, "session", "show", "cross", "--watch")
        time.sleep(1.5)
        self.session("stop", "cross")
        self.assertIn("does not run: stopped", self.ends_well(watch))
        out, err = lines.communicate(timeout=30)
        self.assertEqual(lines.returncode, 0, err)
        self.assertGreaterEqual(out.count(" equity "), 2)
        self.assertIn("does not run: stopped", out)
        self.assertEqual(session.end(), 0)

    def test_watching_what_does_not_run_says_so(self):
        self.run_json()
        self.assertIn("does not run: stopped", self.session("show", "cross", "--watch"))
        self.fails(2, "--sessions", self.sessions, "session", "show", "cross", "--watch", "--json", says=["--json"])


if __name__ == "__main__":
    unittest.main()
