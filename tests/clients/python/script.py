"""The script of the matrix (../matrix.py) in Python. usage: script.py REMOTE FOLDER"""
import datetime
import re
import sys
import threading
import time

import pyspark
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

remote, folder = sys.argv[1:]


def text(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, datetime.datetime):
        # The client gives times of the machine's zone, without saying so.
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    return str(value)


def rows(df):
    return "; ".join(", ".join(map(text, row)) for row in df.collect())


def step(name, action):
    try:
        status, said = "ok", action()
    except Exception as e:
        status, said = "error", f"{type(e).__name__}: {e}".replace("\n", " ").replace("\t", " ")[:300]
    print(name, status, said, sep="\t", flush=True)


def condition(action):
    """The condition of the exception that the action ends with. PySpark 3.5 keeps only the message, which begins with it."""
    try:
        action()
    except Exception as e:
        named = e.getCondition() if hasattr(e, "getCondition") else e.getErrorClass()
        in_message = re.match(r"(?:\(.*?\) )?\[([A-Z_.]+)\]", str(e))
        return named or (in_message and in_message.group(1)) or str(e)
    return "no exception"


def open_session():
    global spark
    spark = SparkSession.builder.remote(remote).getOrCreate()
    spark.conf.set("spark.sql.shuffle.partitions", "7")
    return spark.conf.get("spark.sql.shuffle.partitions")


def sql():
    return rows(spark.sql("SELECT * FROM VALUES (1, 'one', true, 0.5D), (2, NULL, false, 1.25D) AS t(id, name, flag, ratio) ORDER BY id"))


def types():
    return rows(spark.sql("SELECT 12.34BD, DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:00Z', X'0aff', array(1, 2, 3)"))


def dataframe():
    df = spark.range(10).filter(F.col("id") > 7).select("id", (F.col("id") * 10).alias("tens"))
    return rows(df.withColumn("label", F.concat(F.lit("n"), F.col("id").cast("string"))))


def aggregate():
    df = spark.range(10).groupBy((F.col("id") % 3).alias("rest")).agg(F.count("id"), F.sum("id"))
    return rows(df.orderBy("rest"))


def join():
    people = spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
    scores = spark.sql("SELECT * FROM VALUES (1, 10) AS scores(person, score)")
    joined = people.join(scores, F.col("id") == F.col("person"), "left_outer")
    return rows(joined.select("id", "name", "score").orderBy("id"))


def create_dataframe():
    df = spark.createDataFrame([Row(id=1, name="one"), Row(id=2, name=None)], "id INT, name STRING")
    return rows(df.orderBy("id"))


def parquet():
    people = spark.sql("SELECT * FROM VALUES (1, 'one'), (2, 'two') AS people(id, name)")
    people.write.mode("overwrite").parquet(folder + "/people")
    return rows(spark.read.parquet(folder + "/people").orderBy("id"))


def interrupt():
    ended = []
    long = spark.sql("SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b")
    thread = threading.Thread(target=lambda: ended.append(condition(long.collect)))
    thread.start()
    deadline = time.monotonic() + 60
    while thread.is_alive() and time.monotonic() < deadline:
        spark.interruptAll()
        thread.join(0.2)
    return ended[0] if ended else "the query did not end"


def stop():
    spark.stop()
    return "stopped"


step("session", open_session)
step("sql", sql)
step("types", types)
step("dataframe", dataframe)
step("aggregate", aggregate)
step("join", join)
step("createDataFrame", create_dataframe)
step("parquet", parquet)
step("missing table", lambda: condition(lambda: spark.sql("SELECT * FROM nowhere").collect()))
step("division by zero", lambda: condition(lambda: spark.sql("SELECT 1 / 0").collect()))
step("interrupt", interrupt)
if pyspark.__version__.startswith("3."):
    print("stop", "not offered", "3.5 closes its channel; the session stays", sep="\t")
else:
    step("stop", stop)
