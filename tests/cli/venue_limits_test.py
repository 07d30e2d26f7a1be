"""Sessions and commands that start at once keep a venue's limits together: an emulator that bans on the first request
above one has nothing to ban."""

import hashlib
import json
import pathlib
import signal
import subprocess
import threading
import time
import unittest
import urllib.request

from emulator_process import PASSPHRASE
from kontor_process import program
from venue_session_case import CONFIG, KINDS, VenueHomeTestCase

ACCOUNTS = ("one", "two", "three", "four", "five")
TOGETHER_SECONDS = 15
ASKERS = 4


class VenueLimits(VenueHomeTestCase):
    def setUp(self):
        super().setUp()
        self.begun = []
        self.addCleanup(self.stop_begun)

    def stop_begun(self):
        for process in self.begun:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def emulate(self, venue):
        """A strict exchange with an account for each session; its addresses by product."""
        accounts = [word for name in ACCOUNTS for word in ("--account", name)]
        process = subprocess.Popen([program(), "emulator", "--venue", venue, "--port", "0", "--events", "20", "--ban-at-once",
                                    "--json", *accounts], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.begun.append(process)
        told = json.loads(process.stdout.readline())["venues"][venue]
        for key in told["keys"]:
            self.assertEqual(key["secret"], hashlib.sha256(key["key"].encode()).hexdigest())
            with self.secret(PASSPHRASE) as passphrase, self.secret(key["key"], key["secret"]) as pair:
                self.kontor("keys", "add", venue, key["account"], "--network", "emulator", "--passphrase-fd", passphrase,
                            "--from-fd", pair, pass_fds=(passphrase, pair))
        urls = told["urls"]
        return {product: urls.get(f"{product}_rest", urls.get("rest")) for product in KINDS}

    def live(self, venue, account, product, address):
        config = self.write(f"{account}.toml", CONFIG.format(name=account, symbol="BTCUSDT", venue=venue, kind=KINDS[product]))
        with self.secret(PASSPHRASE) as passphrase:
            process = self.start("session", "live", config, "--account", account, "--plain", "--network", "emulator",
                                 "--endpoint", address, "--passphrase-fd", passphrase, pass_fds=(passphrase,))
        self.begun.append(process)
        return process

    def ask_on(self, venue, addresses, until, asked):
        """Looks at the venue again and again, as somebody beside the sessions would."""
        while time.monotonic() < until:
            for product, address in addresses.items():
                process = self.start("venue", "check", venue, "--product", product, "--endpoint", address, "--json")
                try:
                    process.communicate(timeout=max(1.0, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGINT)  # it waits for room
                    process.communicate()
                asked.append(process.returncode)

    def shown(self, name):
        process = self.start("session", "show", name, "--json")
        out, _ = process.communicate(timeout=60)
        told = json.loads(out) if process.returncode == 0 else {}
        return told if "run" in told else None

    def limits_of(self, address):
        with urllib.request.urlopen(f"{address}/emulator/status", timeout=20) as answer:
            return json.load(answer)["limits"]

    def keep_together(self, venue):
        addresses = self.emulate(venue)
        products = [product for product, _ in zip(("linear", "spot") * len(ACCOUNTS), ACCOUNTS)]
        sessions = [self.live(venue, account, product, addresses[product]) for account, product in zip(ACCOUNTS, products)]
        asked = []
        until = time.monotonic() + TOGETHER_SECONDS
        askers = [threading.Thread(target=self.ask_on, args=(venue, addresses, until, asked)) for _ in range(ASKERS)]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join()
        for account, process in zip(ACCOUNTS, sessions):
            self.until(lambda: process.poll() is not None or self.shown(account), 90)
            self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else "")
        granted = 0
        for product, counted in self.limits_of(addresses["linear"]).items():
            granted += counted["granted"]
            refused = {name: number for name, number in counted.items() if name != "granted"}
            self.assertEqual(refused, {"too_many_requests": 0, "refused_by_ban": 0, "bans": 0}, f"{venue} {product}")
        self.assertGreater(granted, 100)
        self.assertGreater(sum(1 for code in asked if code == 0), 0)
        for account, process in zip(ACCOUNTS, sessions):
            self.kontor("session", "stop", account)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
        return granted

    def bucket_files(self, beginning):
        return sorted(path.name for path in pathlib.Path(self.home).rglob("*.bucket") if path.name.startswith(beginning))

    def test_binance_has_nobody_to_ban(self):
        self.keep_together("binance")
        self.assertEqual(len(self.bucket_files("binance-spot-ip-")), 1)
        self.assertEqual(len(self.bucket_files("binance-linear-ip-")), 1)

    def test_bybit_has_nobody_to_ban_and_counts_both_products_at_its_one_address(self):
        self.keep_together("bybit")
        self.assertEqual(len(self.bucket_files("bybit-ip-")), 1)


if __name__ == "__main__":
    unittest.main()
