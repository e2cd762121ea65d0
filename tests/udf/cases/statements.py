"""Registered functions in whole statements, as a program of a user has them: every clause, commands that write, views and caches."""
import datetime
import decimal
import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import showing
from case import case
from pyspark.sql import functions as F


def ready(spark):
    """st_inc of every kind (n + 1, null of null), st_total (a sum), st_pair (a struct), st_words (a table function), views st_t and st_u."""

    def series(n: pd.Series) -> pd.Series:
        return n + 1

    def array(n: pa.Array) -> pa.Array:
        return pc.add(n, 1)

    def total(n: pd.Series) -> int:
        return int(n.sum())

    def total_arrow(n: pa.Array) -> int:
        return pc.sum(n).as_py() or 0

    def pair(n, text="none"):
        return None if n is None else {"number": n, "text": f"{text}{n}"}

    plain = lambda n: None if n is None else n + 1  # noqa: E731
    spark.udf.register("st_inc", F.udf(plain, "bigint", useArrow=False))
    spark.udf.register("st_inc_arrow", F.udf(plain, "bigint", useArrow=True))
    spark.udf.register("st_inc_pandas", F.pandas_udf(series, "bigint"))
    spark.udf.register("st_inc_array", F.arrow_udf(array, "bigint"))
    spark.udf.register("st_total", F.pandas_udf(total, "bigint"))
    spark.udf.register("st_total_arrow", F.arrow_udf(total_arrow, "bigint"))
    spark.udf.register("st_pair", F.udf(pair, "number bigint, text string"))
    spark.udf.register("st_even", F.udf(lambda n: n is not None and n % 2 == 0, "boolean"))
    spark.udf.register("st_upper", F.udf(lambda s: s and s.upper(), "string"))
    spark.udf.register("st_list", F.udf(lambda n: list(range(n or 0)), "array<int>"))
    spark.udf.register("st_map", F.udf(lambda n: None if n is None else {f"k{i}": i for i in range(n)}, "map<string, int>"))

    @F.udtf(returnType="word string, size int")
    class Words:
        def eval(self, text, least=0):
            for word in (text or "").split():
                if len(word) >= least:
                    yield word, len(word)

    spark.udtf.register("st_words", Words)
    spark.sql("SELECT * FROM VALUES (1L, 1L, 'one apple'), (2, 1, 'two'), (3, 2, NULL), (4, 2, 'four pears here'), (5, NULL, '') AS t(n, k, s)").createOrReplaceTempView("st_t")
    spark.sql("SELECT * FROM VALUES (2L, 'deux'), (4L, 'quatre'), (6L, 'six'), (6L, 'SIX') AS u(m, name)").createOrReplaceTempView("st_u")


def answers(spark, queries):
    for i, query in enumerate(queries):
        text = query.replace("@f", KINDS[i % len(KINDS)])
        answer = showing.attempt(lambda: sorted(map(tuple, spark.sql(text).collect()), key=str))
        print(text, "->", re.sub(r"(SQLSTATE: \w{5}).*", r"\1", answer))


QUERIES = {
    "selects": [
        "SELECT n, @f(n) AS x FROM st_t ORDER BY x DESC LIMIT 2", "SELECT n FROM st_t ORDER BY @f(-n)", "SELECT n FROM st_t ORDER BY @f(k) NULLS LAST, n DESC LIMIT 3",
        "SELECT DISTINCT @f(k) FROM st_t", "SELECT DISTINCT k, st_even(n) FROM st_t", "SELECT @f(n) x, @f(x) y, x + y FROM st_t",
        "SELECT CASE WHEN st_even(n) THEN @f(n) ELSE -@f(k) END FROM st_t", "SELECT coalesce(@f(k), @f(n)) FROM st_t", "SELECT if(n > 2, @f(n), NULL) FROM st_t",
        "SELECT @f(n) BETWEEN 3 AND 5, @f(n) IN (2, @f(k)), @f(k) IS NULL FROM st_t", "SELECT CAST(@f(n) AS STRING) || s FROM st_t", "SELECT st_pair(n).text, st_pair(n, text => s).text FROM st_t",
        "SELECT st_pair(text => 'x', n => n) AS p FROM st_t WHERE p.number > 2", "SELECT p.number, p.text FROM (SELECT st_pair(n) AS p FROM st_t)", "SELECT st_list(n)[0], size(st_list(n)), st_map(n)['k1'] FROM st_t",
        "SELECT n, explode(st_list(n)) FROM st_t", "SELECT n, e FROM st_t LATERAL VIEW OUTER explode(st_list(n - 3)) x AS e", "SELECT n, key, value FROM st_t LATERAL VIEW explode(st_map(n)) x AS key, value WHERE value > 1",
        "SELECT transform(st_list(n), x -> x + 1) FROM st_t", "SELECT filter(st_list(n), x -> x < @f(n) - 2) FROM st_t", "SELECT transform(array(1L, 2L), x -> @f(x)) FROM st_t",
        "SELECT aggregate(st_list(n), 0, (a, b) -> a + b) FROM st_t", "SELECT @f(n) FROM st_t LIMIT 2 OFFSET 1", "SELECT @f(n) FROM st_t WHERE false", "SELECT @f(NULL)", "SELECT @f(1) + @f(2)", "SELECT @f('7')", "SELECT @f(1.7)",
        "SELECT @f(n, n) FROM st_t", "SELECT @f() FROM st_t", "SELECT st_pair(n, n => 3) FROM st_t", "SELECT st_pair(m => n) FROM st_t", "SELECT @f(DISTINCT n) FROM st_t", "SELECT @f(*) FROM (SELECT n FROM st_t)",
        "SELECT @f(n) OVER () FROM st_t", "SELECT @f(n) FILTER (WHERE n > 1) FROM st_t", "SELECT * FROM st_t WHERE @f(n)", "SELECT * EXCEPT (s) FROM st_t WHERE @f(n) = 3", "SELECT st_upper(s), upper(st_upper(s)) FROM st_t",
        "SELECT n AS `a b`, @f(`a b`) FROM st_t", "SELECT named_struct('x', @f(n), 'y', array(@f(k))) FROM st_t", "SELECT stack(2, @f(n), @f(k)) FROM st_t", "SELECT @f(n) AS x FROM st_t WHERE x > 3",
    ],
    "joins": [
        "SELECT t.n, u.name FROM st_t t JOIN st_u u ON @f(t.n) = u.m + 1", "SELECT t.n, u.name FROM st_t t LEFT JOIN st_u u ON @f(t.n) = u.m", "SELECT t.n, u.name FROM st_t t LEFT JOIN st_u u ON t.n = u.m AND st_even(t.k)",
        "SELECT t.n, u.name FROM st_t t RIGHT JOIN st_u u ON t.n = @f(u.m)", "SELECT t.n, u.name FROM st_t t FULL JOIN st_u u ON @f(t.n) = @f(u.m)", "SELECT t.n FROM st_t t LEFT SEMI JOIN st_u u ON @f(t.n) = u.m",
        "SELECT t.n FROM st_t t LEFT ANTI JOIN st_u u ON t.n = @f(u.m) - 1", "SELECT t.n, u.m FROM st_t t JOIN st_u u ON @f(t.n + u.m) > 8", "SELECT t.n, u.m FROM st_t t LEFT JOIN st_u u ON @f(t.n + u.m) > 8",
        "SELECT t.n, u.m FROM st_t t CROSS JOIN st_u u WHERE @f(t.n) = u.m", "SELECT a.n, b.n FROM st_t a JOIN st_t b ON @f(a.n) = b.n", "SELECT * FROM (SELECT @f(n) AS m FROM st_t) JOIN st_u USING (m)",
        "SELECT * FROM (SELECT @f(n) AS m FROM st_t) NATURAL JOIN st_u", "SELECT n, name FROM st_t JOIN st_u ON n = m WHERE @f(n) > 3 AND st_upper(name) = 'QUATRE'", "SELECT n, w.* FROM st_t, LATERAL st_words(s) w",
        "SELECT n, word FROM st_t LEFT JOIN LATERAL st_words(s, least => 4) ON true", "SELECT word, @f(size) FROM st_words('a bc def', 2)", "SELECT * FROM st_words(text => st_upper('x yz'))", "SELECT * FROM st_words((SELECT max(s) FROM st_t))",
        "SELECT n, word FROM st_t LATERAL VIEW st_words(s) w AS word, size", "SELECT a.word, b.word FROM st_words('p q') a JOIN st_words('q r') b ON a.word = b.word", "SELECT t.n, u.m FROM st_t t JOIN st_u u ON t.n = u.m AND rand() < 2 AND st_even(u.m)",
    ],
    "groups": [
        "SELECT @f(k), count(*), sum(n) FROM st_t GROUP BY @f(k)", "SELECT @f(k) AS g, max(s) FROM st_t GROUP BY g", "SELECT @f(k), sum(@f(n)) FROM st_t GROUP BY 1 HAVING sum(n) > 3", "SELECT k, @f(sum(n)) FROM st_t GROUP BY k HAVING @f(sum(n)) > 5",
        "SELECT k, st_total(n) FROM st_t GROUP BY k", "SELECT k, st_total(@f(n)), sum(n), count(DISTINCT s) FROM st_t GROUP BY k", "SELECT k, st_total_arrow(n) + 1 FROM st_t GROUP BY k ORDER BY st_total_arrow(n)",
        "SELECT st_total(n) FROM st_t WHERE false", "SELECT k, st_total(n) FROM st_t WHERE false GROUP BY k", "SELECT @f(st_total(n)) FROM st_t", "SELECT st_total(sum(n)) FROM st_t GROUP BY k", "SELECT st_even(k) e, st_total(n) FROM st_t GROUP BY e HAVING st_total(n) > 3",
        "SELECT k, sum(n) FILTER (WHERE st_even(n)) FROM st_t GROUP BY k", "SELECT k, collect_list(@f(n)) FROM st_t GROUP BY k", "SELECT k, count(DISTINCT @f(k)), max_by(n, @f(n)) FROM st_t GROUP BY k", "SELECT @f(k) g, st_even(n) e, count(*) FROM st_t GROUP BY ROLLUP (g, e)",
        "SELECT @f(k), sum(n) FROM st_t GROUP BY CUBE (@f(k))", "SELECT k, sum(@f(n)) FROM st_t GROUP BY GROUPING SETS ((k), ())", "SELECT k, st_total(n) FROM st_t GROUP BY ROLLUP (k)", "SELECT k, st_total(DISTINCT n) FROM st_t GROUP BY k",
        "SELECT k, st_total(n) FILTER (WHERE n > 1) FROM st_t GROUP BY k", "SELECT @f(n) FROM st_t GROUP BY ALL", "SELECT k, @f(n) FROM st_t GROUP BY k", "SELECT * FROM (SELECT k, @f(n) AS x FROM st_t) PIVOT (sum(x) FOR k IN (1, 2))",
        "SELECT * FROM (SELECT n, @f(n) AS a, @f(k) AS b FROM st_t) UNPIVOT (v FOR c IN (a, b))", "SELECT st_pair(k) p, count(*) FROM st_t GROUP BY p", "SELECT st_list(k) a, count(*) FROM st_t GROUP BY a", "SELECT sum(n), @f(1) FROM st_t",
    ],
    "windows": [
        "SELECT n, sum(@f(n)) OVER (PARTITION BY k ORDER BY n) FROM st_t", "SELECT n, row_number() OVER (ORDER BY @f(-n)) FROM st_t", "SELECT n, rank() OVER (PARTITION BY st_even(n) ORDER BY n) FROM st_t", "SELECT n, @f(row_number() OVER (ORDER BY n)) FROM st_t",
        "SELECT n, st_total(n) OVER (PARTITION BY k) FROM st_t", "SELECT n, st_total(@f(n)) OVER (PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM st_t", "SELECT n, st_total(n) OVER (ORDER BY n RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM st_t",
        "SELECT n, st_total(n) OVER w, sum(n) OVER w FROM st_t WINDOW w AS (PARTITION BY k)", "SELECT n FROM st_t QUALIFY st_total(n) OVER (PARTITION BY k) > 3", "SELECT k, sum(st_total(n)) OVER () FROM st_t GROUP BY k", "SELECT n, lag(@f(n), 1, -1L) OVER (ORDER BY n) FROM st_t",
        "SELECT n, st_total_arrow(n) OVER (PARTITION BY @f(k)) FROM st_t", "SELECT n, @f(st_total(n) OVER (PARTITION BY k)) + @f(n) FROM st_t", "SELECT n, st_total(n) OVER (PARTITION BY k ORDER BY n) FROM st_t",
    ],
    "sets_and_ctes": [
        "SELECT @f(n) FROM st_t UNION SELECT m FROM st_u", "SELECT @f(n) FROM st_t UNION ALL SELECT @f(m) FROM st_u", "SELECT @f(n) FROM st_t EXCEPT SELECT m FROM st_u", "SELECT @f(n) FROM st_t INTERSECT ALL SELECT m FROM st_u",
        "WITH a AS (SELECT @f(n) AS x FROM st_t), b AS (SELECT @f(x) AS y FROM a) SELECT * FROM a JOIN b ON a.x = b.y", "WITH a AS (SELECT st_pair(n) AS p FROM st_t) SELECT p.number FROM a WHERE p.text LIKE '%2' UNION ALL SELECT count(*) FROM a",
        "WITH a AS (SELECT k, st_total(n) AS s FROM st_t GROUP BY k) SELECT t.n, a.s FROM st_t t JOIN a ON t.k <=> a.k", "SELECT * FROM st_t WHERE n = (SELECT max(@f(m)) - 3 FROM st_u)", "SELECT * FROM st_t WHERE n IN (SELECT @f(m) - 1 FROM st_u WHERE st_even(m))",
        "SELECT * FROM st_t WHERE @f(n) NOT IN (SELECT m FROM st_u)", "SELECT * FROM st_t t WHERE EXISTS (SELECT * FROM st_u u WHERE u.m = t.n AND st_even(u.m))", "FROM st_t |> WHERE @f(n) > 3 |> EXTEND @f(n) AS x |> SELECT n, x",
        "FROM st_t |> AGGREGATE st_total(n) AS s GROUP BY k |> ORDER BY s", "SELECT * FROM VALUES (@f(1), @f(2)) AS v(a, b)", "SELECT * FROM st_t TABLESAMPLE (100 PERCENT) WHERE st_even(n)", "SELECT (SELECT @f(max(n)) FROM st_t) + @f(1)",
    ],
}
KINDS = ("st_inc", "st_inc_pandas", "st_inc_arrow", "st_inc_array")  # of the queries one after the other
PER_CASE = 8

for name, queries in QUERIES.items():
    for begin in range(0, len(queries), PER_CASE):

        @case(f"in_{name}_{begin // PER_CASE + 1}")
        def _(spark, queries=queries[begin : begin + PER_CASE]):
            ready(spark)
            answers(spark, queries)


@case
def in_tables_and_writes(spark):
    ready(spark)
    spark.sql("DROP TABLE IF EXISTS st_made")
    spark.sql("DROP TABLE IF EXISTS st_other")
    try:
        for statement in [
            "CREATE TABLE st_made USING parquet AS SELECT n, st_inc(n) AS x, st_pair(n) AS p, st_list(n) AS l FROM st_t", "SELECT * FROM st_made", "INSERT INTO st_made SELECT st_inc_pandas(n) + 10, n, st_pair(n, 'q'), NULL FROM st_t WHERE st_even(n)",
            "SELECT n, x, p.text, st_inc(l[0]) FROM st_made WHERE st_even(x)", "INSERT OVERWRITE st_made SELECT m, st_inc(m), NULL, array(1) FROM st_u", "SELECT * FROM st_made",
            "INSERT INTO st_made VALUES (st_inc(99), 1, NULL, NULL)", "SELECT max(n) FROM st_made", "CREATE VIEW st_view AS SELECT st_inc(n) AS x FROM st_made", "CREATE OR REPLACE TEMP VIEW st_temporary AS SELECT st_inc(n) AS x, st_total(x) AS s FROM st_made GROUP BY n",
            "SELECT * FROM st_temporary", "CACHE TABLE st_cached AS SELECT st_inc_pandas(n) AS y FROM st_made", "SELECT st_inc(y) FROM st_cached", "UNCACHE TABLE st_cached",
            "CREATE TABLE st_other (a BIGINT DEFAULT st_inc(1)) USING parquet", "CREATE TABLE st_other (a BIGINT, b STRING) USING parquet", "INSERT INTO st_other (b, a) SELECT st_upper(name), st_inc(m) FROM st_u", "SELECT * FROM st_other",
            "INSERT INTO st_other SELECT st_inc(n), s FROM st_t", "SELECT count(*), sum(a) FROM st_other", "MERGE INTO st_other USING st_u ON a = m WHEN MATCHED THEN UPDATE SET a = st_inc(m)",
            "EXECUTE IMMEDIATE 'SELECT st_inc(?)' USING 3", "DESCRIBE QUERY SELECT st_inc(n) AS x, st_list(n) FROM st_t", "DROP TEMPORARY FUNCTION st_inc", "SELECT st_inc(1)",
        ]:
            answer = showing.attempt(lambda: sorted(map(tuple, spark.sql(statement).collect()), key=str))
            print(statement, "->", re.sub(r"(SQLSTATE: \w{5}).*", r"\1", answer))
    finally:
        spark.sql("DROP VIEW IF EXISTS st_view")
        spark.sql("DROP TABLE IF EXISTS st_made")
        spark.sql("DROP TABLE IF EXISTS st_other")


VALUES = {
    "decimal": ("decimal(20, 4)", "VALUES (1.5BD), (-0.0001BD), (NULL), (9999999999999999.9999BD)"),
    "timestamp": ("timestamp", "VALUES (TIMESTAMP '2024-03-10 02:30:00'), (TIMESTAMP '1883-01-01 00:00:00'), (NULL)"),
    "timestamp_ntz": ("timestamp_ntz", "VALUES (TIMESTAMP_NTZ '2024-03-10 02:30:00'), (TIMESTAMP_NTZ '0001-01-01 00:00:00'), (NULL)"),
    "date": ("date", "VALUES (DATE '2024-02-29'), (DATE '0001-01-01'), (DATE '9999-12-31'), (NULL)"),
    "day_interval": ("interval day to second", "VALUES (INTERVAL '1 02:03:04.567' DAY TO SECOND), (INTERVAL '-0.000001' SECOND), (NULL)"),
    "binary": ("binary", "VALUES (X'00FF'), (X''), (NULL)"),
    "void": ("string", "VALUES (NULL), (NULL)"),
    "nested": ("struct<a: array<struct<b: decimal(10, 2), c: map<string, date>>>>", "VALUES (named_struct('a', array(named_struct('b', 1.25BD, 'c', map('x', DATE '2024-01-01')), NULL))), (named_struct('a', NULL)), (NULL)"),
    "map": ("map<int, array<string>>", "VALUES (map(1, array('a', NULL), 2, NULL)), (map()), (NULL)"),
    "float": ("float", "VALUES (1.1F), (FLOAT('NaN')), (FLOAT('-Infinity')), (-0.0F), (NULL)"),
    "text": ("string", "VALUES ('ä\\u0000b'), (''), (repeat('x', 100)), (NULL)"),
    "variant": ("variant", "SELECT parse_json(j) FROM VALUES ('{\"a\": [1, 2.5, null]}'), ('null'), (NULL) AS t(j)"),
}

for name, (of_type, values) in VALUES.items():

    @case(f"around_{name}")
    def _(spark, name=name, of_type=of_type, values=values):
        """What each kind sees of a value, and what comes back of what it gives back."""
        frame = spark.sql(f"SELECT v FROM ({values}) AS t(v)").coalesce(1)

        def told(v: pd.Series) -> pd.Series:
            return v.map(lambda each: f"{type(each).__name__} {each!r}")

        def same(v: pd.Series) -> pd.Series:
            return v

        def same_array(v: pa.Array) -> pa.Array:
            return v

        def all_of(batches):
            yield from batches

        for use_arrow in (False, True):
            print(showing.attempt(lambda: frame.select(F.udf(lambda v: f"{type(v).__name__} {v!r}", "string", useArrow=use_arrow)("v").alias("x")).collect()))
            print(showing.attempt(lambda: frame.select(F.udf(lambda v: v, of_type, useArrow=use_arrow)("v").alias("x")).select(F.expr("to_json(struct(x))")).collect()))
        print(showing.attempt(lambda: frame.select(F.pandas_udf(told, "string")("v").alias("x")).collect()))
        print(showing.attempt(lambda: frame.select(F.pandas_udf(same, of_type)("v").alias("x")).select(F.expr("to_json(struct(x))")).collect()))
        print(showing.attempt(lambda: frame.select(F.arrow_udf(same_array, of_type)("v").alias("x")).select(F.expr("to_json(struct(x))")).collect()))
        for way in ("mapInPandas", "mapInArrow"):
            print(showing.attempt(lambda: getattr(frame, way)(all_of, f"v {of_type}").select(F.expr("to_json(struct(v))")).collect()))
        print(showing.attempt(lambda: frame.groupBy(F.lit("one")).applyInPandas(lambda x: x, f"v {of_type}").select(F.expr("to_json(struct(v))")).collect()))
        if name != "variant":  # which has no order
            print(showing.attempt(lambda: frame.groupBy("v").agg(F.pandas_udf(lambda s: len(s), "int", F.PandasUDFType.GROUPED_AGG)("v").alias("c")).agg(F.sum("c")).collect()))


@case
def sessions_settings_change_functions(spark):
    """What the time zone of the session does to times in functions of each kind."""
    frame = spark.sql("SELECT TIMESTAMP '2024-07-01 12:00:00' AS t, make_timestamp(2024, 1, 1, 0, 0, 0) AS u")
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    for use_arrow in (False, True):
        print(frame.select(F.udf(lambda t: str(t), "string", useArrow=use_arrow)("t"), F.udf(lambda t: t + datetime.timedelta(hours=1), "timestamp", useArrow=use_arrow)("u").cast("string")).collect())
    print(frame.select(F.pandas_udf(lambda t: t.dt.strftime("%F %T %Z"), "string", F.PandasUDFType.SCALAR)("t")).collect())
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")


@case
def arrow_of_other_types(spark):
    """What mapInArrow gives where another type was promised: some are read as it, some refused."""

    def same(batches):
        yield from batches

    for value, promised in [
        ("1.25BD", "decimal(10,2)"), ("1.25BD", "decimal(10,4)"), ("1.25BD", "decimal(10,1)"), ("-1.25BD", "decimal(3,1)"), ("CAST(1.25 AS DECIMAL(20,2))", "decimal(3,2)"),
        ("array(123.25BD, NULL)", "array<decimal(7,3)>"), ("map('a', 1.5BD)", "map<string, decimal(30,10)>"), ("named_struct('a', 1.5BD, 'b', NULL)", "struct<a: decimal(38,18), b: date>"),
        ("NULL", "int"), ("NULL", "string"), ("NULL", "struct<a: int>"), ("array(NULL)", "array<bigint>"), ("NULL", "int NOT NULL"), ("1", "bigint"), ("array(1)", "array<bigint>"),
        ("map('a', 1)", "map<string, string>"), ("named_struct('a', 1)", "struct<a: string>"), ("1L", "string"), ("'a'", "binary"), ("1.5D", "decimal(3,1)"),
    ]:
        frame = spark.sql(f"SELECT {value} AS v").coalesce(1)
        print(value, promised, showing.attempt(lambda: frame.mapInArrow(same, f"v {promised}").collect()))


@case
def a_pipeline(spark):
    """Clean, enrich, group, join, save, read: many kinds one over the other."""
    rows = [(i, f"name {i % 7}", decimal.Decimal(i) / 4, datetime.date(2024, 1, 1 + i % 28)) for i in range(100)]
    frame = spark.createDataFrame(rows, "id INT, name STRING, amount DECIMAL(10, 2), day DATE").coalesce(1)
    clean = frame.withColumn("name", F.udf(str.title, "string")("name")).filter(F.udf(lambda d: d.day % 2 == 0, "boolean")("day"))

    def score(amount: pd.Series, id: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"score": amount.astype(float) * 2, "odd": id % 2 == 1})

    scored = clean.withColumn("s", F.pandas_udf(score, "score double, odd boolean")("amount", "id")).select("*", "s.*").drop("s").cache()

    def best(group):
        return group.nlargest(1, "score")[["name", "score", "id"]]

    tops = scored.groupBy("name").applyInPandas(best, "name string, score double, id int")
    mean = F.pandas_udf(lambda v: float(v.mean()), "double", F.PandasUDFType.GROUPED_AGG)
    means = scored.groupBy("name").agg(mean("score").alias("mean"), F.count("*").alias("n"))
    tops.join(means, "name").write.mode("overwrite").saveAsTable("st_saved")
    try:
        result = spark.table("st_saved").withColumn("ratio", F.udf(lambda a, b: round(a / b, 6), "double")("score", "mean")).orderBy(F.udf(lambda s: s[::-1], "string")("name"))
        return result.collect()
    finally:
        spark.sql("DROP TABLE st_saved")
        scored.unpersist()
