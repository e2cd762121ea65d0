"""Functions that fail: of every kind, at every moment, and with results of the wrong shape."""
from typing import Iterator

import pandas as pd
import pyarrow as pa
from case import case
from pyspark.errors import PySparkException
from pyspark.sql import Window
from pyspark.sql import functions as F


class OwnError(Exception):
    def __init__(self, what):
        super().__init__(f"own: {what}")


def deeper():
    raise KeyError("grüße\nsecond line")


def chained_error():
    try:
        deeper()
    except KeyError as e:
        raise OwnError("later") from e


def context_error():
    try:
        deeper()
    except KeyError:
        raise RuntimeError("while handling") from None


def failing_in_pyspark():
    raise PySparkException(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "x"})


def exit_now():
    raise SystemExit(3)


def stop():
    raise StopIteration("no more")


RAISING = {"key_error": deeper, "chain": chained_error, "context": context_error, "condition": failing_in_pyspark, "exit": exit_now,
           "stop_iteration": stop, "assertion": lambda: (_ for _ in ()).throw(AssertionError()), "division": lambda: 1 // 0,
           "interrupt": lambda: (_ for _ in ()).throw(KeyboardInterrupt("stop"))}


def numbers(spark, count=3):
    return spark.range(0, count, 1, 1).withColumn("k", F.col("id") % 2)


def scalar(raise_it):
    def f(x):
        raise_it()

    return f


def all_kinds(frame, run):
    """Of each kind a frame whose function calls `run` on the way."""

    def series(v: pd.Series) -> pd.Series:
        run()
        return v

    def series_iterator(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for v in batches:
            yield v
        run()

    def series_aggregate(v: pd.Series) -> float:
        run()
        return 1.0

    def array(v: pa.Array) -> pa.Array:
        run()
        return v

    def array_iterator(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
        for v in batches:
            yield v
        run()

    def array_aggregate(v: pa.Array) -> float:
        run()
        return 1.0

    def mapping(batches):
        for batch in batches:
            yield batch
        run()

    def group(data):
        run()
        return data

    def two(left, right):
        run()
        return left

    class Each:
        def eval(self, x):
            run()
            yield (x,)

    class Table:
        def eval(self, batch: pa.RecordBatch):
            run()
            yield batch

    schema, over = frame.schema, Window.partitionBy("k")
    grouped, both = frame.groupBy("k"), frame.groupBy("k").cogroup(frame.groupBy("k"))
    return {
        "udf_pickled": lambda: frame.select(F.udf(scalar(run), "int", useArrow=False)("id")),
        "udf_arrow": lambda: frame.select(F.udf(scalar(run), "int", useArrow=True)("id")),
        "pandas_series": lambda: frame.select(F.pandas_udf(series, "long")("id")),
        "pandas_iterator": lambda: frame.select(F.pandas_udf(series_iterator, "long")("id")),
        "pandas_aggregate": lambda: grouped.agg(F.pandas_udf(series_aggregate, "double")("id")),
        "pandas_window": lambda: frame.select(F.pandas_udf(series_aggregate, "double")("id").over(over)),
        "arrow_array": lambda: frame.select(F.arrow_udf(array, "long")("id")),
        "arrow_iterator": lambda: frame.select(F.arrow_udf(array_iterator, "long")("id")),
        "arrow_aggregate": lambda: grouped.agg(F.arrow_udf(array_aggregate, "double")("id")),
        "arrow_window": lambda: frame.select(F.arrow_udf(array_aggregate, "double")("id").over(over)),
        "map_in_pandas": lambda: frame.mapInPandas(mapping, schema),
        "map_in_arrow": lambda: frame.mapInArrow(mapping, schema),
        "apply_in_pandas": lambda: grouped.applyInPandas(group, schema),
        "apply_in_arrow": lambda: grouped.applyInArrow(group, schema),
        "cogroup_in_pandas": lambda: both.applyInPandas(two, schema),
        "cogroup_in_arrow": lambda: both.applyInArrow(two, schema),
        "udtf_pickled": lambda: F.udtf(Each, returnType="x int", useArrow=False)(F.lit(1)),
        "udtf_arrow": lambda: F.udtf(Each, returnType="x int", useArrow=True)(F.lit(1)),
        "arrow_udtf": lambda: F.arrow_udtf(Table, returnType="id long, k long")(frame.asTable()),
    }


KIND_NAMES = ["udf_pickled", "udf_arrow", "pandas_series", "pandas_iterator", "pandas_aggregate", "pandas_window", "arrow_array", "arrow_iterator",
              "arrow_aggregate", "arrow_window", "map_in_pandas", "map_in_arrow", "apply_in_pandas", "apply_in_arrow", "cogroup_in_pandas",
              "cogroup_in_arrow", "udtf_pickled", "udtf_arrow", "arrow_udtf"]

for kind in KIND_NAMES:
    for error in ("key_error", "chain", "stop_iteration"):

        @case(f"{kind}_raises_{error}")
        def _(spark, kind=kind, error=error):
            return all_kinds(numbers(spark), RAISING[error])[kind]()


for error in RAISING:
    for arrow in (False, True):

        @case(f"udf_{'arrow' if arrow else 'pickled'}_fails_with_{error}")
        def _(spark, error=error, arrow=arrow):
            return numbers(spark).select(F.udf(scalar(RAISING[error]), "int", useArrow=arrow)("id"))


@case
def raises_in_the_last_row(spark):
    return numbers(spark, 5000).select(F.udf(lambda x: 1 // (4999 - x), "int", useArrow=False)("id"))


@case(confs={"spark.sql.execution.arrow.maxRecordsPerBatch": "10"})
def raises_in_a_later_batch(spark):
    def f(v: pd.Series) -> pd.Series:
        if v.max() > 950:
            raise ValueError("late")
        return v

    return numbers(spark, 1000).select(F.pandas_udf(f, "long")("id"))


@case
def an_unused_function_is_not_called(spark):
    return numbers(spark).select("id", F.udf(lambda x: 1 // 0, "int")("id").alias("bad")).select("id")


@case
def a_limit_of_no_rows_calls_nothing(spark):
    return numbers(spark).select(F.udf(lambda x: 1 // 0, "int")("id").alias("bad")).limit(0)


@case
def a_function_that_cannot_be_unpickled(spark):
    class Broken:
        def __reduce__(self):
            return (int, ("no number",))

    broken = Broken()
    return numbers(spark).select(F.udf(lambda x: str(broken), "string")("id"))


@case
def a_module_that_workers_do_not_have(spark):
    def f(x):
        import no_such_module

        return no_such_module.f(x)

    return numbers(spark).select(F.udf(f, "int")("id"))


@case
def a_function_that_cannot_be_pickled(spark):
    import threading

    lock = threading.Lock()
    return numbers(spark).select(F.udf(lambda x: lock, "int")("id"))


@case
def a_result_that_cannot_be_pickled(spark):
    return numbers(spark).select(F.udf(lambda x: (i for i in [1]), "string", useArrow=False)("id"))


# Series and arrays of the wrong length, and no Series at all.
WRONG_SERIES = {"short": lambda v: v[:-1], "long": lambda v: pd.concat([v, v]), "empty": lambda v: v[:0], "scalar": lambda v: 1, "list": lambda v: list(v),
                "none": lambda v: None, "frame": lambda v: pd.DataFrame({"a": v}), "numpy": lambda v: v.to_numpy(), "text": lambda v: v.astype(str) + "x"}
WRONG_ARRAY = {"short": lambda v: v[:-1], "long": lambda v: pa.concat_arrays([v, v]), "scalar": lambda v: pa.scalar(1), "list": lambda v: v.to_pylist(),
               "none": lambda v: None, "chunked": lambda v: pa.chunked_array([v]), "text": lambda v: pa.array(["x"] * len(v))}

for wrong, make in WRONG_SERIES.items():

    @case(f"pandas_series_gives_{wrong}")
    def _(spark, make=make):
        def f(v: pd.Series) -> pd.Series:
            return make(v)

        return numbers(spark).select(F.pandas_udf(f, "long")("id"))

    @case(f"pandas_iterator_gives_{wrong}")
    def _(spark, make=make):
        def f(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
            for v in batches:
                yield make(v)

        return numbers(spark).select(F.pandas_udf(f, "long")("id"))


for wrong, make in WRONG_ARRAY.items():

    @case(f"arrow_array_gives_{wrong}")
    def _(spark, make=make):
        def f(v: pa.Array) -> pa.Array:
            return make(v)

        return numbers(spark).select(F.arrow_udf(f, "long")("id"))

    @case(f"arrow_iterator_gives_{wrong}")
    def _(spark, make=make):
        def f(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
            for v in batches:
                yield make(v)

        return numbers(spark).select(F.arrow_udf(f, "long")("id"))


@case
def an_iterator_that_ends_early(spark):
    def f(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        return iter([])

    return numbers(spark).select(F.pandas_udf(f, "long")("id"))


@case
def an_iterator_that_does_not_end(spark):
    def f(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for v in batches:
            while True:
                yield v

    return numbers(spark).select(F.pandas_udf(f, "long")("id"))


@case
def an_iterator_of_nothing_iterable(spark):
    def f(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        return 1

    return numbers(spark).select(F.pandas_udf(f, "long")("id"))


for wrong, result in {"a_list": [1, 2], "text": "x", "none": None, "numpy": float("nan")}.items():

    @case(f"pandas_aggregate_gives_{wrong}")
    def _(spark, result=result):
        def f(v: pd.Series) -> float:
            return result

        return numbers(spark).groupBy("k").agg(F.pandas_udf(f, "double")("id"))

    @case(f"arrow_aggregate_gives_{wrong}")
    def _(spark, result=result):
        def f(v: pa.Array) -> float:
            return result

        return numbers(spark).groupBy("k").agg(F.arrow_udf(f, "double")("id"))


# Frames whose columns are not those of the schema `a BIGINT, b STRING`.
FRAMES = {
    "right": lambda: {"a": [1], "b": ["x"]}, "swapped": lambda: {"b": ["x"], "a": [1]}, "missing": lambda: {"a": [1]},
    "unexpected": lambda: {"a": [1], "b": ["x"], "c": [1]}, "renamed": lambda: {"a": [1], "c": ["x"]}, "wrong_type": lambda: {"a": ["x"], "b": ["x"]},
    "other_type": lambda: {"a": [1], "b": [1]}, "none": lambda: None, "empty": lambda: {}, "no_rows": lambda: {"a": [], "b": []}, "case": lambda: {"A": [1], "B": ["x"]},
    "nulls": lambda: {"a": [None], "b": [None]},
}
SCHEMA = "a BIGINT, b STRING"
ONE = {"map_in_pandas": pd.DataFrame, "map_in_arrow": pa.RecordBatch.from_pydict, "apply_in_pandas": pd.DataFrame, "apply_in_arrow": pa.table,
       "cogroup_in_pandas": pd.DataFrame, "cogroup_in_arrow": pa.table, "pandas_struct": pd.DataFrame}

for kind, form in ONE.items():
    for wrong, make in FRAMES.items():

        @case(f"{kind}_gives_{wrong}")
        def _(spark, kind=kind, form=form, make=make):
            def give(*_):
                made = make()
                return None if made is None else form(made)

            def struct(v: pd.Series) -> pd.DataFrame:
                return give()

            frame = numbers(spark, 1)
            grouped = frame.groupBy("id")
            if kind == "pandas_struct":
                return frame.select(F.pandas_udf(struct, SCHEMA)("id").alias("s"))
            if kind.startswith("map"):
                return getattr(frame, "mapInPandas" if form is pd.DataFrame else "mapInArrow")(lambda batches: (give() for _ in batches), SCHEMA)
            if kind.startswith("cogroup"):
                grouped = grouped.cogroup(grouped)
            return getattr(grouped, "applyInPandas" if form is pd.DataFrame else "applyInArrow")(
                (lambda a, b: give()) if kind.startswith("cogroup") else (lambda a: give()), SCHEMA)


for kind in ("map_in_pandas", "map_in_arrow"):
    for wrong, result in {"one_frame": lambda batches: next(iter(batches)), "none": lambda batches: None, "list": lambda batches: list(batches),
                          "numbers": lambda batches: iter([1]), "text": lambda batches: "ab"}.items():

        @case(f"{kind}_function_gives_{wrong}")
        def _(spark, kind=kind, result=result):
            frame = numbers(spark)
            return (frame.mapInPandas if kind == "map_in_pandas" else frame.mapInArrow)(result, frame.schema)


@case
def a_null_where_none_is_allowed_in_map_in_pandas(spark):
    return numbers(spark).mapInPandas(lambda batches: (pd.DataFrame({"a": [None]}) for _ in batches), "a BIGINT NOT NULL")


@case
def a_null_where_none_is_allowed_in_map_in_arrow(spark):
    return numbers(spark).mapInArrow(lambda batches: (pa.RecordBatch.from_pydict({"a": pa.array([None], pa.int64())}) for _ in batches), "a BIGINT NOT NULL")


@case
def a_null_where_none_is_allowed_in_a_struct(spark):
    return numbers(spark).select(F.udf(lambda x: (None,), "struct<a: bigint not null>")("id").alias("s"))


@case
def a_null_where_none_is_allowed_in_an_array(spark):
    from pyspark.sql import types as T

    return numbers(spark).select(F.udf(lambda x: [None], T.ArrayType(T.LongType(), False))("id").alias("s"))


# What is refused before anything runs.
@case
def a_function_of_no_known_type(spark):
    return numbers(spark).select(F.udf(lambda x: x, "no_type")("id"))


@case
def a_function_that_is_none_callable(spark):
    return numbers(spark).select(F.udf("text", "int")("id"))


@case
def a_pandas_function_without_arguments(spark):
    return numbers(spark).select(F.pandas_udf(lambda: pd.Series([1]), "int")())


@case
def an_aggregate_function_beside_a_column(spark):
    def f(v: pd.Series) -> float:
        return 1.0

    return numbers(spark).select("id", F.pandas_udf(f, "double")("id"))


@case
def an_aggregate_function_in_a_filter(spark):
    def f(v: pd.Series) -> float:
        return 1.0

    return numbers(spark).filter(F.pandas_udf(f, "double")("id") > 0)


@case
def aggregates_of_both_worlds(spark):
    def f(v: pd.Series) -> float:
        return float(v.sum())

    return numbers(spark).groupBy("k").agg(F.pandas_udf(f, "double")("id"), F.sum("id"))


@case
def aggregates_of_pandas_and_arrow(spark):
    def f(v: pd.Series) -> float:
        return float(v.sum())

    def g(v: pa.Array) -> float:
        return float(len(v))

    return numbers(spark).groupBy("k").agg(F.pandas_udf(f, "double")("id"), F.arrow_udf(g, "double")("id"))


@case
def a_scalar_function_as_an_aggregate(spark):
    return numbers(spark).groupBy("k").agg(F.udf(lambda x: x, "long")("id"))


@case
def a_scalar_function_over_a_window(spark):
    return numbers(spark).select(F.udf(lambda x: x, "long")("id").over(Window.partitionBy("k")))


@case
def a_grouped_function_of_three_arguments(spark):
    return numbers(spark).groupBy("k").applyInPandas(lambda a, b, c: a, "k long")


@case
def a_grouped_function_after_pivot(spark):
    return numbers(spark).groupBy("k").pivot("id").applyInPandas(lambda a: a, "k long")


@case
def an_unknown_column_as_argument(spark):
    return numbers(spark).select(F.udf(lambda x: x, "long")("no_such_column"))


@case
def pandas_hints_that_say_nothing(spark):
    def f(v: int) -> str:
        return v

    return numbers(spark).select(F.pandas_udf(f, "long")("id"))


# ---- nulls where the schema allows none --------------------------------------------------------------------------------

for of_type in ("string", "binary", "array<int>", "struct<a:int>", "map<string,int>", "decimal(10,2)", "date", "boolean", "timestamp"):

    @case("a_null_that_is_not_allowed_" + "".join(c if c.isalnum() else "_" for c in of_type).strip("_"))
    def _(spark, of_type=of_type):
        return spark.range(0, 1, 1, 1).mapInPandas(lambda batches: (pd.DataFrame({"a": [None]}) for _ in batches), f"a {of_type} NOT NULL")


@case
def a_null_that_is_not_allowed_in_a_group(spark):
    return spark.range(1).groupBy("id").applyInPandas(lambda g: pd.DataFrame({"a": [None]}), "a BIGINT NOT NULL")


@case
def windows_of_pandas_and_arrow(spark):
    def f(v: pd.Series) -> float:
        return float(v.sum())

    def g(v: pa.Array) -> float:
        return float(len(v))

    window = Window.partitionBy("k").orderBy("id")
    return numbers(spark).select(F.pandas_udf(f, "double")("id").over(window), F.arrow_udf(g, "double")("id").over(window))


@case
def an_object_of_a_class_of_the_session(spark):
    class Own:
        pass

    return spark.range(0, 1, 1, 1).select(F.udf(lambda v: Own(), "string", useArrow=False)("id").alias("x"))
