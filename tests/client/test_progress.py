"""Progress messages, which move PySpark's progress bar on a long query."""
import outcome
import pytest

pytestmark = [pytest.mark.firesteel]


def test_handlers_hear_of_a_long_query(remote, tmp_path):
    spark = outcome.new_session(remote, [("spark.connect.progress.reportInterval", "5ms")])
    path = str(tmp_path / "rows")
    spark.range(8_000_000).selectExpr("id", "id % 1000 AS k", "repeat('x', 20) AS t").write.parquet(path)
    heard = []

    def hear(stages, inflight_tasks, operation_id, done):
        heard.append((sum(s.num_tasks for s in stages), sum(s.num_completed_tasks for s in stages), operation_id, done))

    spark.registerProgressHandler(hear)
    rows = spark.read.parquet(path).groupBy("k").agg({"t": "max", "id": "sum"}).orderBy("k").collect()
    assert len(rows) == 1000 and rows[0]["sum(id)"] == sum(range(0, 8_000_000, 1000))
    spark.removeProgressHandler(hear)
    moving = [h for h in heard if not h[3]]
    assert len(moving) >= 2, heard
    assert all(0 <= completed <= tasks for tasks, completed, _, _ in moving) and all(h[2] for h in moving)
    assert [h[1] for h in moving] == sorted(h[1] for h in moving)
    assert moving[-1][1] > 0, "it never moved"
    count = len(heard)
    spark.range(10).collect()
    assert len(heard) == count
    spark.stop()


def test_no_messages_without_an_interval(remote):
    spark = outcome.new_session(remote, [("spark.connect.progress.reportInterval", "0")])
    heard = []
    spark.registerProgressHandler(lambda **event: heard.append(event["done"]))
    assert spark.sql("SELECT sum(hash(id)) IS NULL FROM range(3000000)").collect()[0][0] is False
    assert heard == [True] * len(heard)
    spark.stop()
