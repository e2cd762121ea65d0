"""A TCP proxy between a client and the server that cuts connections where a test wants it."""
import socket
import threading

from relaying_proxy import RelayingProxy


class CuttingProxy(RelayingProxy):
    """Passes everything on until `cut_after(n)`: after n more bytes of the server's, every open connection is reset, once.
    New connections pass. Thread-safe."""

    def __init__(self, port):
        super().__init__(port)
        self.lock = threading.Lock()
        self.budget = None  # bytes until the cut
        self.cuts = 0
        self.open = set()
        self.start()

    def cut_after(self, count):
        with self.lock:
            self.budget = count

    def close(self):
        super().close()
        with self.lock:
            self._reset()

    def accepted(self, client, server):
        with self.lock:
            self.open |= {client, server}

    def pump(self, source, sink, is_client):
        try:
            while data := source.recv(65536):
                keep = len(data)
                if not is_client:
                    with self.lock:
                        if self.budget is not None:
                            keep = min(keep, self.budget)
                            self.budget -= keep
                sink.sendall(data[:keep])
                if keep < len(data):
                    with self.lock:
                        if self.budget is not None:
                            self.budget = None
                            self.cuts += 1
                            self._reset()
        except OSError:
            pass
        with self.lock:
            self._drop(source)
            self._drop(sink)

    def _drop(self, connection):
        if connection in self.open:
            self.open.discard(connection)
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

    def _reset(self):
        for connection in list(self.open):
            # No linger: the peer sees a reset, not an orderly end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self._drop(connection)
