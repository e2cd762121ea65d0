"""Writes the client library's functions: the public header and its implementation.

usage: client_functions.py FUNCTIONS.txt OUT/firesteel/functions.h OUT/functions.cc

FUNCTIONS.txt says in its head what a row is. The sentence above each declaration is the first of PySpark's own
documentation, read from the installed package; run with the client virtual environment's Python.
"""

import pathlib
import re
import sys
import textwrap

ROW = re.compile(r"^(\w+)\((.*?)\)(?: = (distinct )?(\S+))?(?: order (.*))?$")
PARAMETER = re.compile(r"^(\w+)(?::(\w+))?(\.\.\.)?(\?)?(?:=(.*))?$")
RESERVED = {"and", "bool", "char", "default", "double", "float", "inline", "int", "long", "not", "or", "short", "struct", "typeof", "union", "xor"}
TYPES = {
    "column": "const ColumnOrName&",
    "number": "const ColumnOrNumber&",
    "value": "const ColumnOrValue&",
    "schema": "const ColumnOrSchema&",
    "int": "int64_t",
    "double": "double",
    "bool": "bool",
    "string": "const std::string&",
    "seed": "const std::optional<ColumnOrValue>&",
    "options": "const Options&",
    "lambda1": "const std::function<Column(Column)>&",
    "lambda2": "const std::function<Column(Column, Column)>&",
    "lambda3": "const std::function<Column(Column, Column, Column)>&",
}
OPTIONAL = {
    "column": "const std::optional<ColumnOrName>&",
    "number": "const std::optional<ColumnOrNumber>&",
    "value": "const std::optional<ColumnOrValue>&",
    "int": "std::optional<int64_t>",
    "double": "std::optional<double>",
    "bool": "std::optional<bool>",
    "string": "const std::optional<std::string>&",
}
VARIADIC = {"column": ("ColumnLike", "ColumnOrName"), "value": ("ValueLike", "ColumnOrValue"), "string": ("NameLike", "std::string")}


def spelled(name):
    return name + "_" if name in RESERVED else name


class Parameter:
    def __init__(self, text):
        found = PARAMETER.match(text)
        if not found:
            raise SystemExit(f"no parameter: {text}")
        self.name, kind, self.variadic, self.optional, self.default = found.groups()
        self.kind = kind or "column"
        self.spelled = spelled(self.name)

    def type(self):
        if self.variadic:
            return f"const std::vector<{VARIADIC[self.kind][1]}>&"
        if self.optional and self.kind in OPTIONAL:
            return OPTIONAL[self.kind]
        return TYPES[self.kind]

    def declaration(self):
        default = ""
        if self.kind.startswith("lambda") and self.optional:
            default = " = nullptr"
        elif self.optional or self.kind == "seed":
            default = " = {}"
        elif self.default:
            default = f" = {self.default}"
        return f"{self.type()} {self.spelled}{default}"

    def added(self):
        """The call of Arguments that adds this parameter."""
        if self.kind == "seed":
            return f".Seed({self.spelled})"
        if self.optional and self.default:
            value = "Value()" if self.default == "null" else f"Value({self.default})"
            return f".AddOr({self.spelled}, {value})"
        return f".Add({self.spelled})"


class Function:
    def __init__(self, line):
        found = ROW.match(line)
        if not found:
            raise SystemExit(f"no function: {line}")
        self.name, parameters, self.distinct, called, order = found.groups()
        self.called = called or self.name
        self.spelled = spelled(self.name)
        # A default may hold commas: Decimal(0, 0).
        self.parameters = [Parameter(text) for text in re.split(r", (?![^(]*\))", parameters) if text]
        self.order = order.split() if order else [parameter.name for parameter in self.parameters]

    def variants(self):
        """One list of parameters, or two where a lambda may have one parameter or two."""
        if not any(parameter.kind == "lambda1or2" for parameter in self.parameters):
            return [self.parameters]
        variants = []
        for kind in ("lambda1", "lambda2"):
            row = []
            for parameter in self.parameters:
                text = parameter.name + ":" + (kind if parameter.kind == "lambda1or2" else parameter.kind)
                row.append(Parameter(text))
            variants.append(row)
        return variants

    def header(self, documentation):
        lines = [f"/// {line}" for line in documentation]
        for parameters in self.variants():
            lines.append(f"Column {self.spelled}({', '.join(parameter.declaration() for parameter in parameters)});")
        last = self.parameters[-1] if self.parameters else None
        if last is not None and last.variadic:
            concept, type = VARIADIC[last.kind]
            before = self.parameters[:-1]
            declared = [parameter.declaration() for parameter in before] + [f"const T&... {last.spelled}"]
            passed = [parameter.spelled for parameter in before]
            passed.append(f"std::vector<{type}>{{{type}({last.spelled})...}}")
            lines += [
                f"template <{concept}... T>",
                f"Column {self.spelled}({', '.join(declared)}) {{",
                f"  return {self.spelled}({', '.join(passed)});",
                "}",
            ]
        return "\n".join(lines)

    def source(self):
        out = []
        for parameters in self.variants():
            by_name = {parameter.name: parameter for parameter in parameters}
            declared = ", ".join(f"{parameter.type()} {parameter.spelled}" for parameter in parameters)
            added = "".join(by_name[name].added() for name in self.order)
            call = "CallDistinct" if self.distinct else "Call"
            out.append(f'Column {self.spelled}({declared}) {{ return Arguments(){added}.{call}("{self.called}"); }}')
        return "\n".join(out)


def documentation(name):
    """The first sentence of PySpark's documentation, as lines of a comment."""
    from pyspark.sql import functions
    from pyspark.sql.avro import functions as avro
    from pyspark.sql.functions import partitioning
    from pyspark.sql.protobuf import functions as protobuf

    modules = (functions, partitioning, avro, protobuf)
    found = next((getattr(module, name) for module in modules if hasattr(module, name)), None)
    text = (getattr(found, "__doc__", None) or "").strip().split("\n\n")[0]
    text = re.sub(r":\w+:`~?([^`<]*)[^`]*`", lambda role: role[1].strip().split(".")[-1], text)
    text = re.sub(r"\s+", " ", text.replace("``", "`"))
    text = re.split(r"(?<=[a-z)`])\. (?=[A-Z])", text)[0].strip()
    text = re.sub(r"^(?:\w[\w /]*:|Collection function:) ", lambda kind: kind[0][:0], text)
    if not text:
        return [f"Spark's function {name}."]
    text = text[0].upper() + text[1:] + ("" if text.endswith((".", ":", "!")) else ".")
    return textwrap.wrap(text.replace("*/", "* /").replace("\\", "\\\\"), 112)


def main():
    table, header, source = (pathlib.Path(name) for name in sys.argv[1:])
    functions = [Function(line) for line in table.read_text().splitlines() if line and not line.startswith("#")]
    note = "// Made by tools/generate/client_functions.py; not to be edited.\n"
    declared = "\n\n".join(function.header(documentation(function.name)) for function in functions)
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(
        f"""{note}#pragma once

#include "firesteel/function_forms.h"

/// Spark's functions under Spark's names; a name that C++ reserves ends with an underscore. They only make expressions:
/// nothing is sent and nothing fails. A string names a column except where a parameter is a ColumnOrValue or a
/// std::string; an argument that is left out is not sent. Safe in any thread.
namespace firesteel::client::functions {{

{declared}

}}  // namespace firesteel::client::functions
"""
    )
    defined = "\n".join(function.source() for function in functions)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(
        f"""{note}#include "firesteel/functions.h"

#include "client/api/arguments.h"

namespace firesteel::client::functions {{

using internal::Arguments;

{defined}

}}  // namespace firesteel::client::functions
"""
    )


if __name__ == "__main__":
    main()
