#!/usr/bin/env python3
"""Records the answers of the TPC-H queries from Apache Spark (tools/oracle/start), each asked twice.

    tests/tpch/record.py --sf 1 [--remote sc://localhost:15102] [q01 q15 ...]
"""
import argparse
import sys

import tpch
import outcome


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("queries", nargs="*")
    p.add_argument("--sf", default="0.01", choices=["0.01", "1"])
    p.add_argument("--data")
    p.add_argument("--remote", default="sc://localhost:15102")
    a = p.parse_args()
    outcome.prepare_process()
    spark = outcome.new_session(a.remote)
    tpch.create_views(spark, a.data or tpch.data_folder(a.sf))
    failed = 0
    for name in a.queries or tpch.QUERIES:
        first, second = tpch.ask(spark, name), tpch.ask(spark, name)
        why = first.message if first.error else outcome.difference(first, second, True)
        if why:
            failed += 1
            print(f"REFUSED {name}: {why[:1000]}")
            continue
        tpch.write_expected(a.sf, name, first)
        print(f"{name}: {len(first.rows)} rows", flush=True)
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
