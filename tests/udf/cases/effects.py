"""foreach and foreachPartition, whose calls are told by what they raise; and values that need more than a type."""
import numpy as np
import pandas as pd
import pyarrow as pa
from case import case
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql import types as T
from showing import attempt, only_value


def rows(spark):
    return spark.createDataFrame([(1, "a", [1.5]), (2, None, None)], "n INT, s STRING, x ARRAY<DOUBLE>").coalesce(1)


def refuse(what):
    raise ValueError(repr(what))


EFFECTS = {
    "foreach": lambda t: t.foreach(lambda row: None),
    "foreach_sees_a_row": lambda t: t.foreach(lambda row: refuse(row) if row.n == 2 else None),
    "foreach_sees_every_row": lambda t: t.orderBy(F.desc("n")).coalesce(1).foreach(lambda row: refuse(row) if row.n == 1 else None),
    "foreach_gives_something": lambda t: t.foreach(lambda row: row.n),
    "foreach_of_no_rows": lambda t: t.where("n > 5").foreach(refuse),
    "foreach_of_a_function": lambda t: t.select(F.udf(lambda n: n * 10, "int")("n").alias("m")).where("m > 10").foreach(refuse),
    "foreach_partition": lambda t: t.foreachPartition(lambda it: None),
    "foreach_partition_sees_rows": lambda t: t.foreachPartition(lambda it: refuse([row.asDict() for row in it])),
    "foreach_partition_of_no_rows": lambda t: t.where("n > 5").coalesce(1).foreachPartition(lambda it: refuse(list(it))),
    "foreach_partition_sees_types": lambda t: t.foreachPartition(lambda it: refuse([type(row).__name__ for row in it])),
    "foreach_partition_of_two": lambda t: t.select("n").where("n = 1").foreachPartition(lambda it: refuse(sum(row[0] for row in it))),
    "foreach_of_none": lambda t: t.foreach(None),
}

for what, act in EFFECTS.items():

    @case(what)
    def _(spark, act=act):
        return repr(act(rows(spark)))


# ---- user-defined types ------------------------------------------------------------------------------------------------


def points():
    from pyspark.testing.objects import PythonOnlyPoint, PythonOnlyUDT

    return PythonOnlyPoint, PythonOnlyUDT


for way in ("pickled", "arrow"):

    @case(f"a_user_type_given_{way}")
    def _(spark, way=way):
        Point, Type = points()
        frame = spark.createDataFrame([(1, Point(1.0, 2.0)), (2, None)], T.StructType().add("n", T.IntegerType()).add("p", Type())).coalesce(1)
        tell = F.udf(lambda p: f"{type(p).__name__} {None if p is None else (p.x, p.y)}", "string", useArrow=way == "arrow")
        return frame.select("n", tell("p").alias("x"))

    @case(f"a_user_type_returned_{way}")
    def _(spark, way=way):
        Point, Type = points()
        make = F.udf(lambda n: Point(float(n), 0.5), Type(), useArrow=way == "arrow")
        frame = spark.range(0, 2, 1, 1).select(make("id").alias("p"))
        return f"{frame.schema['p'].dataType} {[(row.p.x, row.p.y) for row in frame.collect()]}"

    @case(f"user_types_inside_{way}")
    def _(spark, way=way):
        Point, Type = points()
        make = F.udf(lambda n: [Point(float(n), 0.5), None], T.ArrayType(Type()), useArrow=way == "arrow")
        take = F.udf(lambda ps: str([p and (p.x, p.y) for p in ps]), "string", useArrow=way == "arrow")
        return spark.range(0, 2, 1, 1).select(take(make("id")).alias("x"))


@case
def a_user_type_in_pandas(spark):
    Point, Type = points()

    def same(v: pd.Series) -> pd.Series:
        return v

    frame = spark.createDataFrame([(Point(1.0, 2.0),)], T.StructType().add("p", Type()))
    return attempt(lambda: str([(row[0].x, row[0].y) for row in frame.select(F.pandas_udf(same, Type())("p")).collect()]))


@case
def a_user_type_through_map_in_pandas(spark):
    Point, Type = points()
    schema = T.StructType().add("p", Type())
    frame = spark.createDataFrame([(Point(1.0, 2.0),)], schema)
    return attempt(lambda: str([(row[0].x, row[0].y) for row in frame.mapInPandas(lambda batches: batches, schema).collect()]))


# ---- NumPy and pandas among Python's values ----------------------------------------------------------------------------

NUMPY = {"int8": np.int8(5), "float64": np.float64(1.5), "bool": np.bool_(True), "array": np.array([1, 2]), "datetime64": np.datetime64("2024-01-02"),
         "timestamp": pd.Timestamp("2024-01-02"), "timedelta": pd.Timedelta(1, "D"), "str": np.str_("x")}

for name, value in NUMPY.items():

    @case(f"numpy_{name}")
    def _(spark, value=value):
        one = spark.range(0, 1, 1, 1)
        for of_type in ("int", "double", "boolean", "string", "date", "timestamp_ntz", "array<bigint>"):
            for arrow in (False, True):
                print(of_type, arrow, "->", attempt(lambda: only_value(one.select(F.udf(lambda _: value, of_type, useArrow=arrow)("id")))))


# ---- values deep inside ------------------------------------------------------------------------------------------------

DEEP = {
    "missing_field": ("struct<a:int,b:string>", {"a": 1}), "extra_field": ("struct<a:int>", {"a": 1, "b": 2}), "row_by_position": ("struct<a:int,b:string>", Row("x", "y")(1, "z")),
    "list_for_a_struct": ("struct<a:int,b:string>", [1, "x"]), "struct_in_a_list": ("array<struct<a:int>>", [(1,), None, {"a": 2}]),
    "map_of_structs": ("map<string,struct<a:int>>", {"k": (1,), "n": None}), "null_key": ("map<string,int>", {None: 1}), "tuple_for_a_list": ("array<int>", (1, 2)),
    "set_for_a_list": ("array<int>", {1}), "generator_for_a_list": ("array<int>", range(2)), "bytes_for_a_list": ("array<tinyint>", b"ab"),
    "text_for_a_list": ("array<string>", "ab"), "wrong_element": ("array<int>", ["a"]), "pairs_for_a_map": ("map<string,int>", [("a", 1)]),
    "deep_wrong": ("array<struct<a:map<string,array<int>>>>", [({"k": ["x"]},)]), "object": ("struct<a:int>", object), "nested_none": ("array<array<int>>", [None, [None]]),
    "too_long": ("struct<a:int>", (1, 2)), "too_short": ("struct<a:int,b:int>", (1,)), "nothing_in_it": ("struct<a:int>", ()),
}

for name, (of_type, value) in DEEP.items():

    @case(f"deep_{name}")
    def _(spark, of_type=of_type, value=value):
        one = spark.range(0, 1, 1, 1)
        for arrow in (False, True):
            print("arrow" if arrow else "pickled", "->", attempt(lambda: only_value(one.select(F.udf(lambda _: value, of_type, useArrow=arrow)("id")))))

        def series(v: pd.Series) -> pd.Series:
            return pd.Series([value])

        def array(v: pa.Array) -> pa.Array:
            return pa.array([value])

        print("pandas ->", attempt(lambda: only_value(one.select(F.pandas_udf(series, of_type)("id")))))
        print("pyarrow ->", attempt(lambda: only_value(one.select(F.arrow_udf(array, of_type)("id")))))


# ---- files of the session ----------------------------------------------------------------------------------------------


@case
def a_module_that_is_sent(spark):
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "effects_sent.py")
        with open(path, "w", encoding="utf-8") as f:
            f.write("def f(v):\n    return v * 11\n")
        if not getattr(spark, "_effects_sent", False):
            spark.addArtifact(path, pyfile=True)
            spark._effects_sent = True

        def call(v):
            import effects_sent

            return effects_sent.f(v)

        return spark.createDataFrame(spark.range(0, 2, 1, 1).select(F.udf(call, "bigint")("id").alias("x")).collect())
