#!/usr/bin/env python3
"""The C++ client beside PySpark and the Go client, against one Firesteel server: `make bench-client`.

    bench/client/run.py [--rows 10000000] [--calls 300] [--rounds 3] [--remote URL]

Prints a table: `SELECT 1` p50 and p99 of each, the seconds of --rows rows of mixed types as Arrow, as typed rows and as a
stream (best of --rounds; the clients take turns), and the memory that streaming took. No figure is judged here.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/golden")]
from server import Server

QUERY = """SELECT id, CAST(id % 100 AS INT) AS quantity, IF(id % 10 = 0, NULL, id * 0.5D) AS price,
  concat('item ', id % 1000) AS name, date_add(DATE'2020-01-01', CAST(id % 1000 AS INT)) AS day,
  timestamp_micros(1600000000000000 + id) AS at, CAST(id % 10000 AS DECIMAL(12, 2)) AS total, id % 2 = 0 AS open
  FROM range({rows})"""
PYSPARK = """
import json, sys, time
from pyspark.sql import SparkSession
remote, calls, query, rounds = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
spark = SparkSession.builder.remote(remote).create()
def seconds(run):
    begun = time.perf_counter(); run(); return time.perf_counter() - begun
spark.sql("SELECT 1").collect()
small = [1000 * seconds(lambda: spark.sql("SELECT 1").collect()) for _ in range(calls)]
df = spark.sql(query)
arrow = [seconds(df.toArrow) for _ in range(rounds)]
print(json.dumps({"select_1_ms": small, "arrow_s": arrow}))
"""


def go_client():
    """The command, or None where there is no Go."""
    made = subprocess.run(["tests/clients/go/build.sh"], cwd=ROOT, capture_output=True, text=True)
    if made.returncode:
        print(f"no Go client: {made.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return [".deps/clients/spark-connect-go-measure"]


def measure(command, remote, options):
    """One client's figures; the rounds of all clients alternate, so each call of this is one round."""
    arguments = [remote, str(options["calls"]), options["query"], str(options["rounds"])]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def merged(rounds):
    together = {}
    for figures in rounds:
        for name, value in figures.items():
            together[name] = together.get(name, []) + (value if isinstance(value, list) else [value])
    return together


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rows", type=int, default=10_000_000)
    p.add_argument("--calls", type=int, default=300)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--remote")
    a = p.parse_args()
    clients = {"C++": ["build/bench/client_bench"], "PySpark": [".deps/venv-client/bin/python", "-c", PYSPARK]}
    if go := go_client():
        clients["Go"] = go
    options = {"calls": a.calls // a.rounds, "query": " ".join(QUERY.format(rows=a.rows).split()), "rounds": 1}
    server = None if a.remote else Server().start()
    try:
        remote = a.remote or server.remote
        rounds = {name: [] for name in clients}
        for _ in range(a.rounds):
            for name, command in clients.items():
                rounds[name].append(measure(command, remote, options))
                time.sleep(1)
    finally:
        if server:
            server.stop()
            server.folder.cleanup()
    print(f"{'':24}" + "".join(f"{name:>12}" for name in clients))
    figures = {name: merged(r) for name, r in rounds.items()}
    lines = {
        "SELECT 1 p50, ms": lambda f: statistics.median(f["select_1_ms"]),
        "SELECT 1 p99, ms": lambda f: percentile(f["select_1_ms"], 0.99),
        f"{a.rows:,} rows, Arrow, s": lambda f: min(f["arrow_s"]),
        "the same, typed rows, s": lambda f: min(f["typed_s"]),
        "the same, streamed, s": lambda f: min(f["stream_s"]),
        "streaming grew by, MiB": lambda f: max(f["stream_grown_mib"]),
    }
    for text, figure in lines.items():
        cells = []
        for f in figures.values():
            try:
                cells.append(f"{figure(f):12.2f}")
            except KeyError:
                cells.append(f"{'-':>12}")
        print(f"{text:24}" + "".join(cells))


if __name__ == "__main__":
    main()
