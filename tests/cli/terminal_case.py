"""A terminal for tests: the program runs in front of a pseudo terminal, and what it prints is kept as it comes."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from kontor_process import program

ENTER_SCREEN = "\x1b[?1049h"
LEAVE_SCREEN = "\x1b[?1049l"


class Terminal:
    """One process with a terminal of its own, of which it is the foreground."""

    def __init__(self, arguments, rows=24, columns=80, **environment):
        self.output = ""
        self.master, slave = pty.openpty()
        self.set_size(rows, columns)
        self.modes = termios.tcgetattr(slave)
        surroundings = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment}
        surroundings = {name: value for name, value in surroundings.items() if value is not None}
        self.process = subprocess.Popen(
            [program(), *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave, env=surroundings,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.slave = slave

    def set_size(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys):
        os.write(self.master, keys.encode())

    def read(self, seconds=0.05):
        """Takes what comes within that time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return
            self.output += os.read(self.master, 65536).decode(errors="replace")

    def wait_for(self, text, since=0, seconds=20):
        """Waits until the text was printed behind that place of the output; gives the place behind it."""
        deadline = time.monotonic() + seconds
        while (at := self.output.find(text, since)) < 0:
            if time.monotonic() > deadline or (self.process.poll() is not None and not self.drained()):
                raise AssertionError(f"{text!r} never came; the last that did: {self.output[since:][-2000:]!r}")
            self.read()
        return at + len(text)

    def drained(self):
        """Takes what is left; false once there is nothing more."""
        before = len(self.output)
        self.read(0.2)
        return len(self.output) > before

    def screen(self, rows, columns):
        """Makes the window this large and gives all that is painted into it, without styles."""
        self.drained()
        since = len(self.output)
        self.set_size(rows, columns)
        os.killpg(os.getpgid(self.process.pid), signal.SIGWINCH)
        self.wait_for("\x1b[", since)
        self.read(0.5)
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\(B", " ", self.output[since:])

    def end(self, seconds=30):
        """Waits for the process to end; gives its exit code. All output is taken, the terminal stays."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read()
        while self.drained():
            pass
        return self.process.returncode

    def is_as_before(self):
        """True where the terminal has the modes that it began with."""
        return termios.tcgetattr(self.slave) == self.modes

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)
