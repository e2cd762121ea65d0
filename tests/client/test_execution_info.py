"""DataFrame.executionInfo: the physical operators of a run with their rows and times."""
import pyspark.sql.connect.proto as pb
import pytest
from wire import sql_plan

QUERY = "SELECT id % 3 AS k, count(*) AS n FROM range(1000) WHERE id > 5 GROUP BY 1 ORDER BY 2 LIMIT 5"


def metrics_of(responses):
    (sent,) = (r.metrics for r in responses if r.HasField("metrics"))
    return sent.metrics


def test_shape(wire):
    """As Spark's: one message of metrics an operation, a tree whose root is its own parent."""
    metrics = metrics_of(wire.execute(sql_plan(QUERY)))
    root, ids = metrics[0], {m.plan_id for m in metrics}
    assert root.parent == root.plan_id
    assert all(m.parent in ids for m in metrics) and len(ids) == len(metrics)
    rows = {m.name: m.execution_metrics["numOutputRows"] for m in metrics if "numOutputRows" in m.execution_metrics}
    assert rows["Range"].value == 1000 and rows["Filter"].value == 994
    assert (rows["Filter"].name, rows["Filter"].metric_type) == ("number of output rows", "sum")
    assert "TakeOrderedAndProject" in {m.name for m in metrics}




def test_pyspark(spark):
    df = spark.sql(QUERY)
    assert len(df.collect()) == 3
    text = df.executionInfo.metrics.toText()
    assert "TakeOrderedAndProject(" in text and "Filter(" in text and "Range(" in text


@pytest.mark.firesteel
def test_every_result_has_them_once(wire):
    for text, batches in (("SELECT 1", 1), ("SELECT * FROM range(0)", 1), ("SELECT id, repeat('x', 100) FROM range(300000)", 2)):
        responses = wire.execute(sql_plan(text))
        assert sum(r.HasField("arrow_batch") for r in responses) >= batches
        assert metrics_of(responses)[0].execution_metrics["numOutputRows"].value >= 0
        # They come with the last batch: nothing more to release for clients.
        assert responses[-1].HasField("metrics") and responses[-1].HasField("arrow_batch")


@pytest.mark.firesteel
def test_they_can_be_switched_off(wire):
    wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key="firesteel.execution.metrics", value="false")]))
    assert not any(r.HasField("metrics") for r in wire.execute(sql_plan(QUERY)))
