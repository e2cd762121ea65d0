#!/usr/bin/env python3
"""Hours at a gateway: PySpark sessions whose every answer is checked, while servers die, stop, drain and come back, the
configuration is read again and, in the first third of the time, the gateway itself is killed.

    tests/gateway/soak.py [seconds] [seed]         3600, random

An operation may fail only by SESSION_CHANGED, after the death of a server; its program then begins a new session. None may
take longer than a minute. At the end the gateway's memory and descriptors must be what they were after the last kill (1.2
times, 16 MiB and 20 descriptors forgiven), nothing may be left running, and the sessions of live servers none. Ends with
`N passed, N failed`.
"""
import collections
import multiprocessing
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "client"), os.path.join(HERE, "..", "soak")]
import outcome
from active_sessions import KINDS
from faults import MortalServer
from gateway import Gateway, anonymous
from many_sessions import memory_mib
from verdict import verdict

PROCESSES, SESSIONS, LONGEST_S = 2, 8, 60


def session(remote, number, until, counts, findings):
    """What a program does: it asks, and begins anew when its session is lost."""
    from pyspark.sql import SparkSession

    chance, spark = random.Random(number), None
    while time.time() < until:
        kind, n, began = chance.choice(KINDS), chance.randrange(3, 20_000), time.monotonic()
        try:
            spark = spark or SparkSession.builder.remote(remote).config("spark.sql.session.timeZone", outcome.TIME_ZONE).create()
            got, wanted = kind(spark, number, n)
            if "SESSION_CHANGED" in str(got):  # of the kind that expects an error
                raise RuntimeError(got)
            counts["answers"] += 1
            if got != wanted:
                findings.append(f"session {number}, {kind.__name__}({n}): {got!r:.200} instead of {wanted!r:.200}")
        except Exception as raised:  # whatever else it is, it is a finding
            if "SESSION_CHANGED" in str(raised):
                counts["lost"] += 1
            else:
                findings.append(f"session {number}, {kind.__name__}({n}): {type(raised).__name__} {str(raised)[:300]}")
            spark = None
        took = time.monotonic() - began
        if took > LONGEST_S:
            findings.append(f"session {number}, {kind.__name__}({n}) took {took:.0f} s")
        counts["longest_ms"] = max(counts["longest_ms"], int(took * 1000))
        if spark is not None and chance.random() < 0.02:
            spark.stop()
            spark = None
        time.sleep(chance.uniform(0.05, 0.6))
    if spark is not None:
        spark.stop()


def client(remote, numbers, until, results):
    outcome.prepare_process()
    counts, findings = collections.Counter(), []
    threads = [threading.Thread(target=session, args=(remote, n, until, counts, findings)) for n in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((counts, findings))


class Misfortunes:
    """One after the other, until the end comes near."""

    def __init__(self, gateway, servers, config, seed, restarts_until):
        self.gateway, self.servers, self.config = gateway, servers, config
        self.chance, self.restarts_until, self.done = random.Random(seed), restarts_until, collections.Counter()
        self.restarting = threading.Lock()

    def kill(self):
        server = self.chance.choice(self.servers)
        server.process.kill()
        server.process.wait()
        time.sleep(self.chance.uniform(0, 1))
        server.rise()

    def stop(self):
        server = self.chance.choice(self.servers)
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.2, 4))
        server.process.send_signal(signal.SIGCONT)

    def drain(self):
        ready = [server for server in self.gateway.status()["servers"] if server["state"] == "ready"]
        if len(ready) > 1:
            number = self.chance.choice(ready)["id"]
            self.gateway.press(f"/servers/{number}/drain")
            time.sleep(self.chance.uniform(0.5, 3))
            self.gateway.press(f"/servers/{number}/undrain")

    def reload(self):
        self.gateway.reload(self.config)

    def restart(self):
        with self.restarting:
            self.gateway.stop(signal.SIGKILL)
            self.gateway.rise()

    def run(self, until):
        while time.time() < until:
            time.sleep(self.chance.uniform(1, 6))
            kinds = [self.kill, self.stop, self.drain, self.reload] + [self.restart] * (time.time() < self.restarts_until)
            kind = self.chance.choice(kinds)
            try:
                kind()
            except urllib.error.HTTPError as refused:
                if refused.code != 404:  # the server that was to be drained has just died
                    raise
                continue
            self.done[kind.__name__] += 1


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="firesteel-soak-") as folder, MortalServer() as one, MortalServer() as two, MortalServer() as three:
        servers = [one, two, three]
        config = anonymous(*servers, extra=f'probe_interval = "1s"\n[state]\nfile = "{folder}/gateway.state"\n')
        with Gateway(config) as gateway:
            begun, results = time.time(), multiprocessing.Queue()
            until = begun + seconds
            clients = [multiprocessing.Process(target=client, args=(gateway.remote(), range(i, SESSIONS * PROCESSES, PROCESSES), until, results))
                       for i in range(PROCESSES)]
            for process in clients:
                process.start()
            misfortunes = Misfortunes(gateway, servers, config, seed, begun + seconds / 3)
            worker = threading.Thread(target=misfortunes.run, args=(until - 15,))
            worker.start()
            samples = []
            while time.time() < until:
                time.sleep(1)
                with misfortunes.restarting:
                    pid = gateway.process.pid
                    if gateway.alive():
                        samples.append((time.time() - begun, memory_mib(pid), len(os.listdir(f"/proc/{pid}/fd"))))
                if len(samples) % 60 == 0:
                    print(f"{samples[-1][0]:.0f} s: {samples[-1][1]:.0f} MiB, {samples[-1][2]} descriptors, {dict(misfortunes.done)}", flush=True)
            worker.join()
            counts, findings = collections.Counter(), []
            for _ in clients:
                try:
                    more, found = results.get(timeout=180)
                except queue.Empty:
                    findings.append("a client hangs")
                    continue
                longest = max(counts["longest_ms"], more["longest_ms"])
                counts += more
                counts["longest_ms"] = longest
                findings += found
            for process in clients:
                process.join(10)
                process.kill()
            time.sleep(2)
            state, alive = misfortunes.status(), gateway.alive()
            with urllib.request.urlopen(f"http://127.0.0.1:{gateway.http_port}/metrics", timeout=10) as answer:
                metrics = answer.read().decode()
    level = [sample for sample in samples if sample[0] > seconds / 3 + min(30, seconds / 10)]
    first, last = [max(x[1] for x in part) for part in (level[:20], level[-20:])]
    descriptors = [max(x[2] for x in part) for part in (level[:20], level[-20:])]
    checks = {
        "the gateway lives": alive,
        "every misfortune came": len(misfortunes.done) == 5 or seconds < 300,
        "memory is level": last <= 1.2 * first + 16,
        "descriptors are level": descriptors[1] <= 1.2 * descriptors[0] + 20,
        "nothing runs any more": all(session["running"] == 0 for session in state["sessions"]),
        "no session is left": not [session for session in state["sessions"] if session["state"] == "bound"],
        "the metrics agree": "\nspark_connect_sessions_active 0\n" in metrics,
        "sessions were lost only with their servers": counts["lost"] <= SESSIONS * PROCESSES * (misfortunes.done["kill"] + misfortunes.done["restart"]),
    }
    print(f"{seconds:.0f} s: {counts['answers']} right answers, {counts['lost']} sessions lost to {dict(misfortunes.done)}, the longest "
          f"operation {counts['longest_ms'] / 1000:.1f} s; memory {first:.0f} MiB after the last restart, {last:.0f} at the end; "
          f"descriptors {descriptors[0]} and {descriptors[1]}")
    return verdict(checks, counts["answers"], findings)


if __name__ == "__main__":
    sys.exit(main())
