"""A TCP proxy that makes the network between a client and a server slow."""
import socket
import threading
import time

PIECE = 16 << 10


class SlowProxy:
    """Passes at most `rate` bytes a second each way, each piece `delay` seconds late. Counts what clients sent."""

    def __init__(self, port, rate=None, delay=0.0):
        self.target, self.rate, self.delay = ("127.0.0.1", port), rate, delay
        self.sent_by_clients = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source, sink, counts):
        try:
            while data := source.recv(PIECE):
                if counts:
                    self.sent_by_clients += len(data)
                time.sleep(self.delay + (len(data) / self.rate if self.rate else 0))
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
