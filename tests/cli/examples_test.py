"""Every example runs, says something, and gives the same bytes twice."""

import unittest

from kontor_process import ROOT, KontorTestCase

# What each example needs in the store; the synthetic market serves all of them.
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


class Examples(KontorTestCase):
    def bring_in(self):
        for instrument in ("BTCUSDT@binance", "ETHUSDT@binance", "SOLUSDT@binance"):
            self.synthesize(instrument, "2025-01-01", "2025-03-01")
        for kind in ("trade", "quote", "book"):
            self.synthesize("BTCUSDT@binance", "2025-01-01", "2025-01-01T01:00:00Z", kind=kind)

    def test_there_are_examples(self):
        self.assertGreaterEqual(len(EXAMPLES), 6)

    def test_every_example_gives_the_same_bytes_twice(self):
        self.bring_in()
        for example in EXAMPLES:
            with self.subTest(example=example.name):
                first, second = self.folder / f"{example.stem}-1", self.folder / f"{example.stem}-2"
                analysis = self.json("backtest", example, "--out", first)
                self.kontor("backtest", example, "--out", second)
                self.assertGreater(analysis["orders"], 0, "an example that trades nothing shows nothing")
                a, b = self.tree(first), self.tree(second)
                for tree in (a, b):
                    tree.pop("timing.json")
                self.assertEqual(a, b)

    def test_every_key_of_an_example_has_a_comment(self):
        for example in EXAMPLES:
            lines = example.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines):
                key = line.split("=")[0].strip()
                if "=" not in line or line.lstrip().startswith("#") or not key:
                    continue
                explained = "#" in line.split("=", 1)[1] or lines[number - 1].lstrip().startswith("#")
                self.assertTrue(explained, f"{example.name}:{number + 1}: {key} has no comment")


if __name__ == "__main__":
    unittest.main()
