"""Events and summary of sessions: lines of JSON that say what the journal holds, and figures made from them alone."""

import json
import random
import signal
import time
import unittest
from pathlib import Path

import jsonschema

from session_case import SessionTestCase

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "session-events.schema.json"


class SessionEvents(SessionTestCase):
    def refused(self, code, *arguments, says):
        return self.fails(code, "--sessions", self.sessions, "session", *arguments, says=says)

    def lines(self, session="cross"):
        files = sorted((self.sessions / session / "events").glob("*.jsonl"))
        return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    def summary(self, session="cross"):
        return (self.sessions / session / "summary.json").read_text(encoding="utf-8")

    def change(self, number, **members):
        """Writes other members into one line of the events."""
        path = self.sessions / "cross" / "events" / "000001.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines()
        event = json.loads(lines[number - 1]) | members
        lines[number - 1] = json.dumps({name: value for name, value in event.items() if value is not None})
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def test_the_published_schema_is_the_program_s(self):
        published = SCHEMA.read_text(encoding="utf-8")
        self.assertEqual(self.kontor("session", "events", "--schema"), published)
        jsonschema.Draft202012Validator.check_schema(json.loads(published))

    def test_an_independent_validator_knows_every_line(self):
        self.synthesize(end="2025-01-11")
        self.session("run", self.config)
        validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
        events = [json.loads(line) for line in self.lines()]
        for event in events:
            validator.validate(event)
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        types = {event["type"] for event in events}
        self.assertLessEqual(
            {"session_start", "phase_start", "checkpoint", "order_submitted", "order_accepted", "fill",
             "position_opened", "position_closed", "summary_updated", "session_end"}, types)
        self.assertEqual(self.session("events", "cross", "--validate", "strict"),
                         f"{len(events)} events, all as the schema says\n")
        # What one of the two refuses, the other refuses too.
        wrong = [
            {"type": "fills"}, {"surprise": 1}, {"level": "loud"}, {"ts": "2025-01-01"}, {"host": ""}, {"v": 2},
            {"seq": 0}, {"metrics": {"equity": "1,5"}}, {"metrics": {"sharpe": 1}}, {"metrics": {"win_rate": 2}},
            {"order": {"status": "sent"}}, {"details": {}}, {"details": {"record": 3, "nested": {"a": 1}}},
            {"corr_id": None}, {"message": 5}, {"duration_ms": -1}, {"type": "fill"}, {"type": "session_start"},
        ]
        for members in wrong:
            with self.subTest(**members):
                event = {name: value for name, value in (events[20] | members).items() if value is not None}
                self.assertFalse(validator.is_valid(event))
                self.change(21, **members)
                self.refused(3, "events", "cross", "--validate", "strict", says=["000001.jsonl:21: "])
                self.change(21, **(dict.fromkeys(members) | events[20]))
        self.session("events", "cross", "--validate", "strict")

    def test_strict_refuses_and_lenient_goes_on(self):
        self.synthesize(end="2025-01-03")
        self.session("run", self.config)
        total = len(self.lines())
        self.change(3, surprise=1)
        self.change(7, type="party")
        self.refused(3, "events", "cross", "--validate", "strict",
                     says=["000001.jsonl:3: surprise: the schema knows no such field"])
        verdict = json.loads(self.session("events", "cross", "--validate", "lenient", "--json"))
        self.assertEqual(verdict, {"events": total, "wrong": 2})
        self.refused(2, "events", "cross", "--validate", "somewhat", says=["strict"])
        self.refused(2, "events", "cross", "--type", "party", says=["heartbeat"])
        self.refused(2, "events", says=["--schema"])

    def test_events_are_chosen_by_type_and_seq(self):
        self.synthesize(end="2025-01-05")
        self.session("run", self.config)
        fills = [json.loads(line) for line in self.session("events", "cross", "--type", "fill", "--json").splitlines()]
        self.assertGreater(len(fills), 10)
        self.assertEqual({event["type"] for event in fills}, {"fill"})
        since = fills[5]["seq"]
        text = self.session("events", "cross", "--type", "fill", "--since", str(since), "--json").splitlines()
        self.assertEqual([json.loads(line) for line in text], fills[5:])
        self.assertIn("The session starts", self.session("events", "cross"))

    def test_the_summary_has_the_figures_of_a_backtest(self):
        self.synthesize(end="2025-02-21")
        backtest = self.json("backtest", self.config)
        self.session("run", self.config)
        summary = json.loads(self.summary())
        self.assertEqual(summary["status"], "STOPPED")
        self.assertEqual([float(summary[name]) for name in ("initial_capital", "current_equity")],
                         [backtest[name] for name in ("initial_equity", "final_equity")])
        self.assertEqual(summary["roi"], backtest["total_return"])
        for name in ("sharpe", "max_drawdown"):
            self.assertIsNotNone(summary[name])
            self.assertEqual(summary[name], backtest[name])
        self.assertEqual([summary[name] for name in ("trades", "wins", "losses")],
                         [backtest[name] for name in ("round_trips", "wins", "losses")])
        self.assertGreater(summary["trades"], 50)

    def test_the_summary_is_made_from_the_events_alone_also_after_kills(self):
        self.synthesize(end="2025-01-21")
        chance = random.Random(20250102)
        kills = 0
        for _ in range(25):
            process = self.start("--sessions", self.sessions, "session", "run", self.config, "--json",
                                 "--no-safe-mode")
            time.sleep(chance.uniform(0.0, 0.15))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            kills += process.returncode == -signal.SIGKILL
        self.assertGreater(kills, 3)
        self.session("run", self.config, "--no-safe-mode")
        self.session("events", "cross", "--validate", "strict")
        whole = self.summary()
        self.assertEqual(self.session("summary", "cross", "--json"), whole)
        (self.sessions / "cross" / "summary.json").unlink()
        self.session("summary", "cross", "--rebuild")
        self.assertEqual(self.summary(), whole)
        # The lines themselves are made from the journal alone.
        path = self.sessions / "cross" / "events" / "000001.jsonl"
        expected = path.read_bytes()
        for content in (b"", expected[: len(expected) // 2], expected[:-3]):
            path.write_bytes(content)
            self.session("run", self.config)
            self.assertEqual(path.read_bytes(), expected)
        self.assertEqual(self.summary(), whole)

    def test_a_session_that_was_killed_shows_as_crashed(self):
        self.synthesize(end="2025-01-05")
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", "60")
        try:
            for _ in range(400):
                if (self.sessions / "cross" / "summary.json").exists():
                    break
                time.sleep(0.05)
            self.assertEqual(json.loads(self.summary())["status"], "RUNNING")
            self.assertIn("state           RUNNING", self.session("summary", "cross"))
        finally:
            process.kill()
            process.communicate(timeout=60)
        self.session("run", self.config)
        ends = [json.loads(line) for line in
                self.session("events", "cross", "--type", "session_end", "--json").splitlines()]
        self.assertEqual([(end["status"], end["details"].get("reason")) for end in ends],
                         [("FAILED", "crashed"), ("STOPPED", None)])


if __name__ == "__main__":
    unittest.main()
