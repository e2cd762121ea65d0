"""What is measured: each candidate is a command that listens on a port of its own in front of the one backend."""
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A server, in a process group of its own, on the given cores; its output in a file."""

    def __init__(self, name, port, cpus):
        self.name, self.port, self.cpus = name, port, cpus
        self.folder = tempfile.TemporaryDirectory(prefix=f"gateway-bench-{name}-")
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(["taskset", "-c", self.cpus, *self.command()], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not listen on port {self.port}: {self.log()}")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    @property
    def log_file(self):
        return os.path.join(self.folder.name, "log")

    def log(self):
        with open(self.log_file, encoding="utf-8", errors="replace") as file:
            return file.read()[-500:].strip() or "it said nothing"

    def _of_group(self, file_name, value):
        """The sum of value(text) of this file in /proc over the process and its children."""
        group = subprocess.run(["pgrep", "-g", str(self.process.pid)], stdout=subprocess.PIPE, text=True).stdout
        total = 0
        for pid in group.split():
            try:
                with open(f"/proc/{pid}/{file_name}", encoding="ascii") as file:
                    total += value(file.read())
            except (FileNotFoundError, ProcessLookupError):
                pass  # it ended meanwhile
        return total

    def memory(self):
        """Proportional set size in bytes: pages that nginx's workers share count once."""
        return self._of_group("smaps_rollup", lambda text: int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) * 1024)

    def cpu_seconds(self):
        """User and system time until now."""
        ticks = self._of_group("stat", lambda text: sum(map(int, text.rpartition(")")[2].split()[11:13])))
        return ticks / os.sysconf("SC_CLK_TCK")


class Backend(Process):
    def command(self):
        return [os.path.join(ROOT, "build", "bench", "gateway_bench_backend"), "--port", str(self.port)]


class Proxy(Process):
    """Any command with {port}, {backend} and {folder} in it."""

    def __init__(self, name, cpus, backend, command):
        super().__init__(name, free_port(), cpus)
        self.backend, self.text = backend, command

    def command(self):
        return [part.format(port=self.port, backend=self.backend.port, folder=self.folder.name)
                for part in shlex.split(self.text)]

    def file(self, name, **values):
        """A configuration file of this folder with its @NAMES@ filled in; gives where it lies."""
        values |= {"PORT": self.port, "BACKEND": self.backend.port, "FOLDER": self.folder.name}
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            text = file.read()
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class Nginx(Proxy):
    def __init__(self, cpus, backend, workers):
        super().__init__("nginx", cpus, backend, "nginx -p {folder} -c {folder}/nginx.conf")
        self.workers = workers

    def command(self):
        self.file("nginx.conf", WORKERS=self.workers)
        return super().command()


class Gateway(Proxy):
    def __init__(self, cpus, backend, binary):
        super().__init__("gateway", cpus, backend, f"{shlex.quote(binary)} gateway --config {{folder}}/gateway.toml")

    def command(self):
        self.file("gateway.toml")
        return super().command()

    def start(self):
        """Until it has seen the backend, too: callers that do not try again would be told to."""
        super().start()
        end = time.monotonic() + 15
        while time.monotonic() < end:
            with open(self.log_file, encoding="utf-8", errors="replace") as file:
                if "server ready" in file.read():
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not reach the backend: {self.log()}")
