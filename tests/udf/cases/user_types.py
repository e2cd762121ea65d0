"""User-defined types: in schemas, expressions, errors, files and tables, and what Python functions see and give of them."""
import os
import re
import shutil
import tempfile

import pandas as pd
import pyarrow as pa
from case import case
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql import types as T
import showing


class Money:
    """Its class travels by cloudpickle alone: no worker can import it."""

    def __init__(self, amount, unit):
        self.amount, self.unit = amount, unit

    def __repr__(self):
        return f"{self.amount} {self.unit}"


class MoneyType(T.UserDefinedType):
    @classmethod
    def sqlType(cls):
        return T.StructType().add("amount", T.IntegerType(), False).add("unit", T.StringType())

    @classmethod
    def module(cls):
        return "cases.user_types"

    def serialize(self, obj):
        return obj.amount, obj.unit

    def deserialize(self, datum):
        return Money(datum[0], datum[1])


def attempt(ask):
    """As showing's, without the plan that Spark shows behind a refusal."""
    return re.sub(r"(SQLSTATE: \w{5});.*", r"\1", showing.attempt(ask))


def points(spark):
    from pyspark.testing.objects import PythonOnlyPoint as Point
    from pyspark.testing.objects import PythonOnlyUDT as PointType

    schema = T.StructType().add("n", T.IntegerType()).add("p", PointType())
    return spark.createDataFrame([(1, Point(1.0, 2.0)), (2, None), (3, Point(3.0, 4.0))], schema).coalesce(1)


def moneys(spark):
    schema = T.StructType().add("n", T.IntegerType()).add("m", MoneyType())
    return spark.createDataFrame([(1, Money(5, "EUR")), (2, None)], schema).coalesce(1)


def vectors(spark):
    from pyspark.ml.linalg import Vectors, VectorUDT

    rows = [(1, Vectors.dense(1.0, -0.0, 1e20)), (2, None), (3, Vectors.sparse(3, [0, 2], [1.5, float("nan")]))]
    return spark.createDataFrame(rows, T.StructType().add("n", T.IntegerType()).add("v", VectorUDT())).coalesce(1)


def nested(spark):
    return points(spark).selectExpr("array(p) AS a", "map(n, p) AS m", "named_struct('p', p, 'n', n) AS s")


def json_of(frame):
    """The schema, without the bytes of a class: each process pickles others."""
    return re.sub(r'("serializedClass":")[^"]*', r"\1…", frame.schema.json())


FRAMES = {"points": points, "moneys": moneys, "vectors": vectors, "nested": nested}


def told(frame):
    """Schema and rows as Python shows them: objects have no other form."""
    return f"{frame.schema.simpleString()} {frame.collect()}"


def tree(frame):
    """The server's own tree: clients of 4.x print theirs."""
    client = frame.sparkSession.client
    return client._analyze("tree_string", plan=frame._plan.to_proto(client), level=None).tree_string


def described(spark, frame):
    frame.createOrReplaceTempView("user_types_view")
    return spark.sql("DESCRIBE user_types_view").collect()


for name, make in FRAMES.items():

    @case(f"what_{name}_are")
    def _(spark, make=make):
        frame = make(spark)
        print(json_of(frame))
        print(frame.dtypes)
        print(tree(frame))
        print(described(spark, frame))
        frame.printSchema()
        frame.show(truncate=False)
        frame.show(vertical=True)
        print(attempt(lambda: Row(frame.toArrow().schema.to_string())))
        print(attempt(lambda: Row(frame.toPandas().to_string())))
        print([attempt(lambda c=c: frame.select(F.col(c).cast("string"), F.typeof(c)).collect()) for c in frame.columns])
        return attempt(lambda: Row(told(frame)))


# ---- in expressions: one that is refused, too --------------------------------------------------------------------------

EXPRESSIONS = [
    "p", "array(p, p)", "map(n, p)", "struct(p)", "CAST(struct(p) AS STRING)", "CAST(array(p) AS ARRAY<STRING>)", "coalesce(p, p)", "if(n = 1, p, NULL)",
    "CASE WHEN n = 1 THEN p END", "nvl2(p, 1, 2)", "nullif(p, p)", "p = p", "p < p", "p <=> NULL", "p IS NULL", "p IN (p)", "greatest(p, p)", "equal_null(p, p)",
    "hash(p)", "xxhash64(p)", "to_json(struct(p))", "typeof(array(p))", "array_contains(array(p), p)", "sort_array(array(p))",
    "array_distinct(array(p, p))", "array_union(array(p), array(p))", "transform(array(p), x -> x)", "explode(array(p))", "inline(array(struct(p)))", "stack(2, p, p)",
    "array(p)[0]", "struct(p).p", "try_cast(p AS STRING)", "CAST(p AS ARRAY<DOUBLE>)", "CAST(p AS INT)", "CAST(array(p) AS ARRAY<ARRAY<DOUBLE>>)", "size(p)", "p[0]", "p.x",
    "element_at(p, 1)", "transform(p, x -> x)", "explode(p)", "coalesce(p, array(1.0D))", "coalesce(array(p), array(array(1.0D)))", "coalesce(p, 1)", "coalesce(p, 'a')",
    "p = array(1.0D, 2.0D)", "p = 'a'", "p + 1", "-p", "NOT p", "p AND true", "concat(p, p)", "p || 'a'", "md5(p)", "upper(p)", "length(p)", "concat_ws(',', p)", "p LIKE 'a'",
    "CASE WHEN n = 1 THEN p ELSE 'a' END", "date(p)", "reverse(p)", "sha2(p, 256)",
]


@case
def in_expressions(spark):
    frame = points(spark)
    for text in EXPRESSIONS:
        print(text, "->", attempt(lambda: Row(told(frame.selectExpr(f"{text} AS x")))))


AGGREGATES = ["max(p)", "min(p)", "first(p)", "any_value(p)", "count(p)", "count(DISTINCT p)", "collect_list(p)", "mode(p)", "max_by(p, n)", "min_by(n, p)",
              "approx_count_distinct(p)", "sum(p)", "avg(p)", "percentile(p, 0.5)"]


@case
def in_aggregates(spark):
    frame = points(spark)
    for text in AGGREGATES:
        print(text, "->", attempt(lambda: Row(told(frame.selectExpr(f"{text} AS x")))))


WINDOWS = ["lag(p) OVER (ORDER BY n)", "row_number() OVER (ORDER BY p DESC)", "max(p) OVER (PARTITION BY n)", "first(p) OVER (ORDER BY n DESC)"]


@case
def in_windows(spark):
    frame = points(spark)
    for text in WINDOWS:
        print(text, "->", attempt(lambda: Row(told(frame.selectExpr("n", f"{text} AS x").orderBy("n")))))


RELATIONS = {
    "grouped": lambda d: d.groupBy("p").count().orderBy("p"), "distinct": lambda d: d.select("p").distinct().orderBy("p"), "ordered": lambda d: d.orderBy(F.desc("p")),
    "united": lambda d: d.unionAll(d).orderBy("n"), "by_name": lambda d: d.unionByName(d.select("n"), allowMissingColumns=True).orderBy("n", "p"),
    "united_with_lists": lambda d: d.select("p").union(d.select(F.array(F.lit(1.0)))), "joined": lambda d: d.join(d.withColumnRenamed("n", "k"), "p").orderBy("n"),
    "intersected": lambda d: d.intersect(d).orderBy("n"), "without": lambda d: d.exceptAll(d), "filtered": lambda d: d.where("p IS NOT NULL"), "by_a_filter": lambda d: d.where("p"),
    "once_each": lambda d: d.dropDuplicates(["p"]).orderBy("n"), "filled": lambda d: d.na.fill(0), "dropped": lambda d: d.na.drop(), "cast": lambda d: d.select(F.col("p").cast(d.schema["p"].dataType)),
    "null_cast": lambda d: d.select(F.lit(None).cast(d.schema["p"].dataType).alias("x")), "list_cast": lambda d: d.select(F.array(F.lit(1.0)).cast(d.schema["p"].dataType)),
    "to_itself": lambda d: d.to(d.schema), "to_lists": lambda d: d.to(T.StructType().add("p", T.ArrayType(T.DoubleType()))), "described": lambda d: d.describe(),
    "cached": lambda d: d.cache(), "in_a_subquery": lambda d: d.where(F.col("n").isin([1])).select(F.struct("p").alias("s")).select("s.p"),
    "from_json": lambda d: d.select(F.from_json(F.lit('{"p": [1.0, 2.0]}'), d.select("p").schema).alias("x")), "with_column": lambda d: d.withColumn("q", F.col("p")),
    "sampled": lambda d: d.limit(1), "tail": lambda d: d.select("p").offset(2),
}

for name, ask in RELATIONS.items():

    @case(f"points_{name}")
    def _(spark, ask=ask):
        return attempt(lambda: Row(told(ask(points(spark)))))


@case
def two_types_together(spark):
    return attempt(lambda: told(moneys(spark).select("m").union(points(spark).select("p"))))


@case
def fields_of_a_type(spark):
    frame = moneys(spark)
    for what in ("m.amount", "m.*"):
        print(what, "->", attempt(lambda: told(frame.select(what))))
    return attempt(lambda: told(frame.orderBy("m")))


@case
def inferred_types(spark):
    from pyspark.testing.objects import ExamplePoint, PythonOnlyPoint

    print(told(spark.createDataFrame([(1, PythonOnlyPoint(1.0, 2.0))], ["n", "p"])))
    print(told(spark.createDataFrame([(1, [ExamplePoint(1.0, 2.0)])], ["n", "p"])))
    frame = pd.DataFrame({"p": [PythonOnlyPoint(1.0, 2.0)]})
    return told(spark.createDataFrame(frame, points(spark).select("p").schema))


@case
def a_class_of_java_that_is_not_there(spark):
    class Missing(MoneyType):
        @classmethod
        def scalaUDT(cls):
            return "com.example.MissingUDT"

    return attempt(lambda: spark.range(1).select(F.udf(lambda _: None, Missing())("id")).schema)


# ---- kept in files and tables ------------------------------------------------------------------------------------------


@case
def in_files(spark):
    folder = tempfile.mkdtemp(dir="/tmp")
    try:
        for name, make in (("points", points), ("moneys", moneys), ("vectors", vectors)):
            path = os.path.join(folder, name)
            frame = make(spark)
            frame.write.parquet(path)
            print(told(spark.read.parquet(path).orderBy("n")))
            print(json_of(spark.read.parquet(path)))
            print(attempt(lambda: told(spark.read.schema(frame.schema).parquet(path).orderBy("n"))))
            frame.write.json(path + "-json")
            print(attempt(lambda: told(spark.read.schema(frame.schema).json(path + "-json").orderBy("n"))))
            print(spark.read.text(path + "-json").orderBy("value").collect())
            for format in ("csv", "text"):
                print(attempt(lambda: frame.drop("n").write.format(format).save(path + "-" + format)))
        lists = spark.read.schema("n INT, p ARRAY<DOUBLE>").parquet(os.path.join(folder, "points")).orderBy("n")
        return told(lists)
    finally:
        shutil.rmtree(folder)


@case
def in_tables(spark):
    for name, make in (("points", points), ("moneys", moneys)):
        table, frame = f"user_types_{name}", make(spark)
        spark.sql(f"DROP TABLE IF EXISTS {table}")
        spark.sql(f"DROP TABLE IF EXISTS {table}_2")
        frame.write.saveAsTable(table)
        print(json_of(spark.table(table)))
        print(told(spark.table(table).orderBy("n")))
        print(spark.sql(f"DESCRIBE {table}").collect(), spark.catalog.listColumns(table))
        frame.write.insertInto(table)
        frame.write.mode("append").saveAsTable(table)
        print(spark.table(table).count())
        print(attempt(lambda: spark.sql(f"INSERT INTO {table} SELECT * FROM {table}").collect()))
        print(attempt(lambda: spark.sql(f"INSERT INTO {table} VALUES (1, NULL)").collect()))
        spark.sql(f"CREATE TABLE {table}_2 AS SELECT * FROM {table} WHERE n = 1")
        print(told(spark.table(f"{table}_2").distinct()))
        spark.sql(f"DROP TABLE {table}_2")
        spark.sql(f"DROP TABLE {table}")
    return "done"


# ---- what functions see and give ---------------------------------------------------------------------------------------


def seen_series(v: pd.Series) -> pd.Series:
    return v.map(lambda x: type(x).__name__)


def seen_all(v: pd.Series) -> str:
    return str([type(x).__name__ for x in v])


def seen_array(v: pa.Array) -> pa.Array:
    return pa.array([str(v.type)] * len(v))


def kinds_that_see(frame, column):
    """Of each kind of function what it is given, as text."""
    for arrow in (False, True):
        yield f"udf arrow={arrow}", lambda: frame.select(F.udf(repr, "string", useArrow=arrow)(column))
        yield f"udtf arrow={arrow}", lambda: see_table(arrow)(frame.asTable())
        yield f"udtf of rows arrow={arrow}", lambda: frame.select("n").lateralJoin(see_table(arrow)(F.lit(1)))
        yield f"filter arrow={arrow}", lambda: frame.where(F.udf(lambda v: v is not None, "boolean", useArrow=arrow)(column)).select("n")
        yield f"chained arrow={arrow}", lambda: frame.select(F.udf(repr, "string", useArrow=arrow)(F.udf(lambda v: v, frame.schema[column].dataType, useArrow=arrow)(column)))
    yield "pandas", lambda: frame.select(F.pandas_udf(seen_series, "string")(column))
    yield "arrow", lambda: frame.select(F.arrow_udf(seen_array, "string")(column))
    yield "pandas aggregate", lambda: frame.agg(F.pandas_udf(seen_all, "string")(column))
    yield "pandas aggregate by it", lambda: frame.groupBy(column).agg(F.pandas_udf(seen_all, "string")(column).alias("x")).select("x").orderBy("x")
    yield "mapInPandas", lambda: frame.mapInPandas(lambda it: (pd.DataFrame({"x": [seen_all(b[column])]}) for b in it), "x string")
    yield "mapInArrow", lambda: frame.mapInArrow(lambda it: (pa.RecordBatch.from_pydict({"x": [str(b.schema)]}) for b in it), "x string")
    yield "applyInPandas", lambda: frame.groupBy("n").applyInPandas(lambda b: pd.DataFrame({"x": [seen_all(b[column])]}), "x string").orderBy("x")
    yield "applyInArrow", lambda: frame.groupBy("n").applyInArrow(lambda b: b, frame.schema).orderBy("n")


def see_table(arrow):
    @F.udtf(returnType="x string", useArrow=arrow)
    class See:
        def eval(self, row):
            yield repr(row),

    return See


for name, column in (("points", "p"), ("moneys", "m"), ("vectors", "v")):

    @case(f"functions_see_{name}")
    def _(spark, name=name, column=column):
        frame = FRAMES[name](spark)
        for kind, ask in kinds_that_see(frame, column):
            print(kind, "->", attempt(lambda: Row(ask().collect())))


def gives(value, of_type, arrow):
    return lambda one: one.select(F.udf(lambda _: value(), of_type, useArrow=arrow)("id").alias("x"))


def kinds_that_give(of_type, value):
    schema = T.StructType().add("x", of_type)

    def series(v: pd.Series) -> pd.Series:
        return v.map(lambda _: value())

    for arrow in (False, True):
        yield f"udf arrow={arrow}", gives(value, of_type, arrow)
        yield f"null arrow={arrow}", gives(lambda: None, of_type, arrow)
        yield f"no such object arrow={arrow}", gives(lambda: 7, of_type, arrow)
        yield f"in a list arrow={arrow}", gives(lambda: [value(), None], T.ArrayType(of_type), arrow)
        yield f"in a map arrow={arrow}", gives(lambda: {"k": value()}, T.MapType(T.StringType(), of_type), arrow)
        yield f"in a struct arrow={arrow}", gives(lambda: (value(), 1), T.StructType().add("p", of_type).add("n", T.IntegerType()), arrow)
        yield f"udtf arrow={arrow}", lambda one: give_table(schema, value, arrow)(F.lit(1))
    yield "pandas", lambda one: one.select(F.pandas_udf(series, of_type)("id").alias("x"))
    yield "mapInPandas", lambda one: one.mapInPandas(lambda it: (pd.DataFrame({"x": [value()]}) for _ in it), schema)
    yield "applyInPandas", lambda one: one.groupBy("id").applyInPandas(lambda _: pd.DataFrame({"x": [value()]}), schema)
    yield "mapInArrow of what is there", lambda one: one.select(F.udf(lambda _: value(), of_type)("id").alias("x")).mapInArrow(lambda it: it, schema)


def give_table(schema, value, arrow):
    @F.udtf(returnType=schema, useArrow=arrow)
    class Give:
        def eval(self, _):
            yield value(),

    return Give


def point_objects():
    from pyspark.testing.objects import PythonOnlyPoint, PythonOnlyUDT

    return PythonOnlyUDT(), lambda: PythonOnlyPoint(0.5, 1.5)


def money_objects():
    return MoneyType(), lambda: Money(3, "EUR")


def vector_objects():
    from pyspark.ml.linalg import Vectors, VectorUDT

    return VectorUDT(), lambda: Vectors.sparse(3, [1], [2.5])


for name, objects in (("points", point_objects), ("moneys", money_objects), ("vectors", vector_objects)):

    @case(f"functions_give_{name}")
    def _(spark, objects=objects):
        one = spark.range(0, 2, 1, 1)
        for kind, ask in kinds_that_give(*objects()):
            print(kind, "->", attempt(lambda: Row(told(ask(one)))))


@case
def registered_functions(spark):
    of_type, value = point_objects()
    spark.udf.register("user_types_make", lambda n: value(), of_type)
    spark.udf.register("user_types_tell", repr, "string")
    print(told(spark.sql("SELECT user_types_make(id) AS p FROM range(2)")))
    return told(spark.sql("SELECT user_types_tell(user_types_make(id)) AS x FROM range(2) WHERE user_types_make(id) IS NOT NULL"))


@case
def metadata_of_columns(spark):
    schema = T.StructType().add("n", T.IntegerType(), True, {"comment": "how much"})
    frame = spark.createDataFrame([(1,)], schema).coalesce(1)
    return attempt(lambda: frame.mapInArrow(lambda it: (pa.RecordBatch.from_pydict({"x": [str(b.schema)]}) for b in it), "x string").collect())


@case
def foreach_sees_objects(spark):
    def look(row):
        if row.n == 3:
            raise ValueError(repr(row))

    return attempt(lambda: points(spark).foreach(look))


@case
def a_type_of_a_file_that_is_sent(spark):
    import sys

    text = '''
from pyspark.sql.types import IntegerType, UserDefinedType

class Age:
    def __init__(self, years):
        self.years = years

    def __repr__(self):
        return f"Age({self.years})"

class AgeType(UserDefinedType):
    @classmethod
    def sqlType(cls):
        return IntegerType()

    @classmethod
    def module(cls):
        return "user_types_sent"

    def serialize(self, obj):
        return obj.years

    def deserialize(self, datum):
        return Age(datum)
'''
    folder = "/tmp/user_types_sent_module"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "user_types_sent.py")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    if not getattr(spark, "_user_types_sent", False):
        spark.addArtifact(path, pyfile=True)
        spark._user_types_sent = True
    if folder not in sys.path:
        sys.path.append(folder)
    import user_types_sent as sent

    frame = spark.createDataFrame([(1, sent.Age(7)), (2, None)], T.StructType().add("n", T.IntegerType()).add("m", sent.AgeType())).coalesce(1)
    for kind, ask in kinds_that_see(frame, "m"):
        print(kind, "->", attempt(lambda: Row(ask().collect())))
    for kind, ask in kinds_that_give(sent.AgeType(), lambda: sent.Age(3)):
        print(kind, "->", attempt(lambda: Row(told(ask(spark.range(0, 2, 1, 1))))))
    return told(frame.orderBy("n"))
