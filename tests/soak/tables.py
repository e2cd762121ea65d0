"""Temp views, the catalog, managed tables, cached data."""
from closed_forms import below, group_size, group_sum
from mix import check, operation


@operation(6)
def temp_view(c):
    """Every client names its view the same: a row of another mark is another session's."""
    n = c.size(10, 10_000)
    c.spark.sql(f"CREATE OR REPLACE TEMP VIEW numbers AS SELECT id, {c.mark} AS mark FROM range({n})")
    c.check_query("SELECT count(*), sum(id), min(mark), max(mark) FROM numbers", [(n, below(n), c.mark, c.mark)])
    check("columns of the view", c.spark.table("numbers").columns, ["id", "mark"])
    if c.random.random() < 0.3:
        check("dropped", c.spark.catalog.dropTempView("numbers"), True)
        check("there after the drop", c.spark.catalog.tableExists("numbers"), False)


@operation(2)
def global_view(c):
    name = c.unique("g")
    c.spark.range(c.mark).createGlobalTempView(name)
    check("global view", c.spark.table(f"global_temp.{name}").count(), c.mark)
    check("global view dropped", c.spark.catalog.dropGlobalTempView(name), True)


@operation(4)
def catalog_calls(c):
    catalog = c.spark.catalog
    view = c.unique("listed")
    c.spark.range(1).createOrReplaceTempView(view)
    check("listed views", [t.name for t in catalog.listTables(pattern=view)], [view])
    check("views of others", [t.name for t in catalog.listTables() if t.isTemporary and t.name.startswith("listed") and t.name != view], [])
    check("columns", [(x.name, x.dataType) for x in catalog.listColumns(view)], [("id", "bigint")])
    check("currentDatabase", catalog.currentDatabase(), "default")
    check("functionExists", (catalog.functionExists("abs"), catalog.functionExists("no_such_function")), (True, False))
    check("listDatabases", [d.name for d in catalog.listDatabases("default")], ["default"])
    catalog.dropTempView(view)


@operation(3)
def configuration(c):
    value = str(c.random.randrange(1, 1000))
    c.spark.conf.set("spark.sql.shuffle.partitions", value)
    c.spark.sql(f"SET soak.mark = {c.mark}")
    check("configuration", (c.spark.conf.get("spark.sql.shuffle.partitions"), c.spark.conf.get("soak.mark")), (value, str(c.mark)))


@operation(4)
def managed_table(c):
    t, n = c.unique("t"), c.size(10, 20_000)
    c.spark.sql(f"CREATE TABLE {t} (id BIGINT, mark INT, text STRING) USING parquet")
    try:
        c.check_query(f"SELECT count(*) FROM {t}", [(0,)])
        inserts = c.random.randrange(1, 4)
        for i in range(inserts):
            c.spark.sql(f"INSERT INTO {t} SELECT id + {i * n}, {c.mark}, concat('{c.name}-', id) FROM range({n})")
        c.check_query(f"SELECT count(*), sum(id), min(mark), max(mark), count(DISTINCT text) FROM {t}",
                      [(n * inserts, below(n * inserts), c.mark, c.mark, n)])
        c.spark.sql(f"INSERT OVERWRITE {t} VALUES (1, {c.mark}, 'only')")
        c.check_query(f"SELECT * FROM {t}", [(1, c.mark, "only")])
    finally:
        c.spark.sql(f"DROP TABLE {t}")
    check("there after the drop", c.spark.catalog.tableExists(t), False)


@operation(3)
def saved_table(c):
    t, n, k = c.unique("s"), c.size(10, 20_000), c.random.randrange(2, 6)
    frame = c.spark.sql(f"SELECT id, {c.mark} AS mark, CAST(id % {k} AS INT) AS part FROM range({n})")
    frame.write.partitionBy("part").saveAsTable(t)
    try:
        frame.write.mode("append").partitionBy("part").saveAsTable(t)
        g = c.random.randrange(k)
        c.check_query(f"SELECT count(*), sum(id), max(mark) FROM {t} WHERE part = {g}",
                      [(2 * group_size(n, k, g), 2 * group_sum(n, k, g) if group_size(n, k, g) else None, c.mark if g < n else None)])
        check("listed tables", [x.tableName for x in c.spark.sql(f"SHOW TABLES LIKE '{t}'").collect()], [t])
    finally:
        c.spark.sql(f"DROP TABLE {t}")


@operation(2)
def own_database(c):
    d = c.unique("d")
    c.spark.sql(f"CREATE DATABASE {d}")
    try:
        c.spark.sql(f"CREATE TABLE {d}.t AS SELECT {c.mark} AS mark, id FROM range(10)")
        check("tables of a database", [t.name for t in c.spark.catalog.listTables(d) if not t.isTemporary], ["t"])
        c.check_query(f"SELECT sum(id), max(mark) FROM {d}.t", [(45, c.mark)])
    finally:
        c.spark.sql(f"DROP DATABASE {d} CASCADE")
    check("there after the drop", c.spark.catalog.databaseExists(d), False)


@operation(3)
def table_of_all(c):
    """All clients write into one table; what a life reads of its mark is what it wrote."""
    c.spark.sql("CREATE TABLE IF NOT EXISTS of_all (mark INT, k INT) USING parquet")
    # Nobody drops it, so it must not grow for hours.
    if c.life == 0 and len(c.shared_rows) < 20:
        c.spark.sql(f"INSERT INTO of_all VALUES ({c.mark}, {c.k})")
        c.shared_rows.append(c.k)
    c.check_query(f"SELECT k FROM of_all WHERE mark = {c.mark} ORDER BY k", [(k,) for k in c.shared_rows])


@operation(4)
def cached_frame(c):
    n, k = c.size(1_000, 300_000), c.size(2, 50)
    frame = c.spark.sql(f"SELECT id, id % {k} AS g, concat('{c.name}-', id) AS text FROM range({n})")
    frame.cache()
    try:
        for _ in range(2):
            check("cached count", frame.count(), n)
        g = c.random.randrange(k)
        check("cached sum", tuple(frame.filter(f"g = {g}").selectExpr("count(*)", "sum(id)").collect()[0]),
              (group_size(n, k, g), group_sum(n, k, g) if g < n else None))
        check("is cached", frame.is_cached, True)
    finally:
        frame.unpersist()
    check("is cached after unpersist", frame.is_cached, False)


@operation(2)
def cached_table(c):
    n = c.size(100, 50_000)
    c.spark.sql(f"CACHE TABLE kept AS SELECT id, {c.mark} AS mark FROM range({n})")
    try:
        c.check_query("SELECT count(*), sum(mark) FROM kept", [(n, n * c.mark)])
        check("is cached", c.spark.catalog.isCached("kept"), True)
    finally:
        c.spark.sql("UNCACHE TABLE IF EXISTS kept")
        c.spark.catalog.dropTempView("kept")
