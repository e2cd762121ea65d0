"""Everyday transformations."""
from pyspark.sql import Row, Window
from pyspark.sql import functions as F
from show import refused, say, show, start

spark, _ = start()
people = spark.createDataFrame(
    [(1, "Ada", 36, 5200.5, "math"), (2, "Grace", 45, 6100.0, "navy"), (3, "Alan", 41, None, "math"),
     (4, "Edsger", 72, 4000.25, "math"), (5, None, 29, 3100.0, "navy"), (6, "Barbara", 29, 7200.0, None)],
    "id INT, name STRING, age INT, pay DOUBLE, team STRING")
teams = spark.createDataFrame([Row(team="math", room=7), Row(team="navy", room=9), Row(team="law", room=11)])

show("select", people.select("id", F.upper("name").alias("NAME"), (F.col("age") + 1).alias("next"), people["pay"] * 2))
show("filter", people.filter((people.age > 30) & people.pay.isNotNull()).orderBy(F.desc("age")))
show("where", people.where("team = 'math' AND name LIKE 'A%'").sort("id"))
show("withColumn", people.withColumn("band", F.when(F.col("age") < 30, "young").when(F.col("age") < 50, "mid").otherwise("old"))
     .withColumnRenamed("pay", "salary").drop("team").orderBy("id"))
show("withColumns", people.withColumns({"a": F.length("name"), "b": F.col("age") % 7}).select("id", "a", "b").orderBy("id"))
show("selectExpr", people.selectExpr("id", "age / 2 AS half", "coalesce(name, '?') AS name", "pay IS NULL").orderBy("id"))

for how in ("inner", "left", "right", "outer", "left_semi", "left_anti"):
    show(f"join {how}", people.select("id", "team").join(teams, "team", how), ordered=False)
show("join on a condition", people.alias("p").join(teams.alias("t"), F.col("p.team") == F.col("t.team"))
     .select("p.id", "t.room").orderBy("p.id"))
show("cross join", people.select("id").limit(0).crossJoin(teams))
show("self join", people.alias("a").join(people.alias("b"), F.expr("a.team = b.team AND a.id < b.id"))
     .select("a.name", "b.name").orderBy("a.id", "b.id"))

show("group", people.groupBy("team").agg(F.count("*").alias("n"), F.sum("pay").alias("pay"), F.avg("age").alias("age"),
                                         F.min("name").alias("first"), F.max("age").alias("oldest")).orderBy("team"))
show("group by expression", people.groupBy((F.col("age") % 2 == 0).alias("even")).count().orderBy("even"))
show("agg of dict", people.groupBy("team").agg({"age": "max", "*": "count"}).orderBy("team"))
show("sum of all", people.groupBy("team").sum("age", "pay").orderBy("team"))
show("rollup", people.rollup("team", "age").agg(F.count("*").alias("n"), F.grouping_id().alias("g")).orderBy("g", "team", "age"))
show("cube", people.cube("team").agg(F.sum("age"), F.grouping("team")).orderBy("team", "grouping(team)"))
show("collect_set", people.groupBy("team").agg(F.sort_array(F.collect_set("age")).alias("ages"), F.count_distinct("age").alias("d")).orderBy("team"))
show("pivot", people.groupBy("age").pivot("team", ["math", "navy"]).agg(F.sum("pay")).orderBy("age"))
show("pivot of what is there", people.groupBy("age").pivot("team").count().orderBy("age"))

show("union", people.select("id").union(teams.select("room")).orderBy("id"))
show("unionByName", people.select("id", "team").unionByName(teams, allowMissingColumns=True), ordered=False)
show("intersect", people.select("team").intersect(teams.select("team")).orderBy("team"))
show("exceptAll", people.select("team").exceptAll(teams.select("team")).orderBy("team"))
show("distinct", people.select("team").distinct().orderBy("team"))
say("dropDuplicates", people.dropDuplicates(["team"]).count())
show("na.fill", people.na.fill({"name": "?", "pay": 0.0}).na.fill("none").orderBy("id"))
show("na.drop", people.na.drop(subset=["pay", "team"]).orderBy("id"))
show("na.replace", people.na.replace({"math": "maths"}, subset=["team"]).orderBy("id"))
show("fillna and dropna", people.fillna(0).dropna(thresh=5).orderBy("id"))

w = Window.partitionBy("team").orderBy("age", "id")
show("windows", people.select("id", "team", F.row_number().over(w).alias("n"), F.rank().over(w).alias("r"), F.lag("age").over(w).alias("lag"),
                              F.sum("pay").over(w.rowsBetween(Window.unboundedPreceding, 0)).alias("running"),
                              F.max("age").over(Window.partitionBy("team")).alias("oldest"),
                              F.ntile(2).over(w).alias("half"), F.first("name", ignorenulls=True).over(w).alias("first")).orderBy("id"))
# The last digit of a standard deviation depends on the partitions.
show("describe", people.describe("age", "pay", "name").where("summary <> 'stddev'"))
show("deviation", people.describe("age", "pay").where("summary = 'stddev'").selectExpr("round(double(age), 6) AS a", "round(double(pay), 6) AS p"))
show("summary", people.select("age").summary().where("summary <> 'stddev'"))
show("summary of some", people.select("pay").summary("count", "min", "50%", "max"))
say("corr", people.stat.corr("id", "age"))
say("cov", people.stat.cov("id", "age"))
say("approxQuantile", people.stat.approxQuantile("age", [0.0, 0.5, 1.0], 0.0))
show("crosstab", people.stat.crosstab("team", "age"), ordered=False)

ordered = people.orderBy("id")
say("head", ordered.head())
say("head(2)", ordered.head(2))
say("first", ordered.first())
say("take", ordered.take(1))
say("tail", ordered.tail(2))
say("limit and offset", [r.id for r in ordered.offset(2).limit(2).collect()])
say("toLocalIterator", [r.id for r in ordered.toLocalIterator()])
say("count", people.count())
say("isEmpty", (people.isEmpty(), people.limit(0).isEmpty()))
say("columns", people.columns)
say("dtypes", people.dtypes)
show("explode", spark.createDataFrame([(1, ["x", "y"]), (2, [])], "k INT, v ARRAY<STRING>").select("k", F.explode_outer("v").alias("v")), ordered=False)
show("nested", people.select(F.struct("id", "name").alias("s")).select("s.name", F.col("s").getField("id")).orderBy("s.id"))
show("toDF", teams.toDF("a", "b").orderBy("b"))
show("sample of all", teams.sample(1.0).orderBy("room"))
show("melt", teams.unpivot("team", ["room"], "key", "value").orderBy("team"))
show("range", spark.range(3, 12, 4))
show("repartition", people.repartition(3, "team").select("id").orderBy("id"))
show("hint", people.hint("broadcast").select("id").orderBy("id").limit(1))
show("transform", teams.transform(lambda df: df.filter("room > 8")).orderBy("room"))
cached = people.cache()
say("cached", (cached.is_cached, cached.count(), cached.filter("age = 29").count()))
cached.unpersist()
refused("no such column", lambda: people.select("nope").collect())
refused("ambiguous", lambda: people.join(teams, people.team == teams.team).select("team").collect())
refused("union of other widths", lambda: people.union(teams).collect())
