"""Operations whose client is gone: they do not keep others waiting. Spark ends them after five minutes; so does Firesteel,
but until then they have no place among those that run, and those in excess end when others wait."""
import time

import pyspark.sql.connect.proto as pb
import pytest
from server import Server
from test_limits import one, running
from wire import Wire, failure

pytestmark = [pytest.mark.process, pytest.mark.firesteel]


@pytest.fixture(scope="module")
def server():
    with Server(args=["--threads", "1"]) as started:  # two operations at once
        yield started


@pytest.fixture
def wires(server):
    made = []

    def make():
        made.append(Wire(server.remote))
        one_config(made[-1])
        return made[-1]

    yield make
    for wire in made:
        fresh = Wire(server.remote, session=wire.session)
        fresh.unary("ReleaseSession", fresh.request(pb.ReleaseSessionRequest))
        fresh.close()


def one_config(wire):
    """Makes the session without running anything."""
    wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key="a", value="b")]))


def answers_within(wire, seconds):
    began = time.monotonic()
    assert one(wire) == 1
    took = time.monotonic() - began
    assert took < seconds, took


def test_a_lost_stream_that_cannot_be_taken_up_ends_its_operation(wires):
    gone, other = wires(), wires()
    running(gone, 4)  # two of them wait
    gone.close()
    answers_within(other, 3)


def test_a_lost_stream_that_can_be_taken_up_gives_its_place_away(server, wires):
    gone, other = wires(), wires()
    _, ids = running(gone, 2, reattachable=True)
    gone.close()
    answers_within(other, 6)
    # They run on for a client that comes back.
    back = Wire(server.remote, session=gone.session)
    status = back.unary("GetStatus", back.request(pb.GetStatusRequest, operation_status=pb.GetStatusRequest.OperationStatusRequest(
        operation_ids=ids))).operation_statuses
    assert {s.state for s in status} == {pb.GetStatusResponse.OperationStatus.OPERATION_STATE_RUNNING}
    call = back.stub.ReattachExecute(back.request(pb.ReattachExecuteRequest, operation_id=ids[0]))
    time.sleep(0.3)
    assert call.is_active()
    back.close()


def test_the_oldest_end_when_there_are_too_many_and_others_wait(server, wires):
    abandoned = []
    for _ in range(2):
        gone = wires()
        abandoned.append((gone, running(gone, 2, reattachable=True)[1]))
        gone.close()
        answers_within(wires(), 6)
    back = Wire(server.remote, session=abandoned[0][0].session)
    # Four run beside the two that count: the first have to end while something waits. Which of these three waits is not said.
    busy, other = wires(), wires()
    running(busy, 2)
    (call,), _ = running(other, 1)
    deadline = time.monotonic() + 10
    ended = []
    while not ended and time.monotonic() < deadline:
        time.sleep(0.3)
        ended = [s for s in back.unary("GetStatus", back.request(
            pb.GetStatusRequest, operation_status=pb.GetStatusRequest.OperationStatusRequest(operation_ids=abandoned[0][1])))
            .operation_statuses if s.state != pb.GetStatusResponse.OperationStatus.OPERATION_STATE_RUNNING]
    assert ended, server.log()[-2000:]
    assert failure(back.reattach, ended[0].operation_id).condition == "INVALID_HANDLE.OPERATION_ABANDONED"
    assert call.is_active()
    back.close()
