"""Config: all seven operations. Expectations recorded from Apache Spark 4.3."""
import warnings

import pyspark.sql.connect.proto as pb
import pytest
from wire import failure

C = pb.ConfigRequest
KV = pb.KeyValue


def pairs(response):
    return {p.key: (p.value if p.HasField("value") else None) for p in response.pairs}


def test_set_and_get(wire):
    assert not wire.config(set=C.Set(pairs=[KV(key="a.b", value="1"), KV(key="a.c", value="2")])).pairs
    assert pairs(wire.config(get=C.Get(keys=["a.b", "spark.sql.ansi.enabled"]))) == {"a.b": "1", "spark.sql.ansi.enabled": "true"}


def test_responses_carry_the_session(wire):
    response = wire.config(get=C.Get(keys=["spark.sql.ansi.enabled"]))
    assert response.session_id == wire.session
    assert response.server_side_session_id
    assert wire.config(get_all=C.GetAll()).server_side_session_id == response.server_side_session_id


def test_get_missing(wire):
    e = failure(wire.config, get=C.Get(keys=["no.such"]))
    assert (e.condition, e.state, e.parameters) == ("SQL_CONF_NOT_FOUND", "42K0I", {"sqlConf": '"no.such"'})


def test_get_with_default(wire):
    wire.config(set=C.Set(pairs=[KV(key="a.b", value="1")]))
    got = wire.config(get_with_default=C.GetWithDefault(
        pairs=[KV(key="no.such", value="d"), KV(key="a.b", value="z"), KV(key="no.such2")]))
    assert pairs(got) == {"no.such": "d", "a.b": "1", "no.such2": None}


def test_get_option(wire):
    wire.config(set=C.Set(pairs=[KV(key="a.b", value="1")]))
    assert pairs(wire.config(get_option=C.GetOption(keys=["no.such", "a.b"]))) == {"no.such": None, "a.b": "1"}


def test_get_all(wire):
    wire.config(set=C.Set(pairs=[KV(key="a.b", value="1"), KV(key="a.c", value="2")]))
    assert pairs(wire.config(get_all=C.GetAll(prefix="a."))) == {"b": "1", "c": "2"}
    everything = pairs(wire.config(get_all=C.GetAll()))
    assert everything["a.b"] == "1"


def test_unset(wire):
    wire.config(set=C.Set(pairs=[KV(key="a.b", value="1")]))
    wire.config(unset=C.Unset(keys=["a.b", "never.set"]))
    assert pairs(wire.config(get_option=C.GetOption(keys=["a.b"]))) == {"a.b": None}


def test_unset_brings_the_default_back(wire):
    wire.config(set=C.Set(pairs=[KV(key="spark.sql.ansi.enabled", value="false")]))
    wire.config(unset=C.Unset(keys=["spark.sql.ansi.enabled"]))
    assert pairs(wire.config(get=C.Get(keys=["spark.sql.ansi.enabled"]))) == {"spark.sql.ansi.enabled": "true"}


def test_is_modifiable(wire):
    keys = ["spark.sql.ansi.enabled", "spark.master", "no.such", "spark.sql.warehouse.dir"]
    assert pairs(wire.config(is_modifiable=C.IsModifiable(keys=keys))) == dict(zip(keys, ("true", "false", "false", "false")))


def test_static_key(wire):
    e = failure(wire.config, set=C.Set(pairs=[KV(key="spark.sql.warehouse.dir", value="x")]))
    assert (e.condition, e.state) == ("CANNOT_MODIFY_STATIC_CONFIG", "46110")
    assert e.parameters == {"key": '"spark.sql.warehouse.dir"'}


def test_static_key_silently(wire):
    wire.config(set=C.Set(pairs=[KV(key="spark.sql.warehouse.dir", value="x")], silent=True))


@pytest.mark.parametrize("key,value,kind", [("spark.sql.ansi.enabled", "x", "boolean"), ("spark.sql.shuffle.partitions", "x", "int")])
def test_value_of_the_wrong_type(wire, key, value, kind):
    e = failure(wire.config, set=C.Set(pairs=[KV(key=key, value=value)]))
    assert (e.condition, e.state) == ("INVALID_CONF_VALUE.TYPE_MISMATCH", "22022")
    assert e.parameters == {"confName": key, "confValue": value, "confType": kind}


def test_value_out_of_range(wire):
    e = failure(wire.config, set=C.Set(pairs=[KV(key="spark.sql.shuffle.partitions", value="-1")]))
    assert (e.condition, e.state) == ("INVALID_CONF_VALUE.REQUIREMENT", "22022")
    assert e.parameters["confRequirement"] == "The value of spark.sql.shuffle.partitions must be positive"


def test_unknown_time_zone(wire):
    e = failure(wire.config, set=C.Set(pairs=[KV(key="spark.sql.session.timeZone", value="nope/zone")]))
    assert (e.condition, e.state) == ("INVALID_CONF_VALUE.TIME_ZONE", "22022")


def test_a_failed_set_changes_nothing(wire):
    failure(wire.config, set=C.Set(pairs=[KV(key="spark.sql.ansi.enabled", value="x")]))
    assert pairs(wire.config(get=C.Get(keys=["spark.sql.ansi.enabled"]))) == {"spark.sql.ansi.enabled": "true"}


def test_value_missing(wire):
    failure(wire.config, set=C.Set(pairs=[KV(key="a.b")]))


def test_no_operation(wire):
    failure(wire.config)


def test_sessions_do_not_share_settings(wire, remote):
    from wire import Wire

    other = Wire(remote)
    wire.config(set=C.Set(pairs=[KV(key="spark.sql.ansi.enabled", value="false")]))
    assert pairs(other.config(get=C.Get(keys=["spark.sql.ansi.enabled"]))) == {"spark.sql.ansi.enabled": "true"}
    other.close()


@pytest.mark.parametrize("key,value", [
    ("spark.sql.caseSensitive", "false"), ("spark.sql.timestampType", "TIMESTAMP_LTZ"), ("spark.sql.sources.default", "parquet"),
    ("spark.sql.execution.arrow.maxRecordsPerBatch", "10000"), ("spark.sql.execution.pandas.convertToArrowArraySafely", "true"),
    ("spark.sql.execution.pandas.structHandlingMode", "legacy"), ("spark.sql.execution.pandas.inferPandasDictAsMap", "false"),
    ("spark.sql.pyspark.inferNestedDictAsStruct.enabled", "false"), ("spark.sql.session.localRelationCacheThreshold", "1048576"),
    ("spark.sql.pyspark.plotting.max_rows", "1000"), ("spark.sql.repl.eagerEval.enabled", "false"),
    ("spark.sql.decimalOperations.allowPrecisionLoss", "true"), ("spark.sql.storeAssignmentPolicy", "ANSI"),
    ("spark.sql.mapKeyDedupPolicy", "EXCEPTION"), ("spark.sql.legacy.timeParserPolicy", "CORRECTED"),
])
def test_defaults_that_clients_read(spark, key, value):
    assert spark.conf.get(key) == value


def test_pyspark_interface(spark):
    spark.conf.set("my.key", True)
    assert spark.conf.get("my.key") == "true"
    spark.conf.unset("my.key")
    assert spark.conf.get("my.key", "gone") == "gone"
    assert spark.conf.isModifiable("spark.sql.ansi.enabled")
    assert isinstance(spark.conf.getAll, dict)


def test_unsupported_key_warns(spark):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        spark.conf.set("spark.sql.execution.arrow.enabled", "true")
    assert any("NOT supported in Spark Connect" in str(w.message) for w in seen)
