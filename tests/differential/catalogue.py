"""The built-in functions and what they take, read from the rows of src/functions/tables: a new row is covered by itself."""
import dataclasses
import glob
import json
import os
import re

import values

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = os.path.join(ROOT, "tests", "examples", "examples.json")

# Spark's groups of functions → the groups of cases here.
_GROUPS = {
    "math_funcs": "math", "string_funcs": "string", "datetime_funcs": "datetime", "array_funcs": "collection",
    "collection_funcs": "collection", "map_funcs": "map_struct", "struct_funcs": "map_struct", "lambda_funcs": "higher_order",
    "json_funcs": "json", "csv_funcs": "csv", "url_funcs": "url", "hash_funcs": "hash", "bitwise_funcs": "bitwise",
    "conditional_funcs": "conditional", "predicate_funcs": "predicate", "conversion_funcs": "cast", "agg_funcs": "aggregate",
    "window_funcs": "window", "generator_funcs": "generator", "vector_funcs": "misc", "misc_funcs": "misc",
}
_GROUP_OF_FILE = {"crypto.cc": "crypto"}
# Families that are being written: their functions take values that only they make.
_LEFT_OUT = ("variant", "xml", "sketch", "geospatial", "optional", "uncallable")


@dataclasses.dataclass(frozen=True)
class Parameter:
    types: tuple  # texts of the signature language, without the marks
    constant: bool = False
    optional: bool = False
    variadic: bool = False


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    kind: str  # scalar, aggregate, window, generator
    signatures: tuple  # of tuples of Parameter
    group: str
    volatile: bool
    result: str = ""  # the type that every signature gives, when it is one of values.SCALARS


def split_top(text, separator):
    """Parts of a text between separators that stand outside brackets and quotes."""
    parts, depth, quote, part = [], 0, None, []
    i = 0
    while i < len(text):
        ch = text[i]
        if quote:
            if ch == "\\" and i + 1 < len(text):
                part.append(ch)
                i += 1
                ch = text[i]
            elif ch == quote:
                quote = None
        elif ch in "'\"`":
            quote = ch
        elif ch in "([{<" and not (ch == "<" and separator == "," and text[i + 1:i + 2] in " =>"):
            depth += 1
        elif ch in ")]}" or (ch == ">" and depth and text[i - 1] != "-" and text[i - 1] != " "):
            depth -= 1
        elif depth == 0 and text.startswith(separator, i):
            parts.append("".join(part).strip())
            part = []
            i += len(separator)
            continue
        part.append(text[i])
        i += 1
    return parts + ["".join(part).strip()]


def _parameter(text):
    words = text.strip()
    constant = words.startswith("const ")
    words = words.removeprefix("const ")
    default = re.search(r"=.*\Z", words)
    words = words[:default.start()] if default else words
    optional = bool(default) or words.endswith("?")
    variadic = words.endswith("...")
    return Parameter(tuple(split_top(words.rstrip("?."), "|")), constant, optional, variadic)


def signatures_of(text):
    out = []
    for part in split_top(text, " | "):
        inside = part[1:part.rindex(")", 0, part.index("->"))]
        out.append(tuple(_parameter(p) for p in split_top(inside, ",")) if inside.strip() else ())
    return tuple(out)


def result_of(text):
    """The one type that all signatures give, or nothing."""
    results = {part[part.rindex("->") + 2:].strip() for part in split_top(text, " | ")}
    return results.pop() if len(results) == 1 and results <= set(values.SCALARS) else ""


# Functions whose answers are a server's own or change: no values for others.
_OWN = ("collate", "version", "now", "user", "session_user", "curdate", "localtimestamp", "reflect", "java_method", "try_reflect")


def makers(functions):
    """type → scalar functions that give it: what may stand in the place of a value."""
    out = {}
    for function in functions:
        is_own = function.volatile or function.name in _OWN or function.name.startswith(("current_", "input_file"))
        if function.result and function.kind == "scalar" and not is_own:
            out.setdefault(function.result, []).append(function)
    return out


def _rows(path):
    """(field → text) of each row of a table; constants of the file are put in."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    constants = dict(re.findall(r'constexpr std::string_view (k\w+) = "([^"]*)"', text))
    for body in re.split(r"\{(?=\.name = )", text)[1:]:
        row = {}
        for field, value in re.findall(r'\.(\w+) =\s*((?:"(?:[^"\\]|\\.)*"\s*)+|[\w:]+)', body):
            if value.startswith('"'):
                value = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', value)).replace('\\"', '"').replace("\\\\", "\\")
            row.setdefault(field, constants.get(value, value))
        yield row


def functions(shown):
    """Functions of the catalogue, aliases too, that Spark shows (`shown`: the names of SHOW FUNCTIONS)."""
    out = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "functions", "tables", "*.cc"))):
        file = os.path.basename(path)
        if file.split(".")[0].split("_")[0] in _LEFT_OUT:
            continue
        for row in _rows(path):
            group = _GROUP_OF_FILE.get(file, _GROUPS.get(row.get("group")))
            if group is None:
                continue
            kind = row.get("kind", "kScalar").rsplit("::k", 1)[-1].removeprefix("k").lower()
            for name in [row["name"]] + list(filter(None, row.get("aliases", "").split(","))):
                if name in shown or name in _SPECIAL_FORMS:
                    volatile = "Volatile" in row.get("volatility", "")
                    out[name] = Function(name, kind, signatures_of(row["signatures"]), group, volatile, result_of(row["signatures"]))
    any_type = Parameter(("any",))
    for name in ("cast", "try_cast"):
        out[name] = Function(name, "scalar", ((any_type,),), "cast", False)
    return [out[name] for name in sorted(out)]


# Functions that Spark's parser knows and its registry does not.
_SPECIAL_FORMS = ("timestampadd", "timestampdiff")


def example_arguments():
    """function → position → texts of arguments in Spark's documented examples; lambdas among them."""
    with open(EXAMPLES, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    out = {}
    for case in cases:
        name, query = case["function"], case["query"]
        for found in re.finditer(rf"(?<![\w.]){re.escape(name)}\s*\(", query, re.I):
            depth, end = 0, found.end() - 1
            for end in range(found.end() - 1, len(query)):
                depth += (query[end] == "(") - (query[end] == ")")
                if depth == 0:
                    break
            for position, argument in enumerate(split_top(query[found.end():end], ",")):
                if argument and _stands_alone(argument):
                    texts = out.setdefault(name, {}).setdefault(position, [])
                    if argument not in texts:
                        texts.append(argument)
    return out


def _stands_alone(argument):
    """Whether the text means the same without the query around it: no columns, no DISTINCT, no subquery."""
    if re.search(r"\b(distinct|select|from|placing|for|over)\b|=>", argument, re.I):
        return False
    if "->" in argument:
        return True
    bare = re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", "", argument)
    bare = re.sub(r"(?i)\b(null|true|false|interval|date|timestamp|timestamp_ntz|time|year|month|day|hour|minute|second|to|as|"
                  r"int|bigint|double|float|string|decimal|binary|x|r|\d+\w*)\b|\w+\s*\(", "", bare)
    return not re.search(r"[A-Za-z_]", bare)
