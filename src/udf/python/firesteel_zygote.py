"""The process that imports what workers need once and forks them: a worker costs milliseconds and shares memory.

It obeys the server over a socket of packets, each a JSON object, and has no other input:
  {"op": "start", "id", "user", "folder"} with two descriptors, the worker's socket and where its output goes
  {"op": "kill", "id"}       the worker and everything that it started
  {"op": "purge", "user"}    every process of a user id
and tells {"event": "ready" | "failed" | "started" | "exited", …}. It ends, with all workers, when the server is gone.
It never runs users' code.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
import time

PLANNERS = ("analyze_udtf", "create_data_source", "lookup_data_sources", "plan_data_source_read",
            "data_source_pushdown_filters", "write_into_data_source", "commit_data_source_write")
MAX_PACKET = 64 << 10
MAX_DESCRIPTORS = 1 << 20
PURGE_SECONDS = 5.0


def _import_all():
    import importlib

    for name in ("numpy", "pandas", "pyarrow", "pyarrow.compute", "pyarrow.types", "pyarrow.pandas_compat",
                 "pyspark.worker", "pyspark.accumulators", "pyspark.cloudpickle", "pyspark.sql.types",
                 "pyspark.sql.pandas.types", "pyspark.sql.pandas.serializers", "pyspark.sql.conversion",
                 "pyspark.sql.udf", "pyspark.sql.udtf", "concurrent.futures", "decimal", "datetime"):
        importlib.import_module(name)
    for name in ("pyspark.sql.functions", "pyspark.sql.connect.functions", "pyspark.sql.datasource",
                 *(f"pyspark.sql.worker.{each}" for each in PLANNERS), "pyspark.core.files", "pyspark.core.broadcast"):
        try:
            importlib.import_module(name)
        except Exception:  # a PySpark without it serves what does not need it
            pass
    import firesteel_rows
    import firesteel_worker

    firesteel_rows.rehearse()


class Zygote:
    def __init__(self, control, settings):
        import firesteel_isolation

        self.isolation = firesteel_isolation
        self.control, self.settings = control, settings
        self.warm = []      # (pid, socket) of workers without a session
        self.workers = {}   # pid: id
        self.pids = {}      # id: pid
        self.wake, wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        self.wake_end = wake_end

    def tell(self, **event):
        try:
            self.control.send(json.dumps(event).encode())
        except OSError:
            self.end()

    def end(self):
        for pid in [*self.workers, *(pid for pid, _ in self.warm)]:
            self.signal(pid)
        self.kill_orphans(time.monotonic() + 6 * PURGE_SECONDS, all_children=True)
        os._exit(0)

    @staticmethod
    def signal(pid):
        for target in (os.killpg, os.kill):
            try:
                target(pid, signal.SIGKILL)
            except OSError:
                pass

    # Workers.

    def fork_worker(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        pid = os.fork()
        if pid:
            theirs.close()
            self.warm.append((pid, ours))
            return
        try:
            self.become_worker(theirs, ours, parent)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)

    def become_worker(self, orders, other_end, parent):
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()  # a session and a process group of its own, to be killed as a whole
        self.isolation.die_with_parent(parent)
        # Nothing of the others', above all the server's packets, nor of a request that is being served.
        for stranger in (other_end, self.control, *(each for _, each in self.warm)):
            stranger.detach()
        mine = orders.fileno()
        os.closerange(3, mine)
        os.closerange(mine + 1, MAX_DESCRIPTORS)
        own_mounts = self.isolation.enter_namespaces(self.settings["isolate_network"])
        data, descriptors, _, _ = socket.recv_fds(orders, MAX_PACKET, 2)
        if not data:
            os._exit(0)
        request = json.loads(data)
        orders.close()
        socket_fd, output_fd = descriptors
        os.dup2(output_fd, 1)  # what fails from here on is seen by the session
        os.dup2(output_fd, 2)
        self.isolation.confine(request, self.settings, own_mounts)
        import firesteel_worker

        environment = {"HOME": request["folder"], "TMPDIR": request["folder"], **self.settings["environment"]}
        firesteel_worker.start(socket_fd, output_fd, request["folder"], environment)

    def start(self, request, descriptors):
        while True:
            if not self.warm:
                self.fork_worker()
            pid, orders = self.warm.pop(0)
            try:
                socket.send_fds(orders, [json.dumps(request).encode()], descriptors)
            except OSError:  # it died while it waited
                orders.close()
                self.signal(pid)
                continue
            break
        orders.close()
        for descriptor in descriptors:
            os.close(descriptor)
        self.workers[pid] = request["id"]
        self.pids[request["id"]] = pid
        self.tell(event="started", id=request["id"], pid=pid)

    def reap(self):
        try:
            os.read(self.wake, 4096)
        except OSError:
            pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            worker = self.workers.pop(pid, None)
            if worker is not None:
                del self.pids[worker]
                self.kill_orphans(time.monotonic() + PURGE_SECONDS)
                self.tell(event="exited", id=worker, status=status)
            self.warm = [entry for entry in self.warm if entry[0] != pid]

    # What workers started and left behind: as their nearest reaper we inherit it.

    @staticmethod
    def children(pid):
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as found:
                return [int(each) for each in found.read().split()]
        except OSError:
            return []

    def strangers(self, all_children):
        known = set() if all_children else {*self.workers, *(pid for pid, _ in self.warm)}
        return [pid for pid in self.children(os.getpid()) if pid not in known]

    def stop_family(self, roots):
        """Stops everybody below `roots`, who are stopped: who stands still does not fork. Gives all of them."""
        family, rest = set(roots), list(roots)
        while rest:
            for pid in self.children(rest.pop()):
                if pid not in family:
                    family.add(pid)
                    rest.append(pid)
                    self.send(pid, signal.SIGSTOP)
        return family

    @staticmethod
    def send(pid, number):
        try:
            os.kill(pid, number)
        except OSError:
            pass

    def kill_orphans(self, until, all_children=False):
        """Whoever is killed leaves its own children to us: again until nobody is left."""
        while time.monotonic() < until:
            found = self.strangers(all_children)
            if not found:
                return
            for pid in found:
                self.send(pid, signal.SIGSTOP)
            for pid in self.stop_family(found):
                self.signal(pid)
            for pid in found:
                try:
                    self.note_end(*os.waitpid(pid, 0))
                except ChildProcessError:
                    pass

    def note_end(self, pid, status):
        worker = self.workers.pop(pid, None)
        if worker is not None:
            del self.pids[worker]

    def purge(self, user):
        """Kills all processes of a user at once, also those that fork as fast as they are killed."""
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
                os.kill(-1, signal.SIGKILL)
            finally:
                os._exit(0)
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:
            pass

    # The loop.

    def obey(self):
        data, descriptors, _, _ = socket.recv_fds(self.control, MAX_PACKET, 2)
        if not data:
            self.end()
        request = json.loads(data)
        if request["op"] == "start":
            self.start(request, descriptors)
        elif request["op"] == "kill" and request["id"] in self.pids:
            self.signal(self.pids[request["id"]])
        elif request["op"] == "purge" and request["user"]:
            self.purge(request["user"])

    def run(self):
        gc.collect()
        gc.freeze()  # the collector of a worker leaves shared pages alone
        self.isolation.adopt_orphans()
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        poll.register(self.wake, select.POLLIN)
        while True:
            lacking = len(self.warm) < self.settings["warm_workers"]
            ready = {descriptor for descriptor, _ in poll.poll(0 if lacking else None)}
            if self.wake in ready:
                self.reap()
            if self.control.fileno() in ready:
                self.obey()
            elif lacking and not ready:
                self.fork_worker()


def main(control_fd, settings):
    control = socket.socket(fileno=control_fd)
    devnull = os.open(os.devnull, os.O_RDWR)
    os.dup2(devnull, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _import_all()
        import pyspark

        zygote = Zygote(control, settings)
    except BaseException as error:
        text = f"{type(error).__name__}: {error}"
        try:
            control.send(json.dumps({"event": "failed", "error": text[:4000]}).encode())
        finally:
            os._exit(1)
    zygote.tell(event="ready", python="%d.%d" % sys.version_info[:2], pyspark=pyspark.__version__)
    zygote.run()
