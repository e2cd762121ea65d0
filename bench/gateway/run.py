#!/usr/bin/env python3
"""What `firesteel gateway` costs: beside nginx as a plain gRPC proxy and beside no proxy, on the same cores.

    bench/gateway/run.sh
    bench/gateway/run.sh --rounds 7 --candidates direct,nginx,gateway --parts unary,latency
    bench/gateway/run.sh --also "mine=/tmp/mine --listen 127.0.0.1:{port} --to 127.0.0.1:{backend}"

Load generator, proxy and backend share the cores of --cpus. The backend does nothing; calls look like Spark Connect's.
What is measured, by --parts:
    unary    AnalyzePlan by h2load, CONNECTIONSxSTREAMS of --shapes: requests a second, the proxy's CPU time for each
    latency  AnalyzePlan by one gRPC caller: p50 and p99, and what these are more than without a proxy in the same round
    stream   ExecutePlan of 1 GiB in messages of 4 MiB by one gRPC caller, GB/s (10^9)
    slow     the same, read at 40 MiB/s: how much the proxy's memory grows
    idle     --sessions connections that made one call each: how much the proxy's memory grows
unary, latency and stream go in rounds, each candidate once a round in turn, and medians are told, so that a machine
that others use, too, is unjust to none; on such a machine trust the CPU time, not the rates. h2load repeats one
request, so all its calls are of one session. Prints a table and writes result.json to --out.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import candidates

LOAD = os.path.join(candidates.ROOT, "build", "bench", "gateway_bench_load")
ANALYZE = "/spark.connect.SparkConnectService/AnalyzePlan"
PARTS = ("unary", "latency", "stream", "slow", "idle")
MIB = 1 << 20


def client(a, *command, **options):
    return subprocess.Popen(["taskset", "-c", a.cpus, *map(str, command)], stdout=subprocess.PIPE, text=True, **options)


def load(a, mode, port, *options):
    run = client(a, LOAD, mode, "--port", port, *options)
    out = run.communicate(timeout=300)[0]
    if run.returncode:
        raise RuntimeError(f"the client `{mode}` failed on port {port}")
    return json.loads(out)


def unary(a, process, shape):
    """Requests a second, every one answered, and what each cost the candidate. One caller makes fewer: it waits."""
    connections, streams = map(int, shape.split("x"))
    requests = a.requests // (1 if connections * streams > 1 else 4)
    for count in (requests // 10, requests):  # the first warms up
        cpu = process.cpu_seconds()
        run = client(a, "h2load", "-n", count, "-c", connections, "-m", streams, "-d", a.body, "-H", "te: trailers",
                     "-H", "content-type: application/grpc", f"http://127.0.0.1:{process.port}{ANALYZE}")
        out = run.communicate(timeout=300)[0]
        rate = re.search(r"finished in [^,]+, ([\d.]+) req/s", out)
        succeeded = re.search(r"(\d+) succeeded, 0 failed, 0 errored", out)
        if not rate or not succeeded or int(succeeded[1]) != count:
            raise RuntimeError(f"h2load against {process.name}: {out[-600:]}")
    return {f"rps {shape}": float(rate[1]), f"cpu_us {shape}": (process.cpu_seconds() - cpu) / requests * 1e6}


def stream(a, process):
    cpu = process.cpu_seconds()
    speed = load(a, "stream", process.port)["gb_per_s"]
    return {"gb_per_s": speed, "cpu_s of 1 GiB": process.cpu_seconds() - cpu}


def one_round(a, process):
    """A candidate that ended answers for it here, not with a client's refused connection."""
    row = {}
    try:
        if "unary" in a.parts:
            for shape in a.shapes:
                row |= unary(a, process, shape)
        if "latency" in a.parts:
            row |= load(a, "latency", process.port, "--calls", a.calls)
        if "stream" in a.parts:
            row |= stream(a, process)
    except RuntimeError as error:
        if process.process.poll() is not None:
            raise RuntimeError(f"{process.name} ended while it was measured: {process.log()}") from error
        raise
    return row


def slow_reader(a, proxy):
    """MiB that the proxy grows at most while a client reads slowly, after it has seen one whole stream."""
    load(a, "stream", proxy.port)
    before = peak = proxy.memory()
    reader = client(a, LOAD, "slow", "--port", proxy.port)
    while reader.poll() is None:
        peak = max(peak, proxy.memory())
        time.sleep(0.05)
    if reader.returncode:
        raise RuntimeError(f"the slow reader of {proxy.name} failed")
    return (peak - before) / MIB


def idle_sessions(a, proxy):
    """MiB that the sessions cost."""
    before = proxy.memory()
    holder = client(a, LOAD, "idle", "--port", proxy.port, "--sessions", a.sessions, stdin=subprocess.PIPE)
    opened = holder.stdout.readline()
    time.sleep(1)
    grown = (proxy.memory() - before) / MIB
    holder.communicate()
    if not opened or holder.returncode:
        raise RuntimeError(f"{proxy.name} did not take {a.sessions} sessions")
    return grown


def memory(a, proxy):
    """On processes of their own, so that nothing that was freed before hides a growth."""
    row = {}
    for part, measure in (("slow", slow_reader), ("idle", idle_sessions)):
        if part in a.parts:
            proxy.stop()
            proxy.start()
            load(a, "latency", proxy.port, "--calls", 100)
            row[f"{part}_mib"] = measure(a, proxy)
    return row


def summary(rounds):
    """Medians; what is added to `direct` is taken round by round."""
    out = {}
    for name in rounds[0]:
        row = {key: statistics.median(r[name][key] for r in rounds) for key in rounds[0][name]}
        for quantile in ("p50_us", "p99_us"):
            if name != "direct" and "direct" in rounds[0] and quantile in row:
                row["added_" + quantile] = statistics.median(r[name][quantile] - r["direct"][quantile] for r in rounds)
        for key in [k for k in row if k.startswith("rps ") and "nginx" in rounds[0]]:
            row[key.replace("rps", "of nginx")] = statistics.median(r[name][key] / r["nginx"][key] for r in rounds)
        out[name] = row
    return out


def table(result):
    digits = {"rps": 0, "of": 2, "gb": 2, "cpu": 2}
    keys = list(dict.fromkeys(key for row in result.values() for key in row))
    lines = [["", *result]]
    for key in keys:
        places = digits.get(re.split("[ _]", key)[0], 1)
        lines.append([key, *(f"{row[key]:,.{places}f}" if key in row else "" for row in result.values())])
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths)))
                     for line in lines)


def proxies_of(a, backend):
    out = {"direct": backend}
    if "nginx" in a.candidates:
        out["nginx"] = candidates.Nginx(a.cpus, backend, len(a.cpus.split(",")))
    if "gateway" in a.candidates:
        out["gateway"] = candidates.Gateway(a.cpus, backend, a.binary)
    for also in a.also:
        name, _, command = also.partition("=")
        out[name] = candidates.Proxy(name, a.cpus, backend, command)
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    split = lambda text: text.split(",")
    p.add_argument("--candidates", type=split, default=["direct", "nginx", "gateway"])
    p.add_argument("--also", action="append", default=[], metavar="NAME=COMMAND")
    p.add_argument("--parts", type=split, default=list(PARTS))
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--requests", type=int, default=40000, help="of one run of h2load")
    p.add_argument("--shapes", type=split, default=["1x1", "32x1", "100x1", "4x25"], metavar="CONNECTIONSxSTREAMS,…")
    p.add_argument("--calls", type=int, default=5000)
    p.add_argument("--sessions", type=int, default=10000)
    p.add_argument("--cpus", default="0,1", help="the cores that all share; nginx gets a worker for each")
    p.add_argument("--binary", default=os.path.join(candidates.ROOT, "build", "firesteel"))
    p.add_argument("--out", default=os.path.join(candidates.ROOT, "build", "bench-gateway"))
    a = p.parse_args()
    if unknown := set(a.parts) - set(PARTS):
        p.error(f"unknown parts: {', '.join(sorted(unknown))}")

    work = tempfile.TemporaryDirectory(prefix="gateway-bench-")
    a.body = os.path.join(work.name, "body")
    subprocess.run([LOAD, "body", "--out", a.body], check=True, stdout=subprocess.DEVNULL)
    backend = candidates.Backend("backend", candidates.free_port(), a.cpus)
    proxies = proxies_of(a, backend)
    loads, rounds = [os.getloadavg()[0]], []
    try:
        for process in proxies.values():
            process.start()
        for number in range(a.rounds):
            rounds.append({name: one_round(a, process) for name, process in proxies.items()})
            loads.append(os.getloadavg()[0])
            print(f"round {number + 1} of {a.rounds}, load {loads[-1]:.1f}", file=sys.stderr)
        result = summary(rounds)
        for name, process in proxies.items():
            if process is not backend:
                result[name] |= memory(a, process)
    finally:
        for process in reversed(proxies.values()):
            process.stop()
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, "result.json"), "w", encoding="utf-8") as file:
        json.dump({"load": loads, "cpus": a.cpus, "medians": result, "rounds": rounds}, file, indent=1)
    print(table(result))
    print(f"load of the machine {loads[0]:.1f} at the start, {max(loads):.1f} at most (the measurement's own included)")


if __name__ == "__main__":
    main()
