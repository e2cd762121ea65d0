#!/usr/bin/env python3
"""Runs golden cases against a Spark Connect server with the real PySpark client; no Spark is needed.

    tests/golden/run.py                                  starts build/firesteel itself
    tests/golden/run.py --remote sc://localhost:15002 --filter joins
    tests/golden/run.py --list-failures                  prints only the names of failing cases, one a line

--filter keeps cases whose `area/file:case` contains the text (a regular expression). Cases listed in known_failures.txt are
expected to fail; one that passes is reported. Ends with `N passed, N failed` and exit code 0 only when nothing failed.
"""
import argparse
import concurrent.futures
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import case_file
import outcome
from data import make_data
from known_failures import KnownFailures
from reporting import report
from server import Server, ServerError


def name_of(path, case):
    relative = os.path.relpath(path, HERE)
    return f"{os.path.splitext(relative)[0]}:{case.id}"


CASE_SECONDS = 60


def run_file(path, remote, pattern, data_dir, start=0, step=1):
    """Gives a list of (name, difference or None, seconds) of the file's chosen cases."""
    outcome.prepare_process()
    book = case_file.parse(path)
    chosen = [c for c in book.cases if re.search(pattern, name_of(path, c))][start::step]
    results = []
    if not chosen:
        return results
    spark, broken = None, None
    try:
        with outcome.time_limit(CASE_SECONDS):
            spark = outcome.new_session(remote, book.confs)
            scope = outcome.scope_of(spark, data_dir)
            for kind, text in book.setup:
                outcome.run_statement(spark, kind, text, scope, data_dir)
    except (Exception, outcome.NoAnswer) as e:
        broken = f"the file's set-up failed: {type(e).__name__}: {str(e)[:600]}"
    for case in chosen:
        begun, why = time.monotonic(), broken
        if case.expected.empty():
            why = "no recorded answer: run tools/oracle/record"
        if why is None:
            try:
                with outcome.time_limit(CASE_SECONDS), outcome.settings(spark, case, book):
                    got = outcome.ask(spark, case, data_dir, scope)
                why = outcome.difference(case.expected, got, "ordered" in case.flags)
                if "StatusCode.UNAVAILABLE" in (got.message or ""):
                    broken = f"the server is gone since {case.id}"
            except outcome.NoAnswer as e:
                why = str(e)
            except Exception as e:
                if "StatusCode.UNAVAILABLE" in str(e):
                    broken = f"the server is gone since {case.id}"
                why = f"what comes before the query failed: {type(e).__name__}: {str(e)[:600]}"
        results.append((name_of(path, case), why, time.monotonic() - begun))
    if spark is not None:
        try:
            for kind, text in book.teardown:
                outcome.run_statement(spark, kind, text, scope, data_dir)
            spark.stop()
        except Exception:
            pass
    return results


def run_all(files, remote, pattern, jobs):
    data_dir = make_data()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        runs = {}
        for path in files:
            try:
                count = sum(1 for c in case_file.parse(path).cases if re.search(pattern, name_of(path, c)))
            except case_file.FormatError as e:
                yield str(e), "the file cannot be read", 0.0
                continue
            parts = min(jobs, 1 + count // 60)  # long files are shared among workers
            for part in range(parts if count else 0):
                runs[pool.submit(run_file, path, remote, pattern, data_dir, part, parts)] = path
        for run in concurrent.futures.as_completed(runs):
            try:
                yield from run.result()
            except Exception as e:
                yield f"{os.path.relpath(runs[run], HERE)}:*", f"the worker failed: {type(e).__name__}: {e}", 0.0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("paths", nargs="*", help="golden files or folders (all of them when none is given)")
    p.add_argument("--remote", help="a running server; without it build/firesteel is started")
    p.add_argument("--filter", default="", help="regular expression on area/file:case")
    p.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    p.add_argument("--known", default=os.path.join(HERE, "known_failures.txt"))
    p.add_argument("--strict", action="store_true", help="known failures count as failures")
    p.add_argument("--list-failures", action="store_true")
    p.add_argument("--width", type=int, default=1500, help="characters shown of one failure")
    p.add_argument("--verbose", action="store_true")
    a = p.parse_args()
    a.filtered = bool(a.filter)
    files = outcome.find_files(a.paths or [HERE])
    known = KnownFailures(a.known)
    outcome.prepare_process()
    if a.remote:
        return report(run_all(files, a.remote, a.filter, a.jobs), known, a)
    try:
        with Server() as server:
            code = report(run_all(files, server.remote, a.filter, a.jobs), known, a)
            if not server.alive():
                print(f"the server died during the run:\n{server.log()[-3000:]}")
                return 1
            return code
    except ServerError as e:
        print(e, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
