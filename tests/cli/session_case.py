"""What the tests of sessions share: a market, a strategy that trades on it often, and the folder of the sessions."""

import json
import time

from kontor_process import KontorTestCase

CONFIG = """[backtest]
name = "{name}"
[account]
balance = 100000
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@synthetic"]
fast = 5
slow = 20
"""


class SessionTestCase(KontorTestCase):
    """Sessions named after their configuration, `cross` unless another name is given."""

    def setUp(self):
        super().setUp()
        self.config = self.configuration("cross")
        self.sessions = self.folder / "sessions"

    def configuration(self, name):
        return self.write(f"{name}.toml", CONFIG.format(name=name))

    def until(self, holds, seconds=60):
        """Waits for something to come true."""
        deadline = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), deadline, "it never came true")
            time.sleep(0.02)

    def session(self, *arguments, **options):
        return self.kontor("--sessions", self.sessions, "session", *arguments, **options)

    def journal(self, *arguments, **options):
        return self.kontor("--sessions", self.sessions, "journal", *arguments, **options)

    def run_json(self, *arguments):
        """Runs the session to its end."""
        return json.loads(self.session("run", self.config, "--json", *arguments))
