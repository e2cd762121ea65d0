"""Files written and read back."""
import contextlib
import os
import shutil

from closed_forms import below, group_size, group_sum
from mix import check, operation


@contextlib.contextmanager
def place(c, kind):
    """A path that is free, and is so again afterwards."""
    path = os.path.join(c.folder, c.unique(kind))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def written(c, n):
    return c.spark.sql(f"SELECT id, {c.mark} AS mark, concat('{c.name}, \"', id, '\"') AS text, id * 0.5D AS half FROM range({n})")


def check_read(c, frame, n):
    got = frame.selectExpr("count(*)", "sum(id)", "min(mark)", "max(mark)", "sum(half)", "count(DISTINCT text)", "max(text)").collect()
    greatest = max(f'{c.name}, "{i}"' for i in range(n))
    check("what was written", tuple(got[0]), (n, below(n), c.mark, c.mark, below(n) * 0.5, n, greatest))
    check("hidden files are not read", sorted(frame.columns), ["half", "id", "mark", "text"])


@operation(4)
def parquet_file(c):
    n = c.size(10, 10_000, 200_000)
    with place(c, "parquet") as path:
        written(c, n).write.option("compression", c.random.choice(["snappy", "gzip", "zstd", "none"])).parquet(path)
        check_read(c, c.spark.read.parquet(path), n)
        written(c, n).write.mode("overwrite").parquet(path)
        check_read(c, c.spark.sql(f"SELECT * FROM parquet.`{path}`"), n)


@operation(3)
def csv_file(c):
    n = c.size(10, 30_000)
    with place(c, "csv") as path:
        written(c, n).write.csv(path, header=True)
        check_read(c, c.spark.read.csv(path, header=True, inferSchema=True, escape="\\"), n)
        check_read(c, c.spark.read.schema("id BIGINT, mark INT, text STRING, half DOUBLE").csv(path, header=True), n)


@operation(3)
def json_file(c):
    n = c.size(10, 30_000)
    with place(c, "json") as path:
        written(c, n).write.json(path)
        check_read(c, c.spark.read.json(path), n)


@operation(3)
def partitioned_files(c):
    n, k = c.size(20, 20_000), c.random.randrange(2, 8)
    kind = c.random.choice(["parquet", "json", "csv"])
    with place(c, "parts") as path:
        frame = c.spark.sql(f"SELECT id, {c.mark} AS mark, id % {k} AS part FROM range({n})")
        frame.write.partitionBy("part").format(kind).save(path)
        frame.write.partitionBy("part").format(kind).mode("append").save(path)
        g = c.random.randrange(k)
        read = c.spark.read.schema("id BIGINT, mark INT, part INT").format(kind).load(path)
        check("one partition", tuple(read.filter(f"part = {g}").selectExpr("count(*)", "sum(id)", "max(mark)").collect()[0]),
              (2 * group_size(n, k, g), 2 * group_sum(n, k, g), c.mark))
        check("all partitions", read.count(), 2 * n)


@operation(2)
def text_file(c):
    n = c.size(5, 5_000)
    with place(c, "text") as path:
        c.spark.sql(f"SELECT concat('{c.name} ', id) AS value FROM range({n})").write.text(path)
        check("lines", sorted(row[0] for row in c.spark.read.text(path).collect()), sorted(f"{c.name} {i}" for i in range(n)))


@operation(2)
def existing_folder(c):
    """A second write refuses, one that fails in the middle leaves what was there."""
    from failures import check_fails

    with place(c, "once") as path:
        c.spark.range(10).write.parquet(path)
        check_fails("PATH_ALREADY_EXISTS", lambda: c.spark.range(5).write.parquet(path))
        check_fails("DIVIDE_BY_ZERO", lambda: c.spark.sql("SELECT id / (id - 9000) AS id FROM range(10000)").write.mode("overwrite").parquet(path))
        check("what was there", c.spark.read.parquet(path).count(), 10)
        check("left beside it", [name for name in os.listdir(c.folder) if c.unique("once") in name], [c.unique("once")])
