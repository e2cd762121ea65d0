"""Deep plans and deep texts. Spark 4.3 reads plans up to protobuf's recursion limit of 1024 (a relation costs two levels);
beyond it answers without a condition. Its SQL parser answers FAILED_TO_PARSE_TOO_COMPLEX where its stack ends."""
import time

import pyspark.sql.connect.proto as pb
import pytest
from pyspark.sql import functions as F
from wire import failure, rows_of, sql_plan


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def field(message, name, body):
    return varint(message.DESCRIPTOR.fields_by_name[name].number << 3 | 2) + varint(len(body)) + body


def limits(levels):
    """ExecutePlan with `levels` nested limits; built from bytes because Python's protobuf refuses such depth."""
    relation = pb.Relation(range=pb.Range(end=3, step=1)).SerializeToString()
    for _ in range(levels):
        body = field(pb.Limit, "input", relation) + varint(pb.Limit.DESCRIPTOR.fields_by_name["limit"].number << 3) + varint(100)
        relation = field(pb.Relation, "limit", body)
    return field(pb.ExecutePlanRequest, "plan", field(pb.Plan, "root", relation))


def nested_expression(levels):
    """ExecutePlan that projects not(not(… true))."""
    expression = pb.Expression(literal=pb.Expression.Literal(boolean=True)).SerializeToString()
    for _ in range(levels):
        call = field(pb.Expression.UnresolvedFunction, "function_name", b"not") + \
            field(pb.Expression.UnresolvedFunction, "arguments", expression)
        expression = field(pb.Expression, "unresolved_function", call)
    body = field(pb.Project, "input", pb.Relation(range=pb.Range(end=3, step=1)).SerializeToString()) + \
        field(pb.Project, "expressions", expression)
    return field(pb.ExecutePlanRequest, "plan", field(pb.Plan, "root", field(pb.Relation, "project", body)))


def send(wire, plan):
    head = wire.request(pb.ExecutePlanRequest).SerializeToString()
    answers = wire.raw("ExecutePlan", head + plan, True, timeout=60)
    return rows_of([pb.ExecutePlanResponse.FromString(a) for a in answers])


@pytest.mark.parametrize("levels", [10, 48, 100, 500, 510])
def test_nested_relations(wire, levels):
    assert send(wire, limits(levels)) == 3


@pytest.mark.parametrize("levels", [511, 1000, 2000, 20000])
def test_relations_nested_too_deep(wire, levels):
    failure(send, wire, limits(levels))
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


@pytest.mark.parametrize("levels", [10, 100, 400])
def test_nested_expressions(wire, levels):
    assert send(wire, nested_expression(levels)) == 3


@pytest.mark.parametrize("levels", [1000, 2000, 20000])
def test_expressions_nested_too_deep(wire, levels):
    failure(send, wire, nested_expression(levels))
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_five_hundred_columns_in_a_chain(spark):
    frame = spark.range(1)
    for i in range(500):
        frame = frame.withColumn("c", F.lit(i))
    assert frame.collect()[0].asDict() == {"id": 0, "c": 499}


def test_five_hundred_dependent_columns(spark):
    frame = spark.range(1)
    for i in range(200):
        frame = frame.withColumn("id", F.col("id") + 1)
    begun = time.monotonic()
    assert frame.collect()[0][0] == 200
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("text,value", [
    ("+".join(["1"] * 1000), 1000), ("+".join(["1"] * 2000), 2000), ("(" * 1000 + "1" + ")" * 1000, 1),
    ("-(" * 500 + "1" + ")" * 500, 1), ("CASE WHEN true THEN " * 200 + "1" + " END" * 200, 1),
], ids=["sum1000", "sum2000", "parentheses1000", "minus500", "case200"])
def test_long_sql(spark, text, value):
    assert spark.sql(f"SELECT {text} AS x").collect()[0][0] == value


def test_long_conjunction(spark):
    assert spark.sql("SELECT 1 WHERE " + " AND ".join(["1 = 1"] * 2000)).count() == 1


def test_many_unions(spark):
    assert spark.sql(" UNION ALL ".join(["SELECT 1 AS x"] * 500)).count() == 500


def test_nested_selects(spark):
    assert spark.sql("SELECT * FROM (" * 150 + "SELECT 1 AS x" + ")" * 150).collect()[0][0] == 1


@pytest.mark.parametrize("text", ["SELECT " + "NOT " * 4000 + "true"], ids=["not"])
def test_sql_nested_too_deep(spark, text):
    with pytest.raises(Exception) as e:
        spark.sql(text).collect()
    assert e.value.getCondition() == "FAILED_TO_PARSE_TOO_COMPLEX"
    assert e.value.getSqlState() == "54001"
    assert spark.sql("SELECT 1").collect()[0][0] == 1


@pytest.mark.firesteel
@pytest.mark.parametrize("text", ["SELECT " + "(" * 50000 + "1" + ")" * 50000, "SELECT " + "-(" * 50000 + "1" + ")" * 50000,
                                  "SELECT " + "array(" * 20000 + ")" * 20000, "SELECT " + "CASE WHEN true THEN " * 20000 + "1" + " END" * 20000,
                                  "SELECT CAST(1 AS " + "ARRAY<" * 20000 + "INT" + ">" * 20000 + ")",
                                  "SELECT " + "/*" * 50000 + "*/" * 50000 + "1 +"], ids=["paren", "minus", "array", "case", "type", "comment"])
def test_texts_that_break_spark_itself(spark, text):
    with pytest.raises(Exception) as e:
        spark.sql(text).collect()
    assert e.value.getCondition()
    assert spark.sql("SELECT 1").collect()[0][0] == 1
