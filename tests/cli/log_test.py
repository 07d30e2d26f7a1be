"""The log of a session as its user meets it: file, levels at run time, rotation, reading, and what never stands in it."""

import gzip
import json
import os
import signal
import time
import unittest

from session_case import SessionTestCase

KEYS = ["ts", "seq", "level", "component", "host", "pid", "thread", "corr_id", "msg", "fields"]


class LogTest(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-31")
        self.process = None
        self.folder_of_log = self.sessions / "cross"

    def tearDown(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
        super().tearDown()

    def begin(self, *arguments, speed="1800", **options):
        self.process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", speed,
                                  *arguments, **options)
        self.until(lambda: (self.folder_of_log / "control.sock").exists())

    def end(self):
        self.session("stop", "cross", "--reason", "the end of the test")
        out, err = self.process.communicate(timeout=30)
        self.assertEqual(self.process.returncode, 0, err)
        self.process = None
        return err

    def lines(self):
        """Every line of the log, the oldest first."""
        found = []
        for path in self.folder_of_log.glob("kontor.log*"):
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            found += [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]
        return sorted(found, key=lambda line: line["seq"])

    def said(self, **wanted):
        return [line for line in self.lines() if all(line.get(key) == value for key, value in wanted.items())]

    def log(self, *arguments, **options):
        return self.kontor("--sessions", self.sessions, "log", *arguments, **options)

    def test_a_session_leaves_a_log_of_its_run(self):
        self.begin()
        self.session("pause", "cross", "--reason", "lunch")
        self.session("resume", "cross")
        self.end()
        lines = self.lines()
        for line in lines:
            self.assertEqual([key for key in KEYS if key in line], list(line))
            self.assertEqual(line["pid"], lines[0]["pid"])
        self.assertEqual([line["seq"] for line in lines], list(range(1, len(lines) + 1)))
        messages = [line["msg"] for line in lines]
        self.assertEqual(messages[0], "The session begins")
        self.assertEqual(messages[-1], "The run has ended")
        for phase in ("recover", "warm_up", "trade", "finish"):
            self.assertIn(f"Phase {phase} begins", messages)
        asked = self.said(component="control")
        self.assertEqual([line["fields"]["request"] for line in asked], ["pause", "resume", "stop"])
        self.assertEqual(asked[0]["fields"]["reason"], "lunch")
        self.assertTrue(asked[0]["fields"]["user"])
        self.assertGreater(asked[0]["fields"]["process"], 0)
        self.assertFalse(self.said(level="debug"))
        mode = os.stat(self.folder_of_log / "kontor.log").st_mode
        self.assertEqual(mode & 0o077, 0)

    def test_a_run_at_full_speed_says_little_at_info(self):
        self.session("run", self.config)
        self.assertLess(len(self.lines()), 40)
        self.assertIn("the data has ended", self.lines()[-1]["fields"]["how"])

    def test_a_killed_session_goes_on_and_so_does_its_log(self):
        self.begin()
        self.until(lambda: self.said(msg="Phase trade begins"))
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        (self.folder_of_log / "control.sock").unlink()
        with (self.folder_of_log / "kontor.log").open("a") as file:
            file.write('{"ts":"2025-01')
        self.begin()
        self.end()
        lines = self.lines()
        self.assertEqual([line["seq"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(len(self.said(msg="The session goes on")), 1)
        self.assertGreater(len({line["pid"] for line in lines}), 1)

    def test_levels_change_while_it_runs_by_the_socket_and_by_the_file(self):
        self.begin()
        self.assertEqual(self.session("log", "cross").strip(), "info")
        self.assertEqual(self.session("log", "cross", "execution=debug", "session=off").strip(), "info session=off execution=debug")
        self.until(lambda: self.said(component="execution", level="debug"))
        self.assertFalse(self.said(component="portfolio"))
        self.config.write_text(self.config.read_text() + "[log]\nlevel = 'warning'\n[log.levels]\nportfolio = 'debug'\ncontrol = 'info'\n")
        self.until(lambda: self.session("log", "cross").strip() == "warning portfolio=debug control=info")
        self.until(lambda: self.said(component="portfolio"))
        changes = json.loads(self.session("show", "cross", "--json"))["configuration_changes"]
        self.assertEqual(changes, 0, "it is no trading setting")
        self.end()
        self.assertEqual([line["fields"]["request"] for line in self.said(component="control")][:2],
                         ["log execution=debug", "log session=off"])
        self.assertIn("identical", self.session("replay", "cross"))
        self.session("run", self.config)  # another table [log] is no other configuration

    def test_the_command_line_wins_over_the_file(self):
        self.config.write_text(self.config.read_text() + "[log]\nlevel = 'error'\n")
        self.begin("--log-level", "warning", "--log-level", "control=debug")
        self.assertEqual(self.session("log", "cross").strip(), "warning control=debug")
        self.config.write_text(self.config.read_text().replace("'error'", "'debug'") + "console = 'off'\n")
        time.sleep(1)
        self.assertEqual(self.session("log", "cross").strip(), "warning control=debug")
        self.end()

    def test_what_is_no_level_is_refused_everywhere(self):
        self.begin()
        for arguments in (["session", "log", "cross", "loud"], ["session", "log", "cross", "rist=debug"],
                          ["log", "cross", "--level", "loud"], ["log", "cross", "--component", "rist"],
                          ["log", "cross", "--from", "yesterday"],
                          ["session", "run", self.config, "--id", "other", "--log-level", "risk=loud"]):
            self.fails(2, "--sessions", self.sessions, *arguments, says=["expected"])
        self.end()
        self.fails(2, "--sessions", self.sessions, "session", "log", "cross", "debug", says=["does not run"])
        self.write("cross.toml", self.config.read_text() + "[log]\nlevl = 'debug'\ncount = 0\n")
        self.fails(2, "--sessions", self.sessions, "session", "run", self.config, says=["log.levl", "did you mean", "log.count"])

    def test_files_rotate_and_are_read_as_one(self):
        self.config.write_text(self.config.read_text() + "[log]\nlevel = 'debug'\nsize = '40KB'\ncount = 4\n")
        self.session("run", self.config)
        names = sorted(path.name for path in self.folder_of_log.glob("kontor.log*"))
        self.assertEqual(names[:2], ["kontor.log", "kontor.log.1"])
        self.assertEqual(len(names), 4)
        for path in self.folder_of_log.glob("kontor.log*"):
            self.assertLessEqual(path.stat().st_size, 40_000)
        seqs = [json.loads(line)["seq"] for line in self.log("cross", "--lines", "0", "--json").splitlines()]
        self.assertGreater(seqs[0], 1, "the oldest are gone")
        self.assertEqual(seqs, list(range(seqs[0], seqs[-1] + 1)))
        self.assertEqual(len(self.log("cross", "--files").splitlines()), 4)

    def test_reading_takes_filters(self):
        self.session("run", self.config, "--log-level", "debug")
        every = [json.loads(line) for line in self.log("cross", "-n", "0", "--json").splitlines()]
        fills = [json.loads(line) for line in self.log("cross", "-n", "0", "--component", "execution", "--grep", "BOUGHT", "--json").splitlines()]
        self.assertTrue(fills)
        self.assertLess(len(fills), len(every))
        for line in fills:
            self.assertEqual(line["component"], "execution")
            self.assertIn("bought", line["msg"])
        infos = self.log("cross", "-n", "0", "--level", "info")
        self.assertNotIn(" debug ", infos)
        self.assertEqual(len(self.log("cross", "-n", "3").splitlines()), 3)
        middle = every[len(every) // 2]["ts"]
        before = self.log("cross", "-n", "0", "--to", middle).splitlines()
        after = self.log("cross", "-n", "0", "--from", middle).splitlines()
        self.assertEqual(len(before) + len(after), len(every))
        self.assertNotIn("\x1b", infos)
        self.kontor("log", self.folder_of_log, "-n", "1")
        self.fails(2, "--sessions", self.sessions, "log", "nobody", says=["nobody"])

    def test_following_shows_what_comes(self):
        self.begin()
        follower = self.start("--sessions", self.sessions, "log", "cross", "--follow", "--component", "control", "--json")
        try:
            self.session("pause", "cross", "--reason", "seen by the follower")
            line = json.loads(follower.stdout.readline())
            self.assertEqual(line["fields"]["reason"], "seen by the follower")
        finally:
            follower.send_signal(signal.SIGINT)
            follower.communicate(timeout=10)
        self.assertEqual(follower.returncode, 0)
        self.end()

    def test_no_secret_stands_in_it(self):
        canary = "canary-0815-secret"
        self.begin()
        for text in (f"api_key={canary}", f'{{"signature": "{canary}"}}', f"Authorization: Bearer {canary}"):
            self.session("pause", "cross", "--reason", text)
        self.end()
        text = "".join(path.read_text() for path in self.folder_of_log.glob("kontor.log*"))
        self.assertGreaterEqual(text.count("[redacted]"), 3)
        self.assertNotIn(canary, text)

    def test_a_full_disk_stops_nothing(self):
        self.folder_of_log.mkdir(parents=True)
        (self.folder_of_log / "kontor.log").symlink_to("/dev/full")
        self.session("run", self.config)
        self.assertEqual(self.err.count("the log cannot be written"), 1, self.err)
        self.assertIn("identical", self.session("replay", "cross"))

    def test_the_console_shows_warnings_and_is_never_coloured_in_a_file(self):
        self.begin()
        self.config.write_text(self.config.read_text().replace("fast = 5", "fast = 0"))
        self.until(lambda: self.said(component="configuration"))
        err = self.end()
        self.assertIn("warning  configuration", err)
        self.assertEqual(err.count("stays in force"), 1)
        self.assertNotIn("\x1b", err)


if __name__ == "__main__":
    unittest.main()
