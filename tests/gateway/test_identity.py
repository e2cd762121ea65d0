"""A caller is the same one in every message, and nobody reaches another's session."""
import time
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

import tokens
from gateway import Gateway
from recorder import OPTIONS, SERVICE, Recorder
from wire import RemoteError, Wire, failure, range_plan, rows_of

ALICE, BOB = "the-token-of-alice-0123456789", "the-token-of-bob-0123456789"


def config(port, auth=""):
    return f"""[auth]
{auth}
{tokens.static(ALICE, "alice", 'teams = ["red"]')}
{tokens.static(BOB, "bob")}
[environments.dev]
servers = "all"
[servers.all]
addresses = ["127.0.0.1:{port}"]
"""


@pytest.fixture(scope="module")
def recorder():
    with Recorder() as server:
        server.answers[SERVICE + "AddArtifacts"] = lambda messages, context: [b""]
        server.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        yield server


@pytest.fixture(scope="module")
def gateway(recorder):
    with Gateway(config(recorder.port)) as running:
        running.await_servers()
        yield running


def artifacts(session, *users, size=10):
    for user in users:
        request = pb.AddArtifactsRequest(session_id=session)
        request.user_context.user_id = user
        request.chunk.data = bytes(size)
        yield request.SerializeToString()


def send(gateway, messages, token=ALICE):
    """The status of an AddArtifacts with these messages."""
    with grpc.insecure_channel(f"localhost:{gateway.port}", options=OPTIONS) as channel:
        try:
            list(channel.stream_stream(SERVICE + "AddArtifacts")(messages, metadata=[("authorization", "Bearer " + token)],
                                                                 timeout=20))
        except grpc.RpcError as error:
            return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_later_messages_name_the_same_user(gateway, recorder, size):
    session = str(uuid.uuid4())
    assert send(gateway, artifacts(session, "x", "x", "x", size=size)) == grpc.StatusCode.OK
    users = {pb.AddArtifactsRequest.FromString(m).user_context.user_id for m in recorder.of("AddArtifacts")[-1].messages}
    assert users == {"alice"}
    recorder.seen.clear()
    assert send(gateway, artifacts(session, "alice", "bob", size=size)) == grpc.StatusCode.PERMISSION_DENIED
    for seen in recorder.of("AddArtifacts"):
        assert "bob" not in {pb.AddArtifactsRequest.FromString(m).user_context.user_id for m in seen.messages}
    line = audited(gateway, session, "PERMISSION_DENIED")
    assert line["user"] == "alice" and "user" in line["reason"]


def test_later_messages_name_the_same_session(gateway, recorder):
    recorder.seen.clear()
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    messages = [*artifacts(first, "alice"), *artifacts(second, "alice")]
    assert send(gateway, iter(messages)) in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INVALID_ARGUMENT)
    for seen in recorder.of("AddArtifacts"):
        assert {pb.AddArtifactsRequest.FromString(m).session_id for m in seen.messages} <= {first}


def audited(gateway, session, code):
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        for line in gateway.audit():
            if (line["session"], line["code"]) == (session, code):
                return line
        time.sleep(0.02)
    raise AssertionError(f"the audit log has no {code} of {session}")


def with_token(remote, token, session=None, user="x"):
    """A raw client that sends the token with every call."""
    client = Wire(remote, session=session, user=user)
    intercepted = grpc.intercept_channel(client.channel, Authorization(token))
    client.stub = type(client.stub)(intercepted)
    return client


class Authorization(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    def __init__(self, token):
        self.token = token

    def intercept_unary_unary(self, call, details, request):
        return call(details._replace(metadata=[("authorization", "Bearer " + self.token)]), request)

    intercept_unary_stream = intercept_unary_unary


def test_another_users_session_of_the_same_id(servers):
    with Gateway(config(servers[0].port)) as gateway:
        gateway.await_servers()
        alice = with_token(gateway.remote(), ALICE)
        alice.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key="spark.only.alices", value="1")]))
        assert rows_of(alice.execute(range_plan(3), operation=(operation := str(uuid.uuid4())), reattachable=True)) == 3
        bob = with_token(gateway.remote(), BOB, session=alice.session, user="alice")
        assert "OPERATION_NOT_FOUND" in str(failure(bob.reattach, operation)) or \
            "SESSION_CHANGED" in str(failure(bob.reattach, operation))
        assert rows_of(bob.execute(range_plan(3))) == 3
        pairs = bob.config(get_option=pb.ConfigRequest.GetOption(keys=["spark.only.alices"])).pairs
        assert not pairs[0].value
        bob.unary("ReleaseSession", bob.request(pb.ReleaseSessionRequest))
        assert rows_of(alice.execute(range_plan(3))) == 3
        for client in (alice, bob):
            client.close()


def test_a_user_who_only_claims_is_another(servers):
    """Where callers without tokens are let in, none of them reaches the session of the user whom it claims to be."""
    with Gateway(config(servers[0].port, "anonymous = true")) as gateway:
        gateway.await_servers()
        alice = with_token(gateway.remote(), ALICE)
        claims = Wire(gateway.remote(), session=alice.session, user="alice")
        key = "spark.only.alices"
        assert rows_of(alice.execute(range_plan(1))) == 1
        alice.config(set=pb.ConfigRequest.Set(pairs=[pb.KeyValue(key=key, value="1")]))
        try:
            seen = claims.config(get_option=pb.ConfigRequest.GetOption(keys=[key])).pairs[0].value
        except RemoteError as error:
            seen = ""
            assert error.code in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED), error
        assert not seen, "somebody who claims to be alice reads alice's session"
        for client in (alice, claims):
            client.close()


def test_claimed_users_may_be_refused(recorder):
    with Gateway(config(recorder.port, "refuse_claimed_user = true")) as gateway:
        gateway.await_servers()
        recorder.seen.clear()
        for user, session in (("root", str(uuid.uuid4())), ("alice", str(uuid.uuid4()))):
            client = with_token(gateway.remote(), ALICE, session, user)
            if user == "root":
                assert failure(client.analyze, spark_version=pb.AnalyzePlanRequest.SparkVersion()).code == grpc.StatusCode.PERMISSION_DENIED
                assert not recorder.seen
                audited(gateway, session, "PERMISSION_DENIED")
            else:
                client.unary("AnalyzePlan", client.request(pb.AnalyzePlanRequest, spark_version=pb.AnalyzePlanRequest.SparkVersion()))
            client.close()
