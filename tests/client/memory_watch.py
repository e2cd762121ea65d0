"""How much memory a server takes for what a test asks of it."""
import threading

MIB = 2**20


class Watch:
    """The most memory that the server takes while the block runs, beyond what it took before."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.before = self.peak = self.server.rss_bytes()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self):
        while not self.done.wait(0.01):
            self.peak = max(self.peak, self.server.rss_bytes())

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    @property
    def grown_mib(self):
        return (self.peak - self.before) / MIB
