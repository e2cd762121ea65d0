"""Servers come and go, and so does the gateway, without an error for clients that need not have one."""
import os
import signal
import threading
import time
import uuid

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2 as pb

import outcome
from gateway import Gateway, anonymous
from recorder import SERVICE, Recorder
from server import Server
from wire import Wire, failure, new_id, range_plan, rows_of, sql_plan

SLOW = "SELECT count(*) FROM range(300000) a JOIN range(5000) b ON a.id % 5 = b.id % 5"


def home_of(gateway, session_id, wait_s=3):
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        for line in gateway.audit():
            if line["session"] == session_id and line["server"]:
                return int(line["server"].rsplit(":", 1)[1])
        time.sleep(0.02)
    raise AssertionError("the session is in no line of the audit log")


def used(gateway, parameters=""):
    """A session that lives on a server, and that server's port."""
    session = outcome.new_session(gateway.remote(parameters))
    session.range(1).collect()
    return session, home_of(gateway, session.session_id)


def wait_for(look, seconds, what):
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def test_a_server_is_taken_away_and_another_comes():
    """All of a rolling restart: the list loses a server, its sessions end when their clients end them, another comes."""
    with Server() as one, Server() as two, Gateway(anonymous(one, two)) as gateway:
        gateway.await_servers(2)
        sessions = [used(gateway) for _ in range(4)]
        on_one = [session for session, home in sessions if home == one.port]
        assert len(on_one) == 2
        gateway.reload(anonymous(two))
        wait_for(lambda: "configuration read again" in gateway.log(), 5, "the reload")
        time.sleep(0.3)
        for _ in range(4):
            session, home = used(gateway)
            assert home == two.port
            session.stop()
        for session in on_one:
            assert session.range(5).count() == 5
            session.stop()
        one.stop()
        with Server() as three:
            gateway.reload(anonymous(two, three))
            wait_for(lambda: gateway.log().count("server ready") == 3, 10, "the new server")
            session, home = used(gateway)
            assert home == three.port, "the least-loaded one"
            session.stop()
        for session, home in sessions:
            if home == two.port:
                assert session.range(5).count() == 5


def test_a_reload_with_an_error_changes_nothing(servers):
    with Gateway(anonymous(*servers)) as gateway:
        session, _ = used(gateway)
        gateway.reload(anonymous(*servers, extra="[servers.more]\nadresses = []"))
        wait_for(lambda: "the configuration stays as it was" in gateway.log(), 5, "the refusal")
        assert "adresses" in gateway.log()
        assert session.range(2).count() == 2
        other, _ = used(gateway)
        for each in (session, other):
            each.stop()


def test_a_file_of_servers(servers, tmp_path):
    one, two = servers
    names = tmp_path / "servers.txt"

    def write(*lines):
        (tmp_path / "new").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        os.replace(tmp_path / "new", names)

    write("# ours", f"127.0.0.1:{one.port}")
    with Gateway(f'[auth]\nanonymous = true\n[environments.dev]\nservers = "all"\n[servers.all]\nfile = "{names}"') as gateway:
        gateway.await_servers()
        first, home = used(gateway)
        assert home == one.port
        write(f"127.0.0.1:{two.port}   # the other")
        wait_for(lambda: gateway.log().count("server ready") == 2, 10, "the other server")
        wait_for(lambda: used(gateway)[1] == two.port, 5, "sessions at the other server")
        second, home = used(gateway)
        assert home == two.port
        for session in (first, second):
            assert session.range(3).count() == 3
            session.stop()


def test_new_sessions_go_where_fewest_are():
    with Recorder() as one, Recorder() as two, Recorder() as three:
        recorders = (one, two, three)
        for recorder in recorders:
            recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
            recorder.answers[SERVICE + "ReleaseSession"] = lambda messages, context: [b""]
        with Gateway(anonymous(*recorders)) as gateway:
            gateway.await_servers(3)
            wires = [Wire(gateway.remote()) for _ in range(30)]
            for wire in wires:
                wire.analyze(spark_version=pb.AnalyzePlanRequest.SparkVersion())
            assert [len(recorder.of("AnalyzePlan")) for recorder in recorders] == [10, 10, 10]
            ids = {pb.AnalyzePlanRequest.FromString(seen.messages[0]).session_id for seen in one.of("AnalyzePlan")}
            for wire in wires:
                if wire.session in ids:
                    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
            for recorder in recorders:
                recorder.seen.clear()
            for _ in range(10):  # all to the one that is empty now
                wires.append(Wire(gateway.remote()))
                wires[-1].analyze(spark_version=pb.AnalyzePlanRequest.SparkVersion())
            assert [len(recorder.of("AnalyzePlan")) for recorder in recorders] == [10, 0, 0]
            for wire in wires:
                wire.close()


def test_an_unknown_session_is_not_begun_anew(gateway):
    """Who has seen a server of which nothing is known has had a session that is lost: its statement does not run."""
    wire = Wire(gateway.remote())
    observed = {"client_observed_server_side_session_id": str(uuid.uuid4())}
    assert failure(wire.execute, range_plan(1), **observed).condition == "INVALID_HANDLE.SESSION_CHANGED"
    assert failure(wire.analyze, spark_version=pb.AnalyzePlanRequest.SparkVersion(), **observed).condition == "INVALID_HANDLE.SESSION_CHANGED"
    assert failure(wire.reattach, new_id()).condition == "INVALID_HANDLE.SESSION_CHANGED"
    assert not any(line["server"] for line in gateway.audit() if line["session"] == wire.session)
    wire.close()


def test_a_released_session_stays_closed(gateway):
    wire = Wire(gateway.remote())
    assert rows_of(wire.execute(range_plan(3))) == 3
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    assert failure(wire.execute, range_plan(3)).condition == "INVALID_HANDLE.SESSION_CLOSED"
    wire.close()


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_a_new_gateway_does_not_know_old_sessions(servers, with_signal):
    with Gateway(anonymous(*servers)) as gateway:
        def build():
            return SparkSession.builder.remote(gateway.remote()).config("spark.sql.shuffle.partitions", "3").getOrCreate()

        session = build()
        assert session.range(3).count() == 3
        gateway.stop(with_signal)
        gateway.rise()
        with pytest.raises(Exception, match="SESSION_CHANGED"):
            session.range(3).count()
        again = build()
        assert again.session_id != session.session_id
        assert again.range(3).count() == 3
        again.stop()


@pytest.mark.parametrize("reattachable", [True, False])
def test_a_stop_lets_running_executions_end(servers, reattachable):
    with Gateway(anonymous(servers[0]), drain="30s") as gateway:
        wire, answers = Wire(gateway.await_servers().remote()), []
        wire.execute(range_plan(1))
        thread = threading.Thread(target=lambda: answers.append(rows_of(wire.execute(sql_plan(SLOW), operation=new_id(),
                                                                                     reattachable=reattachable))))
        thread.start()
        time.sleep(0.2)
        assert thread.is_alive()
        assert gateway.stop() == 0
        thread.join(1)
        assert answers == [1]
        wire.close()


def test_a_stop_lets_running_queries_end(servers):
    with Gateway(anonymous(servers[0]), drain="30s") as gateway:
        session, _ = used(gateway)
        answers = []

        def ask():
            try:
                answers.append(session.sql(SLOW).collect()[0][0])
            except Exception as error:
                answers.append(str(error))

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.2)
        assert thread.is_alive()
        assert gateway.stop() == 0
        thread.join(10)
        assert answers == [300_000_000]


def test_a_stop_does_not_wait_for_ever(servers):
    """drain = 5s: then running queries end with an error that says so."""
    with Gateway(anonymous(servers[0])) as gateway:
        wire, errors = Wire(gateway.await_servers().remote()), []
        wire.execute(range_plan(1))
        endless = sql_plan("SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b")
        thread = threading.Thread(target=lambda: errors.append(failure(wire.execute, endless)))
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        assert gateway.stop() == 0
        assert 4 < time.monotonic() - begun < 9
        thread.join(5)
        assert errors
        direct = Wire(servers[0].remote, session=wire.session)
        direct.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
        for each in (wire, direct):
            each.close()
