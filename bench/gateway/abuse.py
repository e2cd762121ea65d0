#!/usr/bin/env python3
"""A hundred good clients beside HTTP/2 abuse: their p99 may at most double.

    bench/gateway/run.sh abuse [--rounds 5] [--seconds 5] [--attacks "rapid reset,pings"]

Good clients (each a connection and a session of its own, a call each 50 ms or so), attackers, gateway and backend share the
cores of --cpus. Each round measures without attackers, then beside each attack (tests/gateway/attacks.py: one connection
of floods that comes back as soon as it is cut off; a hundred whose headers never end), then beside all of them. Medians of
the rounds. Attackers run when nothing else wants the cores, as they have none of their own in life. `ratio` is that of each round's p99 to its own quiet one. Writes abuse.json to --out.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time

import candidates

LOAD = os.path.join(candidates.ROOT, "build", "bench", "gateway_bench_load")
ATTACKS = os.path.join(candidates.ROOT, "tests", "gateway", "attacks.py")
NAMES = ["rapid reset", "pings", "settings", "continuations", "empty continuations", "slow headers"]
MIB = 1 << 20


def measure(a, gateway, names):
    """p50 and p99 of the good clients beside these attacks, and what the gateway spends and holds meanwhile."""
    attackers = None
    if names:
        # In life they have machines of their own.
        attackers = subprocess.Popen(["taskset", "-c", a.cpus, *shlex.split(a.attackers), sys.executable, ATTACKS, str(gateway.port), *names, "--seconds",
                                      str(a.seconds + 2)], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
    cpu, begun = gateway.cpu_seconds(), time.monotonic()
    good = subprocess.run(["taskset", "-c", a.cpus, LOAD, "good", "--port", str(gateway.port), "--clients", str(a.clients),
                           "--seconds", str(a.seconds)], stdout=subprocess.PIPE, text=True, check=True)
    row = json.loads(good.stdout)
    row["cpu"] = (gateway.cpu_seconds() - cpu) / (time.monotonic() - begun)
    row["mib"] = gateway.memory() / MIB
    if attackers:
        row["cut"] = attackers.communicate(timeout=60)[0].strip()
    return row


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=int, default=5)
    p.add_argument("--clients", type=int, default=100)
    p.add_argument("--attacks", type=lambda text: text.split(","), default=NAMES)
    p.add_argument("--attackers", default="chrt --idle 0", help="what runs them")
    p.add_argument("--cpus", default="0,1")
    p.add_argument("--binary", default=os.path.join(candidates.ROOT, "build", "firesteel"))
    p.add_argument("--out", default=os.path.join(candidates.ROOT, "build", "bench-gateway"))
    a = p.parse_args()
    scenes = {"quiet": [], **{name: [name] for name in a.attacks}}
    if len(a.attacks) > 1:
        scenes["all"] = a.attacks
    backend = candidates.Backend("backend", candidates.free_port(), a.cpus)
    gateway = candidates.Gateway(a.cpus, backend, a.binary)
    rounds = []
    try:
        backend.start()
        gateway.start()
        for number in range(a.rounds):
            rounds.append({scene: measure(a, gateway, names) for scene, names in scenes.items()})
            print(f"round {number + 1} of {a.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    finally:
        gateway.stop()
        backend.stop()
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, "abuse.json"), "w", encoding="utf-8") as file:
        json.dump(rounds, file, indent=1)
    middle = lambda scene, key: statistics.median(r[scene][key] for r in rounds)
    print(f"{'':<20}{'p50 ms':>8}{'p99 ms':>8}{'ratio':>7}{'gateway CPU':>13}{'MiB':>6}   attacks that were cut off (last round)")
    for scene in scenes:
        ratio = statistics.median(r[scene]["p99_us"] / r["quiet"]["p99_us"] for r in rounds)
        print(f"{scene:<20}{middle(scene, 'p50_us') / 1000:>8.2f}{middle(scene, 'p99_us') / 1000:>8.2f}{ratio:>7.2f}"
              f"{middle(scene, 'cpu'):>13.2f}{middle(scene, 'mib'):>6.0f}   {rounds[-1][scene].get('cut', '')}")


if __name__ == "__main__":
    main()
