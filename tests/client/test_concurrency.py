"""Many clients at once."""
import concurrent.futures
import threading

import outcome
from wire import Wire, rows_of, sql_plan


def test_sixteen_sessions(remote):
    gate = threading.Barrier(16)

    def client(n):
        spark = outcome.new_session(remote)
        gate.wait(60)
        spark.sql(f"CREATE OR REPLACE TEMP VIEW v AS SELECT id * {n} AS x FROM range(1000)")
        for _ in range(5):
            assert spark.sql("SELECT sum(x) FROM v").collect()[0][0] == n * 499500
            assert spark.table("v").filter("x = 0").count() == (1000 if n == 0 else 1)
            try:
                spark.sql("SELECT 1/0").collect()
                raise AssertionError("no error")
            except Exception as e:
                assert e.getCondition() == "DIVIDE_BY_ZERO"
        spark.stop()
        return n

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(client, range(16))) == list(range(16))


def test_sixteen_threads_of_one_session(remote):
    wire = Wire(remote)

    def query(n):
        return rows_of(wire.execute(sql_plan(f"SELECT * FROM range({n})"), reattachable=n % 2 == 0))

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(query, range(100))) == list(range(100))
    wire.close()


def test_short_queries_pass_a_long_one(remote):
    import time

    import pyspark.sql.connect.proto as pb

    wire, other = Wire(remote), Wire(remote)
    long = threading.Thread(target=lambda: _quietly(wire, "SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b"))
    long.start()
    time.sleep(0.5)
    begun = time.monotonic()
    for _ in range(10):
        assert rows_of(other.execute(sql_plan("SELECT 1"))) == 1
    took = time.monotonic() - begun
    wire.interrupt(interrupt_type=pb.InterruptRequest.INTERRUPT_TYPE_ALL)
    long.join(20)
    assert took < 20, took
    wire.close()
    other.close()


def _quietly(wire, text):
    try:
        wire.execute(sql_plan(text), timeout=120)
    except Exception:
        pass
