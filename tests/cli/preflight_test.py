"""Preflight: what has to be so before a configuration is traded, and the leave to trade it live."""

import datetime
import json
import signal
import unittest

from session_case import CONFIG, SessionTestCase

PHRASE = "I accept that this session trades real money and may lose all of it"
GUARDED = CONFIG.format(name="cross") + """sizer = "fixed_notional"
size = 500
[risk]
max_position_notional = 1000
max_exposure = 0.05
[risk.breakers.daily_loss]
[risk.breakers.drawdown]
[live]
phase = "alpha"
min_paper_time = "5d"
min_paper_trades = 10
"""
OF_THE_VENUE = {"clock_offset", "instrument_filters", "order_types", "balance", "key_permissions"}
OF_THE_MACHINE = {"folder_access", "disk_space", "single_instance", "kill_switch_off"}


def crc32c(data):
    """CRC-32C bit by bit: the checksum in the file of a live token."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Preflight(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")
        self.guarded = self.write("guarded.toml", GUARDED)

    def preflight(self, *arguments, code=0, **options):
        return self.kontor("--sessions", self.sessions, "preflight", *arguments, code=code, **options)

    def checks(self, config, *arguments, code=3):
        report = json.loads(self.preflight(config, "--json", *arguments, code=code))
        self.assertEqual(report["passed"], code == 0)
        return {check["id"]: check for check in report["checks"]}

    def blocking(self, checks):
        return {name for name, check in checks.items() if check["severity"] == "blocking" and not check["passed"]}

    def stop(self, *arguments, code=0):
        return self.kontor("--sessions", self.sessions, "stop", *arguments, code=code)

    def run_in_background(self, config=None):
        process = self.start("--sessions", self.sessions, "session", "run", config or self.config, "--speed", "3600")
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        self.until(lambda: (self.sessions / "cross" / "control.sock").exists())
        return process

    def test_paper_needs_the_machine_alone_and_nothing_is_changed(self):
        out = self.preflight(self.config)
        self.assertRegex(out, r"disk_space +ok +\d+ MB free +at least 500 MB\n")
        self.assertRegex(out, r"daily_loss +not yet +none +at most 0\.1\n")
        self.assertRegex(out, r"balance +unknown +needs the venue +at least 100 USDT\n")
        self.assertIn("Nothing stands before paper trading.", out)
        self.assertFalse(self.sessions.exists())
        checks = self.checks(self.config, code=0)
        self.assertEqual({name for name, check in checks.items() if check["severity"] == "blocking"}, OF_THE_MACHINE)

    def test_live_says_what_is_missing_and_how_to_mend_it(self):
        out = self.preflight(self.config, "--live", code=3)
        self.assertRegex(out, r"daily_loss +FAILED +none +at most 0\.1\n"
                              r"  mend: write `threshold = 0\.05` below \[risk\.breakers\.daily_loss\]")
        self.assertRegex(out, r"balance +UNKNOWN +needs the venue")
        self.assertIn("stand before live trading.", out)
        missing = self.blocking(self.checks(self.config, "--live"))
        self.assertTrue({"phase", "daily_loss", "drawdown", "position_limit", "exposure_limit", "backtest_record",
                         "paper_time", "data_age", "acknowledgement", "kill_switch_tested"} <= missing)
        self.assertEqual(missing & OF_THE_MACHINE, set())

    def test_each_step_of_the_list_can_be_taken(self):
        self.session("run", self.guarded)
        self.kontor("backtest", self.guarded)
        self.stop("--test")
        checks = self.checks(self.guarded, "--live")
        self.assertEqual(self.blocking(checks), OF_THE_VENUE | {"data_age", "acknowledgement"})
        self.assertRegex(checks["paper_time"]["value"], r"^19d .* in the longest of 1 session")
        summary = json.loads(self.session("summary", "cross", "--json"))
        self.assertTrue(checks["paper_trades"]["value"].startswith(f"{summary['trades']} round trips"))
        self.assertEqual(checks["notifier"]["severity"], "warning")
        self.assertIsNone(checks["notifier"]["passed"])

    def test_a_record_counts_for_its_own_configuration_only(self):
        self.session("run", self.guarded)
        self.kontor("backtest", self.guarded)
        other = self.checks(self.guarded, "--live", "--set", "strategy.fast=6")
        self.assertEqual(other["backtest_record"]["value"], "0 runs of this configuration")
        self.assertEqual(other["paper_time"]["value"], "no session of this configuration")
        beta = self.checks(self.guarded, "--live", "--set", "live.phase=beta")
        self.assertTrue(beta["paper_time"]["passed"], "the ramp goes up with the record that there is")
        self.assertEqual(beta["exposure_limit"]["threshold"], "at most 0.25 of the equity (beta)")

    def test_what_went_over_to_another_configuration_is_a_record_of_neither(self):
        process = self.run_in_background(self.guarded)
        self.session("stop", "cross")
        process.communicate(timeout=30)
        before = self.checks(self.guarded, "--live")
        self.assertIn("in the longest of 1 session", before["paper_time"]["value"])
        lower = ("--set", "risk.max_position_notional=900")
        self.session("run", self.guarded, *lower)
        for overrides in ((), lower):
            changed = self.checks(self.guarded, "--live", *overrides)
            self.assertEqual(changed["paper_time"]["value"], "no session of this configuration")

    def test_the_caps_of_the_phase_hold(self):
        value = lambda exposure: self.checks(self.guarded, "--live", "--set", f"risk.max_exposure={exposure}")
        self.assertTrue(value("0.05")["exposure_limit"]["passed"])
        above = value("0.0501")["exposure_limit"]
        self.assertEqual((above["passed"], above["fix"]), (False, "write `max_exposure = 0.05` below [risk]"))

    def test_fresh_data_passes(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.synthesize(instrument="ETHUSDT@synthetic", start=str(today - datetime.timedelta(days=2)),
                        end=str(today + datetime.timedelta(days=1)))
        fresh = self.write("fresh.toml", GUARDED.replace("BTCUSDT", "ETHUSDT"))
        checks = self.checks(fresh, "--live")
        self.assertTrue(checks["data_age"]["passed"], checks["data_age"])
        old = self.checks(self.guarded, "--live")["data_age"]
        self.assertRegex(old["value"], r"synthetic/BTCUSDT/bar/1m is \d+d .*old")
        none = self.checks(self.write("none.toml", GUARDED.replace("BTCUSDT", "XRPUSDT")), "--live")["data_rows"]
        self.assertEqual((none["passed"], none["value"]), (False, "synthetic/XRPUSDT/bar/1m has 0"))

    def test_the_order_types_are_those_that_a_run_sends(self):
        protected = CONFIG.format(name="cross") + 'stop_atr = 2\nstop_order = "trailing"\ntarget_atr = 3\n'
        for text in (CONFIG.format(name="cross"), protected,
                     CONFIG.format(name="cross").replace("sma_cross", "grid").replace("fast = 5\nslow = 20\n", "")):
            config = self.write("types.toml", text)
            told = set(self.checks(config, code=0)["order_types"]["threshold"].split(", "))
            self.kontor("backtest", config)
            newest = max(self.runs.glob("*/orders.csv"), key=lambda path: path.stat().st_mtime_ns)
            header, *rows = newest.read_text(encoding="utf-8").splitlines()
            column = header.split(",").index("type")
            sent = {row.split(",")[column] for row in rows}
            self.assertTrue(sent, text)
            self.assertLessEqual(sent, told)

    def test_a_stop_that_stands_keeps_everything_from_beginning(self):
        self.stop("--all")
        out = self.preflight(self.config, code=3)
        self.assertRegex(out, r"kill_switch_off +FAILED +since 20\d\d-.*\n  mend: 'kontor stop --lift'")
        self.fails(2, "--sessions", self.sessions, "stop", "--test", says=["an emergency stop stands"])
        self.assertTrue((self.sessions / "KILL").exists())

    def test_the_emergency_stop_is_tested_while_nothing_runs(self):
        self.assertIn("The emergency stop works", self.stop("--test"))
        self.assertFalse((self.sessions / "KILL").exists())
        self.assertTrue(self.checks(self.config, "--live")["kill_switch_tested"]["passed"])
        (self.sessions / "KILL-TESTED").write_text("2025-01-01T00:00:00Z\n")
        self.assertFalse(self.checks(self.config, "--live")["kill_switch_tested"]["passed"])
        process = self.run_in_background()
        self.fails(2, "--sessions", self.sessions, "stop", "--test", says=["no session to run", "cross"])
        self.assertIsNone(process.poll(), "the test stops nobody")
        self.stop("--all")
        process.communicate(timeout=30)
        self.stop("--lift")
        self.assertTrue(self.checks(self.config, "--live")["kill_switch_tested"]["passed"],
                        "a stop that was obeyed is a test")

    def test_an_account_that_is_traded_is_not_free(self):
        process = self.run_in_background()
        held = self.checks(self.config)["single_instance"]
        self.assertRegex(held["value"], rf"^held by token=1 process={process.pid} ")
        self.fails(1, "--sessions", self.sessions, "session", "run", self.config,
                   says=["single_instance: expected a lock that nobody holds, found held by token=1",
                         "kontor session stop"])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertTrue(self.checks(self.config, code=0)["single_instance"]["passed"])

    def test_a_folder_that_is_none_refuses_a_session_in_the_same_words(self):
        self.sessions.write_text("a file")
        out = self.preflight(self.config, code=3)
        self.assertRegex(out, r"folder_access +FAILED +.*sessions is not writable")
        self.fails(1, "--sessions", self.sessions, "session", "run", self.config,
                   says=["folder_access: expected a folder that this user may write, found", "is not writable"])

    def test_who_else_may_write_is_told(self):
        self.sessions.mkdir()
        self.sessions.chmod(0o770)
        check = self.checks(self.config, "--live")["folder_permissions"]
        self.assertEqual((check["passed"], check["value"]), (False, "rwxrwx---"))
        self.assertEqual(check["fix"], f"chmod go-w {self.sessions}")
        self.sessions.chmod(0o750)
        self.assertTrue(self.checks(self.config, "--live")["folder_permissions"]["passed"])

    def test_nothing_is_granted_while_checks_are_open(self):
        out = self.preflight(self.guarded, "--grant", "--acknowledge", PHRASE, code=3)
        self.assertRegex(out, r"acknowledgement +ok +typed")
        self.assertNotIn("Type these words", self.err)
        self.assertFalse((self.sessions / "accounts").exists())
        self.fails(2, "--sessions", self.sessions, "preflight", self.guarded, "--grant", "--for", "91d", says=["up to 90d"])
        self.fails(2, "--sessions", self.sessions, "preflight", self.guarded, "--for", "1d", says=["--grant"])

    def give_token(self, config_hash, expires="2199-01-01T00:00:00Z"):
        """Writes the token that a grant would have written."""
        text = (f"kontor live token 1\nconfiguration={config_hash}\nphase=alpha\ngranted=2025-01-01T00:00:00Z\n"
                f"expires={expires}\n")
        accounts = self.sessions / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        token = accounts / "cross.live"
        token.write_text(f"{text}crc32c={crc32c(text.encode()):08x}\n")
        return token

    def test_a_token_holds_for_one_configuration_until_it_expires(self):
        given = lambda *arguments: self.checks(self.guarded, "--live", *arguments)["acknowledgement"]
        self.assertEqual(given()["value"], "not given")
        config_hash = json.loads(self.preflight(self.guarded, "--live", "--json", code=3))["configuration_hash"]
        token = self.give_token(config_hash)
        self.assertEqual((given()["passed"], given()["value"]), (True, "given until 2199-01-01T00:00:00Z"))
        other = given("--set", "strategy.fast=6")
        self.assertFalse(other["passed"])
        self.assertIn(f"given to configuration {config_hash[:12]}, which is now", other["value"])
        self.assertTrue(given("--set", "log.level=debug")["passed"], "what is logged is no part of it")
        token.write_text(token.read_text().replace("2199", "2299"))
        self.assertFalse(given()["passed"])
        self.assertIn("found one that was changed", given()["value"])
        self.give_token(config_hash, "2025-02-01T00:00:00Z")
        self.assertEqual((given()["passed"], given()["value"]), (False, "expired at 2025-02-01T00:00:00Z"))

    def test_a_wrong_phase_is_told_with_file_and_line(self):
        config = self.write("wrong.toml", CONFIG.format(name="wrong") + '[live]\nphase = "gamma"\n')
        self.fails(2, "preflight", config, says=["wrong.toml:11", "live.phase", "paper, alpha, beta, production"])


if __name__ == "__main__":
    unittest.main()
