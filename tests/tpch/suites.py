"""The benchmarks whose answers are recorded. Each is a module with TITLE, SCALES (first: what tests use), TABLES, QUERIES,
data_folder(scale), create_views(spark, folder), ask(spark, name, scale), ordered(name), expected_path(scale, name) and
read_expected(scale, name)."""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tpcds"), os.path.join(HERE, "..", "golden")]
NAMES = ("tpch", "tpch_dataframe", "tpcds")


def load(name):
    return importlib.import_module(name)
