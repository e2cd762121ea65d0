#!/usr/bin/env python3
"""A gateway before two Firesteel servers and a real Apache Spark cluster: `make gateway-spark`.

    .deps/venv-client/bin/python tests/gateway/spark_cluster.py

One program runs on both by changing one header. On Spark it is proven that the executors of both workers worked; then the
Connect server is killed and comes back. Needs Java 17; takes about two minutes and 4 GiB of memory. Prints the figures,
and ends with `N passed, N failed`.
"""
import contextlib
import difflib
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "client")]
import outcome
from gateway import Gateway
from server import Server
from standalone_spark import StandaloneSpark
from wire import Wire, failure, range_plan

KEY = "spark.connect.grpc.header.x-environment"
CONFIG = """[auth]
anonymous = true
[routing]
default_environment = "firesteel"
[environments.firesteel]
servers = ["firesteel"]
[environments.spark]
servers = ["spark"]
[servers.firesteel]
addresses = ["127.0.0.1:{0}", "127.0.0.1:{1}"]
[servers.spark]
addresses = ["127.0.0.1:{2}"]
"""


class Checks:
    passed = failed = 0

    def check(self, name, right, figures=""):
        self.passed += bool(right)
        self.failed += not right
        print(f"{'ok    ' if right else 'FAILED'} {name}{': ' if figures else ''}{figures}", flush=True)

    @contextlib.contextmanager
    def part(self, name):
        """An error is a failure of this part, not the end of the others."""
        try:
            yield
        except Exception as e:
            self.check(name, False, f"{type(e).__name__}: {str(e)[:1500]}")


def run_program(remote, environment):
    began = time.monotonic()
    done = subprocess.run([sys.executable, os.path.join(HERE, "two_engines_program.py"), remote, KEY, environment],
                          capture_output=True, text=True, timeout=300, env=os.environ | {"TZ": "UTC", "PYTHONWARNINGS": "ignore"})
    text = done.stdout if done.returncode == 0 else done.stdout + f"exit status {done.returncode}\n{done.stderr[-2000:]}"
    return text, time.monotonic() - began


def servers_of(gateway, environment):
    return {line["server"] for line in gateway.audit() if line["environment"] == environment and line["server"]}


def failure_of(action):
    """The text of the action's error and how long it took to come."""
    began = time.monotonic()
    try:
        action()
        text = "no error"
    except Exception as e:
        text = str(e)
    return text, time.monotonic() - began


def same_program(checks, gateway, servers, spark):
    mine, mine_s = run_program(gateway.remote(), "firesteel")
    theirs, theirs_s = run_program(gateway.remote(), "spark")
    direct, _ = run_program(f"sc://localhost:{spark.port}", "spark")
    steps = theirs.count("\n")
    for name, first, second in (("Firesteel and Spark", mine, theirs), ("Spark with and without the gateway", direct, theirs)):
        lines = list(difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0))[2:]
        checks.check(f"one program, one header: {name} say the same", not lines and steps > 20 and "exit status" not in theirs,
                     f"{steps} steps; {mine_s:.1f} s on Firesteel, {theirs_s:.1f} s on Spark" + "".join("\n    " + line[:500] for line in lines[:20]))
    time.sleep(1)
    checks.check("each environment's sessions live on its servers",
                 servers_of(gateway, "spark") == {f"127.0.0.1:{spark.port}"} and
                 servers_of(gateway, "firesteel") <= {f"127.0.0.1:{server.port}" for server in servers},
                 f"{servers_of(gateway, 'firesteel')} and {servers_of(gateway, 'spark')}")


def executors_work(checks, session, spark):
    from pyspark.sql import functions as F

    before = {executor["id"]: executor["completedTasks"] for executor in spark.executors()}
    slow = F.udf(lambda n: __import__("time").sleep(0.1) or __import__("os").getppid(), "long")
    rows = (session.range(0, 64, 1, 16).withColumn("part", F.spark_partition_id()).withColumn("parent", slow("id"))
            .groupBy("part").agg(F.count("*").alias("n"), F.min("parent").alias("parent")).collect())
    deadline = time.monotonic() + 10
    while True:  # the status page hears of tasks a moment later
        work = {executor["id"]: executor["completedTasks"] - before.get(executor["id"], 0) for executor in spark.executors()}
        if sum(work.values()) >= 16 or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    hosts = {executor["hostPort"] for executor in spark.executors()}
    checks.check("16 partitions on the executors of two workers",
                 sorted((row.part, row.n) for row in rows) == [(i, 4) for i in range(16)] and len(work) == 2 and
                 all(tasks > 0 for tasks in work.values()) and len({row.parent for row in rows}) == 2,
                 f"tasks of each executor {work}, at {sorted(hosts)}, Python daemons {sorted({row.parent for row in rows})}")
    used = [worker["coresused"] for worker in spark.registered_workers()]
    checks.check("the master has given a core of each worker", used == [1, 1], f"cores used {used}")


def kill_and_restart(checks, gateway, spark):
    remote = gateway.remote("x-environment=spark")
    idle, busy = outcome.new_session(remote), outcome.new_session(remote)
    neighbour = outcome.new_session(gateway.remote("x-environment=firesteel"))
    for session in (idle, busy, neighbour):
        session.range(1).collect()
    ended = []

    def run():
        text, _ = failure_of(busy.sql("select sum(a.id * b.id % 7) from range(1000000) a, range(1000000) b").collect)
        ended.append((text, time.monotonic()))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    time.sleep(2)
    spark.kill_connect_server()
    killed = time.monotonic()
    text, seconds = failure_of(idle.range(1).collect)
    checks.check("killed: an idle session is told SESSION_CHANGED within 2 s", "SESSION_CHANGED" in text and seconds < 2, f"{seconds * 1000:.0f} ms, {text[:200]!r}")
    thread.join(20)
    text, when = ended[0] if ended else ("it hangs", time.monotonic())
    checks.check("killed: a running query is told SESSION_CHANGED within 2 s", "SESSION_CHANGED" in text and when - killed < 2,
                 f"{(when - killed) * 1000:.0f} ms, {text[:200]!r}")
    text, seconds = failure_of(lambda: outcome.new_session(remote).range(1).collect())
    checks.check("no server: a new session is told so, and does not hang", text != "no error" and seconds < 20, f"{seconds:.1f} s, {text[:300]!r}")
    checks.check("the other environment goes on", neighbour.range(7).count() == 7)

    waiting = {}

    def wait():  # as PySpark is without a test's settings: it retries for minutes
        from pyspark.sql import SparkSession
        session = SparkSession.builder.remote(remote).create()
        try:
            waiting["answer"] = session.range(5).count()
        except Exception as e:
            waiting["answer"] = str(e)
        waiting["when"] = time.monotonic()

    patient = threading.Thread(target=wait, daemon=True)
    patient.start()
    began = time.monotonic()
    spark.start_connect_server()
    listening = time.monotonic()
    while True:
        try:
            session = outcome.new_session(remote)
            count = session.range(0, 1000, 1, 4).count()
            break
        except Exception as e:
            if time.monotonic() - listening > 60:
                raise
            count = str(e)
            time.sleep(0.2)
    checks.check("restarted on the same port: the next session works", count == 1000,
                 f"Spark took {listening - began:.1f} s to listen, the session {time.monotonic() - listening:.1f} s more")
    patient.join(90)
    checks.check("a client that came while there was no server waited for it", waiting.get("answer") == 5,
                 f"{waiting.get('when', time.monotonic()) - listening:.1f} s after it listened, {waiting.get('answer', 'it hangs')}")
    # PySpark itself calls no more for a lost session; another client may.
    wire = Wire(remote, session=idle.session_id, user=idle.client._user_id)
    text = failure(wire.execute, range_plan(1), timeout=20).condition
    wire.close()
    checks.check("the old session stays lost", text == "INVALID_HANDLE.SESSION_CHANGED", text)
    executors_work(checks, session, spark)
    session.stop()
    neighbour.stop()


def main():
    outcome.prepare_process()
    checks = Checks()
    began = time.monotonic()
    with StandaloneSpark() as spark, Server() as one, Server() as two:
        print(f"Apache Spark: master, 2 workers and the Connect server listen after {time.monotonic() - began:.1f} s", flush=True)
        with Gateway(CONFIG.format(one.port, two.port, spark.port)) as gateway:
            with checks.part("one program, one header"):
                same_program(checks, gateway, (one, two), spark)
            with checks.part("executors work"):
                session = outcome.new_session(gateway.remote("x-environment=spark"))
                executors_work(checks, session, spark)
                session.stop()
            with checks.part("kill and restart"):
                kill_and_restart(checks, gateway, spark)
            checks.check("the gateway lives", gateway.alive(), "" if gateway.alive() else gateway.log()[-2000:])
        checks.check("the Firesteel servers live", one.alive() and two.alive())
    print(f"{time.monotonic() - began:.0f} s in all")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 0 if checks.passed and not checks.failed else 1


if __name__ == "__main__":
    sys.exit(main())
