"""The same input gives the same output: no clock, chance, thread, file; no order that memory decides; exact numbers."""

import re
from fnmatch import fnmatch

from . import table
from .rooms import room_of
from .source import Violation

RULES = {
    "clock": "deterministic rooms read no clock",
    "random": "deterministic rooms draw chance only from a seeded generator of the house",
    "thread": "deterministic rooms know no threads, mutexes or atomics",
    "environment": "deterministic rooms do not look at the environment",
    "file": "deterministic rooms open no files and print nothing",
    "socket": "deterministic rooms open no sockets",
    "unordered-iteration": "no walk over an unordered container: its order differs between runs and libraries",
    "pointer-order": "nothing is ordered or hashed by address",
    "mutable-static": "no state outside objects: many engines run in one process",
    "double": "prices, quantities and money are integers; `// analytics` marks a line that may use double",
    "singleton": "no singletons in any room: many engines run in one process",
}

_DOUBLE = re.compile(r"\b(?:double|float)\b|(?<![\w.])(?:\d[\d']*\.\d*|\.\d+)(?:[eE][+-]?\d+)?[fFlL]?\b|(?<![\w.])\d+[eE][+-]?\d+\b")
_UNORDERED = re.compile(r"\b(?:std|boost|absl)::(?:unordered_|flat_hash_|node_hash_)\w*(?:map|set)\b|\bhash_map\b")
_POINTER_ORDER = re.compile(
    r"\b(?:std::)?(?:map|set|multimap|multiset|less|greater|less_equal|greater_equal|hash|priority_queue"
    r"|unordered_(?:map|set|multimap|multiset))\s*<\s*(?:const\s+)?(?:[\w:]+(?:<[^<>]*>)?(?:\s+const)?\s*\*"
    r"|std::(?:unique_ptr|shared_ptr)\s*<)"
    r"|\bowner_less\b|\breinterpret_cast\s*<\s*(?:std::)?u?intptr_t\s*>"
)
_STATIC = re.compile(r"\bstatic\s+([^;{}()=]*?)\s*([;{=(])")
_ACCESSOR = re.compile(r"\bstatic\s+[\w:<>, ]+&\s*(?:get_?)?(?:instance|singleton|the|global|shared)\w*\s*\(")
_VARIABLE = re.compile(
    r"^(?:(?:static|inline|thread_local|constinit)\s+)*[\w:]+(?:<.*>)?(?:\s*[*&])*\s+[*&]*\w+(?:\[[^\]]*\])?\s*(?:=|\{|$)", re.S
)
_NO_VARIABLE = re.compile(
    r"^(?:using|typedef|template|extern|friend|static_assert|class|struct|enum|union|concept|namespace|return|requires)\b"
)


def is_deterministic(path):
    return (
        room_of(path) in table.DETERMINISTIC_ROOMS
        and not path.endswith("_test.cpp")
        and not any(fnmatch(path, pattern) for pattern in table.DETERMINISM_EXEMPT)
    )


def check(source):
    """All rules of this module for one file."""
    if source.path.endswith("_test.cpp"):
        return
    yield from _singletons(source)
    if room_of(source.path) in table.EXACT_ROOMS:
        yield from _doubles(source)
    if is_deterministic(source.path):
        yield from _banned_headers(source)
        yield from _banned_tokens(source)
        yield from _unordered_iteration(source)
        yield from _mutable_statics(source)


def _banned_headers(source):
    for include in source.includes:
        for rule, headers in table.BANNED_HEADERS.items():
            if include.angled and include.header in headers:
                yield Violation(source.path, include.line, rule, f"<{include.header}> in a deterministic room")


def _banned_tokens(source):
    for number, line in enumerate(source.code_lines, 1):
        if line.lstrip().startswith("#"):
            continue
        for banned in table.BANNED_TOKENS:
            if match := re.search(banned.pattern, line):
                message = f"{match.group().strip()} in a deterministic room: {banned.instead}"
                yield Violation(source.path, number, banned.rule, message)
        if match := _POINTER_ORDER.search(line):
            message = f"{match.group().strip()}: addresses differ between runs; use an id"
            yield Violation(source.path, number, "pointer-order", message)


def _doubles(source):
    for number, line in enumerate(source.code_lines, 1):
        match = None if line.lstrip().startswith("#") else _DOUBLE.search(line)
        if match and not source.marked(number, "// analytics"):
            message = f"{match.group()}: exact numbers only, or mark a statistic with `// analytics`"
            yield Violation(source.path, number, "double", message)


def unordered_names(source):
    """Names declared in this file whose type is an unordered container or an alias of one."""
    code = source.code
    aliases = re.findall(r"\busing\s+(\w+)\s*=\s*(?:" + _UNORDERED.pattern + ")", code)
    names = set()
    for match in re.finditer(_UNORDERED.pattern + "".join(rf"|\b{alias}\b" for alias in aliases), code):
        end = _after_arguments(code, match.end())
        name = re.match(r"(?:\s*(?:const\b|&|\*))*\s*(\w+)\s*(?:[;={,)(]|$)", code[end : end + 200])
        if name:
            names.add(name.group(1))
    return names


def _after_arguments(code, start):
    depth = 0
    for index in range(start, len(code)):
        character = code[index]
        depth += (character == "<") - (character == ">")
        if depth == 0 and not character.isspace():
            return index + 1 if character == ">" else index
    return len(code)


def _unordered_iteration(source):
    names = unordered_names(source) | getattr(source, "names_of_own_header", set())
    if not names:
        return
    any_name = "|".join(sorted(re.escape(name) for name in names))
    walk = re.compile(
        rf"\bfor\s*\([^;]*?[^:]:(?!:)\s*[\w.>()*-]*?\b({any_name})(?:\(\))?\s*\)"
        rf"|\b({any_name})(?:\(\))?\s*(?:\.|->)\s*c?begin\s*\("
        rf"|\bstd::(?:ranges::\w+|c?begin)\s*\(\s*[\w.>-]*?\b({any_name})\s*[,)]"
    )
    for match in walk.finditer(source.code):
        name = next(group for group in match.groups() if group)
        message = f"{name} is unordered; walk a sorted or insertion-ordered container"
        yield Violation(source.path, source.line_of(match.start()), "unordered-iteration", message)


def _is_constant(declaration):
    """True for `const`, `constexpr` and constant pointers; a pointer that can be turned elsewhere is state."""
    if not re.search(r"\bconst(?:expr)?\b", declaration):
        return False
    return bool(re.search(r"\bconstexpr\b", declaration)) or not re.search(r"\*\s*\w+(?:\[[^\]]*\])?\s*$", declaration)


def _mutable_statics(source):
    for function in source.functions:
        for match in _STATIC.finditer(function.body):
            if not _is_constant(match.group(1)):
                yield _static(source, source.line_of(function.body_start + match.start()), match.group())
    for declaration in source.declarations:
        head = re.split(r"[={]", declaration.text, maxsplit=1)[0].strip()
        if "(" in head or _NO_VARIABLE.match(head) or _is_constant(head):
            continue
        is_static = re.search(r"\bstatic\b", head)
        if is_static or (declaration.scope == "namespace" and _VARIABLE.match(declaration.text)):
            yield _static(source, declaration.line, head)


def _static(source, line, text):
    return Violation(source.path, line, "mutable-static", f"`{' '.join(text.split())}` outlives the engine: make it a member")


def _singletons(source):
    for match in _ACCESSOR.finditer(source.code):
        yield _singleton(source, source.line_of(match.start()), match.group())
    for function in source.functions:
        for match in _STATIC.finditer(function.body):
            name = re.search(r"(\w+)$", match.group(1))
            handed_out = name and re.search(rf"\breturn\s+[*&]?{name.group(1)}\s*;", function.body)
            if handed_out and not _is_constant(match.group(1)) and re.search(r"[&*]\s*[\w:]*\(", function.header):
                yield _singleton(source, source.line_of(function.body_start + match.start()), match.group())


def _singleton(source, line, text):
    return Violation(source.path, line, "singleton", f"`{' '.join(text.split())}` is one for the whole process: pass an object")
