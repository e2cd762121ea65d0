#!/usr/bin/env python3
"""Runs the same script from every client of Spark Connect and checks each step's value: `make clients`.

    tests/clients/matrix.py [--remote URL | --gateway] [--clients TEXT…] [--no-programs]

--clients runs those whose name holds one of the texts. With the oracle's URL the values themselves are proven against
Apache Spark. A client whose tools cannot be had is `skipped: why`, and counts neither as passed nor as failed.
Ends with `N passed, N failed`.
"""
import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import uuid

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
import grpc
import pyspark.sql.connect.proto as pb
from pyspark.sql.connect.proto.base_pb2_grpc import SparkConnectServiceStub
from behind_gateway import add_options, serving

# What each step must say; Apache Spark 4.3 says the same.
EXPECTED = {
    "session": "7",
    "sql": "1, one, true, 0.5; 2, null, false, 1.25",
    "types": "12.34, 2024-02-29, 2024-02-29T12:30:00Z, 0aff, [1, 2, 3]",
    "dataframe": "8, 80, n8; 9, 90, n9",
    "aggregate": "0, 4, 18; 1, 3, 12; 2, 3, 15",
    "join": "1, one, 10; 2, two, null",
    "createDataFrame": "1, one; 2, null",
    "parquet": "1, one; 2, two",
    "missing table": "TABLE_OR_VIEW_NOT_FOUND",
    "division by zero": "DIVIDE_BY_ZERO",
    "interrupt": "OPERATION_CANCELED",
    "stop": "stopped",
}
# How a prepare command says that the machine has no tools for its client; its last line says which.
NO_TOOLS = 3


@dataclasses.dataclass
class Client:
    name: str
    prepare: list  # makes the program (or its environment) when it is not there
    command: list  # runs it; the server's address and a folder follow
    user: str = "matrix"


def pinned(path, pattern):
    return re.search(pattern, (ROOT / path).read_text()).group(1)


def pyspark(item):
    version = pinned(f"tools/setup/requirements/{item}.txt", r"pyspark==(\S+)")
    return Client(f"PySpark {version}", ["tools/setup/fetch.sh", item],
                  [f".deps/venv-{item}/bin/python", "tests/clients/python/script.py"])


def jvm(language, main):
    version = pinned("tests/clients/jvm/pom.xml", r"connect-client-jvm.*\s*<version>([^<]*)")
    return Client(f"{language} spark-connect-client-jvm {version}", ["tests/clients/jvm/build.sh"],
                  ["tests/clients/jvm/run.sh", main])


def rust(crate, user=Client.user):
    version = pinned(f"tests/clients/rust/{crate}/Cargo.toml", rf'{crate} = "=([^"]*)"')
    return Client(f"Rust {crate} {version}", ["tests/clients/rust/build.sh", crate], [f".deps/clients/{crate}"], user)


def clients():
    go = pinned("tests/clients/go/go.mod", r"spark-connect-go\S* (\S+)")
    return [
        *map(pyspark, ["client-3.5", "client-4.0", "client-4.1", "client-4.2", "client"]),
        Client("C++ firesteel::client", ["tools/build.sh", "client_script"], ["build/tests/client_script"]),
        jvm("Java", "Script"),
        jvm("Scala", "ScalaScript"),
        Client(f"Go spark-connect-go {go}", ["tests/clients/go/build.sh"], [".deps/clients/spark-connect-go"]),
        # It sends a user to some calls only: with one, its interrupt would be for another session than its queries.
        rust("spark-connect", user=""),
        rust("spark-connect-rs"),
    ]


def is_closed(remote, user, session_id):
    """Whether the server has closed the session: it then refuses every call for it."""
    with grpc.insecure_channel(remote.removeprefix("sc://")) as channel:
        request = pb.AnalyzePlanRequest(session_id=session_id, spark_version={})
        request.user_context.user_id = user
        try:
            SparkConnectServiceStub(channel).AnalyzePlan(request, timeout=30)
        except grpc.RpcError as e:
            return "INVALID_HANDLE.SESSION_CLOSED" in e.details()
    return False


def said(output):
    """What a program printed: step → (status, text)."""
    lines = (line.split("\t", 2) for line in output.splitlines())
    return {name: (status, text) for name, status, text in (line for line in lines if len(line) == 3)}


def run_script(client, remote):
    """Runs the client's program; gives the number of passed steps, what failed, what is not offered."""
    session_id = str(uuid.uuid4())
    url = f"{remote}/;session_id={session_id}" + (f";user_id={client.user}" if client.user else "")
    with tempfile.TemporaryDirectory(prefix="firesteel-client-") as folder:
        # A zone that is not the server's: a client that confuses the two is seen.
        env = os.environ | {"TZ": "America/Los_Angeles", "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run([*client.command, url, folder], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
            output, end = done.stdout, f"the program ended with {done.returncode}: {done.stderr[-600:].strip()}"
        except subprocess.TimeoutExpired as e:
            output, end = (e.stdout or b"").decode(), "the program did not end within 300 s"
    results = said(output)
    if results.get("stop") == ("ok", EXPECTED["stop"]) and not is_closed(remote, client.user, session_id):
        results["stop"] = ("ok", "stopped, but the server's session goes on")
    passed, failed, absent = 0, [], []
    for step, want in EXPECTED.items():
        status, text = results.get(step, ("missing", end))
        if status == "not offered":
            absent.append(f"{step} ({text})")
        elif (status, text) == ("ok", want):
            passed += 1
        else:
            failed.append(f"{step}: expected {want!r}, got {status}: {text}")
    return passed, failed, absent


def run_client(client, remote):
    """Prints the client's line; gives the numbers of passed and failed steps, or None when it was skipped."""
    made = subprocess.run(client.prepare, cwd=ROOT, capture_output=True, text=True)
    if made.returncode == NO_TOOLS:
        print(f"{client.name}: skipped: {made.stderr.strip().splitlines()[-1]}", flush=True)
        return None
    if made.returncode:
        passed, failed, absent = 0, [f"it could not be made:\n{(made.stdout + made.stderr)[-3000:]}"], []
    else:
        passed, failed, absent = run_script(client, remote)
    print(f"{client.name}: {passed} passed, {len(failed)} failed; steps not offered: {', '.join(absent) or 'none'}")
    for failure in failed:
        print(f"  FAILED {failure}")
    sys.stdout.flush()
    return passed, len(failed)


def run_programs(remote):
    """The recorded programs of run.py, from every PySpark."""
    done = subprocess.run([sys.executable, HERE / "run.py", "--remote", remote, "--clients", "all"], capture_output=True, text=True)
    *log, summary = done.stdout.strip().splitlines() or [""]
    count = re.fullmatch(r"(\d+) passed, (\d+) failed", summary)
    passed, failed = map(int, count.groups()) if count else (0, 1)
    print(f"recorded programs from every PySpark: {passed} passed, {failed} failed")
    if failed:
        print("\n".join(log) + done.stderr[-3000:])
    return passed, failed


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(p)
    p.add_argument("--clients", nargs="+", default=[""])
    p.add_argument("--no-programs", action="store_true", help="only the script")
    a = p.parse_args()
    chosen = [c for c in clients() if any(text.lower() in c.name.lower() for text in a.clients)]
    counts = []
    skipped = []
    with serving(a) as remote:
        for client in chosen:
            count = run_client(client, remote)
            if count:
                counts.append(count)
            else:
                skipped.append(client.name)
        if not a.no_programs:
            counts.append(run_programs(remote))
    if skipped:
        print(f"not tested, their tools are not to be had here: {', '.join(skipped)}")
    passed, failed = (sum(column) for column in zip(*counts, (0, 0)))
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
