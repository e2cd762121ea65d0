"""What filters a Python data source is shown, in their order, and what becomes of those that it takes over."""
import datetime
import decimal
import re

from case import case
from pyspark.sql import functions as F
from pyspark.sql.datasource import DataSource, DataSourceReader, GreaterThan, IsNotNull, IsNull
from showing import attempt

ON = {"spark.sql.python.filterPushdown.enabled": "true"}
SCHEMA = """x INT, l BIGINT, s STRING, d DATE, ts TIMESTAMP, nt TIMESTAMP_NTZ, b BOOLEAN, dec DECIMAL(10,2), f DOUBLE, bin BINARY,
            st STRUCT<a: INT, n: STRUCT<z: STRING>>, arr ARRAY<INT>, nn INT NOT NULL, seen STRING"""
MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5)
ROW = (3, 3, "abc", datetime.date(2024, 1, 2), MOMENT, MOMENT, True, decimal.Decimal("1.50"), 2.5, b"ab", (1, ("q",)), [1], 7)


def source(push, name="source_filters"):
    """One row, whose column `seen` says what the reader was shown."""

    class Source(DataSource):
        @classmethod
        def name(cls):
            return name

        def schema(self):
            return SCHEMA

        def reader(self, schema):
            class Reader(DataSourceReader):
                def __init__(self):
                    self.seen = []

                def pushFilters(self, filters):
                    self.seen += [repr(f) for f in filters]
                    return push(filters)

                def read(self, partition):
                    yield (*ROW, str(self.seen))

            return Reader()

    return Source


def load(spark, push=lambda filters: filters):
    spark.dataSource.register(source(push))
    return spark.read.format("source_filters").load()


def seen(frame):
    return [row.seen for row in frame.select("seen").collect()]


CONDITIONS = {
    "comparisons": ["x > 2", "2 < x", "x = 3L", "l > 2", "l = 2 + 1", "x >= 3", "x <= 3", "3 >= x", "x != 5", "x <> 5 AND x <> 6", "x BETWEEN 1 AND 5", "nn > 5", "x > CAST('2' AS INT)"],
    "types": ["f > 2", "dec > 1", "dec = 1.50", "d > '2024-01-01'", "d = DATE'2024-01-02'", "ts > TIMESTAMP'2024-01-01 00:00:00'", "nt > TIMESTAMP_NTZ'2024-01-01 00:00:00'",
              "bin = X'6162'", "s = 'abc'", "s > 'aa' AND s < 'b'"],
    "booleans": ["b", "b IS NOT NULL", "true", "1 = 1 AND x = 3", "NOT (NOT b)"],
    "texts": ["s LIKE 'a%'", "s LIKE '%c'", "s LIKE '%b%'", "s LIKE 'abc'", "s LIKE 'a%c'", "s LIKE 'a_c'", "startswith(s, 'a')", "contains(s, 'b')", "endswith(s, 'c')", "s RLIKE 'a.*'"],
    "sets": ["s IN ('abc', 'q')", "x IN (3)", "x IN (3, NULL)", "x NOT IN (1, 2)", "x IN (3, 3, 4)"],
    "negations": ["NOT (x > 5)", "NOT (x = 5)", "NOT (x > 5 OR l > 5)", "NOT (x IS NULL)", "NOT (x <=> 4)", "NOT (s LIKE 'b%')"],
    "nulls": ["x <=> 3", "isnotnull(x)", "x IS NULL OR x > 2"],
    "connected": ["x > 2 AND l > 2 AND s = 'abc'", "x > 2 OR l > 2", "(x > 2 AND l > 2) OR x = 3", "x = 3 AND x = 3"],
    "inferred": ["x + 1 > 3", "x > l - 1", "x = l", "upper(s) = 'ABC'", "length(s) > 2", "abs(x) = 3", "x % 2 = 1", "CAST(x AS STRING) = '3'", "CAST(l AS INT) = 3", "arr[0] = 1",
                 "size(arr) = 1", "coalesce(x, 0) > 2", "s || 'x' = 'abcx'", "if(x > 2, true, false)"],
    "fields": ["st.a = 1", "st.n.z = 'q'", "st.a IS NOT NULL"],
    "rounded_literals": ["x > 2.5", "x < 3.5"],
    "scalar_subqueries": ["x > (SELECT 2)"],
    "long_sets": ["x IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)"],
}

for name, conditions in CONDITIONS.items():

    @case(f"shown_{name}", confs=ON)
    def _(spark, conditions=conditions):
        for condition in conditions:
            print(condition, "->", attempt(lambda: seen(load(spark).where(condition))))


def others(spark):
    return spark.range(5).withColumnRenamed("id", "l")


PLANS = {
    "renamed": lambda s, d: d.select(F.col("x").alias("y"), "seen").where("y > 2"), "computed": lambda s, d: d.select((F.col("x") + 1).alias("y"), "seen").where("y > 2"),
    "two_filters": lambda s, d: d.where("x > 2").where("l > 2"), "joined": lambda s, d: d.join(others(s), "l").where("x > 2"),
    "left_joined": lambda s, d: d.join(others(s), "l", "left").where("x > 2"), "right_of_a_left_join": lambda s, d: others(s).join(d, "l", "left").where("x > 2"),
    "semi_joined": lambda s, d: d.join(others(s), "l", "left_semi").where("x > 2"), "anti_joined": lambda s, d: d.join(others(s).where("l > 3"), "l", "left_anti").where("x > 2"),
    "sorted": lambda s, d: d.orderBy("x").where("x > 2"), "limited": lambda s, d: d.limit(5).where("x > 2"), "distinct": lambda s, d: d.select("x", "seen").distinct().where("x > 2"),
    "grouped": lambda s, d: d.groupBy("x").agg(F.first("seen").alias("seen")).where("x > 2"), "united": lambda s, d: d.select("x", "seen").union(d.select("x", "seen")).where("x > 2"),
    "ranked": lambda s, d: d.withColumn("r", F.expr("row_number() OVER (PARTITION BY x ORDER BY l)")).where("x > 2"),
    "over_all_ranked": lambda s, d: d.withColumn("r", F.expr("row_number() OVER (ORDER BY l)")).where("x > 2"),
    "with_a_function": lambda s, d: d.withColumn("u", F.udf(lambda x: x, "int")("x")).where("x > 2 AND u > 2"),
    "under_a_function": lambda s, d: d.where(F.udf(lambda x: x > 2, "boolean")("x")).where("x > 2"), "nulls_dropped": lambda s, d: d.na.drop(subset=["x", "s"]),
    "in_a_subquery": lambda s, d: d.where("x IN (SELECT 3)"), "repartitioned": lambda s, d: d.repartition(2, "x").where("x > 2"), "sampled": lambda s, d: d.sample(1.0).where("x > 2"),
    "cached": lambda s, d: d.cache().where("x > 2"), "unfiltered": lambda s, d: d, "by_the_condition_of_a_join": lambda s, d: d.join(others(s).withColumnRenamed("l", "k"), F.expr("l = k AND x > 2")),
    "exploded": lambda s, d: d.selectExpr("explode(arr) AS e", "x", "seen").where("x > 2"),
    "across_a_join": lambda s, d: d.alias("a").join(s.range(5).alias("b"), F.expr("a.l = b.id AND b.id > 1")),
}

for name, plan in PLANS.items():

    @case(f"through_{name}", confs=ON)
    def _(spark, plan=plan):
        return attempt(lambda: seen(plan(spark, load(spark))))


def told(text):
    return re.sub(r"\bid=\d+", "id=…", text)


def raising(filters):
    raise ValueError("not like this")


def only_not_null(filters):
    return [f for f in filters if not isinstance(f, IsNotNull)]


TAKES = {"everything": lambda filters: [], "only_not_null": only_not_null, "only_comparisons": lambda filters: [f for f in filters if not isinstance(f, GreaterThan)],
         "a_generator": lambda filters: (f for f in filters), "an_error": raising, "strangers": lambda filters: [IsNull(("q",))], "nothing_said": lambda filters: None}

for name, push in TAKES.items():

    @case(f"taken_{name}", confs=ON)
    def _(spark, push=push):
        # What it takes over it need not do: the row stays where Spark trusts it. A new frame each time, for Spark remembers
        # of one what its source was shown first.
        for condition in ("x > 5", "x > 5 AND l > 2", "x > 2 OR l > 2", "x > 5 AND upper(s) = 'ABC'", "s LIKE 'q%' AND x > 5"):
            print(condition, "->", told(attempt(lambda: seen(load(spark, push).where(condition)))))
        print(told(attempt(lambda: seen(load(spark, push).select("x", "seen").union(load(spark, push).select("x", "seen")).where("x > 5")))))
        return told(attempt(lambda: seen(load(spark, push))))


@case
def shown_nothing_while_that_is_off(spark):
    return attempt(lambda: seen(load(spark).where("x > 2")))
