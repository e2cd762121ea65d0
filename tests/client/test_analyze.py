"""AnalyzePlan, operation by operation. Recorded from Apache Spark 4.3."""
import pyspark.sql.connect.proto as pb
import pytest
from google.protobuf.text_format import MessageToString
from wire import failure, sql_plan

A = pb.AnalyzePlanRequest


def test_schema(wire):
    got = wire.analyze(schema=A.Schema(plan=sql_plan("SELECT 1 AS a, 'x' AS b, CAST(NULL AS ARRAY<INT>) AS c"))).schema.schema
    assert MessageToString(got, as_one_line=True) == (
        'struct { fields { name: "a" data_type { integer { } } } fields { name: "b" data_type { string { } } } '
        'fields { name: "c" data_type { array { element_type { integer { } } contains_null: true } } nullable: true } }')


def test_schema_error(wire):
    assert failure(wire.analyze, schema=A.Schema(plan=sql_plan("SELECT x"))).condition == "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION"


def test_schema_does_not_run_the_query(wire):
    assert wire.analyze(schema=A.Schema(plan=sql_plan("SELECT 1/0 AS a"))).schema.schema.struct.fields[0].name == "a"


def test_tree_string(wire):
    assert wire.analyze(tree_string=A.TreeString(plan=sql_plan("SELECT 1 AS a"))).tree_string.tree_string == \
        "root\n |-- a: integer (nullable = false)\n"


def test_is_local(wire):
    assert not wire.analyze(is_local=A.IsLocal(plan=sql_plan("SELECT 1 AS a"))).is_local.is_local


def test_is_streaming(wire):
    assert not wire.analyze(is_streaming=A.IsStreaming(plan=sql_plan("SELECT 1 AS a"))).is_streaming.is_streaming


def test_version(wire):
    assert wire.analyze(spark_version=A.SparkVersion()).spark_version.version == "4.3.0"


def test_input_files(wire):
    assert not wire.analyze(input_files=A.InputFiles(plan=sql_plan("SELECT 1 AS a"))).input_files.files


def test_same_semantics(wire):
    def same(one, two):
        return wire.analyze(same_semantics=A.SameSemantics(target_plan=sql_plan(one), other_plan=sql_plan(two))).same_semantics.result

    assert same("SELECT 1 AS a", "SELECT 1 AS b")
    assert not same("SELECT 1 AS a", "SELECT 2 AS a")


def test_semantic_hash(wire):
    def code(text):
        return wire.analyze(semantic_hash=A.SemanticHash(plan=sql_plan(text))).semantic_hash.result

    assert code("SELECT 1 AS a") == code("SELECT 1 AS a")
    assert code("SELECT 1 AS a") != code("SELECT 2 AS a")


@pytest.mark.parametrize("text,kind", [("a INT, b STRING NOT NULL COMMENT 'c'", "struct"), ("INT", "integer"), ("array<int>", "array"),
                                       ("a: INT", "struct"), ("map<string,decimal(10,2)>", "map")])
def test_ddl(wire, text, kind):
    assert wire.analyze(ddl_parse=A.DDLParse(ddl_string=text)).ddl_parse.parsed.WhichOneof("kind") == kind


def test_ddl_error(wire):
    e = failure(wire.analyze, ddl_parse=A.DDLParse(ddl_string="a NOPE"))
    assert (e.condition, e.state, e.parameters) == ("UNSUPPORTED_DATATYPE", "0A000", {"typeName": '"NOPE"'})


def test_json_to_ddl(wire):
    text = '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}},' \
           '{"name":"b c","type":"string","nullable":false,"metadata":{}}]}'
    assert wire.analyze(json_to_ddl=A.JsonToDDL(json_string=text)).json_to_ddl.ddl_string == "a INT,`b c` STRING NOT NULL"


@pytest.mark.parametrize("mode", [m for n, m in A.Explain.ExplainMode.items() if m])
def test_explain(wire, mode):
    got = wire.analyze(explain=A.Explain(plan=sql_plan("SELECT 1 AS a"), explain_mode=mode)).explain.explain_string
    assert "Physical Plan" in got or mode == A.Explain.ExplainMode.Value("EXPLAIN_MODE_CODEGEN")
