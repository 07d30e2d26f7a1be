"""Changing the configuration of a session while it runs: through its file, by whatever way an editor writes it."""

import json
import os
import signal
import time
import unittest

from session_case import SessionTestCase

LIMITS = """[risk]
max_orders_per_day = 50
"""


class SessionSettings(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-31")
        self.text = self.config.read_text() + LIMITS
        self.config.write_text(self.text)
        self.process = None

    def tearDown(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        super().tearDown()

    def run_session(self, *arguments, speed="1800"):
        self.process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", speed, *arguments)
        self.until(lambda: self.show()["trading"] is not None)

    def end_session(self):
        """Stops it, and gives what it has said."""
        self.session("stop", "cross")
        out, err = self.process.communicate(timeout=30)
        self.assertEqual(self.process.returncode, 0, err)
        self.process = None
        return out, err

    def show(self):
        if not (self.sessions / "cross").is_dir():
            return {"trading": None}
        return json.loads(self.session("show", "cross", "--json"))

    def changes(self):
        return self.show()["configuration_changes"]

    def events(self, name):
        return [json.loads(line) for line in self.session("events", "cross", "--type", name, "--json").splitlines()]

    def edit(self, old, new):
        """As an editor does: another file, put in its place."""
        self.assertIn(old, self.text)
        self.text = self.text.replace(old, new)
        beside = self.write("cross.toml.new", self.text)
        os.rename(beside, self.config)

    def test_an_edit_is_in_force_within_a_second(self):
        self.run_session()
        before = self.show()["configuration_hash"]
        for number, (old, new) in enumerate([("per_day = 50", "per_day = 1"), ("fast = 5", "fast = 7")], start=1):
            edited = time.monotonic()
            self.edit(old, new)
            self.until(lambda: self.changes() == number, seconds=5)
            self.assertLess(time.monotonic() - edited, 1)
        view = self.show()
        self.assertNotEqual(view["configuration_hash"], before)
        self.assertEqual(view["configuration_last_change"], ["strategy[0].fast: 5 → 7"])
        self.assertIn("changed 2 times", self.session("show", "cross"))
        refusals = view["refusals"]
        self.until(lambda: self.show()["refusals"] > refusals)
        _, err = self.end_session()
        self.assertIn("risk.max_orders_per_day: 50 → 1", err)
        told = self.events("config_changed")
        self.assertEqual([event["details"]["changes"] for event in told],
                         [["risk.max_orders_per_day: 50 → 1"], ["strategy[0].fast: 5 → 7"]])
        self.assertIn("trades_per_day", json.dumps(self.events("risk_decision")))
        self.assertIn("identical", self.session("replay", "cross"))
        self.assertIn("does the same", self.session("parity", "cross"))
        self.kontor("--sessions", self.sessions, "storage", "rebuild")
        changed = self.journal("show", "cross", "--type", "settings_changed").splitlines()
        self.assertEqual(len(changed), 2)
        self.assertEqual(json.loads(changed[1])["body"]["changes"], [{"key": "strategy[0].fast", "before": "5", "after": "7"}])

    def test_an_edit_in_place_and_in_pieces_counts_once_it_is_whole(self):
        self.run_session()
        text = self.text.replace("per_day = 50", "per_day = 2")
        with self.config.open("w") as file:
            for start in range(0, len(text), 60):
                file.write(text[start:start + 60])
                file.flush()
                time.sleep(0.05)
        self.until(lambda: self.changes() == 1, seconds=5)
        _, err = self.end_session()
        self.assertNotIn("stays in force", err)

    def test_an_invalid_file_is_refused_with_its_line_and_the_old_one_stays(self):
        self.run_session()
        before = self.show()["configuration_hash"]
        line = self.text.splitlines().index("max_orders_per_day = 50") + 1
        for broken in ("max_orders_per_day = 0", "max_order_per_day = 5", "max_orders_per_day = = 5"):
            self.config.write_text(self.text.replace("max_orders_per_day = 50", broken))
            wanted = len(self.events("config_refused")) + 1
            self.until(lambda: len(self.events("config_refused")) == wanted, seconds=5)
            event = self.events("config_refused")[-1]
            self.assertEqual(event["level"], "warning")
            self.assertIn(f"cross.toml:{line}", event["error"])
        self.assertEqual(self.show()["configuration_hash"], before)
        self.edit("per_day = 50", "per_day = 49")
        self.until(lambda: self.changes() == 1, seconds=5)
        _, err = self.end_session()
        self.assertEqual(err.count("stays in force"), 3)
        self.assertEqual(err.count(f"cross.toml:{line}"), 3, err)

    def test_a_key_that_cannot_change_is_named(self):
        self.run_session()
        self.edit("balance = 100000", "balance = 200000")
        self.until(lambda: self.events("config_refused"), seconds=5)
        self.edit("per_day = 50", "per_day = 49")  # the balance is still another one
        time.sleep(0.6)
        self.assertEqual(self.changes(), 0)
        _, err = self.end_session()
        self.assertIn("account.balance (", err)
        self.assertIn("needs a new session", err)
        self.fails(2, "--sessions", self.sessions, "session", "run", self.config, says=["account.balance (", "--new"])

    def test_an_override_wins_over_the_file_whatever_it_says(self):
        self.run_session("--set", "risk.max_orders_per_day=3")
        self.edit("per_day = 50", "per_day = 1")
        time.sleep(0.8)
        self.assertEqual(self.changes(), 0)
        self.edit("fast = 5", "fast = 7")
        self.until(lambda: self.changes() == 1, seconds=5)
        self.assertEqual(self.show()["configuration_last_change"], ["strategy[0].fast: 5 → 7"])
        self.end_session()

    def test_a_restart_has_what_was_changed_and_takes_what_was_edited_meanwhile(self):
        self.run_session()
        self.edit("fast = 5", "fast = 7")
        self.until(lambda: self.changes() == 1, seconds=5)
        in_force = self.show()["configuration_hash"]
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        self.run_session()
        self.assertEqual((self.changes(), self.show()["configuration_hash"]), (1, in_force))
        self.end_session()
        self.edit("per_day = 50", "per_day = 3")
        self.run_session()
        self.until(lambda: self.changes() == 2, seconds=5)
        self.assertEqual(self.show()["configuration_last_change"], ["risk.max_orders_per_day: 50 → 3"])
        self.end_session()
        self.session("run", self.config)  # to the end of the data
        self.assertEqual(len(self.events("config_changed")), 2)
        self.assertIn("identical", self.session("replay", "cross"))
        self.assertIn("does the same", self.session("parity", "cross"))


if __name__ == "__main__":
    unittest.main()
