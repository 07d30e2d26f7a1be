"""Runs the built program as a user would, in folders of its own."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program():
    """The program under test: $KONTOR, else the newest one below build/."""
    given = os.environ.get("KONTOR")
    if given:
        return given
    built = sorted(ROOT.glob("build/*/kontor"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise RuntimeError("expected a built kontor below build/, found none; set KONTOR")
    return str(built[-1])


def real_data():
    """The folder of real market data, or None; in CI its absence is a failure."""
    given = os.environ.get("KONTOR_TEST_DATA")
    folder = pathlib.Path(given) if given else ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        raise AssertionError("CI is set, but the folder of real market data is absent")
    return None


class KontorTestCase(unittest.TestCase):
    """A test with a store and a runs folder that go when it ends."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="kontor-cli-")
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)
        self.store = self.folder / "store"
        self.runs = self.folder / "runs"

    def start(self, *arguments, **options):
        command = [program(), "--store", str(self.store), "--runs", str(self.runs), *map(str, arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def kontor(self, *arguments, code=0, **options):
        """Runs a command, expects its exit code, and gives what it printed."""
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, code, f"{arguments}\nstdout: {out[-2000:]}\nstderr: {err[-2000:]}")
        self.out, self.err = out, err
        return out

    def fails(self, code, *arguments, says=()):
        """Runs a command that must fail with this exit code and name these things on stderr, and nothing else."""
        self.kontor(*arguments, code=code)
        self.assertEqual(self.out, "")
        for word in says:
            self.assertIn(word, self.err)
        return self.err

    def json(self, *arguments):
        return json.loads(self.kontor(*arguments, "--json"))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def tree(self, folder):
        """Every file below a folder with its content hash, to prove that nothing has changed. Hidden files (the store's
        lock) are left out."""
        import hashlib

        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pathlib.Path(folder).rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    def synthesize(self, instrument="BTCUSDT@synthetic", start="2025-01-01", end="2025-01-11", **options):
        self.kontor("data", "synthesize", instrument, "--from", start, "--to", end, "--seed", "7",
                    *[part for key, value in options.items() for part in (f"--{key}", value)])
