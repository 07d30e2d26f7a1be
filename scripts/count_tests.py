#!/usr/bin/env python3
"""Counts tests: a gtest program by its cases, everything else that CTest runs by one.

    scripts/count_tests.py build/dev          prints `N passed, N failed, N skipped` for the last CTest run there

CTest's JUnit file (test-results/ctest.xml) tells which entries ran; an entry whose gtest program wrote
test-results/<entry>.json is counted by its cases. A program that crashed before it wrote anything is one failure.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

RESULTS = "test-results"


@dataclass
class Count:
    """Outcomes of a set of tests, with the names and messages of those that failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures

    def fail(self, name, message=""):
        self.failed += 1
        self.failures.append((name, message))

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count_gtest(report):
    """Counts the cases of one --gtest_output=json report."""
    count = Count()
    for suite in report.get("testsuites", []):
        for case in suite.get("testsuite", []):
            name = f"{suite['name']}.{case['name']}"
            if case.get("failures"):
                count.fail(name, case["failures"][0].get("failure", ""))
            elif case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN":
                count.skipped += 1
            else:
                count.passed += 1
    return count


def _count_entry(entry, results):
    name = entry.get("name")
    failure = entry.find("failure")
    failed = entry.get("status") == "fail" or failure is not None
    report = results / f"{name}.json"
    count = Count()
    if report.exists():
        try:
            count = count_gtest(json.loads(report.read_text()))
        except ValueError:
            failed = True
    if failed and not count.failed:
        output = entry.findtext("system-out") or (failure.get("message") if failure is not None else "") or ""
        count.fail(name, "\n".join(output.rstrip().splitlines()[-30:]) or "ended without a word: a crash or a timeout")
    elif count.passed + count.failed + count.skipped == 0:
        if entry.get("status") == "run":
            count.passed = 1
        else:
            count.skipped = 1
    return count


def count_ctest(build):
    """Counts what the last CTest run in `build` did. No result file at all is one failure."""
    results = Path(build) / RESULTS
    junit = results / "ctest.xml"
    count = Count()
    if not junit.exists():
        count.fail(f"{build}: CTest wrote no results")
        return count
    for entry in ElementTree.parse(junit).getroot().iter("testcase"):
        count.add(_count_entry(entry, results))
    return count


def clear(build):
    """Removes the results of earlier runs, so that none of them is counted again."""
    results = Path(build) / RESULTS
    results.mkdir(parents=True, exist_ok=True)
    for old in (*results.glob("*.json"), *results.glob("*.xml")):
        old.unlink()


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    count = count_ctest(sys.argv[1])
    for name, message in count.failures:
        print(f"failed: {name}\n{message}".rstrip())
    print(count)
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
