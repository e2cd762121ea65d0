"""The server is killed and started again under a client that waits."""
import logging
import os
import signal
import subprocess
import threading
import time

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from scenarios import ENDLESS, expect
from server import Server


def restart():
    """The client fails with SESSION_CHANGED within two seconds of the port's return, and a new session works."""
    logging.disable(logging.CRITICAL)
    with Server() as server:
        # With the client's own patience: the tests' sessions give up after three tries.
        spark = SparkSession.builder.remote(server.remote).create()
        spark.sql("SELECT 1").collect()
        failures = []

        def wait():
            try:
                spark.sql(ENDLESS).collect()
                failures.append(("no error", time.monotonic()))
            except PySparkException as error:
                failures.append((f"{error.getCondition()} {error}", time.monotonic()))
            except Exception as error:
                failures.append((f"{type(error).__name__} {error}", time.monotonic()))

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.4)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        again = subprocess.Popen(
            [server.binary, "serve", "--port", str(server.port), "--temp-dir", server.folder.name, "--warehouse",
             os.path.join(server.folder.name, "warehouse")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            again.stdout.readline()
            back = time.monotonic()
            thread.join(30)
            expect(failures, "the waiting client hears nothing within 30 s")
            text, ended = failures[0]
            expect("SESSION_CHANGED" in text, text[:300])
            expect(ended - back < 2, f"the error came {ended - back:.2f} s after the port was back")
            fresh = SparkSession.builder.remote(server.remote).create()
            expect(fresh.sql("SELECT 2").collect()[0][0] == 2, "a new session does not work")
            fresh.stop()
            return max(0.0, ended - back)
        finally:
            again.kill()
            again.wait()
            again.stdout.close()
