"""One engine's measurements, in the Python environment that fits it; started by run.py, answers with JSON on stdout.

    measure.py queries  --engine NAME [--remote sc://…] --data DIR --queries DIR [--rounds 3] [names…]
    measure.py small    --engine NAME [--remote sc://…] --data DIR [--count 200]
    measure.py programs --remote sc://… [--rounds 3]           the programs of programs.py
    measure.py functions --remote sc://… [--rounds 3]          Python functions, of functions.py
    measure.py sql_functions --remote sc://… [--rounds 3] [names…]  built-in functions, of sql_functions.py
    measure.py first    --remote sc://…        waits for a line on stdin, then for the port, and times the first query

The engine `duckdb` runs in this process; every other one is a Spark Connect server at --remote.
"""
import argparse
import glob
import json
import os
import socket
import sys
import time
import warnings

import functions
import programs
import sql_functions

warnings.filterwarnings("ignore")


class Remote:
    def __init__(self, address, data):
        from pyspark.sql import SparkSession

        self.spark = SparkSession.builder.remote(address).getOrCreate()
        for path in sorted(glob.glob(os.path.join(data, "*.parquet"))) if data else ():
            self.spark.read.parquet(path).createOrReplaceTempView(os.path.basename(path).removesuffix(".parquet"))

    def table(self, text):
        return self.spark.sql(text).toArrow()

    def collect(self, text):
        return self.spark.sql(text).collect()

    def schema(self, text):
        return self.spark.sql(text).schema


class Duck:
    def __init__(self, data):
        import duckdb

        self.connection = duckdb.connect()
        for path in sorted(glob.glob(os.path.join(data, "*.parquet"))):
            name = os.path.basename(path).removesuffix(".parquet")
            self.connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")

    def table(self, text):
        return self.connection.execute(text).fetch_arrow_table()

    def collect(self, text):
        return self.connection.execute(text).fetchall()

    def schema(self, text):
        return self.connection.sql(text).types


def engine_of(a):
    return Duck(a.data) if a.engine == "duckdb" else Remote(a.remote, a.data)


def timed(action):
    begun = time.perf_counter()
    result = action()
    return time.perf_counter() - begun, result


def queries(a):
    engine, out = engine_of(a), {}
    for path in sorted(glob.glob(os.path.join(a.queries, "*.sql"))):
        name = os.path.basename(path).removesuffix(".sql")
        if a.names and name not in a.names:
            continue
        text = open(path, encoding="utf-8").read()
        try:
            runs = [timed(lambda: engine.table(text)) for _ in range(a.rounds)]
            out[name] = {"seconds": min(t for t, _ in runs), "rows": runs[0][1].num_rows}
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    return out


def small(a):
    engine = engine_of(a)
    todo = {
        "select 1, collect": lambda: engine.collect("SELECT 1"),
        "small aggregation, toArrow": lambda: engine.table("SELECT n_regionkey, count(*) AS n FROM nation GROUP BY n_regionkey"),
        "schema of a query": lambda: engine.schema("SELECT l_orderkey, l_quantity * 2 AS q FROM lineitem WHERE l_tax > 0.05"),
    }
    out = {}
    for name, action in todo.items():
        try:
            for _ in range(a.warm_up):
                action()
            times = sorted(timed(action)[0] for _ in range(a.count))
            out[name] = {"p50_ms": times[len(times) // 2] * 1e3, "p99_ms": times[int(len(times) * 0.99)] * 1e3}
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    return out


def client_programs(a):
    from pyspark.sql import SparkSession

    return programs.run(SparkSession.builder.remote(a.remote).getOrCreate(), a.rounds)


def python_functions(a):
    from pyspark.sql import SparkSession

    return functions.run(SparkSession.builder.remote(a.remote).getOrCreate(), a.remote, a.rounds)


def built_in_functions(a):
    from pyspark.sql import SparkSession

    return sql_functions.run(SparkSession.builder.remote(a.remote).getOrCreate(), a.rounds, a.names)


def first(a):
    import pyspark.sql.connect.session  # the client's own start is not the server's
    from pyspark.sql import SparkSession

    host, port = a.remote.removeprefix("sc://").split(":")
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    while True:
        with socket.socket() as s:
            if s.connect_ex((host, int(port))) == 0:
                break
        if time.perf_counter() - begun > 120:
            return {"error": "no port within 120 s"}
        time.sleep(0.001)
    listening = time.perf_counter() - begun
    SparkSession.builder.remote(a.remote).getOrCreate().sql("SELECT 1").collect()
    return {"listening_s": listening, "first_query_s": time.perf_counter() - begun}


ACTIONS = {"queries": queries, "small": small, "programs": client_programs, "functions": python_functions,
           "sql_functions": built_in_functions, "first": first}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=ACTIONS)
    p.add_argument("names", nargs="*")
    p.add_argument("--engine", default="remote")
    p.add_argument("--remote")
    p.add_argument("--data")
    p.add_argument("--queries")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--warm-up", type=int, default=20)
    a = p.parse_args()
    print(json.dumps(ACTIONS[a.what](a)))


if __name__ == "__main__":
    main()
