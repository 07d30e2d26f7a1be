"""The commands that speak to a venue, against the emulator and against servers that answer as the test says."""

import datetime
import http.server
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from emulator_process import PASSPHRASE, Emulator
from kontor_process import KontorTestCase, program
from terminal_case import Terminal

class VenueTestCase(KontorTestCase):
    """All tests of a class share the machine's record of what was asked of venues, which begins used up."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="kontor-home-")
        cls.addClassCleanup(folder.cleanup)
        cls.home = pathlib.Path(folder.name)

    def start(self, *arguments, **options):
        options.setdefault("env", {**os.environ, "XDG_DATA_HOME": str(self.home)})
        return super().start(*arguments, **options)


class BybitTestCase(VenueTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("bybit", "--events", "100")
        cls.addClassCleanup(cls.emulator.stop)

    def at(self, product="spot"):
        return ("--endpoint", self.emulator.address[product])

    def venue(self, command, *arguments, product="spot", **options):
        return self.kontor("venue", command, *arguments, "--product", product, *self.at(product), **options)


class Market(BybitTestCase):
    def test_a_venue_that_answers_is_told_with_its_figures(self):
        told = json.loads(self.venue("check", "bybit", "--json"))
        self.assertTrue(told["reachable"])
        self.assertGreater(told["round_trip_ms"], 0)
        self.assertEqual(told["clock"]["verdict"], "ok")
        self.assertLess(abs(told["clock"]["offset_ms"]), 500)
        limit, = told["limits"]
        self.assertEqual((limit["rule"], limit["limit"]), ("requests_5s", 600))
        self.assertGreaterEqual(limit["used"], 4)
        self.assertGreater(told["instruments"]["trading"], 0)
        text = self.venue("check", "bybit", product="linear")
        for word in ("bybit linear at", "answers", "clock", "requests_5s", "instruments"):
            self.assertIn(word, text)

    def test_instruments_have_their_rules(self):
        table = self.venue("instruments", "bybit")
        for word in ("symbol", "tick", "min notional", "BTCUSDT", "Trading"):
            self.assertIn(word, table)
        one, = json.loads(self.venue("instruments", "bybit", "--symbol", "btcusdt", "--json"))
        self.assertEqual((one["symbol"], one["base"], one["quote"]), ("BTCUSDT", "BTC", "USDT"))
        self.assertGreater(float(one["tick"]), 0)
        self.assertGreater(float(one["step"]), 0)

    def test_a_symbol_that_is_not_listed_names_the_nearest(self):
        self.venue("instruments", "bybit", "--symbol", "BTCUSDR", code=2)
        self.assertIn("did you mean 'BTCUSDT'", self.err)
        self.venue("book", "bybit", "BTCUSDR", "--live", code=2)
        self.assertIn("did you mean 'BTCUSDT'", self.err)

    def test_a_ticker_has_two_sides(self):
        told = json.loads(self.venue("ticker", "bybit", "BTCUSDT", "--json"))
        self.assertEqual(told["symbol"], "BTCUSDT")
        self.assertLess(float(told["bid"]), float(told["ask"]))
        text = self.venue("ticker", "bybit", "btcusdt", product="linear")
        for word in ("BTCUSDT", "last", "bid", "ask", "mark", "funding rate"):
            self.assertIn(word, text)

    def test_a_book_is_shown_as_deep_as_it_is_wanted(self):
        told = json.loads(self.venue("book", "bybit", "BTCUSDT", "--depth", "3", "--json"))
        bids, asks = ([float(level["price"]) for level in told[side]] for side in ("bids", "asks"))
        self.assertEqual((len(bids), len(asks)), (3, 3))
        self.assertEqual((bids, asks), (sorted(bids, reverse=True), sorted(asks)))
        self.assertLess(bids[0], asks[0])
        self.assertEqual(len(self.venue("book", "bybit", "BTCUSDT", "--depth", "4").splitlines()), 6)

    def test_a_live_book_stays_whole(self):
        for product in ("spot", "linear"):
            lines = self.venue("book", "bybit", "BTCUSDT", "--live", "--updates", "20", "--depth", "5", "--json",
                               product=product).splitlines()
            told = [json.loads(line) for line in lines]
            self.assertEqual([one["update"] for one in told], list(range(1, 21)))
            for one in told:
                bids, asks = ([float(price) for price, _ in one[side]] for side in ("bids", "asks"))
                self.assertLess(bids[0], asks[0])
                self.assertEqual((bids, asks), (sorted(bids, reverse=True), sorted(asks)))
                self.assertEqual((one["feed"], one["whole"], one["gaps"]), ("stream", True, 0))
        plain = self.venue("book", "bybit", "BTCUSDT", "--live", "--updates", "2").splitlines()
        self.assertEqual(len(plain), 2)
        self.assertIn("stream, whole, 0 gaps", plain[-1])

    def test_on_a_terminal_the_book_is_drawn_in_place(self):
        terminal = Terminal(["venue", "book", "bybit", "BTCUSDT", "--live", "--depth", "3", *self.at()],
                            XDG_DATA_HOME=str(self.home))
        place = terminal.wait_for("stream, whole, 0 gaps")
        self.assertIn("BTCUSDT@bybit", terminal.output)
        terminal.wait_for("\x1b[2J", place)
        terminal.process.send_signal(signal.SIGINT)
        self.assertEqual(terminal.process.wait(20), 0)

    def test_updates_want_a_live_book(self):
        self.venue("book", "bybit", "BTCUSDT", "--updates", "2", code=2)
        self.assertIn("--live", self.err)


class Encrypted(VenueTestCase):
    def test_an_authority_is_trusted_that_is_named_and_no_other(self):
        authority = self.folder / "ca.pem"
        emulator = Emulator("bybit", "--tls", "--ca", str(authority))
        self.addCleanup(emulator.stop)
        at = ("--endpoint", emulator.address["spot"])
        self.assertTrue(at[1].startswith("https://"))
        self.kontor("venue", "check", "bybit", *at, code=1)
        self.assertIn("--ca FILE", self.err)
        self.kontor("venue", "check", "bybit", *at, "--ca", authority)
        lines = self.kontor("venue", "book", "bybit", "BTCUSDT", "--live", "--updates", "3", *at, "--ca", authority)
        self.assertEqual(len(lines.splitlines()), 3)
        self.kontor("venue", "check", "bybit", *at, "--ca", self.folder / "nothing.pem", code=1)


class History(BybitTestCase):
    def setUp(self):
        super().setUp()
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)

    def ago(self, minutes):
        return (self.now - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def fetch(self, first, last, *arguments, product="spot", **options):
        market = ("--market", "futures") if product == "linear" else ()
        until = () if last is None else ("--to", self.ago(last))
        return json.loads(self.kontor("data", "fetch", "BTCUSDT", "--venue", "bybit", "--from", self.ago(first), *until,
                                      *market, *self.at(product), "--json", *arguments, **options))

    def test_bars_come_to_the_minute_and_twice_changes_nothing(self):
        told = self.fetch(1200, 60)
        self.assertEqual((told["holes"], told["pages"], told["absent_bars"]), (1, 2, 0))
        self.assertEqual(told["written"]["rows_added"], 1140)
        before = self.tree(self.store)
        again = self.fetch(1200, 60)
        self.assertEqual((again["holes"], again["pages"], again["written"]["rows_added"]), (0, 0, 0))
        self.assertEqual(self.tree(self.store), before)
        info, = json.loads(self.kontor("data", "list", "--json"))["datasets"]
        self.assertEqual(info["rows"], 1140)

    def test_only_holes_are_asked_for(self):
        self.fetch(300, 240)
        self.fetch(120, 60)
        told = self.fetch(360, 0)
        self.assertEqual((told["holes"], told["written"]["rows_added"]), (3, 240))
        self.kontor("data", "check", "BTCUSDT@bybit")

    def test_the_bar_that_still_grows_is_left_out(self):
        self.fetch(5, None)
        info, = json.loads(self.kontor("data", "list", "--json"))["datasets"]
        last = datetime.datetime.fromisoformat(info["last"].replace("Z", "+00:00"))
        self.assertLessEqual(last + datetime.timedelta(minutes=1), datetime.datetime.now(datetime.timezone.utc))
        self.kontor("data", "fetch", "BTCUSDT", "--venue", "bybit", "--from", self.ago(-30), *self.at(), code=2)
        self.assertIn("something that is over", self.err)

    def test_other_timeframes_are_the_venues_own(self):
        told = self.fetch(600, 60, "--timeframe", "15m")
        self.assertIn(told["written"]["rows_added"], (35, 36))

    def test_the_latest_trades_come_and_what_is_older_is_told(self):
        time.sleep(12)  # until sixty trades are old enough
        told = self.fetch(60, None, "--kind", "trade")
        self.assertEqual(told["unreachable"][0]["from"], self.ago(60))
        self.assertIn("does not give what lies between", self.err)
        self.assertEqual(self.fetch(60, None, "--kind", "trade")["unreachable"][0]["from"], self.ago(60))

    def test_spot_and_perpetuals_do_not_mix(self):
        self.fetch(60, 30)
        self.kontor("data", "fetch", "BTCUSDT", "--venue", "bybit", "--from", self.ago(60), "--market", "futures",
                    *self.at("linear"), code=2)
        self.assertIn("bybit spot", self.err)

    def test_what_makes_no_sense_is_refused(self):
        self.fails(2, "data", "fetch", "BTCUSDR", "--venue", "bybit", "--from", self.ago(60), *self.at(),
                   says=["did you mean 'BTCUSDT'"])
        self.fails(2, "data", "fetch", "BTCUSDT", "--venue", "bybit", "--from", self.ago(60), "--kind", "book", *self.at())
        self.fails(2, "data", "fetch", "BTCUSDT", "--venue", "bybit", "--via", "archive", "--from", "2025-01",
                   says=["--via rest"])
        self.fails(2, "data", "fetch", "BTCUSDT", "--venue", "bybit", "--from", self.ago(60), "--network", "testnet",
                   says=["--endpoint"])


class Binance(VenueTestCase):
    """What Binance does its own way: pages that begin with the oldest, and books by snapshot and updates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = Emulator("binance", "--events", "100")
        cls.addClassCleanup(cls.emulator.stop)

    def test_a_check_does_not_wait_for_a_minute_after_a_start(self):
        for product in ("spot", "linear"):
            begun = time.monotonic()
            told = json.loads(self.kontor("venue", "check", "binance", "--product", product, "--json", "--endpoint",
                                          self.emulator.address[product]))
            self.assertLess(time.monotonic() - begun, 10)
            limit, = (one for one in told["limits"] if one["rule"] == "weight_1m")
            self.assertGreaterEqual(limit["stated"], 3)

    def test_live_books_tickers_and_history(self):
        for product, market in (("spot", "spot"), ("linear", "futures")):
            at = ("--endpoint", self.emulator.address[product])
            ticker = json.loads(self.kontor("venue", "ticker", "binance", "BTCUSDT", "--product", product, "--json", *at))
            self.assertLess(float(ticker["bid"]), float(ticker["ask"]))
            if product == "linear":
                self.assertGreater(float(ticker["mark"]), 0)
            lines = self.kontor("venue", "book", "binance", "BTCUSDT", "--product", product, "--live", "--updates", "10",
                                "--json", *at).splitlines()
            self.assertTrue(all(json.loads(line)["whole"] and json.loads(line)["gaps"] == 0 for line in lines))
            self.assertEqual(len(lines), 10)
            since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=20)
            fetch = ("data", "fetch", f"BTCUSDT@binance-{product}", "--market", market, "--json",
                     "--from", since.strftime("%Y-%m-%dT%H:%M:00Z"), *at)
            told = json.loads(self.kontor(*fetch))
            self.assertEqual((told["absent_bars"], told["pages"]), (0, 2))
            told = json.loads(self.kontor(*fetch, "--kind", "trade"))
            self.assertEqual(told["unreachable"], [])
            self.assertLessEqual(json.loads(self.kontor(*fetch, "--kind", "trade"))["pages"], 2)
            self.kontor("data", "check", f"BTCUSDT@binance-{product}")


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers each path with what the server's `answers` has for it."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        status, body = self.server.answers.get(path, (404, "{}"))
        self.server.asked.append(path)
        if callable(body):
            body = body({name: value for name, value in urllib.parse.parse_qsl(query)})
        body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # whoever asked has gone

    def log_message(self, *_):
        pass


def bybit_answer(result):
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": int(time.time() * 1000)})


def bybit_time(ahead=0):
    return lambda _: bybit_answer({"timeSecond": str(int(time.time() + ahead)), "timeNano": str(int((time.time() + ahead) * 1e9))})


class ScriptedVenue(VenueTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        cls.server.answers, cls.server.asked = {}, []
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.endpoint = f"http://127.0.0.1:{cls.server.server_port}"

    def setUp(self):
        super().setUp()
        self.server.answers = {"/v5/market/time": (200, bybit_time())}


class Silence(ScriptedVenue):
    def check(self, endpoint, code):
        self.kontor("venue", "check", "bybit", "--endpoint", endpoint, code=code)
        return self.err

    def test_nobody_there(self):
        closed = "http://127.0.0.1:9"
        begun = time.monotonic()
        error = self.check(closed, 1)
        self.assertLess(time.monotonic() - begun, 3)
        self.assertIn("bybit does not answer at http://127.0.0.1:9", error)
        self.assertIn("is the emulator not running?", error)
        told = json.loads(self.kontor("venue", "check", "bybit", "--endpoint", closed, "--json", code=1))
        self.assertFalse(told["reachable"])
        self.assertTrue(told["advice"])

    def test_a_page_instead_of_an_answer(self):
        self.server.answers["/v5/market/time"] = (200, "<html>maintenance</html>")
        self.assertIn("is this the address of the venue's interface?", self.check(self.endpoint, 1))
        self.server.answers["/v5/market/time"] = (503, "<html>maintenance</html>")
        self.assertIn("status 503", self.check(self.endpoint, 1))

    def test_a_clock_that_is_off_is_warned_of(self):
        self.server.answers["/v5/market/time"] = (200, bybit_time(ahead=7))
        self.server.answers["/v5/market/instruments-info"] = (200, lambda _: bybit_answer({"category": "spot", "list": []}))
        told = json.loads(self.kontor("venue", "check", "bybit", "--endpoint", self.endpoint, "--json"))
        self.assertEqual(told["clock"]["verdict"], "warn")
        self.assertAlmostEqual(told["clock"]["offset_ms"], 7000, delta=500)
        self.assertIn("warning: the clocks differ", self.err)

    def test_an_unknown_venue_and_a_bad_address(self):
        self.fails(2, "venue", "check", "kraken", says=["binance, bybit"])
        self.fails(2, "venue", "check", "bybit", "--endpoint", "ftp://here")
        self.fails(2, "venue", "check", "bybit", "--product", "options", says=["spot, linear"])


MINUTE_MS, DAY_MS = 60_000, 86_400_000
MAY_2025_MS = 1_746_057_600_000


class Paging(ScriptedVenue):
    """Days of history of a venue that gives pages as Bybit does: the latest of what is asked for."""

    def setUp(self):
        super().setUp()
        self.slow, self.broken_after, self.outage = 0, None, range(0)
        row = {"symbol": "BTCUSDT", "contractType": "LinearPerpetual", "status": "Trading", "baseCoin": "BTC",
               "quoteCoin": "USDT", "settleCoin": "USDT", "launchTime": str(MAY_2025_MS - 1000 * DAY_MS),
               "priceFilter": {"tickSize": "0.10"}, "lotSizeFilter": {"qtyStep": "0.001", "minOrderQty": "0.001"}}
        self.server.answers.update({
            "/v5/market/instruments-info": (200, lambda _: bybit_answer({"category": "linear", "list": [row]})),
            "/v5/market/kline": (200, self.candles),
            "/v5/market/funding/history": (200, self.funding)})
        self.server.asked.clear()

    def candles(self, query):
        time.sleep(self.slow)
        if self.broken_after is not None and self.asked("kline") > self.broken_after:
            return "{"
        first, last = int(query["start"]), int(query["end"])
        opened = [at for at in range(-(-first // MINUTE_MS) * MINUTE_MS, last + 1, MINUTE_MS) if at not in self.outage]
        rows = [[str(at), "100.5", "101", "99.50", str(100 + at // MINUTE_MS % 7), "1.250", "125"] for at in opened]
        return bybit_answer({"symbol": "BTCUSDT", "category": "linear", "list": rows[-int(query["limit"]):][::-1]})

    def funding(self, query):
        step = DAY_MS // 3
        first, last = int(query["startTime"]), int(query["endTime"])
        rows = [{"symbol": "BTCUSDT", "fundingRate": f"0.0001{at // step % 10}", "fundingRateTimestamp": str(at)}
                for at in range(-(-first // step) * step, last + 1, step)]
        return bybit_answer({"category": "linear", "list": rows[-int(query["limit"]):][::-1]})

    def asked(self, what):
        return sum(path.endswith(what) for path in self.server.asked)

    def arguments(self, *more):
        return ("data", "fetch", "BTCUSDT", "--venue", "bybit", "--market", "futures", "--from", "2025-05-01",
                "--endpoint", self.endpoint, "--json", *more)

    def fetch(self, *more, **options):
        return json.loads(self.kontor(*self.arguments(*more), **options) or "{}")

    def test_a_long_range_comes_in_pages_without_a_gap(self):
        told = self.fetch("--to", "2025-05-06")
        self.assertEqual((told["pages"], told["absent_bars"], told["written"]["rows_added"]), (8, 0, 7200))
        self.assertEqual(self.asked("kline"), 8)

    def test_funding_comes_newest_first_and_whole(self):
        told = self.fetch("--to", "2025-10-01", "--kind", "funding")
        self.assertEqual((told["pages"], told["written"]["rows_added"]), (3, 459))
        self.assertEqual(self.fetch("--to", "2025-10-01", "--kind", "funding")["pages"], 0)
        self.assertEqual(self.asked("history"), 3)

    def test_an_outage_is_asked_for_once(self):
        self.outage = range(MAY_2025_MS + 600 * MINUTE_MS, MAY_2025_MS + 900 * MINUTE_MS)
        told = self.fetch("--to", "2025-05-02")
        self.assertEqual((told["absent_bars"], told["written"]["rows_added"]), (300, 1140))
        asked = self.asked("kline")
        self.assertEqual(self.fetch("--to", "2025-05-02")["holes"], 0)
        self.assertEqual(self.asked("kline"), asked)
        self.outage = range(0)
        self.assertEqual(self.fetch("--to", "2025-05-02", "--again")["written"]["rows_added"], 300)

    def test_ctrl_c_keeps_what_has_come_and_the_next_run_goes_on(self):
        self.slow = 0.2
        process = self.start(*self.arguments("--to", "2025-06-01"))
        while self.asked("kline") < 5:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""), err)
        self.slow = 0
        info, = json.loads(self.kontor("data", "list", "--json"))["datasets"]
        self.assertGreaterEqual(info["rows"], 4000)
        before = self.asked("kline")
        told = self.fetch("--to", "2025-06-01")
        self.assertEqual(told["written"]["rows_added"], 31 * 1440 - info["rows"])
        self.assertEqual(self.asked("kline") - before, -(-(31 * 1440 - info["rows"]) // 1000))

    def test_a_venue_that_breaks_off_leaves_what_has_come(self):
        self.broken_after = 3
        self.fetch("--to", "2025-05-06", code=3)
        self.broken_after = None
        self.assertEqual(self.fetch("--to", "2025-05-06")["written"]["rows_added"], 4200)


class KeysCheck(ScriptedVenue):
    KEY, SECRET = "KEYvmPUZE6mv9SD5VNHk4HlWF", "SECRETinhP8A4BiAq8Cqhd3tXW"

    def setUp(self):
        super().setUp()
        self.vault = self.folder / "own" / "keys.vault"
        self.keys("add", "bybit", "paper", "--network", "emulator", "--from-fd", "4")

    def keys(self, *arguments, code=0):
        passphrase = self.write("passphrase", PASSPHRASE + "\n")
        key = self.write("key", f"{self.KEY}\n{self.SECRET}\n")
        process = subprocess.run(["bash", "-c", f'exec "$0" "$@" 3<"{passphrase}" 4<"{key}"', program(), "keys", *arguments,
                                  "--vault", str(self.vault), "--passphrase-fd", "3"], text=True, capture_output=True,
                                 timeout=120, stdin=subprocess.DEVNULL, start_new_session=True,
                                 env={**os.environ, "XDG_DATA_HOME": str(self.home)})
        self.out, self.err = process.stdout, process.stderr
        for secret in (PASSPHRASE, self.KEY, self.SECRET):
            self.assertNotIn(secret, self.out + self.err)
        self.assertEqual(process.returncode, code, self.out + self.err)
        return self.out

    def may(self, addresses=("10.0.0.1",), wallet=(), spot=("SpotTrade",), read_only=0):
        permissions = {"ContractTrade": ["Order", "Position"], "Spot": list(spot), "Wallet": list(wallet), "Derivatives": []}
        self.server.answers["/v5/user/query-api"] = (200, lambda _: bybit_answer(
            {"id": "1", "note": "", "apiKey": "x", "readOnly": read_only, "secret": "", "permissions": permissions,
             "ips": list(addresses), "type": 1, "expiredAt": "2030-01-01T00:00:00Z"}))

    def check(self, *arguments, code=0, **options):
        return self.keys("check", "bybit", "paper", "--endpoint", self.endpoint, *arguments, code=code)

    def noted(self):
        key, = json.loads(self.keys("list", "--json"))["keys"]
        return key["permissions"]

    def test_a_good_key_is_noted(self):
        self.assertIsNone(self.noted())
        self.may()
        self.assertIn("is good", self.check())
        self.assertNotIn("warning", self.err)
        noted = self.noted()
        self.assertTrue(noted["can_trade"] and noted["can_read"] and noted["has_address_list"])
        self.assertFalse(noted["can_withdraw"] or noted["can_transfer_out"])

    def test_a_key_that_may_withdraw_is_refused_and_noted_as_such(self):
        self.may(wallet=("Withdraw",))
        told = json.loads(self.check("--json", code=3))
        self.assertEqual(told["outcome"], "refused")
        self.assertIn("withdraw", self.err)
        self.assertTrue(self.noted()["can_withdraw"])

    def test_a_key_without_addresses_is_warned_of(self):
        self.may(addresses=("*",))
        self.assertEqual(json.loads(self.check("--json"))["outcome"], "warned")
        self.assertIn("warning", self.err)

    def test_a_key_that_may_not_trade_serves_for_reading(self):
        self.may(read_only=1)
        self.check(code=3)
        self.check("--reading")
        self.may(spot=())
        self.check(code=3)
        self.check("--product", "linear")

    def test_a_wrong_key_is_told_and_nothing_is_noted(self):
        self.server.answers["/v5/user/query-api"] = (200, json.dumps(
            {"retCode": 10003, "retMsg": "API key is invalid.", "result": {}, "retExtInfo": {}, "time": 1}))
        self.check(code=2)
        self.assertIn("API key is invalid", self.err)
        self.assertIsNone(self.noted())

    def test_a_key_of_the_mainnet_goes_nowhere_else(self):
        self.keys("add", "bybit", "main", "--from-fd", "4")
        self.keys("check", "bybit", "main", "--endpoint", self.endpoint, code=2)
        self.assertIn("of the mainnet", self.err)
        self.keys("check", "bybit", "nobody", "--endpoint", self.endpoint, code=2)


if __name__ == "__main__":
    unittest.main()
