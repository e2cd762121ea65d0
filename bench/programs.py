"""What client programs do besides queries over files: large results, local data, long plans. Each answers with seconds.

A program is a function of the session; it is run once to warm up and then a few times, and its best time counts.
"""
import time


def fetch_longs(spark):
    assert len(spark.range(5_000_000).toPandas()) == 5_000_000


def create_rows(spark, rows=500_000):
    import numpy
    import pandas

    frame = pandas.DataFrame({"id": numpy.arange(rows), "price": numpy.arange(rows) * 0.25, "name": [f"name {i}" for i in range(rows)]})
    assert spark.createDataFrame(frame).count() == rows


def chain_columns(spark, count=500):
    from pyspark.sql import functions as F

    frame = spark.range(10)
    for i in range(count):
        frame = frame.withColumn(f"c{i % 50}", F.col("id") + i)
    assert len(frame.collect()) == 10


def chain_joins(spark, count=40):
    from pyspark.sql import functions as F

    base = spark.range(1000)
    frame = base
    for i in range(count):
        frame = frame.join(base.select(F.col("id").alias(f"k{i}")), F.col("id") == F.col(f"k{i}"))
    assert frame.count() == 1000


def long_in_list(spark, count=10_000):
    values = ", ".join(str(i * 3) for i in range(count))
    assert spark.sql(f"SELECT count(*) FROM range(100000) WHERE id IN ({values})").collect()[0][0] == count


def many_columns(spark, count=1_000):
    columns = ", ".join(f"id + {i} AS c{i}" for i in range(count))
    assert len(spark.sql(f"SELECT {columns} FROM range(10)").collect()) == 10


PROGRAMS = {
    "toPandas of 5 M longs": fetch_longs,
    "createDataFrame of 500,000 rows": create_rows,
    "500 chained withColumn, collect": chain_columns,
    "40 chained joins, count": chain_joins,
    "IN list of 10,000": long_in_list,
    "1,000 columns, collect": many_columns,
}


def run(spark, rounds):
    out = {}
    for name, program in PROGRAMS.items():
        try:
            times = []
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                program(spark)
                times.append(time.perf_counter() - begun)
            out[name] = {"seconds": min(times[1:]), "first_s": times[0]}
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    return out
