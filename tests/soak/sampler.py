"""What the server's process holds, every few seconds, and what of it must be true at the end."""
import os
import statistics
import threading
import time

MIB = 2**20
RESTING = 128 * MIB  # RSS may be so much more after the rest than before the load
SLACK = 16  # file descriptors and threads that may be more after the rest than before the load


def folder_bytes(*folders, without=()):
    """Bytes and names of the files below the folders; files come and go meanwhile."""
    total, names = 0, []
    for folder in folders:
        for parent, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(parent, name)
                if path in without:
                    continue
                try:
                    total += os.stat(path).st_size
                except FileNotFoundError:
                    continue
                names.append(path)
    return total, names


class Sample:
    def __init__(self, server):
        pid = server.process.pid
        self.at = time.monotonic()
        self.rss = server.rss_bytes()
        self.files = len(os.listdir(f"/proc/{pid}/fd"))
        self.threads = len(os.listdir(f"/proc/{pid}/task"))
        self.spilled, self.spill_names = folder_bytes(server.folder.name, without=[server.log_path])

    def __str__(self):
        return f"RSS {self.rss / MIB:.0f} MiB, {self.files} files, {self.threads} threads, {self.spilled / MIB:.0f} MiB spilled"


class Sampler:
    def __init__(self, server, every=5):
        self.server, self.every = server, every
        self.samples = [Sample(server)]
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over.wait(self.every):
            try:
                self.samples.append(Sample(self.server))
            except (OSError, AttributeError):
                return  # the server is gone; others notice

    def stop(self):
        self.over.set()
        self.thread.join()

    def last(self):
        return self.samples[-1]

    def quarters(self):
        """Medians of RSS over the quarters of the load; none of a load too short for one."""
        n = len(self.samples)
        parts = [self.samples[i * n // 4:(i + 1) * n // 4] for i in range(4)]
        return [statistics.median(s.rss for s in part) for part in parts] if n >= 24 else []


def judge(sampler, before, after, report):
    """Adds the checks on memory, descriptors, threads and files to the report. before and after: samples at rest."""
    quarters = sampler.quarters()
    if quarters:
        limit = 1.25 * quarters[1] + 64 * MIB
        report.judge("RSS does not climb", quarters[3] <= limit,
                     f"median of the last quarter {quarters[3] / MIB:.0f} MiB, of the second {quarters[1] / MIB:.0f} MiB")
    report.judge("RSS comes back", after.rss <= before.rss + RESTING, f"{before.rss / MIB:.0f} MiB before, {after.rss / MIB:.0f} MiB after")
    for what in ("files", "threads"):
        was, is_ = getattr(before, what), getattr(after, what)
        report.judge(f"{what} come back", is_ <= was + SLACK, f"{was} before, {is_} after")
    left = sorted(set(after.spill_names) - set(before.spill_names))
    report.judge("no spilled files stay", not left, f"{len(left)} files, first {left[:3]}")
