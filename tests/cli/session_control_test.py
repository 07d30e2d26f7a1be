"""Running sessions from another terminal: looks, words, the emergency stop."""

import json
import signal
import time
import unittest

from session_case import SessionTestCase


class SessionControl(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")
        self.running = []

    def tearDown(self):
        for process in self.running:
            process.kill()
            process.communicate()
        super().tearDown()

    def run_session(self, name="cross", speed="3600"):
        """A session in the background, up to the moment when it answers."""
        config = self.configuration(name)
        process = self.start("--sessions", self.sessions, "session", "run", config, "--speed", speed)
        self.running.append(process)
        self.until(lambda: self.show(name)["trading"] is not None)
        return process

    def show(self, name="cross"):
        if not (self.sessions / name).is_dir():
            return {"trading": None}
        return json.loads(self.session("show", name, "--json"))

    def stop(self, *arguments):
        return self.kontor("--sessions", self.sessions, "stop", *arguments)

    def ended(self, process):
        process.communicate(timeout=30)
        return process.returncode

    def test_a_look_shows_what_the_session_holds(self):
        self.run_session()
        self.until(lambda: self.show()["positions"])
        view = self.show()
        self.assertEqual(view["account"], "paper/cross")
        self.assertEqual(view["positions"][0]["instrument"], "BTCUSDT@synthetic")
        self.assertEqual(view["open_positions"], 1)
        self.assertIn("BTCUSDT@synthetic", self.session("show", "cross"))
        self.assertRegex(self.session("list"), r"^cross +running +2025-")

    def test_pause_and_resume_can_be_said_twice(self):
        self.run_session()
        for word, trading in (("pause", "restricted"), ("pause", "restricted"), ("resume", "running"), ("resume", "running")):
            view = json.loads(self.session(word, "cross", "--json"))
            self.assertEqual(view["trading"], trading)
        changes = self.journal("show", "cross", "--type", "trading_state_changed")
        self.assertEqual(len(changes.splitlines()), 2)

    def test_flatten_leaves_nothing_and_the_journal_replays(self):
        process = self.run_session()
        self.until(lambda: self.show()["positions"])
        self.session("flatten", "cross")
        self.until(lambda: self.show()["trading"] == "halted")
        view = self.show()
        self.assertEqual((view["positions"], view["working_orders"]), ([], []))
        fills = view["fills"]
        time.sleep(0.3)
        self.assertEqual(self.show()["fills"], fills)
        self.assertIn("stopped", self.session("stop", "cross"))
        self.assertEqual(self.ended(process), 0)
        self.assertIn("identical", self.session("replay", "cross"))

    def test_stop_of_what_does_not_run_is_no_error_and_pause_is_one(self):
        process = self.run_session()
        self.session("stop", "cross")
        self.assertEqual(self.ended(process), 0)
        self.assertIn("does not run", self.session("stop", "cross"))
        self.assertRegex(self.session("list"), r"cross +stopped +last heard of 20\d\d-.*, equity \d+")
        absent = json.loads(self.session("list", "--json"))[0]
        self.assertEqual((absent["trading"], absent["state"]), (None, "stopped"))
        self.fails(2, "--sessions", self.sessions, "session", "pause", "cross", says=["does not run"])
        self.fails(2, "--sessions", self.sessions, "session", "show", "cros", says=["cross"])

    def test_a_killed_session_leaves_a_door_that_the_next_one_takes(self):
        process = self.run_session()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertIn("does not run: no answer, last heard of", self.session("show", "cross"))
        self.assertRegex(self.session("list"), r"cross +no answer +last heard of 20")
        self.run_session()
        self.assertEqual(self.show()["trading"], "running")

    def test_the_emergency_stop_reaches_everybody_and_stands(self):
        processes = [self.run_session(name) for name in ("one", "two")]
        self.until(lambda: self.show("one")["positions"] and self.show("two")["positions"])
        begun = time.monotonic()
        outcomes = json.loads(self.stop("--all", "--json"))
        self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual([(o["session"], o["outcome"]) for o in outcomes], [("one", "stopped"), ("two", "stopped")])
        self.assertEqual([o["after"]["trading"] for o in outcomes], ["halted", "halted"])
        self.assertEqual([self.ended(process) for process in processes], [0, 0])
        self.fails(2, "--sessions", self.sessions, "session", "run", self.folder / "one.toml", says=["emergency stop", "--lift"])
        self.assertIn("lifted", self.stop("--lift"))
        self.assertIn("No emergency stop", self.stop("--lift"))
        self.run_session("one")
        self.assertEqual(self.show("one")["trading"], "halted")
        self.assertEqual(json.loads(self.session("resume", "one", "--json"))["trading"], "running")

    def test_flatten_all_closes_every_position_before_the_end(self):
        process = self.run_session()
        self.until(lambda: self.show()["positions"])
        outcome = json.loads(self.stop("--all", "--flatten", "--json"))[0]
        self.assertEqual((outcome["outcome"], outcome["after"]["positions"]), ("stopped", []))
        self.assertEqual(self.ended(process), 0)

    def test_the_file_stops_without_a_socket(self):
        process = self.run_session()
        (self.sessions / "cross" / "control.sock").unlink()
        (self.sessions / "KILL").touch()
        begun = time.monotonic()
        self.assertEqual(self.ended(process), 0)
        self.assertLess(time.monotonic() - begun, 3)

    def test_what_makes_no_sense_is_said(self):
        self.fails(2, "--sessions", self.sessions, "stop", says=["--all", "--lift"])
        self.fails(2, "--sessions", self.sessions, "stop", "--all", "--lift", says=["--lift"])
        self.assertEqual(json.loads(self.stop("--all", "--json")), [])


if __name__ == "__main__":
    unittest.main()
