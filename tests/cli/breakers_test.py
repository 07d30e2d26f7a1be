"""Breakers of the safety chain, as a user meets them: in a backtest, in a session and its events, in its database."""

import json
import signal
import unittest

from session_case import CONFIG, SessionTestCase

BREAKERS = """
[risk.breakers.drawdown]
warning = 0.005
restricted = 0
halted = 0
flattening = 0.01
"""


class Breakers(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")
        self.guarded = self.write("guarded.toml", CONFIG.format(name="guarded") + BREAKERS)

    def backtest(self, config):
        """The folder that a backtest has written: its analysis, and how many fills it had."""
        self.kontor("backtest", config)
        newest = max(self.runs.glob("*/analysis.json"), key=lambda path: path.stat().st_mtime_ns)
        return json.loads(newest.read_text(encoding="utf-8"))

    def events(self, *arguments):
        return [json.loads(line) for line in self.session("events", "guarded", "--json", *arguments).splitlines()]

    def show(self):
        return json.loads(self.session("show", "guarded", "--json"))

    def run_guarded(self):
        process = self.start("--sessions", self.sessions, "session", "run", self.guarded, "--speed", "7200")
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        self.until(lambda: (self.sessions / "guarded").is_dir() and self.show()["trading"] is not None)
        return process

    def test_a_backtest_trades_less_and_says_why(self):
        free = self.backtest(self.config)
        self.assertNotIn("breakers", free)
        guarded = self.backtest(self.guarded)
        self.assertLess(guarded["orders"], free["orders"])
        self.assertIn("circuit_breaker", {refusal["reason"] for refusal in guarded["refusals"]})
        levels = [change["to"] for change in guarded["breakers"]]
        self.assertEqual(levels, ["warning", "flattening", "halted"])
        tripped = guarded["breakers"][1]
        self.assertEqual((tripped["breaker"], tripped["scope"], tripped["threshold"]), ("drawdown", "account", "0.01"))
        self.assertGreaterEqual(float(tripped["value"]), 0.01)
        out = self.kontor("backtest", self.guarded)
        self.assertRegex(out, r"Breakers +drawdown warning \(account\) at 2025-01-")
        self.assertRegex(out, r"drawdown flattening \(account\) at .*: 0\.01\d* of 0\.01\n")

    def test_a_session_tells_in_events_journal_and_database(self):
        self.session("run", self.guarded)
        told = self.events("--type", "circuit_breaker")
        self.assertEqual([event["status"] for event in told], ["warning", "flattening", "halted"])
        self.assertEqual([event["level"] for event in told], ["warning", "critical", "info"])
        self.assertEqual(told[1]["details"]["scope"], "account")
        self.session("events", "guarded", "--validate", "strict")
        self.assertIn("identical", self.session("replay", "guarded"))
        records = [json.loads(line) for line in self.journal("show", "guarded").splitlines()]
        kinds = [record["type"] for record in records]
        flattening = next(i for i, record in enumerate(records)
                          if record["type"] == "breaker_changed" and record["body"]["to"] == "flattening")
        self.assertIn(kinds[flattening + 1], ("new_order", "cancel_order"), "what follows from it stands behind it")
        self.assertEqual(records[flattening]["body"]["cause"], records[flattening - 1]["seq"])
        self.assertIn("does the same", self.session("parity", "guarded"))

    def test_a_killed_session_comes_back_tripped_and_resumes_when_told(self):
        process = self.run_guarded()
        self.until(lambda: self.show()["trading"] in ("flattening", "halted"))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.run_guarded()
        view = self.show()
        self.assertIn(view["trading"], ("flattening", "halted"))
        restraint = view["restraints"][0]
        self.assertEqual((restraint["scope"], restraint["cause"]), ("account", "drawdown"))
        self.assertRegex(self.session("show", "guarded"), r"account +drawdown +(flattening|halted) +0\.0\d+ +0\.0\d+  told to resume")
        view = json.loads(self.session("resume", "guarded", "--reason", "seen it", "--json"))
        self.assertEqual((view["trading"], view["restraints"]), ("running", []))
        self.session("stop", "guarded")
        reasons = [event["details"].get("reason") for event in self.events("--type", "mode_switch")]
        self.assertIn("seen it", reasons)
        self.assertIn("reset", [event["details"]["reason"] for event in self.events("--type", "circuit_breaker")])
        self.assertIn("identical", self.session("replay", "guarded"))

    def test_a_wrong_breaker_is_told_with_file_and_line(self):
        config = self.write("wrong.toml", CONFIG.format(name="wrong") + "[risk.breakers.drawdown]\nhalted = 2\n")
        self.fails(2, "backtest", config, says=["wrong.toml:11", "risk.breakers.drawdown.halted", "from 0 to 1", "found integer 2"])


if __name__ == "__main__":
    unittest.main()
