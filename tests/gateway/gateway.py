"""Starts build/firesteel gateway with a configuration of the test's, and ends exactly that process."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "client")]
from server import ROOT, ServerError, free_port

BINARY = os.environ.get("FIRESTEEL_BINARY") or os.path.join(ROOT, "build", "firesteel")


def listens(port):
    with socket.socket() as s:
        s.settimeout(0.2)
        return s.connect_ex(("127.0.0.1", port)) == 0


class Gateway:
    """`with Gateway(toml) as gateway: gateway.remote()` is a running gateway. `toml` has no [listen] address and no
    [http] and [audit] section: they are added, on free ports and in the test's folder."""

    def __init__(self, toml, env=None, listen="", wait_s=20, host="127.0.0.1", drain="5s"):
        self.drain = drain
        self.toml, self.env, self.listen, self.wait_s, self.host = toml, env, listen, wait_s, host
        self.process = None

    def write(self, toml):
        with open(self.config, "w", encoding="utf-8") as f:
            f.write(f'drain = "{self.drain}"\n[listen]\naddress = "{self.host}:{self.port}"\n{self.listen}\n'
                    f'[http]\naddress = "127.0.0.1:{self.http_port}"\n'
                    f'[audit]\nfile = "{self.audit_path}"\n{toml}\n')

    def start(self):
        self.port, self.http_port = free_port(), free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="firesteel-gateway-")
        self.config = os.path.join(self.folder.name, "gateway.toml")
        self.log_path = os.path.join(self.folder.name, "gateway.log")
        self.audit_path = os.path.join(self.folder.name, "audit.jsonl")
        self.write(self.toml)
        return self.rise()

    def command(self):
        return [BINARY, "gateway", "--config", self.config]

    def rise(self):
        """Starts the process; after a stop, again: with the same configuration, port and logs."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, env=os.environ if self.env is None else self.env)
        deadline = time.monotonic() + self.wait_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServerError(f"the gateway ended with {self.process.returncode}:\n{self.log()}")
            if all(listens(port) for port in (self.port, self.http_port)):
                return self
            time.sleep(0.01)
        self.stop()
        raise ServerError(f"the gateway did not listen within {self.wait_s} s:\n{self.log()}")

    def await_servers(self, count=1, wait_s=10):
        """Until so many servers have answered their first probe: raw clients do not try again by themselves."""
        deadline = time.monotonic() + wait_s
        while self.log().count("server ready") < count:
            assert time.monotonic() < deadline, f"no {count} servers are ready:\n{self.log()}"
            time.sleep(0.01)
        return self

    def remote(self, parameters=""):
        return f"sc://localhost:{self.port}" + (f"/;{parameters}" if parameters else "")

    def reload(self, toml):
        self.write(toml)
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def audit(self):
        """The audit log's lines so far, as objects. They come a moment after the call."""
        with open(self.audit_path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def status(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/status.json", timeout=10) as answer:
            return json.load(answer)

    def press(self, path):
        """A button of the status page."""
        page = f"http://127.0.0.1:{self.http_port}"
        with urllib.request.urlopen(page + "/", timeout=10) as answer:
            token = re.search(r'name="token" value="([^"]+)"', answer.read().decode())[1]
        urllib.request.urlopen(urllib.request.Request(page + path, data=f"token={token}".encode(), method="POST"), timeout=10).close()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, with_signal=signal.SIGTERM, wait_s=40):
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


def anonymous(*servers, extra=""):
    """A configuration that lets everybody in and has one environment on these servers."""
    addresses = ", ".join(f'"127.0.0.1:{server.port}"' for server in servers)
    return f"""[auth]
anonymous = true
[routing]
default_environment = "dev"
[environments.dev]
servers = ["all"]
[servers.all]
addresses = [{addresses}]
{extra}"""
