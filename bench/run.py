"""One run of the comparison: starts each engine alone, measures it, stops it; prints a table, writes JSON and a chart.

Shown are the best of --repeat for each TPC-H query, the median and 99th percentile of small queries as a PySpark user sees
them (client included), and the time from starting the server's process to its open port and to a client's first answer.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "golden"), str(ROOT / "tests" / "tpch")]
import tpch
from server import free_port

CLIENT_PYTHON = ROOT / ".deps/venv-client/bin/python"
BENCH_PYTHON = ROOT / ".deps/venv-bench/bin/python"
ENGINES = ("firesteel", "duckdb", "sail", "spark")


@contextlib.contextmanager
def started(command, port, env=None, wait_s=120):
    """Runs a server's process group until the block ends; gives the seconds from exec to the open port."""
    with tempfile.TemporaryDirectory(prefix="firesteel-bench-") as folder, open(os.path.join(folder, "log"), "w+b") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder,
                                   env={**os.environ, **(env or {})}, start_new_session=True)
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if process.poll() is not None or time.perf_counter() - began > wait_s:
                    log.seek(0)
                    raise RuntimeError(f"{command[0]} did not listen:\n" + log.read().decode(errors="replace")[-2000:])
                time.sleep(0.001)
            yield time.perf_counter() - began
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def server_of(engine, port, folder):
    """Command, environment and client interpreter of a server."""
    if engine == "firesteel":
        return [str(ROOT / "build/firesteel"), "serve", "--port", str(port), "--warehouse", folder, "--temp-dir", folder], {}, CLIENT_PYTHON
    if engine == "sail":
        return [str(BENCH_PYTHON.parent / "sail"), "spark", "server", "--port", str(port)], {}, BENCH_PYTHON
    home = subprocess.run([str(CLIENT_PYTHON), "-c", "import os, pyspark; print(os.path.dirname(pyspark.__file__))"],
                          capture_output=True, text=True, check=True).stdout.strip()
    command = [
        "bash", f"{home}/sbin/start-connect-server.sh", "--master", "local[*]", "--driver-memory", "8g",
        "--conf", f"spark.connect.grpc.binding.port={port}", "--conf", "spark.ui.enabled=false",
        "--conf", f"spark.sql.shuffle.partitions={os.cpu_count()}", "--conf", f"spark.sql.warehouse.dir={folder}",
    ]
    env = {"SPARK_HOME": home, "SPARK_NO_DAEMONIZE": "1", "PYSPARK_PYTHON": str(CLIENT_PYTHON), "SPARK_LOCAL_IP": "127.0.0.1",
           "SPARK_LOCAL_DIRS": folder, "SPARK_LOG_DIR": folder, "SPARK_PID_DIR": folder}
    return command, env, CLIENT_PYTHON


def measure(engine, data, repeat):
    def run(python, *how):
        command = [str(python), str(ROOT / "bench/measure.py"), data, str(ROOT / "tests/tpch/queries"), "--repeat", str(repeat), *how]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
        if done.returncode:
            raise RuntimeError(f"{engine}: {done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    if engine == "duckdb":
        return {**run(BENCH_PYTHON, "--duckdb"), "listening": None}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="firesteel-bench-") as folder:
        command, env, python = server_of(engine, port, folder)
        with started(command, port, env) as listening:
            return {**run(python, "--remote", f"sc://localhost:{port}"), "listening": listening}


def summary(result):
    best = {name: min(seconds) for name, seconds in result["tpch"].items()}
    line = {"tpch_seconds": sum(best.values()), "queries": len(best), "first_answer": result["first_answer"], "listening": result["listening"]}
    for i, (_, seconds) in enumerate(sorted(result["small"].items(), key=lambda item: len(item[0]))):
        line[f"small{i}_median"] = statistics.median(seconds)
        line[f"small{i}_p99"] = sorted(seconds)[int(len(seconds) * 0.99) - 1]
    return best, line


def print_table(results):
    def cell(value, scale=1.0, digits=2):
        return "-" if value is None else f"{value * scale:.{digits}f}"

    engines = list(results)
    best, lines = {}, {}
    for engine in engines:
        best[engine], lines[engine] = summary(results[engine])
    rows = [["", *engines]]
    rows += [[name, *(cell(best[e].get(name)) for e in engines)] for name in tpch.QUERIES]
    rows.append(["all answered queries, s", *(f"{lines[e]['tpch_seconds']:.2f} ({lines[e]['queries']})" for e in engines)])
    for i, text in enumerate(sorted(results[engines[0]]["small"], key=len)):
        for what in ("median", "p99"):
            rows.append([f"{text[:38]}, {what}, ms", *(cell(lines[e].get(f"small{i}_{what}"), 1000) for e in engines)])
    rows.append(["process start to open port, ms", *(cell(lines[e]["listening"], 1000, 0) for e in engines)])
    rows.append(["client start to first answer, ms", *(cell(lines[e]["first_answer"], 1000, 0) for e in engines)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:])), sep="  ")
    for engine in engines:
        for name, error in results[engine]["errors"].items():
            print(f"{engine} {name}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--sf", default="1")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench")
    args = parser.parse_args()
    engines = args.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        parser.error(f"unknown engine: {', '.join(sorted(unknown))}")

    data = tpch.data_folder(args.sf)
    results = {}
    for engine in engines:
        print(f"bench: {engine} …", file=sys.stderr, flush=True)
        try:
            results[engine] = measure(engine, data, args.repeat)
        except Exception as error:
            print(f"bench: {engine} could not be measured: {error}", file=sys.stderr)
    if not results:
        return 1
    print(f"TPC-H SF{args.sf}, best of {args.repeat}, {os.cpu_count()} cores, {platform.platform()}\n")
    print_table(results)
    args.out.mkdir(parents=True, exist_ok=True)
    report = args.out / "bench.json"
    report.write_text(json.dumps({
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cores": os.cpu_count(), "scale": args.sf, "repeat": args.repeat, "engines": results,
    }, indent=1))
    chart = args.out / "bench.png"
    subprocess.run([str(BENCH_PYTHON), str(ROOT / "bench/chart.py"), str(report), str(chart)], check=True)
    print(f"\nwritten: {report}, {chart}")
    return 0 if len(results) == len(engines) and not any(r["errors"] for r in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
