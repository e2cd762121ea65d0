"""Every byte is the same on both sides, except where the verified user stands in."""
import hashlib
import os
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

from gateway import Gateway, anonymous
from recorder import OPTIONS, SERVICE, Recorder

TOKEN = "a-token-of-alice"


@pytest.fixture(scope="module")
def recorder():
    with Recorder() as server:
        yield server


@pytest.fixture(scope="module")
def channel(recorder):
    with Gateway(anonymous(recorder)) as gateway, grpc.insecure_channel(f"localhost:{gateway.port}", options=OPTIONS) as open_channel:
        gateway.await_servers()
        yield open_channel


def call(channel, method, messages, metadata=()):
    """All response messages as bytes, and the call, whose metadata and status can be asked."""
    rpc = channel.stream_stream(method if method.startswith("/") else SERVICE + method)(iter(messages), metadata=metadata, timeout=60)
    return list(rpc), rpc


def analyze(session=None, user="bob", rest=b""):
    request = pb.AnalyzePlanRequest(session_id=session or str(uuid.uuid4()), client_type="test")
    request.user_context.user_id = user
    request.spark_version.SetInParent()
    return request.SerializeToString() + rest


UNKNOWN = bytes.fromhex("f2ff0103616263" "f8ff01ac02" "fdff0101020304")  # fields 4094 to 4095 of three wire types


def test_unknown_fields_pass(recorder, channel):
    recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x" + UNKNOWN]
    request = analyze(rest=UNKNOWN)
    assert call(channel, "AnalyzePlan", [request])[0] == [b"\x0a\x01x" + UNKNOWN]
    assert recorder.of("AnalyzePlan")[-1].messages == [request]


def test_unknown_rpcs_pass(recorder, channel):
    recorder.answers["/spark.connect.SparkConnectService/OfTheFuture"] = lambda messages, context: [b"one", b"", b"three"]
    request = analyze(rest=UNKNOWN)
    assert call(channel, "OfTheFuture", [request])[0] == [b"one", b"", b"three"]
    assert recorder.of("OfTheFuture")[-1].messages == [request]


def test_metadata_and_trailers(recorder, channel):
    def answer(messages, context):
        context.send_initial_metadata((("x-first", "1"), ("x-first", "2"), ("x-bytes-bin", b"\x00\xff")))
        context.set_trailing_metadata((("x-last", "z"), ("x-last-bin", bytes(range(256)))))
        return [b"\x0a\x01x"]

    recorder.answers[SERVICE + "AnalyzePlan"] = answer
    sent = [("x-one", "a b"), ("x-one", "c"), ("x-data-bin", b"\x00\x01\xfe"), ("x-long", "v" * 8000)]
    _, rpc = call(channel, "AnalyzePlan", [analyze()], metadata=sent)
    seen = recorder.of("AnalyzePlan")[-1]
    assert seen.values("x-one") == ["a b", "c"]
    assert seen.values("x-data-bin") == [b"\x00\x01\xfe"]
    assert seen.values("x-long") == ["v" * 8000]
    assert "grpc-python" in seen.values("user-agent")[0]
    first = [(k, v) for k, v in rpc.initial_metadata() if k.startswith("x-")]
    assert first == [("x-first", "1"), ("x-first", "2"), ("x-bytes-bin", b"\x00\xff")]
    last = [(k, v) for k, v in rpc.trailing_metadata() if k.startswith("x-")]
    assert last == [("x-last", "z"), ("x-last-bin", bytes(range(256)))]


def test_errors_pass_with_their_details(recorder, channel):
    def answer(messages, context):
        context.set_trailing_metadata((("grpc-status-details-bin", b"\x08\x0d\x12\x03abc"),))
        context.abort(grpc.StatusCode.INTERNAL, "[SOME_CONDITION] ünïcode % and\nnewline")

    recorder.answers[SERVICE + "AnalyzePlan"] = answer
    with pytest.raises(grpc.RpcError) as raised:
        call(channel, "AnalyzePlan", [analyze()])
    assert raised.value.code() == grpc.StatusCode.INTERNAL
    assert raised.value.details() == "[SOME_CONDITION] ünïcode % and\nnewline"
    assert ("grpc-status-details-bin", b"\x08\x0d\x12\x03abc") in raised.value.trailing_metadata()


@pytest.mark.parametrize("mebibytes", [0, 1, 5, 127])
def test_sizes_both_ways(recorder, channel, mebibytes):
    body = os.urandom(1 << 20) * mebibytes
    response = pb.AnalyzePlanResponse(session_id="s").SerializeToString() + b"\xf2\xff\x01" + varint(len(body)) + body
    recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [response]
    request = analyze(rest=b"\xf2\xff\x01" + varint(len(body)) + body)
    received, _ = call(channel, "AnalyzePlan", [request])
    assert digest(received[0]) == digest(response)
    assert digest(recorder.of("AnalyzePlan")[-1].messages[0]) == digest(request)
    recorder.seen.clear()


def test_streams_both_ways(recorder, channel):
    recorder.answers[SERVICE + "AddArtifacts"] = lambda messages, context: messages[::-1]
    session = str(uuid.uuid4())
    messages = []
    for i in range(300):
        request = pb.AddArtifactsRequest(session_id=session)
        request.user_context.user_id = "bob"
        request.chunk.data = bytes([i % 256]) * (i * 37)
        messages.append(request.SerializeToString())
    received, _ = call(channel, "AddArtifacts", messages)
    assert received == messages[::-1]
    assert recorder.of("AddArtifacts")[-1].messages == messages


def test_the_verified_user_stands_in(recorder):
    config = anonymous(recorder).replace("anonymous = true", "").replace("[routing]", f"""[[auth.token]]
name = "alice's"
sha256 = "{hashlib.sha256(TOKEN.encode()).hexdigest()}"
user = "alice"
[routing]""")
    recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
    with Gateway(config) as gateway, grpc.insecure_channel(f"localhost:{gateway.port}", options=OPTIONS) as channel:
        gateway.await_servers()
        proof = [("authorization", "Bearer " + TOKEN)]
        for claimed in ("alice", "", "bob"):
            request = analyze(user=claimed, rest=UNKNOWN)
            call(channel, "AnalyzePlan", [request], metadata=proof)
            seen = recorder.of("AnalyzePlan")[-1]
            got = pb.AnalyzePlanRequest.FromString(seen.messages[0])
            assert got.user_context.user_id == "alice"
            assert not seen.values("authorization"), "the caller's token must not reach a server"
            if claimed == "alice":
                assert seen.messages[0] == request
            else:
                assert seen.messages[0].startswith(request), "nothing else changes"


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def digest(data):
    return len(data), hashlib.sha256(data).hexdigest()
