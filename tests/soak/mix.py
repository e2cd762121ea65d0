"""The mix: every kind of operation with its weight, and what an operation gets to work with.

An operation is a function of one Client. It computes what it expects in Python, from the parameters it drew, and raises
WrongAnswer when the server says otherwise. Operation k of a client draws from random.Random("SEED/CLIENT/LIFE/k"): the
same four numbers give the same operation again (client.py --from k --count 1).
"""
import random
import threading

OPERATIONS = []  # (name, weight, function)


class WrongAnswer(Exception):
    pass


def operation(weight):
    def add(function):
        OPERATIONS.append((function.__name__, weight, function))
        return function

    return add


def check(what, got, expected):
    if got != expected:
        raise WrongAnswer(f"{what}: got {shortened(got)}, expected {shortened(expected)}")


def shortened(value):
    text = repr(value)
    return text if len(text) <= 400 else text[:200] + " … " + text[-200:]


def new_session(remote):
    """A PySpark session as its users have it, but a server that is gone is not waited for."""
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy

    spark = SparkSession.builder.remote(remote).create()
    spark.client.set_retry_policies([DefaultPolicy(max_retries=3, max_backoff=200, jitter=0)])
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    return spark


class Client:
    """One life of one client: `mark` is in all its data, `name` in the names of its tables and files."""

    def __init__(self, remote, seed, number, life, folder):
        self.remote, self.seed, self.number, self.life, self.folder = remote, seed, number, life, folder
        self.mark = number * 1000 + life + 1
        self.name = f"c{number}_{life}"
        self.spark = new_session(remote)
        self.shared_rows = []  # what this life has put into the table of all clients
        self.on_vanish, self.may_vanish_at = None, 0

    def draw(self, k):
        """Sets self.random for operation k and gives its (name, weight, function)."""
        self.k = k
        self.random = random.Random(f"{self.seed}/{self.number}/{self.life}/{k}")
        return self.random.choices(OPERATIONS, [weight for _, weight, _ in OPERATIONS])[0]

    def size(self, *choices):
        """A size near one of the choices, never twice the same."""
        n = self.random.choice(choices)
        return self.random.randrange(n, n + n // 4 + 2)

    def unique(self, what):
        """A name that no other operation of any client has."""
        return f"{what}_{self.name}_{self.k}"

    def tuples(self, query):
        return [tuple(row) for row in self.spark.sql(query).collect()]

    def check_query(self, query, expected):
        check(query, self.tuples(query), expected)

    def renew(self):
        self.spark.stop()
        self.spark = new_session(self.remote)


class Background:
    """A function in a thread; `error` is what it raised."""

    def __init__(self, function):
        self.error, self.result = None, None
        self.thread = threading.Thread(target=self._run, args=(function,), daemon=True)
        self.thread.start()

    def _run(self, function):
        try:
            self.result = function()
        except Exception as e:  # noqa: BLE001 - the operation judges it
            self.error = e

    def ended(self, within):
        self.thread.join(within)
        return not self.thread.is_alive()


def load():
    """Imports the families of operations, in a fixed order: the order decides what a seed draws."""
    import queries, frames, exchange, tables, files, failures, sessions  # noqa: F401, E401

    return OPERATIONS
