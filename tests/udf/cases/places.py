"""Where in a query a function may stand: each with a pickled, an Arrow-optimised, a pandas and an Arrow function."""
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from case import case
from pyspark.sql import Window
from pyspark.sql import functions as F


def _series(v: pd.Series) -> pd.Series:
    return v * 2 + 1


def _array(v: pa.Array) -> pa.Array:
    return pc.add(pc.multiply(v, 2), 1)


def plain(v):
    return None if v is None else v * 2 + 1


# The same function: 2 v + 1.
ODD = {
    "pickled": lambda: F.udf(plain, "long", useArrow=False),
    "arrow": lambda: F.udf(plain, "long", useArrow=True),
    "pandas": lambda: F.pandas_udf(_series, "long"),
    "pyarrow": lambda: F.arrow_udf(_array, "long"),
}


def numbers(spark):
    return spark.createDataFrame([(1, 1, "a"), (2, 1, "b"), (3, 2, None), (4, 2, "d"), (5, None, "e")], "id LONG, k LONG, s STRING").coalesce(1)


def others(spark):
    return spark.createDataFrame([(3, "three"), (5, "five"), (7, "seven"), (7, "SEVEN")], "n LONG, name STRING")


PLACES = {
    "select": lambda t, u, f: t.select("id", f("id")),
    "select_twice": lambda t, u, f: t.select(f("id"), f("id").alias("again"), f(F.col("id") + 1)),
    "select_star": lambda t, u, f: t.select("*", f(t.id)),
    "with_column": lambda t, u, f: t.withColumn("id", f("id")).withColumn("id2", f("id")),
    "with_columns": lambda t, u, f: t.withColumns({"a": f("id"), "b": f("k")}),
    "in_an_expression": lambda t, u, f: t.select((f("id") + f(F.col("k")) * 2 - 1).alias("x"), F.concat("s", f("id").cast("string"))),
    "chained": lambda t, u, f: t.select(f(f(f("id"))).alias("x"), f(f("id") + f("k")).alias("y")),
    "of_a_literal": lambda t, u, f: t.select(f(F.lit(20))),
    "of_a_null_literal": lambda t, u, f: t.where("k IS NOT NULL").select(f(F.lit(1).cast("long")).alias("x")),
    "filter": lambda t, u, f: t.filter(f("id") > 5),
    "filter_with_others": lambda t, u, f: t.filter((F.col("id") > 1) & (f("id") < 9) & F.col("s").isNotNull()),
    "filter_or": lambda t, u, f: t.filter((f("id") == 3) | (F.col("s") == "d")),
    "filter_not": lambda t, u, f: t.filter(~(f("id") > 5)),
    "filter_then_select": lambda t, u, f: t.select("id", f("id").alias("x")).filter("x > 5").select("x"),
    "group_by": lambda t, u, f: t.groupBy(f("id") % 4).agg(F.count("*"), F.max("s")),
    "group_by_alias": lambda t, u, f: t.groupBy(f("k").alias("g")).count(),
    "aggregate_of": lambda t, u, f: t.groupBy("k").agg(F.sum(f("id")), F.max(f("id")).alias("m"), F.collect_set(f("id")).alias("c")),
    "of_an_aggregate": lambda t, u, f: t.where("k IS NOT NULL").groupBy("k").agg(f(F.sum("id")).alias("x"), f(F.max("id")) + F.count("*")),
    "of_an_aggregate_of": lambda t, u, f: t.groupBy("k").agg(f(F.sum(f("id"))).alias("x")),
    "of_the_whole": lambda t, u, f: t.agg(f(F.sum("id")), F.sum(f("id"))),
    "having": lambda t, u, f: t.where("k IS NOT NULL").groupBy("k").agg(F.sum("id").alias("s")).filter(f("s") > 7),
    "distinct": lambda t, u, f: t.select((f("id") % 4).alias("x")).distinct(),
    "drop_duplicates": lambda t, u, f: t.withColumn("x", f("id") % 4).dropDuplicates(["x"]).select("x"),
    "inner_join": lambda t, u, f: t.join(u, f("id") == u.n).select("id", "name"),
    "left_join": lambda t, u, f: t.join(u, f(t.id) == u.n, "left").select("id", "name"),
    "right_join": lambda t, u, f: t.join(u, f(t.id) == u.n, "right").select("id", "name"),
    "full_join": lambda t, u, f: t.join(u, f(t.id) == u.n, "full").select("id", "name"),
    "semi_join": lambda t, u, f: t.join(u, f(t.id) == u.n, "semi"),
    "anti_join": lambda t, u, f: t.join(u, f(t.id) == u.n, "anti"),
    "cross_join": lambda t, u, f: t.crossJoin(u).filter(f("id") == F.col("n")).select("id", "name"),
    "join_both_sides": lambda t, u, f: t.join(u, f(t.id) == f(u.n)).select("id", "name"),
    "join_of_two_columns": lambda t, u, f: t.join(u, f(t.id + u.n) == 9).select("id", "name"),
    "left_join_of_two_columns": lambda t, u, f: t.join(u, f(t.id + u.n) == 9, "left").select("id", "name"),
    "join_above": lambda t, u, f: t.withColumn("x", f("id")).join(u.withColumn("y", f("n")), F.col("x") == F.col("n")).select("x", "y"),
    "window_of": lambda t, u, f: t.select("id", F.sum(f("id")).over(Window.partitionBy("k").orderBy("id")).alias("x")),
    "of_a_window": lambda t, u, f: t.select("id", f(F.row_number().over(Window.orderBy("id")).cast("long")).alias("x")),
    "window_partition": lambda t, u, f: t.select("id", F.count("*").over(Window.partitionBy(f("id") % 4)).alias("x")),
    "window_order": lambda t, u, f: t.select("id", F.row_number().over(Window.orderBy(-f("id"))).alias("x")),
    "case_when": lambda t, u, f: t.select(F.when(f("id") > 5, f("k")).otherwise(F.col("id")).alias("x")),
    "coalesce": lambda t, u, f: t.where("k IS NOT NULL").select(F.coalesce(f("k"), f("id")).alias("x")),
    "in_a_struct": lambda t, u, f: t.select(F.struct(f("id").alias("a"), F.col("s")).alias("x")).select("x.a", "x"),
    "in_an_array": lambda t, u, f: t.select(F.array(f("id"), F.col("id"), f("id") + 1).alias("x")),
    "in_a_map": lambda t, u, f: t.select(F.create_map(F.lit("a"), f("id")).alias("x")),
    "of_a_field": lambda t, u, f: t.select(F.struct("id", "s").alias("x")).select(f("x.id")),
    "of_an_element": lambda t, u, f: t.select(F.array("id", F.lit(7)).alias("x")).select(f(F.col("x")[1])),
    "exploded": lambda t, u, f: t.select(F.explode(F.array(f("id"), F.lit(0))).alias("x")),
    "of_an_exploded": lambda t, u, f: t.select(F.explode(F.array("id", F.lit(0))).alias("x")).select(f("x")),
    "union": lambda t, u, f: t.select(f("id").alias("x")).union(u.select(f("n"))).union(t.select("id")),
    "intersect": lambda t, u, f: t.select(f("id").alias("x")).intersect(u.select("n")),
    "except": lambda t, u, f: t.select(f("id").alias("x")).exceptAll(u.select("n")),
    "self_join": lambda t, u, f: t.withColumn("x", f("id")).alias("a").join(t.alias("b"), F.col("a.x") == F.col("b.id")).select("a.id", "b.s"),
    "cached": lambda t, u, f: t.withColumn("x", f("id")).cache().select("x", "id"),
    "cached_twice": lambda t, u, f: t.withColumn("x", f("id")).cache().withColumn("y", f("x")).cache().filter("y > 10"),
    "cast": lambda t, u, f: t.select(f("id").cast("string").alias("x"), f(F.col("id").cast("int")).alias("y")),
    "of_a_string": lambda t, u, f: t.select(f("s")),
    "pivot": lambda t, u, f: t.groupBy().pivot("k", [1, 2]).agg(F.sum(f("id"))),
    "rollup": lambda t, u, f: t.rollup((f("id") % 4).alias("g")).agg(F.sum("id")),
    "sample_columns": lambda t, u, f: t.select(f("id").alias("x")).toDF("renamed").drop("none"),
    "fill": lambda t, u, f: t.where("k IS NOT NULL").select(f("k").alias("x")).na.fill(0),
    "unpivot": lambda t, u, f: t.select("id", f("id").alias("x")).unpivot("id", ["x"], "name", "value"),
    "describe": lambda t, u, f: t.select(f("id").alias("x")).describe(),
    "lateral_alias": lambda t, u, f: t.select(f("id").alias("x"), (F.col("x") + 1).alias("y")),
    "higher_order": lambda t, u, f: t.select(F.transform(F.array("id"), lambda e: f(e)).alias("x")),
    "generator": lambda t, u, f: t.select(F.posexplode(F.array(f("id")))),
    "with_metadata": lambda t, u, f: t.withColumn("x", f("id")).withMetadata("x", {"a": 1}),
    "aggregate_filter": lambda t, u, f: t.groupBy("k").agg(F.sum(F.when(f("id") > 5, F.col("id"))).alias("x")),
    "limit": lambda t, u, f: t.orderBy("id").limit(2).select(f("id")),
    "offset": lambda t, u, f: t.orderBy("id").offset(3).select(f("id")),
}
ORDERED = {
    "order_by": lambda t, u, f: t.orderBy(-f("id")).select("id"),
    "order_by_select": lambda t, u, f: t.select("id", f("id").alias("x")).orderBy(F.desc("x")),
    "sort_within": lambda t, u, f: t.orderBy(f("id") % 4, "id").select("id"),
    "order_by_limit": lambda t, u, f: t.orderBy(f("id").desc()).limit(2),
    "select_after_order": lambda t, u, f: t.orderBy(F.desc("id")).select(f("id")),
}

for place, query in {**PLACES, **ORDERED}.items():
    # A few places with all ways, the others with the two that differ most.
    for way in ("pickled", "pandas") if place not in ("select", "filter", "aggregate_of", "inner_join", "chained") else ODD:

        @case(f"{place}_{way}", ordered=place in ORDERED)
        def _(spark, query=query, way=way):
            return query(numbers(spark), others(spark), ODD[way]())


# Functions of different kinds in one query.
@case
def mixed_in_one_select(spark):
    return numbers(spark).select("id", *[ODD[way]()("id").alias(way) for way in ODD])


@case
def mixed_in_a_chain(spark):
    a, b, c, d = (ODD[way]() for way in ODD)
    return numbers(spark).select(a(b(c(d("id")))).alias("x"), d(c(b(a("id")))).alias("y"))


@case
def mixed_in_an_expression(spark):
    a, b, c, d = (ODD[way]() for way in ODD)
    return numbers(spark).select((a("id") + b("id") * c("id") - d("id")).alias("x"))


@case
def mixed_in_a_filter(spark):
    a, b, c, d = (ODD[way]() for way in ODD)
    return numbers(spark).filter((a("id") > 3) & (c("id") < 11)).filter(b("id") != 7).select(d("id"))


@case
def names_of_columns(spark):
    def named(v):
        return v

    class Callable:
        def __call__(self, v):
            return v

    import functools

    t = numbers(spark)
    return t.select(F.udf(named, "long")("id"), F.udf(lambda v: v, "long")(t.id + 1), F.udf(Callable(), "long")("id"),
                    F.udf(functools.partial(lambda a, v: v, 1), "long")("id"),
                    F.pandas_udf(_series, "long")(F.col("id").alias("renamed")), F.udf(named, "long").asNondeterministic()("id"))


@case
def nondeterministic_in_a_filter(spark):
    calls = F.udf(lambda v: v * 2, "long").asNondeterministic()
    return numbers(spark).withColumn("x", calls("id")).filter("x > 4").select("x", F.col("x") + F.col("x"))


@case
def nondeterministic_in_an_aggregate(spark):
    calls = F.udf(lambda v: v * 2, "long").asNondeterministic()
    return numbers(spark).groupBy("k").agg(F.sum(calls("id")))


@case
def nondeterministic_in_a_sort(spark):
    calls = F.udf(lambda v: v * 2, "long").asNondeterministic()
    return numbers(spark).orderBy(calls("id"))


@case
def nondeterministic_in_a_join(spark):
    calls = F.udf(lambda v: v * 2, "long").asNondeterministic()
    t = numbers(spark)
    return t.join(others(spark), calls("id") == F.col("n"))


@case
def one_evaluation_for_several_uses(spark):
    import uuid

    draw = F.udf(lambda: str(uuid.uuid4()), "string").asNondeterministic()
    return spark.range(3).withColumn("u", draw()).select((F.col("u") == F.col("u")).alias("same"), F.length("u"))


@case
def cached_results_are_not_computed_again(spark):
    import uuid

    draw = F.udf(lambda: str(uuid.uuid4()), "string").asNondeterministic()
    frame = spark.range(5).withColumn("u", draw()).cache()
    first = sorted(map(tuple, frame.collect()))
    again = sorted(map(tuple, frame.select("*").collect()))
    frame.unpersist()
    return str(first == again)


@case
def a_view_with_a_function(spark):
    numbers(spark).withColumn("x", ODD["pandas"]()("id")).createOrReplaceTempView("places_odd")
    return spark.sql("SELECT a.x, b.id FROM places_odd a JOIN places_odd b ON a.x = b.id WHERE a.x > 3")


@case
def a_table_from_a_function(spark):
    spark.sql("DROP TABLE IF EXISTS places_saved")
    numbers(spark).select("id", ODD["pickled"]()("id").alias("x")).write.saveAsTable("places_saved")
    rows = sorted(map(tuple, spark.table("places_saved").collect()))
    spark.sql("DROP TABLE places_saved")
    return repr(rows)


@case
def a_scalar_subquery_over_a_function(spark):
    numbers(spark).withColumn("x", ODD["pickled"]()("id")).createOrReplaceTempView("places_sub")
    return spark.sql("SELECT id FROM places_sub WHERE x = (SELECT max(x) FROM places_sub)")


@case
def to_pandas_of_a_function(spark):
    return numbers(spark).select("id", ODD["pandas"]()("k").alias("x")).toPandas()


@case
def to_arrow_of_a_function(spark):
    return numbers(spark).select("id", ODD["pyarrow"]()("k").alias("x")).toArrow()


@case
def count_of_a_function(spark):
    return str(numbers(spark).withColumn("x", ODD["pickled"]()("id")).filter("x > 3").count())


@case
def shown(spark):
    numbers(spark).orderBy("id").select("id", ODD["pickled"]()("k").alias("x")).show()


@case
def schema_alone(spark):
    return numbers(spark).select(F.udf(lambda v: v, "struct<a:int not null,b:array<string>>")("id"), F.pandas_udf(_series, "decimal(5,1)")("id")).schema.json()


@case
def a_frame_of_no_columns(spark):
    return spark.range(3).select().select(F.udf(lambda: 7, "int")().alias("x"))


@case
def many_functions(spark):
    t = numbers(spark)
    return t.select(*[F.udf(lambda v, n=n: v + n, "long", useArrow=n % 2 == 0)("id").alias(f"c{n}") for n in range(40)])


@case
def many_rows(spark):
    frame = spark.range(0, 100000, 1, 3).select(ODD["pandas"]()("id").alias("x"), ODD["pickled"]()("id").alias("y"))
    return frame.agg(F.count("*"), F.sum("x"), F.sum("y"), F.max("y"))


@case
def long_strings(spark):
    frame = spark.range(0, 40, 1, 1).select(F.udf(lambda n: "é" * (n * 50000), "string")("id").alias("s"))
    return frame.agg(F.sum(F.length("s")), F.max(F.octet_length("s")))


@case
def wide_rows(spark):
    frame = spark.range(0, 3, 1, 1).select(*[(F.col("id") + n).alias(f"c{n}") for n in range(200)])
    return frame.select(F.udf(lambda *a: sum(a), "long")(*frame.columns).alias("x"))


@case
def a_parameter_of_a_query(spark):
    spark.udf.register("places_parameter", lambda v: v + 1, "long")
    return spark.sql("SELECT places_parameter(:n)", args={"n": 41})


@case
def a_merge_of_all(spark):
    f = ODD["pickled"]()
    t = numbers(spark).withColumn("x", f("id"))
    g = t.groupBy("k").agg(F.sum("x").alias("total"))
    return t.join(g, "k").filter(f("total") > 10).select("id", "total", f(F.col("x") + F.col("total")).alias("y"))


# ---- aliases of the same list ------------------------------------------------------------------------------------------

ALIASES = {
    "a_function": lambda t, f: t.groupBy("k").agg(f("k").alias("x"), (F.col("x") + 1).alias("y")),
    "a_key": lambda t, f: t.groupBy(F.col("k").alias("g")).agg(f("g").alias("x")),
    "a_key_and_a_function": lambda t, f: t.groupBy(F.col("k").alias("g")).agg(f("g").alias("x"), f("x").alias("y")),
    "an_aggregate": lambda t, f: t.groupBy("k").agg(F.sum("id").alias("s"), f("s").alias("x")),
    "a_function_of_an_aggregate": lambda t, f: t.groupBy("k").agg(f(F.sum("id")).alias("s"), f("s").alias("x"), F.max("id")),
    "inside_an_aggregate": lambda t, f: t.groupBy("k").agg(F.col("k").alias("kk"), F.sum(f("kk"))),
    "a_key_that_is_a_function": lambda t, f: t.groupBy(f("k").alias("z")).agg(f("z").alias("x"), F.count("*")),
}

for what, ask in ALIASES.items():

    @case(f"aliases_of_{what}")
    def _(spark, ask=ask):
        return ask(spark.range(6).selectExpr("id", "id % 2 AS k"), F.udf(lambda v: v and v + 1, "long"))
