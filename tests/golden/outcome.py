"""Asks a Spark Connect server what a golden case asks, through the real PySpark client, and compares two answers."""
import ast
import contextlib
import datetime
import decimal
import io
import json
import logging
import math
import os
import re
import signal
import time
import warnings

from case_file import Case, Expected, to_json

TIME_ZONE = "America/Los_Angeles"
# Settings of every session; a file or a case adds its own.
SETTINGS = {"spark.sql.session.timeZone": TIME_ZONE}
RELATIVE = 1e-9


def prepare_process():
    """PySpark turns timestamps into local wall-clock times: the process must live in the session's zone."""
    os.environ["TZ"] = TIME_ZONE
    time.tzset()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)


def new_session(remote, confs=()):
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.client.retries import DefaultPolicy

    spark = SparkSession.builder.remote(remote).create()
    # F.udf asks the active session for its settings: not one whose server a test has stopped.
    type(spark)._active_session.session = type(spark)._default_session = spark
    # A server that is gone is gone: PySpark itself would try for ten minutes.
    spark.client.set_retry_policies([DefaultPolicy(max_retries=3, max_backoff=200, jitter=0)])
    for key, value in list(SETTINGS.items()) + list(confs):
        spark.conf.set(key, value)
    return spark


def scope_of(spark, data_dir):
    """Names that snippets may use."""
    import pandas
    import pyarrow
    from pyspark.sql import Row, Window
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    return {
        "script": lambda text: script(spark, text, data_dir),
        "spark": spark, "F": F, "T": T, "Row": Row, "Window": Window, "pd": pandas, "pa": pyarrow,
        "datetime": datetime, "Decimal": decimal.Decimal, "math": math, "DATA": data_dir,
    }


# What a table's description says of the moment and the machine.
_CHANGING = ("Created Time", "Last Access", "Created By", "Location", "Owner")


def script(spark, text, data_dir):
    """Runs statements, one a line, and prints each with its answer: for state that one statement leaves to the next.
    A line that begins with `py:` is a snippet. Rows that say when and where a table was made are left out."""
    scope = scope_of(spark, data_dir)
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, _, code = line.partition("py: ") if line.startswith("py: ") else ("sql", "", line)
        answer = ask(spark, Case("script", kind=kind or "python", text=code), data_dir, scope)
        print("> " + line)
        if answer.error is not None:
            print("  error " + " ".join([answer.error, to_json(answer.params), *map(to_json, answer.contexts)]))
            continue
        for column in answer.columns or []:
            print("  column " + to_json(column))
        rows = [row for row in answer.rows if not (row and row[0] in _CHANGING)]
        for row in rows if orders_at_top(code) else sorted(rows, key=to_json) if "SELECT" in code else rows:
            print("  row " + to_json(row))
        for shown in (answer.value, answer.output):
            if shown not in (None, "None"):
                print("  " + shown.replace("\n", "\n  "))


def run_python(source, scope):
    """Runs a snippet; gives back the value of its last statement when that is an expression."""
    tree = ast.parse(source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, "<case>", "exec"), scope)
    return eval(compile(last, "<case>", "eval"), scope) if last is not None else None


def run_statement(spark, kind, text, scope, data_dir):
    text = text.replace("{DATA}", data_dir)
    if kind == "python":
        run_python(text, dict(scope))
    else:
        spark.sql(text)


def encode(value):
    """A client value as JSON. The schema beside it says which type it is."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{(value.days * 86400 + value.seconds) * 1000000 + value.microseconds} us"
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex().upper()
    if isinstance(value, dict):
        return {"map": [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if type(value).__name__ == "VariantVal":
        return {"variant": bytes(value.value).hex(), "metadata": bytes(value.metadata).hex()}
    return {"object": type(value).__name__, "text": str(value)}


def columns_of(schema):
    out = []
    for field in schema.jsonValue()["fields"]:
        column = {"name": field["name"], "type": field["type"], "nullable": field["nullable"]}
        if field.get("metadata"):
            column["metadata"] = field["metadata"]
        out.append(column)
    return out


def _message_of(e, data_dir):
    text = getattr(e, "_message", None) or str(e)
    # Spark appends the plan to analysis errors; its shape and its ids are no part of the contract.
    text = re.sub(r"(SQLSTATE: \w{5}(?:; line \d+ pos \d+)?);\n.*\Z", r"\1", text, flags=re.S)
    text = re.sub(r";\n'?(?:Project|Filter|Aggregate|Window|Sort|Generate) .*\Z", "", text, flags=re.S)
    return _steady(text, data_dir).strip("\n")


def _steady(text, data_dir):
    text = text.replace(data_dir, "{DATA}")
    return re.sub(r"#\d+L?\b", "#N", text)


def error_of(e, data_dir):
    condition = e.getCondition() if hasattr(e, "getCondition") else None
    state = e.getSqlState() if hasattr(e, "getSqlState") else None
    out = Expected(error=f"{condition or '-'} {state or '-'} {type(e).__name__}")
    params = e.getMessageParameters() if hasattr(e, "getMessageParameters") else None
    if params is not None:
        out.params = {k: _steady(v, data_dir) if isinstance(v, str) else v for k, v in sorted(params.items())}
    with contextlib.suppress(Exception):
        for context in e.getQueryContext() or []:
            if context.contextType().name == "SQL":
                entry = {"start": context.startIndex(), "stop": context.stopIndex(),
                         "fragment": _steady(context.fragment(), data_dir)}
                for key, name in (("objectType", context.objectType()), ("objectName", context.objectName())):
                    if name:
                        entry[key] = name
            else:  # a DataFrame context names the method; the call site is a place in this program
                entry = {"fragment": context.fragment()}
            out.contexts.append(entry)
    out.message = _message_of(e, data_dir)
    return out


def _value_text(value, data_dir):
    import pandas
    import pyarrow

    if isinstance(value, pyarrow.Table):
        fields = [f"{f.name}: {f.type}{'' if f.nullable else ' not null'}" for f in value.schema]
        return "\n".join(fields + [repr(tuple(column[i].as_py() for column in value.columns)) for i in range(value.num_rows)])
    if isinstance(value, pandas.DataFrame):
        types = [f"{name}: {dtype}" for name, dtype in zip(value.columns, value.dtypes)]
        return "\n".join(types + [repr(tuple(row)) for row in value.itertuples(index=False, name=None)])
    if isinstance(value, str):
        return _steady(value, data_dir).rstrip("\n")
    if isinstance(value, list) and value and all(hasattr(v, "asDict") for v in value):
        return "\n".join(_steady(repr(v), data_dir) for v in value)
    return _steady(repr(value), data_dir)


def find_files(paths):
    """Golden files named directly or found below folders, in a steady order."""
    out = []
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in sorted(os.walk(path)):
                out += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".test")]
        else:
            out.append(path)
    return out


@contextlib.contextmanager
def settings(spark, case, book):
    """A case's own settings, put back to the file's afterwards."""
    for key, value in case.confs:
        spark.conf.set(key, value)
    try:
        yield
    finally:
        standing = dict(list(SETTINGS.items()) + book.confs)
        for key, _ in case.confs:
            if key in standing:
                spark.conf.set(key, standing[key])
            else:
                spark.conf.unset(key)


class NoAnswer(BaseException):
    """A case took too long. Not an Exception, so that nothing on the way takes it for an answer."""


@contextlib.contextmanager
def time_limit(seconds):
    """Ends what runs in the main thread after so many seconds."""

    def stop(*_):
        raise NoAnswer(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def answer_of(result, printed, data_dir, rows=True):
    """What a snippet gave: a DataFrame's schema and rows, or another value, and what it printed."""
    out = Expected()
    if hasattr(type(result), "schema") and hasattr(type(result), "collect"):
        out.columns = columns_of(result.schema)
        if rows:
            out.rows = [encode(list(row)) for row in result.collect()]
    elif result is not None or not printed:
        out.value = _value_text(result, data_dir)
    if printed:
        out.output = _steady(printed, data_dir).rstrip("\n")
    return out


def ask(spark, case, data_dir, scope=None):
    """The outcome of a case on a session whose settings are in place."""
    scope = scope or scope_of(spark, data_dir)
    for kind, text in case.before:
        run_statement(spark, kind, text, scope, data_dir)
    text = case.text.replace("{DATA}", data_dir)
    printed = io.StringIO()
    try:
        if case.kind == "python":
            with contextlib.redirect_stdout(printed):
                result = run_python(text, dict(scope))
        else:
            result = spark.sql(text)
        return answer_of(result, printed.getvalue(), data_dir, rows="schema-only" not in case.flags)
    except Exception as e:
        out = error_of(e, data_dir)
        if "condition-only" in case.flags:
            out.params, out.contexts, out.message = None, [], None
        return out


def orders_at_top(sql):
    """True when the text has an ORDER BY (or SORT BY) outside parentheses, quotes and comments."""
    bare = re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
    depth, top = 0, []
    for ch in bare:
        depth += (ch == "(") - (ch == ")")
        if depth == 0:
            top.append(ch)
    return re.search(r"\border\s+by\b", "".join(top), re.I) is not None


def _rough(value):
    """A key that sorts rows alike on both sides in spite of the last digits of doubles."""
    if isinstance(value, float):
        return f"{value:.6e}" if value == value else "nan"
    if isinstance(value, list):
        return "[" + ",".join(_rough(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{_rough(v)}" for k, v in value.items()) + "}"
    return repr(value)


def same_value(a, b):
    if isinstance(a, float) or isinstance(b, float):
        if not isinstance(a, float) or not isinstance(b, float):
            return False
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        if math.isinf(a) or math.isinf(b):
            return a == b
        if a == 0 and b == 0:
            return math.copysign(1, a) == math.copysign(1, b)
        return a == b or abs(a - b) <= RELATIVE * max(abs(a), abs(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same_value(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


def difference(expected, got, ordered, limit=4):
    """None when the answers are the same, else a few lines that say where they part."""
    if (expected.error is None) != (got.error is None):
        if expected.error is not None:
            return f"expected error {expected.error}\n     got {_brief(got)}"
        return f"expected {_brief(expected)}\n     got error {got.error}: {(got.message or '')[:600]}"
    lines = []
    if expected.error is not None:
        for name in ("error", "params", "contexts", "message"):
            want, have = getattr(expected, name), getattr(got, name)
            if name in ("params", "message") and want is None:
                continue
            if name == "contexts" and expected.message is None:
                continue
            if want != have:
                lines.append(f"{name}: expected {want!r}\n{' ' * len(name)}       got {have!r}")
        return "\n".join(lines) or None
    for name in ("output", "value"):
        want, have = getattr(expected, name), getattr(got, name)
        if want != have:
            lines.append(f"{name}: expected\n{want}\n     got\n{have}")
    if expected.columns != got.columns:
        want, have = expected.columns or [], got.columns or []
        if len(want) != len(have):
            lines.append(f"columns: expected {len(want)} {[c['name'] for c in want]}\n     got {len(have)} {[c['name'] for c in have]}")
        else:
            for w, h in zip(want, have):
                if w != h:
                    lines.append(f"column: expected {json.dumps(w, ensure_ascii=False)}\n     got {json.dumps(h, ensure_ascii=False)}")
    if not lines or expected.columns is not None:
        lines += _row_difference(expected.rows, got.rows, ordered, limit)
    return "\n".join(lines) or None


def _row_difference(want, have, ordered, limit):
    if not ordered:
        want, have = sorted(want, key=_rough), sorted(have, key=_rough)
    lines = []
    if len(want) != len(have):
        lines.append(f"rows: expected {len(want)}, got {len(have)}")
    for i, (w, h) in enumerate(zip(want, have)):
        if not same_value(w, h):
            lines.append(f"row {i}: expected {json.dumps(w, ensure_ascii=False)}\n     got {json.dumps(h, ensure_ascii=False)}")
            if len(lines) >= limit:
                break
    return lines


def _brief(outcome):
    if outcome.error is not None:
        return f"error {outcome.error}"
    if outcome.value is not None or outcome.output is not None:
        return f"value {(outcome.value or outcome.output)[:300]!r}"
    names = [f"{c['name']}: {c['type'] if isinstance(c['type'], str) else '...'}" for c in outcome.columns or []]
    return f"{names} rows {json.dumps(outcome.rows[:3], ensure_ascii=False)[:300]}"
