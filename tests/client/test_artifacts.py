"""Artifacts: files, Python files, archives, JARs and local relations that clients send with AddArtifacts.

Conditions and texts of errors are recorded from Apache Spark 4.3, unless a test is marked `firesteel`.
"""
import glob
import hashlib
import io
import os
import signal
import tarfile
import threading
import time
import zipfile
import zlib

import grpc
import outcome
import pandas as pd
import pyarrow as pa
import pyspark.sql.connect.proto as pb
import pytest
from memory_watch import MIB, Watch
from server import Server
from wire import RemoteError, Wire, failure, new_id, rows_of

SLOW = os.environ.get("FIRESTEEL_SLOW_TESTS") == "1"
Add = pb.AddArtifactsRequest


def chunk(data, crc=None):
    return Add.ArtifactChunk(data=data, crc=zlib.crc32(data) if crc is None else crc)


def batch(wire, *artifacts, **fields):
    """A message with whole artifacts, each a name and its bytes or chunk."""
    singles = [Add.SingleChunkArtifact(name=name, data=data if isinstance(data, Add.ArtifactChunk) else chunk(data))
               for name, data in artifacts]
    return wire.request(Add, batch=Add.Batch(artifacts=singles), **fields)


def begin(wire, name, total, chunks, first):
    return wire.request(Add, begin_chunk=Add.BeginChunkedArtifact(
        name=name, total_bytes=total, num_chunks=chunks,
        initial_chunk=first if isinstance(first, Add.ArtifactChunk) else chunk(first)))


def more(wire, data):
    return wire.request(Add, chunk=data if isinstance(data, Add.ArtifactChunk) else chunk(data))


def send(wire, *requests):
    """What the server says of each artifact: its name and whether it was whole."""
    try:
        answer = wire.stub.AddArtifacts(iter(requests), timeout=60)
    except grpc.RpcError as e:
        raise RemoteError(e) from None
    return [(s.name, s.is_crc_successful) for s in answer.artifacts]


def exists(wire, *names):
    answer = wire.unary("ArtifactStatus", wire.request(pb.ArtifactStatusesRequest, names=names))
    return {name: status.exists for name, status in answer.statuses.items()}


def folders(server):
    """The folders of the server's sessions."""
    return glob.glob(os.path.join(server.folder.name, "*-artifacts", "session-*"))


def files_below(folder):
    return {os.path.relpath(os.path.join(at, name), folder): os.path.getsize(os.path.join(at, name))
            for at, _, names in os.walk(folder) for name in names}


def eventually(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(*members, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def relation(hashes, schema=None):
    chunked = pb.ChunkedCachedLocalRelation(dataHashes=hashes)
    if schema:
        chunked.schemaHash = schema
    return pb.Plan(root=pb.Relation(chunked_cached_local_relation=chunked))


def arrow_stream(table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


# ---- what PySpark sends --------------------------------------------------------------------------------------------


def test_pyspark_adds_files_of_every_kind(spark, tmp_path):
    (tmp_path / "data.txt").write_text("some data")
    (tmp_path / "large.bin").write_bytes(os.urandom(200_000))  # in chunks
    (tmp_path / "module.py").write_text("x = 1")
    (tmp_path / "package.zip").write_bytes(zipped(**{"package/__init__.py": "y = 2"}))
    (tmp_path / "archive.zip").write_bytes(zipped(file="contents"))
    (tmp_path / "some.jar").write_bytes(zipped(**{"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n"}))
    (tmp_path / "env.tar.gz").write_bytes(tarred((tarfile.TarInfo("bin/tool"), b"tool")))
    for _ in range(2):  # the same again changes nothing
        spark.addArtifact(str(tmp_path / "data.txt"), file=True)
        spark.addArtifacts(str(tmp_path / "data.txt"), str(tmp_path / "large.bin"), file=True)
        spark.addArtifacts(str(tmp_path / "module.py"), str(tmp_path / "package.zip"), pyfile=True)
        spark.addArtifact(f"{tmp_path}/env.tar.gz#env", archive=True)
        spark.addArtifact(str(tmp_path / "archive.zip"), archive=True)
        spark.addArtifact(str(tmp_path / "some.jar"))
    (tmp_path / "data.txt").write_text("other data")
    with pytest.raises(Exception, match="artifact files/data.txt already exists"):
        spark.addArtifact(str(tmp_path / "data.txt"), file=True)
    assert spark.range(3).count() == 3


def test_forwarding_to_the_servers_files_is_not_allowed(spark, wire, tmp_path):
    (tmp_path / "a").write_text("a")
    target = tmp_path / "target"
    with pytest.raises(Exception, match="local file system destination path is not supported"):
        spark.copyFromLocalToFs(str(tmp_path / "a"), str(target))
    error = failure(send, wire, batch(wire, (f"forward_to_fs{target}", b"a")))
    assert error.condition == "_LEGACY_ERROR_TEMP_3161"
    assert error.reason == "org.apache.spark.SparkUnsupportedOperationException"
    assert not target.exists()


@pytest.mark.firesteel
@pytest.mark.process
def test_forwarding_where_the_operator_allows_it(tmp_path):
    (tmp_path / "a").write_text("A")
    target = tmp_path / "folder" / "target"
    with Server(args=["--conf", "spark.sql.artifact.copyFromLocalToFs.allowDestLocal=true"]) as server:
        spark = outcome.new_session(server.remote)
        for text in ("A", "B"):
            (tmp_path / "a").write_text(text)
            spark.copyFromLocalToFs(str(tmp_path / "a"), str(target))
            assert target.read_text() == text
        spark.stop()


# ---- the session's folder ------------------------------------------------------------------------------------------


@pytest.mark.firesteel
def test_the_folder_of_a_session_is_made_lazily_and_removed(server_process, remote):
    before = set(folders(server_process))
    wire = Wire(remote)
    wire.execute(pb.Plan(root=pb.Relation(range=pb.Range(end=3, step=1))))
    exists(wire, "cache/x")
    assert set(folders(server_process)) == before
    send(wire, batch(wire, ("files/a.txt", b"A"), ("pyfiles/m.py", b"x = 1"), ("jars/j.jar", b"J"),
                     ("archives/z.zip#alias", zipped(**{"deep/file": "F", "grüß/é": "É"})),
                     ("archives/t.tar", tarred((tarfile.TarInfo("ü"), b"U"), mode="w:"))))
    (folder,) = set(folders(server_process)) - before
    assert os.stat(folder).st_mode & 0o777 == 0o700
    assert set(files_below(folder)) == {"stored/files/a.txt", "stored/pyfiles/m.py", "stored/jars/j.jar",
                                        "stored/archives/z.zip", "unpacked/alias/deep/file", "unpacked/alias/grüß/é",
                                        "stored/archives/t.tar", "unpacked/t.tar/ü"}
    wire.unary("ReleaseSession", wire.request(pb.ReleaseSessionRequest))
    assert not os.path.exists(folder)
    error = failure(send, wire, batch(wire, ("files/a.txt", b"A")))
    assert error.condition == "INVALID_HANDLE.SESSION_CLOSED"
    assert set(folders(server_process)) == before
    wire.close()


@pytest.mark.firesteel
@pytest.mark.process
def test_nothing_stays_when_the_server_stops():
    with Server() as server:
        wire = Wire(server.remote)
        send(wire, batch(wire, ("files/a.txt", b"A"), ("cache/h", b"C")))
        assert len(folders(server)) == 1
        wire.close()
        assert server.stop(signal.SIGTERM) == 0
        assert os.listdir(server.folder.name) == ["server.log"] or not glob.glob(
            os.path.join(server.folder.name, "firesteel-*"))


@pytest.mark.firesteel
def test_uploads_that_break_off_leave_nothing(server_process, remote):
    wire = Wire(remote)
    send(wire, batch(wire, ("files/first", b"1")))
    (folder,) = (f for f in folders(server_process) if "stored/files/first" in files_below(f))
    waiting = threading.Event()

    def requests():
        yield begin(wire, "files/second", 3 * 32768, 3, b"x" * 32768)
        yield more(wire, b"x" * 32768)
        waiting.set()
        time.sleep(30)

    call = wire.stub.AddArtifacts.future(requests())
    waiting.wait(10)
    assert eventually(lambda: sum(files_below(folder).values()) == 1 + 65536)
    call.cancel()
    assert eventually(lambda: files_below(folder) == {"stored/files/first": 1})
    assert send(wire, batch(wire, ("files/second", b"2"))) == [("files/second", True)]
    wire.close()


# ---- the protocol --------------------------------------------------------------------------------------------------


def test_single_and_chunked_artifacts(wire):
    assert send(wire, batch(wire, ("files/a", b"A"), ("cache/a", b"A")),
                begin(wire, "files/b", 10, 3, b"1234"), more(wire, b"567"), more(wire, b"890"),
                batch(wire, ("files/c", b""))) == [("files/a", True), ("cache/a", True), ("files/b", True), ("files/c", True)]
    assert send(wire, batch(wire, ("files/b", b"1234567890"))) == [("files/b", True)]
    error = failure(send, wire, batch(wire, ("files/b", b"123456789")))
    assert error.condition == "ARTIFACT_ALREADY_EXISTS"
    assert error.state == "42713"
    assert error.reason == "org.apache.spark.SparkRuntimeException"
    assert error.parameters == {"normalizedRemoteRelativePath": "files/b"}


def test_an_empty_stream_of_artifacts(wire):
    assert send(wire, batch(wire)) == []


def test_a_batch_between_the_chunks_of_another(wire):
    assert send(wire, begin(wire, "files/a", 4, 2, b"12"), batch(wire, ("files/b", b"b")), more(wire, b"34")) == [
        ("files/a", True), ("files/b", True)]
    assert send(wire, batch(wire, ("files/a", b"1234"))) == [("files/a", True)]


def test_wrong_checksums_are_told_and_not_kept(wire):
    assert send(wire, batch(wire, ("cache/good", b"G"), ("cache/bad", chunk(b"B", crc=1))),
                begin(wire, "cache/bad-first", 4, 2, chunk(b"12", crc=7)), more(wire, b"34"),
                begin(wire, "cache/bad-last", 4, 2, b"12"), more(wire, chunk(b"34", crc=7)),
                batch(wire, ("files/bad", chunk(b"B", crc=1)))) == [
        ("cache/good", True), ("cache/bad", False), ("cache/bad-first", False), ("cache/bad-last", False), ("files/bad", False)]
    assert exists(wire, "cache/good", "cache/bad", "cache/bad-first", "cache/bad-last") == {
        "cache/good": True, "cache/bad": False, "cache/bad-first": False, "cache/bad-last": False}
    # Not kept, so nothing is in the way of the right ones.
    assert send(wire, batch(wire, ("cache/bad", b"B"), ("files/bad", b"right"))) == [("cache/bad", True), ("files/bad", True)]


def test_the_status_is_of_the_cache_only(wire):
    send(wire, batch(wire, ("cache/a", b"A"), ("files/a", b"A"), ("jars/a.jar", b"A"), ("pyfiles/a.py", b"A")))
    assert exists(wire, "cache/a", "cache/b", "files/a", "jars/a.jar", "pyfiles/a.py", "a", "") == {
        "cache/a": True, "cache/b": False, "files/a": False, "jars/a.jar": False, "pyfiles/a.py": False, "a": False, "": False}


@pytest.mark.parametrize("name", ["", "/etc/passwd", "/", "..", "../x", "files/../../x", "cache/../../x", ".",
                                  "files/..", "archives/../../x"])
def test_names_out_of_the_folder(wire, name):
    error = failure(send, wire, batch(wire, (name, b"x")))
    assert error.condition == "INVALID_ARTIFACT_PATH"
    assert error.state == "22023"
    assert error.reason == "org.apache.spark.SparkRuntimeException"
    assert error.parameters == {"name": name}
    error = failure(send, wire, begin(wire, name, 4, 2, b"12"), more(wire, b"34"))
    assert error.condition == "INVALID_ARTIFACT_PATH"


# Spark takes some of these (an alias that leads out of the folder among them) and raises what Java does for others.
@pytest.mark.firesteel
@pytest.mark.parametrize("name", ["files/a\0b", "files\\a", "..\\x", "files/a/", "files", "cache", "files/" + "x" * 256,
                                  "archives/a.zip#../x", "archives/a.zip#/x", "files/" + "d/" * 2000 + "x"])
def test_names_that_are_no_file_of_a_session(wire, name):
    error = failure(send, wire, batch(wire, ("cache/before", b"x"), (name, zipped(a="a"))))
    assert exists(wire, "cache/before") == {"cache/before": False}, "nothing of the stream is kept"
    assert error.text.startswith("[INVALID_ARTIFACT_PATH]")  # of a very long name no more comes over


@pytest.mark.firesteel
def test_files_and_folders_of_one_name(wire):
    send(wire, batch(wire, ("files/a/b", b"1")))
    for names in (["files/a"], ["files/a/b/c"], ["files/d", "files/d/e"], ["files/d/e", "files/d"]):
        error = failure(send, wire, batch(wire, *((name, b"2") for name in names)))
        assert error.condition == "INVALID_ARTIFACT_PATH", names


def test_names_in_normal_form(wire):
    assert send(wire, batch(wire, ("files/./x/../a", b"A"))) == [("files/./x/../a", True)]
    error = failure(send, wire, batch(wire, ("files/a", b"B")))
    assert error.parameters == {"normalizedRemoteRelativePath": "files/a"}
    send(wire, batch(wire, ("files/../cache/h", b"A")))
    assert exists(wire, "cache/h") == {"cache/h": True}


def requirement_failed(error):
    assert error.condition is None
    assert error.reason == "java.lang.IllegalArgumentException"
    assert error.text == "requirement failed"
    return True


def test_chunks_out_of_order(wire):
    assert requirement_failed(failure(send, wire, more(wire, b"x")))
    two = [begin(wire, "cache/a", 4, 2, b"12"), begin(wire, "cache/b", 4, 2, b"12")]
    assert requirement_failed(failure(send, wire, *two, more(wire, b"34"), more(wire, b"34")))
    whole = [begin(wire, "cache/a", 4, 2, b"12"), more(wire, b"34")]
    assert requirement_failed(failure(send, wire, begin(wire, "cache/a", 4, 2, b"12")))
    assert requirement_failed(failure(send, wire, begin(wire, "cache/a", 4, -1, b"1234")))
    assert exists(wire, "cache/a", "cache/b") == {"cache/a": False, "cache/b": False}
    assert requirement_failed(failure(send, wire, *whole, more(wire, b"56")))


@pytest.mark.firesteel
def test_nothing_is_kept_of_a_stream_with_chunks_out_of_order(wire):
    """Spark keeps what was whole before."""
    assert requirement_failed(failure(send, wire, batch(wire, ("cache/a", b"A")), begin(wire, "cache/b", 4, 2, b"12"),
                                      more(wire, b"34"), more(wire, b"56")))
    assert exists(wire, "cache/a", "cache/b") == {"cache/a": False, "cache/b": False}


def test_chunks_that_do_not_add_up(wire):
    for total in (3, 5, 0, -1, 2**62):
        error = failure(send, wire, begin(wire, "cache/a", total, 2, b"12"), more(wire, b"34"))
        assert error.reason == "java.lang.RuntimeException"
        assert error.text == ("Missing data chunks for artifact: cache/a. Expected 2 chunks and received 2 chunks. "
                              f"Processed 4 bytes out of {total} bytes.")
    error = failure(send, wire, begin(wire, "cache/a", 4, 0, b"1234"))
    assert error.text == ("Excessive data chunks for artifact: cache/a, expected 0 chunks in total. "
                          "Processed 0 bytes out of 4 bytes.")
    assert exists(wire, "cache/a") == {"cache/a": False}


def test_messages_without_content(wire):
    error = failure(send, wire, wire.request(Add))
    assert error.reason == "java.lang.UnsupportedOperationException"
    assert error.text.startswith("Unsupported data transfer request: ")


def test_sessions_do_not_see_each_others(remote):
    session = new_id()
    first, same_id, other = Wire(remote, session), Wire(remote, session, user="another"), Wire(remote)
    send(first, batch(first, ("cache/a", b"A"), ("files/a", b"A")))
    for wire in (same_id, other):
        assert exists(wire, "cache/a") == {"cache/a": False}
        assert send(wire, batch(wire, ("files/a", b"another"))) == [("files/a", True)]
    for wire in (first, same_id, other):
        wire.close()


def test_clones_carry_artifacts_over(remote):
    first = Wire(remote)
    send(first, batch(first, ("cache/a", b"A"), ("files/a", b"A"), ("archives/a.zip#x", zipped(f="F"))))
    clone = Wire(remote, first.unary("CloneSession", first.request(pb.CloneSessionRequest)).new_session_id)
    assert failure(send, clone, batch(clone, ("files/a", b"B"))).condition == "ARTIFACT_ALREADY_EXISTS"
    send(clone, batch(clone, ("files/b", b"B"), ("cache/b", b"B")))
    assert send(first, batch(first, ("files/b", b"other"))) == [("files/b", True)]
    assert exists(first, "cache/b") == {"cache/b": False}
    first.unary("ReleaseSession", first.request(pb.ReleaseSessionRequest))
    assert exists(clone, "cache/b") == {"cache/b": True}
    assert send(clone, batch(clone, ("files/a", b"A"))) == [("files/a", True)]
    first.close()
    clone.close()


@pytest.mark.firesteel
def test_clones_know_the_cache(remote):
    """Spark keeps the data for the clone, too, but says that it does not know it."""
    first = Wire(remote)
    table = pa.table({"id": range(10)})
    send(first, batch(first, ("cache/a", arrow_stream(table))))
    clone = Wire(remote, first.unary("CloneSession", first.request(pb.CloneSessionRequest)).new_session_id)
    first.unary("ReleaseSession", first.request(pb.ReleaseSessionRequest))
    assert exists(clone, "cache/a") == {"cache/a": True}
    assert rows_of(clone.execute(relation(["a"]))) == 10
    first.close()
    clone.close()


# ---- archives ------------------------------------------------------------------------------------------------------


def test_archives_with_two_aliases(wire):
    error = failure(send, wire, batch(wire, ("archives/a.zip#b#c", zipped(f="F"))))
    assert error.reason == "java.lang.AssertionError"
    assert error.text == "assertion failed: '#' in the path is not supported for adding an archive."


def link(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


HOSTILE = {
    "up.zip": zipped(**{"../x": "evil"}),
    "deep-up.zip": zipped(**{"a/../../x": "evil"}),
    "up.tar.gz": tarred((tarfile.TarInfo("../x"), b"evil")),
    "link.tar": tarred(link("l", "/etc"), (tarfile.TarInfo("l/x"), b"evil"), mode="w:"),
    "no.zip": b"this is no archive",
    "no.tar.gz": b"this is no archive",
    "cut.zip": zipped(f="F" * 1000)[:60],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_archives(wire, name):
    error = failure(send, wire, batch(wire, ("archives/" + name, HOSTILE[name])))
    assert error.condition is None
    assert "java.lang.Exception" in error.classes


@pytest.mark.firesteel
def test_nothing_of_a_refused_archive_stays(server_process, remote):
    wire = Wire(remote)
    send(wire, batch(wire, ("files/this session's", b"")))
    (folder,) = (f for f in folders(server_process) if "stored/files/this session's" in files_below(f))
    absolute = io.BytesIO()
    with tarfile.open(fileobj=absolute, mode="w") as archive:
        member = tarfile.TarInfo("/tmp/firesteel-absolute")
        archive.addfile(member)
    hostile = dict(HOSTILE, **{"link-up.tgz": tarred(link("l", "../..")), "absolute.tar": absolute.getvalue(),
                               "link-absolute.tar": tarred(link("l", "/etc/passwd"), mode="w:"),
                               "hard.tar": tarred(link("l", "/etc/passwd", tarfile.LNKTYPE), mode="w:")})
    for name, data in hostile.items():
        error = failure(send, wire, batch(wire, ("files/a", b"a"), ("archives/" + name, data), ("files/b", b"b")))
        assert error.reason == "java.io.IOException", name
        assert files_below(folder) == {"stored/files/this session's": 0}, name
    assert not os.path.exists("/tmp/firesteel-absolute")
    wire.close()


@pytest.mark.firesteel
@pytest.mark.skipif(not SLOW, reason="100,000 files take a while: FIRESTEEL_SLOW_TESTS=1")
def test_archives_of_too_many_files(server_process, remote):
    wire = Wire(remote)
    send(wire, batch(wire, ("files/the bombed", b"")))
    (folder,) = (f for f in folders(server_process) if "stored/files/the bombed" in files_below(f))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(100_001):
            archive.writestr(str(i), b"")
    data = out.getvalue()
    pieces = [data[i:i + 2**20] for i in range(0, len(data), 2**20)]
    error = failure(send, wire, begin(wire, "archives/bomb.zip", len(data), len(pieces), pieces[0]),
                    *(more(wire, piece) for piece in pieces[1:]))
    assert error.condition == "UNSUPPORTED_FEATURE.FIRESTEEL" and "100000" in error.text
    assert files_below(folder) == {"stored/files/the bombed": 0}
    wire.close()


# ---- local relations -----------------------------------------------------------------------------------------------


def test_local_relations_in_chunks_and_whole(wire):
    table = pa.table({"id": range(100_000), "text": [f"text number {i}" for i in range(100_000)]})
    chunks = [arrow_stream(table.slice(begin, 30_000)) for begin in range(0, 100_000, 30_000)]
    hashes = [hashlib.sha256(data).hexdigest() for data in chunks]
    whole = pb.LocalRelation(data=arrow_stream(table)).SerializeToString()
    whole_hash = hashlib.sha256(whole).hexdigest()
    error = failure(wire.execute, relation(hashes))
    assert error.condition == "CONNECT_INVALID_PLAN.NOT_FOUND_CHUNKED_CACHED_LOCAL_RELATION"
    for name, data in [*zip(hashes, chunks), (whole_hash, whole)]:
        pieces = [data[i:i + 32768] for i in range(0, len(data), 32768)]
        send(wire, begin(wire, "cache/" + name, len(data), len(pieces), pieces[0]), *(more(wire, p) for p in pieces[1:]))
    assert rows_of(wire.execute(relation(hashes))) == 100_000
    cached = pb.Plan(root=pb.Relation(cached_local_relation=pb.CachedLocalRelation(hash=whole_hash)))
    batches = [pa.ipc.open_stream(r.arrow_batch.data).read_all() for r in wire.execute(cached) if r.HasField("arrow_batch")]
    got = pa.concat_tables(batches)
    assert got.num_rows == 100_000
    assert got.column("text").to_pylist() == table.column("text").to_pylist()


def frame(megabytes):
    rows = megabytes * MIB // 64
    numbers = pd.RangeIndex(rows).to_series()
    return pd.DataFrame({f"c{i}": numbers + i for i in range(6)} | {"half": numbers / 2, "fixed": 1.5})


def check_large_frame(spark, server, megabytes, limit_mib):
    data = frame(megabytes)
    rows = len(data)
    with Watch(server) as sending:
        df = spark.createDataFrame(data)
        assert df.columns == [*(f"c{i}" for i in range(6)), "half", "fixed"]
    with Watch(server) as reading:
        for _ in range(2):
            assert df.selectExpr("count(*)", "sum(c5)", "max(half)", "sum(fixed)").collect() == [
                (rows, rows * (rows - 1) // 2 + 5 * rows, (rows - 1) / 2, 1.5 * rows)]
    print(f"{megabytes} MiB: {sending.grown_mib:.0f} MiB to send, {reading.grown_mib:.0f} MiB to read")
    assert sending.grown_mib < limit_mib and reading.grown_mib < limit_mib, (sending.grown_mib, reading.grown_mib)


@pytest.mark.firesteel
def test_a_frame_of_some_size_takes_little_memory(spark, server_process):
    check_large_frame(spark, server_process, 200, 150)


@pytest.mark.firesteel
@pytest.mark.skipif(not SLOW, reason="a gigabyte takes a while: FIRESTEEL_SLOW_TESTS=1")
def test_a_frame_of_a_gigabyte_takes_little_memory():
    with Server() as server:
        spark = outcome.new_session(server.remote)
        check_large_frame(spark, server, 1024, 300)
        spark.stop()


@pytest.mark.firesteel
@pytest.mark.skipif(not SLOW, reason="a gigabyte takes a while: FIRESTEEL_SLOW_TESTS=1")
def test_a_gigabyte_in_one_artifact_is_not_copied():
    """As clients before 4.1 send local relations: one message, one batch. It is read where it is mapped: memory that the
    system may take back at any time, so that what counts is the server's own."""
    rows = 1024 * MIB // 64
    table = pa.table({f"c{i}": pd.RangeIndex(rows).to_numpy() for i in range(8)})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_batch(table.to_batches()[0])
    data = pb.LocalRelation(data=sink.getvalue()).SerializeToString()
    del sink, table
    with Server() as server:
        wire = Wire(server.remote)

        def requests():
            step = 2**20
            yield begin(wire, "cache/whole", len(data), -(-len(data) // step), data[:step])
            for at in range(step, len(data), step):
                yield more(wire, data[at:at + step])

        answer = wire.stub.AddArtifacts(requests(), timeout=300)
        assert answer.artifacts[0].is_crc_successful
        sql = pb.Plan(root=pb.Relation(with_relations=pb.WithRelations(
            root=pb.Relation(sql=pb.SQL(query="SELECT count(*), sum(c7) FROM t")),
            references=[pb.Relation(subquery_alias=pb.SubqueryAlias(alias="t", input=pb.Relation(
                cached_local_relation=pb.CachedLocalRelation(hash="whole"))))])))
        peak, done = [0], threading.Event()

        def own_bytes():
            with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
                return sum(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))

        def look():
            while not done.wait(0.01):
                peak[0] = max(peak[0], own_bytes())

        before = own_bytes()
        thread = threading.Thread(target=look)
        thread.start()
        result = wire.execute(sql, timeout=120)
        done.set()
        thread.join()
        (got,) = (pa.ipc.open_stream(r.arrow_batch.data).read_all() for r in result if r.HasField("arrow_batch"))
        assert got.to_pylist()[0] == {"count(1)": rows, "sum(c7)": rows * (rows - 1) // 2}
        print(f"{(peak[0] - before) / MIB:.0f} MiB")
        assert peak[0] - before < 300 * MIB
        wire.close()
