"""Many clients at once: each has a session of its own and repeats a mix of small work until the time is over.

    load.py --remote sc://… --data DIR --clients 32 --seconds 60

Clients are threads of a few processes (PySpark keeps the interpreter's lock while it decodes). Prints one JSON object:
operations, errors (the first few as text), operations a second, p50 and p99 in milliseconds.
"""
import argparse
import json
import multiprocessing
import os
import random
import sys
import threading
import time
import warnings

warnings.filterwarnings("ignore")
PROCESSES = 8


def _steps(spark, data, random_):
    """The mix; every step checks its answer."""
    nation = os.path.join(data, "nation.parquet")
    orders = os.path.join(data, "orders.parquet")
    key = random_.randrange(1, 1_000_000)

    def one():
        assert spark.sql("SELECT 1").collect()[0][0] == 1

    def aggregate():
        rows = spark.read.parquet(nation).groupBy("n_regionkey").count().collect()
        assert sum(row[1] for row in rows) == 25

    def point():
        spark.sql(f"SELECT o_totalprice FROM parquet.`{orders}` WHERE o_orderkey = {key}").collect()

    def scan():
        rows = spark.sql(f"SELECT o_orderpriority, sum(o_totalprice) FROM parquet.`{orders}` GROUP BY 1").collect()
        assert len(rows) == 5

    def local():
        frame = spark.createDataFrame([(i, f"n{i}") for i in range(50)], "id INT, name STRING")
        assert frame.filter("id % 2 = 0").count() == 25

    def view():
        spark.range(key % 1000).createOrReplaceTempView("numbers")
        assert spark.sql("SELECT count(*) FROM numbers").collect()[0][0] == key % 1000

    def schema():
        assert len(spark.sql(f"SELECT n_name, n_nationkey * 2 AS k FROM parquet.`{nation}`").schema) == 2

    def fetch():
        assert len(spark.range(20_000).toArrow()) == 20_000

    return [one, aggregate, point, local, view, schema, fetch, one, aggregate, scan]


def _client(number, a, start, times, errors):
    from pyspark.sql.connect.session import SparkSession

    random_ = random.Random(number)
    spark = SparkSession.builder.remote(a.remote).create()
    start.wait()
    until = time.monotonic() + a.seconds
    while time.monotonic() < until:
        step = random_.choice(_steps(spark, a.data, random_))
        begun = time.perf_counter()
        try:
            step()
            times.append(time.perf_counter() - begun)
        except Exception as e:
            errors.append(f"{step.__name__}: {type(e).__name__}: {str(e)[:200]}")
    spark.stop()


def _process(numbers, a, gate, results):
    import pyspark.sql.connect.session  # before the clock runs

    times, errors, start = [], [], threading.Event()
    threads = [threading.Thread(target=_client, args=(n, a, start, times, errors), daemon=True) for n in numbers]
    for thread in threads:
        thread.start()
    gate.wait()
    start.set()
    for thread in threads:
        thread.join(a.seconds + 120)
    errors += ["a client hangs"] * sum(thread.is_alive() for thread in threads)
    results.put((times, errors))
    results.close()
    results.join_thread()
    os._exit(0)  # hanging threads must not keep the process


def run(a):
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(PROCESSES), context.Queue()
    shares = [list(range(i, a.clients, PROCESSES)) for i in range(PROCESSES)]
    processes = [context.Process(target=_process, args=(share, a, gate, results)) for share in shares]
    for process in processes:
        process.start()
    times, errors = [], []
    for _ in processes:
        got = results.get(timeout=a.seconds + 300)
        times += got[0]
        errors += got[1]
    for process in processes:
        process.join()
    times.sort()
    if not times:
        return {"error": errors[0] if errors else "nothing ran"}
    return {"operations": len(times), "errors": len(errors), "first_errors": errors[:3], "per_second": len(times) / a.seconds,
            "p50_ms": times[len(times) // 2] * 1e3, "p99_ms": times[int(len(times) * 0.99)] * 1e3}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--remote", required=True)
    p.add_argument("--data", required=True)
    p.add_argument("--clients", type=int, default=32)
    p.add_argument("--seconds", type=float, default=60)
    print(json.dumps(run(p.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
