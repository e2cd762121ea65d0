"""Writes of files are all or nothing: kill -9, full disks, failing rows, cancellation, several writers."""
import glob
import os
import random
import resource
import shutil
import signal
import threading
import time

import outcome
import pytest
from server import Server

pytestmark = pytest.mark.firesteel
ROWS = 400
WRITES = int(os.environ.get("FIRESTEEL_KILL_WRITES", "25"))  # of each form and mode


def rows_of(number, spark, folders):
    """A write whose rows say which write they belong to, and how many they are."""
    frame = spark.range(ROWS).selectExpr(f"{number} w", "cast(id as string) v", "id % 4 k")
    return frame if folders else frame.drop("k")


def visible(path):
    """Number of rows by write, read by pyarrow and by hand: what any reader sees."""
    import pyarrow.parquet

    counts = {}
    for folder, names, files in os.walk(path):
        names[:] = [name for name in names if name[0] not in "._"]
        for name in files:
            if name[0] in "._":
                continue
            file = os.path.join(folder, name)
            if name.endswith(".parquet"):
                found = pyarrow.parquet.ParquetFile(file).read(columns=["w"]).column("w").to_pylist()
            elif name.endswith(".csv"):
                found = [int(line.split(",")[0]) for line in open(file)]
            else:
                found = [int(line.split(":")[1].split(",")[0]) for line in open(file)]
            for number in found:
                counts[number] = counts.get(number, 0) + 1
    return counts


def leftovers(folder):
    return glob.glob(os.path.join(folder, ".firesteel-staging", "*")) + glob.glob(os.path.join(folder, "*", ".firesteel-staging", "*"))


@pytest.mark.process
@pytest.mark.parametrize("form, mode, folders", [
    ("parquet", "append", False), ("parquet", "append", True), ("parquet", "overwrite", False),
    ("parquet", "overwrite", True), ("csv", "append", True), ("csv", "overwrite", False),
    ("json", "append", False), ("json", "overwrite", True)])
def test_kill_at_random_moments(tmp_path, form, mode, folders):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    path = str(tmp_path / "t")
    acknowledged, tried = [], 0
    while tried < WRITES:
        with Server() as server:
            spark = outcome.new_session(server.remote)
            rows_of(-1, spark, folders).write.format(form).save(str(tmp_path / f"warm{tried}"))
            killer = threading.Timer(chance.uniform(0.02, 0.5), lambda: server.process.kill())
            killer.start()
            try:
                while tried < WRITES:
                    tried += 1
                    writer = rows_of(tried, spark, folders).write.format(form).mode(mode)
                    (writer.partitionBy("k") if folders else writer).save(path)
                    acknowledged.append(tried)
            except Exception:
                assert server.process.wait(10) == -signal.SIGKILL, server.log()
            killer.cancel()
        counts = visible(path) if os.path.exists(path) else {}
        assert all(count == ROWS for count in counts.values()), (seed, counts)
        if mode == "append":
            assert set(acknowledged) <= set(counts), (seed, acknowledged, counts)
        elif acknowledged:
            assert len(counts) == 1 and max(counts) >= acknowledged[-1], (seed, acknowledged, counts)
    assert acknowledged
    with Server() as server:
        rows_of(1000, outcome.new_session(server.remote), folders).write.format(form).mode("append").save(str(tmp_path / "next"))
    assert not leftovers(str(tmp_path))


@pytest.mark.process
@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_full_disk(tmp_path, form):
    limit = 3 << 20
    path = str(tmp_path / "t")
    with Server() as server:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        spark = outcome.new_session(server.remote)
        spark.range(10).write.format(form).save(path)
        before = sorted(os.listdir(path))
        for mode in ("append", "overwrite"):
            with pytest.raises(Exception) as failed:
                spark.range(3_000_000).selectExpr("id", "md5(cast(id as string)) h").write.format(form).mode(mode).save(path)
            assert failed.value.getCondition() == "TASK_WRITE_FAILED", failed.value
            assert sorted(os.listdir(path)) == before
        assert not leftovers(str(tmp_path))
        spark.range(10).write.format(form).mode("append").save(path)
        assert server.alive()


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_a_failing_row_late_in_the_query(spark, tmp_path, form):
    path = str(tmp_path / "new" / "t")
    bad = spark.range(1_500_000).selectExpr("id", "1 div (id - 1000000) q")
    with pytest.raises(Exception) as failed:
        bad.write.format(form).save(path)
    assert failed.value.getCondition() == "DIVIDE_BY_ZERO"
    assert not os.path.exists(str(tmp_path / "new"))
    spark.range(5).write.format(form).save(path)
    before = sorted(os.listdir(path))
    for mode in ("append", "overwrite"):
        with pytest.raises(Exception):
            bad.write.format(form).mode(mode).save(path)
        assert sorted(os.listdir(path)) == before
    assert not leftovers(str(tmp_path / "new"))


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_cancelled(spark, tmp_path, form):
    path = str(tmp_path / "t")
    ended = []

    def write():
        try:
            spark.range(4_000_000_000).selectExpr("id", "md5(cast(id as string)) h").write.format(form).save(path)
        except Exception as e:
            ended.append(e)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(1.5)
    assert thread.is_alive()
    spark.interruptAll()
    thread.join(20)
    assert not thread.is_alive()
    assert ended and ended[0].getCondition() == "OPERATION_CANCELED"
    for _ in range(100):  # the client hears of it before the query is gone
        if not os.listdir(tmp_path):
            break
        time.sleep(0.1)
    assert os.listdir(tmp_path) == []


def test_writers_in_one_server(remote, tmp_path):
    path = str(tmp_path / "t")
    errors = []

    def write(worker):
        session = outcome.new_session(remote)
        try:
            for i in range(5):
                rows_of(worker * 100 + i, session, True).write.mode("append").partitionBy("k").parquet(path)
        except Exception as e:
            errors.append(e)
        session.stop()

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    counts = visible(path)
    assert len(counts) == 30 and all(count == ROWS for count in counts.values())
    assert not leftovers(str(tmp_path))


@pytest.mark.process
def test_writers_in_two_servers(tmp_path):
    path = str(tmp_path / "t")
    created, errors = [], []

    def write(remote, worker):
        session = outcome.new_session(remote)
        try:
            try:
                rows_of(worker * 100, session, True).write.partitionBy("k").parquet(path)
                created.append(worker)
            except Exception as e:
                assert e.getCondition() == "PATH_ALREADY_EXISTS", e
            for i in range(1, 6):
                rows_of(worker * 100 + i, session, True).write.mode("append").partitionBy("k").parquet(path)
        except Exception as e:
            errors.append(e)
        session.stop()

    with Server() as one, Server() as two:
        threads = [threading.Thread(target=write, args=(server.remote, i)) for i, server in enumerate([one, two, one, two])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not errors
    assert len(created) == 1
    counts = visible(path)
    assert len(counts) == 21 and all(count == ROWS for count in counts.values())


def test_overwriting_what_is_read(spark, tmp_path):
    path = str(tmp_path / "t")
    spark.range(5).write.parquet(path)
    for write in (lambda: spark.read.parquet(path).write.mode("overwrite").parquet(path),
                  lambda: spark.sql(f"INSERT OVERWRITE DIRECTORY '{path}' USING parquet SELECT * FROM parquet.`{path}`"),
                  lambda: spark.range(3).where(f"id IN (SELECT id FROM parquet.`{path}`)").write.mode("overwrite").parquet(path)):
        with pytest.raises(Exception) as refused:
            write()
        assert refused.value.getCondition() == "UNSUPPORTED_OVERWRITE.PATH"
    assert spark.read.parquet(path).count() == 5
    spark.read.parquet(path).write.mode("append").parquet(path)
    assert spark.read.parquet(path).count() == 10


def test_memory_stays_bounded(spark, server_process, tmp_path):
    spark.range(1000).write.parquet(str(tmp_path / "warm"))
    before = server_process.rss_bytes()
    rows = spark.range(6_000_000).selectExpr("id", "repeat('x', 100) s", "id % 7 k")
    rows.drop("k").write.csv(str(tmp_path / "c"))
    rows.drop("k").write.parquet(str(tmp_path / "p"))
    assert server_process.rss_bytes() - before < 700 << 20
    shutil.rmtree(tmp_path)
