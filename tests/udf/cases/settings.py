"""The configuration that changes what functions are given and what becomes of their results."""
import datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
from case import case
from pyspark.sql import functions as F
from showing import attempt, only_value

EXECUTION = "spark.sql.execution."


def of_series(v: pd.Series) -> pd.Series:
    return pd.Series([f"{v.dtype} {type(x).__name__} {x!r}" for x in v.tolist()])


def of_frame(v: pd.DataFrame) -> pd.Series:
    return pd.Series([f"{type(v).__name__} {v.iloc[i].to_dict()}" for i in range(len(v))])


def same(v: pd.Series) -> pd.Series:
    return v


# ---- batches -----------------------------------------------------------------------------------------------------------


def sizes(batches):
    for batch in batches:
        yield pd.DataFrame({"n": [len(batch)]})


for rows in ("1", "7", "100", "0", "-1"):

    @case(f"rows_of_a_batch_{rows.replace('-', 'minus_')}", confs={EXECUTION + "arrow.maxRecordsPerBatch": rows})
    def _(spark):
        return spark.range(0, 20, 1, 1).mapInPandas(sizes, "n INT").groupBy("n").count()

    @case(f"series_of_a_batch_{rows.replace('-', 'minus_')}", confs={EXECUTION + "arrow.maxRecordsPerBatch": rows})
    def _(spark):
        def size(v: pd.Series) -> pd.Series:
            return pd.Series([len(v)] * len(v))

        return spark.range(0, 20, 1, 1).select(F.pandas_udf(size, "int")("id").alias("n")).groupBy("n").count()


@case
def rows_of_a_batch_that_are_no_number(spark):
    spark.conf.set(EXECUTION + "arrow.maxRecordsPerBatch", "many")


@case
def structs_as_nonsense(spark):
    spark.conf.set(EXECUTION + "pandas.structHandlingMode", "nonsense")


@case(confs={EXECUTION + "arrow.maxBytesPerBatch": "100"})
def bytes_of_a_batch(spark):
    return spark.range(0, 100, 1, 1).mapInPandas(lambda batches: batches, "id BIGINT").agg(F.sum("id"), F.count("*"))


@case(confs={EXECUTION + "arrow.maxBytesPerOutputBatch": "100"})
def bytes_of_an_output_batch(spark):
    return spark.range(0, 100, 1, 1).mapInPandas(lambda batches: batches, "id BIGINT").agg(F.sum("id"), F.count("*"))


@case(confs={EXECUTION + "arrow.maxRecordsPerOutputBatch": "2"})
def rows_of_an_output_batch(spark):
    return spark.range(0, 100, 1, 1).mapInPandas(lambda batches: batches, "id BIGINT").agg(F.sum("id"), F.count("*"))


@case(confs={EXECUTION + "python.udf.maxRecordsPerBatch": "3"})
def rows_of_a_pickled_batch(spark):
    return spark.range(0, 10, 1, 1).select(F.udf(lambda v: v * 2, "int", useArrow=False)("id").alias("x"))


@case(confs={EXECUTION + "arrow.maxRecordsPerBatch": "2"})
def groups_are_whole_all_the_same(spark):
    frame = spark.range(0, 20, 1, 1).withColumn("k", F.col("id") % 3)
    return frame.groupBy("k").applyInPandas(lambda g: pd.DataFrame({"n": [len(g)]}), "n INT")


@case(confs={EXECUTION + "pythonUDF.arrow.concurrency.level": "4"})
def several_threads_of_a_worker(spark):
    return spark.range(0, 20, 1, 1).select(F.udf(lambda v: v * 2, "int", useArrow=True)("id").alias("x"))


# ---- which way ---------------------------------------------------------------------------------------------------------

for on in ("true", "false"):

    @case(f"arrow_is_{on}", confs={EXECUTION + "pythonUDF.arrow.enabled": on})
    def _(spark):
        # Values that only the one way converts.
        return spark.range(1).select(F.udf(lambda v: 1.5, "string")("id").alias("a"), F.udf(lambda v: [1], "string")("id").alias("b"),
                                     F.udf(lambda v: datetime.date(2024, 1, 2), "string")("id").alias("c"))

    @case(f"arrow_is_{on}_registered", confs={EXECUTION + "pythonUDF.arrow.enabled": on})
    def _(spark):
        spark.udf.register("settings_way", lambda v: [1], "string")
        return spark.sql("SELECT settings_way(1) AS x")

    @case(f"table_functions_by_arrow_is_{on}", confs={EXECUTION + "pythonUDTF.arrow.enabled": on})
    def _(spark):
        class Gives:
            def eval(self):
                yield ([1],)

        return F.udtf(Gives, returnType="a string")()

    @case(f"safely_is_{on}", confs={EXECUTION + "pandas.convertToArrowArraySafely": on})
    def _(spark):
        for shown, of_type, make in [("1.5 as int", "int", lambda: [1.5]), ("300 as tinyint", "tinyint", lambda: [300]), ("None as int", "int", lambda: [None]),
                                     ("1.005 as decimal", "decimal(10,2)", lambda: [Decimal("1.005")]), ("2^53+1 as double", "double", lambda: [2**53 + 1])]:

            def give(v: pd.Series) -> pd.Series:
                return pd.Series(make())

            print(shown, "->", attempt(lambda: only_value(spark.range(0, 1, 1, 1).select(F.pandas_udf(give, of_type)("id")))))
            print(shown, "in mapInPandas ->",
                  attempt(lambda: only_value(spark.range(0, 1, 1, 1).mapInPandas(lambda b: (pd.DataFrame({"v": make()}) for _ in b), f"v {of_type}"))))

    @case(f"large_types_are_{on}", confs={EXECUTION + "arrow.useLargeVarTypes": on})
    def _(spark):
        def tell(v: pa.Array) -> pa.Array:
            return pa.array([str(v.type)] * len(v))

        f = F.arrow_udf(tell, "string")
        return spark.sql("SELECT 'x' AS s, X'00' AS b, array('x') AS a").select(f("s"), f("b"), f("a"))

    @case(f"binary_as_bytes_is_{on}", confs={EXECUTION + "pyspark.binaryAsBytes": on})
    def _(spark):
        def tell(v):
            return type(v).__name__

        frame = spark.sql("SELECT X'00' AS b, array(X'00') AS a")
        return frame.select(F.udf(tell, "string", useArrow=False)("b").alias("pickled"), F.udf(tell, "string", useArrow=True)("b").alias("arrow"),
                            F.udf(lambda v: tell(v[0]), "string", useArrow=True)("a").alias("inside"))

    @case(f"prefers_nullable_dtypes_is_{on}", confs={EXECUTION + "pythonUDF.pandas.preferIntExtensionDtype": on})
    def _(spark):
        frame = spark.sql("SELECT 1 AS a UNION ALL SELECT NULL").coalesce(1)
        return frame.select(F.pandas_udf(of_series, "string")("a").alias("x"))

    @case(f"int_to_decimal_is_{on}", confs={EXECUTION + "pythonUDF.pandas.intToDecimalCoercionEnabled": on})
    def _(spark):
        def give(v: pd.Series) -> pd.Series:
            return v

        return spark.range(0, 2, 1, 1).select(F.pandas_udf(give, "decimal(10,2)")("id").alias("x"))

    @case(f"any_iterable_is_{on}", confs={EXECUTION + "pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled": on})
    def _(spark):
        return spark.range(0, 2, 1, 1).mapInPandas(lambda batches: list(batches), "id BIGINT")

    @case(f"simplified_traceback_is_{on}", confs={EXECUTION + "pyspark.udf.simplifiedTraceback.enabled": on})
    def _(spark):
        return spark.range(1).select(F.udf(lambda v: 1 // 0, "int")("id"))

    @case(f"hidden_traceback_is_{on}", confs={EXECUTION + "pyspark.udf.hideTraceback.enabled": on})
    def _(spark):
        return spark.range(1).select(F.udf(lambda v: 1 // 0, "int")("id"))

    @case(f"faulthandler_is_{on}", confs={EXECUTION + "pyspark.udf.faulthandler.enabled": on})
    def _(spark):
        return spark.range(1).select(F.udf(lambda v: 1, "int")("id"))

    @case(f"legacy_table_functions_are_{on}", confs={"spark.sql.legacy.execution.pythonUDTF.pandas.conversion.enabled": on})
    def _(spark):
        class Gives:
            def eval(self, v):
                yield 1.0, "x"

        return F.udtf(Gives, returnType="a int, b string", useArrow=True)(F.lit(1))

    @case(f"transpiled_is_{on}", confs={"spark.sql.experimental.optimizer.transpilePyUDFs": on})
    def _(spark):
        return spark.range(3).select(F.udf(lambda v: v + 1, "bigint")("id").alias("x"))


# ---- structs in pandas -------------------------------------------------------------------------------------------------

for mode in ("legacy", "row", "dict"):

    @case(f"structs_as_{mode}", confs={EXECUTION + "pandas.structHandlingMode": mode})
    def _(spark):
        frame = spark.sql("SELECT named_struct('a', 1, 'b', named_struct('c', 'x')) AS s, array(named_struct('a', 1)) AS l")
        return frame.select(F.pandas_udf(of_frame, "string")("s").alias("s"), F.pandas_udf(of_series, "string")("l").alias("l"))

    @case(f"structs_as_{mode}_in_map_in_pandas", confs={EXECUTION + "pandas.structHandlingMode": mode})
    def _(spark):
        def tell(batches):
            for b in batches:
                yield pd.DataFrame({"x": [f"{type(v).__name__} {v!r}" for v in b["s"]]})

        return spark.sql("SELECT named_struct('a', 1, 'b', named_struct('c', 'x')) AS s").mapInPandas(tell, "x STRING")


# ---- the time zone -----------------------------------------------------------------------------------------------------

TIMES = "SELECT TIMESTAMP'2024-07-01 12:00:00.5' AS t, TIMESTAMP_NTZ'2024-07-01 12:00:00.5' AS n, DATE'2024-07-01' AS d"

for zone in ("UTC", "America/Los_Angeles", "Asia/Kolkata", "+05:45"):
    name = zone.lower().replace("/", "_").replace("+", "plus_").replace(":", "_")
    confs = {"spark.sql.session.timeZone": zone}

    @case(f"timestamps_given_in_{name}", confs=confs)
    def _(spark):
        frame = spark.sql(TIMES)
        f = F.pandas_udf(of_series, "string")
        return frame.select(f("t"), f("n"), f("d"), F.udf(repr, "string", useArrow=True)("n").alias("arrow"))

    @case(f"timestamps_taken_in_{name}", confs=confs)
    def _(spark):
        def naive(v: pd.Series) -> pd.Series:
            return pd.Series([pd.Timestamp("2024-07-01 12:00:00")] * len(v))

        def aware(v: pd.Series) -> pd.Series:
            return pd.Series([pd.Timestamp("2024-07-01 12:00:00", tz="UTC")] * len(v))

        one = spark.range(0, 1, 1, 1)
        return one.select(*[F.pandas_udf(f, of_type)("id").cast("string").alias(f"{f.__name__}_{of_type}")
                            for f in (naive, aware) for of_type in ("timestamp", "timestamp_ntz")],
                          F.udf(lambda v: datetime.datetime(2024, 7, 1, 12), "timestamp", useArrow=True)("id").cast("string").alias("arrow"))

    @case(f"timestamps_through_map_in_pandas_in_{name}", confs=confs)
    def _(spark):
        made = spark.sql(TIMES).mapInPandas(lambda batches: batches, "t TIMESTAMP, n TIMESTAMP_NTZ, d DATE")
        return made.select(F.col("t").cast("string"), F.col("n").cast("string"), "d")

    @case(f"timestamps_through_map_in_arrow_in_{name}", confs=confs)
    def _(spark):
        def tell(batches):
            for b in batches:
                yield pa.RecordBatch.from_pydict({"x": [f"{f.type} {b[f.name][0]}" for f in b.schema]})

        return spark.sql(TIMES).mapInArrow(tell, "x STRING")


@case(confs={"spark.sql.ansi.enabled": "false"})
def without_ansi(spark):
    return spark.range(1).select(F.udf(lambda v: 2**40, "int", useArrow=False)("id").alias("a"), F.udf(str, "string")(F.lit("x").cast("int")).alias("b"))


@case(confs={"spark.sql.caseSensitive": "true"})
def with_cases_told_apart(spark):
    return spark.sql("SELECT 1 AS a, 2 AS A").mapInPandas(lambda batches: batches, "a INT, A INT")


@case(confs={"spark.sql.pyspark.worker.logging.enabled": "true"})
def logging_of_workers(spark):
    import logging

    def f(v):
        logging.getLogger("mine").warning("seen %s", v)
        return v

    return spark.range(1).select(F.udf(f, "bigint")("id").alias("x"))
