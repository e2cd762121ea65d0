"""Interrupt by id, by tag, all. Recorded from Apache Spark 4.3."""
import threading
import time

import pyspark.sql.connect.proto as pb
import pytest
from wire import ENDLESS, failure, kinds, new_id, rows_of, sql_plan

I = pb.InterruptRequest


class Running:
    """A long query in a thread of its own; `error` is how it ended."""

    def __init__(self, wire, **fields):
        self.error = None
        self.thread = threading.Thread(target=self._run, args=(wire, fields))
        self.thread.start()
        time.sleep(1)
        assert self.thread.is_alive(), self.error

    def _run(self, wire, fields):
        self.error = failure(wire.execute, sql_plan(ENDLESS), timeout=120, **fields)

    def ended(self, within=10):
        self.thread.join(within)
        return not self.thread.is_alive()


@pytest.mark.parametrize("reattachable", [False, True])
def test_by_operation(wire, reattachable):
    operation = new_id()
    running = Running(wire, operation=operation, reattachable=reattachable)
    answer = wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_OPERATION_ID, operation_id=operation)
    assert list(answer.interrupted_ids) == [operation]
    assert running.ended()
    assert running.error.condition == "OPERATION_CANCELED"
    assert running.error.state == "HY008"
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_by_tag(wire):
    operation = new_id()
    running = Running(wire, operation=operation, tags=["mine", "other"])
    assert not wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_TAG, operation_tag="nobody").interrupted_ids
    assert list(wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_TAG, operation_tag="mine").interrupted_ids) == [operation]
    assert running.ended()


def test_all(wire):
    one, two = Running(wire, operation=new_id()), Running(wire, operation=new_id())
    assert len(wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_ALL).interrupted_ids) == 2
    assert one.ended() and two.ended()


def test_nothing_to_interrupt(wire):
    wire.execute(sql_plan("SELECT 1"))
    assert not wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_ALL).interrupted_ids
    assert not wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_OPERATION_ID, operation_id=new_id()).interrupted_ids


def test_of_no_kind(wire):
    e = failure(wire.interrupt)
    assert (e.condition, e.state) == ("UNSUPPORTED_FEATURE.INTERRUPT_TYPE", "0A000")


def test_without_an_id(wire):
    e = failure(wire.interrupt, interrupt_type=I.INTERRUPT_TYPE_OPERATION_ID)
    assert (e.condition, e.state) == ("INVALID_PARAMETER_VALUE.INTERRUPT_TYPE_OPERATION_ID_REQUIRES_ID", "22023")


def test_other_sessions_go_on(wire, remote):
    from wire import Wire

    other = Wire(remote)
    running = Running(other, operation=new_id())
    assert not wire.interrupt(interrupt_type=I.INTERRUPT_TYPE_ALL).interrupted_ids
    assert running.thread.is_alive()
    other.interrupt(interrupt_type=I.INTERRUPT_TYPE_ALL)
    assert running.ended()
    other.close()


def test_a_released_operation_stops(wire):
    operation = new_id()
    running = Running(wire, operation=operation, reattachable=True)
    wire.release(operation)
    assert running.ended()


def test_a_released_session_stops_its_operations(remote):
    from wire import Wire

    wire = Wire(remote)
    running = Running(wire, operation=new_id())
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    assert running.ended()
    wire.close()


def test_from_pyspark(spark):
    outcome = []

    def query():
        try:
            spark.addTag("slow")
            spark.sql(ENDLESS).collect()
        except Exception as e:
            outcome.append(e)

    thread = threading.Thread(target=query)
    thread.start()
    time.sleep(2)
    assert len(spark.interruptAll()) == 1
    thread.join(20)
    assert outcome and outcome[0].getCondition() == "OPERATION_CANCELED"
    assert kinds([]) == []


def test_a_cancelled_call_frees_the_server(wire, server_process):
    """A client that goes away takes its query with it (not reattachable)."""
    call = wire.stub.ExecutePlan(wire.execute_request(sql_plan(ENDLESS)))
    time.sleep(1)
    call.cancel()
    time.sleep(2)

    def cpu():
        with open(f"/proc/{server_process.process.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = cpu()
    time.sleep(1)
    assert cpu() - before < 50, "the server still computes a second after the client has gone"
