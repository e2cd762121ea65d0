#!/usr/bin/env python3
"""Records what Apache Spark answers to the cases: asks each twice and writes expected/MODULE.json.

    tests/udf/record.py                               every case of every module, from the oracle (tools/oracle/start)
    tests/udf/record.py --new scalar                  only cases without a recorded answer
    tests/udf/record.py --filter 'errors:.*window'

A case whose two answers differ is refused: it is named, keeps the answer it had, and the exit code is 1.
"""
import argparse
import concurrent.futures
import os
import re
import sys

import asking
import outcome


def record(module, remote, pattern, only_new, once):
    """Gives (module, recorded, as before, refusals)."""
    outcome.prepare_process()
    before, answers, refused = asking.read_expected(module), {}, []
    recorded = same = 0
    spark = outcome.new_session(remote)
    for case in asking.load(module):
        old = before.get(case.id)
        if (only_new and old) or not re.search(pattern, f"{module}:{case.id}"):
            if old:
                answers[case.id] = old
            continue
        try:
            with outcome.time_limit(asking.CASE_SECONDS * 3), asking.settings(spark, case):
                first = asking.ask(spark, case)
                second = first if once else asking.ask(spark, case)
            why = outcome.difference(first, second, case.ordered)
        except (Exception, outcome.NoAnswer) as e:
            print(f"{module}:{case.id}: {type(e).__name__}", flush=True)
            why, spark = f"{type(e).__name__}: {str(e)[:300]}", outcome.new_session(remote)
        if why is None and len(first.rows) > 200:
            why = f"{len(first.rows)} rows are too many"
        if why:
            refused.append(f"{module}:{case.id}: {why}")
            if old:
                answers[case.id] = old
            continue
        recorded += 1
        same += first == old
        answers[case.id] = first
        if recorded % 25 == 0:  # what is there is kept, whatever comes
            asking.write_expected(module, {**before, **answers})
    asking.write_expected(module, answers)
    spark.stop()
    return module, recorded, same, refused


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("modules", nargs="*", help="of cases/ (all when none is given)")
    p.add_argument("--remote", default=os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"))
    p.add_argument("--filter", default="", help="regular expression on module:case")
    p.add_argument("--new", action="store_true", help="only cases without a recorded answer")
    p.add_argument("--once", action="store_true", help="ask once only: for long cases that are known to be steady")
    p.add_argument("--jobs", type=int, default=2)
    a = p.parse_args()
    bad = []
    with concurrent.futures.ProcessPoolExecutor(a.jobs) as pool:
        for run in concurrent.futures.as_completed(
                [pool.submit(record, module, a.remote, a.filter, a.new, a.once) for module in a.modules or asking.modules()]):
            module, recorded, same, refused = run.result()
            print(f"{module}: {recorded} recorded, {same} as before, {len(refused)} refused", flush=True)
            bad += refused
    for line in bad:
        print("REFUSED " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
