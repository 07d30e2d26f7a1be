"""Sessions on the market of a venue, which is the emulator: on paper and with an account's money."""

import json
import shutil
import signal
import unittest

from emulator_process import PASSPHRASE, Emulator
from venue_session_case import CONFIG, KINDS, VenueHomeTestCase


class VenueSessionTestCase(VenueHomeTestCase):
    """One emulated exchange for all tests of a class."""

    venue = "binance"

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(cls.venue, "--events", "50")
        cls.addClassCleanup(cls.emulator.stop)

    def market(self, name, product="spot", symbol="BTCUSDT"):
        return self.write(f"{name}.toml",
                          CONFIG.format(name=name, symbol=symbol, venue=self.venue, kind=KINDS[product]))

    def at(self, product="spot"):
        return ("--network", "emulator", "--endpoint", self.emulator.address[product])

    def add_key(self):
        with self.secret(PASSPHRASE) as passphrase, self.secret(*self.emulator.credentials()) as key:
            self.kontor("keys", "add", self.venue, "demo", "--network", "emulator", "--passphrase-fd", passphrase,
                        "--from-fd", key, pass_fds=(passphrase, key))

    def paper(self, config, product="spot", *arguments):
        return self.start("session", "run", config, "--feed", "live", "--plain", *self.at(product), *arguments)

    def live(self, config, product="spot", *arguments):
        with self.secret(PASSPHRASE) as passphrase:
            return self.start("session", "live", config, "--account", "demo", "--plain", *self.at(product),
                              "--passphrase-fd", passphrase, *arguments, pass_fds=(passphrase,))

    def shown(self, name):
        """How a running session stands; None while it does not listen yet."""
        process = self.start("session", "show", name, "--json")
        out, _ = process.communicate(timeout=60)
        told = json.loads(out) if process.returncode == 0 else {}
        return told if "run" in told else None

    def ends(self, process, code=0):
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, f"stdout: {out[-2000:]}\nstderr: {err[-2000:]}")
        return out

    def trades(self, process, name, fills=1):
        def has_traded():
            self.assertIsNone(process.poll(), "it has ended")
            told = self.shown(name)
            return told is not None and told["fills"] >= fills

        self.until(has_traded, 45)
        return self.shown(name)

    def lives_through_kills(self, begin, name):
        """Killed in the middle of its trading it goes on, with every order that was under way known."""
        process = begin()
        self.trades(process, name)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        process = begin()
        seen = self.trades(process, name)
        self.assertEqual(seen["run"]["state"], "RUNNING")
        self.kontor("session", "flatten", name)
        self.until(lambda: self.shown(name)["trading"] == "halted")
        for position in self.shown(name)["positions"]:
            self.assertLess(abs(float(position["quantity"])), 0.00001, "less than can be traded")
        self.kontor("session", "stop", name)
        self.assertIn("stopped", self.ends(process))
        self.assertIn("identical", self.kontor("session", "replay", name))
        return seen


class PaperOnBinance(VenueSessionTestCase):
    def test_a_paper_session_lives_through_kills(self):
        config = self.market("paper")
        seen = self.lives_through_kills(lambda: self.paper(config), "paper")
        self.assertEqual((seen["run"]["mode"], seen["account"]), ("paper", "paper/paper"))

    def test_perpetuals_are_traded_on_paper_too(self):
        process = self.paper(self.market("perpetual", "linear"), "linear")
        self.trades(process, "perpetual", 2)
        self.kontor("session", "resync", "perpetual")
        process.send_signal(signal.SIGINT)
        self.assertIn("stopped", self.ends(process))

    def test_the_emergency_stop_reaches_it(self):
        process = self.paper(self.market("halted"))
        self.trades(process, "halted")
        self.kontor("stop", "--all", "--flatten")
        self.assertIn("flattened and stopped", self.ends(process))
        refused = self.paper(self.market("halted"))
        self.ends(refused, 2)
        self.kontor("stop", "--lift")

    def test_what_a_live_market_cannot_do_is_refused(self):
        config = self.market("refused")
        self.fails(2, "session", "run", config, "--feed", "live", *self.at(), "--speed", "2", says=["--speed"])
        self.fails(2, "session", "run", config, "--feed", "radio", says=["dataset", "live"])
        unknown = self.market("unknown", symbol="NONESUCHUSDT")
        self.fails(2, "session", "run", unknown, "--feed", "live", *self.at(), says=["does not list NONESUCHUSDT"])

    def test_a_lost_account_is_no_new_one(self):
        config = self.market("lost")
        process = self.paper(config)
        self.trades(process, "lost")
        self.kontor("session", "stop", "lost")
        self.ends(process)
        shutil.rmtree(self.sessions / "lost" / "paper")
        self.fails(3, "session", "run", config, "--feed", "live", *self.at(), says=["paper account", "not there any more"])


class LiveOnBinance(VenueSessionTestCase):
    def test_a_live_session_lives_through_kills(self):
        self.add_key()
        config = self.market("live")
        seen = self.lives_through_kills(lambda: self.live(config), "live")
        self.assertEqual((seen["run"]["mode"], seen["account"]), ("live", "binance-spot/demo"))

    def test_perpetuals(self):
        self.add_key()
        config = self.market("perpetual", "linear")
        self.lives_through_kills(lambda: self.live(config, "linear"), "perpetual")

    def test_one_account_has_one_session(self):
        self.add_key()
        process = self.live(self.market("first"))
        self.until(lambda: self.shown("first"))
        out, err = self.live(self.market("second")).communicate(timeout=60)
        self.assertIn("first", err + out)
        process.send_signal(signal.SIGINT)
        self.ends(process)

    def test_a_paper_session_is_never_gone_on_with_for_money(self):
        config = self.market("mixed")
        process = self.paper(config)
        self.until(lambda: self.shown("mixed"))
        self.kontor("session", "stop", "mixed")
        self.ends(process)
        self.fails(2, "session", "run", config, "--feed", "live", *self.at(), "--set", "strategy.slow=4",
                   says=["begun with another configuration", "--new"])
        self.add_key()
        out, err = self.live(config).communicate(timeout=60)
        self.assertIn("trades on the account paper/mixed, not on binance-spot/demo", err)
        self.fails(2, "session", "parity", "mixed", says=["no recorded data"])

    def test_a_wrong_passphrase_opens_nothing(self):
        self.add_key()
        with self.secret("not the passphrase") as wrong:
            self.kontor("session", "live", self.market("wrong"), "--account", "demo", *self.at(),
                        "--passphrase-fd", wrong, pass_fds=(wrong,), code=3)
        self.assertNotIn("not the passphrase", self.out + self.err)


class LiveOnBybit(VenueSessionTestCase):
    venue = "bybit"

    def test_spot(self):
        self.add_key()
        config = self.market("spot")
        self.lives_through_kills(lambda: self.live(config), "spot")

    def test_perpetuals(self):
        self.add_key()
        config = self.market("perpetual", "linear")
        self.lives_through_kills(lambda: self.live(config, "linear"), "perpetual")

    def test_on_paper(self):
        process = self.paper(self.market("paper", "linear"), "linear")
        self.trades(process, "paper")
        process.send_signal(signal.SIGINT)
        self.ends(process)


if __name__ == "__main__":
    unittest.main()
