"""Counts what the clients tell, keeps the first findings, prints the closing table."""
import collections
import threading
import time

from sampler import MIB

MOST_FINDINGS = 20


def percentile(sorted_times, part):
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * part))]


class Report:
    def __init__(self, path, seed):
        self.path, self.seed = path, seed
        self.lock = threading.Lock()
        self.times = collections.defaultdict(list)
        self.errors = collections.Counter()
        self.vanished = 0
        self.judged = []  # (what, whether, details)
        self.begun = time.monotonic()
        with open(path, "w", encoding="utf-8"):
            pass

    def operations(self):
        with self.lock:
            return sum(map(len, self.times.values())) + self.errors.total()

    def done(self, name, seconds):
        with self.lock:
            self.times[name].append(seconds)

    def failed(self, name, client, k, message):
        """client: the Life that ran it, None for the soak itself."""
        with self.lock:
            self.errors[name] += 1
            if self.errors.total() > MOST_FINDINGS:
                return
            where = f"--client {client.number} --life {client.life} --from {k} --count 1" if client else ""
            at = time.monotonic() - self.begun
            with open(self.path, "a", encoding="utf-8") as f:
                f.write(f"{name} at {at:.0f} s (--seed {self.seed} {where}): {message}\n\n")

    def judge(self, what, whether, details=""):
        self.judged.append((what, bool(whether), details))
        if not whether:
            with open(self.path, "a", encoding="utf-8") as f:
                f.write(f"{what}: {details}\n\n")

    def progress(self, sample, clients):
        minutes = (time.monotonic() - self.begun) / 60
        print(f"soak: {minutes:.0f} min: {self.operations()} operations, {self.errors.total()} errors, {clients} clients, "
              f"{self.vanished} vanished, {sample}", flush=True)

    def close(self, sampler):
        """Prints the table; gives whether nothing failed."""
        print(f"{'operation':34} {'done':>7} {'errors':>7} {'p50 ms':>8} {'p99 ms':>8}")
        every = []
        for name in sorted(set(self.times) | set(self.errors)):
            times = sorted(self.times[name])
            every += times
            shown = [f"{percentile(times, part) * 1e3:8.0f}" if times else f"{'-':>8}" for part in (0.5, 0.99)]
            print(f"{name:34} {len(times):7} {self.errors[name]:7} {' '.join(shown)}")
        every.sort()
        if every:
            print(f"{'all':34} {len(every):7} {self.errors.total():7} {percentile(every, 0.5) * 1e3:8.0f} {percentile(every, 0.99) * 1e3:8.0f}")
        if sampler:
            quarters = ", ".join(f"{q / MIB:.0f}" for q in sampler.quarters()) or "too short"
            peak = max(s.rss for s in sampler.samples) / MIB
            print(f"RSS by quarters, MiB: {quarters}; peak {peak:.0f}; most spilled {max(s.spilled for s in sampler.samples) / MIB:.0f} MiB; "
                  f"clients that vanished: {self.vanished}")
        for what, whether, details in self.judged:
            print(f"{'passed' if whether else 'FAILED'} {what}{': ' + details if details and not whether else ''}")
        passed = len(every) + sum(whether for _, whether, _ in self.judged)
        failed = self.errors.total() + sum(not whether for _, whether, _ in self.judged)
        if failed:
            print(f"findings: {self.path}")
        print(f"{passed} passed, {failed} failed")
        return failed == 0 and passed > 0
