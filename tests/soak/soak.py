"""Hours of mixed load on one server: see run.sh. Every number comes from the environment."""
import logging
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
import mix
from lives import Clients
from report import Report
from sampler import Sample, Sampler, judge
from server import ROOT, Server, ServerError

CRASH = re.compile(r"terminate called|what\(\)|Segmentation|SIG(SEGV|ABRT|BUS|FPE)|Sanitizer|runtime error|assert|INTERNAL|core dumped|"
                   r"double free|corrupt|stack smashing", re.I)


# So long the server keeps the operation of a client that vanished, to be reattached to (as Spark does).
DETACHED_S = 300


def setting(name, default, kind=float):
    return kind(os.environ.get("FIRESTEEL_SOAK_" + name) or default)


class Soak:
    def __init__(self):
        self.seed = setting("SEED", random.randrange(1_000_000), str)
        self.seconds, self.clients = setting("SECONDS", 3600), setting("CLIENTS", 12, int)
        self.deadline, self.rest = setting("DEADLINE", 120), setting("REST", 20)
        self.memory = setting("MEMORY", "2GB", str)
        self.logs = os.path.join(ROOT, "build", "soak")
        shutil.rmtree(self.logs, ignore_errors=True)
        os.makedirs(self.logs)
        self.report = Report(os.path.join(self.logs, "findings.txt"), self.seed)
        self.sampler, self.last_vanished = None, -DETACHED_S

    def run(self):
        print(f"soak: {self.clients} clients, {self.seconds:.0f} s, memory limit {self.memory}, FIRESTEEL_SOAK_SEED={self.seed}", flush=True)
        with tempfile.TemporaryDirectory(prefix="firesteel-soak-") as self.folder:
            self.files = os.path.join(self.folder, "files")
            os.mkdir(self.files)
            with Server(args=["--memory-limit", self.memory], warehouse=os.path.join(self.folder, "warehouse")) as self.server:
                try:
                    self.load()
                finally:
                    self.stop()
        return self.report.close(self.sampler)

    def load(self):
        self.warm_up()
        before = Sample(self.server)
        self.sampler = Sampler(self.server)
        clients = Clients(self, self.clients, self.seconds)
        try:
            shown = time.monotonic()
            while clients.watch() and self.server.alive():
                time.sleep(0.2)
                if time.monotonic() - shown >= 60:
                    shown += 60
                    self.report.progress(self.sampler.last(), clients.watch())
        finally:
            clients.kill()
            self.sampler.stop()
        self.report.judge("the server lives", self.server.alive(), f"exit code {self.server.process.poll()}")
        if not self.server.alive():
            return
        rest = max(0, self.last_vanished + DETACHED_S - time.monotonic()) + self.rest
        print(f"soak: the load is over, the server rests for {rest:.0f} s: {Sample(self.server)}", flush=True)
        time.sleep(rest)
        judge(self.sampler, before, Sample(self.server), self.report)
        self.answers_still()

    def warm_up(self):
        """What the first of each kind leaves open for good (threads, the catalog's file) belongs to the start."""
        spark = mix.new_session(self.server.remote)
        spark.sql("CREATE TABLE warm AS SELECT id FROM range(100000)")
        spark.sql("SELECT count(*) FROM warm a JOIN warm b ON a.id = b.id").toArrow()
        spark.sql("DROP TABLE warm")
        spark.stop()

    def answers_still(self):
        try:
            spark = mix.new_session(self.server.remote)
            got = spark.sql("SELECT sum(id), count(*) FROM range(100000)").collect()[0]
            strangers = [t.name for t in spark.catalog.listTables() if not self.may_stay(t.name)]
            spark.stop()
        except Exception as e:  # noqa: BLE001
            self.report.judge("the server answers", False, f"{type(e).__name__}: {e}")
            return
        self.report.judge("the server answers", tuple(got) == (4999950000, 100000), f"{got}")
        self.report.judge("no dropped table stays", not strangers, f"{strangers}")

    def may_stay(self, table):
        """The table of all, and those of operations that failed or were killed before they dropped theirs."""
        return table == "of_all" or self.report.errors.total() > 0

    def stop(self):
        code = self.server.stop(wait_s=30)
        self.report.judge("SIGTERM ends it with 0", code == 0, f"exit code {code}")
        log = self.server.log()
        with open(os.path.join(self.logs, "server.log"), "w", encoding="utf-8") as f:
            f.write(log)
        found = [line[:300] for line in log.splitlines() if CRASH.search(line)]
        self.report.judge("no crash in the server's log", not found, f"{len(found)} lines, first {found[:2]}")
        left = [name for name in os.listdir(self.server.folder.name) if name != "server.log"]
        self.report.judge("the temp folder is empty after the end", not left, f"{left[:5]}")


def main():
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return 0 if Soak().run() else 1
    except ServerError as e:
        print(f"soak: {e}\n0 passed, 1 failed")
        return 1
    except KeyboardInterrupt:
        print("soak: stopped\n0 passed, 1 failed")
        return 130


if __name__ == "__main__":
    sys.exit(main())
