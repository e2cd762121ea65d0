"""What a server does with little memory: it spills, refuses clearly, and neighbours go on."""
import threading
import time

import outcome
import pytest
from pyspark.errors import PySparkException
from server import Server

pytestmark = [pytest.mark.process, pytest.mark.firesteel]

# Sorting 6 M rows of 100 bytes takes some 800 MB.
LARGE = "SELECT id, repeat(chr(CAST(65 + id % 26 AS INT)), 100) AS text FROM range(6000000) ORDER BY text, id DESC"
# One value that is larger than all memory: no spilling helps.
HOPELESS = "SELECT length(array_join(collect_list(repeat('x', 1000)), '')) FROM range(500000)"
SMALL = "SELECT count(*), sum(n) FROM (SELECT id % 1000 AS k, count(*) AS n FROM range(1000000) GROUP BY 1)"


def last_row(spark, query):
    return spark.sql(f"SELECT max(id), count(*) FROM ({query} LIMIT 5999999)").collect()[0]


def await_memory_below(server, limit, seconds):
    deadline = time.monotonic() + seconds
    while server.rss_bytes() > limit and time.monotonic() < deadline:
        time.sleep(0.5)
    assert server.rss_bytes() <= limit, f"{server.rss_bytes() >> 20} MiB"


def test_what_does_not_fit_is_spilled():
    with Server(args=["--memory-limit", "400MB"]) as server:
        spark = outcome.new_session(server.remote)
        assert last_row(spark, LARGE) == (5999999, 5999999)
        spark.stop()


def test_a_server_at_rest_gives_its_memory_back():
    with Server() as server:
        spark = outcome.new_session(server.remote)
        assert spark.sql("SELECT max(text) FROM (SELECT repeat(chr(CAST(65 + id % 26 AS INT)), 100) AS text "
                         "FROM range(2000000) ORDER BY id DESC)").collect()[0][0] == "Z" * 100
        await_memory_below(server, 60e6, seconds=30)
        spark.stop()


def test_an_interrupted_sort_gives_its_memory_back():
    with Server() as server:
        spark = outcome.new_session(server.remote)
        rows = spark.sql(LARGE).toLocalIterator()
        for _ in range(10):
            next(rows)
        assert server.rss_bytes() > 300e6
        spark.interruptAll()
        await_memory_below(server, 100e6, seconds=60)
        spark.stop()


def test_an_error_names_the_limit_and_neighbours_go_on():
    with Server(args=["--memory-limit", "300MB"]) as server:
        spark = outcome.new_session(server.remote)
        answers, errors = [], []

        def neighbour():
            mine = outcome.new_session(server.remote)
            try:
                for _ in range(5):
                    answers.append(tuple(mine.sql(SMALL).collect()[0]))
            except PySparkException as error:
                errors.append(str(error))
            mine.stop()

        other = threading.Thread(target=neighbour)
        other.start()
        with pytest.raises(PySparkException) as raised:
            spark.sql(HOPELESS).collect()
        other.join()
        assert raised.value.getCondition() == "SPILL_OUT_OF_MEMORY"
        assert raised.value.getSqlState() == "82003"
        assert "210.0 MiB" in str(raised.value) and "--memory-limit" in str(raised.value), str(raised.value)
        assert server.folder.name in str(raised.value)
        assert errors == [] and answers == [(1000, 1000000)] * 5
        assert spark.sql("SELECT 1").collect()[0][0] == 1
        spark.stop()
