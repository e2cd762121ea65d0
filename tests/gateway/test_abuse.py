"""Who abuses HTTP/2 is cut off, and those beside him hardly notice."""
import os
import socket
import subprocess
import sys
import threading
import time
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

import attacks
from attacks import ATTACKS, BLOCK, HEADERS, SETTINGS, attack, frame
from gateway import Gateway, anonymous
from recorder import OPTIONS, SERVICE, Recorder


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


def asked(port, count, pause=0):
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
            time.sleep(pause)
    return sorted(seconds[1:] if pause else seconds)  # the first connects


def p99_of(port, clients, calls, pause):
    answers = []
    threads = [threading.Thread(target=lambda: answers.extend(asked(port, calls + 1, pause))) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == clients * calls, "a good client was refused"
    return sorted(answers)[len(answers) * 99 // 100]


def test_a_hundred_good_clients_beside_floods(port):
    """Attackers, a process of their own, come back as soon as they are cut off. The clock of one interpreter with a hundred
    clients on two cores is coarse, so the bound is generous: bench/gateway/abuse.py measures."""
    quiet = p99_of(port, 100, 8, 0.5)
    command = [sys.executable, attacks.__file__, str(port), *ATTACKS, "slow headers", "--seconds", "8"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}) as attackers:
        time.sleep(1)
        besieged = p99_of(port, 100, 8, 0.5)
        told = attackers.communicate(timeout=60)[0]
    print(f"p99 {quiet * 1000:.1f} ms quiet, {besieged * 1000:.1f} ms beside floods: {told}")
    for name in ATTACKS:
        assert f"{name} 0" not in told.split(", "), f"the flood of {name} was never ended: {told}"
    assert besieged < max(4 * quiet, 1)
