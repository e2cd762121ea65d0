"""mapIn*, applyIn*, cogroup, and functions of groups and windows, beyond a group that comes back as it is."""
from typing import Any, Iterator, Tuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from case import case
from pyspark.sql import Window
from pyspark.sql import functions as F


def sales(spark):
    rows = [("a", 1, 1.0), ("a", 2, 3.0), ("b", 1, 5.0), ("b", 2, None), ("b", 3, 7.0), (None, 1, 9.0)]
    return spark.createDataFrame(rows, "shop STRING, day INT, amount DOUBLE").coalesce(1)


def prices(spark):
    return spark.createDataFrame([("a", 10), ("a", 20), ("c", 30), (None, 40)], "shop STRING, price INT").coalesce(1)


TOTAL = "shop STRING, total DOUBLE, n BIGINT"


def total(group):
    return pd.DataFrame({"shop": [group.shop.iloc[0]], "total": [group.amount.sum()], "n": [len(group)]})


def total_with_key(key, group):
    return pd.DataFrame({"shop": [key[0]], "total": [group.amount.sum()], "n": [len(group)]})


def total_arrow(table):
    return pa.table({"shop": table["shop"][:1], "total": [pc.sum(table["amount"]).as_py()], "n": [len(table)]})


def total_arrow_with_key(key, table):
    return pa.table({"shop": pa.array([key[0].as_py()], pa.string()), "total": [pc.sum(table["amount"]).as_py()], "n": [len(table)]})


def total_iterator(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield total(pd.concat(batches))


def total_iterator_with_key(key: Tuple[Any, ...], batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    yield total_with_key(key, pd.concat(batches))


def total_arrow_iterator(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from total_arrow(pa.Table.from_batches(batches)).to_batches()


def total_arrow_iterator_with_key(key: Tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from total_arrow_with_key(key, pa.Table.from_batches(batches)).to_batches()


GROUPED = {"pandas": ("applyInPandas", total), "pandas_key": ("applyInPandas", total_with_key), "pandas_iterator": ("applyInPandas", total_iterator),
           "pandas_iterator_key": ("applyInPandas", total_iterator_with_key), "arrow": ("applyInArrow", total_arrow),
           "arrow_key": ("applyInArrow", total_arrow_with_key), "arrow_iterator": ("applyInArrow", total_arrow_iterator),
           "arrow_iterator_key": ("applyInArrow", total_arrow_iterator_with_key)}
SMALL = {"spark.sql.execution.arrow.maxRecordsPerBatch": "1"}
FRAMES = {
    "by_name": lambda t: t.groupBy("shop"),
    "by_expression": lambda t: t.groupBy((F.col("day") % 2).alias("odd")),
    "by_two": lambda t: t.groupBy("shop", "day"),
    "by_nothing": lambda t: t.groupBy(),
    "of_no_rows": lambda t: t.where("day > 9").groupBy("shop"),
    "filtered": lambda t: t.where("amount > 2").groupBy("shop"),
    "of_a_function": lambda t: t.withColumn("shop", F.udf(lambda s: s and s.upper(), "string")("shop")).groupBy("shop"),
    "by_a_function": lambda t: t.groupBy(F.udf(lambda s: s and s.upper(), "string")("shop")),
}

for way, (method, function) in GROUPED.items():
    for what, make in FRAMES.items():
        if "key" in way and what in ("by_nothing", "by_expression"):
            continue

        @case(f"{way}_{what}")
        def _(spark, method=method, function=function, make=make):
            return getattr(make(sales(spark)), method)(function, TOTAL)

    @case(f"{way}_in_small_batches", confs=SMALL)
    def _(spark, method=method, function=function):
        return getattr(sales(spark).groupBy("shop"), method)(function, TOTAL)

    @case(f"{way}_then_more")
    def _(spark, method=method, function=function):
        made = getattr(sales(spark).groupBy("shop"), method)(function, TOTAL)
        return made.filter("n > 1").join(prices(spark), "shop", "left").groupBy("shop").agg(F.sum("price"), F.max("total"))

    @case(f"{way}_fails_with_a_key")
    def _(spark, method=method, function=function):
        return getattr(sales(spark).groupBy("no_such"), method)(function, TOTAL)


@case
def no_result_of_some_groups(spark):
    return sales(spark).groupBy("shop").applyInPandas(lambda g: g if len(g) > 2 else g[:0], "shop STRING, day INT, amount DOUBLE")


@case
def empty_frames_without_columns(spark):
    return sales(spark).groupBy("shop").applyInPandas(lambda g: g if len(g) > 2 else pd.DataFrame([]), "shop STRING, day INT, amount DOUBLE")


@case
def columns_by_position(spark):
    return sales(spark).groupBy("shop").applyInPandas(lambda g: pd.DataFrame([(g.shop.iloc[0], len(g))]), "shop STRING, n INT")


@case
def columns_in_another_order(spark):
    return sales(spark).groupBy("shop").applyInPandas(lambda g: pd.DataFrame({"n": [len(g)], "shop": [g.shop.iloc[0]]}), "shop STRING, n INT")


@case(confs={"spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName": "false"})
def columns_by_position_as_set(spark):
    return sales(spark).groupBy("shop").applyInPandas(lambda g: pd.DataFrame({"n": [g.shop.iloc[0]], "shop": [len(g)]}), "shop STRING, n INT")


@case
def a_group_by_nan_and_zero(spark):
    frame = spark.createDataFrame([(0.0,), (-0.0,), (float("nan"),), (float("nan"),), (None,)], "x DOUBLE").coalesce(1)
    return frame.groupBy("x").applyInPandas(lambda key, g: pd.DataFrame({"key": [repr(key)], "n": [len(g)]}), "key STRING, n INT")


@case
def a_group_by_decimal_date_and_struct(spark):
    frame = spark.sql("SELECT 1.5BD AS d, DATE'2024-01-02' AS day, named_struct('a', 1) AS s, X'01' AS b, TIMESTAMP'2024-01-02 03:04:05' AS t")
    return frame.groupBy("d", "day", "s", "b", "t").applyInPandas(lambda key, g: pd.DataFrame({"key": [repr(key)]}), "key STRING")


@case
def the_same_group_again(spark):
    first = sales(spark).groupBy("shop").applyInPandas(total, TOTAL)
    return first.groupBy("shop").applyInPandas(lambda g: g.assign(n=g.n * 2), TOTAL)


@case
def many_groups(spark):
    frame = spark.range(0, 3000, 1, 1).withColumn("k", F.col("id") % 500)
    made = frame.groupBy("k").applyInPandas(lambda g: pd.DataFrame({"k": [g.k.iloc[0]], "s": [g.id.sum()]}), "k BIGINT, s BIGINT")
    return made.agg(F.count("*"), F.sum("s"), F.min("s"), F.max("s"))


@case
def many_groups_in_arrow(spark):
    frame = spark.range(0, 3000, 1, 1).withColumn("k", F.col("id") % 500)
    made = frame.groupBy("k").applyInArrow(lambda t: pa.table({"k": t["k"][:1], "s": [pc.sum(t["id"]).as_py()]}), "k BIGINT, s BIGINT")
    return made.agg(F.count("*"), F.sum("s"), F.min("s"), F.max("s"))


# ---- cogroup -----------------------------------------------------------------------------------------------------------

SIZES = "key STRING, sales INT, prices INT"


def sizes(left, right):
    return pd.DataFrame({"key": [str([*left.shop[:1], *right.shop[:1]])], "sales": [len(left)], "prices": [len(right)]})


def sizes_with_key(key, left, right):
    return pd.DataFrame({"key": [str(key)], "sales": [len(left)], "prices": [len(right)]})


def sizes_arrow(left, right):
    return pa.table({"key": [str([*left["shop"][:1].to_pylist(), *right["shop"][:1].to_pylist()])], "sales": pa.array([len(left)], pa.int32()),
                     "prices": pa.array([len(right)], pa.int32())})


def sizes_arrow_with_key(key, left, right):
    return pa.table({"key": [str(key)], "sales": pa.array([len(left)], pa.int32()), "prices": pa.array([len(right)], pa.int32())})


COGROUPED = {"pandas": ("applyInPandas", sizes), "pandas_key": ("applyInPandas", sizes_with_key), "arrow": ("applyInArrow", sizes_arrow),
             "arrow_key": ("applyInArrow", sizes_arrow_with_key)}
PAIRS = {
    "both": lambda s, p: s.groupBy("shop").cogroup(p.groupBy("shop")),
    "no_left": lambda s, p: s.where("day > 9").groupBy("shop").cogroup(p.groupBy("shop")),
    "no_right": lambda s, p: s.groupBy("shop").cogroup(p.where("price < 0").groupBy("shop")),
    "none": lambda s, p: s.where("day > 9").groupBy("shop").cogroup(p.where("price < 0").groupBy("shop")),
    "self": lambda s, p: s.groupBy("shop").cogroup(s.groupBy("shop")),
    "other_key_types": lambda s, p: s.groupBy("day").cogroup(p.withColumn("n", F.col("price").cast("long") / 10).groupBy("n")),
    "different_numbers_of_keys": lambda s, p: s.groupBy("shop", "day").cogroup(p.groupBy("shop")),
    "expressions": lambda s, p: s.groupBy(F.upper("shop")).cogroup(p.groupBy(F.upper("shop"))),
}

for way, (method, function) in COGROUPED.items():
    for what, make in PAIRS.items():

        @case(f"cogroup_{way}_{what}")
        def _(spark, method=method, function=function, make=make):
            return getattr(make(sales(spark), prices(spark)), method)(function, SIZES)

    @case(f"cogroup_{way}_in_small_batches", confs=SMALL)
    def _(spark, method=method, function=function):
        return getattr(sales(spark).groupBy("shop").cogroup(prices(spark).groupBy("shop")), method)(function, SIZES)


@case
def an_as_of_join(spark):
    left = spark.createDataFrame([(1, 10, 1.0), (1, 20, 2.0), (2, 10, 3.0)], "id INT, t INT, v DOUBLE")
    right = spark.createDataFrame([(1, 9, "x"), (1, 15, "y"), (2, 11, "z")], "id INT, t INT, w STRING")

    def merge(a, b):
        return pd.merge_asof(a.sort_values("t"), b.sort_values("t"), on="t", by="id")

    return left.groupBy("id").cogroup(right.groupBy("id")).applyInPandas(merge, "id INT, t INT, v DOUBLE, w STRING")


# ---- mapIn* ------------------------------------------------------------------------------------------------------------


@case
def map_fewer_rows(spark):
    return spark.range(0, 10, 1, 1).mapInPandas(lambda batches: (b[b.id % 3 == 0] for b in batches), "id BIGINT")


@case
def map_more_rows(spark):
    return spark.range(0, 3, 1, 1).mapInPandas(lambda batches: (b for b in batches for _ in range(3)), "id BIGINT")


@case
def map_no_rows(spark):
    return spark.range(0).mapInPandas(lambda batches: batches, "id BIGINT")


@case
def map_nothing_back(spark):
    return spark.range(3).mapInPandas(lambda batches: iter([]), "id BIGINT")


@case
def map_other_columns(spark):
    return spark.range(0, 3, 1, 1).mapInPandas(lambda batches: (pd.DataFrame({"a": [str(len(b))], "b": [[1, 2]]}) for b in batches), "a STRING, b ARRAY<INT>")


@case
def map_in_arrow_fewer_rows(spark):
    return spark.range(0, 10, 1, 1).mapInArrow(lambda batches: (b.filter(pc.less(b["id"], 4)) for b in batches), "id BIGINT")


@case
def map_in_arrow_no_rows(spark):
    return spark.range(0).mapInArrow(lambda batches: batches, "id BIGINT")


@case
def map_in_arrow_columns_in_another_order(spark):
    return spark.range(0, 2, 1, 1).mapInArrow(lambda batches: (pa.RecordBatch.from_pydict({"b": ["x"], "a": [1]}) for _ in batches), "a BIGINT, b STRING")


@case
def map_with_a_barrier(spark):
    return spark.range(0, 4, 1, 1).mapInPandas(lambda batches: batches, "id BIGINT", True)


@case
def map_twice(spark):
    once = spark.range(0, 4, 1, 1).mapInPandas(lambda batches: (b + 1 for b in batches), "id BIGINT")
    return once.mapInArrow(lambda batches: (b for b in batches), "id BIGINT").filter("id > 2")


@case
def map_after_a_sort(spark):
    def first(batches):
        for b in batches:
            yield b[:1]
            return

    return spark.range(0, 100, 1, 1).orderBy(F.desc("id")).coalesce(1).mapInPandas(first, "id BIGINT")


@case
def map_a_schema_as_a_type(spark):
    from pyspark.sql import types as T

    schema = T.StructType([T.StructField("id", T.LongType(), False), T.StructField("x", T.StringType(), True, {"about": "x"})])
    return spark.range(0, 2, 1, 1).mapInPandas(lambda batches: (b.assign(x="y") for b in batches), schema)


@case
def map_with_memory(spark):
    def running(batches):
        total = 0
        for b in batches:
            sums = b.id.cumsum() + total
            total = sums.iloc[-1]
            yield pd.DataFrame({"s": sums})

    return spark.range(0, 50, 1, 1).mapInPandas(running, "s BIGINT")


# ---- functions of groups and windows -----------------------------------------------------------------------------------


def made(make, of_type):
    """A function of columns that is made when it is called: the type's text is read by a session."""

    def decorate(function):
        def call(*columns):
            return make(function, of_type)(*columns)

        call.function = function
        return call

    return decorate


@made(F.pandas_udf, "double")
def mean(v: pd.Series) -> float:
    return v.mean()


@made(F.pandas_udf, "double")
def weighted(v: pd.Series, w: pd.Series) -> float:
    return float(np.average(v.fillna(0), weights=w))


@made(F.pandas_udf, "double")
def mean_of_batches(batches: Iterator[pd.Series]) -> float:
    values = pd.concat(batches)
    return values.mean()


@made(F.pandas_udf, "string")
def joined(v: pd.Series) -> str:
    return ",".join(map(str, v))


@made(F.pandas_udf, "array<double>")
def as_list(v: pd.Series) -> list:
    return v.tolist()


@made(F.arrow_udf, "double")
def arrow_mean(v: pa.Array) -> float:
    return pc.mean(v).as_py()


@made(F.arrow_udf, "double")
def arrow_weighted(v: pa.Array, w: pa.Array) -> pa.Scalar:
    return pc.sum(pc.multiply(v, w))


@made(F.arrow_udf, "bigint")
def arrow_count(batches: Iterator[pa.Array]) -> int:
    return sum(len(v) for v in batches)


AGGREGATES = {
    "group": lambda t: t.groupBy("shop").agg(mean("amount"), weighted("amount", "day"), joined("day")),
    "group_arrow": lambda t: t.groupBy("shop").agg(arrow_mean("amount"), arrow_weighted("amount", "day")),
    "group_iterator": lambda t: t.groupBy("shop").agg(mean_of_batches("amount")),
    "group_iterator_arrow": lambda t: t.groupBy("shop").agg(arrow_count("amount")),
    "whole": lambda t: t.agg(mean("amount").alias("m"), joined("day")),
    "whole_arrow": lambda t: t.agg(arrow_mean("amount")),
    "no_rows": lambda t: t.where("day > 9").agg(mean("amount")),
    "no_groups": lambda t: t.where("day > 9").groupBy("shop").agg(mean("amount")),
    "by_expression": lambda t: t.groupBy((F.col("day") % 2).alias("odd")).agg(mean("amount")),
    "of_expression": lambda t: t.groupBy("shop").agg(mean(F.col("amount") * 2 + F.col("day")), (mean("amount") + 1).alias("x")),
    "of_a_scalar_function": lambda t: t.groupBy("shop").agg(mean(F.udf(lambda v: v, "double")("amount"))),
    "in_a_scalar_function": lambda t: t.groupBy("shop").agg(F.udf(lambda v: str(v), "string")(mean("amount")).alias("x")),
    "list": lambda t: t.groupBy("shop").agg(as_list("amount")),
    "having": lambda t: t.groupBy("shop").agg(mean("amount").alias("m")).filter("m > 3"),
    "rollup": lambda t: t.rollup("shop").agg(mean("amount")),
    "pivot": lambda t: t.groupBy("shop").pivot("day", [1, 2]).agg(mean("amount")),
    "distinct": lambda t: t.select("shop").distinct().groupBy("shop").agg(joined("shop")),
    "literal": lambda t: t.groupBy("shop").agg(joined(F.lit(1)), mean(F.lit(2.5))),
    "the_same_twice": lambda t: t.groupBy("shop").agg(mean("amount"), mean("amount").alias("again")),
    "key_again": lambda t: t.groupBy("shop").agg(joined("shop")),
}

for what, query in AGGREGATES.items():

    @case(f"aggregate_{what}")
    def _(spark, query=query):
        return query(sales(spark))


BY_SHOP = Window.partitionBy("shop")
WINDOWS = {
    "whole": BY_SHOP, "ordered": BY_SHOP.orderBy("day"), "before": BY_SHOP.orderBy("day").rowsBetween(Window.unboundedPreceding, 0),
    "after": BY_SHOP.orderBy("day").rowsBetween(0, Window.unboundedFollowing), "sliding": BY_SHOP.orderBy("day").rowsBetween(-1, 1),
    "past": BY_SHOP.orderBy("day").rowsBetween(-2, -1), "range": BY_SHOP.orderBy("day").rangeBetween(-1, 0),
    "all_rows": Window.orderBy("shop", "day").rowsBetween(-1, 0), "without_order": Window.partitionBy("day"),
}

for what, window in WINDOWS.items():

    @case(f"window_{what}")
    def _(spark, window=window):
        frame = sales(spark).where("shop IS NOT NULL AND amount IS NOT NULL")
        return frame.select("shop", "day", mean("amount").over(window).alias("m"))

    @case(f"window_{what}_arrow")
    def _(spark, window=window):
        frame = sales(spark).where("shop IS NOT NULL AND amount IS NOT NULL")
        return frame.select("shop", "day", arrow_mean("amount").over(window).alias("m"))


@case
def windows_of_two_functions(spark):
    w = Window.partitionBy("shop").orderBy("day").rowsBetween(-1, 0)
    return sales(spark).where("shop IS NOT NULL").select(
        "shop", "day", weighted("amount", "day").over(w).alias("a"), mean("day").over(w).alias("b"), mean("day").over(BY_SHOP).alias("c"))


@case
def a_window_beside_sparks_own(spark):
    return sales(spark).where("shop IS NOT NULL").select("shop", "day", mean("amount").over(BY_SHOP).alias("a"), F.sum("amount").over(BY_SHOP).alias("b"))


@case
def a_window_of_no_rows(spark):
    return sales(spark).where("day > 9").select("shop", mean("amount").over(BY_SHOP).alias("a"))


@case
def a_window_of_an_iterator(spark):
    return sales(spark).select("shop", mean_of_batches("amount").over(BY_SHOP).alias("a"))


@case
def an_aggregate_from_sql(spark):
    sales(spark).createOrReplaceTempView("grouped_sales")
    spark.udf.register("grouped_mean", F.pandas_udf(mean.function, "double"))
    return spark.sql("SELECT shop, grouped_mean(amount) AS m FROM grouped_sales GROUP BY shop HAVING grouped_mean(amount) > 2")


@case
def a_window_from_sql(spark):
    sales(spark).where("shop IS NOT NULL").createOrReplaceTempView("grouped_sales_2")
    spark.udf.register("grouped_mean_2", F.pandas_udf(mean.function, "double"))
    return spark.sql("SELECT shop, day, grouped_mean_2(amount) OVER (PARTITION BY shop ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS m "
                     "FROM grouped_sales_2")
