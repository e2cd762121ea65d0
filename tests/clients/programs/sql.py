"""SQL texts, views, parameters."""
from show import refused, say, show, start

spark, _ = start()
spark.sql("""
    CREATE OR REPLACE TEMP VIEW sales AS SELECT * FROM VALUES
      (1, 'north', DATE '2024-01-31', 10.50), (2, 'south', DATE '2024-02-29', 99.99),
      (3, 'north', DATE '2024-03-01', NULL), (4, NULL, DATE '2024-12-31', 0.01) AS s(id, region, day, amount)""")
show("view", spark.table("sales").orderBy("id"))
show("group", spark.sql("SELECT region, count(*), sum(amount) AS total FROM sales GROUP BY region HAVING count(*) > 0 ORDER BY region NULLS LAST"))
show("cte", spark.sql("WITH big AS (SELECT * FROM sales WHERE amount > 1), n AS (SELECT count(*) c FROM big) SELECT id, c FROM big, n ORDER BY id"))
show("subqueries", spark.sql("""SELECT id, (SELECT max(amount) FROM sales) m, amount = (SELECT max(amount) FROM sales s WHERE s.region = o.region) AS best
                               FROM sales o WHERE EXISTS (SELECT 1 FROM sales x WHERE x.id = o.id - 1) ORDER BY id"""))
show("window", spark.sql("SELECT id, sum(amount) OVER (PARTITION BY region ORDER BY day ROWS UNBOUNDED PRECEDING) s FROM sales ORDER BY id"))
show("named parameters", spark.sql("SELECT * FROM sales WHERE id > :low AND region = :region", args={"low": 1, "region": "north"}))
show("positional parameters", spark.sql("SELECT ? + 1 AS a, upper(?) AS b", args=[41, "x"]))
show("dates", spark.sql("SELECT day, day + INTERVAL 1 MONTH AS later, date_trunc('QUARTER', day) AS q, datediff(day, DATE '2024-01-01') AS d FROM sales ORDER BY id"))
show("case and cast", spark.sql("SELECT CASE region WHEN 'north' THEN 1 ELSE 0 END c, CAST(amount AS INT) i, CAST(id AS STRING) s, try_cast('x' AS INT) t FROM sales ORDER BY id"))
show("arrays", spark.sql("SELECT transform(sequence(1, 3), x -> x * x) AS sq, filter(array(1, 2, 3), x -> x > 1) f, aggregate(array(1, 2, 3), 0, (a, x) -> a + x) s, map('a', 1)['a'] m"))
show("lateral view", spark.sql("SELECT id, w FROM sales LATERAL VIEW explode(split('a b', ' ')) t AS w WHERE id = 1 ORDER BY w"))
show("rollup", spark.sql("SELECT region, year(day) y, count(*) n FROM sales GROUP BY ROLLUP (region, year(day)) ORDER BY region, y, n"))
show("values", spark.sql("VALUES (1, 'a'), (2, 'b')"))
show("set operations", spark.sql("SELECT 1 AS x UNION SELECT 2 UNION ALL SELECT 2 ORDER BY x"))
show("pivot", spark.sql("SELECT * FROM (SELECT region, id FROM sales) PIVOT (count(id) FOR region IN ('north', 'south' AS s))"))
show("string functions", spark.sql("SELECT concat_ws('-', 'a', NULL, 'b') a, substring('spark', 2, 3) b, regexp_replace('a1b2', '[0-9]', '#') c, lpad('7', 3, '0') d, split('a,b', ',') e, initcap('two words') f"))
spark.sql("SET spark.sql.ansi.enabled = false")
show("ansi off", spark.sql("SELECT 1 / 0 AS a, CAST('x' AS INT) AS b"))
spark.sql("SET spark.sql.ansi.enabled = true")
refused("division by zero", lambda: spark.sql("SELECT 1 / 0").collect())
refused("syntax", lambda: spark.sql("SELEC 1").collect())
refused("no table", lambda: spark.sql("SELECT * FROM nowhere").collect())
refused("no function", lambda: spark.sql("SELECT nofunction(1)").collect())
refused("cast", lambda: spark.sql("SELECT CAST('x' AS INT)").collect())
refused("overflow", lambda: spark.sql("SELECT 2147483647 + 1").collect())
refused("not grouped", lambda: spark.sql("SELECT id, count(*) FROM sales GROUP BY region").collect())
say("drop", spark.catalog.dropTempView("sales"))
refused("after the drop", lambda: spark.table("sales").collect())
