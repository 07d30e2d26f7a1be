"""What the tests of sessions on an emulated venue share: a strategy that trades often, a home of their own, secrets by descriptor."""

import contextlib
import os

from session_case import SessionTestCase

# Trades often: the shortest averages there are, on the shortest bars.
CONFIG = """[backtest]
name = "{name}"
[account]
balance = 10000
[data]
feed = ["trade", "quote"]
[[instrument]]
name = "{symbol}@{venue}"
kind = "{kind}"
[[strategy]]
type = "sma_cross"
instruments = ["{symbol}@{venue}"]
timeframe = "1s"
fast = 1
slow = 3
size = 20
"""
KINDS = {"spot": "spot", "linear": "linear_perpetual"}


class VenueHomeTestCase(SessionTestCase):
    """A home of its own: vault, limits and sessions."""

    def setUp(self):
        super().setUp()
        self.home = self.folder / "home"
        self.home.mkdir()
        self.sessions = self.home / "kontor" / "sessions"

    def start(self, *arguments, **options):
        options.setdefault("env", {**os.environ, "XDG_DATA_HOME": str(self.home)})
        return super().start(*arguments, **options)

    @contextlib.contextmanager
    def secret(self, *lines):
        """A descriptor from which these lines can be read once."""
        reading, writing = os.pipe()
        os.write(writing, "".join(f"{line}\n" for line in lines).encode())
        os.close(writing)
        try:
            yield reading
        finally:
            os.close(reading)
