"""Python functions: each kind on as many rows as it takes to measure it, and a whole program. Each answers with seconds.

A measurement is a function of the session and checks its answer; it is run once to warm up and then a few times, and its best
time counts. The first call is measured in sessions of their own on a server that has been at work.
"""
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The program of the project's compliance kit, beside the repository.
ENTITY_MATCHING = os.path.join(os.path.dirname(ROOT), "shared", "compliance", "entity_matching.py")


def _million(spark, millions=1):
    from pyspark.sql import functions as F

    return spark.range(millions * 1_000_000).select("id", (F.col("id") % 1000).alias("k"), (F.col("id") * 0.5).alias("x"))


def plain(spark):
    from pyspark.sql import functions as F

    plus = F.udf(lambda n: n + 1, "bigint")
    assert _million(spark).select(F.sum(plus("id"))).collect()[0][0] == 500_000_500_000


def plain_pickled(spark):
    from pyspark.sql import functions as F

    plus = F.udf(lambda n: n + 1, "bigint", useArrow=False)
    assert _million(spark).select(F.sum(plus("id"))).collect()[0][0] == 500_000_500_000


def series(spark):
    import pandas as pd
    from pyspark.sql import functions as F

    def plus(v: pd.Series) -> pd.Series:
        return v + 1

    assert _million(spark, 5).select(F.sum(F.pandas_udf(plus, "bigint")("id"))).collect()[0][0] == 12_500_002_500_000


def struct(spark):
    import pandas as pd
    from pyspark.sql import functions as F

    def both(n: pd.Series, x: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"score": x * 2, "even": n % 2 == 0, "text": n.astype(str)})

    made = _million(spark).select(F.pandas_udf(both, "score double, even boolean, text string")("id", "x").alias("s"))
    row = made.select(F.sum("s.score"), F.count_if("s.even"), F.sum(F.length("s.text"))).collect()[0]
    assert tuple(row) == (499_999_500_000.0, 500_000, 5_888_890)


def map_arrow(spark):
    from pyspark.sql import functions as F

    assert _million(spark, 5).mapInArrow(lambda batches: batches, "id BIGINT, k BIGINT, x DOUBLE").agg(F.sum("id")).collect()[0][0] == 12_499_997_500_000


def groups(spark):
    from pyspark.sql import functions as F

    def centre(frame):
        return frame.assign(x=frame.x - frame.x.mean())

    made = _million(spark).groupBy("k").applyInPandas(centre, "id BIGINT, k BIGINT, x DOUBLE")
    row = made.agg(F.count("*"), F.round(F.sum("x"), 3)).collect()[0]
    assert row[0] == 1_000_000 and abs(row[1]) < 1


FUNCTIONS = {
    "udf, 1 M rows": plain,
    "udf without Arrow, 1 M rows": plain_pickled,
    "pandas_udf, 5 M rows": series,
    "pandas_udf of a struct, 1 M rows": struct,
    "mapInArrow, 5 M rows": map_arrow,
    "applyInPandas, 1 M rows in 1,000 groups": groups,
}


def timed(action):
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def first_call(remote, rounds):
    """From the making of a function in a new session to its answer; the session itself is there."""
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as F

    def call(spark):
        assert spark.range(3).select(F.udf(lambda n: n + 1, "bigint")("id").alias("n")).collect()[2].n == 3

    times = []
    for _ in range(rounds + 1):
        spark = SparkSession.builder.remote(remote).create()
        spark.range(1).collect()
        times.append(timed(lambda: call(spark)))
        time.sleep(1)  # for pools that are filled behind
    return {"seconds": sorted(times[1:])[len(times[1:]) // 2], "first_s": times[0]}


def entity_matching(remote):
    """The program's own total, of 1 M rows."""
    done = subprocess.run([sys.executable, ENTITY_MATCHING, "--remote", remote, "--rows", "10000", "1000000", "--json",
                           "--table", "entity_matching.results"], capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        return {"error": (done.stderr or done.stdout).strip().splitlines()[-1][:200]}
    return {"seconds": json.loads(done.stdout.splitlines()[-1])["total"]}


def run(spark, remote, rounds):
    out = {}
    for name, function in FUNCTIONS.items():
        try:
            times = [timed(lambda: function(spark)) for _ in range(rounds + 1)]
            out[name] = {"seconds": min(times[1:]), "first_s": times[0]}
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    for name, measurement in (("first call in a new session", lambda: first_call(remote, 5)), ("entity matching, 1 M rows", lambda: entity_matching(remote))):
        try:
            out[name] = measurement()
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    return out
