"""Many small questions in one case: each answer as a line of text."""
import re

from asking import steady


def attempt(ask):
    """What a call gives, as Python writes it, or how it failed in one line."""
    try:
        return repr(ask())
    except Exception as e:
        text = steady(getattr(e, "_message", None) or str(e))
        worker = text.partition("Traceback (most recent call last):\n")[2]
        if worker:  # what was raised stands below the frames
            text = next(line for line in worker.split("\n") if not line.startswith("  "))
        condition = e.getCondition() if hasattr(e, "getCondition") else None
        text = re.sub(r"\s+", " ", text)[:300]
        return f"{type(e).__name__} {condition or '-'}: {text}"


def only_value(frame):
    """The one value of a frame with one row and one column, or its rows."""
    rows = frame.collect()
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows
