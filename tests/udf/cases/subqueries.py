"""Python functions in correlated subqueries, on the right of LATERAL, and in recursive queries."""
import re

import pandas as pd
import showing
from case import case
from pyspark.sql import functions as F


def ready(spark):
    """Functions f (ten times), g (the sum), h (less than), their pandas kin, a table function u, and the views a and b."""
    none = lambda *values: any(v is None for v in values)  # noqa: E731
    spark.udf.register("sq_f", lambda x: None if none(x) else x * 10, "bigint")
    spark.udf.register("sq_g", lambda x, y: None if none(x, y) else x + y, "bigint")
    spark.udf.register("sq_h", lambda x, y: not none(x, y) and x < y, "boolean")

    def ten_times(x: pd.Series) -> pd.Series:
        return x * 10

    def total(x: pd.Series) -> int:
        return int(x.sum())

    spark.udf.register("sq_pf", F.pandas_udf(ten_times, "bigint"))
    spark.udf.register("sq_total", F.pandas_udf(total, "bigint"))

    @F.udtf(returnType="y bigint")
    class Tens:
        def eval(self, x):
            for i in range(x or 0):
                yield i * 10,

    spark.udtf.register("sq_u", Tens)
    spark.range(3).createOrReplaceTempView("sq_a")
    spark.sql("SELECT id * 10 AS x, id % 2 AS k FROM range(4)").createOrReplaceTempView("sq_b")


QUERIES = {
    "scalar": [
        "SELECT id, (SELECT max(x) FROM sq_b b WHERE x = sq_f(a.id)) AS m FROM sq_a a", "SELECT id, (SELECT max(sq_f(x)) FROM sq_b b WHERE b.k = a.id) AS m FROM sq_a a",
        "SELECT id, (SELECT sq_f(a.id)) AS m FROM sq_a a", "SELECT id, (SELECT sq_f(a.id) + 1) AS m FROM sq_a a",
        "SELECT id, (SELECT max(x) FROM sq_b b WHERE x = sq_pf(a.id)) AS m FROM sq_a a",
        "SELECT id, (SELECT max(x) FROM sq_b b WHERE x > (SELECT min(sq_f(c.k)) FROM sq_b c WHERE c.k = b.k)) AS m FROM sq_a a",
        "SELECT id, (SELECT count(*) FROM sq_b b WHERE sq_f(b.k) = sq_f(a.id)) AS m FROM sq_a a", "SELECT id, (SELECT count(*) FROM sq_b b WHERE sq_f(b.k) = a.id * 10) AS m FROM sq_a a",
        "SELECT id, sq_f((SELECT max(x) FROM sq_b b WHERE x = sq_f(a.id))) AS m FROM sq_a a", "SELECT id FROM sq_a a WHERE (SELECT max(x) FROM sq_b b WHERE x = sq_f(a.id)) > 5",
    ],
    "exists": [
        "SELECT id FROM sq_a a WHERE EXISTS (SELECT 1 FROM sq_b b WHERE x = sq_f(a.id))", "SELECT id FROM sq_a a WHERE EXISTS (SELECT 1 FROM sq_b b WHERE b.k = a.id AND sq_f(a.id) > 0)",
        "SELECT id FROM sq_a a WHERE EXISTS (SELECT sq_f(a.id) FROM sq_b b)", "SELECT id FROM sq_a a WHERE NOT EXISTS (SELECT 1 FROM sq_b b WHERE x = sq_f(a.id) + 10)",
    ],
    "in": [
        "SELECT id FROM sq_a a WHERE sq_f(id) IN (SELECT x FROM sq_b)", "SELECT id FROM sq_a a WHERE id IN (SELECT sq_f(k) FROM sq_b)", "SELECT id FROM sq_a a WHERE id IN (SELECT sq_f(a.id) FROM sq_b)",
        "SELECT id FROM sq_a a WHERE id IN (SELECT k FROM sq_b WHERE x = sq_f(a.id))", "SELECT id FROM sq_a a WHERE id NOT IN (SELECT k FROM sq_b WHERE x = sq_f(a.id))",
    ],
    "lateral": [
        "SELECT * FROM sq_a a, LATERAL (SELECT sq_f(a.id) AS y)", "SELECT * FROM sq_a a, LATERAL (SELECT sq_g(a.id, x) AS y FROM sq_b)",
        "SELECT * FROM sq_a a, LATERAL (SELECT sq_g(a.id, x) AS y FROM sq_b b WHERE b.k = a.id)", "SELECT * FROM sq_a a, LATERAL (SELECT x FROM sq_b WHERE x = sq_f(a.id))",
        "SELECT * FROM sq_a a, LATERAL (SELECT x FROM sq_b b WHERE sq_h(b.k, a.id))", "SELECT * FROM sq_a a LEFT JOIN LATERAL (SELECT x FROM sq_b WHERE x = sq_f(a.id) + 10) ON true",
        "SELECT * FROM sq_a a, LATERAL sq_u(a.id)", "SELECT count(*) FROM sq_a a, LATERAL sq_u(sq_f(a.id))",
    ],
    "scalar_of_groups": ["SELECT id, (SELECT sq_total(x) FROM sq_b b WHERE b.k = a.id) AS m FROM sq_a a"],
    "scalar_of_table_functions": ["SELECT id, (SELECT sum(y) FROM sq_u(a.id)) AS m FROM sq_a a"],
    "mixed_scalar": ["SELECT id, (SELECT max(x) FROM sq_b b WHERE sq_h(b.k, a.id)) AS m FROM sq_a a"],
    "mixed_left_lateral": ["SELECT * FROM sq_a a LEFT JOIN LATERAL (SELECT sq_g(a.id, x) AS y FROM sq_b b WHERE b.k = a.id) ON true"],
    "mixed_exists": ["SELECT id FROM sq_a a WHERE EXISTS (SELECT 1 FROM sq_b b WHERE sq_h(b.k, a.id))", "SELECT id FROM sq_a a WHERE NOT EXISTS (SELECT 1 FROM sq_b b WHERE sq_h(b.k, a.id))"],
    "recursive": [
        "WITH RECURSIVE t(n) AS (SELECT sq_f(1) UNION ALL SELECT n + 1 FROM t WHERE n < 13) SELECT * FROM t", "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT sq_f(n) FROM t WHERE n < 1000) SELECT * FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE sq_f(n) < 40) SELECT sq_f(n) FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT n, sq_f(n) FROM t WHERE sq_f(n) > 10",
        "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT t.n + 1 FROM t JOIN (SELECT sq_f(id) AS i FROM range(3)) r ON t.n * 10 = r.i WHERE n < 4) SELECT * FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT t.n + 1 FROM t WHERE n < (SELECT max(sq_f(id)) FROM range(1, 2))) SELECT count(*) FROM t",
        "WITH RECURSIVE t(n, s) AS (SELECT 1L, 'a' UNION ALL SELECT sq_g(n, 1), concat(s, CAST(sq_f(n) AS STRING)) FROM t WHERE n < 4) SELECT * FROM t",
        "WITH RECURSIVE t(n) AS (SELECT id FROM range(3) UNION ALL SELECT sq_g(n, 3) FROM t WHERE n < 6) SELECT a.n, count(*) FROM t a JOIN t b ON a.n = b.n GROUP BY a.n",
        "WITH RECURSIVE t(n) MAX RECURSION LEVEL 3 AS (SELECT 1L UNION ALL SELECT sq_g(n, 1) FROM t) SELECT * FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1L WHERE false UNION ALL SELECT sq_f(n) FROM t) SELECT * FROM t",
        "WITH RECURSIVE t(n) AS (SELECT 1L UNION ALL SELECT n + 1 FROM t WHERE n < sq_pf(n) AND n < 5) SELECT * FROM t",
    ],
}

for name, queries in QUERIES.items():

    @case(f"in_{name}")
    def _(spark, queries=queries):
        ready(spark)
        for query in queries:
            answer = showing.attempt(lambda: sorted(map(tuple, spark.sql(query).collect()), key=str))
            print(query, "->", re.sub(r"(SQLSTATE: \w{5}).*", r"\1", answer))
