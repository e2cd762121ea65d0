"""Cases: functions of a session whose result is recorded from Apache Spark and compared.

    @case
    def udf_in_filter(spark):
        return spark.range(5).filter(F.udf(lambda x: x > 2, "boolean")("id"))

    for name in TYPES:
        @case(f"identity_{name}", confs={"spark.sql.execution.arrow.maxRecordsPerBatch": "2"})
        def _(spark, name=name):
            ...

What a case gives back counts (a DataFrame: its schema and rows; anything else: its text), with what it prints. Python code that
goes to the workers is pickled whole, not by its module's name. Each case must give the same whatever the partitions and the
batches are, and must not depend on the cases before it: of one module some run in one session, some in another.
"""
import dataclasses
import re
import typing


@dataclasses.dataclass
class Case:
    id: str
    run: typing.Callable
    confs: list  # pairs of a key and its value, as golden cases have them
    ordered: bool  # rows are compared in order


# Of each module its cases by id.
BOOKS: dict[str, dict[str, Case]] = {}


def case(which=None, *, confs=None, ordered=False):
    """Enters a function as a case under its own name or under the one given."""

    def enter(function):
        identity = which if isinstance(which, str) else function.__name__
        book = BOOKS.setdefault(function.__module__.rsplit(".", 1)[-1], {})
        if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", identity) or identity in book:
            raise ValueError(f"{function.__module__}: case {identity!r} is no name or exists already")
        book[identity] = Case(identity, function, list((confs or {}).items()), ordered)
        return function

    return enter(which) if callable(which) else enter
