"""Table functions: regular, Arrow-optimised and of Arrow batches; analyze, TABLE arguments, calls from SQL."""
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from case import case
from pyspark.sql import functions as F
from pyspark.sql.functions import (AnalyzeArgument, AnalyzeResult, OrderingColumn, PartitioningColumn, SelectedColumn, SkipRestOfInputTableException,
                                   arrow_udtf, udtf)
from pyspark.sql.types import IntegerType, LongType, StringType, StructType

WAYS = {"pickled": False, "arrow": True}


def numbers(spark):
    return spark.createDataFrame([(1, 1, "a"), (1, 2, "b"), (2, 3, None), (2, 4, "d"), (None, 5, "e")], "k INT, n INT, s STRING").coalesce(1)


class Pairs:
    def eval(self, a, b=10, *more, **named):
        yield a, str(b)
        yield b, f"{more}{sorted(named.items())}"


class Nothing:
    def eval(self, a):
        pass


class Returns:
    def eval(self, a):
        return [(a,), (a + 1,)]


class Counts:
    def __init__(self):
        self.rows, self.keys = 0, set()

    def eval(self, row):
        self.rows += 1
        self.keys.add(row["k"])

    def terminate(self):
        yield self.rows, str(sorted(self.keys, key=str))


class Order:
    def __init__(self):
        self.seen = []

    def eval(self, row):
        self.seen.append(row["n"])

    def terminate(self):
        yield (",".join(map(str, self.seen)),)


class Describes:
    def eval(self, row):
        yield type(row).__name__, str(row)


class OnlyTerminates:
    def eval(self):
        pass

    def terminate(self):
        yield (42,)


class Skips:
    def __init__(self):
        self.seen = 0

    def eval(self, row):
        self.seen += 1
        if self.seen >= 1:
            raise SkipRestOfInputTableException("enough")

    def terminate(self):
        yield (self.seen,)


class Cleans:
    def eval(self, a):
        yield (a,)

    def cleanup(self):
        raise ValueError("in cleanup")


class FailsInInit:
    def __init__(self):
        raise ValueError("in init")

    def eval(self, a):
        yield (a,)


class FailsInTerminate:
    def eval(self, a):
        yield (a,)

    def terminate(self):
        raise ValueError("in terminate")


class TwoTables:
    def eval(self, row, n):
        yield row["n"], n


class Star:
    def eval(self, *args):
        yield (str(args),)


class Nested:
    def eval(self, a):
        yield {"x": 1}, [1, None], (1, "y")


CALLS = {
    "positional": (Pairs, "a int, b string", lambda f, t: f(F.lit(1), F.lit(2))),
    "default": (Pairs, "a int, b string", lambda f, t: f(F.lit(1))),
    "named": (Pairs, "a int, b string", lambda f, t: f(b=F.lit(2), a=F.lit(1))),
    "more": (Pairs, "a int, b string", lambda f, t: f(F.lit(1), F.lit(2), F.lit(3), F.lit("x"))),
    "more_named": (Pairs, "a int, b string", lambda f, t: f(F.lit(1), z=F.lit(3), y=F.lit("x"))),
    "missing": (Pairs, "a int, b string", lambda f, t: f()),
    "too_many": (Returns, "a int", lambda f, t: f(F.lit(1), F.lit(2))),
    "unknown_name": (Returns, "a int", lambda f, t: f(c=F.lit(1))),
    "nothing": (Nothing, "a int", lambda f, t: f(F.lit(1))),
    "returns_a_list": (Returns, "a int", lambda f, t: f(F.lit(1))),
    "only_terminates": (OnlyTerminates, "a int", lambda f, t: f()),
    "cleanup_fails": (Cleans, "a int", lambda f, t: f(F.lit(1))),
    "init_fails": (FailsInInit, "a int", lambda f, t: f(F.lit(1))),
    "terminate_fails": (FailsInTerminate, "a int", lambda f, t: f(F.lit(1))),
    "nested": (Nested, "m map<string,int>, a array<int>, s struct<x:int,y:string>", lambda f, t: f(F.lit(1))),
    "star": (Star, "v string", lambda f, t: f(F.lit(1), F.lit(None), F.lit("x"))),
    "table": (Describes, "a string, b string", lambda f, t: f(t.asTable())),
    "table_whole": (Counts, "rows int, keys string", lambda f, t: f(t.asTable().withSinglePartition())),
    "table_by_key": (Counts, "rows int, keys string", lambda f, t: f(t.asTable().partitionBy("k"))),
    "table_by_expression": (Counts, "rows int, keys string", lambda f, t: f(t.asTable().partitionBy(F.col("n") % 2))),
    "table_ordered": (Order, "ns string", lambda f, t: f(t.asTable().partitionBy("k").orderBy(F.desc("n")))),
    "table_whole_ordered": (Order, "ns string", lambda f, t: f(t.asTable().withSinglePartition().orderBy(F.desc("k"), "n"))),
    "table_empty": (Counts, "rows int, keys string", lambda f, t: f(t.where("n < 0").asTable().withSinglePartition())),
    "table_empty_by_key": (Counts, "rows int, keys string", lambda f, t: f(t.where("n < 0").asTable().partitionBy("k"))),
    "table_and_value": (TwoTables, "a int, b int", lambda f, t: f(t.asTable(), F.lit(7))),
    "table_named": (TwoTables, "a int, b int", lambda f, t: f(n=F.lit(7), row=t.asTable())),
    "two_tables": (TwoTables, "a int, b int", lambda f, t: f(t.asTable(), t.asTable())),
    "skips_the_rest": (Skips, "seen int", lambda f, t: f(t.asTable().partitionBy("k"))),
    "filtered": (Returns, "a int", lambda f, t: f(F.lit(1)).filter("a > 1")),
    "joined": (Returns, "a int", lambda f, t: t.join(f(F.lit(1)), F.col("a") == F.col("n")).select("n", "s")),
    "aggregated": (Returns, "a int", lambda f, t: f(F.lit(1)).agg(F.sum("a"))),
    "lateral": (Returns, "a int", lambda f, t: t.lateralJoin(f(F.col("n").outer())).select("n", "a")),
    "lateral_left": (Nothing, "a int", lambda f, t: t.lateralJoin(f(F.col("n").outer()), how="left").select("n", "a")),
    "lateral_on": (Returns, "a int", lambda f, t: t.lateralJoin(f(F.col("n").outer()), F.col("a") > F.col("n")).select("n", "a")),
    "too_few_columns": (Returns, "a int, b int", lambda f, t: f(F.lit(1))),
    "too_many_columns": (Pairs, "a int", lambda f, t: f(F.lit(1))),
    "column_outside": (Returns, "a int", lambda f, t: f(F.col("n"))),
}

for call, (handler, schema, ask) in CALLS.items():
    for way, arrow in WAYS.items():

        @case(f"{call}_{way}")
        def _(spark, handler=handler, schema=schema, ask=ask, arrow=arrow):
            return ask(udtf(handler, returnType=schema, useArrow=arrow), numbers(spark))


YIELDS = {"a_number": 1, "text": "x", "a_list": [1], "none": None, "a_dict": {"a": 1}, "a_null": (None,), "words": ("x",)}

for what, value in YIELDS.items():
    for way, arrow in WAYS.items():

        @case(f"yields_{what}_{way}")
        def _(spark, value=value, arrow=arrow):
            class Gives:
                def eval(self):
                    yield value

            return udtf(Gives, returnType="a int", useArrow=arrow)()


# ---- analyze -----------------------------------------------------------------------------------------------------------


class AsManyColumns:
    @staticmethod
    def analyze(n: AnalyzeArgument) -> AnalyzeResult:
        schema = StructType()
        for i in range(n.value or 0):
            schema = schema.add(f"c{i}", IntegerType())
        return AnalyzeResult(schema=schema)

    def eval(self, n):
        yield tuple(range(n))


class TellsArguments:
    @staticmethod
    def analyze(*args, **kwargs) -> AnalyzeResult:
        def tell(a):
            return f"{a.dataType.simpleString()} {a.value!r} {a.isTable} {a.isConstantExpression}"

        text = "; ".join([*map(tell, args), *(f"{key}={tell(a)}" for key, a in kwargs.items())])
        return AnalyzeResult(schema=StructType().add("eval", StringType()).add(text, StringType()))

    def eval(self, *args, **kwargs):
        yield f"{args} {sorted(kwargs.items())}", "x"


class ByKey:
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("k", IntegerType()).add("ns", StringType()), partitionBy=[PartitioningColumn("k")],
                             orderBy=[OrderingColumn("n", ascending=False)])

    def __init__(self):
        self.key, self.ns = None, []

    def eval(self, row):
        self.key = row["k"]
        self.ns.append(row["n"])

    def terminate(self):
        yield self.key, str(self.ns)


class Whole(ByKey):
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("k", IntegerType()).add("ns", StringType()), withSinglePartition=True,
                             orderBy=[OrderingColumn("n"), OrderingColumn("k")])


class Selects:
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("names", StringType()).add("values", StringType()), withSinglePartition=True,
                             select=[SelectedColumn("n"), SelectedColumn("n + 1", alias="m")])

    def eval(self, row):
        yield str(row.__fields__), str(tuple(row))


@dataclass
class Prepared(AnalyzeResult):
    word: str = ""


class UsesItsAnalysis:
    def __init__(self, result):
        self.result = result

    @staticmethod
    def analyze(text: AnalyzeArgument) -> Prepared:
        return Prepared(schema=StructType().add("word", StringType()), word=text.value.upper())

    def eval(self, text):
        yield (self.result.word + text,)


class AnalyzeFails:
    @staticmethod
    def analyze(a: AnalyzeArgument) -> AnalyzeResult:
        raise ValueError("no such schema")

    def eval(self, a):
        yield (a,)


class AnalyzeGivesText(AnalyzeFails):
    @staticmethod
    def analyze(a: AnalyzeArgument) -> AnalyzeResult:
        return "a int"


class AnalyzeOfTwo(AnalyzeFails):
    @staticmethod
    def analyze(a: AnalyzeArgument, b: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("a", LongType()))


class BothPartitionings(ByKey):
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("a", LongType()), withSinglePartition=True, partitionBy=[PartitioningColumn("k")])


class OrderWithoutPartition(ByKey):
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("a", LongType()), orderBy=[OrderingColumn("k")])


class UnknownColumn(ByKey):
    @staticmethod
    def analyze(row: AnalyzeArgument) -> AnalyzeResult:
        return AnalyzeResult(schema=StructType().add("a", LongType()), partitionBy=[PartitioningColumn("zz")])


ANALYZED = {
    "columns": (AsManyColumns, lambda f, t: f(F.lit(3))),
    "no_columns": (AsManyColumns, lambda f, t: f(F.lit(0))),
    "of_an_expression": (AsManyColumns, lambda f, t: f(F.lit(1) + F.lit(2))),
    "arguments": (TellsArguments, lambda f, t: f(F.lit(1), F.lit("x"), F.lit(None), F.lit(1.5), F.array(F.lit(1)))),
    "named_arguments": (TellsArguments, lambda f, t: f(F.lit(1), z=F.lit(True), y=F.lit(b"x"))),
    "a_table": (TellsArguments, lambda f, t: f(t.where("n = 1").asTable())),
    "a_column": (TellsArguments, lambda f, t: t.lateralJoin(f(F.col("n").outer())).select("n", "eval")),
    "partition": (ByKey, lambda f, t: f(t.asTable())),
    "partition_given_too": (ByKey, lambda f, t: f(t.asTable().partitionBy("k"))),
    "whole": (Whole, lambda f, t: f(t.asTable())),
    "selects": (Selects, lambda f, t: f(t.asTable())),
    "keeps_its_result": (UsesItsAnalysis, lambda f, t: f(F.lit("x"))),
    "fails": (AnalyzeFails, lambda f, t: f(F.lit(1))),
    "gives_text": (AnalyzeGivesText, lambda f, t: f(F.lit(1))),
    "too_few": (AnalyzeOfTwo, lambda f, t: f(F.lit(1))),
    "both_partitionings": (BothPartitionings, lambda f, t: f(t.asTable())),
    "order_alone": (OrderWithoutPartition, lambda f, t: f(t.asTable())),
    "unknown_column": (UnknownColumn, lambda f, t: f(t.asTable())),
    "partition_of_a_value": (ByKey, lambda f, t: f(F.lit(1))),
}

for name, (handler, ask) in ANALYZED.items():
    for way, arrow in WAYS.items():

        @case(f"analyze_{name}_{way}")
        def _(spark, handler=handler, ask=ask, arrow=arrow):
            return ask(udtf(handler, useArrow=arrow), numbers(spark))


# ---- from SQL ----------------------------------------------------------------------------------------------------------

SQL = {
    "values": "SELECT * FROM tables_pairs(1, 2)",
    "named": "SELECT * FROM tables_pairs(b => 2, a => 1)",
    "default": "SELECT a FROM tables_pairs(1) WHERE b = '10'",
    "lateral": "SELECT n, a FROM VALUES (1), (2) AS t(n), LATERAL tables_pairs(n, 5)",
    "lateral_join": "SELECT n, a FROM VALUES (1), (2) AS t(n) LEFT JOIN LATERAL tables_pairs(n, 5) AS p ON a > n",
    "table": "SELECT * FROM tables_counts(TABLE(tables_numbers))",
    "table_query": "SELECT * FROM tables_counts(TABLE(SELECT * FROM tables_numbers WHERE n > 2) WITH SINGLE PARTITION)",
    "table_partition": "SELECT * FROM tables_counts(TABLE(tables_numbers) PARTITION BY k)",
    "table_order": "SELECT * FROM tables_order(TABLE(tables_numbers) PARTITION BY k ORDER BY n DESC)",
    "table_distribute": "SELECT * FROM tables_order(TABLE(tables_numbers) DISTRIBUTE BY (k) SORT BY (n))",
    "table_named": "SELECT * FROM tables_order(row => TABLE(tables_numbers) PARTITION BY (k, n))",
    "table_order_alone": "SELECT * FROM tables_order(TABLE(tables_numbers) ORDER BY n)",
    "analyzed": "SELECT * FROM tables_columns(4)",
    "analyzed_not_constant": "SELECT n FROM VALUES (1) AS t(n), LATERAL tables_columns(n)",
    "alias": "SELECT x.p, q FROM tables_pairs(1, 2) AS x(p, q)",
    "unknown": "SELECT * FROM tables_no_such_function(1)",
    "as_a_scalar": "SELECT tables_pairs(1, 2)",
    "twice_named": "SELECT * FROM tables_pairs(a => 1, a => 2)",
    "positional_after_named": "SELECT * FROM tables_pairs(a => 1, 2)",
}

for name, text in SQL.items():

    @case(f"sql_{name}")
    def _(spark, text=text):
        numbers(spark).createOrReplaceTempView("tables_numbers")
        spark.udtf.register("tables_pairs", udtf(Pairs, returnType="a int, b string"))
        spark.udtf.register("tables_counts", udtf(Counts, returnType="rows int, keys string"))
        spark.udtf.register("tables_order", udtf(Order, returnType="ns string"))
        spark.udtf.register("tables_columns", udtf(AsManyColumns))
        return spark.sql(text)


# ---- of Arrow batches --------------------------------------------------------------------------------------------------


class Doubles:
    def eval(self, batch: pa.RecordBatch):
        yield pa.table({"k": batch["k"], "twice": pc.multiply(batch["n"], 2)})


class Sums:
    def __init__(self):
        self.key, self.sum = None, 0

    def eval(self, batch: pa.RecordBatch):
        self.key = batch["k"][0].as_py()
        self.sum += pc.sum(batch["n"]).as_py()

    def terminate(self):
        yield pa.table({"k": pa.array([self.key], pa.int32()), "twice": pa.array([self.sum], pa.int32())})


class OfArrays:
    def eval(self, a: pa.Array, b: pa.Array):
        yield pa.table({"k": a, "twice": pc.add(a, b)})


class WrongNames:
    def eval(self, batch: pa.RecordBatch):
        yield pa.table({"k": batch["k"], "other": batch["n"]})


class WrongTypes:
    def eval(self, batch: pa.RecordBatch):
        yield pa.table({"k": batch["k"], "twice": batch["s"]})


class NoTable:
    def eval(self, batch: pa.RecordBatch):
        yield batch.to_pylist()


BATCHES = {
    "table": (Doubles, lambda f, t: f(t.asTable())),
    "table_by_key": (Sums, lambda f, t: f(t.asTable().partitionBy("k"))),
    "whole": (Sums, lambda f, t: f(t.where("k = 1").asTable().withSinglePartition())),
    "values": (OfArrays, lambda f, t: f(F.lit(1), F.lit(2))),
    "lateral": (OfArrays, lambda f, t: t.lateralJoin(f(F.col("n").outer(), F.lit(2)).toDF("x", "y")).select("n", "x", "y")),
    "empty": (Doubles, lambda f, t: f(t.where("n < 0").asTable())),
    "wrong_names": (WrongNames, lambda f, t: f(t.asTable())),
    "wrong_types": (WrongTypes, lambda f, t: f(t.asTable())),
    "no_table": (NoTable, lambda f, t: f(t.asTable())),
}

for name, (handler, ask) in BATCHES.items():

    @case(f"batches_{name}")
    def _(spark, handler=handler, ask=ask):
        return ask(arrow_udtf(handler, returnType="k int, twice int"), numbers(spark))


# ---- what is no handler ------------------------------------------------------------------------------------------------


@case
def a_handler_without_eval(spark):
    class Empty:
        pass

    return udtf(Empty, returnType="a int")(F.lit(1))


@case
def a_handler_without_a_type(spark):
    return udtf(Returns)(F.lit(1))


@case
def a_handler_with_both_types(spark):
    return udtf(AsManyColumns, returnType="a int")(F.lit(1))


@case
def a_handler_with_no_struct(spark):
    return udtf(Returns, returnType="int")(F.lit(1))


@case
def an_arrow_handler_with_analyze(spark):
    return arrow_udtf(AsManyColumns, returnType="a int")(F.lit(1))


@case
def a_function_instead_of_a_class(spark):
    return udtf(lambda a: a, returnType="a int")(F.lit(1))
