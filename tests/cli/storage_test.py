"""The database beside the sessions: made from their journals, kept up with them, rebuilt from them."""

import json
import pathlib
import shutil
import sqlite3
import time
import unittest
from decimal import Decimal

from session_case import SessionTestCase


class Storage(SessionTestCase):
    def setUp(self):
        super().setUp()
        self.synthesize(end="2025-01-21")
        self.database = self.sessions / "kontor.db"

    def storage(self, *arguments, **options):
        return self.kontor("--sessions", self.sessions, "storage", *arguments, **options)

    def storage_json(self, *arguments):
        return json.loads(self.storage(*arguments, "--json"))

    def rows(self, sql, database=None):
        connection = sqlite3.connect(database or self.database)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def everything(self, database=None):
        names = [name for name, in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'", database)]
        return {name: sorted(map(repr, self.rows(f"SELECT * FROM {name}", database))) for name in names}

    def corrupt(self, session="cross"):
        path = sorted((self.sessions / session).glob("core-*.journal"))[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0x10
        path.write_bytes(bytes(content))
        return path

    def test_holds_what_the_session_came_to(self):
        session = self.run_json()
        outcome, = self.storage_json("update")["sessions"]
        self.assertEqual((outcome["session"], outcome["problem"]), ("cross", None))
        self.assertEqual(self.rows("SELECT count(*) FROM orders"), [(session["orders"],)])
        self.assertEqual(self.rows("SELECT count(*) FROM fills"), [(session["fills"],)])
        self.assertEqual(self.rows("SELECT status, problem FROM sessions"), [("closed", None)])
        cash = dict(self.rows("SELECT asset, cash FROM balances"))
        marks = {name: Decimal(mark) for name, mark in
                 self.rows("SELECT instrument, mark FROM positions WHERE strategy IS NULL")}
        equity = Decimal(cash["USDT"]) + Decimal(cash["BTC"]) * marks["BTCUSDT@synthetic"]
        self.assertEqual(equity, Decimal(str(session["equity"])))
        hours = self.rows("SELECT count(*) FROM equity WHERE period = 'hourly'")[0][0]
        self.assertGreaterEqual(hours, 20 * 24 - 1)
        self.assertEqual(len(self.rows("SELECT * FROM equity WHERE period = 'daily'")), (hours - 1) // 24 + 1)
        line = json.loads(self.kontor("--sessions", self.sessions, "journal", "show", "cross", "--type", "fill")
                          .splitlines()[0])
        fill = self.rows("SELECT seq, price, quantity, fee FROM fills ORDER BY seq LIMIT 1")[0]
        body = line["body"]
        self.assertEqual(fill, (line["seq"], body["price"], body["quantity"], body["fee"]))

    def test_needs_no_market_data(self):
        self.run_json()
        shutil.rmtree(self.store)
        outcome, = self.storage_json("rebuild")["sessions"]
        self.assertIsNone(outcome["problem"])
        self.assertGreater(outcome["records"], 1000)

    def test_keeps_up_with_a_running_session_and_equals_a_rebuild(self):
        process = self.start("--sessions", self.sessions, "session", "run", self.config, "--speed", "200000")
        try:
            seen = set()
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline:
                if (self.sessions / "cross").is_dir() and list((self.sessions / "cross").glob("core-*.journal")):
                    seen.add(self.storage_json("update")["sessions"][0]["last_seq"])
        finally:
            process.kill()
            process.communicate(timeout=60)
        self.assertGreater(len(seen), 1)
        self.run_json()
        self.storage("update")
        other = self.folder / "other.db"
        self.storage("rebuild", "--database", other)
        self.assertEqual(self.everything(), self.everything(other))
        self.assertEqual(self.storage_json("show")["sessions"][0]["lag"], 0)

    def test_rebuild_mends_and_keeps_what_was_not_named(self):
        self.run_json()
        self.run_json("--id", "second")
        self.storage("update")
        whole = self.everything()
        connection = sqlite3.connect(self.database)
        connection.execute("DELETE FROM fills WHERE session = 'second'")
        connection.execute("UPDATE balances SET cash = '1'")
        connection.commit()
        connection.close()
        self.storage("rebuild", "second")
        self.assertEqual(self.rows("SELECT DISTINCT cash FROM balances WHERE session = 'cross'"), [("1",)])
        self.assertNotEqual(self.everything(), whole)
        self.storage("rebuild")
        self.assertEqual(self.everything(), whole)
        self.assertFalse(pathlib.Path(str(self.database) + ".new").exists())

    def test_shows_what_there_is_and_how_far_behind(self):
        self.fails(2, "--sessions", self.sessions, "storage", "show", says=["no database", "storage update"])
        self.run_json()
        self.storage("update")
        shown = self.storage_json("show")
        self.assertEqual(shown["version"], 2)
        self.assertEqual(shown["tables"]["sessions"], 1)
        self.assertEqual(shown["bytes"] % 4096, 0)
        self.assertEqual(shown["sessions"][0]["lag"], 0)
        self.assertIn("0 records behind its journal", self.storage("show"))

    def test_a_corrupt_journal_is_projected_up_to_its_fault(self):
        self.run_json()
        self.run_json("--id", "sound")
        path = self.corrupt()
        self.storage("update", code=3)
        self.assertIn(path.name, self.err)
        self.assertIn("offset", self.err)
        last = dict(self.rows("SELECT session, last_seq FROM sessions"))
        self.assertGreater(last["cross"], 100)
        self.assertGreater(last["sound"], last["cross"])
        self.assertIn(path.name, self.rows("SELECT problem FROM sessions WHERE session = 'cross'")[0][0])
        self.storage("show")
        self.assertIn("cannot be read to its end", self.out)
        self.corrupt("sound")
        self.fails(3, "--sessions", self.sessions, "storage", "rebuild", says=["stays as it is"])
        self.assertEqual(dict(self.rows("SELECT session, last_seq FROM sessions")), last)

    def test_other_databases_are_left_alone(self):
        self.run_json()
        other = self.folder / "other.db"
        connection = sqlite3.connect(other)
        connection.execute("CREATE TABLE precious (n)")
        connection.commit()
        connection.close()
        before = other.read_bytes()
        for command in ("update", "rebuild", "show"):
            self.fails(3, "--sessions", self.sessions, "storage", command, "--database", other,
                       says=["another program"])
        self.assertEqual(other.read_bytes(), before)
        self.storage("update")
        connection = sqlite3.connect(self.database)
        connection.execute("INSERT INTO migrations VALUES (3, 'to come', hex(zeroblob(32)))")
        connection.commit()
        connection.close()
        self.fails(2, "--sessions", self.sessions, "storage", "update", says=["version 3 or newer", "to come"])

    def test_names_what_is_missing(self):
        self.fails(2, "--sessions", self.sessions, "storage", "update", says=["no sessions"])
        self.run_json()
        self.fails(2, "--sessions", self.sessions, "storage", "update", "cros", says=["cross"])


if __name__ == "__main__":
    unittest.main()
