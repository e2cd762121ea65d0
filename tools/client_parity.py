#!/usr/bin/env python3
"""Compares PySpark's API with the C++ client's and writes docs/CLIENT_PARITY.md.

usage: client_parity.py [--check]

What PySpark has is read from the installed package. What the C++ client has is asked of the compiler: for every name a
line is compiled that holds only when the class or namespace has it. --check writes nothing and fails when the page
would change, or when a name is neither there nor explained in ABSENT. Run with the client virtual environment's Python.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "CLIENT_PARITY.md"

STREAMING = "streaming"
PYTHON = "Python code on the server: the protocol carries pickled Python functions only"
LOCAL_PYTHON = "a library of Python's in this process"
JVM = "of the JVM in the same process; PySpark refuses it on a Connect server, too"
INTERNAL = "internal to PySpark"
RAISES = "raises an error in PySpark: keeps Python's own protocol from working by chance"

# Names that differ by more than camelCase → snake_case: PySpark's → ours, `Class::name` where it is elsewhere.
SPELLED = {
    "DataFrame": {
        "executionInfo": "ResultStream::metrics",
        "groupby": "group_by",
        "union": "union_",
    },
    "Column": {
        "isNaN": "is_nan",
        "__add__": "column + 1", "__radd__": "1 + column", "__sub__": "column - 1", "__rsub__": "1 - column",
        "__mul__": "column * 1", "__rmul__": "1 * column", "__div__": "column / 1", "__rdiv__": "1 / column",
        "__truediv__": "column / 1", "__rtruediv__": "1 / column", "__mod__": "column % 1", "__rmod__": "1 % column",
        "__and__": "column && column", "__rand__": "true && column", "__or__": "column || column",
        "__ror__": "true || column", "__invert__": "!column", "__neg__": "-column", "__eq__": "column == 1",
        "__ne__": "column != 1", "__lt__": "column < 1", "__le__": "column <= 1", "__gt__": "column > 1",
        "__ge__": "column >= 1", "__getitem__": "column[1]", "__getattr__": 'column["field"]',
        "__pow__": "functions::pow(column, 2)", "__rpow__": "functions::pow(2, column)",
    },
    "functions": {
        "approxCountDistinct": "approx_count_distinct",
        "bitwiseNOT": "bitwise_not",
        "char": "char_",
        "countDistinct": "count_distinct",
        "inline": "inline_",
        "shiftLeft": "shiftleft",
        "shiftRight": "shiftright",
        "shiftRightUnsigned": "shiftrightunsigned",
        "struct": "struct_",
        "sumDistinct": "sum_distinct",
        "toDegrees": "degrees",
        "toRadians": "radians",
        "typeof": "typeof_",
    },
    "SparkSession": {
        "addArtifact": "add_artifacts",
        "cloneSession": "clone",
        "getTags": "tags",
        "registerProgressHandler": "add_progress_handler",
    },
    "SparkSession.Builder": {"create": "connect", "getOrCreate": "connect"},
    "DataFrameWriterV2": {"using": "using_"},
    "MergeIntoWriter.WhenMatched": {"delete": "delete_"},
    "MergeIntoWriter.WhenNotMatchedBySource": {"delete": "delete_"},
    "TableValuedFunction": {"inline": "inline_"},
}

ABSENT = {
    "DataFrame": {
        "foreachPartition": PYTHON,
        "mapInArrow": PYTHON,
        "mapInPandas": PYTHON,
        "pandas_api": LOCAL_PYTHON,
        "plot": LOCAL_PYTHON,
        "rdd": JVM,
        "toPandas": LOCAL_PYTHON + "; to_arrow() gives Arrow",
        "writeStream": STREAMING,
    },
    "Column": {
        "__bool__": RAISES, "__contains__": RAISES, "__iter__": RAISES, "__nonzero__": RAISES,
        "to_plan": INTERNAL,
    },
    "functions": {
        "arrow_udf": PYTHON, "arrow_udtf": PYTHON, "pandas_udf": PYTHON, "udf": PYTHON, "udtf": PYTHON,
        "ArrowUDFType": PYTHON, "PandasUDFType": PYTHON, "UserDefinedFunction": PYTHON, "UserDefinedTableFunction": PYTHON,
        "AnalyzeArgument": PYTHON, "AnalyzeResult": PYTHON, "OrderingColumn": PYTHON, "PartitioningColumn": PYTHON,
        "SelectedColumn": PYTHON, "SkipRestOfInputTableException": PYTHON,
    },
    "GroupedData": {
        "apply": PYTHON, "applyInArrow": PYTHON, "applyInPandas": PYTHON, "applyInPandasWithState": STREAMING,
        "cogroup": PYTHON, "transformWithState": STREAMING, "transformWithStateInPandas": STREAMING,
    },
    "SparkSession": {
        "Hook": INTERNAL,
        "active": "the C++ client has no session that is active by itself",
        "client": INTERNAL,
        "dataSource": PYTHON,
        "getActiveSession": "the C++ client has no session that is active by itself",
        "profile": PYTHON,
        "readStream": STREAMING,
        "sparkContext": JVM,
        "streams": STREAMING,
        "udtf": PYTHON,
    },
    "SparkSession.Builder": {
        "appName": "a Connect server does not take it",
        "channelBuilder": "a gRPC channel of the caller's; the settings of the Builder take its place",
        "enableHiveSupport": JVM,
        "master": JVM,
    },
    "Catalog": {"registerFunction": PYTHON},
    "UDFRegistration": {"register": PYTHON},
    "TableArg": {"to_plan": INTERNAL},
}


def public(*classes):
    names = {name for one in classes for name in dir(one) if not name.startswith("_")}
    return sorted(names, key=lambda name: (name.lower(), name))


def sections():
    """(title, C++ class or namespace, PySpark's names) of what is compared."""
    import pyspark.sql.functions as functions
    from pyspark.sql import Column as ParentColumn, DataFrame as ParentDataFrame, SparkSession as ParentSession
    from pyspark.sql.connect.avro import functions as avro
    from pyspark.sql.connect.protobuf import functions as protobuf
    from pyspark.sql.connect import column, conf, dataframe, group, merge, observation, readwriter, session, table_arg
    from pyspark.sql.connect import catalog, tvf, udf, window
    from pyspark.sql.connect.functions import partitioning

    operators = [name for name in vars(column.Column) if name.startswith("__") and name not in UNCOMPARED]
    yield "DataFrame", "DataFrame", public(ParentDataFrame, dataframe.DataFrame)
    yield "DataFrameNaFunctions", "DataFrameNaFunctions", [n for n in public(dataframe.DataFrameNaFunctions) if n != "df"]
    yield "DataFrameStatFunctions", "DataFrameStatFunctions", [
        n for n in public(dataframe.DataFrameStatFunctions) if n != "df"
    ]
    yield "Column", "Column", public(ParentColumn, column.Column) + sorted(operators)
    yield "functions", "functions", sorted(functions.__all__, key=lambda name: (name.lower(), name))
    yield "avro.functions", "functions", [name for name in public(avro) if name.endswith("_avro")]
    yield "protobuf.functions", "functions", [name for name in public(protobuf) if name.endswith("_protobuf")]
    yield "functions.partitioning", "functions", [
        name for name, value in sorted(vars(partitioning).items()) if getattr(value, "__module__", "") == partitioning.__name__ and name[0] != "_"
    ]
    yield "GroupedData", "GroupedData", public(group.GroupedData)
    yield "Window", "Window", public(window.Window)
    yield "WindowSpec", "WindowSpec", public(window.WindowSpec)
    yield "DataFrameReader", "DataFrameReader", public(readwriter.DataFrameReader)
    yield "DataFrameWriter", "DataFrameWriter", public(readwriter.DataFrameWriter)
    yield "DataFrameWriterV2", "DataFrameWriterV2", public(readwriter.DataFrameWriterV2)
    yield "MergeIntoWriter", "MergeIntoWriter", public(merge.MergeIntoWriter)
    for name in ("WhenMatched", "WhenNotMatched", "WhenNotMatchedBySource"):
        yield f"MergeIntoWriter.{name}", f"MergeIntoWriter::{name}", public(getattr(merge.MergeIntoWriter, name))
    yield "Catalog", "Catalog", public(catalog.Catalog)
    yield "SparkSession", "Session", public(ParentSession, session.SparkSession)
    yield "SparkSession.Builder", "Session::Builder", public(session.SparkSession.Builder)
    yield "RuntimeConf", "RuntimeConfig", public(conf.RuntimeConf)
    yield "UDFRegistration", "UdfRegistration", public(udf.UDFRegistration)
    yield "TableValuedFunction", "TableValuedFunctions", public(tvf.TableValuedFunction)
    yield "TableArg", "TableArgument", public(table_arg.TableArg)
    yield "Observation", "Observation", public(observation.Observation)


UNCOMPARED = {"__doc__", "__getnewargs__", "__hash__", "__init__", "__module__", "__new__", "__repr__"}


def snake(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def ours(title, name):
    if name in SPELLED.get(title, {}):
        return SPELLED[title][name]
    return name if name[0].isupper() else snake(name)


def present(wanted):
    """Which of the (scope, name) pairs the C++ headers have."""
    wanted = sorted(set(wanted))
    simple = sorted({name.rsplit("::", 1)[-1] for _, name in wanted if not re.search(r"\W", name.replace("::", ""))})
    lines = ["#include <firesteel/client.h>", "using namespace firesteel::client;"]
    for name in simple:
        lines.append(f"struct Named_{name} {{ int {name}; }};")
        lines.append(f"template <class T> struct Both_{name} : T, Named_{name} {{}};")
        lines.append(f"template <class T> concept Has_{name} = !requires {{ &Both_{name}<T>::{name}; }};")
    lines.append("void Probe(const Column& column) {")
    line_of = {}
    for scope, name in wanted:
        bare = name.rsplit("::", 1)[-1]
        if re.search(r"\W", name.replace("::", "")):
            lines.append(f"(void)({name});")
        else:
            where = name.rsplit("::", 1)[0] if "::" in name else scope
            lines.append(f"{{ using functions::{bare}; }}" if where == "functions" else f"static_assert(Has_{bare}<{where}>);")
        line_of[len(lines)] = (scope, name)
    lines.append("}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        generate = ROOT / "tools" / "generate" / "client_functions.py"
        table = ROOT / "src" / "client" / "api" / "functions.txt"
        subprocess.run([sys.executable, generate, table, folder / "firesteel" / "functions.h", folder / "functions.cc"], check=True)
        source = folder / "probe.cc"
        source.write_text("\n".join(lines) + "\n")
        command = ["c++", "-std=c++20", "-fsyntax-only", "-fmax-errors=0", f"-I{ROOT}/include", f"-I{folder}", source]
        done = subprocess.run(command, capture_output=True, text=True)
    wrong = {int(line) for line in re.findall(r"probe\.cc:(\d+):\d+: error", done.stderr)}
    if done.returncode != 0 and not wrong & set(line_of):
        raise SystemExit(done.stderr[-3000:])
    return {pair for line, pair in line_of.items() if line not in wrong}


def page():
    rows = list(sections())
    wanted = [
        (scope, ours(title, name)) for title, scope, names in rows for name in names if name not in ABSENT.get(title, {})
    ]
    there = present(wanted)
    totals, missing = [], []
    body = []
    for title, scope, names in rows:
        absent = ABSENT.get(title, {})
        for name in absent:
            if name not in names:
                raise SystemExit(f"ABSENT names {title}.{name}, which PySpark does not have")
        found = [name for name in names if name not in absent and (scope, ours(title, name)) in there]
        lost = [name for name in names if name not in absent and name not in found]
        missing += [f"{title}.{name}" for name in lost]
        totals.append((title, scope, len(names), len(found), len(names) - len(found)))
        body.append(f"\n## {title} → `{scope}`\n")
        same = [f"`{name}`" for name in found if ours(title, name) == name]
        renamed = [f"`{name}` → `{ours(title, name)}`" for name in found if ours(title, name) != name]
        if same:
            body.append("Under the same name: " + ", ".join(same) + ".\n")
        if renamed:
            body.append("Spelled otherwise: " + ", ".join(renamed) + ".\n")
        if absent or lost:
            body.append("| not there | why |\n|---|---|")
            body += [f"| `{name}` | {absent.get(name, '**missing**')} |" for name in names if name in absent or name in lost]
            body.append("")
    all_names = sum(total[2] for total in totals)
    all_found = sum(total[3] for total in totals)
    head = [
        "# The C++ client beside PySpark 4.3",
        "",
        "Made by `tools/client_parity.py`, which reads PySpark's classes and asks the compiler for ours; "
        "`tests/cpp_client/test_parity.py` keeps it true. Methods are snake_case, functions keep Spark's names, a name that C++ "
        "reserves ends with an underscore. That calls mean the same is proven by their plans: `tests/cpp_client/plans`.",
        "",
        f"**{all_found} of {all_names} names are there; {all_names - all_found} are not, with the reason below.**",
        "",
        "| PySpark | C++ | names | there | not there |",
        "|---|---|--:|--:|--:|",
    ]
    head += [f"| {title} | `{scope}` | {count} | {found} | {lost} |" for title, scope, count, found, lost in totals]
    return "\n".join(head + body).rstrip() + "\n", missing


def main():
    text, missing = page()
    if missing:
        print("neither there nor explained:", ", ".join(missing))
    if sys.argv[1:] == ["--check"]:
        if PAGE.read_text() != text:
            print(f"{PAGE.relative_to(ROOT)} is out of date: run tools/client_parity.py")
            return 1
        return 1 if missing else 0
    PAGE.write_text(text)
    print(next(line for line in text.splitlines() if line.startswith("**")))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
