"""The 22 TPC-H queries by the DataFrame API, at a small scale."""
import os
import sys

from show import show, start

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tpch"))
import dataframe_queries

spark, folder = start()
tables = {name[:-8]: spark.read.parquet(os.path.join(os.environ["TPCH_DATA"], name)) for name in os.listdir(os.environ["TPCH_DATA"])}
for number in range(1, 23):
    show(f"q{number:02d}", getattr(dataframe_queries, f"q{number:02d}")(tables))
