"""What users do wrong: a clear message on stderr, the right exit code, and nothing half-written."""

import gzip
import os
import pathlib
import signal
import subprocess
import time
import unittest
import zipfile

from kontor_process import KontorTestCase, program

HEADER = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"


def klines(rows, start=1735689600000):
    lines = [HEADER]
    for i in range(rows):
        stamp = start + i * 60000
        lines.append(f"{stamp},100.0,101.0,99.0,100.5,12.5,{stamp + 59999},1250.0,10,6.0,600.0,0")
    return "\n".join(lines) + "\n"


class BadImports(KontorTestCase):
    def expect_bad(self, path, *extra, code=3, says=()):
        self.fails(code, "data", "import", path, "--venue", "binance", "--instrument", "BTCUSDT", *extra,
                   says=[pathlib.Path(path).name, *says])
        self.assertFalse(self.store.exists() and any(self.tree(self.store)), "the store must be as it was")

    def test_truncated_zip(self):
        whole = self.folder / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("BTCUSDT-1m-2025-01.csv", klines(5000))
        cut = self.folder / "cut.zip"
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        self.expect_bad(cut)

    def test_truncated_gzip(self):
        cut = self.folder / "cut.csv.gz"
        cut.write_bytes(gzip.compress(klines(5000).encode())[:2000])
        self.expect_bad(cut)

    def test_wrong_column_count(self):
        lines = klines(10).splitlines()
        lines[5] = "1735689840000,100.0,101.0"
        self.expect_bad(self.write("columns.csv", "\n".join(lines) + "\n"), says=[":6"])

    def test_text_in_a_price(self):
        lines = klines(10).splitlines()
        lines[3] = lines[3].replace("100.5", "hello")
        self.expect_bad(self.write("text.csv", "\n".join(lines) + "\n"), says=[":4", "hello"])

    def test_a_bar_file_under_kind_trade(self):
        self.expect_bad(self.write("bars.csv", klines(10)), "--kind", "trade")

    def test_a_file_that_is_not_there(self):
        self.fails(2, "data", "import", self.folder / "nothing.csv", "--venue", "binance", "--instrument", "BTCUSDT",
                   says=["nothing.csv"])

    def test_an_empty_file(self):
        self.expect_bad(self.write("empty.csv", ""))

    def test_an_unknown_format(self):
        self.fails(2, "data", "import", self.write("a.csv", klines(3)), "--venue", "binance", "--instrument", "X",
                   "--format", "nonsense")

    def test_a_wrong_timeframe(self):
        self.expect_bad(self.write("minutes.csv", klines(10)), "--timeframe", "1h")

    def test_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False
        ).returncode == 0
        if not mounted:
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=False)
        self.store = disk / "store"
        self.fails(1, "data", "import", self.write("big.csv", klines(60000)), "--venue", "binance", "--instrument",
                   "BTCUSDT", says=["space"])
        self.assertEqual(self.tree(self.store), {})

    def test_an_interrupted_import_leaves_the_store_as_it_was(self):
        self.kontor("data", "import", self.write("first.csv", klines(2000)), "--venue", "binance", "--instrument",
                    "BTCUSDT")
        before = self.tree(self.store)
        big = self.write("big.csv", klines(1_500_000, start=1600000020000))
        process = self.start("data", "import", big, "--venue", "binance", "--instrument", "BTCUSDT")
        time.sleep(0.15)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (130, 0))
        if process.returncode == 130:
            self.assertEqual(self.tree(self.store), before)


class BadBacktests(KontorTestCase):
    CONFIG = """[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@synthetic"]
fast = 10
slow = 50
"""

    def test_no_store_yet(self):
        self.fails(2, "backtest", self.write("a.toml", self.CONFIG), says=["store"])

    def test_an_unknown_instrument(self):
        self.synthesize()
        self.fails(2, "backtest", self.write("a.toml", self.CONFIG.replace("BTCUSDT", "NOUSDT")), says=["NOUSDT"])

    def test_fast_not_below_slow(self):
        self.synthesize()
        config = self.write("a.toml", self.CONFIG.replace("fast = 10", "fast = 50"))
        self.fails(2, "backtest", config, says=["a.toml:", "fast", "slow", "50"])

    def test_a_range_without_data(self):
        self.synthesize()
        self.fails(2, "backtest", self.write("a.toml", self.CONFIG), "--from", "2030-01-01", says=["2030"])

    def test_all_faults_at_once_with_their_lines(self):
        config = self.write("a.toml", """[backtest]
nam = "x"
from = "yesterday"
[venue]
slippage_bps = -3
queue = "risk_avers"
[[strategy]]
type = "sma_cross"
instruments = ["BTCUSDT@synthetic"]
fast = "ten"
slow = 50
""")
        text = self.fails(2, "backtest", config)
        for place in ("a.toml:2", "a.toml:3", "a.toml:5", "a.toml:6", "a.toml:10"):
            self.assertIn(place, text)
        for word in ("did you mean 'name'", "yesterday", "-3", "risk_averse", "ten"):
            self.assertIn(word, text)

    def test_broken_toml(self):
        self.fails(2, "backtest", self.write("a.toml", "[backtest\n"), says=["a.toml:1"])

    def test_a_file_that_is_not_there(self):
        self.fails(2, "backtest", self.folder / "none.toml", says=["none.toml"])

    def test_an_unknown_strategy(self):
        self.fails(2, "backtest", self.write("a.toml", self.CONFIG.replace("sma_cross", "sma_cros")),
                   says=["a.toml:2", "sma_cross"])

    def test_a_folder_that_cannot_be_written(self):
        self.synthesize()
        blocked = self.write("file", "in the way")
        self.fails(1, "backtest", self.write("a.toml", self.CONFIG), "--out", blocked / "run", says=["file", "cannot"])
        self.assertEqual(blocked.read_text(), "in the way")

    def test_a_folder_that_holds_other_things_is_left_alone(self):
        self.synthesize()
        other = self.folder / "other"
        other.mkdir()
        (other / "letter.txt").write_text("dear")
        self.fails(2, "backtest", self.write("a.toml", self.CONFIG), "--out", other)
        self.assertEqual((other / "letter.txt").read_text(), "dear")

    def test_a_wrong_override(self):
        self.synthesize()
        config = self.write("a.toml", self.CONFIG)
        self.fails(2, "backtest", config, "--set", "strategy.fsat=3", says=["fsat", "fast"])
        self.fails(2, "backtest", config, "--set", "nonsense", says=["key=value"])
        self.fails(2, "backtest", config, "--set", "strategy[4].fast=3", says=["strategy"])


class Strays(KontorTestCase):
    """Files that are right but for a row."""

    def lines(self):
        lines = klines(200).splitlines()
        stray = lines[150].split(",")
        stray[0] = str(int(stray[0]) + 30000)
        lines[150] = ",".join(stray)
        return lines

    def test_a_single_bar_off_the_grid_is_for_the_check_to_report(self):
        path = self.write("stray.csv", "\n".join(self.lines()) + "\n")
        where = ("--venue", "binance", "--instrument", "BTCUSDT")
        self.fails(3, "data", "import", path, *where, says=["stray.csv:152", "--timeframe"])
        self.kontor("data", "import", path, *where, "--timeframe", "1m")
        self.kontor("data", "check", "BTCUSDT@binance", code=3)

    def test_rows_that_contradict_each_other_are_named(self):
        lines = klines(200).splitlines()
        lines.append(lines[100].replace("100.5", "100.7"))
        path = self.write("twice.csv", "\n".join(lines) + "\n")
        self.fails(3, "data", "import", path, "--venue", "binance", "--instrument", "BTCUSDT",
                   says=["twice.csv:202", "line 101"])


class LostOutput(KontorTestCase):
    """What cannot be printed is not passed over in silence."""

    def expect_failure(self, *arguments):
        with open("/dev/full", "w", encoding="utf-8") as full:
            process = subprocess.run([program(), "--store", str(self.store), "--runs", str(self.runs), *arguments],
                                     stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(process.returncode, 1, f"{arguments}: {process.stderr}")
        self.assertIn("No space left", process.stderr, arguments)

    def test_a_full_device_is_an_error_for_every_command(self):
        self.synthesize()
        config = self.write("a.toml", BadBacktests.CONFIG)
        self.kontor("backtest", config)
        for command in ("--help", "--version", "strategies", "strategies sma_cross", "data list", "data list --json", "runs",
                        "runs --json", "runs show latest", "runs show latest --json", "data check BTCUSDT@synthetic",
                        "completion bash", "indicator sma:5 --data BTCUSDT@synthetic --csv", "report latest"):
            self.expect_failure(*command.split())
        self.expect_failure("backtest", str(config), "--json")


class BadCommandLines(KontorTestCase):
    def test_unknown_commands_and_flags(self):
        self.kontor("dance", code=2)
        self.kontor("data", "dance", code=2)
        self.kontor("data", "list", "--dance", code=2)
        self.kontor(code=2)

    def test_an_unknown_command_is_named_with_the_nearest(self):
        self.fails(2, "frobnicate", says=["'frobnicate'", "backtest"])
        self.fails(2, "data", "lst", says=["'kontor data'", "did you mean 'list'"])
        self.fails(2, "runs", "shw", says=["did you mean 'show'"])

    def test_numbers_below_zero(self):
        for command in ("runs --limit -1", "data synthesize A@b --from 2025-01-01 --to 2025-01-02 --seed -1",
                        "indicator sma:3 --data A@b --limit -1"):
            self.fails(2, *command.split(), says=["expected a whole number", "'-1'"])

    def test_a_file_ending_that_is_not_written(self):
        self.synthesize()
        out = self.folder / "x.parquet"
        self.fails(2, "data", "export", "BTCUSDT@synthetic", "--out", out, says=[".csv.zst", "x.parquet"])
        self.assertFalse(out.exists())

    def test_a_folder_as_configuration(self):
        self.fails(2, "backtest", self.folder, says=["found a folder"])

    def test_range_options_are_blamed_by_name(self):
        config = self.write("a.toml", BadBacktests.CONFIG)
        self.assertNotIn("--set", self.fails(2, "backtest", config, "--from", "yesterday", says=["--from: expected"]))

    def test_an_unknown_run(self):
        self.kontor("runs", "show", "20200101-nothing", code=2)
        self.kontor("report", "20200101-nothing", code=2)

    def test_a_corrupt_segment_is_named_and_the_rest_stays_usable(self):
        self.synthesize("AAAUSDT@synthetic")
        self.synthesize("BBBUSDT@synthetic")
        segment = max((p for p in self.store.rglob("*") if p.is_file() and "AAAUSDT" in str(p)),
                      key=lambda path: path.stat().st_size)
        content = bytearray(segment.read_bytes())
        content[len(content) // 2] ^= 0x40
        segment.chmod(0o644)
        segment.write_bytes(bytes(content))
        config = """[[strategy]]
type = "buy_and_hold"
instruments = ["{}@synthetic"]
"""
        self.fails(3, "backtest", self.write("a.toml", config.format("AAAUSDT")), says=[segment.name])
        self.kontor("backtest", self.write("b.toml", config.format("BBBUSDT")))


if __name__ == "__main__":
    unittest.main()
