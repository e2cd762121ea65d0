"""The golden files themselves: readable, in normal form, every case answered. Needs no server."""
import os

import case_file
import outcome
import pytest
from known_failures import KnownFailures

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")
FILES = outcome.find_files([GOLDEN])


@pytest.mark.parametrize("path", FILES, ids=[os.path.relpath(p, GOLDEN) for p in FILES])
def test_file(path, tmp_path):
    book = case_file.parse(path)
    assert book.cases
    assert not [c.id for c in book.cases if c.expected.empty()], "cases without an answer: tools/oracle/record --new"
    copy = tmp_path / "copy.test"
    case_file.write(book, str(copy))
    with open(path, encoding="utf-8") as f:
        assert copy.read_text(encoding="utf-8") == f.read(), "not in normal form: record it, or write it with case_file.write"


def test_known_failures_name_cases():
    known = KnownFailures(os.path.join(GOLDEN, "known_failures.txt"))
    names = {f"{os.path.splitext(os.path.relpath(p, GOLDEN))[0]}:{c.id}" for p in FILES for c in case_file.parse(p).cases}
    assert not known.unknown(names)


def test_orders_at_top():
    assert outcome.orders_at_top("SELECT 1 ORDER BY 1")
    assert not outcome.orders_at_top("SELECT sum(a) OVER (ORDER BY b) FROM (SELECT 1 ORDER BY 1)")
    assert not outcome.orders_at_top("SELECT 'order by' -- order by\n")


def test_comparison():
    same = outcome.same_value
    assert same(1.0, 1.0 + 1e-12) and not same(1.0, 1.001) and not same(0.0, -0.0) and same(float("nan"), float("nan"))
    assert not same(1, 1.0) and not same(1, True) and not same("1.0", "1.00") and same([1, [None]], [1, [None]])
