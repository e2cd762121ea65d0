"""TPC-H by the DataFrame API: the programs of dataframe_queries.py."""
import os

import answers
import case_file
import dataframe_queries
import outcome
import tpch
from tpch import QUERIES, SCALES, TABLES, create_views, data_folder, ordered  # noqa: F401

TITLE = "TPC-H (DataFrames)"


def ask(spark, name, _scale=None):
    case = case_file.Case(name, kind="python", text="query({t: spark.table(t) for t in tables})")
    return outcome.ask(spark, case, "{DATA}", scope=outcome.scope_of(spark, "{DATA}") | {
        "query": getattr(dataframe_queries, name), "tables": TABLES})


def expected_path(scale, name):
    return os.path.join(tpch.HERE, "expected", f"dataframe-sf{scale}", f"{name}.json")


def read_expected(scale, name):
    return answers.read(expected_path(scale, name))
