"""`--conf`: Spark's keys for every session, and the limits of Spark's Connect server under their own names."""
import subprocess
import time

import outcome
import pytest
from pyspark.sql import SparkSession
from server import Server
from wire import Wire, failure, kinds, new_id, rows_of, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel]


def test_every_session_begins_with_it(tmp_path):
    file = tmp_path / "firesteel.toml"
    file.write_text('[conf]\n"spark.sql.ansi.enabled" = false\nspark.sql.session.timeZone = "Asia/Tokyo"\n'
                    '"spark.app.name" = "from the file"\n')
    with Server(args=["--config", str(file), "--conf", "spark.app.name=from the option", "--conf", "my.key=a=b"]) as server:
        for _ in range(2):
            spark = SparkSession.builder.remote(server.remote).create()
            assert spark.conf.get("spark.sql.ansi.enabled") == "false"
            assert spark.conf.get("spark.app.name") == "from the option"
            assert spark.conf.get("my.key") == "a=b"
            row = spark.sql("SELECT 1 / 0 AS q, current_timezone() AS zone").collect()[0]
            assert (row.q, row.zone) == (None, "Asia/Tokyo")
            spark.conf.set("spark.sql.ansi.enabled", "true")
            spark.sql("RESET spark.sql.ansi.enabled").collect()
            assert spark.conf.get("spark.sql.ansi.enabled") == "false"
            spark.stop()


def test_streams_end_by_size_and_are_taken_up():
    with Server(args=["--conf", "spark.connect.execute.reattachable.senderMaxStreamSize=1m"]) as server:
        wire, operation = Wire(server.remote), new_id()
        part = wire.execute(sql_plan("SELECT id, repeat('x', 1000) FROM range(20000)"), operation=operation, reattachable=True)
        streams, rows = 1, rows_of(part)
        while "result_complete" not in kinds(part):
            part = wire.reattach(operation, part[-1].response_id)
            streams, rows = streams + 1, rows + rows_of(part)
        assert rows == 20000 and streams > 3
        wire.close()
        spark = outcome.new_session(server.remote)
        assert spark.sql("SELECT id, repeat('x', 1000) FROM range(20000)").toArrow().num_rows == 20000
        spark.stop()


def test_idle_sessions_and_left_operations_end():
    with Server(args=["--conf", "spark.connect.session.manager.defaultSessionTimeout=2s",
                      "--conf", "spark.connect.execute.manager.detachedTimeout=1s"]) as server:
        wire, operation = Wire(server.remote), new_id()
        wire.execute(sql_plan("SELECT 1"), operation=operation, reattachable=True)
        time.sleep(3)
        assert failure(wire.reattach, operation).condition in ("INVALID_HANDLE.OPERATION_ABANDONED", "INVALID_HANDLE.SESSION_NOT_FOUND",
                                                               "INVALID_HANDLE.SESSION_CLOSED")
        time.sleep(2)
        assert failure(wire.execute, sql_plan("SELECT 1")).condition == "INVALID_HANDLE.SESSION_CLOSED"
        wire.close()


def test_too_large_requests_are_refused():
    with Server(args=["--conf", "spark.connect.grpc.maxInboundMessageSize=1m"]) as server:
        wire = Wire(server.remote)
        error = failure(wire.execute, sql_plan(f"SELECT '{'x' * (2 << 20)}'"))
        assert error.code.name == "RESOURCE_EXHAUSTED"
        assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1
        wire.close()


@pytest.mark.parametrize("setting,text", [
    ("spark.sql.ansi.enabled", "write KEY=VALUE"),
    ("spark.sql.ansi.enabled=perhaps", "perhaps"),
    ("spark.connect.session.manager.defaultSessionTimeout=soon", "soon"),
    ("spark.sql.warehouse.dir=/tmp/x", "--warehouse"),
])
def test_wrong_settings(setting, text):
    done = subprocess.run([Server().binary, "serve", "--port", "0", "--conf", setting], capture_output=True, text=True, timeout=20,
                          check=False)
    assert done.returncode == 1 and text in done.stderr and setting.split("=")[0] in done.stderr, done.stderr
