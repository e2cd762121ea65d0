"""What is logged: one line an event, for people or as JSON, with ids and without what was asked."""
import json
import re

import outcome
import pyspark.sql.connect.proto as pb
import pytest
from server import Server
from wire import ENDLESS, Wire, failure, new_id, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel]
SECRET = "the secret of the house"


def work(server):
    """A success, a failure, a cancellation and a refusal: their session and operation ids."""
    wire, ids = Wire(server.remote, user="u\nrows=9"), [new_id() for _ in range(3)]
    wire.execute(sql_plan(f"SELECT id, '{SECRET}' FROM range(7)"), operation=ids[0])
    failure(wire.execute, sql_plan(f"SELECT CAST('{SECRET}' AS INT)"), operation=ids[1])
    call = wire.stub.ExecutePlan(wire.execute_request(sql_plan(ENDLESS), operation=ids[2]))
    while not wire.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL).interrupted_ids:
        pass
    call.cancel()
    failure(wire.execute, sql_plan("SELECT 1"), tags=[SECRET + ","])
    wire.close()
    return wire.session, ids


def ends(events, ids):
    by_operation = {e["operation_id"]: e for e in events if e["msg"] == "operation ended"}
    return [by_operation[i] for i in ids]


def test_json():
    with Server(args=["--log-format", "json", "--log-level", "info", "--token", "of the server"]) as server:
        spark = outcome.new_session(f"{server.remote}/;token=of%20the%20server")
        assert spark.range(3).count() == 3
        spark.stop()
    with Server(args=["--log-format", "json", "--log-level", "info"]) as server:
        session, ids = work(server)
        server.stop()
        lines = server.log().splitlines()
        events = [json.loads(line) for line in lines if not line.startswith("firesteel ")]
        assert all({"ts", "level", "msg"} <= e.keys() for e in events)
        assert SECRET not in server.log() and "SELECT" not in server.log()
        good, bad, canceled = ends(events, ids)
        assert {e["session_id"] for e in (good, bad, canceled)} == {session}
        assert (good["state"], good["rows"], good["user_id"], good["level"]) == ("succeeded", 7, "u\nrows=9", "info")
        assert good["bytes"] > 100 and 0 < good["seconds"] < 60 and "condition" not in good
        assert (bad["state"], bad["condition"], bad["rows"]) == ("failed", "CAST_INVALID_INPUT", 0)
        assert canceled["state"] == "canceled"
        (refusal,) = (e for e in events if e["msg"] == "request refused")
        assert refusal["session_id"] == session and refusal["exception"] == "java.lang.IllegalArgumentException"


def test_text():
    with Server(args=["--log-level", "info"]) as server:
        session, ids = work(server)
        server.stop()
        lines = re.findall(r"^\d{4}-\d\d-\d\dT\S+ I operation ended session_id=(\S+) operation_id=(\S+) (.*)$", server.log(), re.M)
        assert {s for s, _, _ in lines} == {session} and len(lines) == len(ids)
        found = {operation: rest for _, operation, rest in lines}  # a client may have its next answer before the line is written
        good, bad, canceled = (found[i] for i in ids)
        assert re.fullmatch(r'user_id="u\\nrows=9" state=succeeded seconds=\d+\.\d+ rows=7 bytes=\d+', good), good
        assert bad.endswith("condition=CAST_INVALID_INPUT") and "state=canceled" in canceled
        assert SECRET not in server.log()


def test_quiet_by_default():
    with Server() as server:
        work(server)
        server.stop()
        assert "operation" not in server.log(), server.log()
