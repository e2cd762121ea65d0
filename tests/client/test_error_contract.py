"""How errors travel: ErrorInfo in the trailers, FetchErrorDetails for the rest. Recorded from Apache Spark 4.3."""
import grpc
import pyspark.sql.connect.proto as pb
import pytest
from pyspark.errors import AnalysisException, ArithmeticException, ParseException
from wire import Wire, failure, new_id, sql_plan


def details(wire, error_id):
    return wire.unary("FetchErrorDetails", wire.request(pb.FetchErrorDetailsRequest, error_id=error_id))


def test_runtime_error(wire):
    e = failure(wire.execute, sql_plan("SELECT 1/0"))
    assert e.code is grpc.StatusCode.INTERNAL
    assert e.reason == "org.apache.spark.SparkArithmeticException"
    assert e.domain == "org.apache.spark"
    assert e.classes[:3] == ["org.apache.spark.SparkArithmeticException", "java.lang.ArithmeticException", "java.lang.RuntimeException"]
    assert (e.condition, e.state) == ("DIVIDE_BY_ZERO", "22012")
    assert e.parameters == {"config": '"spark.sql.ansi.enabled"'}
    assert e.text.startswith("[DIVIDE_BY_ZERO] Division by zero.")
    assert "== SQL (line 1, position 8) ==\nSELECT 1/0\n       ^^^" in e.text
    assert e.metadata["errorId"]


def test_analysis_error(wire):
    e = failure(wire.analyze, schema=pb.AnalyzePlanRequest.Schema(plan=sql_plan("SELECT x")))
    assert e.classes == ["org.apache.spark.sql.catalyst.ExtendedAnalysisException", "org.apache.spark.sql.AnalysisException",
                         "java.lang.Exception", "java.lang.Throwable", "java.lang.Object"]
    assert (e.condition, e.state, e.parameters) == ("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703", {"objectName": "`x`"})
    assert "line 1 pos 7" in e.text


def test_syntax_error(wire):
    e = failure(wire.execute, sql_plan("SELEC 1"))
    assert e.classes[:2] == ["org.apache.spark.sql.catalyst.parser.ParseException", "org.apache.spark.sql.AnalysisException"]
    assert (e.condition, e.state, e.parameters) == ("PARSE_SYNTAX_ERROR", "42601", {"error": "'SELEC'", "hint": ""})
    assert "(line 1, pos 0)\n\n== SQL ==\nSELEC 1\n^^^" in e.text


def test_details(wire):
    e = failure(wire.execute, sql_plan("SELECT 1/0"))
    got = details(wire, e.metadata["errorId"])
    assert got.HasField("root_error_idx")
    error = got.errors[got.root_error_idx]
    assert list(error.error_type_hierarchy) == e.classes
    assert error.message == e.text
    assert error.spark_throwable.error_class == "DIVIDE_BY_ZERO"
    assert error.spark_throwable.sql_state == "22012"
    assert dict(error.spark_throwable.message_parameters) == {"config": '"spark.sql.ansi.enabled"'}
    context = error.spark_throwable.query_contexts[0]
    assert (context.start_index, context.stop_index, context.fragment) == (7, 9, "1/0")
    assert context.summary.startswith("== SQL (line 1, position 8) ==")


def test_details_are_given_once(wire):
    e = failure(wire.execute, sql_plan("SELECT 1/0"))
    assert details(wire, e.metadata["errorId"]).errors
    assert not details(wire, e.metadata["errorId"]).errors


def test_details_of_an_unknown_error(wire):
    wire.execute(sql_plan("SELECT 1"))
    assert not details(wire, new_id()).errors


def test_details_belong_to_their_session(wire, remote):
    e = failure(wire.execute, sql_plan("SELECT 1/0"))
    other = Wire(remote)
    assert not details(other, e.metadata["errorId"]).errors
    other.close()


def test_long_messages_arrive_whole(spark):
    name = "n" * 5000
    with pytest.raises(AnalysisException) as e:
        spark.sql(f"SELECT `{name}` FROM range(1)").collect()
    assert e.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert e.value.getMessageParameters()["objectName"] == f"`{name}`"
    assert name in e.value._message


def test_headers_of_a_long_error_stay_small(wire):
    text = "SELECT `" + "n" * 50000 + "` FROM range(1)"
    e = failure(wire.execute, sql_plan(text))
    assert len(e.text) == 2048
    assert "messageParameters" not in e.metadata and "errorClass" not in e.metadata  # they come with FetchErrorDetails
    assert e.state == "42703"
    error = details(wire, e.metadata["errorId"]).errors[0]
    assert error.spark_throwable.error_class == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert len(error.spark_throwable.message_parameters["objectName"]) == 50002


def test_pyspark_classes(spark):
    with pytest.raises(ArithmeticException) as e:
        spark.sql("SELECT 1/0").collect()
    assert e.value.getSqlState() == "22012"
    assert e.value.getQueryContext()[0].fragment() == "1/0"
    with pytest.raises(ParseException) as e:
        spark.sql("SELECT 1 +")
    assert e.value.getCondition() == "PARSE_SYNTAX_ERROR"
    with pytest.raises(AnalysisException):
        spark.table("no_such_table_anywhere").schema


def test_a_session_survives_its_errors(spark):
    for text in ("SELECT 1/0", "SELEC", "SELECT x", "SELECT CAST('x' AS INT)", "SELECT * FROM parquet.`/no/such/file`"):
        with pytest.raises(Exception):
            spark.sql(text).collect()
        assert spark.sql("SELECT 1").collect()[0][0] == 1


def test_error_after_rows_were_sent(spark):
    with pytest.raises(Exception) as e:
        spark.sql("SELECT 1 / (id - 999999) FROM range(1000000)").collect()
    assert e.value.getCondition() == "DIVIDE_BY_ZERO"
    assert spark.sql("SELECT 1").collect()[0][0] == 1
