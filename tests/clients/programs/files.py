"""Writing and reading files."""
import os

from pyspark.sql import functions as F
from show import refused, say, show, start

spark, folder = start()
df = spark.createDataFrame(
    [(1, "a,b", 1.5, "2024-01-01", "x"), (2, 'quo"te', None, "2024-01-02", "y"), (3, None, -0.25, None, "x"), (4, "", 4.0, "2024-02-29", None)],
    "id LONG, text STRING, x DOUBLE, day STRING, part STRING").withColumn("day", F.to_date("day"))


def path(name):
    return os.path.join(folder, name)


df.write.parquet(path("p"))
show("parquet", spark.read.parquet(path("p")).orderBy("id"))
refused("there already", lambda: df.write.parquet(path("p")))
df.write.mode("ignore").parquet(path("p"))
say("ignored", spark.read.parquet(path("p")).count())
df.write.mode("append").parquet(path("p"))
say("appended", spark.read.parquet(path("p")).count())
df.limit(1).write.mode("overwrite").parquet(path("p"))
say("overwritten", spark.read.parquet(path("p")).count())
df.write.partitionBy("part").parquet(path("parts"))
show("partitioned", spark.read.parquet(path("parts")).orderBy("id"))
show("one partition", spark.read.parquet(path("parts")).where("part = 'x'").orderBy("id"))
df.write.partitionBy("day", "part").mode("overwrite").json(path("json_parts"))
show("partitioned JSON", spark.read.json(path("json_parts")).orderBy("id"))

df.write.csv(path("c"), header=True)
show("csv", spark.read.csv(path("c"), header=True).orderBy("id"))
show("csv inferred", spark.read.csv(path("c"), header=True, inferSchema=True).orderBy("id"))
show("csv with a schema", spark.read.schema("id INT, text STRING, x DECIMAL(5,2), day DATE, part STRING").option("header", True).csv(path("c")).orderBy("id"))
df.select("id", "text").write.option("sep", "|").option("nullValue", "NULL").option("quoteAll", True).csv(path("bars"))
show("csv with bars", spark.read.option("sep", "|").option("nullValue", "NULL").csv(path("bars")).orderBy("_c0"))
df.write.format("json").save(path("j"))
show("json", spark.read.json(path("j")).orderBy("id"))
show("json with a schema", spark.read.schema("id INT, day DATE, x DOUBLE, more ARRAY<INT>").json(path("j")).orderBy("id"))
df.select("text").where("text IS NOT NULL").write.text(path("t"))
show("text", spark.read.text(path("t")).orderBy("value"))
df.write.option("compression", "gzip").json(path("gz"))
say("gzip", sorted({name.split(".", 1)[1] for name in os.listdir(path("gz")) if name.startswith("part")}))
show("gzip read", spark.read.json(path("gz")).select("id").orderBy("id"))
nested = spark.createDataFrame([(1, {"k": [1, 2]}, (True, "s"))], "id INT, m MAP<STRING, ARRAY<INT>>, s STRUCT<a: BOOLEAN, b: STRING>")
nested.write.parquet(path("nested"))
show("nested parquet", spark.read.parquet(path("nested")))
nested.write.json(path("nested_json"))
show("nested json", spark.read.json(path("nested_json")))
say("success file", os.path.exists(os.path.join(path("p"), "_SUCCESS")))
show("sql on files", spark.sql(f"SELECT count(*) AS n FROM parquet.`{path('parts')}`"))
spark.read.parquet(path("parts")).createOrReplaceTempView("parts")
show("view on files", spark.sql("SELECT part, count(*) AS n FROM parts GROUP BY part ORDER BY part"))
refused("no path", lambda: spark.read.parquet(path("nowhere")).collect())
refused("text of two columns", lambda: df.write.text(path("t2")))
refused("csv of a map", lambda: nested.write.csv(path("c2")))
refused("unknown format", lambda: spark.read.format("nope").load(path("p")).collect())
refused("partitioned by all", lambda: df.select("part").write.partitionBy("part").parquet(path("p3")))
