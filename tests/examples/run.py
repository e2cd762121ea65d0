#!/usr/bin/env python3
"""Runs the documented examples of Spark's built-in SQL functions and compares with what Apache Spark answered.

    tests/examples/run.py                                  starts build/firesteel itself
    tests/examples/run.py --remote sc://localhost:15002 --only percentile --verbose
    tests/examples/run.py --raise                          writes the counts reached into passing.json

examples.json holds query → schema → rows, or the error's condition, recorded from Spark 4.3. An example passes when names,
types and rows (in any order) are equal; it passes strictly when nullability and metadata are equal, too. passing.json keeps
how many must pass: the counts may only rise. Ends with `N passed, N failed`; fewer than the kept counts are failures.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "golden"))
from server import Server, ServerError

KEPT = os.path.join(HERE, "passing.json")
NULLABILITY = ("nullable", "containsNull", "valueContainsNull", "metadata")
WORKERS = 2


def connect(remote, settings):
    import logging
    import warnings

    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy

    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    spark = SparkSession.builder.remote(remote).create()
    # A server that is gone is gone: PySpark itself would try for ten minutes.
    spark.client.set_retry_policies([DefaultPolicy(max_retries=3, max_backoff=200, jitter=0)])
    for key, value in settings.items():
        spark.conf.set(key, value)
    return spark


def ask(spark, query):
    try:
        frame = spark.sql(query)
        return {"schema": frame.schema.jsonValue(), "rows": [repr(row) for row in frame.collect()]}
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        return {"error": condition, "message": str(error)[:300]}


def without_nullability(node):
    if isinstance(node, dict):
        return {key: without_nullability(value) for key, value in node.items() if key not in NULLABILITY}
    return [without_nullability(value) for value in node] if isinstance(node, list) else node


def difference(case, got):
    """What differs, or None."""
    if "error" in case or "error" in got:
        if case.get("error") == got.get("error") and "error" in case and "error" in got:
            return None
        return f"{got.get('error', 'rows')}: {got.get('message', got.get('rows'))} instead of {case.get('error', 'rows')}"
    expected = without_nullability(case["schema"])
    if without_nullability(got["schema"]) != expected:
        return f"schema {json.dumps(without_nullability(got['schema']))} instead of {json.dumps(expected)}"
    if "rows" in case and sorted(got["rows"]) != sorted(case["rows"]):
        return f"rows {got['rows'][:3]} instead of {case['rows'][:3]}"
    return None


def run_part(remote, settings, cases):
    """(case, difference, strictly equal) of each; a session of its own, since examples may set options."""
    os.environ["TZ"] = "UTC"
    spark = connect(remote, settings)
    results = []
    for case in cases:
        got = ask(spark, case["query"])
        why = difference(case, got)
        results.append((case, why, why is None and got.get("schema") == case.get("schema")))
    spark.stop()
    return results


def run(remote, only):
    with open(os.path.join(HERE, "examples.json"), encoding="utf-8") as file:
        book = json.load(file)
    cases = [case for case in book["cases"] if not only or case["function"] == only]
    size = -(-len(cases) // WORKERS) or 1
    parts = [cases[i:i + size] for i in range(0, len(cases), size)]
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as pool:
        futures = [pool.submit(run_part, remote, book["settings"], part) for part in parts]
        return [result for future in futures for result in future.result()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remote")
    parser.add_argument("--only", help="examples of one function")
    parser.add_argument("--verbose", action="store_true", help="show what differs")
    parser.add_argument("--raise", dest="raises", action="store_true")
    args = parser.parse_args()
    if args.remote:
        results = run(args.remote, args.only)
    else:
        try:
            with Server() as server:
                results = run(server.remote, args.only)
        except ServerError as error:
            print(error)
            print("0 passed, 1 failed")
            return 1
    reached = {"passed": sum(why is None for _, why, _ in results), "strictly": sum(strict for _, _, strict in results)}
    if args.verbose:
        for case, why, _ in results:
            if why:
                print(f"FAILED {case['function']}: {case['query']}\n       {why}")
    functions = collections.Counter(case["function"] for case, why, _ in results if why)
    print(f"{len(results)} examples: {reached['passed']} pass, {reached['strictly']} of them strictly; "
          f"{len(functions)} functions have one that does not")
    if args.only:
        print(f"{reached['passed']} passed, {len(results) - reached['passed']} failed")
        return 0
    with open(KEPT, encoding="utf-8") as file:
        kept = json.load(file)
    if args.raises:
        kept = {key: max(kept[key], reached[key]) for key in kept}
        with open(KEPT, "w", encoding="utf-8") as file:
            file.write(json.dumps(kept) + "\n")
    missing = max(0, *(kept[key] - reached[key] for key in kept))
    if missing:
        print(f"fewer than kept in passing.json: {kept}")
    elif reached != kept:
        print(f"more than kept in passing.json ({kept}): run tests/examples/run.py --raise")
    print(f"{reached['passed']} passed, {missing} failed")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
