"""Chains of the DataFrame API."""
from closed_forms import below, group_size, group_sum
from mix import check, operation


def F():
    from pyspark.sql import functions

    return functions


@operation(6)
def chain(c):
    n, k = c.size(1_000, 300_000), c.size(2, 100)
    f = F()
    frame = (c.spark.range(n).withColumn("g", f.col("id") % k).withColumn("mark", f.lit(c.mark)).filter(f.col("g") > 0)
             .groupBy("g").agg(f.count("*").alias("n"), f.sum(f.col("id") * f.col("mark")).alias("s")).orderBy("g"))
    check("chain", [tuple(row) for row in frame.collect()],
          [(g, group_size(n, k, g), group_sum(n, k, g) * c.mark) for g in range(1, min(n, k))])


@operation(3)
def pivot(c):
    n, k = c.size(100, 50_000), c.random.randrange(2, 6)
    f = F()
    rows = (c.spark.range(n).select((f.col("id") % k).alias("g"), (f.col("id") % 2).alias("p")).groupBy("g").pivot("p", [0, 1])
            .count().orderBy("g").collect())
    count = lambda g, p: sum(1 for i in range(g, n, k) if i % 2 == p) or None
    check("pivot", [tuple(row) for row in rows], [(g, count(g, 0), count(g, 1)) for g in range(min(n, k))])


@operation(4)
def joined_frames(c):
    n = c.size(100, 100_000)
    f = F()
    left = c.spark.range(n).withColumn("mark", f.lit(c.mark))
    right = c.spark.range(0, n, 3).withColumn("other", f.concat(f.lit(c.name + "-"), f.col("id")))
    frame = left.join(right, "id", "left").agg(f.count("*"), f.count("other"), f.sum("mark"), f.max("id"))
    check("join of frames", [tuple(row) for row in frame.collect()], [(n, (n + 2) // 3, n * c.mark, n - 1)])


@operation(3)
def unions_and_duplicates(c):
    n = c.size(100, 50_000)
    frame = c.spark.range(n).union(c.spark.range(n // 2, n + 10)).dropDuplicates().withColumnRenamed("id", c.name)
    check("columns", frame.columns, [c.name])
    check("count of a union", frame.count(), n + 10)
    check("sum of a union", frame.agg({c.name: "sum"}).collect()[0][0], below(n + 10))


@operation(3)
def window_frame(c):
    from pyspark.sql import Window

    n, k = c.size(100, 30_000), c.random.randrange(2, 40)
    f = F()
    w = Window.partitionBy((f.col("id") % k)).orderBy(f.desc("id"))
    rows = c.spark.range(n).withColumn("r", f.row_number().over(w)).filter("r = 1").orderBy("id").collect()
    check("last of each group", [row.id for row in rows], list(range(max(0, n - k), n)))


@operation(3)
def looks(c):
    """What a user looks at without running: schema, explain, head, isEmpty."""
    f = F()
    frame = c.spark.range(c.size(10, 1_000)).select("id", f.lit(c.name).alias("name"), f.array(f.col("id")).alias("list"))
    check("schema", frame.schema.simpleString(), "struct<id:bigint,name:string,list:array<bigint>>")
    check("head", [tuple(row) for row in frame.orderBy("id").head(2)], [(0, c.name, [0]), (1, c.name, [1])])
    check("tail", [row.id for row in frame.orderBy("id").tail(1)], [frame.count() - 1])
    check("isEmpty", frame.filter("id < 0").isEmpty(), True)


@operation(2)
def deep_chain(c):
    f = F()
    frame, steps = c.spark.range(20), c.random.randrange(5, 80)
    for i in range(steps):
        frame = frame.withColumn("id", f.col("id") + i).filter(f.col("id") >= 0)
    check("deep chain", frame.agg(f.sum("id")).collect()[0][0], below(20) + 20 * below(steps))


@operation(2)
def missing_values(c):
    n = c.size(50, 20_000)
    f = F()
    frame = c.spark.range(n).select(f.when(f.col("id") % 3 == 0, f.col("id")).alias("x"), f.lit(c.mark).alias("mark"))
    thirds = (n + 2) // 3
    check("count of values", frame.dropna().count(), thirds)
    check("filled", frame.fillna(c.mark).agg(f.sum("x")).collect()[0][0], 3 * below(thirds) + (n - thirds) * c.mark)
