"""A TCP proxy that makes the network between a client and a server slow."""
import time

from relaying_proxy import RelayingProxy, relay

PIECE = 16 << 10


class SlowProxy(RelayingProxy):
    """Passes at most `rate` bytes a second each way, each piece `delay` seconds late. Counts what clients sent."""

    def __init__(self, port, rate=None, delay=0.0):
        super().__init__(port)
        self.rate, self.delay = rate, delay
        self.sent_by_clients = 0
        self.start()

    def pump(self, source, sink, is_client):
        def pace(piece):
            if is_client:
                self.sent_by_clients += len(piece)
            time.sleep(self.delay + (len(piece) / self.rate if self.rate else 0))

        relay(source, sink, pace, PIECE)
