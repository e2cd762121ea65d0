"""Nobody takes more than its share, and who is refused is told why and what to do."""
import threading
import time

import grpc
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2 as pb

import tokens
from gateway import Gateway, anonymous
from recorder import SERVICE, Recorder
from wire import ENDLESS, Wire, failure, new_id, range_plan, rows_of, sql_plan

VERSION = pb.AnalyzePlanRequest.SparkVersion()


@pytest.fixture
def recorder():
    with Recorder() as server:
        server.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        server.answers[SERVICE + "ReleaseSession"] = lambda messages, context: [b""]
        yield server


@pytest.fixture
def gateway_of(request):
    """Gateways that end with the test."""
    def start(*servers, quotas):
        running = Gateway(anonymous(*servers, extra=quotas)).start().await_servers()
        request.addfinalizer(lambda: running.__exit__())
        return running

    return start


def clients(gateway, count, user="ulla"):
    return [Wire(gateway.remote(), user=user) for _ in range(count)]


def begin(wire):
    wire.analyze(spark_version=VERSION)


def release(wire):
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))


def test_sessions_of_a_user(recorder, gateway_of):
    gateway = gateway_of(recorder, quotas="[quotas.user]\nsessions = 2\n[quotas.users.vera]\nsessions = 3")
    first, second, third = clients(gateway, 3)
    begin(first)
    begin(second)
    error = failure(begin, third)
    assert error.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "'ulla'" in error.text and "2" in error.text and "session" in error.text
    assert len(recorder.of("AnalyzePlan")) == 2
    begin(first)  # what is there goes on
    release(first)
    begin(third)
    for wire in clients(gateway, 3, "vera"):
        begin(wire)
    assert failure(begin, *clients(gateway, 1, "vera")).code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert [line["code"] for line in gateway.audit()].count("RESOURCE_EXHAUSTED") == 2


def test_sessions_of_a_team(recorder, gateway_of):
    gateway = gateway_of(recorder, quotas="[quotas.team]\nsessions = 2\n[quotas.teams.red]\nsessions = 1")
    wires = [wire for user in ("a", "b", "c") for wire in clients(gateway, 1, user)]
    begin(wires[0])
    begin(wires[1])
    error = failure(begin, wires[2])
    assert error.code == grpc.StatusCode.RESOURCE_EXHAUSTED and "team 'default'" in error.text

    def of_red(wire):
        wire.stub.AnalyzePlan(wire.request(pb.AnalyzePlanRequest, spark_version=VERSION), metadata=[("x-team", "red")])

    of_red(wires[2])
    with pytest.raises(grpc.RpcError) as raised:
        of_red(clients(gateway, 1, "d")[0])
    assert raised.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and "team 'red'" in raised.value.details()


def test_a_real_client_is_told(servers, gateway_of):
    gateway = gateway_of(servers[0], quotas="[quotas.user]\nsessions = 1")
    first, second = (SparkSession.builder.remote(gateway.remote()).config("spark.sql.ansi.enabled", "true").create() for _ in range(2))
    assert first.range(3).count() == 3
    begun = time.monotonic()
    with pytest.raises(Exception, match="has 1 session") as raised:
        second.range(3).count()
    assert time.monotonic() - begun < 5, "the client tries in vain"
    assert "RESOURCE_EXHAUSTED" in str(raised.value) or "has 1 session" in str(raised.value)
    first.stop()
    assert second.range(3).count() == 3
    second.stop()


def test_operations_at_once(servers, gateway_of):
    gateway = gateway_of(servers[0], quotas="[quotas.user]\noperations = 2")
    wires, ends = clients(gateway, 3), []
    for wire in wires:
        assert rows_of(wire.execute(range_plan(1))) == 1
    threads = [threading.Thread(target=lambda w=wire: ends.append(failure(w.execute, sql_plan(ENDLESS)))) for wire in wires[:2]]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    error = failure(wires[2].execute, range_plan(1))
    assert error.code == grpc.StatusCode.RESOURCE_EXHAUSTED and "2" in error.text and "'ulla'" in error.text
    begin(wires[2])  # no operation
    assert rows_of(clients(gateway, 1, "vera")[0].execute(range_plan(1))) == 1
    wires[0].interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
    threads[0].join(10)
    assert rows_of(wires[2].execute(range_plan(1))) == 1
    wires[1].interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
    threads[1].join(10)
    assert [end.condition for end in ends] == ["OPERATION_CANCELED"] * 2


def test_reattached_operations_count_once(servers, gateway_of):
    gateway = gateway_of(servers[0], quotas="[quotas.user]\noperations = 1")
    wire = clients(gateway, 1)[0]
    for _ in range(5):
        operation = new_id()
        assert rows_of(wire.execute(range_plan(3), operation=operation, reattachable=True)) == 3
        assert rows_of(wire.reattach(operation)) == 3
        wire.release(operation)


def test_requests_per_second(recorder, gateway_of):
    gateway = gateway_of(recorder, quotas="[quotas.user]\nrequests_per_second = 10")
    wire, outcomes = clients(gateway, 1)[0], []
    begun = time.monotonic()
    while time.monotonic() - begun < 2:
        try:
            begin(wire)
            outcomes.append("OK")
        except Exception as error:
            outcomes.append(str(error))
    refused = [text for text in outcomes if text != "OK"]
    # A bucket of ten that fills with ten a second.
    assert 20 <= outcomes.count("OK") <= 32, outcomes.count("OK")
    assert "RESOURCE_EXHAUSTED" in refused[0] and "'ulla'" in refused[0] and "10" in refused[0]
    assert len(recorder.of("AnalyzePlan")) == outcomes.count("OK")
    begin(clients(gateway, 1, "vera")[0])
    release(wire)  # freeing is always welcome


def test_a_real_client_waits_for_its_turn(servers, gateway_of):
    gateway = gateway_of(servers[0], quotas="[quotas.user]\nrequests_per_second = 5")
    session = SparkSession.builder.remote(gateway.remote()).config("spark.sql.ansi.enabled", "true").create()
    begun = time.monotonic()
    assert [session.range(n).count() for n in range(8)] == list(range(8))
    assert time.monotonic() - begun > 0.5
    assert "RESOURCE_EXHAUSTED" in {line["code"] for line in gateway.audit()}
    session.stop()


def test_who_proves_a_name_does_not_pay_for_who_claims_it(recorder):
    token = "the-token-of-olga-0123456789"
    config = anonymous(recorder, extra="[quotas.user]\nsessions = 1").replace("[routing]", tokens.static(token, "olga") + "[routing]")
    with Gateway(config) as gateway:
        gateway.await_servers()
        begin(clients(gateway, 1, "olga")[0])
        wire = clients(gateway, 1, "olga")[0]
        wire.stub.AnalyzePlan(wire.request(pb.AnalyzePlanRequest, spark_version=VERSION), metadata=[("authorization", "Bearer " + token)])
        assert failure(begin, *clients(gateway, 1, "olga")).code == grpc.StatusCode.RESOURCE_EXHAUSTED
