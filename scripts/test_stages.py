#!/usr/bin/env python3
"""Runs the project's tests in stages and says where the time went. `./test` calls this once python3 is there.

    ./test                 every stage but dev, whose tests the others run with sanitizers
    ./test --quick         format, tidy and the dev stage: what one runs before a commit
    ./test --stage NAME    one stage, with what it needs built
    ./test --list          the stages

Every test that a stage runs counts, so one that runs under the address sanitizer and under the thread sanitizer
counts twice. The last line is the sum. Logs: build/test/<step>.log.
"""

import argparse
import concurrent.futures
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import count_tests
import fuzz
from count_tests import Count

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/test"
CORES = os.cpu_count() or 1
# Rooms that start threads: their test programs run under the thread sanitizer.
THREADED_TESTS = ("base_test", "journal_test", "net_test", "research_test", "screen_test")
TAIL_LINES = 40
SECOND_RUN_SECONDS = 2.0
SIMULATION_SECONDS = 30


class StepFailed(Exception):
    """A step that cannot be counted as a test (a build, say) did not succeed."""


class Runner:
    """Runs commands for one stage, keeps their logs and times, and shows the end of a log that tells of a failure."""

    def __init__(self, stage):
        self.stage = stage
        self.count = Count()
        self.steps = []
        self.wall = 0.0
        self.is_whole = False  # every stage comes, one after the other

    def command(self, step, command, check=True, environment=None):
        """Runs one command with its output in a log; returns whether it succeeded."""
        log = LOGS / f"{self.stage}-{step}.log"
        started = time.monotonic()
        with log.open("wb") as output:
            done = subprocess.run(
                [str(word) for word in command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | (environment or {}),
                check=False,
            )
        seconds = time.monotonic() - started
        self.steps.append((step, seconds))
        good = done.returncode == 0
        print(f"  {'ok    ' if good else 'FAILED'} {self.stage} {step} ({seconds:.1f} s)", flush=True)
        if not good and check:
            show_tail(log)
            raise StepFailed(f"{self.stage} {step}")
        return good

    def single(self, step, command, environment=None):
        """Runs a command that is one test: it passes when it exits 0."""
        if self.command(step, command, check=False, environment=environment):
            self.count.passed += 1
        else:
            self.count.fail(f"{self.stage} {step}", tail(LOGS / f"{self.stage}-{step}.log"))

    def add(self, other):
        """Takes over what another runner of this stage did."""
        self.count.add(other.count)
        self.steps += other.steps

    def configure(self, preset, werror=True):
        self.command("configure", ["cmake", "--preset", preset, *(["-DKONTOR_WERROR=ON"] if werror else [])])

    def build(self, preset, *targets, werror=True):
        build = ROOT / "build" / preset
        self.configure(preset, werror)
        self.command("build", build_command(preset, *targets))
        return build

    @contextlib.contextmanager
    def building_meanwhile(self, preset):
        """Builds what a later stage wants, by whatever the steps in the block leave of the machine; that stage says what came of
        it, and goes on with it."""
        self.configure(preset)
        with open(LOGS / f"{preset}-ahead.log", "w", encoding="utf-8") as output:
            command = ["nice", "-n", "19", *build_command(preset)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
            try:
                yield
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()

    def ctest(self, build, *arguments, environment=None, at_once=None):
        count_tests.clear(build)
        junit = build / count_tests.RESULTS / "ctest.xml"
        command = ["ctest", "--test-dir", build, "-j", str(at_once or CORES), "--output-on-failure", "--no-tests=error"]
        self.command("tests", [*command, "--output-junit", junit, *arguments], check=False, environment=environment)
        counted = count_tests.count_ctest(build)
        counted.failures = [(f"{self.stage}: {name}", message) for name, message in counted.failures]
        self.count.add(counted)


def build_command(preset, *targets):
    wanted = ["--target", *targets] if targets else []
    # -k 0: one failing source must not hide the next one.
    return ["cmake", "--build", ROOT / "build" / preset, "-j", str(jobs()), *wanted, "--", "-k", "0"]


def jobs():
    """Compilers at once: one for each core, but no more than memory holds."""
    command = ["bash", "-c", 'source "$1" && compile_jobs', "-", ROOT / "scripts/common.sh"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def tail(log):
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-TAIL_LINES:])


def show_tail(log):
    print(f"--- the end of {log.relative_to(ROOT)}")
    print(tail(log))
    print("---", flush=True)


# ----------------------------------------------------------------------------------------------------------- stages
def stage_format(run):
    run.single("clang-format", ["scripts/format.sh", "--check"])
    run.single("shellcheck", ["shellcheck", "-x", "run", "test", ".ci/run", *sorted((ROOT / "scripts").glob("*.sh"))])


def stage_tidy(run):
    run.single("rules", [sys.executable, "scripts/tidy.py"])
    run.single("tidy-self-test", [sys.executable, "scripts/tidy_test.py"])
    run.single("tools-self-test", [sys.executable, "scripts/test_tools_test.py"])


def stage_dev(run):
    run.ctest(run.build("dev"))


def stage_lint(run):
    run.single("clang-tidy", [sys.executable, "scripts/lint.py", "--times", "--jobs", str(CORES)])


def stage_asan(run):
    options = {
        "ASAN_OPTIONS": "detect_leaks=1:alloc_dealloc_mismatch=0:strict_string_checks=1:check_initialization_order=1:detect_stack_use_after_return=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    }
    # Without the program: its command line is tested as users run it, by the release stage.
    run.ctest(run.build("asan"), environment=options)


def stage_tsan(run):
    build = run.build("tsan", *THREADED_TESTS)
    names = "|".join(name.removesuffix("_test") for name in THREADED_TESTS)
    run.ctest(build, "-R", f"^({names})$", environment={"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"})


def stage_fuzz(run):
    build = run.build("asan", "fuzzers")  # the stage before has built them with what they test
    fuzzers = fuzz.programs(build)
    if not fuzzers:
        run.count.fail("fuzz", f"no programs named *_fuzz below {build.relative_to(ROOT)}")
    fuzz.make_seeds(build)
    seconds = fuzz.seconds_of(fuzzers, first_seed())
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        for outcome in pool.map(lambda name: _fuzz(build, name, fuzzers[name], seconds[name]), seconds):
            run.add(outcome)


def _fuzz(build, name, fuzzer, seconds):
    """Runs one fuzzer; a runner of its own, because several run at once."""
    run = Runner("fuzz")
    run.single(name, fuzz.command_of(build, name, fuzzer, seconds))
    return run


def first_seed():
    """A number that stands for the commit."""
    command = ["git", "-C", ROOT, "rev-parse", "--short=10", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(found.stdout, 16) if found.returncode == 0 else int(time.time())


def stage_release(run):
    build = run.build("release")
    run.single("version", [build / "kontor", "--version"])
    run.single("bench", [build / "kontor", "bench", "--quick"])
    # Faults from seeds that once broke something, then from seeds that nobody has seen: other ones for each commit, the same
    # for the same commit, so that a verdict can be had again.
    run.single("kept-seeds", [build / "kontor", "simulate", "--kept", "tests/simulation/seeds"])
    days = ["--first", str(first_seed()), "--seeds", "0", "--seconds", str(SIMULATION_SECONDS)]
    run.single("fresh-seeds", [build / "kontor", "simulate", *days])
    # The tests of the command line mostly wait.
    with run.building_meanwhile("asan") if run.is_whole else contextlib.nullcontext():
        run.ctest(build, at_once=2 * CORES)


def stage_run(run):
    """The first command a user gives, twice: it must work without a network, and start at once the second time."""
    shutil.rmtree(ROOT / "build/test/home", ignore_errors=True)
    home = {"KONTOR_RUN_HOME": str(ROOT / "build/test/home")}
    run.single("first", ["./run", "--offline"], environment=home)
    run.single("second", ["./run", "--offline"], environment=home)
    seconds = run.steps[-1][1]
    if seconds < SECOND_RUN_SECONDS:
        run.count.passed += 1
    else:
        run.count.fail("run second", f"took {seconds:.2f} s, expected less than {SECOND_RUN_SECONDS} s")


def stage_web(run):
    """The page of the report: types and lint are one test, its own tests count by themselves."""
    run.single("types-and-lint", ["scripts/web.sh", "check"])
    good = run.command("tests", ["npm", "--prefix", "report", "test", "--silent"], check=False)
    log = LOGS / "web-tests.log"
    passed, failed, skipped = web_summary(log.read_text(errors="replace"))
    run.count.passed += passed
    run.count.skipped += skipped
    if failed or not good or not passed:
        run.count.fail("web tests", tail(log))
        run.count.failed += max(0, failed - 1)


def web_summary(text):
    """Passed, failed and skipped from the closing lines of node --test (`# pass 3`) or Vitest (`Tests  3 passed`)."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    totals = {}
    for word, pattern in (("pass", "pass(?:ed)?"), ("fail", "fail(?:ed)?"), ("skip", "skipped")):
        node = re.findall(rf"^(?:#|ℹ) {pattern} (\d+)$", text, re.M)
        vitest = re.findall(rf"^\s*Tests\s.*?(\d+) {pattern}\b", text, re.M)
        totals[word] = int((node or vitest or ["0"])[-1])
    return totals["pass"], totals["fail"], totals["skip"]


# --------------------------------------------------------------------------------------------------------- the run
STAGES = {
    "format": (stage_format, "clang-format over every C++ file, shellcheck over every script"),
    "tidy": (stage_tidy, "scripts/tidy.py: rooms, determinism, lengths"),
    "dev": (stage_dev, "debug build with g++, warnings are errors, every test"),
    "release": (stage_release, "what users run: release build, short benchmark, tests of the command line"),
    "asan": (stage_asan, "clang build with address and undefined-behaviour sanitizers, every test"),
    "tsan": (stage_tsan, "clang build with thread sanitizer, tests of the rooms that start threads"),
    "fuzz": (stage_fuzz, f"each fuzzer for {fuzz.SHORT_SECONDS} s, and as many as run at once for {fuzz.LONG_SECONDS} s, others with each commit"),
    "lint": (stage_lint, "clang-tidy over src/ and apps/"),
    "run": (stage_run, "./run without a network, twice"),
    "web": (stage_web, "types, lint and tests of the report's page"),
}
QUICK = ("format", "tidy", "dev")
FULL = tuple(name for name in STAGES if name != "dev")


def run_stage(name, is_whole):
    """Runs one stage; a step that is no test but fails counts as one failure."""
    print(f"{name}: {STAGES[name][1]}", flush=True)
    run = Runner(name)
    run.is_whole = is_whole
    try:
        STAGES[name][0](run)
    except StepFailed as failed:
        run.count.fail(str(failed), "see the end of its log above")
    for test, message in run.count.failures:
        print(f"  failed: {test}")
        print("".join(f"    {line}\n" for line in message.splitlines()[-TAIL_LINES:]), end="", flush=True)
    return run


def print_table(runs, dependencies_seconds):
    """Where the time went: a line for each step, and what each stage counted."""
    print("\nwhere the time went")
    print(f"  {'stage':8} {'step':16} {'seconds':>8}   tests of the stage")
    print(f"  {'':8} {'dependencies':16} {dependencies_seconds:8.1f}")
    total = dependencies_seconds
    for run in runs:
        for index, (step, seconds) in enumerate(run.steps):
            last = index == len(run.steps) - 1
            print(f"  {run.stage:8} {step:16} {seconds:8.1f}{f'   {run.count}' if last else ''}")
        total += run.wall
    print(f"  {'':8} {'wall time':16} {total:8.1f}   (a test counts once for each stage that runs it)")


def main():
    parser = argparse.ArgumentParser(prog="./test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK)}")
    parser.add_argument("--stage", action="append", choices=STAGES, metavar="NAME", help="only this stage; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the stages and stop")
    options = parser.parse_args()
    if options.list:
        for name, (_, meaning) in STAGES.items():
            print(f"{name:8} {meaning}")
        return 0

    LOGS.mkdir(parents=True, exist_ok=True)
    runs = []
    names = options.stage or (QUICK if options.quick else FULL)
    for name in names:
        started = time.monotonic()
        runs.append(run_stage(name, names == FULL))
        runs[-1].wall = time.monotonic() - started
    total = Count()
    for run in runs:
        total.add(run.count)
    print_table(runs, float(os.environ.get("KONTOR_DEPENDENCIES_SECONDS", "0")))
    if total.failures:
        print("\nfailed")
        for test, _ in total.failures:
            print(f"  {test}")
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
