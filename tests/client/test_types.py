"""Values of every type on their way in and out. What Spark answers case by case is in tests/golden/dataframe."""
import datetime
import decimal

import pandas
import pyarrow as pa
import pytest

VALUES = {
    "BOOLEAN": [True, False, None], "TINYINT": [-128, 127, None], "SMALLINT": [-32768, 32767, None],
    "INT": [-2147483648, 2147483647, None], "BIGINT": [-9223372036854775808, 9223372036854775807, None],
    "FLOAT": [1.5, float("inf"), None], "DOUBLE": [-0.0, 1e308, None],
    "DECIMAL(5,2)": [decimal.Decimal("-999.99"), decimal.Decimal("0.01"), None],
    "DECIMAL(18,4)": [decimal.Decimal("12345678901234.5678"), None],
    "DECIMAL(38,0)": [decimal.Decimal("9" * 38), decimal.Decimal("-" + "9" * 38), None],
    "DECIMAL(38,38)": [decimal.Decimal("0." + "9" * 38), None],
    "STRING": ["", "é中😀", "a\0b", "line\nbreak", None], "BINARY": [bytearray(b""), bytearray(b"\x00\xff"), None],
    "DATE": [datetime.date(1, 1, 1), datetime.date(1582, 10, 5), datetime.date(9999, 12, 31), None],
    "TIMESTAMP": [datetime.datetime(2024, 2, 29, 12, 34, 56, 789012), datetime.datetime(1970, 1, 1), datetime.datetime(1900, 1, 1), None],
    "TIMESTAMP_NTZ": [datetime.datetime(2024, 3, 10, 2, 30), datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), None],
    "INTERVAL DAY TO SECOND": [datetime.timedelta(days=-1, microseconds=1), datetime.timedelta(days=100000), None],
    "ARRAY<INT>": [[], [1, None, 3], None], "ARRAY<ARRAY<STRING>>": [[["a"], [], None], None],
    "MAP<STRING, INT>": [{}, {"a": 1, "b": None}, None], "MAP<INT, ARRAY<DOUBLE>>": [{1: [1.5, None]}, None],
    "STRUCT<x: INT, y: STRING>": [(1, "a"), (None, None), None],
    "STRUCT<s: STRUCT<a: ARRAY<STRUCT<b: INT>>>>": [(([(1,), None],),), ((None,),), None],
}


@pytest.mark.parametrize("kind", VALUES)
def test_round_trip(spark, kind):
    values = VALUES[kind]
    frame = spark.createDataFrame([(i, v) for i, v in enumerate(values)], f"i INT, v {kind}")
    got = [row.v for row in frame.orderBy("i").collect()]
    assert [tuple(v) if isinstance(v, tuple) else v for v in got] == values
    assert frame.schema["v"].dataType.simpleString().upper().replace(" ", "") == kind.replace(": ", ":").upper().replace(" ", "")


@pytest.mark.parametrize("kind", [k for k in VALUES if k != "TIMESTAMP_NTZ"])  # PySpark refuses 02:30 in a gap itself
def test_through_arrow(spark, kind):
    frame = spark.createDataFrame([(i, v) for i, v in enumerate(VALUES[kind])], f"i INT, v {kind}").orderBy("i")
    table = frame.toArrow()
    again = spark.createDataFrame(table).orderBy("i")
    assert again.collect() == frame.collect()
    assert table.schema.field("v").nullable


@pytest.mark.parametrize("kind", VALUES)
def test_through_a_filter_and_a_union(spark, kind):
    frame = spark.createDataFrame([(i, v) for i, v in enumerate(VALUES[kind])], f"i INT, v {kind}")
    assert frame.filter("v IS NOT NULL").count() == len(VALUES[kind]) - 1
    assert frame.union(frame).count() == 2 * len(VALUES[kind])


@pytest.mark.parametrize("kind", [k for k in VALUES if not k.startswith(("MAP", "INTERVAL"))])
def test_grouping(spark, kind):
    frame = spark.createDataFrame([(v,) for v in VALUES[kind] * 3], f"v {kind}")
    assert {row["count"] for row in frame.groupBy("v").count().collect()} == {3}


def test_pandas_round_trip(spark):
    frame = pandas.DataFrame({"i": [1, 2], "d": [1.5, float("nan")], "s": ["x", None], "t": pandas.to_datetime(["2024-01-01 00:00", "2024-06-01 12:00"])})
    back = spark.createDataFrame(frame).toPandas()
    assert list(back.columns) == list(frame.columns)
    assert back["t"].tolist() == frame["t"].tolist()
    assert back["i"].tolist() == [1, 2] and back["s"].tolist() == ["x", None]


def test_arrow_types_on_the_wire(spark):
    table = spark.sql("SELECT CAST(1 AS TINYINT) AS a, 1S AS b, 1 AS c, 1L AS d, 1F AS e, 1D AS f, 1.50 AS g, 'x' AS h, X'00' AS i, true AS j, "
                      "DATE'2024-01-01' AS k, TIMESTAMP'2024-01-01 00:00:00' AS l, TIMESTAMP_NTZ'2024-01-01 00:00:00' AS m, "
                      "INTERVAL '1' DAY AS n, array(1) AS o, struct(1 AS z) AS q").toArrow()
    assert [str(f.type) for f in table.schema] == [
        "int8", "int16", "int32", "int64", "float", "double", "decimal128(3, 2)", "string", "binary", "bool", "date32[day]",
        "timestamp[us, tz=UTC]", "timestamp[us]", "duration[us]", "list<element: int32 not null>", "struct<z: int32 not null>"]


def test_map_on_the_wire(spark):
    kind = spark.sql("SELECT map('a', 1) AS m").toArrow().schema.field("m").type
    assert pa.types.is_map(kind) and str(kind.item_type) == "int32"


def test_field_names_may_repeat(spark):
    row = spark.sql("SELECT 1 AS a, 2 AS a, struct(1 AS x, 2 AS x) AS s").collect()[0]
    assert tuple(row)[:2] == (1, 2) and tuple(row[2]) == (1, 2)


def test_timestamps_carry_the_session_zone(wire):
    import pyspark.sql.connect.proto as pb
    from wire import sql_plan

    wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key="spark.sql.session.timeZone", value="Asia/Seoul")]))
    batch = next(r.arrow_batch for r in wire.execute(sql_plan("SELECT TIMESTAMP'2024-01-01 00:00:00' AS t, 1 + 1, CAST(NULL AS INT) AS n"))
                 if r.HasField("arrow_batch"))
    schema = pa.ipc.open_stream(batch.data).schema
    assert str(schema.field(0).type) == "timestamp[us, tz=Asia/Seoul]"
    assert [f.nullable for f in schema] == [False, False, True]
    assert schema.field(1).metadata == {b"SPARK::metadata::json": b'{"__autoGeneratedAlias":"true"}'}
    assert not schema.field(0).metadata
