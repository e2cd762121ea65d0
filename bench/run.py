#!/usr/bin/env python3
"""Measures Firesteel, Sail, Apache Spark and DuckDB in one run, on one machine, on one data set.

    make bench
    bench/run.sh --engines firesteel,duckdb --sf 1 --rounds 3 --out build/bench

What is measured: the 22 TPC-H queries (best of --rounds, each result fetched whole as an Arrow table), small queries
(p50 and p99 of 200), cold start (exec to listening, exec to the first answer; the client's own start does not count),
memory when idle and after the queries. DuckDB runs inside the measuring Python process, on the same files: it is what the
engine alone can do. Writes result.json and chart.png to --out and prints a table. Engines run one after another; the
machine should be quiet (the load at the start is recorded).
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import engines
import report

MEASURE = os.path.join(HERE, "measure.py")
QUERIES = os.path.join(engines.ROOT, "tests", "tpch", "queries")


def measure(python, *args, timeout=3600):
    done = subprocess.run([python, MEASURE, *args], capture_output=True, text=True, timeout=timeout)
    if done.returncode:
        return {"error": (done.stderr or done.stdout)[-500:]}
    return json.loads(done.stdout.splitlines()[-1])


def cold_start(kind):
    """Starts the engine while a client that has finished its own start waits for it."""
    engine = kind()
    client = subprocess.Popen([engine.python, MEASURE, "first", "--remote", engine.remote], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        client.stdout.readline()
        client.stdin.write("go\n")
        client.stdin.flush()
        engine.start()
        out = json.loads(client.communicate(timeout=180)[0].splitlines()[-1])
    finally:
        client.kill()
        client.wait()
        engine.stop()
        engine.folder.cleanup()
    return out


def measure_server(kind, data, a):
    out = {"cold_start": min((cold_start(kind) for _ in range(3)), key=lambda c: c.get("first_query_s", 1e9))}
    with kind() as engine:
        time.sleep(2)
        out["idle_rss_mib"] = engine.rss_bytes() / 2**20
        out["small"] = measure(engine.python, "small", "--remote", engine.remote, "--data", data)
        out["tpch"] = measure(engine.python, "tpch", *a.queries, "--remote", engine.remote, "--data", data, "--queries", QUERIES,
                              "--rounds", str(a.rounds))
        out["after_rss_mib"] = engine.rss_bytes() / 2**20
    return out


def measure_duckdb(data, a):
    begun = time.perf_counter()
    code = "import duckdb, re; duckdb.sql('SELECT 1').fetchall(); print(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    rss = subprocess.check_output([engines.BENCH, "-c", code], text=True)
    return {"cold_start": {"first_query_s": time.perf_counter() - begun}, "idle_rss_mib": int(rss) / 1024,
            "small": measure(engines.BENCH, "small", "--engine", "duckdb", "--data", data),
            "tpch": measure(engines.BENCH, "tpch", *a.queries, "--engine", "duckdb", "--data", data, "--queries", QUERIES,
                            "--rounds", str(a.rounds))}


def data_folder(scale):
    code = f"import sys; sys.path.insert(0, {os.path.join(engines.ROOT, 'tests', 'tpch')!r}); import tpch; print(tpch.data_folder({scale!r}))"
    return subprocess.check_output([engines.CLIENT, "-c", code], text=True).strip().splitlines()[-1]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), platform.processor())
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "load_at_start": os.getloadavg()[0], "date": time.strftime("%Y-%m-%d %H:%M")}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("queries", nargs="*", help="q01 … q22 (all)")
    p.add_argument("--engines", default="firesteel,sail,spark,duckdb")
    p.add_argument("--sf", default="1")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--out", default=os.path.join(engines.ROOT, "build", "bench"))
    a = p.parse_args()
    chosen = a.engines.split(",")
    unknown = [e for e in chosen if e not in engines.SERVERS and e != "duckdb"]
    if unknown:
        p.error(f"unknown engine {unknown[0]} (there are {', '.join([*engines.SERVERS, 'duckdb'])}; commas between them)")
    known = {name.removesuffix(".sql") for name in os.listdir(QUERIES)}
    if not known.issuperset(a.queries):
        p.error(f"unknown query {sorted(set(a.queries) - known)[0]} (there are q01 to q22)")
    data = data_folder(a.sf)
    book = {"machine": machine(), "scale": a.sf, "rounds": a.rounds, "versions": engines.versions(), "engines": {}}
    if book["machine"]["load_at_start"] > 0.5:
        print(f"the machine is busy (load {book['machine']['load_at_start']:.1f}): the figures will be too high", file=sys.stderr)
    failed = 0
    for name in chosen:
        begun = time.monotonic()
        label = "DuckDB" if name == "duckdb" else engines.SERVERS[name].name
        try:
            got = measure_duckdb(data, a) if name == "duckdb" else measure_server(engines.SERVERS[name], data, a)
        except Exception as e:
            got = {"error": f"{type(e).__name__}: {e}"}
        failed += "error" in got
        book["engines"][label] = got
        print(f"{label}: measured in {time.monotonic() - begun:.0f} s", flush=True)
    os.makedirs(a.out, exist_ok=True)
    with open(os.path.join(a.out, "result.json"), "w", encoding="utf-8") as f:
        json.dump(book, f, indent=1)
    print(report.table(book))
    report.chart(book, os.path.join(a.out, "chart.png"))
    print(f"written: {a.out}/result.json, {a.out}/chart.png")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
