"""What a function is given: the Python types and values, dtypes and Arrow types of its arguments, of every type."""
import pandas as pd
import pyarrow as pa
from case import case
from kinds import TYPES, rows_of
from pyspark.sql import functions as F


def told(v):
    return f"{type(v).__module__}.{type(v).__name__} {v!r}"


def told_inside(v):
    """A value with what it holds, by types."""
    if isinstance(v, dict):
        return "{" + ", ".join(f"{told_inside(k)}: {told_inside(x)}" for k, x in v.items()) + "}"
    if isinstance(v, (list, tuple)):
        return type(v).__name__ + "(" + ", ".join(map(told_inside, v)) + ")"
    return type(v).__name__


def of_series(v: pd.Series) -> pd.Series:
    first = v.iloc[0] if len(v) else None
    return pd.Series([f"{v.dtype} {type(first).__name__} {x!r}" for x in v.tolist()])


def of_array(v: pa.Array) -> pa.Array:
    return pa.array([f"{type(v).__name__} {v.type} {x!r}" for x in v.to_pylist()])


for of_type in TYPES:
    for way in ("pickled", "arrow", "arrow_the_old_way"):

        @case(f"{of_type}_{way}", confs={"spark.sql.timeType.enabled": "true",
                                         "spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled": str(way == "arrow_the_old_way").lower()})
        def _(spark, of_type=of_type, way=way):
            frame = rows_of(spark, of_type)
            arrow = way != "pickled"
            return frame.select("id", F.udf(told, "string", useArrow=arrow)("v").alias("a"), F.udf(told_inside, "string", useArrow=arrow)("v").alias("b"))

    @case(f"{of_type}_pandas")
    def _(spark, of_type=of_type):
        return rows_of(spark, of_type).select("id", F.pandas_udf(of_series, "string")("v").alias("a"))

    @case(f"{of_type}_pandas_without_null")
    def _(spark, of_type=of_type):
        return rows_of(spark, of_type).where("v IS NOT NULL").select("id", F.pandas_udf(of_series, "string")("v").alias("a"))

    @case(f"{of_type}_pyarrow")
    def _(spark, of_type=of_type):
        return rows_of(spark, of_type).select("id", F.arrow_udf(of_array, "string")("v").alias("a"))


def schema_of(spark):
    return spark.sql("SELECT 1 AS i, 'x' AS s, 1.5BD AS d, TIMESTAMP'2024-07-01 12:00:00' AS t, TIMESTAMP_NTZ'2024-07-01 12:00:00' AS n, "
                     "DATE'2024-07-01' AS day, array(1, 2) AS a, map('k', 1) AS m, named_struct('x', 1, 'y', array('z')) AS st, X'00' AS b")


@case
def map_in_pandas_columns(spark):
    def tell(batches):
        for batch in batches:
            rows = [(name, str(dtype), type(batch[name].iloc[0]).__name__, repr(batch[name].iloc[0])) for name, dtype in batch.dtypes.items()]
            yield pd.DataFrame(rows, columns=["name", "dtype", "type", "value"])

    return schema_of(spark).mapInPandas(tell, "name STRING, dtype STRING, type STRING, value STRING")


@case
def map_in_arrow_columns(spark):
    def tell(batches):
        for batch in batches:
            rows = [{"name": f.name, "type": f"{f.type} {f.nullable}"} for f in batch.schema]
            yield pa.RecordBatch.from_pylist(rows)

    return schema_of(spark).mapInArrow(tell, "name STRING, type STRING")


@case
def apply_in_pandas_columns(spark):
    def tell(key, group):
        rows = [(repr(key), name, str(dtype), type(group[name].iloc[0]).__name__) for name, dtype in group.dtypes.items()]
        return pd.DataFrame(rows, columns=["key", "name", "dtype", "type"])

    return schema_of(spark).groupBy("s", "t").applyInPandas(tell, "key STRING, name STRING, dtype STRING, type STRING")


@case
def apply_in_arrow_columns(spark):
    def tell(key, table):
        return pa.Table.from_pylist([{"key": repr(key), "name": f.name, "type": str(f.type)} for f in table.schema])

    return schema_of(spark).groupBy("s", "t").applyInArrow(tell, "key STRING, name STRING, type STRING")


@case
def rows_of_nested_structs(spark):
    tell = F.udf(lambda r: f"{type(r).__name__} {r!r} {r.asDict(True)!r} {r['y']}", "string")
    return spark.sql("SELECT named_struct('x', 1, 'y', array(named_struct('z', 2))) AS v").select(tell("v"))


@case
def the_whole_row(spark):
    return schema_of(spark).select(F.udf(lambda r: repr(r), "string", useArrow=False)(F.struct("*")).alias("v"))


@case
def the_whole_row_by_arrow(spark):
    return schema_of(spark).select(F.udf(lambda r: repr(r), "string", useArrow=True)(F.struct("*")).alias("v"))


@case
def duplicate_names_in_a_struct(spark):
    return spark.sql("SELECT struct(1 AS a, 2 AS a) AS v").select(F.udf(lambda r: repr(r), "string", useArrow=True)("v").alias("x"))


@case
def duplicate_names_in_map_in_pandas(spark):
    def tell(batches):
        for batch in batches:
            yield pd.DataFrame({"x": [str(list(batch.columns))]})

    return spark.sql("SELECT 1 AS a, 2 AS a").mapInPandas(tell, "x STRING")


@case
def the_session_in_a_worker(spark):
    def tell(_):
        from pyspark import TaskContext
        from pyspark.util import is_remote_only

        context = TaskContext.get()
        return f"{type(context).__name__} {context.attemptNumber()} {is_remote_only()}"

    return spark.range(1).select(F.udf(tell, "string")("id").alias("x"))


@case
def partitions_of_a_task(spark):
    def tell(_):
        from pyspark import TaskContext

        return TaskContext.get().partitionId()

    return spark.range(0, 1, 1, 1).select(F.udf(tell, "int")("id").alias("x"))


@case
def the_version_of_pyspark(spark):
    def tell(_):
        import pyspark

        return pyspark.__version__.rsplit(".", 1)[0]

    return spark.range(1).select(F.udf(tell, "string")("id").alias("x"))


@case
def duplicate_names_in_apply_in_pandas(spark):
    return spark.sql("SELECT 1 AS k, 2 AS a, 3 AS a").groupBy("k").applyInPandas(lambda g: pd.DataFrame({"x": [len(g)]}), "x INT")


@case
def names_that_differ_in_case_in_map_in_pandas(spark):
    return spark.sql("SELECT 1 AS a, 2 AS A").mapInPandas(lambda batches: batches, "a INT, b INT")


@case
def duplicate_names_in_a_struct_inside(spark):
    return spark.sql("SELECT array(struct(1 AS a, 2 AS a)) AS v").select(F.udf(lambda r: repr(r), "string", useArrow=True)("v").alias("x"))


@case
def duplicate_names_in_a_struct_pickled(spark):
    return spark.sql("SELECT struct(1 AS a, 2 AS a) AS v").select(F.udf(lambda r: repr(r), "string", useArrow=False)("v").alias("x"))


@case
def year_intervals_inside_pickled(spark):
    frame = spark.sql("SELECT array(INTERVAL '1-2' YEAR TO MONTH, NULL) AS a, map(INTERVAL '1' MONTH, 1) AS m")
    f = F.udf(lambda *values: repr(values), "string", useArrow=False)
    return frame.select(f("a", "m").alias("x"))


@case
def a_year_interval_in_a_struct_pickled(spark):
    frame = spark.sql("SELECT named_struct('x', INTERVAL '3' YEAR) AS s")
    return frame.select(F.udf(lambda value: repr(value), "string", useArrow=False)("s").alias("x"))
