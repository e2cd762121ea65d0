"""What parts two answers to the same call."""
import json
import math
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import outcome


def is_internal(answer):
    """Whether the answer is an exception that no user is meant to see: one without a condition, or Spark's own bug."""
    return "error" in answer and (answer["error"].startswith("- ") or answer["error"].startswith("INTERNAL_ERROR "))


def difference(want, got, keyed=False):
    """(kind, text) of the first difference, or None. Where Apache Spark fails by a bug of its own any error is equal. Rows count in
    their order; if `keyed`, in the order of their first columns, which are unique."""
    if "error" in want or "error" in got:
        return _of_errors(want, got)
    if len(want["columns"]) != len(got["columns"]):
        return "columns", f"{len(want['columns'])} columns, got {len(got['columns'])}"
    for ours, theirs in zip(got["columns"], want["columns"]):
        for key in ("name", "type", "nullable", "metadata"):
            if ours.get(key) != theirs.get(key):
                return key, f"{_json(theirs.get(key))}\n got {_json(ours.get(key))}"
    rows, others = want["rows"], got["rows"]
    if keyed:
        rows, others = (sorted(some, key=lambda row: _json(row[0])) for some in (rows, others))
    if len(rows) != len(others):
        return "rows", f"{len(rows)} rows {_json(rows)}\n got {len(others)} {_json(others)}"
    for row, other in zip(rows, others):
        if not outcome.same_value(row, other):
            return "value", f"{_json(row)}\n got {_json(other)}"
    return None


def is_rounding(want, got, sql):
    """Whether two answers with rows part only as sums of doubles do that were added up in another order: by a few units in the last
    place of the greatest number that the query has."""
    numbers = [abs(float(text)) for text in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", sql)]
    most = max([number for number in numbers if math.isfinite(number)], default=0.0) * 2.0 ** -48
    rows, others = want["rows"], got["rows"]
    return len(rows) == len(others) and all(_near(row, other, most) for row, other in zip(rows, others))


def _near(a, b, most):
    if isinstance(a, float) and isinstance(b, float):
        # A sum that has left the range of doubles stays outside, wherever it left.
        return outcome.same_value(a, b) or abs(a - b) <= most or (most > 1e292 and not (math.isfinite(a) and math.isfinite(b)))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_near(x, y, most) for x, y in zip(a, b))
    return outcome.same_value(a, b)


def _of_errors(want, got):
    if "error" not in got:
        return None if _beyond(want) else ("accepted", f"error {want['error']}: {want['message'][:300]}\n got {_json(got)}")
    if "error" not in want:
        return "refused", f"{_json(want)}\n got error {got['error']}: {(got['message'] or '')[:400]}"
    if is_internal(want) or want["error"] == "no answer in time":
        return None
    for key in ("error", "params", "message", "contexts"):
        if _steady(want[key]) != _steady(got[key]):
            return ("condition" if key == "error" else key), f"{want['error']} {_json(want[key])}\n got {got['error']} {_json(got[key])}"
    return None


def _beyond(want):
    """Where Spark's own bug ends a query, or takes longer than anybody waits, there is nothing to equal."""
    return is_internal(want) or want["error"] == "no answer in time"


def _steady(value):
    return re.sub(r"@[0-9a-f]{5,}", "@N", value) if isinstance(value, str) else value


def _json(value):
    return json.dumps(value, ensure_ascii=False)[:700]
