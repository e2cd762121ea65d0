"""The text format of golden cases: reading and writing.

A file is a sequence of lines. A keyword at the start of a line opens an entry; its value follows on the same line, or,
for texts of several lines, on the following lines indented by two spaces. A line that starts with `#` is a comment and
stays with the case below it.

    setup sql CREATE TEMP VIEW t AS SELECT 1 AS a      before the first case: run once per session of the file
    teardown sql DROP DATABASE IF EXISTS d CASCADE     before the first case: run when the file's cases are through
    conf spark.sql.ansi.enabled=false                  before the first case: holds for the whole file

    case division_by_zero ordered                      id, then flags
    conf spark.sql.ansi.enabled=false                  settings of this case alone
    before sql DROP VIEW IF EXISTS v                   statements that run first (also `before python`)
    sql SELECT 1/0                                     the query; or `python` with a snippet whose last expression counts
    column {"name": "(1 / 0)", "type": "double", "nullable": true}      recorded: one line a column
    row [1.5, null, "text"]                            recorded: one line a row
    empty                                              recorded for statements without a result
    error DIVIDE_BY_ZERO 22012 ArithmeticException     recorded instead: condition, SQLSTATE, class seen by the client
    params {"config": "..."}
    context {"start": 7, "stop": 9, "fragment": "1/0"}
    message                                            text without the plan that Spark appends
      [DIVIDE_BY_ZERO] Division by zero. ...
    value Row(a=1)                                     recorded for snippets that end in something else than a DataFrame
    output                                             recorded for snippets that print
      +---+

Flags: `ordered` compares rows in order (set by the recorder where the query orders at top level), `schema-only` records no
rows (answers that change from run to run), `condition-only` records no parameters and no text of an error.
"""
import dataclasses
import json
import re

FLAGS = ("ordered", "schema-only", "condition-only")
_EXPECTED = ("column", "row", "empty", "error", "params", "context", "message", "value", "output")
_ID = re.compile(r"[a-z0-9][a-z0-9_]*\Z")


@dataclasses.dataclass
class Expected:
    """What a server answered. Exactly one of: columns (with rows), error, or value/output."""

    columns: list | None = None
    rows: list = dataclasses.field(default_factory=list)
    error: str | None = None
    params: dict | None = None
    contexts: list = dataclasses.field(default_factory=list)
    message: str | None = None
    value: str | None = None
    output: str | None = None

    def empty(self):
        return self == Expected()


@dataclasses.dataclass
class Case:
    id: str
    flags: list = dataclasses.field(default_factory=list)
    confs: list = dataclasses.field(default_factory=list)
    before: list = dataclasses.field(default_factory=list)  # pairs (kind, text)
    kind: str = "sql"
    text: str = ""
    expected: Expected = dataclasses.field(default_factory=Expected)
    comments: list = dataclasses.field(default_factory=list)
    line: int = 0


@dataclasses.dataclass
class CaseFile:
    path: str
    comments: list = dataclasses.field(default_factory=list)
    confs: list = dataclasses.field(default_factory=list)
    setup: list = dataclasses.field(default_factory=list)  # pairs (kind, text)
    teardown: list = dataclasses.field(default_factory=list)  # as setup
    cases: list = dataclasses.field(default_factory=list)
    trailing: list = dataclasses.field(default_factory=list)


class FormatError(Exception):
    pass


def _entries(lines, path):
    """Yields (keyword, value, first line number); comments come with the keyword '#'."""
    i = 0
    while i < len(lines):
        line, start = lines[i], i + 1
        i += 1
        if not line.strip():
            continue
        if line.startswith("#"):
            yield "#", line, start
            continue
        if line.startswith(" "):
            raise FormatError(f"{path}:{start}: indented text without an entry")
        keyword, _, value = line.partition(" ")
        block = []
        while i < len(lines) and (lines[i].startswith("  ") or not lines[i].strip()):
            block.append(lines[i][2:])
            i += 1
        while block and not block[-1].strip():
            block.pop()
        if block:
            value = (value + "\n" if value else "") + "\n".join(block)
        yield keyword, value, start


def parse(path):
    with open(path, encoding="utf-8", newline="\n") as f:
        lines = f.read().split("\n")
    out, pending, case, seen = CaseFile(path), [], None, set()
    for keyword, value, line in _entries(lines, path):
        where = f"{path}:{line}"
        if keyword == "#":
            pending.append(value)
            continue
        if keyword == "case":
            words = value.split()
            if not words or not _ID.match(words[0]) or words[0] in seen:
                raise FormatError(f"{where}: a case needs an id of its own: {value!r}")
            if any(flag not in FLAGS for flag in words[1:]):
                raise FormatError(f"{where}: unknown flag in {value!r}")
            seen.add(words[0])
            case = Case(words[0], words[1:], comments=pending, line=line)
            out.cases.append(case)
            pending = []
            continue
        if case is None:
            out.comments += pending
        elif pending:
            case.comments += pending
        pending = []
        if keyword == "conf":
            key, equals, setting = value.partition("=")
            if not equals:
                raise FormatError(f"{where}: conf needs KEY=VALUE")
            (out if case is None else case).confs.append((key.strip(), setting.strip()))
        elif keyword in ("setup", "teardown", "before"):
            kind, _, text = re.match(r"(\w+)(\s)?(.*)\Z", value, re.S).groups()
            if kind not in ("sql", "python") or (keyword == "before") == (case is None):
                raise FormatError(f"{where}: misplaced {keyword}")
            (case.before if case else out.teardown if keyword == "teardown" else out.setup).append((kind, text))
        elif case is None:
            raise FormatError(f"{where}: {keyword} before the first case")
        elif keyword in ("sql", "python"):
            case.kind, case.text = keyword, value
        elif keyword in _EXPECTED:
            _expect(case.expected, keyword, value, where)
        else:
            raise FormatError(f"{where}: unknown keyword {keyword!r}")
    out.trailing = pending
    for case in out.cases:
        if not case.text.strip():
            raise FormatError(f"{path}:{case.line}: case {case.id} has no query")
    return out


def _expect(expected, keyword, value, where):
    try:
        if keyword == "column":
            expected.columns = (expected.columns or []) + [json.loads(value)]
        elif keyword == "row":
            if expected.columns is None:
                expected.columns = []
            expected.rows.append(json.loads(value))
        elif keyword == "empty":
            expected.columns = []
        elif keyword == "params":
            expected.params = json.loads(value)
        elif keyword == "context":
            expected.contexts.append(json.loads(value))
        else:
            setattr(expected, keyword, value)
    except ValueError as e:
        raise FormatError(f"{where}: {e}") from e


def to_json(value):
    """One line of JSON; non-ASCII text stays readable unless it could not be written as UTF-8."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode("utf-8")
        return text if not re.search("[\u0085\u2028\u2029]", text) else json.dumps(value)
    except UnicodeEncodeError:
        return json.dumps(value)


def _entry(keyword, text):
    lines = text.split("\n")
    if len(lines) == 1 and text and text == text.strip():
        return [f"{keyword} {text}"]
    return [keyword] + [("  " + line) if line else "" for line in lines]


def write(case_file, path=None):
    out = list(case_file.comments)
    for key, value in case_file.confs:
        out.append(f"conf {key}={value}")
    for kind, text in case_file.setup:
        out += _entry(f"setup {kind}", text)
    for kind, text in case_file.teardown:
        out += _entry(f"teardown {kind}", text)
    for case in case_file.cases:
        if out:
            out.append("")
        out += case.comments
        out.append(" ".join(["case", case.id] + [f for f in FLAGS if f in case.flags]))
        for key, value in case.confs:
            out.append(f"conf {key}={value}")
        for kind, text in case.before:
            out += _entry(f"before {kind}", text)
        out += _entry(case.kind, case.text)
        e = case.expected
        if e.columns == []:
            out.append("empty")
        if e.columns is not None:
            out += ["column " + to_json(column) for column in e.columns]
            out += ["row " + to_json(row) for row in e.rows]
        if e.error is not None:
            out.append(f"error {e.error}")
            if e.params is not None:
                out.append("params " + to_json(e.params))
            out += ["context " + to_json(context) for context in e.contexts]
            if e.message is not None:
                out += _entry("message", e.message)
        if e.output is not None:
            out += _entry("output", e.output)
        if e.value is not None:
            out += _entry("value", e.value)
    if case_file.trailing:
        out += [""] + case_file.trailing
    with open(path or case_file.path, "w", encoding="utf-8", newline="\n") as f:
        f.write("\n".join(out) + "\n")
