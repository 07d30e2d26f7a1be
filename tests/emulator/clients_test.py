"""Clients that other people made trade on the emulator: ccxt, and the npm packages `binance` and `bybit-api`.

They are installed once, as locked, into the build's own folder. Without npm or a network the test is skipped, but not in CI.

    clients_test.py KONTOR BUILD_FOLDER VENUE
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77
PATIENCE_SECONDS = 240


def install(folder):
    """The folder with the packages; None where they cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package-lock.json").read_text(encoding="utf-8")
    mark = folder / "installed"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return folder
    if shutil.which("npm") is None:
        return None
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    for _ in range(3):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            mark.write_text(wanted, encoding="utf-8")
            return folder
    print(done.stderr[-2000:])
    return None


def start_emulator(kontor, venue, home):
    """A running emulator, and the line in which it says where it is."""
    environment = os.environ | {"XDG_DATA_HOME": str(home)}
    command = [kontor, "emulator", "--venue", venue, "--json", "--port", "0", "--seed", "7"]
    emulator = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    line = emulator.stdout.readline()
    json.loads(line)
    return emulator, line


def main():
    kontor, build, venue = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    packages = install(build / "emulator-clients" / venue)
    if packages is None:
        print("the clients cannot be installed: is this machine online?")
        return 1 if os.environ.get("CI") else SKIPPED
    with tempfile.TemporaryDirectory() as home:
        emulator, line = start_emulator(kontor, venue, home)
        try:
            script = HERE / f"{venue}_clients.mjs"
            done = subprocess.run(["node", script, line, packages], timeout=PATIENCE_SECONDS, check=False)
        finally:
            emulator.send_signal(signal.SIGINT)
            ended = emulator.wait(timeout=30)
    if ended != 0:
        print(f"expected the emulator to end with 0, found {ended}")
    return done.returncode or ended


if __name__ == "__main__":
    sys.exit(main())
