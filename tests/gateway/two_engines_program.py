"""An ordinary PySpark program, to run on two engines by one header: prints what it sees, the same on both.

    two_engines_program.py REMOTE HEADER VALUE        HEADER as spark.connect.grpc.header.x-environment
"""
import sys
import threading
import time
import warnings

warnings.filterwarnings("ignore")
import pandas as pd
from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession, Window
from pyspark.sql import functions as F

remote, header, value = sys.argv[1:]
spark = SparkSession.builder.remote(remote).config(header, value).config("spark.sql.session.timeZone", "Asia/Tokyo").getOrCreate()


def say(name, answer):
    print(f"{name}: {answer}", flush=True)


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def error_of(name, action):
    try:
        say(name, action())
    except PySparkException as e:
        contexts = [(c.fragment(), c.startIndex(), c.stopIndex()) if c.contextType().name == "SQL" else c.fragment()
                    for c in e.getQueryContext() or []]
        say(name, (type(e).__name__, e.getCondition(), e.getSqlState(), sorted(e.getMessageParameters().items()), contexts))


say("configuration of the builder", spark.conf.get("spark.sql.session.timeZone"))
spark.conf.set("my.own.key", "mine")
say("configuration", spark.conf.get("my.own.key"))
error_of("wrong configuration", lambda: spark.conf.set("spark.sql.shuffle.partitions", "many"))
say("time zone", rows(spark.sql("select timestamp'2024-03-10 12:00:00' > timestamp'2024-03-09 22:00:00 America/New_York'")))

# DataFrames
numbers = spark.range(0, 100_000, 1, 8)
say("aggregate", rows(numbers.groupBy((F.col("id") % 3).alias("rest")).agg(F.count("id"), F.sum("id"), F.avg("id")).orderBy("rest")))
names = spark.createDataFrame([Row(id=0, name="zero"), Row(id=1, name="one"), Row(id=7, name=None)])
say("schema", names.schema.simpleString())
say("join", rows(names.join(numbers, "id", "left").orderBy("id")))
window = Window.partitionBy(F.col("id") % 2).orderBy(F.col("id").desc())
say("window", rows(spark.range(6).select("id", F.row_number().over(window).alias("n"), F.lag("id").over(window).alias("l")).orderBy("id")))
say("tail", [row.id for row in spark.range(0, 50, 1, 1).tail(2)])  # of several partitions Spark gives any one's

# SQL and views
names.createOrReplaceTempView("names")
say("view", rows(spark.sql("select count(*), count(name), max(name) from names where id >= :least", {"least": 0})))
say("types", rows(spark.sql("select 12.34bd, date'2024-02-29', X'0aff', array(1, 2), map('a', 1), named_struct('x', null), interval '1' day")))
say("cte", rows(spark.sql("with t as (select explode(sequence(1, 4)) as n) select sum(n), collect_list(n) from t")))
say("catalog", [(t.name, t.isTemporary) for t in spark.catalog.listTables() if t.name == "names"])
say("drop", (spark.catalog.dropTempView("names"), spark.catalog.tableExists("names")))

# Errors; their contexts and whole messages come by FetchErrorDetails.
error_of("missing table", lambda: spark.sql("select * from no_such_table").collect())
error_of("missing column", lambda: spark.range(1).select("no_such_column").collect())
error_of("syntax", lambda: spark.sql("selec 1").collect())
error_of("division", lambda: spark.sql("select id, 1 / (id - id) as q from range(3)").collect())
error_of("cast", lambda: spark.sql("select cast(concat('a', id) as int) from range(1)").collect())
try:
    spark.sql("select raise_error(repeat('long ', 20000)) from range(1)").collect()
except PySparkException as e:
    say("long message", str(e).count("long "))

# pandas and Arrow, both ways
frame = pd.DataFrame({"k": ["a", "b", None], "v": [1.5, 2.5, 3.5], "t": pd.to_datetime(["2024-01-01", "2024-06-01", None])})
back = spark.createDataFrame(frame).orderBy("v").toPandas()
say("toPandas", [str(back.dtypes.to_dict()), back.astype(str).values.tolist()])
large = spark.createDataFrame(pd.DataFrame({"n": range(300_000), "s": ["x" * 20] * 300_000}))
say("large createDataFrame", rows(large.agg(F.count("n"), F.sum("n"), F.min("s"))))
table = spark.range(2_000_000).toArrow()
say("large result", (table.num_rows, table.column("id")[1_999_999].as_py()))

# Python functions
say("udf", rows(spark.range(3).select(F.udf(lambda n: f"n{n * 2}", "string")("id"))))
say("pandas udf", rows(spark.range(5).select(F.pandas_udf(lambda s: s + 0.5, "double")("id").alias("v")).agg(F.sum("v"))))
say("mapInPandas", spark.range(10).mapInPandas(lambda frames: (f[f.id > 7] for f in frames), "id long").count())
try:
    spark.range(1).select(F.udf(lambda n: 1 // n, "int")("id")).collect()
except PySparkException as e:
    say("error in a udf", (type(e).__name__, "ZeroDivisionError" in str(e)))

# Progress of a query that another thread ends
ended = []


def endless():
    try:
        spark.addTag("endless")
        spark.sql("select sum(a.id * b.id % 7) from range(1000000) a, range(1000000) b").collect()
    except PySparkException as e:
        ended.append("OPERATION_CANCELED" in str(e))


thread = threading.Thread(target=endless)
thread.start()
deadline = time.monotonic() + 60
while thread.is_alive() and time.monotonic() < deadline:
    spark.interruptTag("endless")
    thread.join(0.3)
say("interrupt", ended)
say("after it", spark.range(3).count())
spark.stop()
say("stop", "done")
