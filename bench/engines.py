"""How each engine is started and stopped. Only processes that were started here are ever ended."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLIENT = os.path.join(ROOT, ".deps", "venv-client", "bin", "python")
BENCH = os.path.join(ROOT, ".deps", "venv-bench", "bin", "python")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Engine:
    """A server that measure.py reaches at `remote` with the interpreter `python`."""

    # One client for all: PySpark 4.1, which Sail's release works with.
    python = BENCH

    def __init__(self):
        self.process = None
        self.port = free_port()

    @property
    def remote(self):
        return f"sc://localhost:{self.port}"

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix=f"bench-{self.name}-", ignore_cleanup_errors=True)
        self.log_path = os.path.join(self.folder.name, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                            env=self.environment(), cwd=self.folder.name, start_new_session=True)

    def wait(self, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended:\n{self.log()}")
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"{self.name} does not listen:\n{self.log()}")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()[-2000:]

    def rss_bytes(self):
        """Resident memory of the process and what it started."""
        total = 0
        for pid in os.listdir("/proc"):
            if not pid.isdigit():
                continue
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                if int(fields[3]) == self.process.pid:  # its session id: ours alone
                    total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError):
                continue
        return total

    def peak_rss_bytes(self):
        """The most that the process itself has had resident since it started."""
        try:
            with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as f:
                for line in f:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) * 1024
        except OSError:
            pass  # it has ended
        return 0

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def __enter__(self):
        self.start()
        self.wait()
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()


class Firesteel(Engine):
    name = "Firesteel"
    memory_limit = ""  # as --memory-limit takes it; empty: the server's default

    def environment(self):
        return {**os.environ, "FIRESTEEL_PYTHON": CLIENT}

    def command(self):
        binary = os.environ.get("FIRESTEEL_BINARY") or os.path.join(ROOT, "build", "firesteel")
        return [binary, "serve", "--port", str(self.port), "--warehouse", os.path.join(self.folder.name, "warehouse"),
                "--temp-dir", self.folder.name, *(["--memory-limit", self.memory_limit] if self.memory_limit else [])]


class Sail(Engine):
    name = "Sail"

    def command(self):
        return [os.path.join(os.path.dirname(BENCH), "sail"), "spark", "server", "--ip", "127.0.0.1", "--port", str(self.port)]


class Spark(Engine):
    name = "Spark"

    def _home(self):
        return subprocess.check_output([CLIENT, "-c", "import os, pyspark; print(os.path.dirname(pyspark.__file__))"], text=True).strip()

    def environment(self):
        return {**os.environ, "SPARK_HOME": self._home(), "SPARK_NO_DAEMONIZE": "1", "PYSPARK_PYTHON": CLIENT,
                "SPARK_CONF_DIR": os.path.join(ROOT, "tools", "oracle", "conf"),
                "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": self.folder.name, "SPARK_LOG_DIR": self.folder.name,
                "SPARK_PID_DIR": self.folder.name}

    def command(self):
        return ["bash", os.path.join(self._home(), "sbin", "start-connect-server.sh"), "--master", f"local[{os.cpu_count()}]",
                "--driver-memory", "4g", "--conf", f"spark.connect.grpc.binding.port={self.port}", "--conf", "spark.ui.enabled=false",
                "--conf", f"spark.sql.shuffle.partitions={os.cpu_count()}",
                "--conf", f"spark.sql.warehouse.dir={self.folder.name}/warehouse"]


SERVERS = {e.name.lower(): e for e in (Firesteel, Sail, Spark)}


def versions():
    def of(python, package):
        code = f"import importlib.metadata as m; print(m.version('{package}'))"
        return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()

    binary = os.environ.get("FIRESTEEL_BINARY") or os.path.join(ROOT, "build", "firesteel")
    ours = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip() if os.path.exists(binary) else "?"
    return {"Firesteel": ours, "Sail": of(BENCH, "pysail"), "Spark": of(CLIENT, "pyspark"), "DuckDB": of(BENCH, "duckdb"),
            "Python": sys.version.split()[0]}
