"""Stack traces: which of them are sent, by which settings, and what a user sees. The settings' effects are recorded from Apache
Spark 4.3; the frames are Firesteel's own, without files and lines."""
import pyspark.sql.connect.proto as pb
import pytest
from pyspark.errors import ArithmeticException
from wire import failure, sql_plan

SERVER, CLIENT, ENRICH = (f"spark.sql.{key}.enabled" for key in ("connect.serverStacktrace", "pyspark.jvmStacktrace",
                                                                 "connect.enrichError"))


def set_(wire, **settings):
    wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key=globals()[k.upper()], value=v) for k, v in settings.items()]))


def error_of(wire, text="SELECT 1/0"):
    error = failure(wire.execute, sql_plan(text))
    if "errorId" not in error.metadata:
        return error, None
    return error, wire.unary("FetchErrorDetails", wire.request(pb.FetchErrorDetailsRequest, error_id=error.metadata["errorId"]))


def test_what_is_sent(wire):
    error, details = error_of(wire)
    assert "stackTrace" not in error.metadata
    assert all(frame.declaring_class and frame.method_name and frame.file_name for frame in details.errors[0].stack_trace)
    assert len(details.errors[0].stack_trace) > 0
    set_(wire, client="true")
    error, details = error_of(wire)
    trace = error.metadata["stackTrace"]
    assert trace.startswith(f"org.apache.spark.SparkArithmeticException: {error.text}")
    assert "\n\tat " in trace and len(trace.encode()) <= 1024
    set_(wire, client="false", server="false")
    error, details = error_of(wire)
    assert "stackTrace" not in error.metadata
    assert len(details.errors[0].stack_trace) > 0, "the setting is for clients"
    set_(wire, enrich="false")
    error, details = error_of(wire)
    assert details is None and error.condition == "DIVIDE_BY_ZERO"
    set_(wire, client="true")
    error, details = error_of(wire)
    assert details is None and "\n\tat " in error.metadata["stackTrace"]


def test_long_traces_are_cut(wire):
    set_(wire, client="true")
    error, _ = error_of(wire, "SELECT `" + "n" * 3000 + "`")
    assert len(error.metadata["stackTrace"]) == 1024 and error.metadata["stackTrace"].endswith("...")
    pairs = wire.config(is_modifiable=pb.ConfigRequest.IsModifiable(keys=["spark.connect.jvmStacktrace.maxSize"])).pairs
    assert pairs[0].value == "false"


@pytest.mark.firesteel
@pytest.mark.process
def test_the_operators_limit():
    from server import Server
    from wire import Wire

    with Server(args=["--conf", "spark.connect.jvmStacktrace.maxSize=100"]) as server:
        wire = Wire(server.remote)
        set_(wire, client="true")
        assert len(error_of(wire)[0].metadata["stackTrace"]) == 100


@pytest.mark.firesteel
def test_no_files_of_the_server(wire):
    for text in ("SELECT 1/0", "SELEC", "SELECT x"):
        set_(wire, client="true")
        error, details = error_of(wire, text)
        frames = [(f.declaring_class, f.method_name, f.file_name, f.line_number) for f in details.errors[0].stack_trace]
        assert all(f[0].startswith("firesteel.") and f[2:] == ("native", -2) for f in frames), frames
        assert "/" not in error.metadata["stackTrace"].replace("1/0", "") and ".cc" not in error.metadata["stackTrace"]


def test_what_users_see(spark):
    def text():
        with pytest.raises(ArithmeticException) as raised:
            spark.sql("SELECT 1/0").collect()
        assert raised.value.getStackTrace().startswith("org.apache.spark.SparkArithmeticException\n\tat ")
        return str(raised.value)

    assert "\n\nJVM stacktrace:\norg.apache.spark.SparkArithmeticException\n\tat " in text()
    spark.conf.set(SERVER, "false")
    assert "JVM stacktrace" not in text()
    spark.conf.set(CLIENT, "true")
    assert "\n\nJVM stacktrace:\norg.apache.spark.SparkArithmeticException\n\tat " in text()
