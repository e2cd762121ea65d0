#!/usr/bin/env python3
"""The 22 TPC-H queries, as any PySpark user would write them. Nothing in this program knows about Firesteel.

    tpch.py REMOTE DATA QUERIES            e.g. tpch.py sc://localhost:15002 /data/tpch-sf1 tests/tpch/queries

Prints the first rows and the time of each answer. With --save FOLDER, every answer is also kept there (one Arrow file a
query), so that others can compare it.
"""
import argparse
import pathlib
import time

import pyarrow as pa
from pyspark.sql import SparkSession

TABLES = ["customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier"]


def print_answer(table, rows):
    """A plain table of the first rows."""
    head = table.slice(0, rows).to_pydict()
    columns = [[name] + [str(v) for v in values] for name, values in zip(table.column_names, head.values())]
    widths = [max(map(len, column)) for column in columns]
    for line in zip(*columns):
        print("   " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()[:160])
    if table.num_rows > rows:
        print(f"   … {table.num_rows} rows in all")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("remote")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("queries", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=3, help="rows to print of each answer")
    parser.add_argument("--save", type=pathlib.Path)
    args = parser.parse_args()

    spark = SparkSession.builder.remote(args.remote).getOrCreate()
    print(f"connected to {args.remote}: Spark {spark.version}")
    for table in TABLES:
        spark.read.parquet(str(args.data / f"{table}.parquet")).createOrReplaceTempView(table)

    total = 0.0
    for path in sorted(args.queries.glob("q*.sql")):
        began = time.monotonic()
        answer = spark.sql(path.read_text()).toArrow()
        seconds = time.monotonic() - began
        total += seconds
        print(f"\n{path.stem}: {answer.num_rows} rows in {seconds:.2f} s")
        print_answer(answer, args.rows)
        if args.save:
            with pa.OSFile(str(args.save / f"{path.stem}.arrow"), "wb") as sink, pa.ipc.new_file(sink, answer.schema) as out:
                out.write_table(answer)
    print(f"\nall queries: {total:.2f} s")
    spark.stop()


if __name__ == "__main__":
    main()
