"""Measures one engine and prints JSON. Run with the Python that the engine's client needs.

    measure.py DATA QUERIES --remote sc://localhost:15002        through PySpark
    measure.py DATA QUERIES --duckdb                             DuckDB in this process

{"tpch": {"q01": [seconds, …], …}, "small": {"SELECT 1": [seconds, …], …}, "first_answer": seconds}
Every answer is fetched whole, as an Arrow table.
"""
import argparse
import json
import logging
import pathlib
import time
import warnings

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]
SMALL = {
    "SELECT 1": 200,
    "SELECT n_name FROM nation WHERE n_nationkey = 7": 100,
    "SELECT n_regionkey, count(*) AS n FROM nation GROUP BY n_regionkey ORDER BY n_regionkey": 100,
}


def pyspark_engine(remote):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.remote(remote).getOrCreate()

    def view(name, path):
        spark.read.parquet(path).createOrReplaceTempView(name)

    return view, lambda text: spark.sql(text).toArrow(), spark.stop


def duckdb_engine():
    import duckdb

    connection = duckdb.connect()

    def view(name, path):
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")

    def ask(text):
        answer = connection.execute(text).arrow()
        return answer.read_all() if hasattr(answer, "read_all") else answer

    return view, ask, connection.close


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("queries", type=pathlib.Path)
    parser.add_argument("--remote")
    parser.add_argument("--duckdb", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)

    out = {"tpch": {}, "small": {}, "errors": {}}
    began = time.perf_counter()
    view, ask, close = duckdb_engine() if args.duckdb else pyspark_engine(args.remote)
    ask("SELECT 1")
    out["first_answer"] = time.perf_counter() - began
    for table in TABLES:
        view(table, str(args.data / f"{table}.parquet"))

    for path in sorted(args.queries.glob("q*.sql")):
        text = path.read_text()
        try:
            out["tpch"][path.stem] = [timed(lambda: ask(text)) for _ in range(args.repeat)]
        except Exception as error:  # one engine's gap must not end the comparison
            out["errors"][path.stem] = f"{type(error).__name__}: {error}"[:300]
    for text, count in SMALL.items():
        try:
            for _ in range(5):
                ask(text)
            out["small"][text] = [timed(lambda: ask(text)) for _ in range(count)]
        except Exception as error:
            out["errors"][text] = f"{type(error).__name__}: {error}"[:300]
    close()
    print(json.dumps(out))


if __name__ == "__main__":
    main()
