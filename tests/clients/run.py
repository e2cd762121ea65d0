#!/usr/bin/env python3
"""Runs every client program from every PySpark version and compares what it prints with the recorded text.

    tests/clients/run.py [--remote URL | --gateway] [program…] [--clients 3.5 4.1 4.3]     (`--clients all`: 4.0 and 4.2, too)
    tests/clients/run.py --record --remote sc://localhost:15102      with the oracle: the newest client's text is recorded, and
                                                                    the older ones must print the same on Apache Spark, too

Ends with `N passed, N failed`.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tpch"))
import tpch
from behind_gateway import add_options, serving

CLIENTS = {"3.5": "venv-client-3.5", "4.0": "venv-client-4.0", "4.1": "venv-client-4.1", "4.2": "venv-client-4.2", "4.3": "venv-client"}
NEWEST = "4.3"
# Of these `make test` has the environments; `make clients` runs all.
USUAL = ["3.5", "4.1", "4.3"]


def programs():
    return sorted(p.stem for p in (HERE / "programs").glob("*.py") if p.stem != "show")


def clients_of(program):
    line = re.search(r"^# clients: (.*)$", (HERE / "programs" / f"{program}.py").read_text(), re.MULTILINE)
    return line.group(1).split() if line else list(CLIENTS)


def run(client, program, remote):
    """What the program printed, and its exit status."""
    python = ROOT / ".deps" / CLIENTS[client] / "bin" / "python"
    with tempfile.TemporaryDirectory(prefix="firesteel-client-") as folder:
        env = os.environ | {"TZ": "America/Los_Angeles", "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1",
                            "TPCH_DATA": tpch.data_folder("0.01")}
        done = subprocess.run([python, HERE / "programs" / f"{program}.py", remote, folder], capture_output=True, text=True,
                              timeout=300, env=env)
    text = done.stdout.replace(folder, "{FOLDER}")
    return text if done.returncode == 0 else text + f"exit status {done.returncode}\n" + done.stderr[-3000:], done.returncode


def record(a):
    failed = 0
    for program in a.programs:
        text, status = run(NEWEST, program, a.remote)
        if status:
            print(f"REFUSED {program}:\n{text[-3000:]}")
            failed += 1
            continue
        (HERE / "expected" / f"{program}.txt").write_text(text)
        for client in a.clients:
            if client not in clients_of(program):
                continue
            other, _ = run(client, program, a.remote)
            if other != text:
                failed += 1
                print(f"{program}: {client} prints something else on Apache Spark:\n{differences(text, other)}")
    return 1 if failed else 0


def differences(want, got, limit=20):
    lines = difflib.unified_diff(want.splitlines(), got.splitlines(), "expected", "got", lineterm="", n=1)
    return "\n".join("  " + line[:400] for line in list(lines)[:limit])


def check(a, remote):
    passed = failed = 0
    for program in a.programs:
        want = (HERE / "expected" / f"{program}.txt").read_text()
        for client in clients_of(program):
            if client not in a.clients:
                continue
            got, _ = run(client, program, remote)
            if got == want:
                passed += 1
                continue
            failed += 1
            print(f"FAILED {program} from PySpark {client}:\n{differences(want, got)}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("programs", nargs="*", default=programs())
    p.add_argument("--clients", nargs="+", default=USUAL, choices=[*CLIENTS, "all"])
    add_options(p)
    p.add_argument("--record", action="store_true")
    a = p.parse_args()
    if "all" in a.clients:
        a.clients = list(CLIENTS)
    if a.record:
        return record(a)
    with serving(a) as remote:
        return check(a, remote)


if __name__ == "__main__":
    sys.exit(main())
