"""Unmodified clients say where they want to go, in every way that there is, and are sent there."""
import itertools
import re
import time
import warnings

import grpc
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.connect.proto import base_pb2 as pb

import tokens
from gateway import Gateway
from wire import Wire, sql_plan

MARK = "spark.sql.test.environment"
TOKEN = "a-token-of-gina-0123456789"
HEADER = "spark.connect.grpc.header."


@pytest.fixture(scope="module")
def routed(servers):
    one, two = servers
    config = f"""[auth]
anonymous = true
{tokens.static(TOKEN, "gina")}
[routing]
header_prefix = "x-acme-"
default_team = "everyone"
default_environment = "test"
[[routing.authority]]
host = "127.0.0.1"
environment = "staging"
[[routing.rule]]
team = "fraud*"
environment = "prod"
servers = "two"
[[routing.rule]]
user = "karl"
servers = "two"
[servers.one]
addresses = ["127.0.0.1:{one.port}"]
[servers.two]
addresses = ["127.0.0.1:{two.port}"]
""" + "".join(f"""[environments.{name}]
servers = "one"
{'catalog = "spark_catalog"' if name == "test" else ""}
[environments.{name}.config]
"{MARK}" = "{name}"
""" for name in ("test", "staging", "prod"))
    with Gateway(config) as gateway:
        yield gateway.await_servers(2)
        assert gateway.alive(), gateway.log()[-3000:]


@pytest.fixture
def build(routed):
    made = []

    def make(parameters="", **confs):
        builder = SparkSession.builder.remote(routed.remote(parameters))
        for key, value in confs.items():
            builder = builder.config(HEADER + key.replace("_", "-") if key.startswith("x_") else key, value)
        made.append(builder.create())
        return made[-1]

    yield make
    for session in made:
        session.stop()


def route(gateway, session):
    """(team, environment, server's port) by the audit log."""
    deadline = time.monotonic() + 3
    while not (lines := [line for line in gateway.audit() if line["session"] == session.session_id and line["server"]]):
        assert time.monotonic() < deadline, "the audit log does not know the session"
        time.sleep(0.02)
    return lines[-1]["team"], lines[-1]["environment"], int(lines[-1]["server"].rsplit(":", 1)[1])


def test_by_configuration(build, routed):
    session = build(x_acme_team="feature-engineering", x_acme_environment="prod")
    assert session.conf.get(MARK) == "prod"
    assert route(routed, session)[:2] == ("feature-engineering", "prod")
    assert session.conf.get(HEADER + "x-acme-team", None) is None, "the keys speak to the gateway only"


@pytest.mark.parametrize("parameters, expected", [("x-acme-environment=prod", "prod"), ("x-acme-env=staging", "staging"), ("", "test"),
                                                  ("x-acme-environment=prod;x-acme-team=red", "prod")])
def test_by_url(build, routed, parameters, expected):
    session = build(parameters)
    assert session.conf.get(MARK) == expected
    assert route(routed, session)[:2] == ("red" if "red" in parameters else "everyone", expected)


def test_the_url_wins_over_the_configuration(build):
    assert build("x-acme-environment=prod", x_acme_environment="staging").conf.get(MARK) == "prod"


def test_bare_keys(routed):
    session = SparkSession.builder.remote(routed.remote()).config("x-env", "prod").config("x-team", "blue").create()
    assert session.conf.get(MARK) == "prod"
    assert route(routed, session)[:2] == ("blue", "prod")
    session.stop()


def test_get_or_create_of_the_brief(routed):
    session = (SparkSession.builder.remote(routed.remote()).appName("features").config(HEADER + "x-acme-team", "feature-engineering")
               .config(HEADER + "x-acme-environment", "staging").getOrCreate())
    assert session.range(3).count() == 3
    assert session.conf.get(MARK) == "staging"
    session.stop()


def test_by_host_name(routed):
    """The one environment's name is in DNS; a header says it better, the configuration less."""
    remote = f"sc://127.0.0.1:{routed.port}"
    for parameters, key, expected in (("", None, "staging"), ("", "prod", "staging"), ("/;x-acme-environment=prod", None, "prod")):
        builder = SparkSession.builder.remote(remote + parameters)
        session = (builder.config(HEADER + "x-acme-environment", key) if key else builder).create()
        assert session.conf.get(MARK) == expected
        session.stop()


def test_the_clients_own_configuration_is_last(build):
    session = build(x_acme_environment="prod", **{MARK: "mine"})
    assert session.conf.get(MARK) == "mine"


def keys_in_every_order():
    keys = [(HEADER + "x-acme-team", "red"), (HEADER + "x-acme-environment", "prod"), ("spark.sql.session.timeZone", "Asia/Tokyo"),
            ("spark.app.name", "jvm")]
    return itertools.permutations(keys)


def test_one_call_a_key_in_every_order(routed):
    """As the JVM client does it."""
    for keys in keys_in_every_order():
        wire = Wire(routed.remote())
        for key, value in keys:
            wire.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key=key, value=value)]))
        wire.execute(sql_plan("select 1"))
        answer = wire.config(get_option=pb.ConfigRequest.GetOption(keys=[MARK, "spark.sql.session.timeZone"]))
        assert [pair.value for pair in answer.pairs] == ["prod", "Asia/Tokyo"], keys
        assert route(routed, type("Named", (), {"session_id": wire.session}))[:2] == ("red", "prod")
        wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
        wire.close()


def test_rules(build, routed, servers):
    one, two = (server.port for server in servers)
    for parameters, expected in (("x-acme-team=fraud-eu;x-acme-environment=prod", two), ("x-acme-team=fraud-eu", one),
                                 ("x-acme-team=red;x-acme-environment=prod", one), ("user_id=karl", two), ("user_id=karla", one)):
        session = build(parameters)
        session.range(1).toArrow()
        assert route(routed, session)[2] == expected, parameters


def test_an_environment_that_does_not_exist(build):
    for make in (lambda: build("x-acme-environment=production"), lambda: build(x_acme_environment="production")):
        with pytest.raises(Exception) as raised:
            make().conf.get(MARK)
        assert "'production', which does not exist; known: " in str(raised.value)
        assert all(name in str(raised.value) for name in ("test", "staging", "prod"))


@pytest.mark.parametrize("name, value", [("x-acme-environment", "a b"), ("x-acme-environment", "../prod"), ("x-acme-team", "x" * 300), ("x-acme-team", "")])
def test_names_that_are_none(routed, name, value):
    wire = Wire(routed.remote())
    with pytest.raises(grpc.RpcError) as raised:
        wire.stub.AnalyzePlan(wire.request(pb.AnalyzePlanRequest, spark_version=pb.AnalyzePlanRequest.SparkVersion()), metadata=[(name, value)])
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    wire.close()


def test_later_wishes_are_warnings(build):
    session = build(x_acme_environment="prod", x_acme_team="red")
    session.range(1).toArrow()
    for key, what in (("environment", "stays in environment 'prod'.*'staging'"), ("team", "stays in team 'red'.*'staging'")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            session.conf.set(HEADER + "x-acme-" + key, "staging")

        assert any(re.search(what, str(warning.message)) for warning in caught), [str(w.message) for w in caught]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session.conf.set(HEADER + "x-acme-environment", "prod")
    assert not caught
    assert session.conf.get(MARK) == "prod"


def test_default_catalog(build):
    session = build()
    assert session.conf.get("spark.sql.defaultCatalog") == "spark_catalog"
    assert session.catalog.currentCatalog() == "spark_catalog"


def test_children_stay_with_their_parent(routed):
    """newSession() and cloneSession() of a user who is known; whoever merely claims to be somebody has no parent."""
    parent = SparkSession.builder.remote(routed.remote("token=" + TOKEN)).config(HEADER + "x-acme-environment", "prod").create()
    assert parent.conf.get(MARK) == "prod"
    home = route(routed, parent)
    parent.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    child, clone = parent.newSession(), parent.cloneSession()
    for session in (child, clone):
        assert session.conf.get(MARK) == "prod"
        assert session.range(3).count() == 3
    assert clone.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert child.conf.get("spark.sql.session.timeZone") != "Asia/Tokyo"
    assert route(routed, clone) == route(routed, child) == home
    for session in (child, clone, parent):
        session.stop()


def test_a_header_of_another_prefix_means_nothing(routed):
    session = SparkSession.builder.remote(routed.remote("x-environment=prod;x-other=1")).create()
    assert session.conf.get(MARK) == "test"
    session.stop()
