"""Sessions outlive the gateway's process ([state]): what comes back is the same session on the same server, or an error."""
import os
import signal
import subprocess
import threading
import time

import pyspark.sql.connect.proto as pb
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.connect.client.retries import DefaultPolicy

from faults import MortalServer
from gateway import BINARY, Gateway, anonymous
from server import Server
from wire import Wire, failure, new_id, range_plan, rows_of, sql_plan

SLOW = "SELECT count(*) FROM range(300000) a JOIN range(5000) b ON a.id % 5 = b.id % 5"


@pytest.fixture
def state(tmp_path):
    return f'[state]\nfile = "{tmp_path}/gateway.state"\n'


def patient(gateway):
    """A session whose client tries again for as long as a restart takes; PySpark's own does for ten minutes."""
    session = SparkSession.builder.remote(gateway.remote()).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=20, initial_backoff=50, max_backoff=500, jitter=0)])
    return session


def anew(gateway, wire):
    """The same session over a new connection: raw clients do not try again."""
    wire.close()
    return Wire(gateway.remote(), session=wire.session)


def restart(gateway, with_signal=signal.SIGKILL):
    gateway.stop(with_signal)
    gateway.rise()


def read_config(wire, key):
    return wire.config(get=pb.ConfigRequest.Get(keys=[key])).pairs[0].value


def write_config(wire, key, value):
    pair = pb.KeyValue(key=key, value=value)
    return wire.config(set=pb.ConfigRequest.Set(pairs=[pair]))


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_sessions_go_on(servers, state, with_signal):
    with Gateway(anonymous(*servers, extra=state)) as gateway:
        sessions = [patient(gateway) for _ in range(6)]
        for number, session in enumerate(sessions):
            session.range(number).createTempView("mine")
        restart(gateway, with_signal)
        for number, session in enumerate(sessions):
            assert session.table("mine").count() == number
        restart(gateway, with_signal)
        for number, session in enumerate(sessions):
            assert session.table("mine").count() == number
        homes = {line["session"]: set() for line in gateway.audit()}
        for line in gateway.audit():
            if line["server"]:
                homes[line["session"]].add(line["server"])
        assert all(len(homes[session.session_id]) == 1 for session in sessions)
        for session in sessions:
            session.stop()


def test_a_client_that_says_nothing_of_the_server_it_saw(servers, state):
    """As clients of other languages do: nothing in its calls tells the new gateway that it had a session."""
    with Gateway(anonymous(*servers, extra=state)) as gateway:
        gateway.await_servers(2)
        wires = [Wire(gateway.remote()) for _ in range(8)]
        for number, wire in enumerate(wires):
            assert rows_of(wire.execute(range_plan(2))) == 2
            write_config(wire, "spark.sql.shuffle.partitions", str(100 + number))
        restart(gateway)
        for number, wire in enumerate(wires):
            again = anew(gateway, wire)
            assert read_config(again, "spark.sql.shuffle.partitions") == str(100 + number)
            again.close()


def test_a_running_query_goes_on(servers, state):
    with Gateway(anonymous(servers[0], extra=state)) as gateway:
        session, answers = patient(gateway), []
        session.range(1).collect()
        thread = threading.Thread(target=lambda: answers.append(session.sql(SLOW).collect()[0][0]))
        thread.start()
        time.sleep(0.2)
        assert thread.is_alive()
        restart(gateway)
        thread.join(30)
        assert answers == [300_000_000]
        executes = [line for line in gateway.audit() if line["session"] == session.session_id and line["rpc"] == "ExecutePlan"]
        assert sum(line["code"] == "OK" for line in executes) <= 2, "the second is attached to, not run again"
        session.stop()


def test_a_server_that_died_meanwhile(state):
    with Server() as one, Server() as two, Gateway(anonymous(one, two, extra=state)) as gateway:
        gateway.await_servers(2)
        sessions = [patient(gateway) for _ in range(4)]
        for session in sessions:
            session.range(1).collect()
        homes = {line["session"]: int(line["server"].rsplit(":", 1)[1]) for line in gateway.audit() if line["server"]}
        gateway.stop(signal.SIGKILL)
        one.stop(signal.SIGKILL)
        gateway.rise()
        for session in sessions:
            began = time.monotonic()
            if homes[session.session_id] == two.port:
                assert session.range(3).count() == 3
                continue
            with pytest.raises(Exception, match="SESSION_CHANGED"):
                session.range(3).count()
            assert time.monotonic() - began < 2
        assert sorted(homes.values()).count(one.port) == 2, "there were some of both"
        again = patient(gateway)
        assert again.range(3).count() == 3


def test_a_server_that_was_started_anew_meanwhile(state):
    """It would take the session id for a new session: what its client knows of it would be gone without a word."""
    with MortalServer() as server, Gateway(anonymous(server, extra=state)) as gateway:
        wire = Wire(gateway.await_servers().remote())
        write_config(wire, "spark.sql.shuffle.partitions", "7")
        rows_of(wire.execute(range_plan(1)))
        gateway.stop(signal.SIGKILL)
        server.stop(signal.SIGKILL)
        server.rise()
        gateway.rise()
        gateway.await_servers(2)
        wire, began = anew(gateway, wire), time.monotonic()
        for call in (lambda: wire.execute(range_plan(1)), lambda: read_config(wire, "spark.sql.shuffle.partitions"),
                     lambda: wire.reattach(new_id())):
            assert failure(call).condition == "INVALID_HANDLE.SESSION_CHANGED"
        assert time.monotonic() - began < 2
        fresh = Wire(gateway.remote())
        assert rows_of(fresh.execute(range_plan(3))) == 3
        for each in (wire, fresh):
            each.close()


def test_what_ended_or_never_began_does_not_come_back(servers, state):
    with Gateway(anonymous(*servers, extra=state)) as gateway:
        gateway.await_servers(2)
        released, configured = Wire(gateway.remote()), Wire(gateway.remote())
        rows_of(released.execute(range_plan(1)))
        released.unary("ReleaseSession", released.request(pb.ReleaseSessionRequest))
        write_config(configured, "spark.sql.shuffle.partitions", "7")  # the gateway keeps it for the server to come
        restart(gateway)
        released, configured = anew(gateway, released), anew(gateway, configured)
        assert failure(released.execute, range_plan(1)).condition == "INVALID_HANDLE.SESSION_CLOSED"
        assert failure(configured.execute, range_plan(1)).condition == "INVALID_HANDLE.SESSION_CHANGED"
        for wire in (released, configured):
            wire.close()


def test_sessions_of_a_pool_end_with_it(state):
    """The gateway's own servers end with its process, and their sessions."""
    config = f"""[auth]
anonymous = true
[environments.dev]
servers = "pool"
[servers.pool.pool]
command = "{BINARY} serve --host {{host}} --port {{port}}"
warm = 1
most = 3
{state}"""
    with Gateway(config) as gateway:
        gateway.await_servers()
        session = patient(gateway)
        session.range(1).collect()
        restart(gateway)
        with pytest.raises(Exception, match="SESSION_CHANGED"):
            session.range(1).collect()
        again = patient(gateway)
        assert again.range(3).count() == 3
        again.stop()


def test_state_is_one_gateways(servers, state, tmp_path):
    with Gateway(anonymous(*servers, extra=state)) as gateway:
        assert os.stat(f"{tmp_path}/gateway.state").st_mode & 0o777 == 0o600
        second = subprocess.run([BINARY, "gateway", "--config", gateway.config], capture_output=True, text=True, timeout=10, check=False)
        assert second.returncode != 0
        assert "another running gateway" in second.stderr


def test_statements_of_a_restored_session_run_once(state):
    """Inserts while the gateway is killed again and again."""
    with Server() as server, Gateway(anonymous(server, extra=state)) as gateway:
        session = patient(gateway)
        session.sql("CREATE TABLE t (id BIGINT)")
        over, inserted = threading.Event(), 0

        def kill():
            while not over.wait(0.4):
                restart(gateway)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            while gateway.log().count("firesteel gateway listens") < 6 or inserted < 60:
                session.sql(f"INSERT INTO t VALUES ({inserted})")
                inserted += 1
        finally:
            over.set()
            killer.join()
        assert [row.id for row in session.sql("SELECT id FROM t ORDER BY id").collect()] == list(range(inserted))
        session.stop()


def test_views_stay_with_their_session(servers, state):
    """What a session defined before, it finds after; another one does not."""
    with Gateway(anonymous(*servers, extra=state)) as gateway:
        gateway.await_servers(2)
        one, two = Wire(gateway.remote()), Wire(gateway.remote())
        for wire in (one, two):
            rows_of(wire.execute(range_plan(1)))
        view = pb.Plan(command=pb.Command(sql_command=pb.SqlCommand(input=pb.Relation(sql=pb.SQL(query="CREATE TEMP VIEW v AS SELECT 42")))))
        one.execute(view)
        restart(gateway)
        one, two = anew(gateway, one), anew(gateway, two)
        assert rows_of(one.execute(sql_plan("SELECT * FROM v"))) == 1
        assert failure(two.execute, sql_plan("SELECT * FROM v")).condition == "TABLE_OR_VIEW_NOT_FOUND"
        for wire in (one, two):
            wire.close()
