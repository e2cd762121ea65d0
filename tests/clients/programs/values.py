"""Values of every kind to the server and back."""
import datetime
from decimal import Decimal

import pandas as pd
from pyspark.sql import Row
from pyspark.sql import types as T
from show import say, schema, show, start

spark, _ = start()
kinds = T.StructType([
    T.StructField("b", T.BooleanType()), T.StructField("i8", T.ByteType()), T.StructField("i16", T.ShortType()),
    T.StructField("i32", T.IntegerType()), T.StructField("i64", T.LongType(), False), T.StructField("f", T.FloatType()),
    T.StructField("d", T.DoubleType()), T.StructField("dec", T.DecimalType(20, 3)), T.StructField("s", T.StringType()),
    T.StructField("bin", T.BinaryType()), T.StructField("day", T.DateType()), T.StructField("ts", T.TimestampType()),
    T.StructField("ntz", T.TimestampNTZType()), T.StructField("dur", T.DayTimeIntervalType()),
    T.StructField("arr", T.ArrayType(T.IntegerType())), T.StructField("map", T.MapType(T.StringType(), T.DoubleType())),
    T.StructField("st", T.StructType([T.StructField("x", T.IntegerType()), T.StructField("y", T.ArrayType(T.StringType()))]))])
full = (True, -128, 32767, -2147483648, 9223372036854775807, 1.5, 1e300, Decimal("12345678901234567.125"), "naïve ✓ 𝄞", b"\x00\xff",
        datetime.date(1582, 10, 15), datetime.datetime(2024, 3, 10, 1, 59, 59, 999999), datetime.datetime(1900, 1, 1), datetime.timedelta(days=-1, seconds=1),
        [1, None, 3], {"k": 0.1, "n": None}, Row(x=1, y=["a", None]))
empty = tuple(None if f.nullable else 0 for f in kinds)
df = spark.createDataFrame([full, empty], kinds)
show("all kinds", df)
show("aggregated", df.selectExpr("count(*)", "max(i64)", "sum(dec)", "min(day)", "max(ts)", "count(arr)"))
show("inferred", spark.createDataFrame([(1, "x", 2.5, None), (2, None, 0.1, True)], ["a", "b", "c", "d"]))
show("rows", spark.createDataFrame([Row(name="x", tags=["p"], at=datetime.date(2020, 2, 29))]))
show("dicts", spark.createDataFrame([{"k": 1, "v": "one"}, {"k": 2, "v": None}]))
show("pandas", spark.createDataFrame(pd.DataFrame({"n": [1, 2], "x": [0.5, float("nan")], "t": ["a", None], "when": pd.to_datetime(["2024-01-01", None])})))
show("empty", spark.createDataFrame([], "a INT, b STRUCT<c: STRING>"))
frame = df.select("i64", "s", "d", "day", "dec", "arr").toPandas()
say("pandas columns", list(frame.columns))
say("pandas kinds", [str(t) for t in frame.dtypes])
say("pandas values", [str(frame["s"][0]), int(frame["i64"][0]), str(frame["dec"][0]), str(frame["day"][0]), list(frame["arr"][0])])
say("large", spark.range(250_000).selectExpr("id", "id * 2 AS twice").toPandas().twice.sum().item())
say("schema of DDL", schema(spark.createDataFrame([], "a DECIMAL(5,2) NOT NULL, b MAP<STRING, ARRAY<INT>>, c TIMESTAMP_NTZ, d INTERVAL DAY TO SECOND")))
say("nan and infinity", spark.sql("SELECT double('NaN') a, double('-Infinity') b, float('Infinity') c, -0.0D d").first())
