"""RPCs that are unknown or not there yet: a well-formed error, and the session goes on."""
import grpc
import pyspark.sql.connect.proto as pb
import pytest
from wire import RemoteError, failure, rows_of, sql_plan


def test_unknown_method(wire):
    assert failure(wire.raw, "NoSuchRpc", b"", False).code is grpc.StatusCode.UNIMPLEMENTED


def test_unknown_service(wire):
    call = wire.channel.unary_unary("/no.such.Service/Method", request_serializer=lambda b: b, response_deserializer=lambda b: b)
    with pytest.raises(grpc.RpcError) as e:
        call(b"", timeout=10)
    assert e.value.code() is grpc.StatusCode.UNIMPLEMENTED


def calls(wire):
    yield lambda: wire.unary("ArtifactStatus", wire.request(pb.ArtifactStatusesRequest, names=["cache/abc"]))
    yield lambda: wire.unary("CloneSession", wire.request(pb.CloneSessionRequest))
    yield lambda: wire.unary("GetStatus", wire.request(pb.GetStatusRequest))
    chunk = pb.AddArtifactsRequest.ArtifactChunk(data=b"abc", crc=891568578)
    batch = pb.AddArtifactsRequest.Batch(artifacts=[pb.AddArtifactsRequest.SingleChunkArtifact(name="files/a.txt", data=chunk)])
    yield lambda: wire.stub.AddArtifacts(iter([wire.request(pb.AddArtifactsRequest, batch=batch)]), timeout=30)


@pytest.mark.parametrize("which", range(4), ids=["ArtifactStatus", "CloneSession", "GetStatus", "AddArtifacts"])
def test_answers_or_declines_properly(wire, which):
    wire.execute(sql_plan("SELECT 1"))
    try:
        assert list(calls(wire))[which]() is not None
    except RemoteError as e:
        assert e.code in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL)
        assert e.text
    except grpc.RpcError as e:
        assert e.code() in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL)
        assert e.details()
    assert rows_of(wire.execute(sql_plan("SELECT 1"))) == 1
