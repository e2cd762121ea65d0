#!/usr/bin/env python3
"""Runs PySpark's own doctests for Spark Connect, as PySpark sets them up, and holds them to what Apache Spark passes.

    tests/doctests/run.py                                      starts build/firesteel itself
    tests/doctests/run.py --only DataFrame.join --verbose      some docstrings, with what they said
    tests/doctests/run.py --remote sc://localhost:15102 --record    with the oracle: writes spark.json

spark.json names the docstrings that pass on Apache Spark; every one of them must pass here, unless known_failures.txt lists
it with its reason. That list only shrinks: a listed docstring that passes is a failure, too. A docstring passes when all its
examples print what PySpark's documentation says (rows of a shown table in any order). The texts are those of the installed PySpark; nothing of them is kept here.
Ends with `N passed, N failed`.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "golden"))
from server import Server, ServerError

# The longest first: two run at a time. Streaming is a later issue's.
MODULES = ["functions.builtin", "dataframe", "readwriter", "session", "catalog", "column", "group", "tvf", "window", "merge",
           "observation", "conf", "functions.partitioning"]
PREFIX = "pyspark.sql.connect."
TABLE = re.compile(r"^[+|]", re.M)
SPARK = os.path.join(HERE, "spark.json")
KNOWN = os.path.join(HERE, "known_failures.txt")
SECONDS = 600 * int(os.environ.get("FIRESTEEL_PATIENCE", "1"))  # for one module


def run_here(module, out, only):
    """Runs a module's docstrings in this process; writes {name: what it said, or null where it passed} after each of them."""
    import doctest
    import importlib
    import warnings

    import pyspark

    warnings.filterwarnings("ignore")
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    told = {}

    class AnyOrder(doctest.OutputChecker):
        """Takes the rows of a shown table in any order: few examples ask for one, and Spark's is that of its partitions."""

        def check_output(self, want, got, flags):
            def in_order(text):
                return "".join(sorted(text.splitlines(keepends=True)))

            return super().check_output(want, got, flags) or (
                bool(TABLE.search(want)) and super().check_output(in_order(want), in_order(got), flags))

    def run_all(tested=None, globs=None, optionflags=0, **_):
        failed = attempted = 0
        for test in doctest.DocTestFinder(exclude_empty=True).find(tested, globs=dict(globs)):
            if not test.examples or only not in test.name:
                continue
            said = []
            result = doctest.DocTestRunner(AnyOrder(), verbose=False, optionflags=optionflags).run(test, out=said.append, clear_globs=False)
            told[test.name] = "".join(said) if result.failed else None
            with open(out, "w", encoding="utf-8") as file:
                json.dump(told, file)
            failed, attempted = failed + result.failed, attempted + result.attempted
        return failed, attempted

    doctest.testmod = run_all
    importlib.import_module(PREFIX + module)._test()


def run_module(module, remote, only):
    """As run_here, in a process of its own: PySpark has one session a process, and examples change it."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "told.json")
        env = {**os.environ, "SPARK_CONNECT_TESTING_REMOTE": remote, "SPARK_CONNECT_MODE_ENABLED": "1", "TZ": "America/Los_Angeles",
               "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, os.path.abspath(__file__), "--in-process", module, "--out", out, "--only", only]
        try:
            subprocess.run(command, env=env, timeout=SECONDS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        except subprocess.TimeoutExpired:
            print(f"{module}: stopped after {SECONDS} s")
        if not os.path.exists(out):
            return {}
        with open(out, encoding="utf-8") as file:
            return json.load(file)


def run(remote, modules, only):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        told = pool.map(lambda module: run_module(module, remote, only), modules)
        return {name: said for of_module in told for name, said in of_module.items()}


def known_failures():
    with open(KNOWN, encoding="utf-8") as file:
        return {line.split()[0] for line in file if line.strip() and not line.startswith("#")}


def judge(told, only, verbose):
    """Prints what is not as spark.json and known_failures.txt have it; true when all is."""
    with open(SPARK, encoding="utf-8") as file:
        wanted = {name for name in json.load(file) if only in name}
    known = known_failures()
    passed = {name for name in wanted if told.get(name, "did not run") is None}
    wrong = sorted(wanted - passed - known)
    better = sorted(passed & known)
    for name in wrong:
        said = told.get(name, "did not run")
        print(f"FAILED {name}\n{said if verbose else said[:1500]}")
    for name in better:
        print(f"FAILED {name}: it passes now: take it out of known_failures.txt")
    more = sum(said is None for name, said in told.items() if name not in wanted)
    print(f"{len(wanted)} docstrings pass on Apache Spark; here {len(passed)} of them, {len(wanted - passed) - len(wrong)} are known "
          f"not to; {more} others pass")
    print(f"{len(passed) - len(better)} passed, {len(wrong) + len(better)} failed")
    return not wrong and not better


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remote")
    parser.add_argument("--only", default="", help="docstrings whose name contains this")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--in-process", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}")
    args = parser.parse_args()
    if args.in_process:
        run_here(args.in_process, args.out, args.only)
        return 0
    modules = args.modules or MODULES
    if args.remote:
        told = run(args.remote, modules, args.only)
    else:
        try:
            with Server() as server:
                told = run(server.remote, modules, args.only)
        except ServerError as error:
            print(f"{error}\n0 passed, 1 failed")
            return 1
    if args.record:
        with open(SPARK, "w", encoding="utf-8") as file:
            file.write(json.dumps(sorted(name for name, said in told.items() if said is None), indent=0) + "\n")
        return 0
    if args.modules:
        print(f"{sum(said is None for said in told.values())} of {len(told)} docstrings pass")
        for name, said in told.items():
            if said is not None:
                print(f"  {name}" + (f"\n{said}" if args.verbose else ""))
        return 0
    return 0 if judge(told, args.only, args.verbose) else 1


if __name__ == "__main__":
    sys.exit(main())
