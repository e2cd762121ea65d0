#!/usr/bin/env python3
"""Runs the queries of a benchmark through PySpark and compares every answer with the one recorded from Apache Spark.

    tests/tpch/run.py                                   TPC-H at SF 0.01 on a build/firesteel that it starts itself
    tests/tpch/run.py --suite tpcds                     TPC-DS at SF 1
    tests/tpch/run.py --suite tpch_dataframe            TPC-H by the DataFrame API
    tests/tpch/run.py --sf 1 --remote sc://localhost:15002 --json answers.json

Names, types, nullability and rows must be equal: decimals exactly, doubles to 1e-9 relative. Ends with
`N passed, N failed`.
"""
import argparse
import contextlib
import json
import sys
import time

import suites  # finds the golden tests' modules, too
import outcome
from server import Server, ServerError


def run(remote, a, suite):
    spark = outcome.new_session(remote)
    begun = time.monotonic()
    suite.create_views(spark, a.data or suite.data_folder(a.sf))
    print(f"{suite.TITLE} at scale factor {a.sf}: {len(suite.TABLES)} tables opened in {time.monotonic() - begun:.2f} s", flush=True)
    passed, failed, times = 0, 0, {}
    for name in a.queries or suite.QUERIES:
        begun = time.monotonic()
        got = suite.ask(spark, name, a.sf)
        times[name] = time.monotonic() - begun
        why = outcome.difference(suite.read_expected(a.sf, name), got, suite.ordered(name))
        if why:
            failed += 1
            print(f"FAILED {name} ({times[name]:.2f} s)\n  " + why[:1500].replace("\n", "\n  "), flush=True)
        else:
            passed += 1
            print(f"passed {name} ({times[name]:.2f} s, {len(got.rows)} rows, equal to Apache Spark's)", flush=True)
    with contextlib.suppress(Exception):
        spark.stop()
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump({"scale": a.sf, "seconds": times, "passed": passed, "failed": failed}, f, indent=1)
    print(f"{sum(times.values()):.2f} s for all")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("queries", nargs="*", help="q01 … (all when none is given)")
    p.add_argument("--suite", default="tpch", choices=suites.NAMES)
    p.add_argument("--sf", choices=["0.01", "1"], help="scale factor (the suite's first one when not given)")
    p.add_argument("--data", help="a folder with the Parquet files (made in the cache when not given)")
    p.add_argument("--remote", help="a running server; without it build/firesteel is started")
    p.add_argument("--json", help="write the times here")
    a = p.parse_args()
    suite = suites.load(a.suite)
    a.sf = a.sf or suite.SCALES[0]
    outcome.prepare_process()
    if a.remote:
        return run(a.remote, a, suite)
    try:
        with Server() as server:
            code = run(server.remote, a, suite)
            if not server.alive():
                print(f"the server died:\n{server.log()[-3000:]}")
                return 1
            return code
    except ServerError as e:
        print(e, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
