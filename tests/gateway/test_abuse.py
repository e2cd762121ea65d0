"""Who abuses HTTP/2 is cut off, and those beside him hardly notice."""
import socket
import struct
import threading
import time
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from gateway import Gateway, anonymous
from recorder import OPTIONS, SERVICE, Recorder

HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION, WINDOW_UPDATE = 1, 3, 4, 6, 9, 8
END_HEADERS = 4


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


BLOCK = b"".join(field(*pair) for pair in [
    (b":method", b"POST"), (b":scheme", b"http"), (b":path", SERVICE.encode() + b"AnalyzePlan"), (b":authority", b"x"),
    (b"te", b"trailers"), (b"content-type", b"application/grpc")])


def resets(number):
    return frame(HEADERS, END_HEADERS, 2 * number + 1, BLOCK) + frame(RST_STREAM, 0, 2 * number + 1, struct.pack(">I", 8))


ATTACKS = {
    "rapid reset": (b"", resets),
    "pings": (b"", lambda number: frame(PING, 0, 0, b"12345678")),
    "settings": (b"", lambda number: frame(SETTINGS, 0, 0, b"\x00\x04\x00\x00\xff\xff")),
    "continuations": (frame(HEADERS, 0, 1, BLOCK), lambda number: frame(CONTINUATION, 0, 1, field(b"x-%d" % number, b"v" * 100))),
    "empty continuations": (frame(HEADERS, 0, 1, BLOCK), lambda number: frame(CONTINUATION, 0, 1)),
}


def attack(port, name, frames, patience=20):
    """Sends so many frames and reads what comes. Gives how many went out before the connection was ended; `frames` if it was not."""
    begin, one = ATTACKS[name]
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as s:
        ended = threading.Event()

        def read():
            try:
                while s.recv(65536):
                    pass
            except OSError:
                pass
            ended.set()

        threading.Thread(target=read, daemon=True).start()
        try:
            s.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0) + begin)
            for sent in range(0, frames, 100):
                if ended.is_set():
                    return sent
                s.sendall(b"".join(one(number) for number in range(sent, sent + 100)))
        except OSError:
            return sent
        return sent if ended.wait(5) else frames


@pytest.fixture(scope="module")
def port():
    with Recorder() as recorder, Gateway(anonymous(recorder)) as gateway:
        recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        gateway.await_servers()
        yield gateway.port
        assert gateway.alive()


@pytest.mark.parametrize("name", ATTACKS)
def test_a_flood_ends_its_connection(port, name):
    assert attack(port, name, 100_000) < 50_000
    assert asked(port, 3)[0] < 5


def test_headers_that_do_not_end_end_the_connection(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
        s.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0) + frame(HEADERS, 0, 1, BLOCK))
        began = time.monotonic()
        while s.recv(65536):
            pass
        assert 5 < time.monotonic() - began < 15


def test_a_client_that_says_nothing_is_not_waited_for(port):
    """No preface: neither HTTP/2 nor anything else."""
    with socket.create_connection(("127.0.0.1", port), timeout=90) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        began = time.monotonic()
        while s.recv(65536):
            pass
        assert time.monotonic() - began < 5


def asked(port, count):
    """Seconds of each of so many calls, one after the other."""
    seconds = []
    with grpc.insecure_channel(f"localhost:{port}", options=OPTIONS + [("grpc.use_local_subchannel_pool", 1)]) as channel:
        call = channel.unary_unary(SERVICE + "AnalyzePlan")
        session = str(uuid.uuid4())
        for _ in range(count):
            request = pb.AnalyzePlanRequest(session_id=session)
            request.user_context.user_id = "good"
            request.spark_version.SetInParent()
            began = time.monotonic()
            call(request.SerializeToString(), timeout=20)
            seconds.append(time.monotonic() - began)
    return sorted(seconds)


def p99_of(port, clients, calls):
    answers = []
    threads = [threading.Thread(target=lambda: answers.extend(asked(port, calls))) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == clients * calls, "a good client was refused"
    return sorted(answers)[len(answers) * 99 // 100]


def test_good_clients_beside_floods(port):
    """Attackers come back as soon as they are cut off. The clock of one interpreter on two cores is coarse: the bound is
    generous, the figures are for the log (make bench-gateway has better ones)."""
    quiet = p99_of(port, 10, 40)
    stop = threading.Event()

    def keep_on(name):
        while not stop.is_set():
            attack(port, name, 20_000)

    attackers = [threading.Thread(target=keep_on, args=(name,), daemon=True) for name in ATTACKS]
    for attacker in attackers:
        attacker.start()
    time.sleep(0.5)
    besieged = p99_of(port, 10, 40)
    stop.set()
    print(f"p99 {quiet * 1000:.1f} ms quiet, {besieged * 1000:.1f} ms beside floods")
    assert besieged < max(10 * quiet, 1)
