"""What the tests' TCP proxies share."""
import socket
import threading


def close_both_ways(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(source, sink, pace=lambda piece: None, size=65536):
    """Passes on what comes until an end is gone, then ends both. `pace` sees every piece before it goes on."""
    try:
        while data := source.recv(size):
            pace(data)
            sink.sendall(data)
    except OSError:
        pass
    close_both_ways(source, sink)


class RelayingProxy:
    """Listens on `port` and joins every client to the server; `pump` moves one direction's bytes, on a thread of its own."""

    def __init__(self, server_port):
        self.target = ("127.0.0.1", server_port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]

    def start(self):
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accepted(self, client, server):
        """A client came."""

    def pump(self, source, sink, is_client):
        """is_client: the bytes are the client's."""
        raise NotImplementedError

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            self.accepted(client, server)
            threading.Thread(target=self.pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()
