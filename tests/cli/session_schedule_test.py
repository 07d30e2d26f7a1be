"""Sessions with a schedule: windows, how they end by themselves, and safe mode after a loop of crashes."""

import json
import signal
import unittest

from session_case import SessionTestCase

WINDOWS = """[session]
timezone = "Europe/Berlin"
windows = ["daily 09:00-17:00", "wed 22:00-02:00"]
holidays = ["2025-01-03"]
"""


class SessionSchedule(SessionTestCase):
    def schedule(self, text):
        self.config.write_text(self.config.read_text() + text)

    def events(self, kind, name="cross"):
        return [json.loads(line) for line in self.session("events", name, "--type", kind, "--json").splitlines()]

    def switches(self, name="cross"):
        return [(event["ts"], event["details"]["trading"], event["details"]["reason"])
                for event in self.events("mode_switch", name) if "reason" in event.get("details", {})]

    def test_a_session_takes_no_new_risk_outside_its_windows(self):
        self.synthesize(end="2025-01-05")
        self.schedule(WINDOWS)
        self.run_json()
        opened = [(ts, trading) for ts, trading, _ in self.switches()]
        self.assertEqual(opened[1:7], [
            ("2025-01-01T08:00:00Z", "running"), ("2025-01-01T16:00:00Z", "restricted"),
            ("2025-01-01T21:00:00Z", "running"), ("2025-01-02T01:00:00Z", "restricted"),
            ("2025-01-02T08:00:00Z", "running"), ("2025-01-02T16:00:00Z", "restricted")])
        self.assertEqual(opened[7][0], "2025-01-04T08:00:00Z", "the 3rd is a holiday")
        for event in self.events("position_opened"):
            self.assertNotEqual(event["ts"][:10], "2025-01-03")
        self.assertGreater(len(self.events("position_opened")), 3)
        self.session("events", "cross", "--validate", "strict")
        self.assertIn("identical", self.session("replay", "cross"))
        self.assertEqual(json.loads(self.session("parity", "cross", "--json"))["differences"], [])

    def test_a_session_ends_at_its_stop_time_and_has_flattened(self):
        self.synthesize(end="2025-01-05")
        self.schedule('[session]\nstop = 2025-01-02\non_stop = "flatten"\n')
        ended = self.run_json()
        self.assertEqual(ended["ending"], "its stop time has come")
        self.assertEqual(ended["open_positions"], 0)
        self.assertEqual(ended["time"][:13], "2025-01-02T00")
        self.assertEqual([switch[1:] for switch in self.switches()], [("flattening", "stop_time")])
        self.assertEqual(self.run_json()["ending"], "its stop time has come", "and so it does when it is begun again")
        self.assertIn("identical", self.session("replay", "cross"))
        self.assertEqual(json.loads(self.session("parity", "cross", "--json"))["differences"], [])

    def test_a_session_ends_after_its_maximum_duration(self):
        self.synthesize(end="2025-01-05")
        self.schedule('[session]\nmax_duration = "90m"\n')
        ended = self.run_json()
        self.assertEqual(ended["ending"], "its maximum duration is over")
        self.assertLess(ended["time"], "2025-01-01T01:32:00Z")
        self.assertGreater(ended["time"], "2025-01-01T01:28:00Z")

    def test_faults_have_file_and_line(self):
        self.synthesize(end="2025-01-02")
        self.schedule('[session]\ntimezone = "America/New_Yrok"\nwindows = ["mon-fri 9-16"]\n')
        lines = len(self.config.read_text().splitlines())
        self.fails(2, "--sessions", self.sessions, "session", "run", self.config,
                   says=(f"cross.toml:{lines - 1}", "did you mean 'America/New_York'?",
                         f"cross.toml:{lines}", "expected hours such as 09:30-16:00"))

    def kill_a_run(self):
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", "600")
        heard = len(self.starts())
        self.until(lambda: len(self.starts()) > heard)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def starts(self):
        lines = []
        for file in sorted(self.sessions.glob("cross/events/*.jsonl")):
            lines += [line for line in file.read_text().splitlines() if '"session_start"' in line]
        return lines

    def test_after_three_crashes_in_a_row_it_comes_up_in_safe_mode_until_it_is_resumed(self):
        self.synthesize(end="2025-01-03")
        for _ in range(3):
            self.kill_a_run()
        process = self.start("--sessions", self.sessions, "session", "run", self.config)
        _, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("safe mode", err)
        (since, *word), = self.switches()
        self.assertEqual(word, ["restricted", "crash_loop"])
        for event in self.events("position_opened"):
            self.assertLessEqual(event["ts"], since)
        self.assertIn("identical", self.session("replay", "cross"))

    def test_resume_lifts_safe_mode(self):
        self.synthesize(end="2025-01-03")
        for _ in range(3):
            self.kill_a_run()
        self.run_json("--resume")
        self.assertEqual([switch[1:] for switch in self.switches()],
                         [("restricted", "crash_loop"), ("running", "operator_word")])
        self.assertGreater(len(self.events("position_opened")), 3)


if __name__ == "__main__":
    unittest.main()
