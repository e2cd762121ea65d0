"""Faults around one server that goes on. Each function is one round: it raises when something is wrong, and may give the
seconds that the round is judged by."""
import os
import subprocess
import sys
import threading
import time

import outcome
import pyspark.sql.connect.proto as pb
from cutting_proxy import CuttingProxy
from wire import ENDLESS, RemoteError, Wire, failure, new_id, range_plan, rows_of, sql_plan

HERE = os.path.dirname(os.path.abspath(__file__))


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def wait_until(look, seconds, what):
    deadline = time.monotonic() + seconds
    while not look():
        expect(time.monotonic() < deadline, f"{what}: not within {seconds} s")
        time.sleep(0.01)


def running(wire):
    """Ids of the session's operations that run."""
    status = wire.unary("GetStatus", wire.request(pb.GetStatusRequest, operation_status=pb.GetStatusRequest.OperationStatusRequest()))
    state = pb.GetStatusResponse.OperationStatus.OperationState.OPERATION_STATE_RUNNING
    return [s.operation_id for s in status.operation_statuses if s.state == state]


def client_killed(server):
    session = new_id()
    client = subprocess.Popen([sys.executable, os.path.join(HERE, "reading_client.py"), server.remote, session], stdout=subprocess.PIPE)
    try:
        expect(client.stdout.readline() == b"reading\n", "the client did not begin to read")
    finally:
        client.kill()
        client.wait()
        client.stdout.close()
    # Whoever takes the session over finds it working, and can end what the dead client left.
    wire = Wire(server.remote, session=session)
    begun = time.monotonic()
    expect(rows_of(wire.execute(range_plan(10))) == 10, "the session does not answer")
    answered = time.monotonic() - begun
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    wire.close()
    return answered


def stream_cut(server, after):
    """A PySpark client whose connection is reset in the middle of an answer gets all of it; a write happens once."""
    proxy = CuttingProxy(server.port)
    try:
        spark = outcome.new_session(f"sc://localhost:{proxy.port}")
        spark.sql("CREATE OR REPLACE TEMP VIEW rows AS SELECT id, repeat('x', 100) AS text FROM range(30000)").collect()
        table = f"t{new_id().replace('-', '')}"
        spark.sql(f"CREATE TABLE {table} (n INT)")
        cuts = proxy.cuts
        proxy.cut_after(after)
        begun = time.monotonic()
        rows = spark.sql("SELECT id, text FROM rows ORDER BY id").toArrow()
        expect(rows.num_rows == 30000 and rows["id"].to_pylist() == list(range(30000)), "rows are missing or repeated")
        expect(set(rows["text"].to_pylist()) == {"x" * 100}, "texts differ")
        expect(proxy.cuts > cuts, "nothing was cut")
        proxy.cut_after(after)
        spark.sql(f"INSERT INTO {table} VALUES (1)").collect()
        proxy.cut_after(after)
        written = spark.sql(f"SELECT count(*) FROM {table}").collect()[0][0]
        expect(written == 1, f"the insert ran {written} times")
        seconds = time.monotonic() - begun
        proxy.cut_after(1 << 60)
        spark.sql(f"DROP TABLE {table}")
        spark.stop()
        return seconds
    finally:
        proxy.close()


def duplicate_execute(server):
    """The same operation sent twice at once runs once; at least one of the two gets its end."""
    wire = Wire(server.remote)
    table = f"t{new_id().replace('-', '')}"
    wire.execute(command(f"CREATE TABLE {table} (n INT)"))
    operation, outcomes = new_id(), []

    def send():
        try:
            wire.execute(command(f"INSERT INTO {table} VALUES (1)"), operation=operation, reattachable=True)
            outcomes.append("done")
        except RemoteError as error:
            outcomes.append(error.condition)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    allowed = {"done", "INVALID_CURSOR.DISCONNECTED", "INVALID_HANDLE.OPERATION_ABANDONED", "INVALID_HANDLE.OPERATION_ALREADY_EXISTS"}
    expect(len(outcomes) == 2 and "done" in outcomes and set(outcomes) <= allowed, f"outcomes {outcomes}")
    rows = rows_of(wire.execute(sql_plan(f"SELECT n FROM {table}")))
    expect(rows == 1, f"the insert ran {rows} times")
    wire.execute(command(f"DROP TABLE {table}"))
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    wire.close()


def command(text):
    return pb.Plan(command=pb.Command(sql_command=pb.SqlCommand(input=pb.Relation(sql=pb.SQL(query=text)))))


def reattach_everywhere(server):
    """After each response of a result of several batches, the rest comes back byte by byte."""
    wire = Wire(server.remote)
    operation = new_id()
    whole = wire.execute(sql_plan("SELECT id, repeat('y', 1000) FROM range(20000)"), operation=operation, reattachable=True)
    expect(len(whole) > 4 and rows_of(whole) == 20000, f"{len(whole)} responses, {rows_of(whole)} rows")
    expected = [r.SerializeToString() for r in whole]
    expect([r.SerializeToString() for r in wire.reattach(operation)] == expected, "from the start: other bytes")
    for position, response in enumerate(whole):
        got = [r.SerializeToString() for r in wire.reattach(operation, response.response_id)]
        expect(got == expected[position + 1:], f"behind response {position}: other bytes")
    wire.release(operation)
    expect(failure(wire.reattach, operation).condition == "INVALID_HANDLE.OPERATION_ABANDONED"
           or failure(wire.reattach, operation).condition == "INVALID_HANDLE.OPERATION_NOT_FOUND", "it is still there")
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    wire.close()


def release_session(server):
    wire, outcomes = Wire(server.remote), []

    def run():
        outcomes.append(failure(wire.execute, sql_plan(ENDLESS), reattachable=True))

    thread = threading.Thread(target=run)
    thread.start()
    wait_for_start(wire)
    begun = time.monotonic()
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    thread.join(20)
    expect(outcomes, "the waiting client hears nothing")
    seconds = time.monotonic() - begun
    expect(outcomes[0].condition in ("OPERATION_CANCELED", "INVALID_HANDLE.OPERATION_ABANDONED", "INVALID_HANDLE.SESSION_CLOSED",
                                     "INVALID_CURSOR.DISCONNECTED"), f"{outcomes[0]}")
    expect(failure(wire.execute, sql_plan("SELECT 1")).condition == "INVALID_HANDLE.SESSION_CLOSED", "the session goes on")
    wire.close()
    return seconds


def wait_for_start(wire):
    def begun():
        try:
            return running(wire)
        except RemoteError:  # no session yet
            return False

    wait_until(begun, 10, "the query runs")


def interrupt(server):
    """From the interrupt to the client's error, while a heavy query runs."""
    wire, outcomes = Wire(server.remote), []

    def run():
        outcomes.append((failure(wire.execute, sql_plan(ENDLESS), reattachable=True), time.monotonic()))

    thread = threading.Thread(target=run)
    thread.start()
    wait_for_start(wire)
    time.sleep(0.1)
    begun = time.monotonic()
    wire.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
    thread.join(20)
    expect(outcomes, "the waiting client hears nothing")
    error, ended = outcomes[0]
    expect(error.condition == "OPERATION_CANCELED", f"{error}")
    expect(ended - begun < 0.5, f"the error came after {ended - begun:.2f} s")
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    wire.close()
    return ended - begun


def level_after(server, operations):
    """File descriptors and memory after so many operations, beside those after a tenth."""
    def look():
        return len(os.listdir(f"/proc/{server.process.pid}/fd")), server.rss_bytes() / 2**20

    def run(count):
        for _ in range(count // 100):
            wire = Wire(server.remote)
            for _ in range(100):
                operation = new_id()
                wire.execute(range_plan(3), operation=operation, reattachable=True)
                wire.release(operation)
            wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
            wire.close()

    run(operations // 10)
    time.sleep(8)
    before = look()
    run(operations)
    time.sleep(8)
    after = look()
    good = after[0] <= before[0] + 5 and after[1] <= before[1] * 1.2 + 16
    print(f"ten-thousand-operations: {'passed' if good else 'failed'}: file descriptors {before[0]} → {after[0]}, "
          f"memory {before[1]:.0f} → {after[1]:.0f} MiB", flush=True)
    return good
