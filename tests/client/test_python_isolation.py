"""What a user's Python code can do to a server and to others: nothing but fail its own query.

Conditions and texts that say so are recorded from Apache Spark 4.3, where it has an answer; what is marked `firesteel` is
what Firesteel promises beyond.
"""
import contextlib
import os
import threading
import time

import outcome
import pandas as pd
import pytest
from processes import MIB, ProcessWatch, bytes_of_all, descendants
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from python_workers import as_root, ask, await_below, failure, loop, neighbour, one, pickled_whole, text_of, works
from server import Server

pickled_whole(__name__)


# ---- workers that end --------------------------------------------------------------------------------------------------


def segfault():
    import ctypes

    ctypes.string_at(0)


def exit_at_once():
    os._exit(7)


def kill_itself():
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def abort():
    os.abort()


@pytest.mark.parametrize("arrow", [False, True])
@pytest.mark.parametrize("harm", [segfault, exit_at_once, kill_itself, abort], ids=lambda f: f.__name__)
def test_a_worker_that_ends_fails_the_one_query(spark, remote, harm, arrow):
    works(spark)
    with neighbour(remote):
        error = failure(lambda: one(spark).select(F.udf(lambda _: harm(), "int", useArrow=arrow)("id")).collect())
        assert "Python worker exited unexpectedly (crashed)" in text_of(error), text_of(error)[:500]
    works(spark)


def test_a_worker_that_ends_midway(spark):
    def f(batches):
        for i, batch in enumerate(batches):
            if i == 3:
                os._exit(0)
            yield batch

    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
    error = failure(lambda: spark.range(0, 10_000, 1, 1).mapInPandas(f, "id BIGINT").collect())
    assert "Python worker exited unexpectedly (crashed)" in text_of(error), text_of(error)[:500]
    works(spark)


@pytest.mark.parametrize("kind", ["applyInPandas", "udtf", "pandas_udf"])
def test_workers_of_other_kinds_that_end(spark, kind):
    def f(frame):
        os._exit(1)

    def series(v: pd.Series) -> pd.Series:
        os._exit(1)

    class Table:
        def eval(self):
            os._exit(1)
            yield (1,)

    queries = {"applyInPandas": lambda: one(spark).groupBy("id").applyInPandas(f, "id BIGINT"),
               "udtf": lambda: F.udtf(Table, returnType="a int")(), "pandas_udf": lambda: one(spark).select(F.pandas_udf(series, "int")("id"))}
    error = failure(lambda: queries[kind]().collect())
    assert "Python worker exited unexpectedly (crashed)" in text_of(error), text_of(error)[:500]
    works(spark)


@pytest.mark.firesteel
def test_workers_that_end_do_so_many_times(spark, remote, server_process):
    works(spark)
    before = len(descendants(server_process.process.pid))
    with neighbour(remote):
        for _ in range(20):
            failure(lambda: one(spark).select(F.udf(lambda _: os._exit(1), "int")("id")).collect())
    works(spark)
    await_below(lambda: len(descendants(server_process.process.pid)), before + 6)


# ---- workers that do not end -------------------------------------------------------------------------------------------


def sleep():
    time.sleep(600)


def ignore_signals():
    import signal

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass


@pytest.mark.parametrize("harm", [loop, sleep, ignore_signals], ids=lambda f: f.__name__)
def test_an_endless_function_is_interrupted(spark, remote, harm):
    errors = []

    def query():
        try:
            one(spark).select(F.udf(lambda _: harm(), "int")("id")).collect()
        except PySparkException as e:
            errors.append(e)

    thread = threading.Thread(target=query)
    with neighbour(remote):
        thread.start()
        time.sleep(3)
        assert thread.is_alive(), errors
        assert len(spark.interruptAll()) == 1
        thread.join(30)
        assert not thread.is_alive() and errors[0].getCondition() == "OPERATION_CANCELED", errors
    works(spark)


@pytest.mark.firesteel
@pytest.mark.parametrize("harm", [loop, ignore_signals], ids=lambda f: f.__name__)
def test_an_interrupted_worker_is_gone(spark, server_process, harm):
    works(spark)
    before = set(descendants(server_process.process.pid))
    thread = threading.Thread(target=lambda: failure(lambda: one(spark).select(F.udf(lambda _: harm(), "int")("id")).collect()))
    thread.start()
    time.sleep(2)
    spark.interruptAll()
    thread.join(30)

    def busy():
        """Processor ticks that the server's processes take in half a second."""
        def ticks():
            total = 0
            for pid in descendants(server_process.process.pid):
                with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                    total += int(fields[11]) + int(fields[12])
            return total

        first = ticks()
        time.sleep(0.5)
        return ticks() - first

    await_below(busy, 20, seconds=10)
    await_below(lambda: len(set(descendants(server_process.process.pid)) - before), 6)


@pytest.mark.firesteel
def test_the_end_of_a_session_ends_its_workers(remote, server_process):
    spark = outcome.new_session(remote)
    works(spark)
    before = set(descendants(server_process.process.pid))
    thread = threading.Thread(target=lambda: failure(lambda: one(spark).select(F.udf(lambda _: loop(), "int")("id")).collect()))
    thread.start()
    time.sleep(2)
    spark.client.release_session()
    spark.stop()  # no longer the active one
    thread.join(30)
    assert not thread.is_alive()
    await_below(lambda: len(set(descendants(server_process.process.pid)) - before), 4)


# ---- workers that take too much ----------------------------------------------------------------------------------------


def allocate():
    taken = []
    for _ in range(20 * 16):
        taken.append(b"x" * (64 * MIB))  # 20 GiB in the end
    return str(len(taken))


@pytest.mark.firesteel
def test_memory_without_end(spark, remote, server_process):
    works(spark)
    before = bytes_of_all(server_process)
    with neighbour(remote), ProcessWatch(server_process) as watch:
        error = failure(lambda: ask(spark, allocate))
    assert "MemoryError" in text_of(error) or "Python worker exited unexpectedly" in text_of(error), text_of(error)[:500]
    assert watch.peak < 8192 * MIB, f"{watch.peak / MIB:.0f} MiB"
    works(spark)
    await_below(lambda: bytes_of_all(server_process), before + 300 * MIB)


@pytest.mark.firesteel
def test_one_allocation_of_all_memory(spark, server_process):
    error = failure(lambda: ask(spark, lambda: str(len(bytearray(20 << 30)))))
    assert "MemoryError" in text_of(error) or "Python worker exited unexpectedly" in text_of(error), text_of(error)[:500]
    works(spark)


def fork_many():
    children = 0
    try:
        for _ in range(2000):  # bounded, should nothing else bound it
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            children += 1
    except OSError as e:
        raise RuntimeError(f"{type(e).__name__} after {children} children") from None
    return str(children)


@pytest.mark.firesteel
@as_root
def test_processes_without_end(spark, remote, server_process):
    works(spark)
    before = len(descendants(server_process.process.pid))
    with neighbour(remote), ProcessWatch(server_process) as watch:
        error = failure(lambda: ask(spark, fork_many))
    assert "BlockingIOError" in text_of(error), text_of(error)[:500]
    assert watch.most < 300, watch.most
    works(spark)
    await_below(lambda: len(descendants(server_process.process.pid)), before + 6)


@pytest.mark.firesteel
@as_root
def test_threads_without_end(spark, remote, server_process):
    def start_many():
        for _ in range(3000):
            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        return "all"

    with neighbour(remote):
        error = failure(lambda: ask(spark, start_many))
    assert "can't start new thread" in text_of(error), text_of(error)[:500]
    works(spark)


@pytest.mark.firesteel
@pytest.mark.process
def test_a_file_without_end():
    def write():
        with open("large", "wb") as f:
            for _ in range(64 * 1024):
                f.write(b"x" * MIB)  # 64 GiB in the end
        return "all"

    with Server(args=["--conf", "firesteel.python.maxFileSize=64m"]) as server:
        spark = outcome.new_session(server.remote)
        with neighbour(server.remote):
            error = failure(lambda: ask(spark, write))
        assert "File too large" in text_of(error), text_of(error)[:500]
        works(spark)
        spark.stop()


@pytest.mark.firesteel
def test_open_files_without_end(spark):
    def open_many():
        return str(len([open("/dev/null", "rb") for _ in range(100_000)]))

    assert "Too many open files" in text_of(failure(lambda: ask(spark, open_many)))
    works(spark)


# ---- what workers print and raise --------------------------------------------------------------------------------------


def print_much():
    import sys

    for _ in range(64):
        print("y" * MIB)
        sys.stderr.write("z" * MIB)
    sys.stdout.flush()
    os.write(1, b"raw output\n" * 1000)
    os.write(2, b"raw output\n" * 1000)
    return "printed"


def test_megabytes_of_output(spark, remote):
    with neighbour(remote):
        assert ask(spark, print_much) == "printed"
    works(spark)


@pytest.mark.firesteel
def test_megabytes_of_output_are_kept_nowhere(spark, server_process):
    works(spark)
    before = bytes_of_all(server_process)
    size = os.path.getsize(server_process.log_path)
    assert ask(spark, print_much) == "printed"
    assert os.path.getsize(server_process.log_path) - size < MIB
    await_below(lambda: bytes_of_all(server_process), before + 100 * MIB)


def test_output_into_the_workers_own_channels(spark):
    """Descriptors that a worker talks to the server through: rubbish there fails the query, no more."""
    def scribble():
        for fd in range(3, 64):
            with contextlib.suppress(OSError):
                os.write(fd, b"\x7f\xff\xff\xff rubbish " * 100)
        return "done"

    with contextlib.suppress(PySparkException):
        ask(spark, scribble)
    works(spark)


def test_closed_descriptors(spark):
    def close():
        os.closerange(0, 256)
        return "done"

    with contextlib.suppress(PySparkException):
        ask(spark, close)
    works(spark)


def raise_long():
    raise ValueError("x" * 3_000_000)


def raise_deep():
    def f(n):
        return f(n + 1)

    f(0)


def raise_unprintable():
    class Unprintable(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    raise Unprintable


def raise_binary():
    raise ValueError("\0\x1b[31m\x7f")


def raise_half_a_character():
    raise ValueError("\udcff")


@pytest.mark.firesteel  # on Spark such a query does not end
def test_an_error_that_is_no_text(spark, remote):
    with neighbour(remote):
        failure(lambda: ask(spark, raise_half_a_character))
    works(spark)


@pytest.mark.parametrize("harm, said", [(raise_long, "ValueError: xxxxx"), (raise_deep, "RecursionError: maximum recursion depth exceeded"),
                                        (raise_unprintable, "Unprintable"), (raise_binary, "ValueError: ")], ids=["long", "deep", "unprintable", "binary"])
def test_errors_that_are_hard_to_tell(spark, remote, harm, said):
    with neighbour(remote):
        error = failure(lambda: ask(spark, harm))
        assert said in text_of(error), text_of(error)[:300]
    works(spark)
