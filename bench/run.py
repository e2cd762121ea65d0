#!/usr/bin/env python3
"""Measures Firesteel, Sail, Apache Spark and DuckDB in one run, on one machine, on one data set.

    make bench
    bench/run.sh --engines firesteel,duckdb --sf 1 --rounds 3 --out build/bench

What is measured, by --parts:
    cold      exec to listening, exec to the first answer (the client's own start does not count); memory when idle, and
              10 s after a first query
    small     small queries, p50 and p99 of 200
    tpch      the 22 queries, best of --rounds, each result fetched whole as an Arrow table
    tpcds     the 99 queries at scale factor 1, best of --tpcds-rounds
    sql       bench/sql_functions.py: built-in functions over ten million rows
    programs  bench/programs.py: large results, local data, long plans
    udf       bench/functions.py: every kind of Python function on millions of rows, the first call of a session, and the
              program of entity matching
    load      bench/load.py: --clients at once for --load-seconds; memory in the first and the last quarter
DuckDB runs inside the measuring Python process, on the same files: it is what the engine alone can do. Writes result.json
and chart.png to --out and prints a table. Engines run one after another; the machine should be quiet (the load at the
start is recorded).

    bench/run.sh --sf 10 --parts tpch --rounds 1 --engines firesteel --memory-limit 2GB     # by spilling
"""
import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import engines
import report

MEASURE = os.path.join(HERE, "measure.py")
LOAD = os.path.join(HERE, "load.py")
PARTS = ("cold", "small", "tpch", "tpcds", "load", "udf", "sql", "programs")
QUERIES = os.path.join(engines.ROOT, "tests", "tpch", "queries")


def run_client(command, engine=None, each=lambda: None):
    """Runs a measuring process to its end, or until the server that it measures has ended; gives its JSON."""
    client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while True:
        try:
            stdout, stderr = client.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            each()
            if engine is not None and engine.process.poll() is not None:
                os.killpg(client.pid, signal.SIGKILL)
                client.communicate()
                return {"error": f"the server ended: {engine.log()[-300:]}"}
    if client.returncode:
        return {"error": (stderr or stdout)[-500:]}
    return json.loads(stdout.splitlines()[-1])


def measure(python, *args, engine=None):
    return run_client([python, MEASURE, *args], engine)


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


def load(engine, data, a):
    """Many clients, and the server's memory meanwhile."""
    command = [engine.python, LOAD, "--remote", engine.remote, "--data", data, "--clients", str(a.clients), "--seconds", str(a.load_seconds)]
    sizes = []
    got = run_client(command, engine, lambda: sizes.append(engine.rss_bytes() / 2**20))
    if "error" in got:
        return got
    quarter = max(1, len(sizes) // 4)
    return {**got, "rss_first_quarter_mib": max(sizes[:quarter]), "rss_last_quarter_mib": max(sizes[-quarter:])}


def queries(python, suite, engine_args, rounds, names=(), engine=None):
    return measure(python, "queries", *names, *engine_args, "--data", suite["data"], "--queries", suite["queries"], "--rounds", str(rounds),
                   engine=engine)


def measure_server(kind, suites, a):
    out = {}
    if "cold" in a.parts:
        out["cold_start"] = min((cold_start(kind) for _ in range(3)), key=lambda c: c.get("first_query_s", 1e9))
    with kind() as engine:
        remote = ["--remote", engine.remote]
        if "cold" in a.parts:
            time.sleep(2)
            out["idle_rss_mib"] = engine.rss_bytes() / 2**20
            measure(engine.python, "small", *remote, "--data", suites["tpch"]["data"], "--count", "1", "--warm-up", "0")
            time.sleep(10)
            out["used_rss_mib"] = engine.rss_bytes() / 2**20
        if "small" in a.parts:
            out["small"] = measure(engine.python, "small", *remote, "--data", suites["tpch"]["data"], engine=engine)
        if "tpch" in a.parts:
            out["tpch"] = queries(engine.python, suites["tpch"], remote, a.rounds, a.queries, engine)
        if "tpcds" in a.parts:
            out["tpcds"] = queries(engine.python, suites["tpcds"], remote, a.tpcds_rounds, engine=engine)
        out["after_rss_mib"] = engine.rss_bytes() / 2**20
        if "load" in a.parts:
            out["load"] = load(engine, suites["tpch"]["data"], a)
        if "udf" in a.parts:
            out["udf"] = measure(engine.python, "functions", *remote, "--rounds", str(a.rounds), engine=engine)
        if "sql" in a.parts:
            out["sql"] = measure(engine.python, "sql_functions", *remote, "--rounds", str(a.rounds), engine=engine)
        if "programs" in a.parts:  # last: a long plan may end a server
            out["programs"] = measure(engine.python, "programs", *remote, "--rounds", str(a.rounds), engine=engine)
        out["peak_rss_mib"] = engine.peak_rss_bytes() / 2**20
    return out


def measure_duckdb(suites, a):
    out = {}
    raw = ["--engine", "duckdb"]
    if "cold" in a.parts:
        begun = time.perf_counter()
        code = "import duckdb, re; duckdb.sql('SELECT 1').fetchall(); print(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])"
        rss = subprocess.check_output([engines.BENCH, "-c", code], text=True)
        out["cold_start"] = {"first_query_s": time.perf_counter() - begun}
        out["idle_rss_mib"] = int(rss) / 1024
    if "small" in a.parts:
        out["small"] = measure(engines.BENCH, "small", *raw, "--data", suites["tpch"]["data"])
    if "tpch" in a.parts:
        out["tpch"] = queries(engines.BENCH, suites["tpch"], raw, a.rounds, a.queries)
    if "tpcds" in a.parts:
        out["tpcds"] = queries(engines.BENCH, suites["tpcds"], raw, a.tpcds_rounds)
    return out


def data_folder(suite, scale):
    """The folder of the suite's Parquet files, made on first use."""
    folder = os.path.join(engines.ROOT, "tests", suite)
    code = f"import sys; sys.path.insert(0, {folder!r}); import {suite}; print({suite}.data_folder({scale!r}))"
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
    p.add_argument("--parts", default=",".join(PARTS))
    p.add_argument("--tpcds-rounds", type=int, default=2)
    p.add_argument("--clients", type=int, default=32)
    p.add_argument("--load-seconds", type=float, default=60)
    p.add_argument("--memory-limit", default="", help="of Firesteel, as its --memory-limit takes it")
    p.add_argument("--out", default=os.path.join(engines.ROOT, "build", "bench"))
    a = p.parse_args()
    chosen = a.engines.split(",")
    unknown = [e for e in chosen if e not in engines.SERVERS and e != "duckdb"]
    if unknown:
        p.error(f"unknown engine {unknown[0]} (there are {', '.join([*engines.SERVERS, 'duckdb'])}; commas between them)")
    a.parts = a.parts.split(",")
    if not set(PARTS).issuperset(a.parts):
        p.error(f"unknown part {sorted(set(a.parts) - set(PARTS))[0]} (there are {', '.join(PARTS)}; commas between them)")
    engines.Firesteel.memory_limit = a.memory_limit
    known = {name.removesuffix(".sql") for name in os.listdir(QUERIES)}
    if not known.issuperset(a.queries):
        p.error(f"unknown query {sorted(set(a.queries) - known)[0]} (there are q01 to q22)")
    suites = {"tpch": {"data": data_folder("tpch", a.sf), "queries": QUERIES}}
    if "tpcds" in a.parts:
        folder = data_folder("tpcds", "1")
        suites["tpcds"] = {"data": folder, "queries": os.path.join(folder, "queries")}
    book = {"machine": machine(), "scale": a.sf, "rounds": a.rounds, "versions": engines.versions(), "engines": {}}
    if book["machine"]["load_at_start"] > 0.5:
        print(f"the machine is busy (load {book['machine']['load_at_start']:.1f}): the figures will be too high", file=sys.stderr)
    failed = 0
    os.makedirs(a.out, exist_ok=True)
    for name in chosen:
        begun = time.monotonic()
        label = "DuckDB" if name == "duckdb" else engines.SERVERS[name].name
        try:
            got = measure_duckdb(suites, a) if name == "duckdb" else measure_server(engines.SERVERS[name], suites, a)
        except Exception as e:
            got = {"error": f"{type(e).__name__}: {e}"}
        failed += "error" in got
        book["engines"][label] = got
        with open(os.path.join(a.out, "result.json"), "w", encoding="utf-8") as f:  # what is measured is kept, whatever comes
            json.dump(book, f, indent=1)
        print(f"{label}: measured in {time.monotonic() - begun:.0f} s", flush=True)
    print(report.table(book))
    report.chart(book, os.path.join(a.out, "chart.png"))
    print(f"written: {a.out}/result.json, {a.out}/chart.png")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
