"""Requests that are small to send and would be large to serve. Each is refused with an error that says why, soon, and the
server neither takes much memory for it nor stops answering others."""
import io
import os
import tarfile
import time
import zipfile

import grpc
import pyarrow as pa
import pyspark.sql.connect.proto as pb
import pytest
from memory_watch import Watch
from server import Server
from test_artifacts import HOSTILE, batch, begin, chunk, files_below, folders, link, more, send, tarred
from wire import Wire, failure, new_id, rows_of, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel]
SLOW = os.environ.get("FIRESTEEL_SLOW_TESTS") == "1"


@pytest.fixture(scope="module")
def server():
    """One for all bombs: what one of them left behind would show in the next."""
    with Server(args=["--conf", "firesteel.session.maxArtifactSize=64m"]) as running:
        wire = Wire(running.remote)
        wire.execute(sql_plan("SELECT 1"))
        wire.close()
        yield running
        assert running.alive(), running.log()[-3000:]


@pytest.fixture
def wire(server):
    client = Wire(server.remote)
    yield client
    # Others are served as before.
    assert rows_of(client.execute(sql_plan("SELECT 1"), timeout=20)) == 1
    client.close()


def refused(server, limit_mib, action, *args, seconds=20, **kwargs):
    """The error of an action that takes so much memory and time at most."""
    began = time.monotonic()
    with Watch(server) as watch:
        error = failure(action, *args, **kwargs)
    took = time.monotonic() - began
    print(f"{error.text[:150]!r}: {watch.grown_mib:.0f} MiB, {took:.1f} s")
    assert watch.grown_mib < limit_mib, watch.grown_mib
    assert took < seconds
    return error


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def compressed(megabytes):
    """So many megabytes of zeros as zstd has them, without their size in the frame's header."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        for _ in range(megabytes):
            out.write(bytes(2**20))
    return sink.getvalue().to_pybytes()


def test_a_compressed_plan_of_a_gigabyte(server, wire):
    operation = pb.Plan.CompressedOperation
    plan = pb.Plan(compressed_operation=operation(data=compressed(1024), op_type=operation.OP_TYPE_RELATION,
                                                  compression_codec=pb.COMPRESSION_CODEC_ZSTD))
    assert plan.ByteSize() < 2**20
    error = refused(server, 100, wire.execute, plan)
    assert error.condition == "CONNECT_INVALID_PLAN.PLAN_SIZE_LARGER_THAN_MAX"
    assert error.parameters["maxPlanSize"] == str(512 << 20)


def test_ten_million_literals_in_a_plan(server, wire):
    expression = pb.Expression(literal=pb.Expression.Literal(integer=1)).SerializeToString()
    argument = field(pb.Expression.UnresolvedFunction.ARGUMENTS_FIELD_NUMBER, expression)
    function = pb.Expression.UnresolvedFunction(function_name="in").SerializeToString() + argument * 10_000_000
    condition = field(pb.Expression.UNRESOLVED_FUNCTION_FIELD_NUMBER, function)
    source = pb.Relation(range=pb.Range(end=3, step=1)).SerializeToString()
    filtered = field(pb.Filter.INPUT_FIELD_NUMBER, source) + field(pb.Filter.CONDITION_FIELD_NUMBER, condition)
    plan = field(pb.Plan.ROOT_FIELD_NUMBER, field(pb.Relation.FILTER_FIELD_NUMBER, filtered))
    request = wire.request(pb.ExecutePlanRequest).SerializeToString() + field(pb.ExecutePlanRequest.PLAN_FIELD_NUMBER, plan)
    error = refused(server, 400, wire.raw, "ExecutePlan", request, True)
    assert "too many messages" in error.text


def test_ten_million_literals_in_a_statement(server, wire):
    text = "SELECT id FROM range(3) WHERE id IN (" + "1," * 9_999_999 + "1)"
    error = refused(server, 400, wire.execute, sql_plan(text))
    assert (error.condition, error.state) == ("FAILED_TO_PARSE_TOO_COMPLEX", "54001")


def test_a_million_tags(server, wire):
    tags = [f"t{i}" for i in range(1_000_000)]
    error = refused(server, 300, wire.execute, sql_plan("SELECT 1"), tags=tags)
    assert error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (error.condition, error.state) == ("SERVER_LIMIT_EXCEEDED", "53000")
    assert error.parameters == {"what": "an operation with 1000000 tags", "limit": "1000", "key": "firesteel.operation.maxTags"}
    # Two bytes each on the wire, forty in memory.
    request = wire.execute_request(sql_plan("SELECT 1")).SerializeToString()
    request += field(pb.ExecutePlanRequest.TAGS_FIELD_NUMBER, b"") * 40_000_000
    assert "too many messages" in refused(server, 300, wire.raw, "ExecutePlan", request, True).text


def test_artifacts_that_lie_about_their_size(server, wire):
    huge = 2**62
    for total, chunks in ((huge, 2), (2, huge), (huge, huge), (-1, 2)):
        refused(server, 20, send, wire, begin(wire, "cache/a", total, chunks, b"12"), more(wire, b"34"))
    error = refused(server, 20, send, wire, begin(wire, "cache/a", 4, 1, b"1234"), more(wire, b"5"))
    assert error.text == "requirement failed"
    # Nothing of what comes with a wrong checksum is kept, so it needs no room.
    piece = chunk(bytes(2**20), crc=1)
    with Watch(server) as watch:
        assert send(wire, begin(wire, "files/wrong", 100 << 20, 100, piece), *[more(wire, piece)] * 99) == [("files/wrong", False)]
    assert watch.grown_mib < 50


@pytest.mark.parametrize("name", ["../x", "/etc/x", "files/../../x", "archives/a.zip#../x", "files/a\0b", "x/" * 10**6 + "x"],
                         ids=["up", "absolute", "through", "alias", "nul", "long"])
def test_names_that_lead_out(server, wire, name):
    error = refused(server, 50, send, wire, batch(wire, (name, b"evil")))
    assert error.text.startswith("[INVALID_ARTIFACT_PATH]")


def zip_of_zeros(megabytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as member:
        for _ in range(megabytes):
            member.write(bytes(2**20))
    return out.getvalue()


def tar_that_tells(size):
    member = tarfile.TarInfo("f")
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(10240)


def links_in_a_circle():
    return tarred(link("a", "b"), link("b", "a"), (tarfile.TarInfo("a/x"), b"evil"))


BOMBS = {"zeros.zip": lambda: zip_of_zeros(200), "size.tar": lambda: tar_that_tells(2**62), "circle.tgz": links_in_a_circle,
         "chain.tgz": lambda: tarred(link("l", "."), link("l/m", "../.."), (tarfile.TarInfo("l/m/x"), b"evil")),
         **{name: lambda data=data: data for name, data in HOSTILE.items()}}


@pytest.mark.parametrize("name", BOMBS)
def test_archives(server, wire, name):
    send(wire, batch(wire, ("files/mine", wire.session.encode())))
    error = refused(server, 50, send, wire, batch(wire, ("archives/" + name, BOMBS[name]())))
    if name == "zeros.zip":
        assert (error.condition, error.parameters["key"]) == ("SERVER_LIMIT_EXCEEDED", "firesteel.session.maxArtifactSize")
    else:
        assert error.reason in ("java.io.IOException", "org.apache.spark.SparkException")
    (mine,) = (f for f in folders(server) if files_below(f).get("stored/files/mine") and open(
        f + "/stored/files/mine", encoding="ascii").read() == wire.session)
    assert files_below(mine) == {"stored/files/mine": 36}


@pytest.mark.skipif(not SLOW, reason="makes 100,000 folders: FIRESTEEL_SLOW_TESTS=1")
def test_an_archive_of_folders_that_it_does_not_tell(server, wire):
    members = [(tarfile.TarInfo("/".join([str(i)] + ["d"] * 98 + ["f"])), b"") for i in range(1100)]
    error = refused(server, 50, send, wire, batch(wire, ("archives/deep.tgz", tarred(*members))), seconds=60)
    assert "100000 folders" in error.text


def test_identities_of_megabytes(server):
    client = Wire(server.remote, user="u" * 2_000_000)
    error = refused(server, 50, client.execute, sql_plan("SELECT 1"))
    assert error.parameters["key"] == "firesteel.user.maxIdSize"
    client.close()
    client = Wire(server.remote, session="s" * 2_000_000)
    assert refused(server, 50, client.execute, sql_plan("SELECT 1")).text.startswith("[INVALID_HANDLE.FORMAT]")
    client.close()
    assert new_id()
