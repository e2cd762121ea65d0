"""A server that dies never hangs a client: each is told SESSION_CHANGED within two seconds, and its next session works."""
import signal
import threading
import time

import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

import outcome
from gateway import Gateway, anonymous
from server import Server, free_port
from wire import Wire


@pytest.fixture
def pair():
    with Server() as one, Server() as two, Gateway(anonymous(one, two)) as gateway:
        yield gateway, one, two


def server_of(gateway, session):
    """Which of the servers holds the session, by the audit log."""
    wanted = session.session_id
    for _ in range(50):
        for line in gateway.audit():
            if line["session"] == wanted and line["server"]:
                return int(line["server"].rsplit(":", 1)[1])
        time.sleep(0.05)
    raise AssertionError("the session is in no line of the audit log")


def test_idle_session(pair):
    gateway, one, two = pair
    session = outcome.new_session(gateway.remote())
    session.range(1).collect()
    dead, alive = (one, two) if server_of(gateway, session) == one.port else (two, one)
    dead.stop(signal.SIGKILL)
    began = time.monotonic()
    with pytest.raises(Exception) as raised:
        session.range(1).collect()
    assert time.monotonic() - began < 2
    assert "SESSION_CHANGED" in str(raised.value), (gateway.audit()[-8:], gateway.log()[-2000:])
    again = outcome.new_session(gateway.remote())
    assert again.range(3).count() == 3
    assert server_of(gateway, again) == alive.port
    again.stop()


def test_a_session_that_asks_for_plan_compression_when_its_server_is_gone():
    """PySpark asks before its first plan, takes any error for a no, and then refuses to send the plan
    (NO_ACTIVE_SESSION) if that error was SESSION_CHANGED. So that question is never answered with it."""
    with Server() as server, Gateway(anonymous(server)) as gateway:
        session = outcome.new_session(gateway.await_servers().remote("x-environment=dev"))  # bound by its first call
        session.conf.set("spark.sql.shuffle.partitions", "7")
        assert server_of(gateway, session) == server.port
        server.stop(signal.SIGKILL)
        with pytest.raises(Exception) as raised:
            session.range(1).collect()
        assert "SESSION_CHANGED" in str(raised.value)


def test_what_is_answered_before_a_server_is_ready_is_final():
    """A key without a value is asked for again before every plan, also when the server is gone by then."""
    with Server() as server:
        with Gateway(anonymous(server).replace(str(server.port), str(free_port()))) as gateway:
            wire = Wire(gateway.remote())
            keys = ["spark.connect.session.planCompression.threshold", "spark.connect.session.planCompression.defaultAlgorithm"]
            answer = wire.config(get=pb.ConfigRequest.Get(keys=keys))
            assert [pair.value for pair in answer.pairs] == ["-1", "NONE"]
            wire.close()
        with Gateway(anonymous(server)) as gateway:
            wire = Wire(gateway.await_servers().remote())
            answer = wire.config(get=pb.ConfigRequest.Get(keys=keys))
            assert int(answer.pairs[0].value) > 0 and answer.pairs[1].value == "ZSTD"
            wire.close()


def test_many_sessions_in_every_state(pair):
    """A hundred clients: idle ones, some in the middle of a result, some before its first row."""
    gateway, one, two = pair
    slow = "select count(*) from range(200000) a join range(200000) b on a.id % 7 = b.id % 7"
    sessions = [outcome.new_session(gateway.remote()) for _ in range(100)]
    homes = {}
    for session in sessions:
        session.range(1).collect()
    for line in gateway.audit():
        if line["server"]:
            homes[line["session"]] = int(line["server"].rsplit(":", 1)[1])
    victims = [session for session in sessions if homes[session.session_id] == one.port]
    others = [session for session in sessions if homes[session.session_id] == two.port]
    assert len(victims) >= 40 and len(others) >= 40, "sessions spread evenly"
    outcomes, killed = {}, []

    def run(number, session):
        began = None
        try:
            if number % 3 == 0:  # idle until the server is dead
                while not killed:
                    time.sleep(0.01)
                session.range(1).collect()
            elif number % 3 == 1:  # no row comes
                session.sql(slow).collect()
            else:  # batches come without end; as Arrow, for a hundred clients of one interpreter are slow at rows
                endless = session.range(10_000_000_000)
                for _ in session.client.to_table_as_iterator(endless._plan.to_proto(session.client), {}):
                    pass
            outcomes[number] = (time.monotonic(), "no error")
        except Exception as error:
            outcomes[number] = (time.monotonic(), str(error))

    threads = [threading.Thread(target=run, args=(i, session), daemon=True) for i, session in enumerate(victims)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    one.stop(signal.SIGKILL)
    moment = time.monotonic()
    killed.append(True)
    for thread in threads:
        thread.join(max(0, moment + 20 - time.monotonic()))
    assert len(outcomes) == len(victims), f"{len(victims) - len(outcomes)} clients hang"
    wrong = [text for _, text in outcomes.values() if "SESSION_CHANGED" not in text]
    assert not wrong, wrong[0]
    late = max(when - moment for when, _ in outcomes.values())
    assert late < 2, f"the last client was told after {late:.1f} s"
    for session in others[:5]:  # unharmed
        assert session.range(2).count() == 2
    again = outcome.new_session(gateway.remote())
    assert again.range(3).count() == 3
    executes = [line for line in gateway.audit() if line["rpc"] == "ExecutePlan" and line["session"] in
                {victim.session_id for victim in victims}]
    # The first collect of each, and at most two more.
    assert len(executes) <= 3 * len(victims), "clients storm"


def test_a_server_that_stops_answering_gets_no_new_sessions(pair):
    gateway, one, two = pair
    session = outcome.new_session(gateway.remote())
    session.range(1).collect()
    home = one if server_of(gateway, session) == one.port else two
    home.process.send_signal(signal.SIGSTOP)
    try:
        deadline = time.monotonic() + 15
        while "does not answer" not in gateway.log() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "does not answer" in gateway.log()
        for _ in range(4):
            fresh = outcome.new_session(gateway.remote())
            began = time.monotonic()
            assert fresh.range(1).count() == 1
            assert time.monotonic() - began < 2
            fresh.stop()
    finally:
        home.process.send_signal(signal.SIGCONT)
    deadline = time.monotonic() + 20
    while True:  # the session lives on
        try:
            assert session.range(4).count() == 4
            break
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    session.stop()
