#!/usr/bin/env python3
"""Ten thousand sessions at one gateway: its memory, a restart, and the loss of half of them.

    tests/gateway/many_sessions.py [sessions]      10000

Sessions of a hundred users on two real servers, each with a statement that it ran and a setting of its own. Then the gateway is
killed (-9) and started again: every one goes on. Then a server is killed: its sessions are told SESSION_CHANGED, each within
two seconds, the others go on. Ends with `N passed, N failed`.
"""
import collections
import os
import re
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(HERE, "..", name) for name in ("golden", "client", "soak")]
import pyspark.sql.connect.proto as pb
from gateway import Gateway, anonymous
from server import Server
from verdict import verdict
from wire import RemoteError, Wire, new_id, range_plan, rows_of

CHANNELS, CALLERS, KEY = 32, 16, "spark.sql.shuffle.partitions"


def memory_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1]) / 1024


class Clients:
    def __init__(self, remote, count):
        self.ids = [new_id() for _ in range(count)]
        self.wires = [Wire(remote) for _ in range(CHANNELS)]

    def wire(self, number):
        """A connection serves many sessions."""
        wire = Wire.__new__(Wire)
        wire.__dict__ |= self.wires[number % CHANNELS].__dict__
        wire.session, wire.user = self.ids[number], pb.UserContext(user_id=f"user{number % 100}")
        return wire

    def begin(self, number):
        wire = self.wire(number)
        wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key=KEY, value=str(number + 1))]))
        assert rows_of(wire.execute(range_plan(2))) == 2

    def ask(self, number):
        """("same" where the session is the one that it was, or the error's condition; seconds)"""
        began = time.monotonic()
        for _ in range(20):
            try:
                value = self.wire(number).config(get=pb.ConfigRequest.Get(keys=[KEY])).pairs[0].value
                found = "same" if value == str(number + 1) else f"another one: {value}"
            except RemoteError as error:
                if error.code.name == "UNAVAILABLE":  # what a client tries again
                    time.sleep(0.1)
                    continue
                found = error.condition or error.code.name
            break
        else:
            found = "UNAVAILABLE"
        return found, time.monotonic() - began

    def all(self, what):
        with ThreadPoolExecutor(CALLERS) as pool:
            return list(pool.map(what, range(len(self.ids))))


def main():
    count, checks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, {}
    with tempfile.TemporaryDirectory(prefix="firesteel-many-") as folder, Server() as one, Server() as two, \
            Gateway(anonymous(one, two, extra=f'[state]\nfile = "{folder}/gateway.state"\n')) as gateway:
        gateway.await_servers(2)
        empty = memory_mib(gateway.process.pid)
        clients = Clients(gateway.remote(), count)
        began = time.monotonic()
        clients.all(clients.begin)
        opened = time.monotonic() - began
        full = memory_mib(gateway.process.pid)
        state = os.path.getsize(f"{folder}/gateway.state") / 2**20
        print(f"{count} sessions in {opened:.0f} s; the gateway grew from {empty:.0f} to {full:.0f} MiB, its state is {state:.1f} MiB",
              flush=True)
        checks["at most 1 GiB"] = full - empty <= 1024

        gateway.stop(signal.SIGKILL)
        began = time.monotonic()
        gateway.rise()
        back = time.monotonic() - began
        found = clients.all(clients.ask)
        told = collections.Counter(answer for answer, _ in found)
        print(f"killed and back in {back:.2f} s: {dict(told)}, the longest call took {max(s for _, s in found):.2f} s", flush=True)
        checks["every session goes on"] = told == {"same": count}
        checks["back within two seconds"] = back < 2

        one.stop(signal.SIGKILL)
        found = clients.all(clients.ask)
        told, longest = collections.Counter(answer for answer, _ in found), max(s for _, s in found)
        print(f"a server killed: {dict(told)}, the longest call took {longest:.2f} s", flush=True)
        lost = told["INVALID_HANDLE.SESSION_CHANGED"]
        checks["the lost are told, the others go on"] = lost + told["same"] == count and abs(lost - count / 2) <= count / 20
        checks["within two seconds"] = longest < 2
        again = Wire(gateway.remote())
        checks["new sessions work"] = rows_of(again.execute(range_plan(3))) == 3
        checks["the gateway lives"] = gateway.alive()
    return verdict(checks)


if __name__ == "__main__":
    sys.exit(main())
