"""Apache Spark as companies run it: a standalone master, workers, and a Connect server, each a process of its own.

Everything comes from the `pyspark` package that runs the tests, listens on 127.0.0.1 and free ports, and logs to a
folder of its own.
"""
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import pyspark

from server import ServerError, free_port

SPARK_HOME = os.path.dirname(pyspark.__file__)
WORKER_MEMORY = "1g"
DRIVER_MEMORY = "1g"
DAEMON_MEMORY = "256m"  # master and workers themselves


def listens(port):
    import socket
    with socket.socket() as s:
        s.settimeout(0.2)
        return s.connect_ex(("127.0.0.1", port)) == 0


def fetch_json(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


class StandaloneSpark:
    """`with StandaloneSpark() as spark: spark.port` is a Connect server whose executors run on `workers` workers of one
    core each. Ends its own processes only, each with what it started (a worker's executors)."""

    def __init__(self, workers=2, wait_s=120):
        self.workers, self.wait_s = workers, wait_s
        self.processes = {}

    def log(self, name):
        with open(os.path.join(self.folder.name, name + ".log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def launch(self, name, memory, class_name, *args):
        folder = os.path.join(self.folder.name, name)
        os.makedirs(folder, exist_ok=True)
        env = os.environ | {"SPARK_HOME": SPARK_HOME, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
                            "SPARK_LOCAL_DIRS": folder, "SPARK_WORKER_DIR": folder, "SPARK_CONF_DIR": self.folder.name,
                            "SPARK_DAEMON_MEMORY": memory, "SPARK_CONNECT_MODE": "0"}
        with open(os.path.join(self.folder.name, name + ".log"), "ab") as log:
            # spark-class becomes the JVM. A group of its own: its end is also that of the executors that it started.
            self.processes[name] = subprocess.Popen(
                ["bash", os.path.join(SPARK_HOME, "bin", "spark-class"), class_name, *args], cwd=folder, env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def wait_for(self, name, condition):
        deadline = time.monotonic() + self.wait_s
        while time.monotonic() < deadline:
            if self.processes[name].poll() is not None:
                raise ServerError(f"Spark's {name} ended with {self.processes[name].returncode}:\n{self.log(name)[-3000:]}")
            with contextlib.suppress(OSError):
                if condition():
                    return
            time.sleep(0.1)
        raise ServerError(f"Spark's {name} was not ready within {self.wait_s} s:\n{self.log(name)[-3000:]}")

    def start_connect_server(self):
        """On the same port every time, as behind a service's address."""
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": self.port,
            "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.ui.port": self.ui_port,
            "spark.executor.cores": 1, "spark.executor.memory": WORKER_MEMORY, "spark.cores.max": self.workers,
            # A query waits for every executor: both are seen at work.
            "spark.scheduler.minRegisteredResourcesRatio": 1.0, "spark.locality.wait": 0,
            "spark.sql.warehouse.dir": os.path.join(self.folder.name, "warehouse"),
            "spark.sql.session.timeZone": "America/Los_Angeles", "spark.sql.shuffle.partitions": 4,
        }
        self.launch("connect", DRIVER_MEMORY, "org.apache.spark.deploy.SparkSubmit", "--class",
                    "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", self.master,
                    *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
                    "--conf", f"spark.driver.extraJavaOptions=-Dderby.system.home={self.folder.name}")
        self.wait_for("connect", lambda: listens(self.port))

    def kill_connect_server(self):
        """As the kernel's out-of-memory killer does: no goodbye."""
        process = self.processes.pop("connect")
        process.kill()
        process.wait()

    def registered_workers(self):
        return [worker for worker in fetch_json(f"http://127.0.0.1:{self.web_port}/json/")["workers"]
                if worker["state"] == "ALIVE"]

    def executors(self):
        """The executors of the running Connect server, without its driver."""
        url = f"http://127.0.0.1:{self.ui_port}/api/v1/applications"
        application = fetch_json(url)[0]["id"]
        return [executor for executor in fetch_json(f"{url}/{application}/executors") if executor["id"] != "driver"]

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix="firesteel-spark-", ignore_cleanup_errors=True)
        self.port, self.ui_port, self.web_port, master_port = (free_port() for _ in range(4))
        self.master = f"spark://127.0.0.1:{master_port}"
        with open(os.path.join(self.folder.name, "log4j2.properties"), "w", encoding="utf-8") as f:
            f.write("rootLogger.level = warn\nrootLogger.appenderRef.console.ref = console\n"
                    "appender.console.type = Console\nappender.console.name = console\n"
                    "appender.console.target = SYSTEM_ERR\nappender.console.layout.type = PatternLayout\n"
                    "appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex\n")
        try:
            self.launch("master", DAEMON_MEMORY, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port",
                        str(master_port), "--webui-port", str(self.web_port))
            self.wait_for("master", lambda: listens(master_port) and listens(self.web_port))
            for number in range(self.workers):
                self.launch(f"worker-{number}", DAEMON_MEMORY, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                            "--cores", "1", "--memory", WORKER_MEMORY, "--webui-port", str(free_port()), self.master)
            self.wait_for("worker-0", lambda: len(self.registered_workers()) == self.workers)
            self.start_connect_server()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        processes = list(self.processes.values())[::-1]  # the Connect server first, the master last
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            # Executors, too, that outlived their worker: they are in its group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes = {}
        self.folder.cleanup()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
