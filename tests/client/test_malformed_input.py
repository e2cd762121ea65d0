"""Bytes that no client would send. The server answers with an error and goes on."""
import random

import grpc
import pyarrow as pa
import pyspark.sql.connect.proto as pb
import pytest
from wire import RemoteError, failure, new_id, rows_of, sql_plan

PLAN_RPCS = [("ExecutePlan", True), ("AnalyzePlan", False)]


@pytest.mark.parametrize("name,stream", PLAN_RPCS)
@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff\x00garbage", b"\x0a\xff", b"\x12\x05abc", b"\x08", b"\xff" * 5000],
                         ids=["tags", "length", "short", "cut", "many"])
def test_not_protobuf(wire, name, stream, data):
    e = failure(wire.raw, name, data, stream)
    assert e.code in (grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT)
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_truncated_requests(wire):
    whole = wire.execute_request(sql_plan("SELECT 1")).SerializeToString()
    for cut in range(1, len(whole)):
        try:
            wire.raw("ExecutePlan", whole[:cut], True)
        except Exception as e:
            assert type(e).__name__ == "RemoteError"
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_flipped_bits(wire):
    plan = pb.Plan(root=pb.Relation(project=pb.Project(
        input=pb.Relation(range=pb.Range(end=3, step=1)),
        expressions=[pb.Expression(unresolved_attribute=pb.Expression.UnresolvedAttribute(unparsed_identifier="id"))])))
    whole = wire.execute_request(plan).SerializeToString()
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            wire.raw("ExecutePlan", bytes(data), True, timeout=10)
        except Exception as e:
            assert type(e).__name__ == "RemoteError"
            assert e.code is not grpc.StatusCode.UNAVAILABLE, e
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_empty_plan(wire):
    e = failure(wire.execute, pb.Plan())
    assert (e.condition, e.state) == ("CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET", "56K00")
    assert e.parameters == {"fullName": "spark.connect.Plan", "name": "OPTYPE_NOT_SET"}


def test_empty_relation(wire):
    e = failure(wire.execute, pb.Plan(root=pb.Relation()))
    assert (e.condition, e.state) == ("CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET", "56K00")
    assert e.parameters == {"fullName": "spark.connect.Relation", "name": "RELTYPE_NOT_SET"}


def test_analyze_nothing(wire):
    e = failure(wire.analyze)
    assert (e.condition, e.state) == ("CONNECT_INVALID_PLAN.UNKNOWN_ANALYZE_METHOD", "56K00")


def test_analyze_a_command(wire):
    plan = pb.Plan(command=pb.Command(sql_command=pb.SqlCommand(sql="select 1")))
    e = failure(wire.analyze, schema=pb.AnalyzePlanRequest.Schema(plan=plan))
    assert e.condition == "CONNECT_INVALID_PLAN.INVALID_ONE_OF_FIELD_NOT_SET"


@pytest.mark.parametrize("relation", [
    pb.Relation(filter=pb.Filter()), pb.Relation(project=pb.Project(expressions=[pb.Expression()])),
    pb.Relation(join=pb.Join()), pb.Relation(set_op=pb.SetOperation()), pb.Relation(aggregate=pb.Aggregate()),
    pb.Relation(sort=pb.Sort()), pb.Relation(limit=pb.Limit()), pb.Relation(read=pb.Read()), pb.Relation(sql=pb.SQL()),
    pb.Relation(unknown=pb.Unknown()), pb.Relation(local_relation=pb.LocalRelation()), pb.Relation(with_columns=pb.WithColumns()),
    pb.Relation(subquery_alias=pb.SubqueryAlias()), pb.Relation(to_df=pb.ToDF()), pb.Relation(drop=pb.Drop()),
    pb.Relation(show_string=pb.ShowString()), pb.Relation(repartition=pb.Repartition()),
], ids=lambda r: r.WhichOneof("rel_type"))
def test_hollow_relations(wire, relation):
    failure(wire.execute, pb.Plan(root=relation))
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def local(data=None, schema=None):
    return pb.Plan(root=pb.Relation(local_relation=pb.LocalRelation(data=data, schema=schema)))


def arrow_bytes(table):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


GOOD = arrow_bytes(pa.table({"a": [1, 2, 3], "s": ["x", "y", "z"], "l": [[1], [], None]}))


def test_arrow_as_it_should_be(wire):
    assert rows_of(wire.execute(local(GOOD))) == 3


def test_schema_without_data(wire):
    assert rows_of(wire.execute(local(schema="a INT"))) == 0


@pytest.mark.parametrize("data", [b"", b"this is not arrow", b"ARROW1\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\xff\xff\xff\xff\x7f"],
                         ids=["empty", "text", "file", "marker", "length"])
def test_not_arrow(wire, data):
    failure(wire.execute, local(data))
    assert rows_of(wire.execute(local(GOOD))) == 3


def test_arrow_cut_anywhere(wire):
    for cut in range(0, len(GOOD), 7):
        try:  # cut between two messages a stream is still readable, with the batches that it has
            assert rows_of(wire.execute(local(GOOD[:cut]))) in (0, 3)
        except RemoteError:
            pass
    assert rows_of(wire.execute(local(GOOD))) == 3


def test_arrow_with_flipped_bytes(wire):
    chance = random.Random(11)
    for _ in range(300):
        data = bytearray(GOOD)
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            wire.execute(local(bytes(data)), timeout=20)
        except Exception as e:
            assert type(e).__name__ == "RemoteError"
            assert e.code is not grpc.StatusCode.UNAVAILABLE, e
    assert rows_of(wire.execute(local(GOOD))) == 3


def test_schema_text_wrong(wire):
    e = failure(wire.execute, local(GOOD, "a NOSUCH"))
    assert (e.condition, e.state, e.parameters) == ("UNSUPPORTED_DATATYPE", "0A000", {"typeName": '"NOSUCH"'})


def test_schema_of_other_width(wire):
    failure(wire.execute, local(GOOD, "a INT"))


def test_session_id_is_no_uuid(wire):
    for text in ("abc", "", "00112233-4455-6677-8899-aabbccddeefg"):
        e = failure(wire.execute, sql_plan("SELECT 1"), session_id=text)
        assert (e.condition, e.state) == ("INVALID_HANDLE.FORMAT", "HY000")


def test_operation_id_is_no_uuid(wire):
    e = failure(wire.execute, sql_plan("SELECT 1"), operation="xyz")
    assert (e.condition, e.state, e.parameters) == ("INVALID_HANDLE.FORMAT", "HY000", {"handle": "xyz"})


def test_text_that_is_not_utf8(wire):
    request = wire.execute_request(sql_plan("SELECT 'abc'")).SerializeToString()
    failure(wire.raw, "ExecutePlan", request.replace(b"abc", b"\xff\xfe\xfd"), True)
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_unknown_fields_are_ignored(wire):
    request = wire.execute_request(sql_plan("SELECT 1")).SerializeToString() + b"\xf8\xff\x03\x01"
    assert wire.raw("ExecutePlan", request, True)


def test_huge_names(wire):
    failure(wire.execute, pb.Plan(root=pb.Relation(read=pb.Read(named_table=pb.Read.NamedTable(unparsed_identifier="x" * 1_000_000)))))
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_tags(wire):
    for tags in (["a,b"], [""]):
        failure(wire.execute, sql_plan("SELECT 1"), tags=tags)
    assert rows_of(wire.execute(sql_plan("SELECT 1"), tags=["fine"])) == 1
    assert new_id()
