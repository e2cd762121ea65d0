"""A TCP proxy between a client and the server that cuts connections where a test wants it."""
import socket
import threading


class CuttingProxy:
    """Passes everything on until `cut_after(n)`: after n more bytes of the server's, every open connection is reset, once.
    New connections pass. Thread-safe."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.budget = None  # bytes until the cut
        self.cuts = 0
        self.open = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, count):
        with self.lock:
            self.budget = count

    def close(self):
        self.listener.close()
        with self.lock:
            self._reset()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            with self.lock:
                self.open |= {client, server}
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source, sink, counts):
        try:
            while data := source.recv(65536):
                keep = len(data)
                if counts:
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
