#!/usr/bin/env python3
"""Holds the rules of the house: who may include whom, what deterministic code must not touch, lengths, words.

    scripts/tidy.py              checks the whole tree; exits 1 and prints path:line: rule: message for each violation
    scripts/tidy.py --rules      lists the rules
    scripts/tidy.py src/model    checks the whole tree, prints what lies below these paths

An exception is written where it is needed, and names its reason:

    // tidy: allow(function-length): one flat switch over the wire format, split it and the format is lost

An escape without a reason, for an unknown rule, or that nothing needs any more is itself a violation.
"""

import argparse
import os
import sys
from pathlib import Path

from tidy_rules import determinism, rooms, shape, table
from tidy_rules.source import Source, Violation

ESCAPE_RULES = {"escape": "an escape names known rules and a reason, and is needed"}
RULES = rooms.RULES | determinism.RULES | shape.RULES | ESCAPE_RULES


def text_files(root):
    """Paths (relative, with forward slashes) of every text file the rules look at."""
    found = [entry.name for entry in os.scandir(root) if entry.is_file()]
    for folder in table.TEXT_ROOTS:
        for parent, folders, names in os.walk(Path(root) / folder):
            folders[:] = sorted(name for name in folders if name not in table.SKIPPED_FOLDERS)
            found += [(Path(parent) / name).relative_to(root).as_posix() for name in names]
    return sorted(
        path
        for path in found
        if Path(path).suffix in table.TEXT_SUFFIXES and Path(path).name not in table.TEXT_SKIPPED
    )


def load(root):
    files = {}
    for path in text_files(root):
        try:
            files[path] = (Path(root) / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a binary file without a suffix, or one that an editor just removed
    return files


def _rule_checks(source, known):
    shipped = source.path.startswith(("src/", "apps/"))
    if shipped:
        yield from rooms.check_edges(source)
        yield from rooms.check_own_header(source, known)
        yield from rooms.check_test_includes(source)
        yield from determinism.check(source)
    yield from rooms.check_fences(source)
    yield from rooms.check_names(source, known)
    yield from shape.check_file_length(source)
    yield from shape.check_functions(source)
    yield from shape.check_file_name(source)
    yield from shape.check_pragma_once(source)
    yield from shape.check_tests(source)
    yield from shape.check_suppressions(source)


def _escape_checks(source):
    for escape in source.escapes:
        if not escape.rules or not escape.reason:
            message = "an escape is written `// tidy: " + "allow(rule): reason`"
            yield Violation(source.path, escape.line, "escape", message)
            continue
        for rule in escape.rules:
            if rule not in RULES:
                yield Violation(source.path, escape.line, "escape", f"there is no rule {rule}")
            elif (escape.line, rule) not in source.used_escapes:
                yield Violation(source.path, escape.line, "escape", f"nothing here breaks {rule} any more: remove it")


def _pair_headers(sources):
    """A member declared unordered in x.hpp is unordered in x.cpp, too."""
    by_path = {source.path: source for source in sources}
    for source in sources:
        header = by_path.get(source.path.removesuffix(".cpp") + ".hpp")
        if header and source.path.endswith(".cpp"):
            source.names_of_own_header = determinism.unordered_names(header)


def check(files):
    """All violations in `files`, a mapping from repository path to text."""
    sources = [
        Source(path, text)
        for path, text in files.items()
        if path.endswith((".cpp", ".hpp")) and path.startswith(("src/", "apps/", "tests/"))
    ]
    by_path = {source.path: source for source in sources}
    known = set(by_path)
    _pair_headers(sources)
    found = [violation for source in sources for violation in _rule_checks(source, known)]
    found += rooms.check_cycles(sources)
    for path, text in files.items():
        found += shape.check_words(path, text)
    kept = [
        violation
        for violation in found
        if violation.path not in by_path or not by_path[violation.path].allowed(violation.rule, violation.line)
    ]
    for source in sources:
        kept += _escape_checks(source)
    return sorted(set(kept), key=lambda violation: (violation.path, violation.line, violation.rule))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="print only violations below these paths")
    parser.add_argument("--root", default=Path(__file__).resolve().parent.parent, type=Path)
    parser.add_argument("--rules", action="store_true", help="list the rules and stop")
    options = parser.parse_args()
    if options.rules:
        for rule, meaning in RULES.items():
            print(f"{rule:20} {meaning}")
        return 0
    cycles = rooms.table_cycles()
    if cycles:
        print(f"scripts/tidy_rules/table.py: these rooms reach themselves: {', '.join(cycles)}")
        return 1
    files = load(options.root)
    present = set(files) | {path for path in table.REQUIRED_FILES if (options.root / path).is_file()}
    violations = check(files) + list(shape.check_required(present))
    shown = [
        violation
        for violation in violations
        if not options.paths or any(violation.path.startswith(path.rstrip("/")) for path in options.paths)
    ]
    for violation in shown:
        print(violation)
    print(f"tidy: {len(files)} files, {len(RULES)} rules, {len(shown)} violations", file=sys.stderr)
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
