"""Starts build/firesteel serve on a free port for a test program, and ends exactly that process."""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class ServerError(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """`with Server() as server: server.remote` is a running server; its output is in server.log_path."""

    def __init__(self, binary=None, args=(), env=None, wait_s=30, warehouse=None):
        self.binary = binary or os.environ.get("FIRESTEEL_BINARY") or os.path.join(ROOT, "build", "firesteel")
        self.args, self.env, self.wait_s, self.warehouse = list(args), env, wait_s, warehouse
        self.process = None

    @property
    def remote(self):
        return f"sc://localhost:{self.port}"

    def start(self):
        if not os.access(self.binary, os.X_OK):
            raise ServerError(f"{self.binary} is not there: build it first (cmake --build build --target firesteel)")
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="firesteel-test-")
        self.log_path = os.path.join(self.folder.name, "server.log")
        command = [self.binary, "serve", "--port", str(self.port), "--warehouse",
                   self.warehouse or os.path.join(self.folder.name, "warehouse"),
                   "--temp-dir", self.folder.name] + self.args
        # Workers run what runs the tests: it has PySpark.
        env = {"FIRESTEEL_PYTHON": sys.executable, **(os.environ if self.env is None else self.env)}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env)
        deadline = time.monotonic() + self.wait_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerError(f"the server ended with {self.process.returncode}:\n{self.log()}")
            with socket.socket() as s:
                s.settimeout(0.2)
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.01)
        self.stop()
        raise ServerError(f"the server did not listen within {self.wait_s} s:\n{self.log()}")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def rss_bytes(self):
        if not self.alive():
            raise ServerError(f"the server ended with {self.process.returncode}:\n{self.log()[-3000:]}")
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            return int(re.search(r"VmRSS:\s+(\d+) kB", f.read()).group(1)) * 1024

    def stop(self, with_signal=signal.SIGTERM, wait_s=10):
        """Asks the process to end; gives its exit code (it is killed after wait_s)."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
            try:
                self.process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()
