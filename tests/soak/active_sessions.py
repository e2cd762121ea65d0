#!/usr/bin/env python3
"""Many active sessions on one server: every answer right, memory level.

    tests/soak/run.sh active      FIRESTEEL_ACTIVE_SESSIONS (200), FIRESTEEL_ACTIVE_SECONDS (600), FIRESTEEL_ACTIVE_PAUSE (1.5 s)

PySpark sessions, each a thread that asks one thing, waits for about the pause, asks the next: SQL, DataFrames, local data, temporary
views, settings, an error now and then. What a session sees is marked by its own number, so that a mix-up is a wrong answer. Ends with
`N passed, N failed`: no operation may fail, the memory at the end may be 1.2 times that after the first minute (16 MiB are forgiven).
"""
import collections
import multiprocessing
import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
import outcome
from closed_forms import below
from server import Server
from verdict import verdict

SESSIONS = int(os.environ.get("FIRESTEEL_ACTIVE_SESSIONS") or 200)
SECONDS = float(os.environ.get("FIRESTEEL_ACTIVE_SECONDS") or 600)
PAUSE = float(os.environ.get("FIRESTEEL_ACTIVE_PAUSE") or 1.5)
CLIENTS = 4
FIRST = 60  # seconds until memory counts as the level


def sql(spark, mark, n):
    return [tuple(r) for r in spark.sql(f"SELECT {mark}, count(*), sum(id) FROM range({n})").collect()], [(mark, n, below(n))]


def frame(spark, mark, n):
    from pyspark.sql import functions as F

    grouped = spark.range(n).groupBy((F.col("id") % 3).alias("k")).agg(F.count("*").alias("n"), F.lit(mark).alias("mark"))
    return [tuple(r) for r in grouped.orderBy("k").collect()], [(k, (n - k + 2) // 3, mark) for k in range(3)]


def local(spark, mark, n):
    rows = [(i, f"{mark}-{i}") for i in range(n % 200)]
    return [tuple(r) for r in spark.createDataFrame(rows, "id BIGINT, name STRING").orderBy("id").collect()], rows


def view(spark, mark, n):
    spark.range(n).selectExpr(f"{mark} AS mark", "id").createOrReplaceTempView("mine")
    return [tuple(r) for r in spark.table("mine").selectExpr("max(mark)", "sum(id)").collect()], [(mark, below(n))]


def setting(spark, mark, n):
    spark.conf.set("spark.example.mark", str(mark))
    return spark.conf.get("spark.example.mark"), str(mark)


def error(spark, mark, n):
    from pyspark.errors import PySparkException

    try:
        return spark.sql(f"SELECT {mark} / (id - id) FROM range({n})").collect(), "DIVIDE_BY_ZERO"
    except PySparkException as raised:
        return raised.getCondition(), "DIVIDE_BY_ZERO"


KINDS = [sql, frame, local, view, setting, error]


def session(remote, number, until, counts, findings):
    chance = random.Random(number)
    spark = outcome.new_session(remote)
    while time.time() < until:
        kind, n = chance.choice(KINDS), chance.randrange(3, 20_000)
        try:
            got, wanted = kind(spark, number, n)
            if got != wanted:
                findings.append(f"session {number}, {kind.__name__}({n}): {got!r:.200} instead of {wanted!r:.200}")
        except Exception as raised:  # whatever it is, it is a finding
            findings.append(f"session {number}, {kind.__name__}({n}): {type(raised).__name__} {str(raised)[:300]}")
        counts[kind.__name__] += 1
        time.sleep(PAUSE * chance.uniform(0.5, 1.5))
    spark.stop()


def client(remote, numbers, until, results):
    outcome.prepare_process()
    counts, findings = collections.Counter(), []
    threads = [threading.Thread(target=session, args=(remote, n, until, counts, findings)) for n in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((counts, findings))


def main():
    with Server() as server:
        until, results = time.time() + SECONDS, multiprocessing.Queue()
        clients = [multiprocessing.Process(target=client, args=(server.remote, range(i, SESSIONS, CLIENTS), until, results))
                   for i in range(CLIENTS)]
        for process in clients:
            process.start()
        samples = []
        while time.time() < until - 1 and server.alive():
            time.sleep(1)
            samples.append(server.rss_bytes() / 2**20)
            if len(samples) % 60 == 0:
                print(f"{len(samples)} s: {samples[-1]:.0f} MiB", flush=True)
        counts, findings = collections.Counter(), []
        for _ in clients:
            more, found = results.get(timeout=120)
            counts += more
            findings += found
        for process in clients:
            process.join()
        alive = server.alive()
    first = max(samples[FIRST - 10:FIRST + 10] or samples)
    last = max(samples[-20:])
    checks = {"the server lives": alive, "every kind was asked": len(counts) == len(KINDS),
              "memory is level": last <= 1.2 * first + 16}
    operations = sum(counts.values())
    print(f"{SESSIONS} sessions, {SECONDS:.0f} s: {operations} operations, {len(findings)} findings, "
          f"memory {first:.0f} MiB after the first minute, {last:.0f} MiB at the end")
    return verdict(checks, operations - len(findings), findings)


if __name__ == "__main__":
    sys.exit(main())
