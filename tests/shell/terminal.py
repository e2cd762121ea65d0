"""A program in a terminal of its own: types keys, waits for what is shown."""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import termios
import time

FIRESTEEL = os.environ.get("FIRESTEEL_BINARY") or str(pathlib.Path(__file__).resolve().parents[2] / "build" / "firesteel")
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])")
UP, DOWN, TAB, ENTER, CTRL_C, CTRL_D, CTRL_R = "\x1b[A", "\x1b[B", "\t", "\r", "\x03", "\x04", "\x12"


class Terminal:
    def __init__(self, command, environment, folder, rows, columns):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.execve(command[0], command, environment)
            finally:
                os._exit(127)
        self.raw = ""      # everything that was written
        self.seen = 0      # of text(), what expect() has gone past
        self.status = None
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def text(self):
        """What was written, without escape sequences."""
        return ESCAPES.sub("", self.raw).replace("\r", "")

    def send(self, keys):
        """Types. Keys that edit mean something only once the line editor reads them and the terminal no longer does, which
        may be a moment after the prompt is there."""
        if keys != CTRL_C:
            end = time.monotonic() + 2
            while termios.tcgetattr(self.descriptor)[3] & termios.ECHO and time.monotonic() < end:
                time.sleep(0.01)
        os.write(self.descriptor, keys.encode())

    def line(self, text):
        self.send(text + ENTER)

    def _read(self, seconds):
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:  # the program has ended
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)

    def expect(self, pattern, seconds=20):
        """Waits until the pattern is shown behind what was expected before; gives the match."""
        end = time.monotonic() + seconds
        while True:
            found = re.compile(pattern, re.S).search(self.text(), self.seen)
            if found:
                self.seen = found.end()
                return found
            if time.monotonic() > end or not self._read(0.1):
                found = re.compile(pattern, re.S).search(self.text(), self.seen)
                assert found, f"no {pattern!r} in {self.text()[self.seen:]!r}"

    def settle(self, seconds=0.3):
        """Reads what comes until nothing does for so long."""
        before = None
        while before != len(self.raw):
            before = len(self.raw)
            if not self._read(seconds):
                return

    def exit_code(self, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
        raise AssertionError(f"it still runs: {self.text()[-500:]!r}")

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.descriptor)
