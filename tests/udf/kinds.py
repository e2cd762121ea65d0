"""Every kind of Python function, at the same task: give the column `v` of a frame (`id` INT, `v`) back as `out`."""
from typing import Iterator, Tuple

import pandas as pd
import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F


def udf_pickled(frame, of_type):
    return frame.select("id", F.udf(lambda v: v, of_type, useArrow=False)("v").alias("out"))


def udf_arrow(frame, of_type):
    return frame.select("id", F.udf(lambda v: v, of_type, useArrow=True)("v").alias("out"))


def pandas_series(frame, of_type):
    def same(v: pd.Series) -> pd.Series:
        return v

    return frame.select("id", F.pandas_udf(same, of_type)("v").alias("out"))


def pandas_iterator(frame, of_type):
    def same(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for v in batches:
            yield v

    return frame.select("id", F.pandas_udf(same, of_type)("v").alias("out"))


def pandas_two_iterator(frame, of_type):
    def same(batches: Iterator[Tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
        for _, v in batches:
            yield v

    return frame.select("id", F.pandas_udf(same, of_type)("id", "v").alias("out"))


def pandas_struct(frame, of_type):
    def pair(v: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"first": v, "second": v})

    return frame.select("id", F.pandas_udf(pair, f"first {of_type}, second {of_type}")("v").alias("out"))


def pandas_aggregate(frame, of_type):
    def last(v: pd.Series) -> object:
        return v.iloc[-1]

    last.__annotations__["return"] = float  # any scalar: only the kind is read from it
    return frame.groupBy("id").agg(F.pandas_udf(last, of_type)("v").alias("out"))


def pandas_window(frame, of_type):
    def last(v: pd.Series) -> float:
        return v.iloc[-1]

    rows = Window.partitionBy(F.lit(1)).orderBy("id").rowsBetween(-1, 0)
    return frame.select("id", F.pandas_udf(last, of_type)("v").over(rows).alias("out"))


def pandas_whole_window(frame, of_type):
    def first(v: pd.Series) -> float:
        return v.iloc[0]

    return frame.select("id", F.pandas_udf(first, of_type)("v").over(Window.partitionBy("id")).alias("out"))


def arrow_array(frame, of_type):
    def same(v: pa.Array) -> pa.Array:
        return v

    return frame.select("id", F.arrow_udf(same, of_type)("v").alias("out"))


def arrow_iterator(frame, of_type):
    def same(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
        for v in batches:
            yield v

    return frame.select("id", F.arrow_udf(same, of_type)("v").alias("out"))


def arrow_aggregate(frame, of_type):
    def last(v: pa.Array) -> pa.Scalar:
        return v[-1]

    return frame.groupBy("id").agg(F.arrow_udf(last, of_type)("v").alias("out"))


def arrow_window(frame, of_type):
    def last(v: pa.Array) -> pa.Scalar:
        return v[-1]

    rows = Window.partitionBy(F.lit(1)).orderBy("id").rowsBetween(-1, 0)
    return frame.select("id", F.arrow_udf(last, of_type)("v").over(rows).alias("out"))


def arrow_whole_window(frame, of_type):
    def first(v: pa.Array) -> pa.Scalar:
        return v[0]

    return frame.select("id", F.arrow_udf(first, of_type)("v").over(Window.partitionBy("id")).alias("out"))


def _as_out(frame):
    return frame.rename(columns={"v": "out"})


def _as_out_table(table):
    return table.rename_columns(["id", "out"])


def map_in_pandas(frame, of_type):
    def same(batches):
        for batch in batches:
            yield _as_out(batch)

    return frame.mapInPandas(same, f"id INT, out {of_type}")


def map_in_arrow(frame, of_type):
    def same(batches):
        for batch in batches:
            yield batch.rename_columns(["id", "out"])

    return frame.mapInArrow(same, f"id INT, out {of_type}")


def apply_in_pandas(frame, of_type):
    return frame.groupBy("id").applyInPandas(_as_out, f"id INT, out {of_type}")


def apply_in_pandas_iterator(frame, of_type):
    def same(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            yield _as_out(batch)

    return frame.groupBy("id").applyInPandas(same, f"id INT, out {of_type}")


def apply_in_arrow(frame, of_type):
    return frame.groupBy("id").applyInArrow(_as_out_table, f"id INT, out {of_type}")


def apply_in_arrow_iterator(frame, of_type):
    def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch.rename_columns(["id", "out"])

    return frame.groupBy("id").applyInArrow(same, f"id INT, out {of_type}")


def cogroup_in_pandas(frame, of_type):
    def second(left, right):
        return _as_out(right)

    return frame.groupBy("id").cogroup(frame.groupBy("id")).applyInPandas(second, f"id INT, out {of_type}")


def cogroup_in_arrow(frame, of_type):
    def second(left, right):
        return _as_out_table(right)

    return frame.groupBy("id").cogroup(frame.groupBy("id")).applyInArrow(second, f"id INT, out {of_type}")


class EachArgument:
    def eval(self, id, v):
        yield id, v


class EachRow:
    def eval(self, row):
        yield row["id"], row["v"]


class EachTable:
    def eval(self, table: pa.Table):
        yield table.rename_columns(["id", "out"])


class EachBatch:
    def eval(self, batch: pa.RecordBatch):
        yield pa.table([batch.column(0), batch.column(1)], names=["id", "out"])


def _lateral(frame, function):
    """The function for each row of the frame."""
    return frame.lateralJoin(function(F.col("id").outer(), F.col("v").outer()).toDF("i", "out")).select("id", "out")


def udtf_pickled(frame, of_type):
    return _lateral(frame, F.udtf(EachArgument, returnType=f"i INT, out {of_type}", useArrow=False))


def udtf_arrow(frame, of_type):
    return _lateral(frame, F.udtf(EachArgument, returnType=f"i INT, out {of_type}", useArrow=True))


def udtf_table_pickled(frame, of_type):
    return F.udtf(EachRow, returnType=f"id INT, out {of_type}", useArrow=False)(frame.asTable())


def udtf_table_arrow(frame, of_type):
    return F.udtf(EachRow, returnType=f"id INT, out {of_type}", useArrow=True)(frame.asTable().partitionBy("id"))


def arrow_udtf(frame, of_type):
    return F.arrow_udtf(EachBatch, returnType=f"id INT, out {of_type}")(frame.asTable())


SCALAR = [udf_pickled, udf_arrow, pandas_series, pandas_iterator, pandas_two_iterator, pandas_struct, arrow_array, arrow_iterator]
AGGREGATE = [pandas_aggregate, arrow_aggregate]
WINDOW = [pandas_window, pandas_whole_window, arrow_window, arrow_whole_window]
MAP = [map_in_pandas, map_in_arrow]
GROUPED = [apply_in_pandas, apply_in_pandas_iterator, apply_in_arrow, apply_in_arrow_iterator, cogroup_in_pandas, cogroup_in_arrow]
TABLE = [udtf_pickled, udtf_arrow, udtf_table_pickled, udtf_table_arrow, arrow_udtf]
KINDS = {kind.__name__: kind for kind in SCALAR + AGGREGATE + WINDOW + MAP + GROUPED + TABLE}

# Of each type a few values as SQL writes them; a NULL always comes last.
TYPES = {
    "boolean": ("BOOLEAN", ["true", "false"]),
    "tinyint": ("TINYINT", ["-128Y", "127Y"]),
    "smallint": ("SMALLINT", ["-32768S", "32767S"]),
    "int": ("INT", ["-2147483648", "2147483647"]),
    "bigint": ("BIGINT", ["-9223372036854775808L", "9007199254740993L"]),
    "float": ("FLOAT", ["CAST('-0.0' AS FLOAT)", "CAST('NaN' AS FLOAT)", "CAST(0.1 AS FLOAT)", "CAST('-Infinity' AS FLOAT)"]),
    "double": ("DOUBLE", ["CAST('-0.0' AS DOUBLE)", "CAST('NaN' AS DOUBLE)", "0.1D", "CAST('Infinity' AS DOUBLE)"]),
    "decimal_10_2": ("DECIMAL(10,2)", ["12345678.90BD", "-0.01BD"]),
    "decimal_38_18": ("DECIMAL(38,18)", ["12345678901234567890.123456789012345678BD", "-1BD"]),
    "decimal_38_0": ("DECIMAL(38,0)", ["99999999999999999999999999999999999999BD", "0BD"]),
    "string": ("STRING", ["''", "'grüße, 世界'", "'a\\nb'"]),
    "char": ("CHAR(4)", ["'ab'"]),
    "varchar": ("VARCHAR(4)", ["'ab'"]),
    "collated": ("STRING COLLATE UTF8_LCASE", ["'Ab' COLLATE UTF8_LCASE"]),
    "binary": ("BINARY", ["X''", "X'00FF80'"]),
    "date": ("DATE", ["DATE'1969-12-31'", "DATE'0001-01-01'", "DATE'9999-12-31'"]),
    "timestamp": ("TIMESTAMP", ["TIMESTAMP'2024-03-10 03:30:00.123456'", "TIMESTAMP'1900-01-01 00:00:00'"]),
    "timestamp_ntz": ("TIMESTAMP_NTZ", ["TIMESTAMP_NTZ'2024-03-10 02:30:00.123456'", "TIMESTAMP_NTZ'1677-09-22 00:00:00'"]),
    "timestamp_far": ("TIMESTAMP", ["TIMESTAMP'0001-01-02 00:00:00'", "TIMESTAMP'9999-12-30 23:59:59.999999'"]),
    "time": ("TIME(6)", ["TIME'23:59:59.999999'"]),
    "day_interval": ("INTERVAL DAY TO SECOND", ["INTERVAL '-1 02:03:04.000005' DAY TO SECOND", "INTERVAL '100' DAY"]),
    "year_interval": ("INTERVAL YEAR TO MONTH", ["INTERVAL '1-2' YEAR TO MONTH"]),
    "calendar_interval": ("INTERVAL", ["make_interval(1, 2, 3, 4, 5, 6, 7.5)"]),
    "array_int": ("ARRAY<INT>", ["array(1, NULL, 3)", "array()"]),
    "array_string": ("ARRAY<STRING>", ["array('a', NULL)"]),
    "array_array": ("ARRAY<ARRAY<DOUBLE>>", ["array(array(0.5D, NULL), NULL, array())"]),
    "array_timestamp": ("ARRAY<TIMESTAMP>", ["array(TIMESTAMP'2024-07-01 12:00:00', NULL)"]),
    "map": ("MAP<STRING,INT>", ["map('a', 1, 'b', NULL)", "map()"]),
    "map_struct": ("MAP<INT,STRUCT<a:DATE>>", ["map(1, named_struct('a', DATE'2024-01-01'), 2, NULL)"]),
    "struct": ("STRUCT<a:INT,b:STRING>", ["named_struct('a', 1, 'b', 'x')", "named_struct('a', NULL, 'b', NULL)"]),
    "struct_nested": ("STRUCT<a:STRUCT<b:ARRAY<DECIMAL(10,2)>>,c:MAP<STRING,BINARY>>",
                      ["named_struct('a', named_struct('b', array(1.5BD, NULL)), 'c', map('k', X'01'))"]),
    "array_struct": ("ARRAY<STRUCT<a:INT,b:STRING>>", ["array(named_struct('a', 1, 'b', 'x'), NULL)"]),
    "variant": ("VARIANT", ["parse_json('{\"a\": [1, 2.5, null, \"x\"]}')", "parse_json('null')"]),
    "void": ("VOID", []),
}


def rows_of(spark, name, empty=False):
    """The frame of a type: a row for each of its values, with NULL last; in one partition."""
    of_type, values = TYPES[name]
    rows = [f"SELECT {i} AS id, CAST({value} AS {of_type}) AS v" for i, value in enumerate([*values, "NULL"])]
    text = " UNION ALL ".join(rows)
    return spark.sql(f"SELECT * FROM ({text}) WHERE id < 0" if empty else text).coalesce(1)
