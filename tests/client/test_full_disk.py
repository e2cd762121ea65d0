"""Disks that are full or read-only, as targets of writes, as warehouse, as folder of what does not fit into memory."""
import contextlib
import os
import subprocess
import tempfile

import outcome
import pytest
from server import Server

pytestmark = [pytest.mark.firesteel, pytest.mark.process]


@contextlib.contextmanager
def disk(path, megabytes):
    """A small file system of its own at the path."""
    path.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@contextlib.contextmanager
def session(server):
    """Ended with the server: PySpark would go on to ask a server that is gone."""
    spark = outcome.new_session(server.remote)
    try:
        yield spark
    finally:
        spark.stop()


def fill(path):
    """A file that takes all the room there is."""
    name = os.path.join(path, "ballast")
    with contextlib.suppress(OSError), open(name, "wb", buffering=0) as file:
        while file.write(b"x" * 65536):
            pass
    return name


def refused(run):
    with pytest.raises(Exception) as failed:
        run()
    return failed.value


def says_full(error, path):
    """A condition of Spark's, the place, and the system's own words."""
    assert error.getCondition() == "TASK_WRITE_FAILED", error
    assert str(path) in str(error)
    assert "No space left on device" in str(error)
    return True


def rows(spark, count):
    return spark.range(count).selectExpr("id", "md5(cast(id as string)) h", "id % 3 k")


@pytest.fixture
def server(tmp_path):
    with Server() as running:
        yield running
        assert running.alive(), running.log()


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
@pytest.mark.parametrize("folders", [False, True])
def test_files(server, tmp_path, form, folders):
    with disk(tmp_path / "disk", 6) as place, session(server) as spark:
        path = str(place / "t")

        def write(count, mode):
            writer = rows(spark, count).write.format(form).mode(mode)
            (writer.partitionBy("k") if folders else writer).save(path)

        assert says_full(refused(lambda: write(400_000, "append")), path)
        assert os.listdir(place) == [], "nothing of the failed write is left"
        write(10, "append")
        before = sorted(os.listdir(path))
        for mode in ("append", "overwrite"):
            assert says_full(refused(lambda: write(400_000, mode)), path)
            assert sorted(os.listdir(path)) == before and os.listdir(place) == ["t"]
        write(10, "append")
        assert spark.read.format(form).schema("id LONG").load(path).count() == 20


def test_no_room_for_a_folder(server, tmp_path):
    with disk(tmp_path / "disk", 1) as place, session(server) as spark:
        path = str(place / "t")
        rows(spark, 5).write.parquet(path)
        ballast = fill(place)
        for mode in ("append", "overwrite"):
            assert says_full(refused(lambda: rows(spark, 100).write.mode(mode).parquet(path)), path)
        assert spark.read.parquet(path).count() == 5
        os.remove(ballast)
        rows(spark, 5).write.mode("append").parquet(path)
        assert spark.read.parquet(path).count() == 10


def test_warehouse(tmp_path):
    with disk(tmp_path / "disk", 8) as place, Server(warehouse=str(place / "w")) as server, session(server) as spark:
        spark.sql("CREATE TABLE t (id BIGINT, h STRING, k BIGINT)")
        spark.sql("INSERT INTO t VALUES (1, 'a', 1)")

        def insert(count):
            rows(spark, count).write.insertInto("t")

        def bytes_used():
            return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(place) for name in names)

        used = bytes_used()
        assert says_full(refused(lambda: insert(600_000)), "t")
        assert says_full(refused(lambda: rows(spark, 600_000).write.saveAsTable("u")), "u")
        assert says_full(refused(lambda: rows(spark, 600_000).write.partitionBy("k").saveAsTable("v")), "v")
        assert bytes_used() - used < 200_000, "what failed takes no room"
        assert [table.tableName for table in spark.sql("SHOW TABLES").collect()] == ["t"]
        insert(10)
        assert spark.table("t").count() == 11

        # Not even the catalog finds room.
        ballast = fill(place)
        for statement in ("INSERT INTO t VALUES (2, 'b', 2)", "CREATE TABLE w (a INT)", "CREATE DATABASE d"):
            assert says_full(refused(lambda: spark.sql(statement)), place)
        assert spark.table("t").count() == 11
        os.remove(ballast)
        spark.sql("INSERT INTO t VALUES (2, 'b', 2)")
        spark.sql("CREATE TABLE w (a INT)")
        assert spark.table("t").count() == 12
        assert server.alive()


def test_room_for_what_does_not_fit_into_memory(tmp_path, monkeypatch):
    with disk(tmp_path / "disk", 16) as place:
        monkeypatch.setattr(tempfile, "tempdir", str(place))  # where the server has its temporary folder
        with Server(args=["--memory-limit", "256MB"]) as server, session(server) as spark:
            big = spark.range(6_000_000).selectExpr("md5(cast(id as string)) h", "id").orderBy("h")
            for run in (lambda: big.write.format("noop").mode("overwrite").save(), lambda: big.tail(1),
                        lambda: big.write.parquet(str(tmp_path / "t"))):
                error = refused(run)
                assert error.getCondition() == "SPILL_OUT_OF_MEMORY", error
            assert not os.path.exists(tmp_path / "t")
            assert spark.range(10).orderBy("id").count() == 10
            assert server.alive()
