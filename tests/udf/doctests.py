#!/usr/bin/env python3
"""PySpark's own doctests of Python functions, table functions, mapIn*, applyIn* and data sources, against a Spark Connect server.

    tests/udf/doctests.py                                    starts build/firesteel itself
    tests/udf/doctests.py --remote sc://localhost:15102 --record      with the oracle: writes doctests.json

doctests.json says of each docstring how many of its examples fail on Apache Spark itself; no more may fail here. The texts are
those of the installed PySpark; nothing of them is kept here. Ends with `N passed, N failed`.
"""
import argparse
import contextlib
import doctest
import importlib
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "golden")]
os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
from server import Server

DOCSTRINGS = {
    "pyspark.sql.functions": ["udf", "udtf", "arrow_udtf", "call_udf", "call_function"],
    "pyspark.sql.pandas.functions": ["pandas_udf", "arrow_udf"],
    "pyspark.sql.dataframe": ["DataFrame.mapInPandas", "DataFrame.mapInArrow", "DataFrame.foreach", "DataFrame.foreachPartition", "DataFrame.asTable",
                              "DataFrame.lateralJoin"],
    "pyspark.sql.connect.group": ["GroupedData.agg", "GroupedData.apply", "GroupedData.applyInPandas", "GroupedData.applyInArrow",
                                  "PandasCogroupedOps.applyInPandas", "PandasCogroupedOps.applyInArrow"],
    "pyspark.sql.connect.udf": ["UDFRegistration.register"],
    "pyspark.sql.connect.udtf": ["UDTFRegistration.register"],
    "pyspark.sql.connect.session": ["SparkSession.udf"],
    "pyspark.sql.table_arg": ["TableArg.partitionBy", "TableArg.orderBy", "TableArg.withSinglePartition"],
    "pyspark.sql.tvf": ["TableValuedFunction.python_worker_logs"],
    "pyspark.sql.datasource": ["InputPartition", "DataSource.name", "DataSource.schema", "DataSourceReader.partitions", "DataSourceReader.read",
                               "DataSourceReader.pushFilters", "DataSourceArrowWriter.write"],
}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def run(remote):
    """Of each docstring: examples, how many failed, and what was said of those."""
    from pyspark.sql.connect.session import SparkSession

    out = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, wanted in DOCSTRINGS.items():
            module = importlib.import_module(name)
            for which in wanted:
                spark = SparkSession.builder.remote(remote).create()
                SparkSession._set_default_and_active_session(spark)
                part = module
                for step in which.split("."):
                    part = getattr(part, step, None)
                globs = {**vars(module), "spark": spark}
                parser = doctest.DocTestParser()
                text = part.__doc__ or ""
                test = parser.get_doctest(text, globs, f"{name}.{which}", None, 0)
                said = []
                result = doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(test, out=said.append)
                out[f"{name}.{which}"] = {"examples": result.attempted, "failed": result.failed, "said": "".join(said)}
                spark.stop()
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--remote", help="a running server; without it build/firesteel is started")
    p.add_argument("--record", action="store_true")
    p.add_argument("--verbose", action="store_true", help="what fails on Apache Spark, too")
    a = p.parse_args()
    path = os.path.join(HERE, "doctests.json")
    with contextlib.nullcontext(a) if a.remote else Server() as server:
        got = run(server.remote)
    if a.record:
        with open(path, "w", encoding="utf-8") as f:
            f.write("{\n" + ",\n".join(f' "{n}": ' + json.dumps({k: r[k] for k in ("examples", "failed")}) for n, r in got.items()) + "\n}\n")
    with open(path, encoding="utf-8") as f:
        known = json.load(f)
    passed = 0
    for name, result in got.items():
        good = result["failed"] <= known.get(name, {"failed": 0})["failed"] and result["examples"] > 0
        passed += good
        if not good or (a.verbose and result["failed"]):
            print(f"{'FAILED' if not good else 'fails on Spark, too:'} {name}: {result['failed']} of {result['examples']}\n{result['said'][:3000]}")
    print(f"{passed} passed, {len(got) - passed} failed")
    return 0 if passed == len(got) else 1


if __name__ == "__main__":
    sys.exit(main())
