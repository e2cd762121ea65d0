"""A program of any PySpark client from 3.5 on: every kind of Python function, checked. Prints what is wrong, and how many are right.

    python python_functions_program.py sc://localhost:15002
"""
import sys
import warnings

warnings.filterwarnings("ignore")
import pandas as pd
import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf, udf, udtf

spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
right = []


def first(frame):
    return [tuple(row) if len(row) > 1 else row[0] for row in frame.collect()]


def check(name, give, wanted):
    try:
        got = give()
    except Exception as e:
        got = f"{type(e).__name__}: {str(e)[:1500]}"
    right.append(got == wanted)
    if got != wanted:
        print(f"PySpark {pyspark.__version__}: {name}: {got}")


@pandas_udf("a long, b string")
def pair(column: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"a": column, "b": column.astype(str)})


@pandas_udf("double")
def mean(column: pd.Series) -> float:
    return column.mean()


@pandas_udf("long")
def twice(column: pd.Series) -> pd.Series:
    return column * 2


@udtf(returnType="a: int, b: string")
class Pairs:
    def eval(self, n):
        yield n, "x"
        yield n + 1, "y"


def large(frames):
    for frame in frames:
        yield frame[frame.id > 1]


def total(frame):
    return frame.assign(id=frame.id.sum()).head(1)


numbers = spark.range(0, 4, 1, 1)
check("udf", lambda: first(numbers.select(udf(lambda n: f"v{n}")("id"))), ["v0", "v1", "v2", "v3"])
check("udf over Arrow", lambda: first(numbers.select(udf(lambda n: n + 1, "long", useArrow=True)("id"))), [1, 2, 3, 4])
check("list", lambda: first(numbers.select(udf(lambda n: [str(n)], "array<string>")("id"))), [["0"], ["1"], ["2"], ["3"]])
check("pandas_udf", lambda: first(numbers.select(twice("id"))), [0, 2, 4, 6])
check("struct", lambda: [tuple(row[0]) for row in numbers.select(pair("id")).limit(2).collect()], [(0, "0"), (1, "1")])
check("aggregate", lambda: first(numbers.agg(mean("id"))), [1.5])
check("mapInPandas", lambda: first(numbers.mapInPandas(large, "id long")), [2, 3])
check("applyInPandas", lambda: sorted(first(numbers.withColumn("k", F.col("id") % 2).groupBy("k").applyInPandas(total, "id long, k long"))),
      [(2, 0), (4, 1)])
check("table function", lambda: first(Pairs(F.lit(1))), [(1, "x"), (2, "y")])
spark.udf.register("one_more", lambda n: n + 1, "long")
check("in SQL", lambda: first(spark.sql("SELECT one_more(id) FROM range(2)")), [1, 2])
spark.stop()
print(f"{sum(right)} of {len(right)}")
