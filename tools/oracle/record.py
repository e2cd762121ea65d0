"""Records golden files in place: asks Apache Spark every case twice and writes what it answered.

    tools/oracle/record tests/golden/sql/joins.test tests/golden/types
    tools/oracle/record --new tests/golden          only cases that have no recorded answer yet

A case whose two answers differ is refused: it stays as it was, is named, and the exit code is 1. Mark it `schema-only` or
`condition-only`, or make it steady. Files are recorded in parallel, one session a file.
"""
import argparse
import concurrent.futures
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "golden"))
import case_file
import outcome
from data import make_data


def record_file(path, remote, only_new, data_dir):
    """Gives (recorded, unchanged, list of refusals)."""
    outcome.prepare_process()
    book = case_file.parse(path)
    recorded, kept, refused = 0, 0, []
    todo = [c for c in book.cases if not only_new or c.expected.empty()]
    if not todo:
        return path, 0, len(book.cases), refused
    spark = outcome.new_session(remote, book.confs)
    scope = outcome.scope_of(spark, data_dir)
    for kind, text in book.setup:
        outcome.run_statement(spark, kind, text, scope, data_dir)
    for case in todo:
        try:
            with outcome.settings(spark, case, book):
                first = outcome.ask(spark, case, data_dir, scope)
                second = outcome.ask(spark, case, data_dir, scope)
        except Exception as e:
            refused.append(f"{path}:{case.line}: {case.id}: {type(e).__name__}: {str(e)[:300]}")
            continue
        if case.kind == "sql" and outcome.orders_at_top(case.text) and "ordered" not in case.flags and first.error is None:
            case.flags.append("ordered")
        why = outcome.difference(first, second, "ordered" in case.flags)
        if why:
            refused.append(f"{path}:{case.line}: {case.id}: two answers differ:\n{why}")
        elif first.error and first.error.startswith("- "):
            refused.append(f"{path}:{case.line}: {case.id}: error without a condition: {first.message[:300]}")
        elif len(first.rows) > 2000:
            refused.append(f"{path}:{case.line}: {case.id}: {len(first.rows)} rows are too many")
        else:
            kept += first == case.expected
            recorded += 1
            case.expected = first
    case_file.write(book)
    for kind, text in book.teardown:
        outcome.run_statement(spark, kind, text, scope, data_dir)
    spark.stop()
    return path, recorded, kept, refused


def leftovers(remote):
    """Tables and databases that somebody made in the oracle: answers must not depend on them."""
    outcome.prepare_process()
    spark = outcome.new_session(remote)
    tables = [row[1] for row in spark.sql("SHOW TABLES").collect() if not row[2]]
    databases = [row[0] for row in spark.sql("SHOW DATABASES").collect() if row[0] != "default"]
    spark.stop()
    return tables + databases


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("paths", nargs="+", help="golden files or folders of them")
    p.add_argument("--new", action="store_true", help="only cases without a recorded answer")
    p.add_argument("--remote", default=os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"))
    p.add_argument("--jobs", type=int, default=2)
    a = p.parse_args()
    files = outcome.find_files(a.paths)
    left = leftovers(a.remote)
    if left:
        print(f"the oracle's catalog holds tables that would change answers; drop them first: {', '.join(left)}", file=sys.stderr)
        return 1
    data_dir = make_data()
    bad = []
    with concurrent.futures.ProcessPoolExecutor(a.jobs) as pool:
        runs = {pool.submit(record_file, f, a.remote, a.new, data_dir): f for f in files}
        for run in concurrent.futures.as_completed(runs):
            try:
                path, recorded, kept, refused = run.result()
            except Exception as e:
                path, recorded, kept, refused = runs[run], 0, 0, [f"{runs[run]}: {type(e).__name__}: {str(e)[:500]}"]
            bad += refused
            print(f"{os.path.relpath(path)}: {recorded} recorded, {kept} as before, {len(refused)} refused", flush=True)
    for line in bad:
        print("REFUSED " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
