"""Runs a case against a Spark Connect server, and reads and writes what was recorded."""
import contextlib
import dataclasses
import importlib
import io
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden")]
import outcome
from case import BOOKS
from case_file import Expected

CASE_SECONDS = 60
os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"  # modules of cases make windows before there is a session
NO_FOLDER = "\0"  # cases read no test data: there is no path to be told from others


def modules():
    return sorted(name.removesuffix(".py") for name in os.listdir(os.path.join(HERE, "cases")) if name.endswith(".py"))


def load(name):
    """The cases of a module."""
    from pyspark import cloudpickle

    import kinds
    import showing

    module = importlib.import_module(f"cases.{name}")
    for ours in (module, kinds, showing):  # workers have no such modules
        cloudpickle.register_pickle_by_value(ours)
    return list(BOOKS[name].values())


def steady(text):
    """A text without what differs from machine to machine. Of a traceback there remain the frames of the cases' own code (which
    frames PySpark and Arrow have above it is no part of the contract), without the lines of source that a worker shows when it
    can read the file."""
    out, in_frames = [], False
    for line in text.split("\n"):
        frame = re.match(r'  File "([^"]*)", line \d+, in (.*)', line)
        if frame:
            in_frames = True
            if "/tests/udf/" in frame[1]:
                out.append(f'  File "{os.path.basename(frame[1])}", in {frame[2]}')
            continue
        if line.startswith("    ") and in_frames:
            continue
        in_frames = False
        out.append(line)
    text = "\n".join(line for line in out if not line.startswith(("\tat ", "\tat...")))
    text = re.sub(r"(Job aborted due to stage failure: ).*?\([^()]* executor driver\): ", r"\1", text)
    text = text.removesuffix("\n\nDriver stacktrace:")
    text = re.sub(r"\blambda x_\d+#", "lambda x_N#", text)  # the client counts its variables
    return re.sub(r"\b0x[0-9a-f]{6,}\b", "0x…", text)


def _steady_error(answer):
    if answer.message is not None:
        answer.message = steady(answer.message)
    if answer.params is not None:
        answer.params = {key: steady(value) if isinstance(value, str) else value for key, value in answer.params.items()}
    # PySpark names the place of the call in the program.
    answer.contexts = [{key: value for key, value in context.items() if key != "callSite"} for context in answer.contexts]
    return answer


def ask(spark, case):
    """The outcome of a case on a session whose settings are in place."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = case.run(spark)
        answer = outcome.answer_of(result, steady(printed.getvalue()), NO_FOLDER)
        answer.value = answer.value and steady(answer.value)
    except Exception as e:
        answer = _steady_error(outcome.error_of(e, NO_FOLDER))
    # As it will be read from the file.
    return from_json(json.loads(json.dumps(to_json(answer))))


def to_json(answer):
    blank = Expected()
    return {key: value for key, value in dataclasses.asdict(answer).items() if value != getattr(blank, key)}


def from_json(entry):
    return Expected(**entry)


def expected_path(name):
    return os.path.join(HERE, "expected", f"{name}.json")


def read_expected(name):
    """Of each case of the module the recorded answer."""
    try:
        with open(expected_path(name), encoding="utf-8") as f:
            return {key: from_json(entry) for key, entry in json.load(f).items()}
    except FileNotFoundError:
        return {}


def write_expected(name, answers):
    """One line a column and a row, so that differences can be read."""

    def text(value):
        return json.dumps(value, ensure_ascii=False)

    entries = []
    for key, answer in answers.items():
        parts = []
        for part, value in to_json(answer).items():
            if part in ("columns", "rows", "contexts") and value:
                value = "[\n   " + ",\n   ".join(map(text, value)) + "]"
            else:
                value = text(value)
            parts.append(f"  {text(part)}: {value}")
        entries.append(f" {text(key)}: {{\n" + ",\n".join(parts) + "}")
    os.makedirs(os.path.dirname(expected_path(name)), exist_ok=True)
    with open(expected_path(name), "w", encoding="utf-8") as f:
        f.write("{\n" + ",\n".join(entries) + "\n}\n")


@contextlib.contextmanager
def settings(spark, case):
    """A case's own settings, taken back afterwards."""
    before = {key: spark.conf.get(key, None) for key, _ in case.confs if key in outcome.SETTINGS}
    for key, value in case.confs:
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key, _ in case.confs:
            if before.get(key) is not None:
                spark.conf.set(key, before[key])
            else:
                spark.conf.unset(key)
