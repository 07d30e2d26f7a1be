"""What a reader meets: lengths, file names, words and paths that do not belong in a tree, tests that cannot fail."""

import re

from . import table
from .source import Violation

RULES = {
    "file-length": f"a file has at most {table.FILE_LINES} lines; an escape at its top names the reason",
    "function-length": f"a function has at most {table.FUNCTION_LINES} lines",
    "file-name": "sources are named snake_case.hpp, .cpp or _test.cpp",
    "pragma-once": "a header begins with #pragma once",
    "left-over": "no notes to oneself in the tree: do it, or write it into the issue tracker",
    "machine-path": "no paths of one machine",
    "empty-test": "a test can fail: none disabled, none that asserts a constant",
    "suppression": "a suppressed lint check is named, with its reason",
    "required-file": "the tree has its commands, its licence and its change log",
}

# Written in pieces, so that these lines do not match themselves.
_LEFT_OVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|not " r"implemented)\b")
_MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:tmp|work|root)/|(?<![\w.:/-])/home/[a-z]\w*/")
_EMPTY_TEST = re.compile(
    r"\bDISABLED_\w+|\b(?:EXPECT|ASSERT)_(?:TRUE\s*\(\s*true|FALSE\s*\(\s*false)\s*\)|\bSUCCEED\s*\(|\bRC_SUCCEED\s*\("
)
_SUPPRESSION = re.compile(r"\bNOLINT(?:NEXTLINE|BEGIN)?\b(?P<named>\([\w.,* -]+\))?(?P<reason>:\s*\S.+)?")


def check_file_length(source):
    count = len(source.lines) - (source.text.endswith("\n"))
    if count > table.FILE_LINES:
        message = f"{count} lines, more than {table.FILE_LINES}: look for the second concept"
        yield Violation(source.path, 1, "file-length", message)


def check_functions(source):
    for function in source.functions:
        count = function.last_line - function.first_line + 1
        if count > table.FUNCTION_LINES:
            message = f"{function.name} has {count} lines, more than {table.FUNCTION_LINES}"
            yield Violation(source.path, function.line, "function-length", message)


def check_file_name(source):
    name = source.path.rsplit("/", 1)[-1]
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\.[ch]pp", name):
        yield Violation(source.path, 1, "file-name", f"{name} is not snake_case.hpp or snake_case.cpp")


def check_pragma_once(source):
    if not source.path.endswith(".hpp"):
        return
    first = next((line.strip() for line in source.code_lines if line.strip()), "")
    if first != "#pragma once":
        yield Violation(source.path, 1, "pragma-once", f"expected #pragma once before any code, found: {first or 'nothing'}")


def check_tests(source):
    if not (source.path.endswith("_test.cpp") or source.path.startswith("tests/")):
        return
    for number, line in enumerate(source.code_lines, 1):
        if match := _EMPTY_TEST.search(line):
            yield Violation(source.path, number, "empty-test", f"{match.group()} proves nothing")


def check_suppressions(source):
    for number, line in enumerate(source.lines, 1):
        for match in _SUPPRESSION.finditer(line):
            if not match.group("named") or not match.group("reason"):
                message = "write NOLINT" + "(check): reason"
                yield Violation(source.path, number, "suppression", message)


def check_words(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if match := _LEFT_OVER.search(line):
            yield Violation(path, number, "left-over", f"`{match.group()}`: finish it or leave it out")
        if match := _MACHINE_PATH.search(line):
            yield Violation(path, number, "machine-path", f"{match.group()} exists on one machine only")


def check_required(existing):
    for path in table.REQUIRED_FILES:
        if path not in existing:
            yield Violation(path, 1, "required-file", "missing")
