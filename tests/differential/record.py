#!/usr/bin/env python3
"""Makes the golden cases of a few hundred calls a group of functions: tests/golden/functions/differential_<group>.test (ANSI) and
differential_<group>_legacy.test, recorded from Apache Spark.

    tests/differential/record.py                            200 cases a group
    tests/differential/record.py --mended build/differential/differences.jsonl      differential_mended*.test: what a former run found
                                                                                    and is the same now

Takes calls that build/firesteel (or --remote) answers as Spark does; run.py reports the others.
"""
import argparse
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "golden")]
import calls
import case_file
import catalogue
import outcome
import run

FOLDER = os.path.join(catalogue.ROOT, "tests", "golden", "functions")
SEED = 2024
LONGEST = 420
MODES = {"": calls.SETTINGS[0], "_legacy": calls.SETTINGS[1]}
STANDING = dict(outcome.SETTINGS)


def confs_of(settings):
    """Settings that differ from every golden session's."""
    return [(key, value) for key, value in settings if STANDING.get(key, {calls.ANSI: "true", calls.TIME_TYPE: "false"}.get(key)) != value]


def candidates(functions, examples, settings, count):
    """Calls of a group's functions in turn, so that all of them are in."""
    each = -(-count // len(functions)) + 2
    made = [[(batch, call) for batch in calls.Generator(f, examples, SEED, settings).batches(each) for call in batch.calls] for f in functions]
    for i in range(max(map(len, made))):
        for one in made:
            if i < len(one):
                batch, call = one[i]
                yield batch.sql([call])


def is_fit(answer):
    """Whether a golden case can be made of Spark's answer."""
    if answer.error and answer.error.split()[0] in ("-", "INTERNAL_ERROR"):
        return False
    return len(json.dumps([answer.columns, answer.rows, answer.message])) < 3 * LONGEST


def fill(path, settings, wanted, oracle, ours, most):
    """Writes a golden file of calls that both servers answer alike, which changing answers never are. `wanted`: (SQL, whether it
    is taken beyond `most`)."""
    book = case_file.CaseFile(path, confs=confs_of(settings))
    book.comments = ["# Random calls, made and recorded by tests/differential/record.py."]
    sessions = [outcome.new_session(remote, settings) for remote in (oracle, ours)]
    seen, count = set(), collections.Counter()
    for sql, must in wanted:
        if len(book.cases) >= most and not must:
            break
        if sql in seen or len(sql) > LONGEST:
            continue
        seen.add(sql)
        case = case_file.Case("call", text=sql)
        try:
            with outcome.time_limit(60):
                case.expected = outcome.ask(sessions[0], case, "{DATA}")
                if not is_fit(case.expected):
                    continue
                got = outcome.ask(sessions[1], case, "{DATA}")
        except outcome.NoAnswer:
            continue
        if outcome.difference(case.expected, got, False) is not None:
            continue
        name = re.sub(r"\W+", "_", re.search(r"([A-Za-z]\w*) ?\(", sql[6:] + "call(")[1].lower())
        count[name] += 1
        case.id = f"{name}_{count[name]}"
        book.cases.append(case)
    for session in sessions:
        session.stop()
    case_file.write(book)
    return len(book.cases)


def logged(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            yield from map(json.loads, file)


def write(name, settings, wanted, oracle, ours, most):
    path = os.path.join(FOLDER, f"differential_{name}.test")
    number = fill(path, settings, wanted, oracle, ours, most)
    print(f"{os.path.relpath(path)}: {number} cases", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cases", type=int, default=200, help="cases a group")
    p.add_argument("--group", action="append", default=[])
    p.add_argument("--mended", action="append", default=[], help="a log of differences (run.py --log)")
    p.add_argument("--remote", help="a running Firesteel; without it build/firesteel is started")
    p.add_argument("--oracle", default=os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"))
    a = p.parse_args()
    examples = catalogue.example_arguments()
    groups = collections.defaultdict(list)
    for function in catalogue.functions(run.shown_functions(a.oracle)):
        groups[function.group].append(function)
    with run.Server() if not a.remote else run._Running(a.remote) as server:
        outcome.prepare_process()
        for mode, settings in MODES.items():
            if a.mended:
                wanted = [(line["sql"], True) for line in logged(a.mended) if tuple(map(tuple, line["settings"])) == settings]
                write(f"mended{mode}", settings, wanted, a.oracle, server.remote, 0)
                continue
            for group in a.group or sorted(groups):
                wanted = ((sql, False) for sql in candidates(groups[group], examples, settings, 2 * a.cases))
                write(f"{group}{mode}", settings, wanted, a.oracle, server.remote, a.cases // 2)


if __name__ == "__main__":
    main()
