#!/usr/bin/env python3
"""Runs clang-tidy over src/ and apps/ in parallel and remembers which files are clean.

    scripts/lint.py [--jobs N] [PATH…]

Sixteen sources of a room are checked as one, because most of the time goes into the standard library's headers. They
are checked again only when one of them, a header of this tree that they include, their compile command, .clang-tidy or
the tool changed. Unit tests are not checked: both compilers' warnings see them.

Names are checked once, on one source that includes every header: the naming check costs as much as all others
together, and the names that others read are the ones in headers.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

TOOL = "clang-tidy-19"
ROOT = Path(__file__).resolve().parent.parent
NAMING = "readability-identifier-naming"
# Looks for mutation through every function it meets: two thirds of the time wherever CLI11 is included.
COSTLY_IN_APPS = "performance-unnecessary-value-param"
# What sixteen sources as one are made of.
INCLUDES_SOURCES = "bugprone-suspicious-include"
CACHE = ROOT / "build/lint"
ALL_HEADERS = CACHE / "all_headers.cpp"
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
# Left out of a command: what speaks of precompiled headers, sanitizers, outputs.
_PAIRED = ("-o", "-MF", "-MT", "-MQ")
_DROPPED = ("-c", "-MD", "-MMD", "-Winvalid-pch", "-fpch-instantiate-templates", "-g")


def compile_arguments(entry):
    """The compiler's arguments that matter for reading the file: no launcher, no precompiled header, no sanitizer."""
    words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    first = next((i for i, word in enumerate(words) if re.search(r"(?:clang\+\+|g\+\+|c\+\+)(?:-\d+)?$", word)), 0)
    words = words[first + 1 :]
    kept, index = [], 0
    while index < len(words):
        word = words[index]
        if word == "-Xclang" and index + 3 < len(words) and words[index + 1] in ("-include-pch", "-include"):
            index += 4
        elif word in _PAIRED:
            index += 2
        elif word in _DROPPED or word.startswith("-fsanitize") or word == entry["file"]:
            index += 1
        else:
            kept.append(word)
            index += 1
    return kept


class Closure:
    """Digests of a file together with every header of this tree that it includes."""

    def __init__(self, roots):
        self.roots = roots
        self.files = {}

    def _read(self, path):
        if path not in self.files:
            data = path.read_bytes()
            includes = [self._resolve(path, name.decode()) for name in _INCLUDE.findall(data)]
            self.files[path] = (hashlib.sha256(data).digest(), [found for found in includes if found])
        return self.files[path]

    def _resolve(self, path, name):
        return next((base / name for base in (*self.roots, path.parent) if (base / name).is_file()), None)

    def digest(self, path):
        seen, waiting = set(), [path]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting += self._read(current)[1]
        joined = hashlib.sha256()
        for current in sorted(seen):
            joined.update(self._read(current)[0])
        return joined.hexdigest()


def configure():
    """Makes the compile commands; returns the folder with compile_commands.json."""
    command = ["cmake", "--preset", "lint", "-DKONTOR_WERROR=ON"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return CACHE


def entries(build, paths):
    """The commands of the sources, alone or together, that are to be checked."""
    database = json.loads((build / "compile_commands.json").read_text())
    chosen = {}
    for entry in database:
        path = Path(entry["file"])
        together = _INCLUDE.findall(path.read_bytes()) if path.is_relative_to(build) else [entry["file"].encode()]
        sources = [Path(name.decode()) for name in together]
        relatives = [source.relative_to(ROOT).as_posix() for source in sources if source.is_relative_to(ROOT)]
        wanted = [name for name in relatives if name.startswith(("src/", "apps/"))]
        if any(not paths or name.startswith(tuple(paths)) for name in wanted):
            chosen[path.relative_to(ROOT).as_posix()] = entry
    return chosen


def write_all_headers(paths):
    """Writes the source that includes every header; touches it only when the list changed."""
    headers = sorted(
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*.hpp")
        if not path.name.endswith("_test_support.hpp")
    )
    chosen = [header for header in headers if not paths or f"src/{header}".startswith(tuple(paths))]
    text = "".join(f'#include "{header}"\n' for header in chosen)
    if not ALL_HEADERS.exists() or ALL_HEADERS.read_text() != text:
        ALL_HEADERS.write_text(text)
    return bool(chosen)


def lint(path, arguments):
    """Runs the tool on one file; returns (clean, output, seconds)."""
    started = time.monotonic()
    checks = f"-*,{NAMING}" if path == ALL_HEADERS else f"-{NAMING}"
    if "apps" in path.relative_to(ROOT).parts:
        checks += f",-{COSTLY_IN_APPS}"
    if path.is_relative_to(CACHE) and path != ALL_HEADERS:
        checks += f",-{INCLUDES_SOURCES}"
    options = [f"--config-file={ROOT / '.clang-tidy'}", f"--checks={checks}"]
    command = [TOOL, "--quiet", *options, str(path), "--", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    output = done.stdout.strip()
    if done.returncode != 0 and not output:
        output = done.stderr.strip()
    return done.returncode == 0, output, time.monotonic() - started


def work(chosen, paths):
    """What has to be checked: path -> (arguments, mark that the file is clean); and how many files there are."""
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    settings = hashlib.sha256((version + (ROOT / ".clang-tidy").read_text()).encode()).hexdigest()
    closure = Closure((ROOT / "src", ROOT))
    commands = {ROOT / relative: compile_arguments(entry) for relative, entry in chosen.items()}
    if commands and write_all_headers(paths):
        commands = {ALL_HEADERS: next(iter(commands.values()))} | commands
    waiting = {}
    for path, arguments in commands.items():
        key = hashlib.sha256("\0".join([settings, str(path), closure.digest(path), *arguments]).encode())
        mark = CACHE / f"{key.hexdigest()}.clean"
        if mark.exists():
            mark.touch()
        else:
            waiting[path] = (arguments, mark)
    return waiting, len(commands)


def check(waiting, jobs):
    """Lints what waits; prints findings as they come; returns how many files have some, and each file's seconds."""
    failed, times = 0, []
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        running = {pool.submit(lint, path, todo[0]): path for path, todo in waiting.items()}
        for future in concurrent.futures.as_completed(running):
            path = running[future]
            clean, output, seconds = future.result()
            times.append((seconds, path.relative_to(ROOT).as_posix()))
            if clean:
                waiting[path][1].touch()
            else:
                failed += 1
                print(f"{path}:\n{output}\n".replace(f"{ROOT}/", ""), flush=True)
    return failed, times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="check only files below these paths")
    parser.add_argument("--jobs", default=os.cpu_count(), type=int)
    parser.add_argument("--times", action="store_true", help="print the slowest files")
    options = parser.parse_args()

    CACHE.mkdir(parents=True, exist_ok=True)
    waiting, count = work(entries(configure(), options.paths), options.paths)
    failed, times = check(waiting, options.jobs)
    if options.times:
        for seconds, path in sorted(times, reverse=True)[:20]:
            print(f"{seconds:6.1f} s  {path}")
    drop_old_marks(CACHE)
    print(f"lint: {count} files, {len(waiting)} checked, {failed} with findings", file=sys.stderr)
    return 1 if failed or not count else 0


def drop_old_marks(cache, days=30):
    oldest = time.time() - days * 86400
    for mark in cache.glob("*.clean"):
        if mark.stat().st_mtime < oldest:
            mark.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
