"""Managed tables: what survives restarts, other processes, kill -9 and readers in the middle of writes."""
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pytest

import outcome
from server import Server

pytestmark = [pytest.mark.process]


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="firesteel-warehouse-") as path:
        yield os.path.join(path, "warehouse")


def serve(folder):
    return Server(warehouse=folder)


def count(spark, table):
    return spark.sql(f"SELECT count(*) FROM {table}").collect()[0][0]


def test_tables_survive_a_restart(folder):
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        spark.sql("CREATE DATABASE d COMMENT 'c'")
        spark.sql("CREATE TABLE d.t (a INT COMMENT 'x', s STRUCT<x: INT, y: ARRAY<STRING>>, m MAP<STRING, DECIMAL(5,2)>) TBLPROPERTIES ('k' = 'v')")
        spark.sql("INSERT INTO d.t VALUES (1, struct(2, array('é', null)), map('k', 1.5)), (null, null, null)")
        spark.sql("CREATE VIEW d.v AS SELECT a + 1 AS b FROM d.t")
        before = spark.table("d.t").schema
        spark.stop()
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        assert spark.table("d.t").schema == before
        assert [tuple(r) for r in spark.table("d.t").orderBy("a").collect()][1][0] == 1
        assert sorted(spark.table("d.v").collect(), key=str)[0][0] in (None, 2)
        assert [tuple(r) for r in spark.sql("SHOW TBLPROPERTIES d.t").collect()] == [("k", "v")]
        spark.stop()


def test_nothing_is_made_before_the_first_write(folder):
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        assert spark.catalog.listTables() == []
        spark.sql("SELECT 1").collect()
        assert not os.path.exists(os.path.join(folder, "catalog.sqlite"))
        spark.stop()


def test_two_servers_share_a_warehouse(folder):
    with serve(folder) as first, serve(folder) as second:
        one, two = outcome.new_session(first.remote), outcome.new_session(second.remote)
        one.sql("CREATE TABLE t (k INT, i INT)")
        assert two.sql("SHOW TABLES").collect()[0].tableName == "t"
        failures = []

        def insert(remote, k):
            spark = outcome.new_session(remote)
            for i in range(20):
                try:
                    spark.sql(f"INSERT INTO t VALUES ({k}, {i})")
                except Exception as error:  # noqa: BLE001 - any failure counts
                    failures.append(error)
            spark.stop()

        threads = [threading.Thread(target=insert, args=(server.remote, k)) for k, server in enumerate([first, second, first, second])]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert failures == []
        for spark in (one, two):
            rows = spark.sql("SELECT k, count(*), count(DISTINCT i) FROM t GROUP BY k ORDER BY k").collect()
            assert [tuple(r) for r in rows] == [(k, 20, 20) for k in range(4)]
        two.sql("DROP TABLE t")
        with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
            one.sql("SELECT * FROM t").collect()
        one.stop()
        two.stop()


WRITER = r"""
import sys
sys.path[:0] = sys.argv[2:]
import outcome
outcome.prepare_process()
spark = outcome.new_session(sys.argv[1])
i = 0
while True:
    for statement in (f"CREATE TABLE c{i} AS SELECT id, {i} AS n FROM range(1000)",
                      f"INSERT INTO appended SELECT {i} FROM range(7)",
                      f"INSERT OVERWRITE replaced SELECT {i} FROM range(1000)"):
        spark.sql(statement)
        print(statement.split()[1], i, flush=True)
    i += 1
"""


@pytest.mark.parametrize("seed", range(4))
def test_kill_in_the_middle_of_writes(folder, seed):
    """Four times about 25 writes and more: every acknowledged one is whole, no half one is seen."""
    done = {"TABLE": -1, "INTO": -1, "OVERWRITE": -1}
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        spark.sql("CREATE TABLE appended (i INT)")
        spark.sql("CREATE TABLE replaced (i INT)")
        here = os.path.dirname(os.path.abspath(__file__))
        writer = subprocess.Popen([sys.executable, "-c", WRITER, server.remote, os.path.join(here, "..", "golden")],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        wanted = 25 + random.Random(seed).randrange(30)
        for line in writer.stdout:
            kind, i = line.split()
            done[kind] = int(i)
            wanted -= 1
            if wanted == 0:
                time.sleep(random.Random(seed).random() * 0.02)
                os.kill(server.process.pid, signal.SIGKILL)
                break
        for line in writer.stdout:  # what was acknowledged before the end
            kind, i = line.split()
            done[kind] = int(i)
        writer.kill()
        writer.wait()
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        tables = {r.tableName for r in spark.sql("SHOW TABLES").collect()}
        for i in range(done["TABLE"] + 1):
            assert f"c{i}" in tables
        for table in tables - {"appended", "replaced"}:
            assert spark.sql(f"SELECT count(*), count(DISTINCT n) FROM {table}").collect()[0] == (1000, 1), table
        appended = {r[0]: r[1] for r in spark.sql("SELECT i, count(*) FROM appended GROUP BY i").collect()}
        assert set(appended.values()) <= {7}
        assert set(range(done["INTO"] + 1)) <= set(appended) and len(appended) <= done["INTO"] + 2
        replaced = spark.sql("SELECT count(*), min(i), max(i) FROM replaced").collect()[0]
        assert replaced[0] == 1000 and replaced[1] == replaced[2] and replaced[1] in (done["OVERWRITE"], done["OVERWRITE"] + 1)
        spark.stop()


def test_a_reader_sees_the_old_or_the_new_state(folder):
    with serve(folder) as server:
        writer, reader = outcome.new_session(server.remote), outcome.new_session(server.remote)
        writer.sql("CREATE TABLE t AS SELECT 0 AS v FROM range(20000)")
        stop = threading.Event()
        seen = []

        def read():
            while not stop.is_set():
                seen.append(tuple(reader.sql("SELECT count(*), min(v), max(v) FROM t").collect()[0]))

        thread = threading.Thread(target=read)
        thread.start()
        for i in range(1, 15):
            writer.sql(f"INSERT OVERWRITE t SELECT {i} FROM range(20000)")
        stop.set()
        thread.join()
        assert seen and all(row[0] == 20000 and row[1] == row[2] for row in seen)
        # A query that was begun before a table is dropped still has its rows.
        rows = iter(reader.sql("SELECT v FROM t").toLocalIterator())
        next(rows)
        writer.sql("DROP TABLE t")
        assert sum(1 for _ in rows) == 19999
        writer.stop()
        reader.stop()


def test_other_catalogs(folder, tmp_path):
    with serve(folder) as server:
        spark = outcome.new_session(server.remote)
        spark.conf.set("spark.sql.catalog.other", "firesteel")
        spark.conf.set("spark.sql.catalog.other.warehouse", str(tmp_path / "other"))
        spark.sql("CREATE TABLE other.default.t AS SELECT 1 AS a")
        spark.sql("CREATE TABLE t AS SELECT 2 AS a")
        assert [r.catalog for r in spark.sql("SHOW CATALOGS").collect()] == ["other", "spark_catalog"]
        assert spark.table("other.default.t").collect()[0].a == 1
        spark.catalog.setCurrentCatalog("other")
        assert spark.catalog.currentCatalog() == "other"
        assert spark.table("t").collect()[0].a == 1
        assert spark.sql("SELECT current_catalog()").collect()[0][0] == "other"
        spark.stop()
