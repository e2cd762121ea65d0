"""What tests of Python workers share: asking one, how it failed, and neighbours that must not notice."""
import contextlib
import os
import sys
import threading
import time

import outcome
import pytest
from pyspark import cloudpickle
from pyspark.errors import PySparkException
from pyspark.sql import functions as F

# Only root can give each session a user id of its own.
as_root = pytest.mark.skipif(os.getuid() != 0, reason="sessions share the server's user id where the server is not root")


def pickled_whole(module):
    """Workers have no modules of ours: functions of this one travel with what they need."""
    cloudpickle.register_pickle_by_value(sys.modules[module])


pickled_whole(__name__)


def one(spark):
    return spark.range(0, 1, 1, 1)


def ask(spark, function, of_type="string"):
    """What the function gives in a worker."""
    return one(spark).select(F.udf(lambda _: function(), of_type)("id")).collect()[0][0]


def failure(call):
    with pytest.raises(PySparkException) as raised:
        call()
    return raised.value


def text_of(error):
    return getattr(error, "_message", None) or str(error)


@contextlib.contextmanager
def neighbour(remote):
    """Another session that asks all the time, of the engine and of workers of its own; none of its answers may be wrong."""
    answers, wrong, done = [], [], threading.Event()

    def work():
        spark = outcome.new_session(remote)
        plus = F.udf(lambda n: n + 1, "bigint")
        while not done.is_set():
            try:
                got = spark.range(100).select(plus("id").alias("x")).agg(F.sum("x")).collect()[0][0]
                (answers if got == 5050 else wrong).append(got)
            except Exception as e:
                wrong.append(str(e)[:500])
            time.sleep(0.05)
        spark.stop()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield answers
        count = len(answers)
        deadline = time.monotonic() + 30
        while len(answers) == count and not wrong and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        done.set()
        thread.join(60)
    assert not wrong and len(answers) > count, (wrong[:3], len(answers))


def works(spark):
    """The session itself goes on with new workers."""
    assert ask(spark, lambda: "alive") == "alive"


def await_below(measure, limit, seconds=40):
    deadline = time.monotonic() + seconds
    while measure() > limit and time.monotonic() < deadline:
        time.sleep(0.25)
    assert measure() <= limit, measure()


def loop():
    while True:
        pass
