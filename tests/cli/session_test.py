"""Paper sessions: a journal that survives whatever happens to the process."""

import json
import random
import signal
import time
import unittest

from session_case import SessionTestCase


class Session(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")

    def decisions(self, session="cross"):
        """Every order and fill, without its place in the journal."""
        lines = self.journal("show", session, "--type", "new_order", "--type", "fill").splitlines()
        records = [json.loads(line) for line in lines]
        return [(record["type"], json.dumps(record["body"], sort_keys=True)) for record in records]

    def test_takes_the_decisions_of_a_backtest(self):
        backtest = self.json("backtest", self.config)
        session = self.run_json()
        self.assertEqual(session["ending"], "the data has ended")
        self.assertGreater(session["fills"], 100)
        self.assertEqual((session["orders"], session["fills"]), (backtest["orders"], backtest["fills"]))
        self.assertEqual(session["equity"], backtest["final_equity"])
        self.assertRegex(self.session("replay", "cross"), r"^identical, \d+ events, \d+ outputs, \d+ states\n$")
        self.assertIn("the backtest of that time does the same", self.session("parity", "cross"))
        self.assertEqual(json.loads(self.session("parity", "cross", "--json"))["differences"], [])
        self.assertIn("every checksum is right", self.journal("verify", "cross"))

    def test_goes_on_after_any_kill_and_decides_everything_once(self):
        self.run_json("--id", "whole")
        expected = self.decisions("whole")
        chance = random.Random(20250101)
        kills = 0
        for _ in range(200):
            process = self.start("--sessions", self.sessions, "session", "run", self.config, "--json",
                                 "--no-safe-mode")
            time.sleep(chance.uniform(0.0, 0.12))
            process.send_signal(signal.SIGKILL)
            out, _ = process.communicate(timeout=60)
            kills += process.returncode == -signal.SIGKILL
        self.assertGreater(kills, 20)
        self.run_json("--no-safe-mode")
        self.assertEqual(self.decisions(), expected)
        self.assertIn("identical", self.session("replay", "cross"))

    def test_ctrl_c_stops_in_good_order_and_the_next_run_goes_on(self):
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", "5000")
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("stopped", out)
        session = self.run_json()
        self.assertTrue(session["continued"])
        self.run_json("--id", "whole")
        self.assertEqual(self.decisions(), self.decisions("whole"))

    def test_a_second_process_on_the_account_is_refused(self):
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", "1")
        try:
            lock = self.sessions / "accounts" / "cross.lock"
            for _ in range(200):
                if lock.exists() and lock.stat().st_size > 0:
                    break
                time.sleep(0.05)
            self.fails(1, "--sessions", self.sessions, "session", "run", self.config, says=["cross"])
        finally:
            process.kill()
            process.communicate(timeout=60)

    def test_another_configuration_needs_another_session(self):
        self.run_json()
        other = self.write("other.toml", self.config.read_text().replace("balance = 100000", "balance = 200000"))
        self.fails(2, "--sessions", self.sessions, "session", "run", other,
                   says=["another configuration", "account.balance (", "--new"])
        self.session("run", other, "--new")
        self.assertTrue((self.sessions / "cross-2").is_dir())

    def test_a_corrupt_journal_is_named_with_its_place(self):
        self.run_json()
        path = sorted((self.sessions / "cross").glob("core-*.journal"))[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0x10
        path.write_bytes(bytes(content))
        self.fails(3, "--sessions", self.sessions, "journal", "verify", "cross", says=[path.name])

    def test_unknown_sessions_and_types_are_named(self):
        self.fails(2, "--sessions", self.sessions, "session", "replay", "nothing", says=["no sessions"])
        self.run_json()
        self.fails(2, "--sessions", self.sessions, "session", "replay", "cros", says=["cross"])
        self.fails(2, "--sessions", self.sessions, "journal", "show", "cross", "--type", "fil", says=["fill"])
        self.fails(2, "--sessions", self.sessions, "session", "run", self.config, "--speed", "0", says=["--speed"])


if __name__ == "__main__":
    unittest.main()
