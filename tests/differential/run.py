#!/usr/bin/env python3
"""Random calls of the built-in functions: Firesteel's answers against Apache Spark's (the oracle must run).

    tests/differential/run.py                        20,000 calls with seed 1; starts build/firesteel itself
    tests/differential/run.py --seed 7 --calls 5000 --function split --function 'to_*' --verbose
    tests/differential/run.py --remote sc://localhost:15002

Compares names, types, nullability and rows, or the error whole. The oracle's answers are kept in build/differential, so a second
run with the same seed asks only Firesteel. Ends with `N passed, N failed`; the exit code is 0 when at most 0.2 % of the calls differ
in ways that known.txt does not explain.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "golden")]
import asking
import calls
import catalogue
import comparing
import known
from server import Server

KEPT = os.path.join(catalogue.ROOT, "build", "differential")
ALLOWED = 0.002
AHEAD = 4
_asker = None


def _begin(remote, kept):
    global _asker
    _asker = asking.Asker(remote, kept)


def _answers(batch):
    return _asker.answers(batch)


def _again(batch, call):
    return _asker.again(batch, call)


def shown_functions(remote):
    """Names of SHOW FUNCTIONS."""
    answer = asking.Asker(remote)._query(calls.SETTINGS[0], "SHOW FUNCTIONS")
    return {row[0] for row in answer["rows"]}


def batches_of(names, chosen, count, seed, nested=0.0):
    functions = catalogue.functions(names)
    examples = catalogue.example_arguments()
    makers = catalogue.makers(functions)
    each = max(1, -(-count // len(functions)))
    if chosen:
        functions = [f for f in functions if any(fnmatch.fnmatchcase(f.name, pattern) for pattern in chosen)]
        each = max(each, count // max(1, len(functions))) if count != 20000 else each
    return [batch for f in functions for batch in calls.Generator(f, examples, seed, makers=makers, nested=nested).batches(each)]


def compare_all(batches, ours, oracle):
    """Yields (batch, call, difference or None) of every call. Few batches are asked ahead, so that asking again comes soon."""
    waiting, left = collections.deque(), iter(batches)
    while True:
        while len(waiting) < AHEAD and (batch := next(left, None)) is not None:
            waiting.append((batch, oracle.submit(_answers, batch), ours.submit(_answers, batch)))
        if not waiting:
            return
        batch, wants, gots = waiting.popleft()
        for call, want, got in zip(batch.calls, wants.result(), gots.result()):
            found = comparing.difference(want, got, bool(batch.lead))
            if found and _unsteady(batch, call, want, oracle, found):
                found = None
            if found and found[0] == "value" and comparing.is_rounding(want, got, batch.sql([call])):
                found = ("rounding", found[1])
            yield batch, call, found


def _unsteady(batch, call, want, oracle, found):
    """Whether Spark itself answers otherwise when asked again (clocks, random numbers without a seed)."""
    if found[0] != "value" and found[0] != "rows":
        return False
    time.sleep(1.1)  # so that clocks that show seconds move, too
    return comparing.difference(want, oracle.submit(_again, batch, call).result(), bool(batch.lead)) is not None


def report(results, a, log):
    seen, differ, explained = 0, collections.defaultdict(list), collections.Counter()
    book = known.Known()
    for batch, call, found in results:
        seen += 1
        if seen % 2000 == 0:
            print(f"… {seen} calls, {sum(map(len, differ.values()))} different", file=sys.stderr, flush=True)
        if not found:
            continue
        sql = batch.sql([call])
        reason = book.reason(call.function, sql, *found)
        if reason:
            explained[reason] += 1
        else:
            differ[call.function].append((batch, sql, found))
            log.write(json.dumps({"function": call.function, "settings": batch.settings, "sql": sql, "kind": found[0], "difference": found[1]},
                                 ensure_ascii=False) + "\n")
            log.flush()
    different = sum(map(len, differ.values()))
    for name, items in sorted(differ.items(), key=lambda item: -len(item[1])):
        kinds = collections.Counter(found[0] for _, _, found in items)
        print(f"{name}: {len(items)} different ({', '.join(f'{count} {kind}' for kind, count in kinds.most_common())})")
        for batch, sql, (kind, text) in items if a.verbose else items[:2]:
            settings = " ".join(f"{key.rsplit('.', 1)[-1]}={value}" for key, value in batch.settings)
            print(f"    {sql[:a.width]}\n      [{settings}] {kind}: " + text.replace("\n", "\n      "))
    for reason, count in explained.most_common():
        print(f"known: {count} × {reason}")
    print(f"{seen} calls compared, {different} different ({100 * different / max(1, seen):.2f} %), {sum(explained.values())} known to differ")
    failed = different > ALLOWED * seen
    print(f"{seen - different} passed, {different} failed")
    return 1 if failed or not seen else 0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--calls", type=int, default=20000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--function", action="append", default=[], help="only functions of this name (may have * and ?)")
    p.add_argument("--nested", type=float, default=0.0, help="how often a call of another function stands for a constant (0 to 1)")
    p.add_argument("--remote", help="a running Firesteel; without it build/firesteel is started")
    p.add_argument("--oracle", default=os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"))
    p.add_argument("--fresh", action="store_true", help="ask the oracle anew")
    p.add_argument("--verbose", action="store_true", help="every difference, not two a function")
    p.add_argument("--log", default="differences.jsonl", help="file in build/differential that every difference is written to")
    p.add_argument("--width", type=int, default=700, help="characters shown of a query")
    a = p.parse_args()
    os.makedirs(KEPT, exist_ok=True)
    kept = os.path.join(KEPT, "oracle.sqlite")
    if a.fresh and os.path.exists(kept):
        os.remove(kept)
    batches = batches_of(shown_functions(a.oracle), a.function, a.calls, a.seed, a.nested)
    with Server() if not a.remote else _Running(a.remote) as server:
        with concurrent.futures.ProcessPoolExecutor(1, initializer=_begin, initargs=(a.oracle, kept)) as oracle, \
             concurrent.futures.ProcessPoolExecutor(1, initializer=_begin, initargs=(server.remote, None)) as ours, \
             open(os.path.join(KEPT, a.log), "w", encoding="utf-8") as log:
            code = report(compare_all(batches, ours, oracle), a, log)
        if not a.remote and not server.alive():
            print(f"the server died:\n{server.log()[-3000:]}")
            return 1
    return code


class _Running:
    def __init__(self, remote):
        self.remote = remote

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


if __name__ == "__main__":
    sys.exit(main())
