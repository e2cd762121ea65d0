"""The processes that a server has started: how many there are and how much memory they take, all together."""
import os
import threading

MIB = 2**20


def _parents():
    """Of each process its parent and its resident bytes."""
    out = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue  # ended meanwhile
        if fields[0] != "Z":
            out[int(pid)] = (int(fields[1]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))
    return out


def descendants(pid):
    """The processes below this one, with their resident bytes."""
    known, found, grown = _parents(), {}, True
    while grown:
        more = {p: size for p, (parent, size) in known.items() if p not in found and (parent == pid or parent in found)}
        found.update(more)
        grown = bool(more)
    return found


def bytes_of_all(server):
    return server.rss_bytes() + sum(descendants(server.process.pid).values())


class ProcessWatch:
    """The most processes and the most memory, the server's own with them, while the block runs."""

    def __init__(self, server):
        self.server, self.most, self.peak = server, 0, 0

    def __enter__(self):
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def _look(self):
        while not self.done.wait(0.02):
            below = descendants(self.server.process.pid)
            self.most = max(self.most, len(below))
            self.peak = max(self.peak, sum(below.values()) + self.server.rss_bytes())

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
