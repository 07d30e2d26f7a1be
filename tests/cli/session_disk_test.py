"""A paper session on a disk that is full for a while: it pauses, says so, and goes on when there is room."""

import json
import os
import signal
import subprocess
import time
import unittest

from session_case import SessionTestCase

SIZE = 16 * 1024 * 1024


class FullDisk(SessionTestCase):
    def setUp(self):
        super().setUp()
        # Not all of the sessions: those need more room before one begins.
        self.disk = self.sessions / "cross"
        self.disk.mkdir(parents=True)
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(self.disk)], capture_output=True, check=False
        ).returncode == 0
        if not mounted:
            self.skipTest("a tmpfs cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        self.synthesize()

    def fill(self):
        """Takes all the room there is."""
        ballast = self.disk / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass
        return ballast

    def view(self):
        """None while nobody answers."""
        try:
            view = json.loads(self.session("show", "cross", "--json"))
            return view if "by_disk" in view else None
        except (AssertionError, json.JSONDecodeError):
            return None

    def wait_until(self, holds, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            view = self.view()
            if view and holds(view):
                return view
            time.sleep(0.1)
        self.fail(f"not within {seconds} s, but: {view}")

    def run_beside(self, speed):
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--plain", "--speed", speed)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def types_told(self):
        events = [json.loads(line) for line in self.session("events", "cross", "--json").splitlines()]
        self.session("events", "cross", "--validate", "strict")
        failed = next(event for event in events if event["type"] == "disk_failed")
        self.assertEqual(failed["level"], "critical")
        self.assertIn("No space left", failed["error"])
        return [event["type"] for event in events if event["type"].startswith("disk_")]

    def test_a_session_that_keeps_time_pauses_and_goes_on(self):
        process = self.run_beside("3600")
        self.wait_until(lambda view: view["run"]["state"] == "RUNNING")
        ballast = self.fill()
        view = self.wait_until(lambda view: view["by_disk"])
        self.assertEqual(view["trading"], "restricted")
        self.assertIn("No space left", view["disk_fault"])
        self.assertEqual([line["cause"] for line in view["restraints"]], ["disk"])
        text = self.session("show", "cross")
        self.assertIn("paused, the disk cannot be written", text)
        self.assertIn("No space left", text)
        ballast.unlink()
        view = self.wait_until(lambda view: not view["by_disk"])
        self.assertEqual(view["trading"], "running")
        self.assertIsNone(view["disk_fault"])
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, error)
        self.assertEqual(self.types_told(), ["disk_failed", "disk_recovered"])
        self.session("replay", "cross")

    def test_at_full_speed_the_market_waits_for_the_disk(self):
        ballast = self.fill()
        os.truncate(ballast, ballast.stat().st_size - 800 * 1024)
        process = self.run_beside("max")
        before = self.wait_until(lambda view: view["by_disk"])
        time.sleep(1.5)
        self.assertEqual(self.view()["events"], before["events"])
        ballast.unlink()
        _, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, error)
        self.assertEqual(self.types_told(), ["disk_failed", "disk_recovered"])
        self.session("replay", "cross")

    def test_one_that_ends_meanwhile_says_so_and_is_gone_on_with(self):
        process = self.run_beside("3600")
        self.wait_until(lambda view: view["run"]["state"] == "RUNNING")
        ballast = self.fill()
        self.wait_until(lambda view: view["by_disk"])
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("No space left", error)
        ballast.unlink()
        self.run_json()
        self.session("replay", "cross")


if __name__ == "__main__":
    unittest.main()
