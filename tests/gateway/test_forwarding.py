"""What a client sees through the gateway is what it would see at the server."""
import pytest
from pyspark.errors import AnalysisException, ArithmeticException
from pyspark.sql import SparkSession


def test_rows(spark):
    assert [row.id for row in spark.range(5).collect()] == [0, 1, 2, 3, 4]


def test_condition_of_an_error(spark):
    with pytest.raises(AnalysisException) as raised:
        spark.sql("select no_such_column from range(1)").collect()
    assert raised.value.getCondition() == "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION" or \
        raised.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    assert raised.value.getSqlState() == "42703"


def test_error_while_running(spark):
    with pytest.raises(ArithmeticException) as raised:
        spark.sql("select 1 / (id - id) from range(1)").collect()
    assert raised.value.getCondition() == "DIVIDE_BY_ZERO"
    assert raised.value.getQueryContext()  # fetched with FetchErrorDetails, from the same server


def test_large_result(spark):
    table = spark.range(3_000_000).toArrow()
    assert table.num_rows == 3_000_000 and table.column("id")[2_999_999].as_py() == 2_999_999


def test_large_local_relation(spark):
    rows = [(i, "x" * 100) for i in range(60_000)]  # above 1 MiB: it comes by AddArtifacts
    assert spark.createDataFrame(rows, "a int, b string").count() == 60_000


def test_large_plan(spark):
    text = "y" * 3_000_000  # a message that the gateway does not hold
    assert spark.sql(f"select length('{text}') n").collect()[0].n == 3_000_000


def test_state_of_a_session_stays_on_its_server(spark):
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    spark.range(3).createOrReplaceTempView("three")
    for _ in range(5):
        assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
        assert spark.table("three").count() == 3


def test_sessions_spread_over_servers(gateway, servers):
    import outcome
    sessions = [outcome.new_session(gateway.remote()) for _ in range(4)]
    try:
        for session in sessions:
            session.range(1).collect()
        used = {line["server"] for line in gateway.audit() if line["server"]}
        assert {f"127.0.0.1:{server.port}" for server in servers} <= used
    finally:
        for session in sessions:
            session.stop()


def test_a_session_without_any_configuration(gateway):
    """The client makes its ExecutePlan, then asks for the configuration of plan compression, then sends it."""
    session = SparkSession.builder.remote(gateway.remote()).create()
    assert session.sql("SELECT 1").collect()[0][0] == 1
    assert session.range(3).count() == 3
    session.stop()
