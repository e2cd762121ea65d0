"""What a client sets before its session has a server is kept by the gateway: the server's word on it must still come
to the client as it would without a gateway."""
import warnings

import threading
import time

import grpc
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2 as pb

from gateway import Gateway
from recorder import SERVICE, Recorder
from wire import RemoteError, Wire


@pytest.mark.parametrize("key,value", [("spark.executor.memory", "4g"), ("spark.sql.warehouse.dir", "/x"),
                                       ("spark.sql.shuffle.partitions", "many")])
def test_a_builder_may_set_what_the_server_refuses(gateway, key, value):
    """PySpark's builder sets silently: a session without that setting comes, and the others count."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = SparkSession.builder.remote(gateway.remote()).config(key, value)
        session = builder.config("spark.sql.session.timeZone", "Asia/Tokyo").create()
    try:
        assert session.range(3).count() == 3
        assert session.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    finally:
        session.stop()


@pytest.mark.parametrize("key,wrong,right", [("spark.sql.ansi.enabled", "flase", "false"),
                                             ("spark.sql.shuffle.partitions", "-1", "7")])
def test_a_wrong_first_setting_is_told_once(gateway, key, wrong, right):
    session = SparkSession.builder.remote(gateway.remote()).create()
    try:
        with pytest.raises(PySparkException) as raised:
            session.conf.set(key, wrong)
            session.range(1).collect()
        assert raised.value.getCondition().startswith("INVALID_CONF_VALUE")
        session.conf.set(key, right)
        assert session.range(3).count() == 3
        assert session.conf.get(key) == right
    finally:
        session.stop()


def environment_of(port):
    return f"""[auth]
anonymous = true
[environments.dev]
servers = "all"
catalog = "cat"
[environments.dev.config]
"spark.env" = "dev"
[servers.all]
addresses = ["127.0.0.1:{port}"]
"""


def at_once(wire, calls):
    """What so many calls of one session that begin together were answered."""
    answers, start = [], threading.Barrier(calls)

    def call():
        start.wait()
        try:
            answers.append(wire.analyze(spark_version=pb.AnalyzePlanRequest.SparkVersion()).session_id)
        except RemoteError as error:
            answers.append(error)

    threads = [threading.Thread(target=call) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_session_is_set_up_once_whatever_comes_first():
    """The environment's settings are told to the server by one of the calls that begin a session; the others wait."""
    with Recorder() as recorder, Gateway(environment_of(recorder.port)) as gateway:
        gateway.await_servers()

        def config(messages, _):
            time.sleep(0.3)
            return [pb.ConfigResponse(session_id=pb.ConfigRequest.FromString(messages[0]).session_id,
                                      server_side_session_id="own").SerializeToString()]

        recorder.answers[SERVICE + "Config"] = config
        recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, _: [pb.AnalyzePlanResponse(session_id="x").SerializeToString()]
        wire = Wire(gateway.remote())
        assert at_once(wire, 12) == ["x"] * 12
        names = [seen.method.removeprefix(SERVICE) for seen in recorder.seen]
        assert names == ["Config"] + ["AnalyzePlan"] * 12
        pairs = pb.ConfigRequest.FromString(recorder.seen[0].messages[0]).operation.set.pairs
        assert {pair.key: pair.value for pair in pairs} == {"spark.env": "dev", "spark.sql.defaultCatalog": "cat"}
        wire.close()


def test_a_set_up_that_fails_is_tried_by_the_next():
    with Recorder() as recorder, Gateway(environment_of(recorder.port)) as gateway:
        gateway.await_servers()
        tries = []

        def config(messages, context):
            tries.append(time.monotonic())
            time.sleep(0.2)
            if len(tries) == 1:
                context.abort(grpc.StatusCode.INTERNAL, "not now")
            return [pb.ConfigResponse(session_id=pb.ConfigRequest.FromString(messages[0]).session_id,
                                      server_side_session_id="own").SerializeToString()]

        recorder.answers[SERVICE + "Config"] = config
        recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, _: [pb.AnalyzePlanResponse(session_id="x").SerializeToString()]
        wire = Wire(gateway.remote())
        answers = at_once(wire, 6)
        assert sum(isinstance(answer, RemoteError) for answer in answers) == 1, answers
        assert len(tries) == 2
        wire.close()
