"""Imports every real file, checks it, and backtests on it. Skipped where the data is absent; a failure in CI."""

import unittest

from kontor_process import ROOT, KontorTestCase, real_data

BARS = {
    "binance-usdm_BTCUSDT_1m_20250504_20250624.csv.zst": ("BTCUSDT", 73139),
    "binance-usdm_ETHUSDT_1m_20250504_20250624.csv.zst": ("ETHUSDT", 73140),
    "binance-usdm_SOLUSDT_1m_20250504_20250624.csv.zst": ("SOLUSDT", 73141),
}

CONFIG = """[data]
timeframe = "{timeframe}"
[[strategy]]
type = "{strategy}"
instruments = ["{instrument}@binance"]
timeframe = "{timeframe}"
"""


class RealData(KontorTestCase):
    def setUp(self):
        super().setUp()
        self.data = real_data()
        if self.data is None:
            self.skipTest("no real market data: set KONTOR_TEST_DATA or put it into ../shared/data")

    def bring_in(self, path, instrument, *extra, venue="binance"):
        self.kontor("data", "import", self.data / path, "--venue", venue, "--instrument", instrument, *extra)

    def rows(self):
        return {row["dataset"]: row["rows"] for row in self.json("data", "list")["datasets"]}

    def test_bars_import_check_and_backtest(self):
        for name, (instrument, _) in BARS.items():
            self.bring_in(f"bars-1m/{name}", instrument, "--kind", "bar", "--timeframe", "1m")
            self.kontor("data", "check", f"{instrument}@binance")
        for name, (instrument, rows) in BARS.items():
            self.assertAlmostEqual(self.rows()[f"binance/{instrument}/bar/1m"], rows, delta=3)
        for strategy in ("sma_cross", "rsi", "grid"):
            for instrument, _ in BARS.values():
                with self.subTest(strategy=strategy, instrument=instrument):
                    config = self.write("c.toml", CONFIG.format(strategy=strategy, instrument=instrument,
                                                                timeframe="1m"))
                    analysis = self.json("backtest", config)
                    self.assertGreater(analysis["bars"], 73000)
                    self.assertGreater(analysis["orders"], 0)
                    self.assertLess(analysis["max_drawdown"], 1)

    def test_importing_twice_changes_nothing(self):
        name = "binance-usdm_BTCUSDT_1m_20250504_20250624.csv.zst"
        self.bring_in(f"bars-1m/{name}", "BTCUSDT")
        before = self.tree(self.store)
        self.bring_in(f"bars-1m/{name}", "BTCUSDT")
        self.assertEqual(self.tree(self.store), before)

    def test_every_bar_file(self):
        files = sorted((self.data / "bars-1m").iterdir()) + sorted((self.data / "bars-long").iterdir())
        for path in files:
            instrument = next(part for part in path.name.replace("-", "_").split("_") if part.endswith("USDT"))
            self.bring_in(path, instrument, venue="binanceus" if "binanceus" in path.name else "binance")
        for dataset in self.json("data", "list")["datasets"]:
            self.assertGreater(dataset["rows"], 1000, dataset)

    def test_every_example_on_bars_trades(self):
        for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT"):
            self.bring_in(f"bars-1m/binance-usdm_{symbol}_1m_20250504_20250624.csv.zst", symbol)
        for example in sorted((ROOT / "examples").glob("*.toml")):
            if 'feed = ["book"' in example.read_text() or 'feed = ["trade"' in example.read_text():
                continue
            with self.subTest(example=example.name):
                analysis = self.json("backtest", example)
                self.assertGreater(analysis["fills"], 0)
                self.assertEqual(analysis["rejections"], [])

    def test_funding_files(self):
        for path in sorted((self.data / "funding").glob("*-funding_rate.csv.zst")):
            self.bring_in(path, path.name.split("_")[0] + "USDT", "--kind", "funding")
        self.assertEqual(sum("/funding" in name for name in self.rows()), 7)

    def test_trades_import_and_backtest(self):
        self.bring_in("trades/spot-PEPEUSDT-aggTrades-2024-10-27.zip", "PEPEUSDT", "--kind", "trade")
        self.bring_in("trades/futures-APEUSDT-aggTrades-2024-10-18.zip", "APEUSDT", "--kind", "trade")
        rows = self.rows()
        self.assertEqual(rows["binance/PEPEUSDT/trade"], 57229)
        self.assertEqual(rows["binance/APEUSDT/trade"], 45342)
        for instrument in ("PEPEUSDT", "APEUSDT"):
            config = self.write("c.toml", '[data]\nfeed = ["trade"]\n' + CONFIG.format(
                strategy="sma_cross", instrument=instrument, timeframe="1m").replace('[data]\ntimeframe = "1m"\n', ""))
            analysis = self.json("backtest", config)
            self.assertGreater(analysis["orders"], 0)

    def test_recorded_book_import_and_backtest(self):
        self.bring_in("book/usdm_btcusdt_20240808.gz", "BTCUSDT")
        config = self.write("c.toml", """[account]
balance = 100000
[data]
feed = ["book", "trade"]
[[instrument]]
name = "BTCUSDT@binance"
kind = "linear_perpetual"
[[strategy]]
type = "quote_ladder"
instruments = ["BTCUSDT@binance"]
""")
        analysis = self.json("backtest", config)
        self.assertGreater(analysis["orders"], 0)
        self.assertGreater(analysis["events"], 30000)

    def test_the_other_books(self):
        self.bring_in("book/spot_btcusdt_20240808.gz", "BTCUSDT")
        self.bring_in("book/spot_btcusdt_20240809.gz", "BTCUSDT")
        self.bring_in("book/bybit_xrpusdt-ob500.data.zip", "XRPUSDT", venue="bybit")
        self.bring_in("book/gemini__eth-usd__2021-07-01__market-depth.csv.zst", "ETHUSD", "--kind", "quote",
                      venue="gemini")
        self.bring_in("trades/gemini__eth-usd__2021-07-01__trade.csv.zst", "ETHUSD", "--kind", "trade", venue="gemini")
        rows = self.rows()
        self.assertEqual(rows["gemini/ETHUSD/trade"], 25222)
        self.assertIn("bybit/XRPUSDT/book", rows)


if __name__ == "__main__":
    unittest.main()
