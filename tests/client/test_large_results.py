"""Results larger than memory should hold: streamed in batches, with back-pressure."""
import time

import pyarrow as pa
import pyspark.sql.connect.proto as pb
from wire import new_id, sql_plan

MIB = 2**20


def batches(stream):
    for r in stream:
        if r.HasField("arrow_batch"):
            yield r.arrow_batch


def test_batches_are_of_moderate_size(wire):
    sizes = [len(b.data) for b in batches(wire.execute(sql_plan("SELECT id, repeat('x', 100) AS s FROM range(1000000)")))]
    assert sum(sizes) > 100 * MIB
    assert max(sizes) < 16 * MIB
    assert len(sizes) <= 400, "small chunks are gathered: every response costs a ReleaseExecute"


def test_rows_arrive_once_and_in_order(wire):
    expected = 0
    for batch in batches(wire.execute(sql_plan("SELECT id FROM range(3000000)"))):
        column = pa.ipc.open_stream(batch.data).read_all().column("id").to_numpy()
        assert column[0] == expected and len(column) == batch.row_count
        expected += len(column)
    assert expected == 3000000


def test_a_gigabyte_passes_through_little_memory(wire, server_process):
    before, peak, received = server_process.rss_bytes(), 0, 0
    request = wire.execute_request(sql_plan("SELECT id, repeat('x', 1000) AS s FROM range(1000000)"))
    for batch in batches(wire.stub.ExecutePlan(request, timeout=300)):
        received += len(batch.data)
        peak = max(peak, server_process.rss_bytes())
    assert received > 900 * MIB
    assert peak - before < 400 * MIB, f"{(peak - before) / MIB:.0f} MiB grown"


def test_a_reader_that_stops_holds_the_server_back(wire, server_process):
    """A slow reader costs bounded memory: the query waits for it."""
    before = server_process.rss_bytes()
    operation = new_id()
    request = wire.execute_request(sql_plan("SELECT id, repeat('x', 1000) AS s FROM range(3000000)"), operation=operation)
    stream = wire.stub.ExecutePlan(request, timeout=300)
    next(stream)
    peak = 0
    for _ in range(50):
        time.sleep(0.1)
        peak = max(peak, server_process.rss_bytes())
    stream.cancel()
    assert peak - before < 400 * MIB, f"{(peak - before) / MIB:.0f} MiB grown"


def test_big_local_data(spark):
    import pandas

    frame = pandas.DataFrame({"a": range(200000), "s": ["text " + str(i) for i in range(200000)]})
    assert spark.createDataFrame(frame.head(20000)).count() == 20000


def test_wide_rows(spark):
    columns = ", ".join(f"id + {i} AS c{i}" for i in range(1000))
    frame = spark.sql(f"SELECT {columns} FROM range(10)")
    assert len(frame.columns) == 1000
    assert frame.collect()[3]["c999"] == 1002


def test_long_values(spark):
    assert len(spark.sql("SELECT repeat('x', 20000000) AS s").collect()[0][0]) == 20000000


def test_to_arrow_and_to_pandas_of_a_million(spark):
    frame = spark.range(1000000).selectExpr("id", "id * 1.5D AS d")
    assert frame.toArrow().num_rows == 1000000
    assert frame.toPandas()["d"].sum() == 1.5 * 499999500000
