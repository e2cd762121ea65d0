"""A TCP relay that treats connections badly: resets at random bytes, delays, and silence before a reset (half-open)."""
import random
import socket
import struct
import threading
import time

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: close() resets


class ChaosRelay:
    """Passes connections on to 127.0.0.1:`port`. `faults = False` lets new connections live. Thread-safe. What it drew
    depends on `seed`, when it happened on the machine."""

    def __init__(self, port, seed):
        self.target = ("127.0.0.1", port)
        self.random, self.lock = random.Random(seed), threading.Lock()
        self.faults, self.resets, self.stalls, self.connections = True, 0, 0, 0
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _fate(self):
        """(bytes until the end, seconds of silence before it); None: a good connection."""
        with self.lock:
            self.connections += 1
            kind = self.random.random()
            if not self.faults or kind < 0.3:
                return None
            return int(100 * 10 ** self.random.uniform(0, 3)), 0 if kind < 0.8 else self.random.uniform(0.2, 1.2)

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                near.close()
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, near, far, self._fate())
            with self.lock:
                self.open.add(connection)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=connection.pump, args=(source, sink), daemon=True).start()

    def pause(self):
        with self.lock:
            return self.random.uniform(0, 0.05) if self.faults and self.random.random() < 0.03 else 0

    def close(self):
        self.listener.close()
        for connection in list(self.open):
            connection.end()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Connection:
    def __init__(self, relay, near, far, fate):
        self.relay, self.ends, self.lock = relay, (near, far), threading.Lock()
        self.left, self.silence = fate or (None, 0)
        self.ended = False

    def pump(self, source, sink):
        try:
            while data := source.recv(65536):
                time.sleep(self.relay.pause())
                with self.lock:
                    keep = len(data) if self.left is None else min(len(data), self.left)
                    if self.left is not None:
                        self.left -= keep
                sink.sendall(data[:keep])
                if self.left == 0:
                    with self.relay.lock:
                        self.relay.stalls += self.silence > 0
                        self.relay.resets += 1
                    time.sleep(self.silence)  # nothing is read and nothing is said
                    break
        except OSError:
            pass
        self.end()

    def end(self):
        with self.lock:
            if self.ended:
                return
            self.ended = True
        with self.relay.lock:
            self.relay.open.discard(self)
        for end in self.ends:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RD)  # wakes the other thread
            except OSError:
                pass
            end.close()
