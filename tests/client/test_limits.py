"""What one server gives to all, to one user, to one session and to one operation: whoever asks for more is refused with the
limit and its key, and nobody else notices."""
import subprocess
import threading
import time

import grpc
import outcome
import pyspark.sql.connect.proto as pb
import pytest
from server import Server
from test_artifacts import arrow_stream, batch, relation, send
from wire import ENDLESS, RemoteError, Wire, failure, new_id, rows_of, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel]
ALL = pb.InterruptRequest.INTERRUPT_TYPE_ALL


def limited(**limits):
    return Server(args=[word for key, value in limits.items() for word in ("--conf", f"firesteel.{key.replace('_', '.')}={value}")])


def limit_of(error):
    assert error.code is grpc.StatusCode.RESOURCE_EXHAUSTED, error
    assert (error.condition, error.state, error.reason) == ("SERVER_LIMIT_EXCEEDED", "53000", "org.apache.spark.SparkException")
    assert error.parameters["key"] in error.text
    return error.parameters["key"], error.parameters["limit"]


def one(wire):
    return rows_of(wire.execute(sql_plan("SELECT 1"), timeout=20))


def release(wire):
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))


def test_sessions():
    with limited(user_maxSessions=2, server_maxSessions=3) as server:
        first, second, third = (Wire(server.remote, user="a") for _ in range(3))
        assert one(first) == one(second) == 1
        assert limit_of(failure(third.execute, sql_plan("SELECT 1"))) == ("firesteel.user.maxSessions", "2")
        assert limit_of(failure(third.config, set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key="a", value="b")])))[1] == "2"
        assert limit_of(failure(first.unary, "CloneSession", first.request(pb.CloneSessionRequest)))[1] == "2"
        with pytest.raises(Exception, match="firesteel.user.maxSessions"):
            outcome.new_session(f"{server.remote}/;user_id=a").range(1).collect()
        other, another = Wire(server.remote, user="b"), Wire(server.remote, user="c")
        assert one(other) == one(first) == 1
        assert limit_of(failure(another.execute, sql_plan("SELECT 1"))) == ("firesteel.server.maxSessions", "3")
        release(second)
        assert one(third) == one(first) == 1
        assert limit_of(failure(Wire(server.remote, user="a").execute, sql_plan("SELECT 1")))[1] == "2"
        release(other)
        assert one(another) == 1


def running(wire, count, **fields):
    """Starts so many endless operations; their calls and ids."""
    ids = [new_id() for _ in range(count)]
    calls = [wire.stub.ExecutePlan(wire.execute_request(sql_plan(ENDLESS), operation=i, **fields)) for i in ids]
    deadline = time.monotonic() + 20
    while True:
        known = wire.unary("GetStatus", wire.request(
            pb.GetStatusRequest, operation_status=pb.GetStatusRequest.OperationStatusRequest())).operation_statuses
        if set(ids) <= {status.operation_id for status in known}:
            return calls, ids
        assert time.monotonic() < deadline, known
        time.sleep(0.05)


def test_operations_of_a_session():
    with limited(session_maxOperations=3, session_maxRunningOperations=2) as server:
        wire, other = Wire(server.remote), Wire(server.remote)
        one(wire)
        calls, _ = running(wire, 3)
        assert limit_of(failure(wire.execute, sql_plan("SELECT 1"))) == ("firesteel.session.maxOperations", "3")
        assert one(other) == 1, "the server runs more than two operations at once"
        assert len(wire.interrupt(interrupt_type=ALL).interrupted_ids) == 3
        for call in calls:
            with pytest.raises(grpc.RpcError):
                list(call)
        assert one(wire) == 1


def test_a_session_that_asks_for_much_does_not_keep_others_waiting():
    with Server(args=["--threads", "1"]) as server:  # two operations at once
        greedy, other = Wire(server.remote), Wire(server.remote)
        one(greedy)
        _, ids = running(greedy, 6)
        answers = []
        thread = threading.Thread(target=lambda: answers.append(one(other)))
        thread.start()
        time.sleep(0.3)
        assert not answers
        # The greedy session's third operation was there first; then it is the other's turn, before the fourth.
        for operation in ids[:2]:
            greedy.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_OPERATION_ID, operation_id=operation)
        thread.join(20)
        assert answers == [1]
        greedy.interrupt(interrupt_type=ALL)


def test_tags():
    with limited(operation_maxTags=3, operation_maxTagSize=10) as server:
        wire = Wire(server.remote)
        assert rows_of(wire.execute(sql_plan("SELECT 1"), tags=["a", "b", "x" * 10])) == 1
        assert limit_of(failure(wire.execute, sql_plan("SELECT 1"), tags=list("abcd"))) == ("firesteel.operation.maxTags", "3")
        assert limit_of(failure(wire.execute, sql_plan("SELECT 1"), tags=["x" * 11])) == ("firesteel.operation.maxTagSize", "10")


def test_artifacts_and_local_relations():
    import pyarrow as pa

    with limited(session_maxArtifactSize="1m", server_maxArtifactSize="1500k", session_maxArtifacts=4) as server:
        first, second = Wire(server.remote), Wire(server.remote)
        data = arrow_stream(pa.table({"id": range(100_000)}))  # 800 kB
        send(first, batch(first, ("cache/a", data)))
        key, limit = limit_of(failure(send, first, batch(first, ("cache/b", data))))
        assert (key, limit) == ("firesteel.session.maxArtifactSize", "1.0 MiB")
        assert rows_of(first.execute(relation(["a"]))) == 100_000
        assert limit_of(failure(send, second, batch(second, ("files/b", data))))[0] == "firesteel.server.maxArtifactSize"
        small = [(f"files/{i}", b"x") for i in range(4)]
        assert limit_of(failure(send, first, batch(first, *small))) == ("firesteel.session.maxArtifacts", "4")
        send(first, batch(first, *small[:3]))
        release(first)
        send(second, batch(second, ("files/b", data)))


def test_sizes_of_plans_and_local_relations():
    with Server(args=["--conf", "spark.connect.maxPlanSize=1m"]) as server:
        import pyarrow as pa

        wire = Wire(server.remote)
        operation = pb.Plan.CompressedOperation
        relation_bytes = pb.Relation(sql=pb.SQL(query=f"SELECT '{'x' * (1 << 20)}'")).SerializeToString()
        plan = pb.Plan(compressed_operation=operation(data=pa.Codec("zstd").compress(relation_bytes, asbytes=True),
                                                      op_type=operation.OP_TYPE_RELATION,
                                                      compression_codec=pb.COMPRESSION_CODEC_ZSTD))
        error = failure(wire.execute, plan)
        assert error.condition == "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX"
        assert error.parameters["maxPlanSize"] == str(1 << 20)
        assert one(wire) == 1


def test_operations_that_nobody_releases_are_forgotten():
    """Clients that never release would fill the memory for five minutes; the last thousand stay."""
    with Server() as server:
        wire = Wire(server.remote)
        ids = [new_id() for _ in range(1100)]
        for operation in ids:
            wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
        # Whoever is asked for counts as read just now, so each is asked for once.
        for operation in ids[:50]:
            try:
                wire.reattach(operation)
            except RemoteError as error:
                assert error.condition == "INVALID_HANDLE.OPERATION_ABANDONED"
                break
            time.sleep(0.4)
        else:
            pytest.fail("none is forgotten")
        assert rows_of(wire.reattach(ids[-1])) == 1


@pytest.mark.parametrize("setting,text", [
    ("firesteel.session.maxOperation=5", "those of Firesteel are firesteel.execution.metrics, firesteel."),
    ("firesteel.execution.metrics=perhaps", "write true or false"),
    ("firesteel.session.maxOperations=many", "write a whole number"),
    ("firesteel.session.maxOperations=-1", "0 means no limit"),
    ("firesteel.session.maxArtifactSize=1x", "write a size"),
])
def test_wrong_limits(setting, text):
    done = subprocess.run([Server().binary, "serve", "--port", "0", "--conf", setting], capture_output=True, text=True, timeout=20,
                          check=False)
    assert done.returncode == 1 and text in done.stderr, done.stderr
