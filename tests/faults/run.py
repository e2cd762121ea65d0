#!/usr/bin/env python3
"""Faults of clients, networks and servers, each FIRESTEEL_FAULT_ROUNDS times (100): nothing may be lost, run twice or leak.

    tests/faults/run.py [names…]       all of scenarios.py and restarts.py; FIRESTEEL_BINARY names another server

Ends with `N passed, N failed` (rounds), exit code 1 when one failed.
"""
import logging
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "client"), os.path.join(HERE, "..", "golden")]
logging.disable(logging.CRITICAL)  # PySpark tells its retries there
import outcome

outcome.prepare_process()
import restarts
import scenarios
from server import Server

ROUNDS = int(os.environ.get("FIRESTEEL_FAULT_ROUNDS", "100"))
SHARED = {
    "client-killed": scenarios.client_killed,
    "stream-cut-0": lambda server: scenarios.stream_cut(server, 0),
    "stream-cut-1": lambda server: scenarios.stream_cut(server, 1),
    "stream-cut-100": lambda server: scenarios.stream_cut(server, 100),
    "stream-cut-64Ki": lambda server: scenarios.stream_cut(server, 65536),
    "duplicate-execute": scenarios.duplicate_execute,
    "reattach-everywhere": scenarios.reattach_everywhere,
    "release-session": scenarios.release_session,
    "interrupt": scenarios.interrupt,
}


def rounds_of(name, run):
    """Runs the rounds; gives the number of failed ones and the seconds that rounds reported, sorted."""
    failed, times, begun = 0, [], time.monotonic()
    for number in range(ROUNDS):
        try:
            seconds = run()
            if seconds is not None:
                times.append(seconds)
        except Exception as error:
            failed += 1
            if failed <= 3:
                print(f"{name}, round {number}: {type(error).__name__}: {str(error)[:600]}")
                traceback.print_exc(limit=-3, file=sys.stdout)
    times.sort()
    spread = f", p50 {times[len(times) // 2]:.3f} s, p99 {times[int(len(times) * 0.99)]:.3f} s" if times else ""
    print(f"{name}: {ROUNDS - failed} passed, {failed} failed{spread} ({time.monotonic() - begun:.0f} s)", flush=True)
    return failed


def main():
    wanted = sys.argv[1:] or [*SHARED, "restart", "ten-thousand-operations"]
    failed = total = 0
    with Server(args=["--memory-limit", "2GB"]) as server:
        for name in (n for n in wanted if n in SHARED):
            failed += rounds_of(name, lambda run=SHARED[name]: run(server))
            total += ROUNDS
        if "ten-thousand-operations" in wanted:
            total += 1
            failed += not scenarios.level_after(server, 10_000)
        if not server.alive():
            print("the server died:\n" + server.log()[-3000:])
            failed += 1
    if "restart" in wanted:
        failed += rounds_of("restart", restarts.restart)
        total += ROUNDS
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
