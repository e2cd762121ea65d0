"""Sessions: isolation, release, identity. Recorded from Apache Spark 4.3."""
import pyspark.sql.connect.proto as pb
import pytest
from wire import Wire, failure, new_id, rows_of, sql_plan


def release(wire, **fields):
    return wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest, **fields))


def command(text):
    return pb.Plan(command=pb.Command(sql_command=pb.SqlCommand(input=pb.Relation(sql=pb.SQL(query=text)))))


def test_views_belong_to_their_session(wire, remote):
    other = Wire(remote)
    wire.execute(command("CREATE TEMP VIEW mine AS SELECT 1 AS a"))
    assert rows_of(wire.execute(sql_plan("SELECT * FROM mine"))) == 1
    assert failure(other.execute, sql_plan("SELECT * FROM mine")).condition == "TABLE_OR_VIEW_NOT_FOUND"
    other.close()


def test_two_connections_share_a_session(wire, remote):
    wire.execute(command("CREATE TEMP VIEW shared AS SELECT 1 AS a"))
    other = Wire(remote, session=wire.session)
    assert rows_of(other.execute(sql_plan("SELECT * FROM shared"))) == 1
    other.close()


def test_users_do_not_share_a_session_id(wire, remote):
    wire.execute(command("CREATE TEMP VIEW private_view AS SELECT 1 AS a"))
    other = Wire(remote, session=wire.session, user="somebody else")
    assert failure(other.execute, sql_plan("SELECT * FROM private_view")).condition == "TABLE_OR_VIEW_NOT_FOUND"
    other.close()


def test_released_sessions_are_closed(wire):
    wire.execute(sql_plan("SELECT 1"))
    answer = release(wire)
    assert answer.session_id == wire.session
    for attempt in (lambda: wire.execute(sql_plan("SELECT 1")),
                    lambda: wire.config(get_all=pb.ConfigRequest.GetAll()),
                    lambda: wire.analyze(spark_version=pb.AnalyzePlanRequest.SparkVersion())):
        e = failure(attempt)
        assert (e.condition, e.state, e.parameters) == ("INVALID_HANDLE.SESSION_CLOSED", "08003", {"handle": wire.session})


def test_release_twice(wire):
    wire.execute(sql_plan("SELECT 1"))
    release(wire)
    assert release(wire).session_id == wire.session


def test_release_of_an_unknown_session_closes_nothing(wire):
    assert release(wire).session_id == wire.session
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_release_with_reconnect(wire):
    wire.execute(command("CREATE TEMP VIEW gone AS SELECT 1 AS a"))
    release(wire, allow_reconnect=True)
    assert failure(wire.execute, sql_plan("SELECT * FROM gone")).condition == "TABLE_OR_VIEW_NOT_FOUND"
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1


def test_a_session_of_another_server(wire):
    wire.execute(sql_plan("SELECT 1"))
    e = failure(wire.execute, sql_plan("SELECT 1"), client_observed_server_side_session_id=new_id())
    assert (e.condition, e.state, e.parameters) == ("INVALID_HANDLE.SESSION_CHANGED", "08003", {"handle": wire.session})


def test_the_right_observed_id(wire):
    seen = wire.execute(sql_plan("SELECT 1"))[0].server_side_session_id
    assert rows_of(wire.execute(sql_plan("SELECT 1"), client_observed_server_side_session_id=seen)) == 1


def test_sessions_have_ids_of_their_own(wire, remote):
    other = Wire(remote)
    a = wire.execute(sql_plan("SELECT 1"))[0].server_side_session_id
    assert a and a != other.execute(sql_plan("SELECT 1"))[0].server_side_session_id
    other.close()


def test_no_user(wire):
    request = pb.ExecutePlanRequest(session_id=wire.session, plan=sql_plan("SELECT 1"))
    assert rows_of(wire.stub.ExecutePlan(request, timeout=60)) == 1


def test_stop_and_new_session(remote):
    import outcome

    first = outcome.new_session(remote)
    first.sql("CREATE TEMP VIEW v AS SELECT 1")
    first.stop()
    second = outcome.new_session(remote)
    with pytest.raises(Exception) as e:
        second.table("v").collect()
    assert e.value.getCondition() == "TABLE_OR_VIEW_NOT_FOUND"
    second.stop()


def test_version(spark):
    assert spark.version == "4.3.0"
