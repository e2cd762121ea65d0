#!/usr/bin/env python3
"""Records the answers of a benchmark's queries from Apache Spark (tools/oracle/start), each asked twice.

    tests/tpch/record.py [--suite tpcds] --sf 1 [--remote sc://localhost:15102] [q01 q15 ...]
"""
import argparse
import sys

import answers
import suites
import outcome


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("queries", nargs="*")
    p.add_argument("--suite", default="tpch", choices=suites.NAMES)
    p.add_argument("--sf", choices=["0.01", "1"])
    p.add_argument("--once", action="store_true", help="ask once (large data); else an unsteady answer is refused")
    p.add_argument("--data")
    p.add_argument("--remote", default="sc://localhost:15102")
    a = p.parse_args()
    suite = suites.load(a.suite)
    a.sf = a.sf or suite.SCALES[0]
    outcome.prepare_process()
    spark = outcome.new_session(a.remote)
    suite.create_views(spark, a.data or suite.data_folder(a.sf))
    failed = 0
    for name in a.queries or suite.QUERIES:
        first = suite.ask(spark, name, a.sf)
        why = first.message if first.error else None
        if not why and not a.once:
            why = outcome.difference(first, suite.ask(spark, name, a.sf), suite.ordered(name))
        if why:
            failed += 1
            print(f"REFUSED {name}: {why[:1000]}")
            continue
        answers.write(suite.expected_path(a.sf, name), first)
        print(f"{name}: {len(first.rows)} rows", flush=True)
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
