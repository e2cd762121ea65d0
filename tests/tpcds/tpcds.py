"""The 99 TPC-DS queries, their data and the answers recorded from Apache Spark.

Data and query texts are made by DuckDB's tpcds extension (generate.py) and never committed. Answers lie in
expected/sf<SF>/qNN.json with names, types, nullability and all rows.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "tpch")]
import answers
import case_file
import outcome
import tpch

TITLE = "TPC-DS"
SCALES = ("1", "0.01")
QUERIES = tuple(f"q{i:02d}" for i in range(1, 100))
TABLES = (
    "call_center", "catalog_page", "catalog_returns", "catalog_sales", "customer", "customer_address", "customer_demographics",
    "date_dim", "household_demographics", "income_band", "inventory", "item", "promotion", "reason", "ship_mode", "store",
    "store_returns", "store_sales", "time_dim", "warehouse", "web_page", "web_returns", "web_sales", "web_site")
GENERATOR_VERSION = "1.5.5"


def data_folder(scale):
    """The folder with the Parquet files of a scale factor, made on first use in the cache."""
    folder = os.path.join(tpch.cache_folder(), "tpcds", f"{GENERATOR_VERSION}-sf{scale}")
    if os.path.exists(os.path.join(folder, "queries", "q99.sql")):
        return folder
    python = os.path.join(HERE, "..", "..", ".deps", "venv-tpcds", "bin", "python")
    if not os.path.exists(python):
        raise SystemExit("the generator of TPC-DS is not installed; run tools/setup/fetch.sh tpcds")
    return tpch.make_folder(folder, lambda part: [python, os.path.join(HERE, "generate.py"), "--sf", str(scale), part])


def create_views(spark, folder):
    tpch.create_views(spark, folder, TABLES)


def query_text(name, scale):
    with open(os.path.join(data_folder(scale), "queries", f"{name}.sql"), encoding="utf-8") as f:
        return f.read()


def ask(spark, name, scale):
    return outcome.ask(spark, case_file.Case(name, text=query_text(name, scale)), "{DATA}", scope={})


def ordered(_):
    """Rows are compared as sets: many of the queries order by columns that tie."""
    return False


def expected_path(scale, name):
    return os.path.join(HERE, "expected", f"sf{scale}", f"{name}.json")


def read_expected(scale, name):
    return answers.read(expected_path(scale, name))
