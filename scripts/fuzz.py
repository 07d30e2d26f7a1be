#!/usr/bin/env python3
"""Runs fuzzers. `./test --stage fuzz` does it for seconds; this is for as long as one likes.

    scripts/fuzz.py                          every fuzzer for a minute, as many at once as there are cores
    scripts/fuzz.py vault http --seconds 3600

Builds them below build/asan if need be. What was found stays in build/asan/corpus, and crashes lie in build/asan/crashes:
each is an input that `build/asan/tests/fuzz/<name>_fuzz FILE` runs again. Into tests/fuzz/corpus goes the input of an error
that was mended, made small and by hand: what a fuzzer found may be a piece of a recording.
"""

import argparse
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import fuzz_seeds

ROOT = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 1
# Every fuzzer looks at what is known and a little further with every commit. As many as run at once go on for the minute
# that a fuzzer needs to get somewhere: others with each commit, so that of seventeen fuzzers each has its minute with every
# eighth or ninth commit. A minute for all would be nine minutes of every run, for parsers that mostly did not change.
SHORT_SECONDS = 4
LONG_SECONDS = 60


def programs(build):
    """The fuzzers that are built there, by name."""
    found = (path for path in build.rglob("*_fuzz") if path.is_file() and os.access(path, os.X_OK))
    return {path.name.removesuffix("_fuzz"): path for path in sorted(found)}


def chosen(names, number):
    """Whose turn a minute is with the commit of that number."""
    return set(random.Random(number).sample(sorted(names), min(CORES, len(names))))


def seconds_of(names, number):
    """How long each runs in `./test`; the long ones come first, so that the short ones fill the cores behind them."""
    long = chosen(names, number)
    ordered = sorted(names, key=lambda name: (name not in long, name))
    return {name: LONG_SECONDS if name in long else SHORT_SECONDS for name in ordered}


def folders_of(build, name):
    """Where a fuzzer puts what it finds, and where it begins."""
    places = [build / "corpus" / name]
    places += [folder for folder in (ROOT / "tests/fuzz/corpus" / name, build / "seeds" / name) if folder.is_dir()]
    places[0].mkdir(parents=True, exist_ok=True)
    return places


def command_of(build, name, program, seconds):
    crashes = build / "crashes" / name
    crashes.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
    return [program, *limits, f"-artifact_prefix={crashes}/", *folders_of(build, name)]


def make_seeds(build):
    shutil.rmtree(build / "seeds", ignore_errors=True)
    return fuzz_seeds.write_seeds(build / "seeds")


def fuzz(build, name, program, seconds):
    log = build / "fuzz-logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run([str(word) for word in command_of(build, name, program, seconds)], stdout=output,
                              stderr=subprocess.STDOUT, check=False)
    lines = log.read_text(errors="replace").splitlines()
    covered = next((line for line in reversed(lines) if " cov: " in line), "nothing covered").strip()
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}: {covered}", flush=True)
    if done.returncode != 0:
        print("\n".join(lines[-30:]), flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="fuzzers without _fuzz; none: all")
    parser.add_argument("--seconds", type=int, default=60, help="for each (default: 60)")
    parser.add_argument("--build", type=Path, default=ROOT / "build/asan", help="where they are built (default: build/asan)")
    options = parser.parse_args()
    build = options.build.resolve()
    if not (build / "CMakeCache.txt").is_file():
        subprocess.run(["cmake", "--preset", build.name], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    wanted = [f"{name}_fuzz" for name in options.names] or ["fuzzers"]
    subprocess.run(["cmake", "--build", build, "--target", *wanted], stdout=subprocess.DEVNULL, check=True)
    found = programs(build)
    names = options.names or list(found)
    print(f"{make_seeds(build)} seeds from recorded messages", flush=True)
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        good = list(pool.map(lambda name: fuzz(build, name, found[name], options.seconds), names))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
