"""pyspark.sql.functions of everyday analysis."""
import datetime

from pyspark.sql import functions as F
from show import show, start

spark, _ = start()
df = spark.createDataFrame(
    [(1, "Spark SQL", -2.5, datetime.date(2024, 2, 29), datetime.datetime(2024, 3, 10, 3, 30), [3, 1, None, 2], {"a": 1}, '{"k": [1, 2], "s": "x"}'),
     (2, "naïve", 7.25, datetime.date(1999, 12, 31), datetime.datetime(2024, 11, 3, 1, 30), [], {"b": 2, "c": 3}, "{}"),
     (3, None, None, None, None, None, None, None)],
    "id INT, s STRING, x DOUBLE, d DATE, t TIMESTAMP, a ARRAY<INT>, m MAP<STRING, INT>, j STRING")
by = "id"
show("strings", df.select(F.lower("s"), F.upper("s"), F.length("s"), F.reverse("s"), F.trim(F.lit("  x ")), F.lpad("s", 10, "*"), F.substring("s", 2, 3),
                          F.instr("s", "a"), F.locate("a", "s"), F.translate("s", "ae", "AE"), F.initcap("s"), F.repeat("s", 2), F.split("s", " "),
                          F.concat_ws("/", "s", F.lit("z")), F.regexp_extract("s", r"(\w+) (\w+)", 2), F.regexp_replace("s", "[aeiou]", "_"),
                          F.ascii("s"), F.levenshtein("s", F.lit("Spark")), F.soundex("s"), F.overlay("s", F.lit("__"), 2)).orderBy(F.length("s")))
show("numbers", df.select(F.abs("x"), F.ceil("x"), F.floor("x"), F.round("x", 1), F.bround("x"), F.sqrt(F.abs("x")), F.exp(F.lit(0.0)), F.log(F.lit(10.0), F.lit(100.0)),
                          F.pow("x", F.lit(2)), F.signum("x"), F.greatest("x", F.lit(0.0)), F.least("x", F.lit(0.0)), F.hex("id"), F.conv(F.lit("ff"), 16, 10), F.bin("id"),
                          F.factorial("id"), F.isnan("x"), F.nanvl("x", F.lit(1.0)), F.shiftleft("id", 3), F.pmod("id", F.lit(2)), F.format_number("x", 2)).orderBy("hex(id)"))
show("dates", df.select("id", F.year("d"), F.month("d"), F.dayofmonth("d"), F.dayofweek("d"), F.dayofyear("d"), F.weekofyear("d"), F.quarter("d"), F.last_day("d"), F.add_months("d", 1),
                        F.date_add("d", 10), F.date_sub("d", 1), F.datediff("d", F.lit(datetime.date(2024, 1, 1))), F.months_between("d", F.lit(datetime.date(2024, 1, 31))),
                        F.next_day("d", "Mon"), F.trunc("d", "year"), F.date_format("d", "EEE dd MMM yyyy"), F.to_date(F.lit("05/03/2024"), "dd/MM/yyyy"), F.make_date(F.lit(2024), "id", F.lit(1))).orderBy("id"))
show("times", df.select("id", F.hour("t"), F.minute("t"), F.second("t"), F.date_trunc("hour", "t"), F.unix_timestamp("t"), F.from_unixtime(F.lit(0)), F.to_timestamp(F.lit("2024-03-10 02:30:00")),
                        F.date_format("t", "yyyy-MM-dd HH:mm:ss z"), F.from_utc_timestamp("t", "Asia/Tokyo"), F.to_utc_timestamp("t", "Asia/Tokyo"), F.unix_micros("t")).orderBy("id"))
show("arrays", df.select("id", F.size("a"), F.sort_array("a"), F.array_contains("a", 1), F.array_distinct("a"), F.array_max("a"), F.array_min("a"), F.array_position("a", 2), F.array_remove("a", 1),
                         F.array_union("a", F.array(F.lit(9))), F.array_except("a", F.array(F.lit(1))), F.arrays_overlap("a", F.array(F.lit(2))), F.slice("a", 1, 2), F.element_at(F.array(F.lit(5)), 1),
                         F.flatten(F.array("a", "a")), F.array_join("a", "-", "?"), F.transform("a", lambda v: v + 1), F.filter("a", lambda v: v > 1), F.exists("a", lambda v: v == 3),
                         F.aggregate("a", F.lit(0), lambda acc, v: acc + F.coalesce(v, F.lit(0))), F.arrays_zip("a", "a"), F.sequence(F.lit(1), "id")).orderBy("id"))
show("maps", df.select("id", F.map_keys("m"), F.map_values("m"), F.map_entries("m"), F.col("m")["a"], F.map_concat("m", F.create_map(F.lit("z"), F.lit(0))), F.transform_values("m", lambda k, v: v * 2),
                       F.map_filter("m", lambda k, v: v > 1), F.size("m")).orderBy("id"))
show("json", df.select("id", F.get_json_object("j", "$.k[1]"), F.from_json("j", "k ARRAY<INT>, s STRING"), F.to_json(F.struct("id", "s")), F.json_tuple("j", "s").alias("js")).orderBy("id"))
show("conditions", df.select("id", F.coalesce("x", F.lit(0.0)), F.when(F.col("x") > 0, "pos").otherwise("other"), F.isnull("x"), F.col("s").like("%a%"), F.col("s").rlike("^S"), F.col("id").isin(1, 3),
                             F.col("x").between(-3, 0), F.col("s").eqNullSafe(None), F.nullif(F.col("id"), F.lit(1))).orderBy("id"))
show("hashes", df.select("id", F.md5(F.col("s").cast("binary")), F.sha1("s"), F.sha2("s", 256), F.crc32("s"), F.hash("id", "s", "x", "d"), F.xxhash64("id", "s", "x"), F.base64(F.col("s").cast("binary"))).orderBy("id"))
numbers = spark.range(1, 101).select((F.col("id") % 7).alias("g"), F.col("id").cast("double").alias("v"))
show("aggregates", numbers.groupBy("g").agg(F.sum("v"), F.avg("v"), F.stddev("v"), F.stddev_pop("v"), F.variance("v").alias("variance"), F.var_pop("v"), F.round(F.skewness("v"), 6), F.kurtosis("v"), F.count_if(F.col("v") > 50),
                                            F.percentile_approx("v", 0.5), F.expr("percentile(v, 0.25)"), F.median("v"), F.corr("v", "g"), F.covar_samp("v", "g"), F.collect_list("v")[0],
                                            F.max_by("v", -F.col("v")), F.bool_and(F.col("v") > 0), F.approx_count_distinct("v"), F.sum_distinct(F.col("v") % 3), F.any_value("g")).orderBy("g"))
