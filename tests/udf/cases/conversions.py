"""What becomes of a Python value where the function's type says otherwise: of every type, one line a value."""
import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
from case import case
from pyspark.sql import Row
from pyspark.sql import functions as F
from showing import attempt, only_value

VALUES = [
    None, True, 1, 300, 2**40, 1.5, float("nan"), "a", "1", "2024-01-02", b"ab", Decimal("1.005"), Decimal("123456789.12"),
    datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5, 6), datetime.timedelta(days=1, microseconds=5), [1, None], ["a"],
    (1, "x"), (1, "x", 2), {"a": 1, "b": "x"}, {"a": 1}, Row(b="x", a=1), np.int64(5), object(),
]
UNSTEADY = (bytes, tuple, object)  # of these Spark shows, where they are pickled for a string, at what address they lie
TYPES = ["boolean", "tinyint", "bigint", "float", "double", "decimal(10,2)", "string", "binary", "date", "timestamp", "timestamp_ntz",
         "interval day to second", "array<int>", "map<string,int>", "struct<a:int,b:string>", "varchar(2)", "variant"]


def plain(text):
    return "".join(c if c.isalnum() else "_" for c in text).strip("_").replace("__", "_")


def scalar(value, of_type, arrow):
    return F.udf(lambda _: value, of_type, useArrow=arrow)


def one(spark):
    return spark.range(0, 1, 1, 1)


def table(spark, make, values=VALUES):
    frame = one(spark)
    for value in values:
        shown = "object()" if type(value) is object else repr(value)
        print(shown, "->", attempt(lambda: only_value(frame.select(make(value)("id")))))


LEGACY = {"spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled": "true"}

for of_type in TYPES:

    @case(f"pickled_as_{plain(of_type)}")
    def _(spark, of_type=of_type):
        values = [v for v in VALUES if type(v) not in UNSTEADY] if of_type in ("string", "varchar(2)") else VALUES
        table(spark, lambda value: scalar(value, of_type, False), values)

    @case(f"arrow_as_{plain(of_type)}")
    def _(spark, of_type=of_type):
        table(spark, lambda value: scalar(value, of_type, True))


for of_type in ("bigint", "string", "struct<a:int,b:string>"):

    @case(f"arrow_as_{plain(of_type)}_the_old_way", confs=LEGACY)
    def _(spark, of_type=of_type):
        table(spark, lambda value: scalar(value, of_type, True))


# What a Series may hold: one of each dtype.
SERIES = {
    "bool": lambda: pd.Series([True]), "int64": lambda: pd.Series([300]), "large": lambda: pd.Series([2**40]), "float64": lambda: pd.Series([1.5]),
    "nan": lambda: pd.Series([float("nan")]), "string": lambda: pd.Series(["1"]), "word": lambda: pd.Series(["a"]), "bytes": lambda: pd.Series([b"ab"]),
    "decimal": lambda: pd.Series([Decimal("1.005")]), "date": lambda: pd.Series([datetime.date(2024, 1, 2)]),
    "datetime": lambda: pd.Series(pd.to_datetime(["2024-01-02 03:04:05.000006"])),
    "zoned": lambda: pd.Series(pd.to_datetime(["2024-01-02 03:04:05"]).tz_localize("UTC")), "timedelta": lambda: pd.Series([pd.Timedelta(1, "D")]),
    "category": lambda: pd.Series(["x"], dtype="category"), "missing": lambda: pd.Series([None], dtype="Int64"), "list": lambda: pd.Series([[1, 2]]),
    "dict": lambda: pd.Series([{"a": 1}]), "frame": lambda: pd.DataFrame({"a": [1], "b": ["x"]}),
}
ARRAYS = {
    "bool": lambda: pa.array([True]), "int64": lambda: pa.array([300]), "large": lambda: pa.array([2**40]), "float64": lambda: pa.array([1.5]),
    "string": lambda: pa.array(["1"]), "large_string": lambda: pa.array(["1"], pa.large_string()), "binary": lambda: pa.array([b"ab"]),
    "decimal": lambda: pa.array([Decimal("1.005")]), "date32": lambda: pa.array([datetime.date(2024, 1, 2)]),
    "timestamp": lambda: pa.array([datetime.datetime(2024, 1, 2, 3)]), "zoned": lambda: pa.array([0], pa.timestamp("us", "Asia/Tokyo")),
    "list": lambda: pa.array([[1, 2]]), "map": lambda: pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
    "struct": lambda: pa.array([{"a": 1, "b": "x"}]), "null": lambda: pa.nulls(1), "python": lambda: [1],
}
ARROW_TYPES = ["tinyint", "double", "decimal(10,2)", "string", "binary", "date", "timestamp", "array<int>", "struct<a:int,b:string>"]


for of_type in ARROW_TYPES:

    @case(f"pandas_as_{plain(of_type)}")
    def _(spark, of_type=of_type):
        def make_of(make):
            def give(_: pd.Series) -> pd.Series:
                return make()

            return F.pandas_udf(give, of_type)

        for name, make in SERIES.items():
            print(name, "->", attempt(lambda: only_value(one(spark).select(make_of(make)("id")))))

    @case(f"pyarrow_as_{plain(of_type)}")
    def _(spark, of_type=of_type):
        def make_of(make):
            def give(_: pa.Array) -> pa.Array:
                return make()

            return F.arrow_udf(give, of_type)

        for name, make in ARRAYS.items():
            print(name, "->", attempt(lambda: only_value(one(spark).select(make_of(make)("id")))))


for of_type in ("int", "string", "struct<a:int,b:string>"):

    @case(f"map_in_pandas_as_{plain(of_type)}")
    def _(spark, of_type=of_type):
        def make_of(make):
            return lambda batches: (pd.DataFrame({"v": make()}) for _ in batches)

        for name, make in SERIES.items():
            if name != "frame":
                print(name, "->", attempt(lambda: only_value(one(spark).mapInPandas(make_of(make), f"v {of_type}"))))


for arrow in (False, True):
    for of_type in ("int", "string", "struct<a:int,b:string>"):

        @case(f"table_function_{'arrow' if arrow else 'pickled'}_as_{plain(of_type)}")
        def _(spark, arrow=arrow, of_type=of_type):
            def of(value):
                class Give:
                    def eval(self):
                        yield (value,)

                return F.udtf(Give, returnType=f"v {of_type}", useArrow=arrow)

            for value in VALUES:
                if type(value) not in UNSTEADY:
                    print(repr(value), "->", attempt(lambda: only_value(of(value)())))
