#!/usr/bin/env python3
"""Self-test of the tools behind ./test: what counts as a test, what a lint command keeps, what is formatted away."""

import json
import tempfile
import unittest
from pathlib import Path

import count_tests
import fuzz
import lint
import test_stages


class CountTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.build = Path(self.folder.name)
        count_tests.clear(self.build)

    def tearDown(self):
        self.folder.cleanup()

    def junit(self, *entries):
        cases = "".join(
            f'<testcase name="{name}" status="{status}">'
            + ('<failure message="Failed"/>' if status == "fail" else "")
            + f"<system-out>{output}</system-out></testcase>"
            for name, status, output in entries
        )
        (self.build / count_tests.RESULTS / "ctest.xml").write_text(f"<testsuite>{cases}</testsuite>")

    def gtest(self, name, *cases):
        suite = {"name": "Suite", "testsuite": list(cases)}
        (self.build / count_tests.RESULTS / f"{name}.json").write_text(json.dumps({"testsuites": [suite]}))

    def counted(self):
        return count_tests.count_ctest(self.build)

    def test_a_gtest_program_counts_by_its_cases(self):
        self.junit(("model", "run", ""), ("tidy", "run", ""))
        self.gtest(
            "model",
            {"name": "a", "status": "RUN", "result": "COMPLETED"},
            {"name": "b", "status": "RUN", "result": "SKIPPED"},
            {"name": "c", "status": "NOTRUN", "result": "SUPPRESSED"},
        )
        self.assertEqual(str(self.counted()), "2 passed, 0 failed, 2 skipped")

    def test_a_failed_case_is_named_with_its_message(self):
        self.junit(("model", "fail", ""))
        self.gtest("model", {"name": "a", "status": "RUN", "failures": [{"failure": "expected 1, found 2"}]})
        count = self.counted()
        self.assertEqual(str(count), "0 passed, 1 failed, 0 skipped")
        self.assertEqual(count.failures, [("Suite.a", "expected 1, found 2")])

    def test_a_crash_before_the_report_is_one_failure(self):
        self.junit(("model", "fail", "Segmentation fault"))
        count = self.counted()
        self.assertEqual(str(count), "0 passed, 1 failed, 0 skipped")
        self.assertIn("Segmentation fault", count.failures[0][1])

    def test_a_leak_after_all_cases_passed_is_a_failure(self):
        self.junit(("model", "fail", "LeakSanitizer: detected memory leaks"))
        self.gtest("model", {"name": "a", "status": "RUN", "result": "COMPLETED"})
        self.assertEqual(str(self.counted()), "1 passed, 1 failed, 0 skipped")

    def test_a_torn_report_is_a_failure(self):
        self.junit(("model", "run", ""))
        (self.build / count_tests.RESULTS / "model.json").write_text('{"testsuites": [')
        self.assertEqual(str(self.counted()), "0 passed, 1 failed, 0 skipped")

    def test_what_ctest_did_not_run_is_skipped(self):
        self.junit(("report_page", "notrun", ""))
        self.assertEqual(str(self.counted()), "0 passed, 0 failed, 1 skipped")

    def test_no_results_at_all_are_a_failure(self):
        self.assertEqual(str(self.counted()), "0 passed, 1 failed, 0 skipped")

    def test_old_results_are_not_counted_again(self):
        self.junit(("model", "run", ""))
        self.gtest("model", {"name": "a", "status": "RUN", "result": "COMPLETED"})
        count_tests.clear(self.build)
        self.assertEqual(list((self.build / count_tests.RESULTS).iterdir()), [])


class WebSummaryTest(unittest.TestCase):
    def test_node(self):
        self.assertEqual(test_stages.web_summary("# tests 5\n# pass 3\n# fail 1\n# skipped 1\n"), (3, 1, 1))
        self.assertEqual(test_stages.web_summary("ℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ skipped 0\n"), (2, 0, 0))

    def test_vitest(self):
        text = "\x1b[2m Test Files \x1b[22m 2 passed (2)\n      Tests  1 failed | 12 passed | 2 skipped (15)\n"
        self.assertEqual(test_stages.web_summary(text), (12, 1, 2))

    def test_nothing(self):
        self.assertEqual(test_stages.web_summary("sh: 1: vitest: not found\n"), (0, 0, 0))


class LintTest(unittest.TestCase):
    def test_a_command_keeps_what_reading_the_file_takes(self):
        command = (
            "/usr/bin/cmake -E env CCACHE_SLOPPINESS=x ccache /usr/bin/clang++-19 -DA=1 -I/p/src -std=c++23 -Wall "
            "-fsanitize=address,undefined -Winvalid-pch -Xclang -include-pch -Xclang /p/cmake_pch.hxx.pch "
            "-Xclang -include -Xclang /p/cmake_pch.hxx -MD -MT a.o -MF a.d -o a.o -c /p/src/a.cpp"
        )
        entry = {"command": command, "file": "/p/src/a.cpp"}
        self.assertEqual(lint.compile_arguments(entry), ["-DA=1", "-I/p/src", "-std=c++23", "-Wall"])

    def test_a_digest_follows_a_header_that_is_included_over_another(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "a.cpp").write_text('#include "b.hpp"\n')
            (root / "b.hpp").write_text('#include "c.hpp"\n')
            (root / "c.hpp").write_text("int x;\n")
            before = lint.Closure((root,)).digest(root / "a.cpp")
            self.assertEqual(before, lint.Closure((root,)).digest(root / "a.cpp"))
            (root / "c.hpp").write_text("int y;\n")
            self.assertNotEqual(before, lint.Closure((root,)).digest(root / "a.cpp"))


class FuzzTest(unittest.TestCase):
    NAMES = [f"parser_{number}" for number in range(17)]

    def test_with_each_commit_others_have_their_minute(self):
        long = [fuzz.chosen(self.NAMES, number) for number in range(60)]
        self.assertEqual({len(names) for names in long}, {min(fuzz.CORES, len(self.NAMES))})
        self.assertEqual(set().union(*long), set(self.NAMES))
        self.assertEqual(fuzz.chosen(self.NAMES, 7), fuzz.chosen(list(reversed(self.NAMES)), 7))

    def test_all_run_and_the_long_ones_first(self):
        seconds = list(fuzz.seconds_of(self.NAMES, 7).items())
        self.assertEqual(sorted(name for name, _ in seconds), sorted(self.NAMES))
        self.assertEqual([length for _, length in seconds], sorted((length for _, length in seconds), reverse=True))


if __name__ == "__main__":
    unittest.main()
