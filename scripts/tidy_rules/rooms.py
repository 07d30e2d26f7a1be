"""Who may know whom: edges between rooms, cycles of includes, fences around heavy libraries, names of includes."""

import posixpath
import re
from fnmatch import fnmatch

from . import table
from .source import Violation

RULES = {
    "room-edge": "a room includes only what its row in the table allows",
    "include-cycle": "no file includes itself over others",
    "fence": "a heavy library is included only where it is fenced",
    "include-name": "project headers in quotes by their path from src/, everything else in angle brackets",
    "own-header": "x.cpp, or x_test.cpp where there is no x.cpp, includes x.hpp first: so headers stand alone",
    "test-include": "nothing outside tests includes a test or its support",
}

_ADAPTER = "venue/*"


def room_of(path):
    """The room of a repository path, or None for a file outside src/ and apps/."""
    parts = path.split("/")
    if parts[0] == "apps":
        return "apps"
    return _room_of_include("/".join(parts[1:])) if parts[0] == "src" else None


def _room_of_include(header):
    parts = header.split("/")
    if len(parts) < 2:
        return None
    if parts[0] == "venue" and len(parts) > 2:
        return f"venue/{parts[1]}"
    return parts[0]


def _row(room):
    if room in table.EDGES:
        return room
    return _ADAPTER if fnmatch(room, _ADAPTER) else None


def reach(room):
    """Every target that `room` may include: rooms, and files such as engine/view."""
    seen, open_targets = set(), [room]
    while open_targets:
        target = open_targets.pop()
        row = _row(target)
        for below in table.EDGES[row] if row else ():
            if below not in seen:
                seen.add(below)
                open_targets.append(below)
    return seen


def table_cycles():
    """Rooms of the table that reach themselves; there must be none."""
    return sorted(room for room in table.EDGES if room in reach(room))


def _may_include(room, header):
    target = _room_of_include(header)
    if target == room:
        return True
    for allowed in reach(room):
        if allowed == target or (allowed == _ADAPTER and _row(target) == _ADAPTER):
            return True
        stem = posixpath.splitext(header)[0]
        if "/" in allowed and allowed not in table.EDGES and (stem == allowed or header.startswith(allowed + "/")):
            return True
    return False


def check_edges(source):
    room = room_of(source.path)
    if room is None:
        return
    if _row(room) is None:
        yield Violation(source.path, 1, "room-edge", f"room {room} is not in scripts/tidy_rules/table.py: draw its edges")
        return
    for include in source.includes:
        target = _room_of_include(include.header)
        if include.angled or target is None or _row(target) is None:
            continue
        if not _may_include(room, include.header):
            may = ", ".join(sorted(reach(room))) or "nothing"
            message = f"{room} must not include {include.header}; it may include {may}"
            yield Violation(source.path, include.line, "room-edge", message)


def check_fences(source):
    for include in source.includes:
        for fence in table.FENCES:
            fenced = any(fnmatch(include.header, pattern) for pattern in fence.headers)
            if fenced and not any(fnmatch(source.path, pattern) for pattern in fence.files):
                message = f"<{include.header}> ({fence.name}) belongs in {', '.join(fence.files)}: {fence.reason}"
                yield Violation(source.path, include.line, "fence", message)


def check_names(source, known):
    """`known` is the set of repository paths of all sources."""
    for include in source.includes:
        in_tree = f"src/{include.header}" in known
        if include.angled and in_tree:
            message = f'write "{include.header}": angle brackets are for the system and for libraries'
            yield Violation(source.path, include.line, "include-name", message)
        elif not include.angled and not in_tree and not _resolves_elsewhere(source.path, include.header, known):
            message = f'"{include.header}" is not a path from src/ (a library\'s header goes in angle brackets)'
            yield Violation(source.path, include.line, "include-name", message)


def _resolves_elsewhere(path, header, known):
    if posixpath.basename(header) in table.GENERATED_HEADERS:
        return True
    if path.startswith("apps/"):
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), header))
        return beside in known or f"apps/{header}" in known or header in known
    if is_test(path):
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), header))
        return beside in known or header in known or f"tests/{header}" in known
    return False


def check_own_header(source, known):
    if not source.path.endswith(".cpp") or not source.includes:
        return
    stem = source.path[: -len(".cpp")]
    if stem.endswith("_test") and stem[: -len("_test")] + ".cpp" not in known:
        stem = stem[: -len("_test")]
    own = stem + ".hpp"
    first = source.includes[0]
    if own in known and not own.endswith("/" + first.header) and own != first.header:
        message = f"the first include must be {own.removeprefix('src/')}, so that the header is proven to stand alone"
        yield Violation(source.path, first.line, "own-header", message)


def is_test(path):
    """Tests and what only tests share: they may include anything."""
    return path.endswith(("_test.cpp", "_test_support.hpp", "_test_support.cpp")) or path.startswith("tests/")


def check_test_includes(source):
    if is_test(source.path) or not source.path.startswith(("src/", "apps/")):
        return
    for include in source.includes:
        if re.match(r"(?:tests|support)/", include.header) or re.search(r"_test(?:_support)?\.[ch]pp$", include.header):
            message = f"{include.header} belongs to the tests; code that ships must not include it"
            yield Violation(source.path, include.line, "test-include", message)


def check_cycles(sources):
    """Cycles among the includes of all files, each reported once, at its alphabetically first file."""
    graph = {source.path: [] for source in sources}
    for source in sources:
        for include in source.includes:
            target = f"src/{include.header}"
            if not include.angled and target in graph:
                graph[source.path].append((target, include.line))
    done, reported = set(), set()
    for start in sorted(graph):
        yield from _walk(start, graph, [], done, reported)


def _walk(path, graph, trail, done, reported):
    if path in trail:
        cycle = trail[trail.index(path) :]
        key = frozenset(cycle)
        if key not in reported:
            reported.add(key)
            first = min(cycle)
            turned = cycle[cycle.index(first) :] + cycle[: cycle.index(first)]
            line = next(line for target, line in graph[first] if target == (turned + [first])[1])
            yield Violation(first, line, "include-cycle", " -> ".join(turned + [first]))
        return
    if path in done:
        return
    trail.append(path)
    for target, _ in graph[path]:
        yield from _walk(target, graph, trail, done, reported)
    trail.pop()
    done.add(path)
