"""cache(), persist, CACHE TABLE: what is cached is computed once and read by every plan that contains it. A file that is
changed behind the server's back tells whether it was read again."""
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark.sql.functions as F
import pytest
from pyspark.errors import PySparkException


class Source:
    """A file of numbers."""

    def __init__(self, spark, path):
        self.spark, self.path = spark, str(path)
        self.write(range(50))

    def write(self, values):
        pq.write_table(pa.table({"a": pa.array(values, pa.int64())}), self.path)

    def frame(self):
        return self.spark.read.parquet(self.path)


@pytest.fixture
def source(spark, tmp_path):
    return Source(spark, tmp_path / "numbers.parquet")


def numbers(frame):
    return sorted(row[0] for row in frame.collect())


def test_rows_are_kept(source):
    df = source.frame()
    df.cache()
    assert numbers(df) == list(range(50))
    source.write([7])
    assert numbers(df) == list(range(50))
    assert numbers(df.filter("a < 3")) == [0, 1, 2]
    assert source.frame().agg(F.sum("a")).collect()[0][0] == 1225


def test_without_cache_the_file_is_read_again(source):
    assert source.frame().count() == 50
    source.write([7])
    assert numbers(source.frame()) == [7]


def test_nothing_is_read_before_the_first_use(source):
    df = source.frame()
    df.cache()
    source.write([7, 8])
    assert numbers(source.frame()) == [7, 8]
    source.write([9])
    assert numbers(source.frame()) == [7, 8]


def test_unpersist_computes_anew(source):
    df = source.frame()
    df.cache()
    df.count()
    source.write([7])
    df.unpersist()
    assert not df.is_cached
    assert numbers(source.frame()) == [7]


def test_a_limited_read_is_enough(source):
    df = source.frame()
    df.cache()
    assert len(df.orderBy("a").head(3)) == 3
    source.write([7])
    assert numbers(df) == list(range(50))


def test_show_reads_the_cache(source, capsys):
    df = source.frame().agg(F.max("a").alias("top"))
    df.cache()
    df.show()
    source.write([7])
    df.show()
    printed = capsys.readouterr().out
    assert printed.count("49") == 2


def test_one_filler_for_many_readers(spark):
    df = spark.range(300000).select((F.col("id") % 1000).alias("k")).distinct()
    df.cache()
    counts = []
    threads = [threading.Thread(target=lambda: counts.append(df.count())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1000] * 6


def test_an_error_is_not_kept(spark):
    df = spark.sql("SELECT 1 / (id - 1) AS x FROM range(3)")
    df.cache()
    for _ in range(2):
        with pytest.raises(PySparkException) as error:
            df.collect()
        assert error.value.getCondition() == "DIVIDE_BY_ZERO"
    assert df.is_cached


def test_cached_inside_of_cached(source):
    inner = source.frame()
    inner.cache()
    inner.count()
    source.write([7])
    outer = source.frame().filter("a >= 45")
    outer.cache()
    assert numbers(outer) == [45, 46, 47, 48, 49]


def test_subqueries_and_joins_read_the_cache(spark, source):
    df = source.frame()
    df.cache()
    df.count()
    source.write([7])
    df.createOrReplaceTempView("cached_numbers")
    assert spark.sql("SELECT a FROM cached_numbers WHERE a = (SELECT max(a) FROM cached_numbers)").collect()[0].a == 49
    assert df.alias("l").join(df.alias("r"), F.col("l.a") == F.col("r.a")).filter("l.a < 5").count() == 5


def test_files_are_read_again_after_refresh(spark, source):
    df = source.frame()
    df.cache()
    assert df.count() == 50
    source.write([1, 2, 3])
    spark.catalog.refreshByPath(source.path)
    assert source.frame().count() == 3
    source.write([4])
    assert source.frame().count() == 3


def test_clear_cache(spark, source):
    df = source.frame()
    df.cache()
    df.count()
    source.write([7])
    spark.catalog.clearCache()
    assert not df.is_cached
    assert numbers(source.frame()) == [7]


def test_tables_are_filled_at_once_or_later(spark, source):
    spark.sql(f"CACHE TABLE eager_numbers AS SELECT * FROM parquet.`{source.path}`")
    spark.sql(f"CACHE LAZY TABLE lazy_numbers AS SELECT a + 0 AS b FROM parquet.`{source.path}`")
    source.write([7])
    assert spark.table("eager_numbers").count() == 50
    assert numbers(spark.table("lazy_numbers")) == list(range(50))  # filled from what the other one holds
    spark.sql("UNCACHE TABLE eager_numbers")
    assert not spark.catalog.isCached("eager_numbers")
    assert spark.catalog.isCached("lazy_numbers")
    spark.catalog.clearCache()


def test_a_replaced_view_is_no_longer_cached(spark, source):
    source.frame().createOrReplaceTempView("replaced")
    spark.catalog.cacheTable("replaced")
    spark.table("replaced").count()
    spark.range(3).createOrReplaceTempView("replaced")
    assert not spark.catalog.isCached("replaced")
    assert not source.frame().is_cached


def test_explain_shows_the_cache(spark, capsys):
    df = spark.range(5)
    df.cache()
    df.explain()
    assert "InMemoryTableScan" in capsys.readouterr().out
    df.unpersist()
