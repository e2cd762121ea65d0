#!/usr/bin/env python3
"""Runs every kind of Python function against a Spark Connect server and compares with what Apache Spark answered.

    tests/udf/run.py                                  starts build/firesteel itself
    tests/udf/run.py --remote sc://localhost:15002 --filter grouped errors
    tests/udf/run.py --list-failures                  prints only the names of failing cases, one a line

Names of modules (cases/*.py) choose those; --filter keeps cases whose `module:case` contains the text (a regular expression).
Cases listed in known_failures.txt are expected to fail; one that passes is reported. Ends with `N passed, N failed`.
"""
import argparse
import concurrent.futures
import os
import re
import sys
import time

import asking
import outcome
from known_failures import KnownFailures
from reporting import report
from server import Server, ServerError


def run_part(module, remote, pattern, start, step):
    """Gives a list of (name, difference or None, seconds) of every `step`th of the module's chosen cases."""
    outcome.prepare_process()
    chosen = [c for c in asking.load(module) if re.search(pattern, f"{module}:{c.id}")][start::step]
    expected = asking.read_expected(module)
    spark, broken, results = None, None, []
    for case in chosen:
        name, begun, why = f"{module}:{case.id}", time.monotonic(), broken
        if case.id not in expected:
            why = "no recorded answer: run tests/udf/record.py"
        if why is None:
            try:
                with outcome.time_limit(asking.CASE_SECONDS):
                    spark = spark or outcome.new_session(remote)
                    with asking.settings(spark, case):
                        got = asking.ask(spark, case)
                why = outcome.difference(expected[case.id], got, case.ordered)
                if "StatusCode.UNAVAILABLE" in (got.message or ""):
                    broken = f"the server is gone since {case.id}"
            except outcome.NoAnswer as e:
                why, spark = str(e), None  # a session of its own for what comes next
            except Exception as e:
                why = f"{type(e).__name__}: {str(e)[:600]}"
        results.append((name, why, time.monotonic() - begun))
    if spark is not None:
        try:
            spark.stop()
        except Exception:
            pass
    return results


def run_all(modules, remote, pattern, jobs):
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        runs = {}
        for module in modules:
            count = sum(1 for c in asking.load(module) if re.search(pattern, f"{module}:{c.id}"))
            parts = min(jobs, 1 + count // 20)
            for part in range(parts if count else 0):
                runs[pool.submit(run_part, module, remote, pattern, part, parts)] = module
        for run in concurrent.futures.as_completed(runs):
            try:
                yield from run.result()
            except Exception as e:
                yield f"{runs[run]}:*", f"the process that asks failed: {type(e).__name__}: {e}", 0.0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("modules", nargs="*", help="of cases/ (all when none is given)")
    p.add_argument("--remote", help="a running server; without it build/firesteel is started")
    p.add_argument("--filter", default="", help="regular expression on module:case")
    p.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    p.add_argument("--known", default=os.path.join(asking.HERE, "known_failures.txt"))
    p.add_argument("--strict", action="store_true", help="known failures count as failures")
    p.add_argument("--list-failures", action="store_true")
    p.add_argument("--width", type=int, default=1500, help="characters shown of one failure")
    p.add_argument("--verbose", action="store_true")
    a = p.parse_args()
    a.filtered, a.paths = bool(a.filter), a.modules
    modules = a.modules or asking.modules()
    known = KnownFailures(a.known)
    if a.remote:
        outcome.prepare_process()
        return report(run_all(modules, a.remote, a.filter, a.jobs), known, a)
    try:
        # The recorded answers are those of workers in UTC: a pickled timestamp is a wall clock there.
        with Server(env={**os.environ, "TZ": "UTC"}) as server:
            outcome.prepare_process()
            code = report(run_all(modules, server.remote, a.filter, a.jobs), known, a)
            if not server.alive():
                print(f"the server died during the run:\n{server.log()[-3000:]}")
                return 1
            return code
    except ServerError as e:
        print(e, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
