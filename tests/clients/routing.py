#!/usr/bin/env python3
"""Does every client reach the environment that its `.config` calls name, in whatever order they stand?

    tests/clients/routing.py [--clients TEXT…]

Three calls (team, environment, an ordinary setting) in all six orders, from every PySpark and from the JVM client, which
sends each by itself. The audit log says where the session went. Ends with `N passed, N failed`.
"""
import argparse
import itertools
import os
import subprocess
import sys
import time
import uuid

from behind_gateway import Gateway, Server
from matrix import NO_TOOLS, ROOT, Client, clients

CONFIG = """[auth]
anonymous = true
[routing]
header_prefix = "x-acme-"
default_environment = "other"
[environments.other]
servers = ["other"]
[environments.wanted]
servers = ["wanted"]
[servers.other]
addresses = ["127.0.0.1:{0.port}"]
[servers.wanted]
addresses = ["127.0.0.1:{1.port}"]
"""
HEADER = "spark.connect.grpc.header.x-acme-"
CALLS = {"team": HEADER + "team=feature-engineering", "environment": HEADER + "environment=wanted",
         "setting": "spark.sql.shuffle.partitions=7"}


def program_of(client):
    """The client with the program of this test in the script's place; None where there is none in its language."""
    if client.name.startswith("PySpark"):
        return Client(client.name, client.prepare, [client.command[0], "tests/clients/python/config_order.py"])
    if client.name.startswith("Java"):
        return Client(client.name, client.prepare, [client.command[0], "ConfigOrder"])
    return None


def home_of(gateway, session_id):
    """Team, environment and server of the session's calls, by the audit log; calls come there a moment later."""
    for _ in range(40):
        homes = {(line["team"], line["environment"], line["server"]) for line in gateway.audit()
                 if line["session"] == session_id and line["server"]}
        if homes:
            return homes
        time.sleep(0.05)
    return set()


def fault(client, gateway, server, order):
    """What is wrong with a session whose calls stand in this order; None where nothing is."""
    session_id = str(uuid.uuid4())
    done = subprocess.run([*client.command, gateway.remote(f"session_id={session_id}"), *(CALLS[name] for name in order)],
                          cwd=ROOT, capture_output=True, text=True, timeout=120, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    if done.stdout.strip() != "3 7":
        return f"it printed {done.stdout.strip()!r} and ended with {done.returncode}: {done.stderr.strip()[-1000:]}"
    homes = home_of(gateway, session_id)
    return None if homes == {("feature-engineering", "wanted", f"127.0.0.1:{server.port}")} else f"the session was at {homes}"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--clients", nargs="+", default=[""])
    a = p.parse_args()
    passed = failed = 0
    with Server() as other, Server() as wanted, Gateway(CONFIG.format(other, wanted)) as gateway:
        for client in filter(None, map(program_of, clients())):
            if not any(text.lower() in client.name.lower() for text in a.clients):
                continue
            made = subprocess.run(client.prepare, cwd=ROOT, capture_output=True, text=True)
            if made.returncode == NO_TOOLS:
                print(f"{client.name}: skipped: {made.stderr.strip().splitlines()[-1]}", flush=True)
                continue
            if made.returncode:
                failed += 1
                print(f"{client.name}: FAILED: it could not be made:\n{(made.stdout + made.stderr)[-3000:]}", flush=True)
                continue
            faults = {order: fault(client, gateway, wanted, order) for order in itertools.permutations(CALLS)}
            wrong = {order: text for order, text in faults.items() if text}
            passed, failed = passed + len(faults) - len(wrong), failed + len(wrong)
            print(f"{client.name}: .config calls in {len(faults)} orders, {len(wrong)} failed", flush=True)
            for order, text in wrong.items():
                print(f"  FAILED {', '.join(order)}: {text}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
