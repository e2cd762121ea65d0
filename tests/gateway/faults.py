#!/usr/bin/env python3
"""No statement runs twice: appends under resets, delays, silence, duplicates and killed servers, then the rows are counted.

    tests/gateway/faults.py [operations] [seed]

Clients reach the gateway, and the gateway its servers, through relays that reset and stall connections; servers and
the gateway are killed (-9) and started again where they were. Every row must be there at most once, and exactly once
where its statement was acknowledged. Sessions outlive the gateway where the seed is odd. Ends with `N passed, N failed`,
exit code 1 when one failed.
"""
import collections
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "client")]
import grpc
import pyspark.sql.connect.proto as pb
from chaos import ChaosRelay
from gateway import Gateway
from pyspark.sql import SparkSession
from pyspark.sql.connect.client.retries import DefaultPolicy
from server import Server, ServerError
from wire import RemoteError, Wire, new_id

WORKERS = 6


class MortalServer(Server):
    """Can be killed and started again where it was."""

    def rise(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.process.args, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


class Clients:
    """Clients that append row after row and remember what they were told."""

    def __init__(self, remote, folder, operations, seed):
        self.remote, self.folder, self.operations, self.seed = remote, folder, operations, seed
        self.lock, self.next = threading.Lock(), 0
        self.acknowledged, self.errors = set(), {}

    def path(self, worker):
        return os.path.join(self.folder, f"p{worker}")

    def prepare(self, server):
        """An empty table and an empty folder for each client."""
        spark = SparkSession.builder.remote(server.remote).create()
        for worker in range(WORKERS):
            spark.sql(f"CREATE TABLE t{worker} (id BIGINT)")
            spark.range(0).write.parquet(self.path(worker))
        spark.stop()

    def count(self, server):
        """How often each number is there."""
        spark, counts = SparkSession.builder.remote(server.remote).create(), collections.Counter()
        for worker in range(WORKERS):
            for rows in (spark.table(f"t{worker}"), spark.read.parquet(self.path(worker))):
                counts.update(row.id for row in rows.collect())
        spark.stop()
        return counts

    def take(self):
        with self.lock:
            number, self.next = self.next, self.next + 1
            return number if number < self.operations else None

    def run(self, worker):
        chance, spark = random.Random(f"{self.seed}/{worker}"), None
        while (number := self.take()) is not None:
            kind = chance.choice(["insert", "insert", "append", "duplicate"])
            configures = chance.random() < 0.5
            try:
                if kind == "duplicate":
                    self.twice(worker, number)
                else:
                    spark = spark or self.session(configures)
                    self.append(spark, kind, worker, number)
                with self.lock:
                    self.acknowledged.add(number)
            except Exception as error:
                with self.lock:
                    self.errors[number] = f"{kind}: {type(error).__name__} {str(error)[:300]}"
                spark = None  # what a program does that was told SESSION_CHANGED
            if chance.random() < 0.1:
                spark = None

    def session(self, configures):
        spark = SparkSession.builder.remote(self.remote).create()
        spark.client.set_retry_policies([DefaultPolicy(max_retries=12, initial_backoff=50, max_backoff=500, jitter=50)])
        if configures:
            spark.conf.set("spark.sql.session.timeZone", "UTC")
        return spark

    def append(self, spark, kind, worker, number):
        if kind == "insert":
            spark.sql(f"INSERT INTO t{worker} VALUES ({number})")
        else:
            spark.range(number, number + 1).write.mode("append").parquet(self.path(worker))

    def twice(self, worker, number):
        """One operation sent over two connections at once: at least one of the two must not be told that it is done
        by having run it again. A raw client: none of the two tries again."""
        text = f"INSERT INTO t{worker} VALUES ({number})"
        plan = pb.Plan(command=pb.Command(sql_command=pb.SqlCommand(input=pb.Relation(sql=pb.SQL(query=text)))))
        first, operation, outcomes = Wire(self.remote), new_id(), []
        second = Wire(self.remote, session=first.session)

        def send(wire):
            try:
                done = wire.execute(plan, operation=operation, reattachable=True, timeout=20)
                outcomes.append("done" if done[-1].HasField("result_complete") else "cut short")
            except (RemoteError, IndexError) as error:
                outcomes.append(str(error))

        threads = [threading.Thread(target=send, args=(wire,)) for wire in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for wire in (first, second):
            wire.close()
        if "done" not in outcomes:
            raise ServerError(" / ".join(outcomes))


def config(relays, state):
    """`state`: the file by which sessions outlive the gateway; none: they do not."""
    addresses = ", ".join(f'"127.0.0.1:{relay.port}"' for relay in relays)
    return f"""[auth]
anonymous = true
[environments.dev]
servers = "all"
[servers.all]
addresses = [{addresses}]
probe_interval = "250ms"
probe_timeout = "1s"
{f'[state]{chr(10)}file = "{state}"' if state else ""}
"""


def run(operations, seed):
    """What went wrong, as sentences; and a line of numbers."""
    chance, over, kills = random.Random(seed), threading.Event(), []
    kill_every_s = min(3, 0.5 + operations / 400)
    with tempfile.TemporaryDirectory(prefix="firesteel-faults-") as folder, \
            MortalServer(warehouse=(warehouse := os.path.join(folder, "warehouse"))) as one, \
            MortalServer(warehouse=warehouse) as two:
        servers = (one, two)
        relays = [ChaosRelay(server.port, seed + i) for i, server in enumerate(servers)]
        state = os.path.join(folder, "gateway.state") if seed % 2 else None
        with Gateway(config(relays, state)) as gateway, ChaosRelay(gateway.port, seed + 9) as front:
            clients = Clients(f"sc://localhost:{front.port}", folder, operations, seed)
            clients.prepare(one)

            def killer():
                while not over.wait(chance.uniform(0.5, 1.5) * kill_every_s):
                    victim = chance.choice([*servers, gateway])
                    victim.process.send_signal(signal.SIGKILL)
                    victim.process.wait()
                    over.wait(chance.uniform(0, 0.6))
                    victim.rise()
                    kills.append(victim)

            threads = [threading.Thread(target=clients.run, args=(worker,)) for worker in range(WORKERS)]
            killing = threading.Thread(target=killer)
            begun = time.monotonic()
            for thread in [*threads, killing]:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - begun
            over.set()
            killing.join()
            faults = [] if gateway.alive() else ["the gateway died:\n" + gateway.log()[-3000:]]
        for relay in relays:
            relay.close()
        for server in servers:
            server.stop()
        with Server(warehouse=warehouse) as fresh:
            faults += judge(clients, clients.count(fresh))
    refused = collections.Counter(condition(text) for text in clients.errors.values())
    numbers = (f"{operations} operations in {seconds:.0f} s: {len(clients.acknowledged)} acknowledged, {dict(refused)}; "
               f"{len(kills)} kills ({kills.count(gateway)} of the gateway), {sum(r.resets for r in [*relays, front])} resets, "
               f"{sum(r.stalls for r in [*relays, front])} silences; seed {seed}")
    return faults, numbers


def condition(text):
    for name in ("SESSION_CHANGED", "OPERATION_ALREADY_EXISTS", "UNAVAILABLE", "DEADLINE_EXCEEDED"):
        if name in text:
            return text.split(':')[0] + ' ' + name
    return text[:90]


def judge(clients, counts):
    faults = [f"row {number} is there {times} times" for number, times in sorted(counts.items()) if times > 1]
    faults += [f"row {number} was acknowledged and is not there" for number in sorted(clients.acknowledged - set(counts))]
    return faults


def main():
    logging.disable(logging.CRITICAL)  # PySpark tells its retries there
    operations = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    faults, numbers = run(operations, seed)
    for fault in faults[:20]:
        print(fault)
    print(numbers)
    print(f"{operations - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # PySpark's threads still try to free operations at servers that are gone
