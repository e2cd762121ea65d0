"""Sessions end when nobody uses them, never under a running query, and those who only come and go leave none."""
import os
import subprocess
import sys
import threading
import time

import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from gateway import Gateway, anonymous
from recorder import SERVICE, Recorder
from wire import ENDLESS, RemoteError, Wire, failure, range_plan, sql_plan

VERSION = pb.AnalyzePlanRequest.SparkVersion()


def with_lifetimes(server, text):
    return anonymous(server).replace("[servers.all]", text + "\n[servers.all]")


def wait_for(look, seconds, what):
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


@pytest.fixture
def recorder():
    with Recorder() as server:
        server.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        server.answers[SERVICE + "ReleaseSession"] = lambda messages, context: [b""]
        yield server


def released(recorder):
    return [pb.ReleaseSessionRequest.FromString(seen.messages[0]).session_id for seen in recorder.of("ReleaseSession")]


def test_idle_sessions_end(recorder):
    with Gateway(with_lifetimes(recorder, 'idle = "1s"')) as gateway:
        gateway.await_servers()
        idle, busy = Wire(gateway.remote()), Wire(gateway.remote())
        idle.analyze(spark_version=VERSION)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            busy.analyze(spark_version=VERSION)
            time.sleep(0.2)
        assert released(recorder) == [idle.session]
        assert failure(idle.analyze, spark_version=VERSION).condition == "INVALID_HANDLE.SESSION_CHANGED"
        busy.analyze(spark_version=VERSION)
        wait_for(lambda: "reason=idle" in gateway.log() or 'reason="idle"' in gateway.log(), 2, "the log's line")


def test_no_session_is_older_than_its_lifetime(recorder):
    with Gateway(with_lifetimes(recorder, 'idle = "1h"\nlifetime = "2s"')) as gateway:
        gateway.await_servers()
        wire, begun = Wire(gateway.remote()), time.monotonic()
        while not released(recorder):
            try:
                wire.analyze(spark_version=VERSION)
            except Exception as error:
                assert "SESSION_CHANGED" in str(error)
            assert time.monotonic() - begun < 6
            time.sleep(0.2)
        assert time.monotonic() - begun > 1.9
        assert released(recorder) == [wire.session]


@pytest.mark.parametrize("reattachable", [False, True])
def test_a_running_query_is_not_idle(servers, reattachable):
    with Gateway(with_lifetimes(servers[0], 'idle = "1s"\nlifetime = "1s"')) as gateway:
        gateway.await_servers()
        wire, ends = Wire(gateway.remote()), []
        operation = {"operation": "6e3f2c1a-0000-4000-8000-0123456789ab", "reattachable": True} if reattachable else {}
        thread = threading.Thread(target=lambda: ends.append((failure(wire.execute, sql_plan(ENDLESS), **operation), time.monotonic())))
        begun = time.monotonic()
        thread.start()
        time.sleep(4)
        assert not ends, f"cut: {ends}"
        wire.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
        thread.join(10)
        assert ends[0][0].condition == "OPERATION_CANCELED" and ends[0][1] - begun > 4, ends
        if reattachable:
            try:
                wire.release(operation["operation"])
            except RemoteError as error:
                assert error.condition == "INVALID_HANDLE.SESSION_CHANGED"  # it was over already
        wait_for(lambda: gateway.log().count("session ended") == 1, 5, "the end after the query")
        wire.close()


CLIENTS = {
    "only comes": "",
    "configures": "spark.conf.set('spark.sql.shuffle.partitions', '3')",
    "stops": "spark.stop()",
    "configures and stops": "spark.conf.set('spark.sql.shuffle.partitions', '3'); spark.stop()",
}


def run_to_its_end(program, gateway):
    """gRPC for Python may lock itself up in a call's __del__ while its interpreter ends, with every answer received (the
    stack: threading.Condition.__enter__ in _MultiThreadedRendezvous.__del__), the likelier the sooner the end comes after an
    answer. So a client that has said its last word, at the end of what runs at exit, is ended after a while."""
    said_last = "import atexit; atexit.register(print, 'done', flush=True)\n"  # registered first, so run last
    client = subprocess.Popen([sys.executable, "-c", said_last + program, gateway.remote()], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env=os.environ)
    ended = threading.Timer(60, client.kill)
    ended.start()
    line = client.stdout.readline()
    ended.cancel()
    try:
        _, errors = client.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        client.kill()
        _, errors = client.communicate()
    assert line == "done\n", f"{errors} {gateway.audit()[-20:]} {gateway.log()[-2000:]}"
    assert "Traceback" not in errors, errors


@pytest.mark.parametrize("name", CLIENTS)
def test_clients_that_come_and_go_create_nothing(recorder, name):
    program = ("import sys; from pyspark.sql import SparkSession\n"
               "spark = SparkSession.builder.remote(sys.argv[1]).config('spark.sql.ansi.enabled', 'true').appName('x').getOrCreate()\n"
               + CLIENTS[name])
    with Gateway(anonymous(recorder)) as gateway:
        gateway.await_servers()
        run_to_its_end(program, gateway)
        assert recorder.seen == []
        assert "session created" not in gateway.log()
        assert not any(line["server"] for line in gateway.audit())


def test_a_client_that_vanishes_leaves_its_session_until_it_is_idle(servers):
    program = ("import sys, os; from pyspark.sql import SparkSession\n"
               "spark = SparkSession.builder.remote(sys.argv[1]).config('spark.sql.ansi.enabled', 'true').getOrCreate()\n"
               "print(spark.range(3).count(), spark.session_id, flush=True); os._exit(0)")
    with Gateway(with_lifetimes(servers[0], 'idle = "1s"')) as gateway:
        gateway.await_servers()
        done = subprocess.run([sys.executable, "-c", program, gateway.remote("user_id=ulla")], capture_output=True, text=True, timeout=60,
                              check=False)
        count, session = done.stdout.split()
        assert count == "3"
        wait_for(lambda: any("session ended" in line and session in line for line in gateway.log().splitlines()), 5, "its end")
        direct = Wire(servers[0].remote, session=session, user="ulla")
        # The server has closed it, too.
        assert failure(direct.execute, range_plan(1)).condition in ("INVALID_HANDLE.SESSION_CLOSED", "INVALID_HANDLE.SESSION_NOT_FOUND")
        direct.close()


def test_the_first_session_after_an_idle_end(servers):
    """What a notebook does that was left over lunch."""
    from pyspark.sql import SparkSession
    with Gateway(with_lifetimes(servers[0], 'idle = "1s"')) as gateway:
        def build():
            return SparkSession.builder.remote(gateway.remote()).config("spark.sql.ansi.enabled", "true").getOrCreate()

        first = build()
        assert first.range(3).count() == 3
        wait_for(lambda: "session ended" in gateway.log(), 5, "its end")
        with pytest.raises(Exception, match="SESSION_CHANGED"):
            first.range(3).count()
        second = build()
        assert second.session_id != first.session_id and second.range(3).count() == 3
        second.stop()
