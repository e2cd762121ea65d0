"""DataFrame.observe: the metrics come back with the result that was observed."""
import pyspark.sql.connect.proto as pb
import pyspark.sql.functions as F
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import Observation


def observed(df, *metrics):
    observation = Observation()
    return df.observe(observation, *metrics), observation


def test_collect(spark):
    df, observation = observed(spark.range(10), F.count(F.lit(1)).alias("n"), F.sum("id").alias("s"))
    assert df.count() == 10
    assert observation.get == {"n": 10, "s": 45}


@pytest.mark.parametrize("action", [lambda df: df.collect(), lambda df: df.toPandas(), lambda df: df.show(), lambda df: df.toArrow(),
                                    lambda df: list(df.toLocalIterator()), lambda df: df.filter("id > 3").count()])
def test_every_action_tells(spark, action):
    df, observation = observed(spark.range(10), F.max("id").alias("top"))
    action(df)
    assert observation.get == {"top": 9}


def test_metrics_of_any_type(spark):
    source = spark.sql("SELECT CAST(1.5 AS DECIMAL(5,2)) AS d, 'é' AS s, DATE'2024-01-01' AS t, CAST(NULL AS INT) AS n, array(1, 2) AS a")
    df, observation = observed(source, *[F.first(c).alias(c) for c in ("d", "s", "t", "n", "a")])
    df.collect()
    got = observation.get
    assert (str(got["d"]), got["s"], str(got["t"]), got["n"], list(got["a"])) == ("1.50", "é", "2024-01-01", None, [1, 2])


def test_two_observations(spark):
    first, a = observed(spark.range(10), F.count(F.lit(1)).alias("n"))
    second, b = observed(first.filter("id < 4"), F.count(F.lit(1)).alias("n"))
    assert second.collect()[-1].id == 3
    assert (a.get, b.get) == ({"n": 10}, {"n": 4})


def test_named_metrics_on_the_wire(spark):
    df = spark.range(3).observe("m", F.count(F.lit(1)).alias("n"))
    client = spark.client
    request = client._execute_plan_request_with_metadata()
    request.plan.CopyFrom(df._plan.to_proto(client))
    told = [m for r in client._stub.ExecutePlan(request, metadata=client._builder.metadata()) for m in r.observed_metrics]
    assert [(m.name, list(m.keys), [v.long for v in m.values]) for m in told] == [("m", ["n"], [3])]
    assert told[0].plan_id == df._plan._plan_id
    assert pb.ExecutePlanResponse.ObservedMetrics is type(told[0])


def test_columns_must_be_aggregated(spark):
    with pytest.raises(PySparkException) as error:
        spark.range(3).observe("m", F.col("id").alias("x")).collect()
    assert error.value.getCondition() == "INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE"


def test_a_failed_query_tells_nothing(spark):
    df = spark.range(3).observe("m", F.count(F.lit(1)).alias("n")).selectExpr("1 / (id - id) AS x")
    with pytest.raises(PySparkException) as error:
        df.collect()
    assert error.value.getCondition() == "DIVIDE_BY_ZERO"
