"""What a client sets before its session has a server is kept by the gateway: the server's word on it must still come
to the client as it would without a gateway."""
import warnings

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession


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
