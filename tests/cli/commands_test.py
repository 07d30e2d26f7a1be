"""The commands as a new user meets them."""

import hashlib
import json
import os
import subprocess
import tomllib
import unittest

from kontor_process import ROOT, KontorTestCase, program


class Help(KontorTestCase):
    def test_version_names_commit_and_build_type(self):
        self.assertRegex(self.kontor("--version"), r"^kontor \d+\.\d+\.\d+ \(commit [0-9a-f]{7,}|unknown, \w+\)")

    def test_every_command_teaches_by_example(self):
        commands = [["backtest"], ["indicator"], ["strategies"], ["report"], ["runs"], ["bench"], ["completion"], ["log"]]
        commands += [["session", "run"], ["session", "replay"], ["session", "log"], ["journal", "show"], ["journal", "verify"]]
        commands += [["data", name] for name in
                     ("import", "fetch", "synthesize", "list", "check", "resample", "export", "remove")]
        for command in commands:
            text = self.kontor(*command, "--help")
            self.assertIn("Examples:", text, command)
            self.assertIn("kontor " + " ".join(command), text)

    def complete(self, *lines):
        """What bash offers at the end of each line."""
        probe = self.kontor("completion", "bash")
        for line in lines:
            words = line.split(" ")
            quoted = " ".join(f"'{word}'" for word in words)
            probe += f'COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}; _kontor; echo "${{COMPREPLY[*]}}"\n'
        environment = dict(os.environ, KONTOR_RUNS=str(self.runs))
        out = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True, cwd=self.folder,
                             env=environment).stdout
        return [line.split() for line in out.splitlines()]

    def test_completion_completes_subcommands_and_options(self):
        self.assertEqual(self.complete("kontor data imp", "kontor backtest --js", "kontor data import --kind q",
                                       "kontor data import --format binance-k", "kontor completion z", "kontor log x --level w",
                                       "kontor log x --component ri", "kontor session run --log-level risk"),
                         [["import"], ["--json"], ["quote"], ["binance-klines"], ["zsh"], ["warning"], ["risk"], ["risk="]])

    def test_completion_offers_configurations_strategies_and_runs(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-03")
        self.write("mine.toml", Rejections.CONFIG.format(size="0.001"))
        self.kontor("backtest", self.folder / "mine.toml")
        run = next(self.runs.iterdir()).name
        offered = self.complete("kontor backtest m", "kontor strategies sma", f"{program()} runs show {run[:4]}",
                                f"{program()} report l", "kontor runs --sort max_d")
        self.assertEqual(offered, [["mine.toml"], ["sma_cross"], [run], ["latest"], ["max_drawdown"]])

    def test_completion_of_zsh_starts_what_it_needs(self):
        lines = self.kontor("completion", "zsh").splitlines()
        self.assertEqual(lines[:2], ["autoload -U compinit && compinit", "autoload -U +X bashcompinit && bashcompinit"])


class Strategies(KontorTestCase):
    def test_what_is_printed_to_copy_is_a_configuration(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-04")
        names = [line.split()[0] for line in self.kontor("strategies").splitlines()[1:]]
        self.assertGreaterEqual(len(names), 6)
        for name in names:
            with self.subTest(strategy=name):
                text = self.kontor("strategies", name)
                tables = tomllib.loads(text)["strategy"]
                self.assertEqual([table["type"] for table in tables], [name])
                self.kontor("backtest", self.write(f"{name}.toml", text))


class Rejections(KontorTestCase):
    CONFIG = """[backtest]
name = "too large"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@binance"]
sizer = "fixed_quantity"
size = {size}
"""

    def test_orders_that_the_venue_rejects_are_counted_and_shown(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-03-01")
        config = self.write("c.toml", self.CONFIG.format(size="1e9"))
        summary = self.kontor("backtest", config)
        self.assertRegex(summary, r"Name +too large")
        self.assertRegex(summary, r"Rejected +\d+ × insufficient_balance \(sma_cross\)")
        self.assertIn("the equity never moved", summary)
        self.assertNotIn("asked for no trade", summary)
        analysis = self.json("backtest", config)
        self.assertEqual(analysis["name"], "too large")
        self.assertGreater(analysis["orders"], 0)
        self.assertEqual(analysis["orders_by_status"], {"rejected": analysis["orders"]})
        self.assertEqual(analysis["rejections"],
                         [{"strategy": "sma_cross", "reason": "insufficient_balance", "count": analysis["orders"]}])

    def test_every_run_has_a_folder_of_its_own_and_latest_is_the_last(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-03")
        sizes = ["0.001", "0.003", "0.002", "0.002", "0.001"]
        for size in sizes:
            self.kontor("backtest", self.write("c.toml", self.CONFIG.format(size=size)))
            stored = (self.runs / sorted(path.name for path in self.runs.iterdir())[-1] / "config.toml").read_text()
            self.assertEqual(tomllib.loads(stored)["strategy"][0]["size"], float(size))
            self.assertEqual(self.json("runs", "show", "latest")["config_sha256"],
                             hashlib.sha256(stored.encode()).hexdigest())
        self.assertEqual(len(self.json("runs")), len(sizes))

    def test_the_stored_configuration_makes_the_same_run(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-11")
        first, second = self.folder / "first", self.folder / "second"
        self.kontor("backtest", self.write("c.toml", self.CONFIG.format(size="0.01")), "--out", first)
        config = tomllib.loads((first / "config.toml").read_text())
        self.assertIn("equity_interval", config["backtest"])
        self.assertEqual(config["account"]["asset"], "USDT")
        self.assertEqual(config["venue"]["feed_latency"], "10ms")
        for key in ("tick", "step", "min_quantity", "min_notional", "maker_fee", "taker_fee"):
            self.assertIn(key, config["instrument"][0])
        self.kontor("backtest", first / "config.toml", "--out", second)
        a, b = self.tree(first), self.tree(second)
        for tree in (a, b):
            tree.pop("timing.json")
        self.assertEqual(a, b)


class Lists(KontorTestCase):
    def test_runs_list_is_runs(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-03")
        config = self.write("c.toml", Rejections.CONFIG.format(size="0.001"))
        self.kontor("backtest", config)
        self.kontor("backtest", config)
        self.assertEqual(self.kontor("runs"), self.kontor("runs", "list"))
        self.assertEqual(len(self.json("runs", "list", "--limit", "1")), 1)
        self.assertIn("too large", self.kontor("runs"))
        self.assertIn("too large", self.kontor("runs", "show", "latest"))
        self.assertNotIn("2x", self.kontor("runs", "compare", "--help"))

    def test_indicators_take_the_smallest_bars_and_name_each_column_once(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-02")
        self.kontor("data", "resample", "BTCUSDT@binance", "--to", "1h")
        lines = self.kontor("indicator", "sma:5", "sma:5", "--data", "BTCUSDT@binance", "--csv").splitlines()
        self.assertEqual(len(lines), 1441)
        self.assertTrue(lines[0].endswith("sma_5,sma_5_2"))
        rows = self.kontor("indicator").splitlines()
        self.assertEqual(len({row.index(title) for row, title in
                              ((rows[0], "WHAT IT IS"), (rows[1], "Average directional"))}), 1)


class Journey(KontorTestCase):
    def test_from_data_to_report(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-02-15")
        self.kontor("data", "check", "BTCUSDT@binance")
        example = ROOT / "examples" / "sma_cross.toml"
        analysis = self.json("backtest", example)
        for key in ("bars", "events", "orders", "fills", "round_trips", "initial_equity", "final_equity", "fees",
                    "max_drawdown", "sharpe", "wall_seconds"):
            self.assertIn(key, analysis)
        self.assertEqual(analysis["bars"], 45 * 1440)
        self.kontor("backtest", example, "--set", "strategy.fast=20", "--from", "2025-01-05")
        runs = self.json("runs")
        ids = [run["id"] for run in runs["runs"]] if isinstance(runs, dict) else [run["id"] for run in runs]
        self.assertEqual(len(ids), 2)
        self.assertIn(ids[0], self.kontor("runs"))
        self.kontor("runs", "show", ids[0])
        self.kontor("runs", "compare", *ids)
        page = self.folder / "page.html"
        self.kontor("report", ids[0], "--out", page)
        self.assertGreater(page.stat().st_size, 100_000)

    def test_several_timeframes_instruments_and_strategies(self):
        for instrument in ("BTCUSDT@binance", "ETHUSDT@binance"):
            self.synthesize(instrument, "2025-01-01", "2025-01-21")
        config = self.write("c.toml", """
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@binance", "ETHUSDT@binance"]
timeframe = "15m"
sizer = "percent_of_equity"
[[strategy]]
type = "rsi"
instruments = ["BTCUSDT@binance"]
timeframe = "1h"
sizer = "percent_of_equity"
""")
        analysis = self.json("backtest", config)
        self.assertEqual(analysis["bars"], 2 * 20 * 1440)
        self.assertGreater(analysis["fills"], 0)

    def test_bars_out_of_trades_quotes_and_books(self):
        for kind in ("trade", "quote", "book"):
            self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-01T02:00:00Z", kind=kind)
            config = self.write("c.toml", f"""
[data]
feed = ["{kind}"]
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@binance"]
timeframe = "1m"
fast = 3
slow = 8
""")
            analysis = self.json("backtest", config)
            self.assertGreater(analysis["fills"], 0, kind)

    def test_export_and_import_give_the_same_data(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-03")
        out = self.folder / "bars.csv"
        self.kontor("data", "export", "BTCUSDT@binance", "--out", out)
        self.kontor("data", "import", out, "--venue", "other", "--instrument", "BTCUSDT", "--kind", "bar")
        again = self.folder / "again.csv"
        self.kontor("data", "export", "BTCUSDT@other", "--out", again)
        self.assertEqual(out.read_text(), again.read_text())

    def test_indicator_columns(self):
        self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-02")
        text = self.kontor("indicator", "rsi:14", "macd:12,26,9", "--data", "BTCUSDT@binance", "--csv")
        header = text.splitlines()[0].split(",")
        self.assertEqual(header[:6], ["ts", "open", "high", "low", "close", "volume"])
        self.assertIn("rsi_14", header)
        self.assertEqual(len(text.splitlines()), 1441)
        rows = json.loads(self.kontor("indicator", "sma:5", "--data", "BTCUSDT@binance", "--json"))
        self.assertEqual(len(rows if isinstance(rows, list) else rows["rows"]), 1440)
        self.fails(2, "indicator", "rsx:14", "--data", "BTCUSDT@binance", says=["rsx", "rsi"])


if __name__ == "__main__":
    unittest.main()
