"""How the programs print: the same text from every client version."""
import datetime
import decimal
import math
import re
import sys

from pyspark.sql import Row, SparkSession


# What one client or the other falls back to for conditions that it has no class for.
GENERIC = {"SparkConnectGrpcException", "UnknownException", "SparkNoSuchElementException"}


def start():
    """The session and a folder for data, from the command line."""
    spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    return spark, sys.argv[2]


def text(value):
    if isinstance(value, Row):
        return "{" + ", ".join(f"{name}: {text(v)}" for name, v in zip(value.__fields__, value)) + "}"
    if isinstance(value, dict):
        return "map(" + ", ".join(sorted(f"{text(k)}: {text(v)}" for k, v in value.items())) + ")"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(text, value)) + "]"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(float(f"{value:.12g}"))
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if isinstance(value, decimal.Decimal):
        return f"{value:f}m"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return repr(value)


def schema(df):
    return ", ".join(f"{f.name} {f.dataType.simpleString()}{'' if f.nullable else ' not null'}" for f in df.schema.fields)


def show(title, df, ordered=True):
    """The schema and all rows; without a promised order they are sorted by their text."""
    rows = [", ".join(map(text, row)) for row in df.collect()]
    print(f"-- {title}\n   ({schema(df)})")
    for row in rows if ordered else sorted(rows):
        print("   " + row)


def say(title, value):
    print(f"-- {title}: {text(value)}")


def refused(title, action):
    """Runs what must fail and prints the exception's class and condition."""
    try:
        action()
    except Exception as e:
        condition = re.search(r"\[([A-Z_0-9]+(\.[A-Z_0-9]+)?)\]", str(e))  # what every client's text has
        kind = "Exception" if type(e).__name__ in GENERIC else type(e).__name__
        print(f"-- {title}: {kind} {condition and condition.group(1)}")
    else:
        print(f"-- {title}: not refused")
