"""How functions are called: by name, with defaults, from SQL by a registered name; what registering says and refuses."""
from typing import Iterator, Tuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from case import case
from pyspark.sql import functions as F
from pyspark.sql import types as T


def numbers(spark):
    return spark.createDataFrame([(1, 10, "a"), (2, 20, "b"), (3, None, None)], "a INT, b INT, s STRING").coalesce(1)


def told(a, b=7, *more, c="c", **named):
    return f"{a} {b} {more} {c} {sorted(named.items())}"


def told_series(a: pd.Series, b: pd.Series = None, **named: pd.Series) -> pd.Series:
    return pd.Series([f"{x} {None if b is None else list(b)[i]} {sorted((k, list(v)[i]) for k, v in named.items())}" for i, x in enumerate(a)])


def told_array(a: pa.Array, b: pa.Array = None, **named: pa.Array) -> pa.Array:
    return pa.array([f"{x} {None if b is None else b[i]} {sorted((k, str(v[i])) for k, v in named.items())}" for i, x in enumerate(a)])


FUNCTIONS = {
    "pickled": lambda: F.udf(told, "string", useArrow=False),
    "arrow": lambda: F.udf(told, "string", useArrow=True),
    "pandas": lambda: F.pandas_udf(told_series, "string"),
    "pyarrow": lambda: F.arrow_udf(told_array, "string"),
}
CALLS = {
    "positional": lambda f: f("a", "b"),
    "default": lambda f: f("a"),
    "named": lambda f: f(b="b", a="a"),
    "mixed": lambda f: f("a", b=F.col("b") + 1),
    "more_named": lambda f: f("a", z="b", y="s"),
    "the_same_column_twice": lambda f: f("a", "a"),
    "named_twice": lambda f: f(a="a", b="a"),
    "literal": lambda f: f(F.lit(1), F.lit("x")),
    "missing": lambda f: f(b="b"),
    "none_at_all": lambda f: f(),
    "twice_given": lambda f: f("a", a="a"),
}

for way in FUNCTIONS:
    for call, ask in CALLS.items():

        @case(f"{call}_{way}")
        def _(spark, way=way, ask=ask):
            return numbers(spark).select(ask(FUNCTIONS[way]()).alias("x"))


for way in ("pickled", "arrow"):

    @case(f"more_arguments_{way}")
    def _(spark, way=way):
        f = FUNCTIONS[way]()
        return numbers(spark).select(f("a", "b", "s", F.lit(4), c="s", d="a").alias("x"), f("a", F.lit(None)).alias("y"))

    @case(f"no_arguments_{way}")
    def _(spark, way=way):
        return numbers(spark).select("a", F.udf(lambda: 42, "int", useArrow=way == "arrow")().alias("x"))

    @case(f"chained_by_name_{way}")
    def _(spark, way=way):
        f = F.udf(lambda a, b=1: a + b, "int", useArrow=way == "arrow")
        return numbers(spark).select(f(a=f("a"), b=f(b=f("a"), a=F.lit(5))).alias("x"))


@case
def an_aggregate_by_name(spark):
    def weighted(v: pd.Series, w: pd.Series) -> float:
        return float((v * w).sum())

    f = F.pandas_udf(weighted, "double")
    return numbers(spark).groupBy().agg(f(w="a", v="b").alias("x"), f("a", w=F.lit(2)).alias("y"))


@case
def an_iterator_by_name(spark):
    def f(batches: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for a, b in batches:
            yield a + b

    return numbers(spark).select(F.pandas_udf(f, "double")(a="a", b="b"))


# ---- registered --------------------------------------------------------------------------------------------------------


def register(spark):
    spark.udf.register("calls_told", told, "string")
    spark.udf.register("calls_text", lambda v: f"<{v}>")
    spark.udf.register("calls_plus", F.udf(lambda a, b: None if a is None or b is None else a + b, "int"))

    @F.pandas_udf("int")
    def twice(v: pd.Series) -> pd.Series:
        return v * 2

    @F.arrow_udf("int")
    def thrice(v: pa.Array) -> pa.Array:
        return pc.multiply(v, pa.scalar(3, pa.int32()))

    @F.pandas_udf("bigint")
    def total(v: pd.Series) -> int:
        return int(v.sum())

    spark.udf.register("calls_twice", twice)
    spark.udf.register("calls_thrice", thrice)
    spark.udf.register("calls_total", total)
    numbers(spark).createOrReplaceTempView("calls_numbers")


SQL = {
    "select": "SELECT a, calls_plus(a, b) AS x FROM calls_numbers",
    "names_of_columns": "SELECT calls_plus(a, b), calls_text(s), calls_twice(a), calls_thrice(a + 1) FROM calls_numbers",
    "upper_case": "SELECT CALLS_PLUS(a, b) FROM calls_numbers",
    "qualified": "SELECT session.calls_plus(a, b) FROM calls_numbers",
    "system_session": "SELECT system.session.calls_plus(a, 1) FROM calls_numbers",
    "by_name": "SELECT calls_told(b => b, a => a) FROM calls_numbers",
    "by_name_and_position": "SELECT calls_told(a, c => s) FROM calls_numbers",
    "position_after_name": "SELECT calls_told(a => a, b) FROM calls_numbers",
    "name_twice": "SELECT calls_told(a => a, a => b) FROM calls_numbers",
    "where": "SELECT a FROM calls_numbers WHERE calls_twice(a) > 2 AND calls_text(s) <> '<b>'",
    "group_by": "SELECT calls_text(a % 2) AS g, count(*) FROM calls_numbers GROUP BY calls_text(a % 2)",
    "group_by_ordinal": "SELECT calls_text(a % 2) AS g, sum(calls_twice(a)) FROM calls_numbers GROUP BY 1",
    "having": "SELECT a FROM calls_numbers GROUP BY a HAVING calls_plus(a, 1) > 2",
    "order_by": "SELECT a FROM calls_numbers ORDER BY calls_plus(a, -10) DESC LIMIT 2",
    "join": "SELECT x.a, y.a FROM calls_numbers x JOIN calls_numbers y ON calls_plus(x.a, 1) = y.a",
    "left_join": "SELECT x.a, y.a FROM calls_numbers x LEFT JOIN calls_numbers y ON calls_plus(x.a, y.a) = 3",
    "case": "SELECT CASE WHEN calls_plus(a, 1) > 2 THEN calls_text(s) ELSE 'small' END FROM calls_numbers",
    "in_list": "SELECT a FROM calls_numbers WHERE calls_plus(a, 1) IN (2, 4)",
    "subquery": "SELECT a FROM calls_numbers WHERE a = (SELECT max(calls_plus(a, 0)) FROM calls_numbers)",
    "in_subquery": "SELECT a FROM calls_numbers WHERE calls_plus(a, 1) IN (SELECT a FROM calls_numbers)",
    "exists": "SELECT a FROM calls_numbers x WHERE EXISTS (SELECT 1 FROM calls_numbers y WHERE calls_plus(y.a, 1) = x.a)",
    "with": "WITH t AS (SELECT calls_plus(a, b) AS x FROM calls_numbers) SELECT x, calls_text(x) FROM t WHERE x > 15",
    "union": "SELECT calls_text(a) FROM calls_numbers UNION ALL SELECT calls_text(s) FROM calls_numbers",
    "aggregate": "SELECT calls_total(a) FROM calls_numbers",
    "aggregate_group": "SELECT s, calls_total(a) FROM calls_numbers GROUP BY s",
    "of_an_aggregate": "SELECT calls_text(sum(a)) FROM calls_numbers",
    "over_a_window": "SELECT a, calls_total(a) OVER (PARTITION BY a % 2) FROM calls_numbers",
    "filter_clause": "SELECT sum(calls_twice(a)) FILTER (WHERE calls_twice(a) > 2) FROM calls_numbers",
    "no_table": "SELECT calls_text('x'), calls_plus(1, 2)",
    "values": "SELECT calls_text(v) FROM VALUES (1), (NULL) AS t(v)",
    "lambda": "SELECT transform(array(1, 2), e -> calls_plus(e, 1))",
    "lateral_alias": "SELECT calls_plus(a, 1) AS x, x + 1 AS y FROM calls_numbers",
    "nested": "SELECT calls_text(calls_text(calls_plus(a, calls_twice(a)))) FROM calls_numbers",
    "pivot": "SELECT * FROM (SELECT a, calls_text(s) AS s FROM calls_numbers) PIVOT (sum(a) FOR s IN ('<a>', '<b>'))",
    "insert_values": "SELECT * FROM (VALUES (calls_plus(1, 2))) AS t(v)",
    "too_many_arguments": "SELECT calls_plus(a, b, a) FROM calls_numbers",
    "distinct_argument": "SELECT calls_plus(DISTINCT a, b) FROM calls_numbers",
    "unknown": "SELECT calls_no_such(a) FROM calls_numbers",
    "in_a_default": "SELECT coalesce(calls_plus(a, b), -1) FROM calls_numbers",
    "show": "SHOW USER FUNCTIONS LIKE 'calls_*'",
    "explode": "SELECT explode(array(calls_plus(a, 1), 0)) FROM calls_numbers",
    "cast": "SELECT CAST(calls_plus(a, 1) AS STRING), calls_plus('5', a) FROM calls_numbers",
}

for name, text in SQL.items():

    @case(f"sql_{name}", ordered=name == "order_by")
    def _(spark, text=text):
        register(spark)
        return spark.sql(text)


@case
def in_an_expression_string(spark):
    register(spark)
    return numbers(spark).selectExpr("calls_plus(a, b) + 1 AS x").filter("calls_twice(x) > 1 OR x IS NULL")


@case
def by_call_function(spark):
    register(spark)
    return numbers(spark).select(F.call_function("calls_plus", "a", "b"), F.call_udf("calls_twice", F.col("a")))


@case
def registering_gives_a_function(spark):
    f = spark.udf.register("calls_given", lambda v: v + 1, "int")
    return numbers(spark).select(f("a"), F.expr("calls_given(a)"))


@case
def registering_again_replaces(spark):
    spark.udf.register("calls_again", lambda v: "first")
    before = spark.sql("SELECT calls_again(1)").collect()[0][0]
    spark.udf.register("calls_again", lambda v: "second")
    return before + " " + spark.sql("SELECT calls_again(1)").collect()[0][0]


@case
def registering_over_a_built_in(spark):
    spark.udf.register("calls_shadow_abs", lambda v: "mine")
    spark.udf.register("typeof", lambda v: "mine")
    return spark.sql("SELECT typeof(1) AS x, calls_shadow_abs(1) AS y")


@case
def registering_a_type_twice(spark):
    return spark.udf.register("calls_typed", F.udf(lambda v: v, "int"), "string")


@case
def registering_a_table_function_as_a_scalar(spark):
    class Handler:
        def eval(self):
            yield (1,)

    return spark.udf.register("calls_wrong", F.udtf(Handler, returnType="a int"))


@case
def registering_a_strange_name(spark):
    spark.udf.register("calls strange-name", lambda v: "x")
    return spark.sql("SELECT `calls strange-name`(1) AS x")


@case
def registering_java(spark):
    return spark.udf.registerJavaFunction("calls_java", "no.such.Class", "int")


@case
def in_the_catalog(spark):
    register(spark)
    return f"{spark.catalog.functionExists('calls_plus')} {spark.catalog.functionExists('calls_none')}"


@case
def from_the_catalog(spark):
    register(spark)
    f = spark.catalog.getFunction("calls_plus")
    return f"{f.name} {f.catalog} {f.namespace} {f.isTemporary} {f.description}"


@case
def dropped(spark):
    spark.udf.register("calls_dropped", lambda v: "x")
    spark.sql("DROP TEMPORARY FUNCTION calls_dropped")
    return spark.sql("SELECT calls_dropped(1)")


@case
def of_another_session(spark):
    spark.udf.register("calls_of_mine", lambda v: "x")
    other = spark.newSession()
    return other.sql("SELECT calls_of_mine(1)")


@case
def of_a_cloned_session(spark):
    spark.udf.register("calls_of_both", lambda v: f"<{v}>")
    return str(spark.cloneSession().sql("SELECT calls_of_both(1)").collect()) if hasattr(spark, "cloneSession") else "no cloneSession"


@case
def a_closure_over_a_value(spark):
    factor = {"x": 3}
    f = F.udf(lambda v: v * factor["x"], "int")
    factor["x"] = 5  # a function is pickled when it is used
    return numbers(spark).select(f("a"))


@case
def a_global_keeps_its_state_no_longer_than_a_task(spark):
    return numbers(spark).select(F.udf(lambda v, seen=[]: (seen.append(v), len(seen))[1], "int")("a").alias("n"))


@case
def decorators(spark):
    @F.udf
    def text(v):
        return f"{v}"

    @F.udf("int")
    def number(v):
        return v

    @F.udf(returnType=T.ArrayType(T.IntegerType()), useArrow=True)
    def both(v):
        """Says what it does."""
        return [v, v]

    return numbers(spark).select(text("a"), number("a"), both("a"), F.lit(both.__doc__).alias("doc"))


@case
def types_of_hints(spark):
    @F.udf(returnType="int")
    def hinted(v: int) -> int:
        return v

    return numbers(spark).select(hinted("a"), hinted(numbers(spark).a + 1))


@case
def a_function_without_a_type(spark):
    return numbers(spark).select(F.udf(lambda v: v)("a").alias("x"))


@case
def attributes(spark):
    f = F.udf(told, "decimal(10,2)")
    return f"{f.returnType} {f.deterministic} {f.asNondeterministic().deterministic} {f.evalType} {f.__name__}"


@case
def recursion_and_helpers(spark):
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    return numbers(spark).select(F.udf(fib, "int")("a"))


@case
def a_class_of_the_program(spark):
    class Point:
        def __init__(self, x):
            self.x = x

        def __repr__(self):
            return f"Point({self.x})"

    return numbers(spark).select(F.udf(lambda v: repr(Point(v)), "string")("a").alias("p"))


@case
def a_broadcast_by_closure(spark):
    table = {i: str(i) * 3 for i in range(10000)}
    return numbers(spark).select(F.udf(lambda v: table[v], "string")("a").alias("x"))


# ---- how arguments show in the column's name -----------------------------------------------------------------------------

SHOWN = ["DATE'2024-01-02'", "TIMESTAMP'2024-01-02 03:04:05.120'", "TIMESTAMP_NTZ'2024-01-02 03:04:05'", "TIME'01:02:03.5'", "X'0AFF'", "X''", "d = DATE'2024-01-02'",
         "array(DATE'2024-01-02')", "CAST(NULL AS DATE)", "trim(s)", "ltrim(s)", "size(array(1))", "element_at(array(1), 1)", "hash(k)", "date_format(d, 'y')", "hour(t)",
         "to_date('2024-01-02')", "unix_timestamp(t)", "startswith(s, 'a')", "contains(s, 'a')", "make_date(1, 2, 3)", "array_join(array(s), ',')", "unhex(s)"]


@case
def names_of_arguments(spark):
    f = F.udf(lambda *values: None, "string")
    frame = spark.sql("SELECT 1L AS k, 'a' AS s, DATE'2024-01-01' AS d, TIMESTAMP'2024-01-01 00:00:00' AS t")
    for text in SHOWN:
        print(text, "->", frame.select(f(F.expr(text))).columns[0])


@case
def names_of_aggregates_as_arguments(spark):
    f = F.udf(lambda *values: None, "string")
    for text in ["first(k)", "any_value(k)", "collect_list(k)", "count(DISTINCT k)", "sum(k)"]:
        print(text, "->", spark.sql("SELECT 1L AS k").select(f(F.expr(text))).columns[0])


@case
def a_type_with_colons(spark):
    return spark.range(2).select(F.udf(lambda v: (v, str(v)), "a: long, b: string")("id").alias("s")).select("s.*")
