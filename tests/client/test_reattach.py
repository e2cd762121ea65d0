"""ReattachExecute, ReleaseExecute and operation ids. Recorded from Apache Spark 4.3."""
import threading
import time

import pyspark.sql.connect.proto as pb
import pytest
from wire import ENDLESS, Wire, failure, kinds, new_id, range_plan, rows_of, sql_plan



def test_shape_of_a_stream(wire):
    responses = wire.execute(sql_plan("SELECT 1"))
    assert kinds(responses)[0] == "schema"
    assert rows_of(responses) == 1
    assert all(r.session_id == wire.session and r.server_side_session_id and r.response_id and r.operation_id for r in responses)
    assert len({r.response_id for r in responses}) == len(responses)
    assert len({r.operation_id for r in responses}) == 1


def test_not_reattachable_streams_have_no_end_mark(wire):
    assert "result_complete" not in kinds(wire.execute(sql_plan("SELECT 1")))


def test_reattachable_streams_end_with_a_mark(wire):
    assert wire.execute(sql_plan("SELECT 1"), reattachable=True)[-1].WhichOneof("response_type") == "result_complete"


def test_an_empty_result_has_a_batch(wire):
    responses = wire.execute(range_plan(0))
    assert kinds(responses) == ["schema", "arrow_batch"]
    assert rows_of(responses) == 0


def test_operation_id_is_kept(wire):
    operation = new_id()
    assert {r.operation_id for r in wire.execute(sql_plan("SELECT 1"), operation=operation)} == {operation}


def test_reattach_replays_everything(wire):
    operation = new_id()
    first = wire.execute(sql_plan("SELECT * FROM range(100)"), operation=operation, reattachable=True)
    again = wire.reattach(operation)
    assert [r.response_id for r in again] == [r.response_id for r in first]
    assert [r.SerializeToString() for r in again] == [r.SerializeToString() for r in first]


def test_reattach_goes_on_after_a_response(wire):
    operation = new_id()
    first = wire.execute(sql_plan("SELECT * FROM range(100)"), operation=operation, reattachable=True)
    for i in range(len(first)):
        got = wire.reattach(operation, first[i].response_id)
        assert [r.response_id for r in got] == [r.response_id for r in first[i + 1:]]


def test_reattach_after_an_unknown_response(wire):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
    cursor = new_id()
    e = failure(wire.reattach, operation, cursor)
    assert (e.condition, e.state, e.parameters) == ("INVALID_CURSOR.POSITION_NOT_FOUND", "HY109", {"responseId": cursor})


def test_reattach_to_an_unknown_operation(wire):
    wire.execute(sql_plan("SELECT 1"))
    operation = new_id()
    e = failure(wire.reattach, operation)
    assert (e.condition, e.state, e.parameters) == ("INVALID_HANDLE.OPERATION_NOT_FOUND", "HY000", {"handle": operation})


def test_reattach_in_an_unknown_session(wire):
    session = new_id()
    e = failure(wire.reattach, new_id(), session_id=session)
    assert (e.condition, e.state, e.parameters) == ("INVALID_HANDLE.SESSION_NOT_FOUND", "08003", {"handle": session})


def test_reattach_to_an_operation_that_is_not_reattachable(wire):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation)
    assert failure(wire.reattach, operation).condition == "INVALID_HANDLE.OPERATION_NOT_FOUND"


def test_release_until(wire):
    operation = new_id()
    first = wire.execute(sql_plan("SELECT * FROM range(10)"), operation=operation, reattachable=True)
    answer = wire.release(operation, until=first[0].response_id)
    assert answer.operation_id == operation
    e = failure(wire.reattach, operation)
    assert (e.condition, e.state) == ("INVALID_CURSOR.POSITION_NOT_AVAILABLE", "HY109")
    assert e.parameters == {"index": "1", "responseId": first[0].response_id}
    assert len(wire.reattach(operation, first[0].response_id)) == len(first) - 1


def test_release_until_an_unknown_response(wire):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
    assert failure(wire.release, operation, until=new_id()).condition == "INVALID_CURSOR.POSITION_NOT_FOUND"


def test_release_all(wire):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
    assert wire.release(operation).operation_id == operation
    assert failure(wire.reattach, operation).condition == "INVALID_HANDLE.OPERATION_NOT_FOUND"
    assert wire.release(operation).operation_id == ""


def test_release_all_of_a_running_operation_cancels_it(wire):
    operation, status = new_id(), pb.GetStatusRequest.OperationStatusRequest
    call = wire.stub.ExecutePlan(wire.execute_request(sql_plan(ENDLESS), operation=operation, reattachable=True))

    def state():
        request = wire.request(pb.GetStatusRequest, operation_status=status(operation_ids=[operation]))
        return wire.unary("GetStatus", request).operation_statuses[0].state

    next(iter(call))
    assert state() == pb.GetStatusResponse.OperationStatus.OPERATION_STATE_RUNNING
    wire.release(operation)
    deadline = time.monotonic() + 10
    while state() == pb.GetStatusResponse.OperationStatus.OPERATION_STATE_RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)
    assert state() == pb.GetStatusResponse.OperationStatus.OPERATION_STATE_CANCELLED


def test_release_an_unknown_operation(wire):
    wire.execute(sql_plan("SELECT 1"))
    assert wire.release(new_id()).operation_id == ""


def test_release_in_an_unknown_session(wire):
    assert failure(wire.release, new_id(), session_id=new_id()).condition == "INVALID_HANDLE.SESSION_NOT_FOUND"


@pytest.mark.parametrize("reattachable", [False, True])
def test_a_finished_operation_is_not_run_again(wire, reattachable):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=reattachable)
    wire.release(operation)
    e = failure(wire.execute, sql_plan("SELECT 1"), operation=operation, reattachable=reattachable)
    assert (e.condition, e.parameters) == ("INVALID_HANDLE.OPERATION_ABANDONED", {"handle": operation})


def test_the_same_id_with_another_plan(wire):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
    e = failure(wire.execute, sql_plan("SELECT 2"), operation=operation, reattachable=True)
    assert (e.condition, e.state) == ("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", "HY000")


def test_a_lost_stream_is_taken_up(wire):
    operation = new_id()
    request = wire.execute_request(sql_plan("SELECT id, repeat('x', 1000) FROM range(100000)"), operation=operation, reattachable=True)
    stream, seen, rows, last = wire.stub.ExecutePlan(request, timeout=60), set(), 0, None
    while True:
        complete = False
        for count, r in enumerate(stream):
            assert r.response_id not in seen
            seen.add(r.response_id)
            rows += r.arrow_batch.row_count if r.HasField("arrow_batch") else 0
            last = r.response_id
            complete = r.WhichOneof("response_type") == "result_complete"
            if count == 3:
                break
        if complete:
            break
        stream.cancel()
        reattach = wire.request(pb.ReattachExecuteRequest, operation_id=operation, last_response_id=last)
        stream = wire.stub.ReattachExecute(reattach, timeout=60)
    assert rows == 100000


def test_a_second_reader_displaces_the_first(wire):
    operation, outcome = new_id(), []

    def read():
        outcome.append(failure(wire.execute, sql_plan(ENDLESS), operation=operation, reattachable=True))

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(1)
    second = threading.Thread(target=lambda: failure(wire.reattach, operation))
    second.start()
    thread.join(20)
    assert outcome and outcome[0].condition == "INVALID_CURSOR.DISCONNECTED"
    wire.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
    second.join(20)
    assert not second.is_alive()


def test_operations_of_another_session_are_not_there(wire, remote):
    operation = new_id()
    wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
    other = Wire(remote)
    other.execute(sql_plan("SELECT 1"))
    assert failure(other.reattach, operation).condition == "INVALID_HANDLE.OPERATION_NOT_FOUND"
    other.close()
