"""Python data sources: batch reading and writing, and what they are told."""
from dataclasses import dataclass

import pyarrow as pa
from case import case
from pyspark.sql import Row
from pyspark.sql import functions as F
from pyspark.sql.datasource import (DataSource, DataSourceArrowWriter, DataSourceReader, DataSourceWriter, EqualTo, GreaterThan, InputPartition,
                                    WriterCommitMessage)
from pyspark.sql.types import IntegerType, StringType, StructType
from showing import attempt

# ---- reading -----------------------------------------------------------------------------------------------------------


class Counting(DataSource):
    """As many rows as the option says, in as many partitions."""

    @classmethod
    def name(cls):
        return "counting"

    def schema(self):
        return "n INT, part STRING"

    def reader(self, schema):
        return CountingReader(int(self.options.get("rows", 3)), int(self.options.get("parts", 2)))


class CountingReader(DataSourceReader):
    def __init__(self, rows, parts):
        self.rows, self.parts = rows, parts

    def partitions(self):
        return [InputPartition(i) for i in range(self.parts)]

    def read(self, partition):
        for n in range(self.rows):
            yield n, f"part {partition.value}"


def source(read, schema="n INT", partitions=None, called="sources_made"):
    """A data source whose partitions are read by a function."""

    class Reader(DataSourceReader):
        def read(self, partition):
            return read(partition)

    if partitions is not None:
        Reader.partitions = lambda self: partitions()

    class Made(DataSource):
        @classmethod
        def name(cls):
            return called

        def schema(self):
            return schema() if callable(schema) else schema

        def reader(self, schema):
            return Reader()

    return Made


def read(spark, made, **options):
    spark.dataSource.register(made)
    return spark.read.format(made.name()).options(**options).load()


READS = {
    "rows": lambda s: s,
    "one_partition": lambda s: s.where("part = 'part 1'"),
    "columns": lambda s: s.select("part"),
    "no_columns": lambda s: s.agg(F.count("*")),
    "aggregated": lambda s: s.groupBy("part").agg(F.sum("n")),
    "joined": lambda s: s.join(s.withColumnRenamed("part", "p"), "n").where("p > part"),
    "limited": lambda s: s.where("part = 'part 0'").orderBy("n").limit(1),
    "with_a_function": lambda s: s.select(F.udf(lambda n: n * 2, "int")("n").alias("x")),
    "cached": lambda s: s.cache().unionAll(s),
    "given_a_schema": lambda s: s,
}

for what, query in READS.items():

    @case(f"read_{what}")
    def _(spark, query=query, what=what):
        spark.dataSource.register(Counting)
        reader = spark.read.format("counting").option("rows", 2)
        if what == "given_a_schema":
            reader = reader.schema("x INT, y STRING")
        return query(reader.load())


@case
def read_no_rows(spark):
    return read(spark, Counting, rows="0")


@case
def read_no_partitions(spark):
    return read(spark, Counting, parts="0")


@case
def read_from_sql(spark):
    spark.dataSource.register(Counting)
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW sources_counting USING counting OPTIONS (rows 2, parts 1)")
    return spark.sql("SELECT * FROM sources_counting WHERE n > 0")


@case
def read_options(spark):
    class Told(DataSource):
        @classmethod
        def name(cls):
            return "sources_told"

        def schema(self):
            return "x STRING"

        def reader(self, schema):
            options, asked = dict(self.options), schema.simpleString()

            class Reader(DataSourceReader):
                def read(self, partition):
                    yield (f"{sorted(options.items())} {asked} {partition!r}",)

            return Reader()

    spark.dataSource.register(Told)
    return spark.read.format("sources_told").option("Mixed", "Case").option("n", 1).option("yes", True).load()


@case
def read_paths(spark):
    class Told(DataSource):
        @classmethod
        def name(cls):
            return "sources_paths"

        def schema(self):
            return "x STRING"

        def reader(self, schema):
            options = dict(self.options)

            class Reader(DataSourceReader):
                def read(self, partition):
                    yield (str(sorted(options.items())),)

            return Reader()

    spark.dataSource.register(Told)
    return spark.read.format("sources_paths").load("/no/such/path").union(spark.read.format("sources_paths").option("path", "x").load())


GIVES = {
    "tuples": lambda _: iter([(1,), (2,)]), "lists": lambda _: iter([[1], [2]]), "rows": lambda _: iter([Row(n=1)]), "a_list": lambda _: [(1,)],
    "batches": lambda _: iter([pa.RecordBatch.from_pydict({"n": pa.array([1, 2], pa.int32())})]),
    "batches_of_other_types": lambda _: iter([pa.RecordBatch.from_pydict({"n": pa.array(["x"])})]),
    "batches_of_other_names": lambda _: iter([pa.RecordBatch.from_pydict({"m": pa.array([1], pa.int32())})]),
    "batches_of_more_columns": lambda _: iter([pa.RecordBatch.from_pydict({"n": pa.array([1], pa.int32()), "m": pa.array([1], pa.int32())})]),
    "numbers": lambda _: iter([1]), "nothing": lambda _: None, "a_number": lambda _: 1, "too_many_values": lambda _: iter([(1, 2)]),
    "too_few_values": lambda _: iter([()]), "words": lambda _: iter([("x",)]), "nulls": lambda _: iter([(None,)]), "other_row_names": lambda _: iter([Row(m=1)]),
    "an_error": lambda _: 1 // 0, "a_late_error": lambda _: ((1 // (1 - i),) for i in range(3)),
}

for what, give in GIVES.items():

    @case(f"reader_gives_{what}")
    def _(spark, give=give):
        return read(spark, source(give))


SCHEMAS = {
    "text": "n INT, s STRING", "a_type": lambda: StructType().add("n", IntegerType()).add("s", StringType(), False), "not_null": "n INT NOT NULL, s STRING",
    "wrong_text": "n NO_TYPE", "no_struct": lambda: IntegerType(), "an_error": lambda: 1 // 0, "nothing": lambda: None,
    "nested": "n INT, s STRUCT<a: ARRAY<STRING>>",
}
VALUES = {"nested": (1, (["x", None],))}

for what, schema in SCHEMAS.items():

    @case(f"schema_as_{what}")
    def _(spark, schema=schema, what=what):
        row = VALUES.get(what, (1, "x"))
        return read(spark, source(lambda _: iter([row]), schema))


PARTITIONS = {"an_error": lambda: 1 // 0, "numbers": lambda: [1, 2], "nothing": lambda: None, "none": lambda: [], "a_generator": lambda: (InputPartition(i) for i in range(2))}

for what, partitions in PARTITIONS.items():

    @case(f"partitions_as_{what}")
    def _(spark, partitions=partitions):
        return read(spark, source(lambda _: iter([(1,)]), partitions=partitions))


@dataclass
class Range(InputPartition):
    first: int
    last: int


@case
def own_partitions(spark):
    return read(spark, source(lambda p: iter([(n,) for n in range(p.first, p.last)]), partitions=lambda: [Range(0, 2), Range(5, 7)]))


ALL_TYPES = "a BOOLEAN, b TINYINT, c BIGINT, d DOUBLE, e DECIMAL(10,2), f STRING, g BINARY, h DATE, i TIMESTAMP, j TIMESTAMP_NTZ, k ARRAY<INT>, " \
            "l MAP<STRING,INT>, m STRUCT<x:INT,y:STRING>"


@case
def all_types(spark):
    import datetime
    from decimal import Decimal

    row = (True, 1, 2**40, 1.5, Decimal("1.25"), "x", b"x", datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3), datetime.datetime(2024, 1, 2, 3),
           [1, None], {"a": 1}, (1, "x"))
    return read(spark, source(lambda _: iter([row, (None,) * 13]), ALL_TYPES)).drop("i")


class Filtered(DataSource):
    @classmethod
    def name(cls):
        return "sources_filtered"

    def schema(self):
        return "x INT, seen STRING"

    def reader(self, schema):
        class Reader(DataSourceReader):
            def __init__(self):
                self.seen, self.least = [], 0

            def pushFilters(self, filters):
                for f in filters:
                    self.seen.append(repr(f))
                    if isinstance(f, GreaterThan) and f.attribute == ("x",):
                        self.least = f.value + 1
                    else:
                        yield f

            def read(self, partition):
                for x in range(self.least, 5):
                    yield x, str(sorted(self.seen))

        return Reader()


FILTERS = {"greater": "x > 2", "equal": "x = 3", "both": "x > 1 AND x <> 3", "or": "x > 3 OR x = 0", "null": "x IS NOT NULL", "in": "x IN (1, 2)",
           "text": "seen LIKE '%G%'", "expression": "x + 1 > 3", "not": "NOT (x > 3)"}

for what, condition in FILTERS.items():

    @case(f"pushed_{what}", confs={"spark.sql.python.filterPushdown.enabled": "true"})
    def _(spark, condition=condition):
        spark.dataSource.register(Filtered)
        return spark.read.format("sources_filtered").load().where(condition)


@case
def pushed_while_that_is_off(spark):
    spark.dataSource.register(Filtered)
    return spark.read.format("sources_filtered").load().where("x > 2")


@case
def an_unknown_source(spark):
    return spark.read.format("sources_no_such").load()


@case
def a_source_without_a_reader(spark):
    class Empty(DataSource):
        @classmethod
        def name(cls):
            return "sources_empty"

        def schema(self):
            return "n INT"

    return read(spark, Empty)


@case
def a_source_without_a_schema(spark):
    class Empty(DataSource):
        @classmethod
        def name(cls):
            return "sources_schemaless"

        def reader(self, schema):
            return CountingReader(1, 1)

    return read(spark, Empty)


@case
def a_source_whose_constructor_fails(spark):
    class Fails(Counting):
        def __init__(self, options):
            raise ValueError("no option given")

        @classmethod
        def name(cls):
            return "sources_failing"

    return read(spark, Fails)


@case
def registering_no_source(spark):
    class Nothing:
        pass

    return spark.dataSource.register(Nothing)


@case
def registering_a_built_in_name(spark):
    return read(spark, source(lambda _: iter([(1,)]), called="parquet"))


@case
def registering_again(spark):
    first = read(spark, source(lambda _: iter([(1,)]), called="sources_again")).collect()
    second = read(spark, source(lambda _: iter([(2,)]), called="sources_again")).collect()
    return f"{first} {second}"


# ---- writing: what happens is told by errors, as workers may not share files with anyone ---------------------------------


@dataclass
class Said(WriterCommitMessage):
    text: str


class Writer(DataSourceWriter):
    def __init__(self, about):
        self.about = about

    def write(self, iterator):
        from pyspark import TaskContext

        assert TaskContext.get() is not None
        rows = [tuple(row) for row in iterator]
        if self.about.get("fail") == "write":
            raise ValueError(f"write {rows}")
        return Said(str(rows))

    def commit(self, messages):
        if self.about.get("fail") == "commit":
            raise ValueError(f"commit {sorted(m.text for m in messages)} {self.about}")

    def abort(self, messages):
        raise ValueError("abort")


class ArrowWriter(DataSourceArrowWriter):
    def __init__(self, about):
        self.about = about

    def write(self, iterator):
        return Said(str([row for batch in iterator for row in batch.to_pylist()]))

    def commit(self, messages):
        raise ValueError(f"commit {sorted(m.text for m in messages)}")


class Sink(DataSource):
    @classmethod
    def name(cls):
        return "sources_sink"

    def writer(self, schema, overwrite):
        about = {**dict(self.options), "schema": schema.simpleString(), "overwrite": overwrite}
        return ArrowWriter(about) if about.get("arrow") else Writer(about)


def rows(spark):
    return spark.createDataFrame([(1, "a"), (2, None)], "n INT, s STRING").coalesce(1)


WRITES = {
    "append": lambda w: w.mode("append").save(), "overwrite": lambda w: w.mode("overwrite").save(), "committed": lambda w: w.mode("append").option("fail", "commit").save(),
    "overwritten": lambda w: w.mode("overwrite").option("fail", "commit").save(), "failing": lambda w: w.mode("append").option("fail", "write").save(),
    "by_arrow": lambda w: w.mode("append").option("arrow", "1").save(), "ignore": lambda w: w.mode("ignore").save(), "error": lambda w: w.save(),
    "a_path": lambda w: w.mode("append").option("fail", "commit").save("some/path"), "partitioned": lambda w: w.mode("append").partitionBy("n").save(),
}

for what, write in WRITES.items():

    @case(f"write_{what}")
    def _(spark, write=write):
        spark.dataSource.register(Sink)
        return write(rows(spark).write.format("sources_sink"))


@case
def write_no_rows(spark):
    spark.dataSource.register(Sink)
    return rows(spark).where("n > 5").coalesce(1).write.format("sources_sink").mode("append").option("fail", "commit").save()


@case
def write_several_partitions(spark):
    spark.dataSource.register(Sink)
    return spark.range(0, 4, 1, 4).write.format("sources_sink").mode("append").option("fail", "commit").save()


@case
def write_nested_values(spark):
    spark.dataSource.register(Sink)
    frame = spark.sql("SELECT array(1, NULL) AS a, named_struct('x', 1) AS s, 1.50BD AS d, DATE'2024-01-02' AS day, map('k', X'00') AS m")
    return frame.coalesce(1).write.format("sources_sink").mode("append").option("fail", "commit").save()


@case
def write_without_a_writer(spark):
    spark.dataSource.register(Counting)
    return rows(spark).write.format("counting").mode("append").save()


@case
def a_commit_message_of_another_kind(spark):
    class Other(DataSource):
        @classmethod
        def name(cls):
            return "sources_other"

        def writer(self, schema, overwrite):
            class W(DataSourceWriter):
                def write(self, iterator):
                    return 7

            return W()

    spark.dataSource.register(Other)
    return rows(spark).write.format("sources_other").mode("append").save()


@case
def a_writer_that_says_nothing(spark):
    class Silent(DataSource):
        @classmethod
        def name(cls):
            return "sources_silent"

        def writer(self, schema, overwrite):
            class W(DataSourceWriter):
                def write(self, iterator):
                    return None

                def commit(self, messages):
                    raise ValueError(f"commit {messages}")

            return W()

    spark.dataSource.register(Silent)
    return rows(spark).write.format("sources_silent").mode("append").save()


# ---- tasks: what each is told, and what becomes of the others' messages when one fails ------------------------------------


@case
def tasks_of_a_read(spark):
    def tell(partition):
        from pyspark import TaskContext

        return iter([(partition.value, TaskContext.get().partitionId())])

    made = source(tell, "n INT, task INT", lambda: [InputPartition(i) for i in range(7)], "sources_tasks")
    return read(spark, made)


@case
def one_failing_partition(spark):
    def fail(partition):
        if partition.value == 5:
            raise ValueError("the sixth")
        return iter([(partition.value,)])

    return read(spark, source(fail, partitions=lambda: [InputPartition(i) for i in range(7)], called="sources_one_fails"))


class NotingWriter(DataSourceWriter):
    """Notes what it is told at the end in a file of its own, where the session's workers look it up."""

    def __init__(self, about):
        self.about = about

    def write(self, iterator):
        import time

        from pyspark import TaskContext

        rows = [tuple(row) for row in iterator]
        if self.about.get("fail") == "write" and (2,) in rows:
            time.sleep(3)  # the other tasks are done
            raise ValueError("two")
        return Said(f"{TaskContext.get().partitionId()} {rows}")

    def note(self, what, messages):
        with open(self.about["file"], "a") as f:
            f.write(f"{what} {[m and m.text for m in messages]}\n")

    def commit(self, messages):
        self.note("commit", messages)
        if self.about.get("fail") == "commit":
            raise ValueError("not committed")

    def abort(self, messages):
        self.note("abort", messages)


class NotingSink(DataSource):
    @classmethod
    def name(cls):
        return "sources_noting"

    def writer(self, schema, overwrite):
        return NotingWriter(dict(self.options))


def noted(spark, name, fail, partitions):
    """What was noted, as a worker of the same session finds it."""
    spark.dataSource.register(NotingSink)
    frame = spark.range(0, 4, 1, partitions)

    def take(_):
        import os

        try:
            with open(name) as f:
                return f.read()
        except FileNotFoundError:
            return None
        finally:
            if os.path.exists(name):
                os.remove(name)

    told = attempt(lambda: frame.write.format("sources_noting").mode("append").option("fail", fail).option("file", name).save())
    return told, spark.range(0, 1, 1, 1).select(F.udf(take, "string")("id")).collect()[0][0]


for fail in ("none", "write", "commit"):
    for partitions in (1, 4):

        @case(f"write_noted_{fail}_{partitions}")
        def _(spark, fail=fail, partitions=partitions):
            return str(noted(spark, f"sources_noted_{fail}_{partitions}.txt", fail, partitions))


@case
def all_that_filters_are(spark):
    return "\n".join(attempt(lambda f=f: repr(f)) for f in (EqualTo(("a", "b"), 1), GreaterThan(("x",), None)))
