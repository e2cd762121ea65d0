"""Seeded random calls of the built-in functions, in batches that one SELECT can ask."""
import dataclasses
import random

import catalogue
import domains
import values

BATCH = 8
LA, UTC, KOLKATA, BERLIN = "America/Los_Angeles", "UTC", "Asia/Kolkata", "Europe/Berlin"
ANSI, ZONE, TIME_TYPE = "spark.sql.ansi.enabled", "spark.sql.session.timeZone", "spark.sql.timeType.enabled"
# The settings calls are made under; TIME is off by default.
SETTINGS = [((ANSI, ansi), (ZONE, zone), (TIME_TYPE, time)) for ansi, zone, time in (
    ("true", LA, "true"), ("false", LA, "true"), ("true", UTC, "true"), ("false", KOLKATA, "true"), ("true", BERLIN, "false"))]
_SETTING_WEIGHTS = [4, 4, 2, 2, 1]

_INFIX = {"!=", "<>", "%", "&", "*", "+", "-", "/", "<", "<=", "<=>", "=", "==", ">", ">=", "^", "|", "||", "<<", ">>", ">>>", "and", "or",
          "div"}
_LAMBDAS = {
    1: ["x -> x", "x -> x IS NULL", "x -> x = x", "x -> array(x)", "x -> CAST(x AS STRING)", "x -> x + 1", "x -> x > 1", "x -> NULL", "x -> true",
        "(x, i) -> i", "(x, i) -> i % 2 = 0", "(x, y, z) -> x", "x -> upper(x)", "x -> x > 'a'"],
    2: ["(x, y) -> x", "(x, y) -> y", "(x, y) -> x + y", "(x, y) -> x = y", "(x, y) -> x IS NOT NULL", "(x, y) -> struct(x, y)",
        "(x, y) -> concat(x, y)", "x -> x", "(x, y) -> CASE WHEN x < y THEN -1 WHEN x > y THEN 1 ELSE 0 END", "(x, y) -> coalesce(x, y)",
        "(x, y) -> y > 1", "(x, y) -> CAST(x AS STRING)", "(x, y) -> NULL", "(x, y, z) -> x"],
    3: ["(x, y, z) -> x", "(x, y, z) -> y", "(x, y, z) -> coalesce(y, z)", "(x, y, z) -> y = z", "(x, y, z) -> concat(y, z)", "(x, y) -> x"],
}
_LAMBDA_PARAMETERS = {"map_filter": 2, "transform_keys": 2, "transform_values": 2, "zip_with": 2, "map_zip_with": 3, "array_sort": 2}
_CAST_TYPES = values.SCALARS + ["decimal(5,2)", "decimal(3,0)", ("array", "int"), ("array", "string"), ("map", "string", "int"),
                                ("struct", ("a", "int"), ("b", "string"))]
_WITHIN_GROUP = {"percentile_cont", "percentile_disc", "mode", "listagg", "string_agg"}
_FRAMES = ["", " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
           " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", " RANGE BETWEEN 1 PRECEDING AND CURRENT ROW",
           " ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING"]


@dataclasses.dataclass(frozen=True)
class Call:
    """One call: what stands in the SELECT, and the columns it reads, each (name, texts of its cells)."""

    function: str
    group: str
    expression: str
    columns: tuple = ()


@dataclasses.dataclass(frozen=True)
class Batch:
    """Calls of one function under the same settings that share a FROM clause. `lead`: what stands before the calls; `rows`:
    rows of the table that is made of the calls' columns, 0 for none."""

    settings: tuple
    calls: tuple
    rows: int = 0
    lead: tuple = ()
    tail: str = ""
    fixed: tuple = ()  # columns of every table: group and order
    source: str = ""  # instead of a table made of columns

    def sql(self, calls):
        columns = list(self.fixed) + [column for call in calls for column in call.columns]
        source = self.source
        if not source and columns:
            rows = ", ".join("(" + ", ".join(cells[i] for _, cells in columns) + ")" for i in range(self.rows))
            source = f" FROM VALUES {rows} AS t({', '.join(name for name, _ in columns)})"
        return "SELECT " + ", ".join(list(self.lead) + [call.expression for call in calls]) + source + self.tail


class Generator:
    """Calls of one function; the same seed gives the same calls whichever other functions there are."""

    def __init__(self, function, examples, seed, settings=None, makers=None, nested=0.0):
        """`makers`: type → functions whose calls may stand for a value of it (catalogue.makers), `nested`: how often they do."""
        self.function, self.seed, self.settings = function, seed, settings
        self.all_examples, self.makers, self.nested = examples, makers or {}, nested
        self.examples = examples.get(function.name, {})

    def batches(self, count):
        """At least one call, about `count`."""
        made, number = 0, 0
        while made < count:
            rng = random.Random(f"{self.seed}/{self.function.name}/{number}")
            batch = self._batch(rng, min(BATCH, count - made), number)
            made += len(batch.calls)
            number += 1
            yield batch

    def _batch(self, rng, size, number):
        settings = rng.choices(SETTINGS, _SETTING_WEIGHTS)[0]
        settings = self.settings or settings
        kind = self.function.kind
        # One a query: what generators and time windows are allowed.
        if kind == "generator" or self.function.name in ("window", "session_window"):
            return self._rows_batch(rng, settings, 1, number)
        if self.function.volatile:
            return self._volatile_batch(rng, settings, number)
        if kind == "window" or (kind == "aggregate" and self.function.name not in _WITHIN_GROUP and rng.random() < 0.2):
            return self._window_batch(rng, settings, size, number)
        if kind == "aggregate":
            return self._aggregate_batch(rng, settings, size, number)
        return self._rows_batch(rng, settings, size, number)

    def _rows_batch(self, rng, settings, size, number):
        calls = tuple(self._call(rng, number * BATCH + i, 3, rng.choice([0.0, 0.7])) for i in range(size))
        return Batch(settings, calls, 3)

    def _volatile_batch(self, rng, settings, number):
        call = self._call(rng, number, 3, 0.0)
        return Batch(settings, (call,), source=rng.choice(["", " FROM range(0, 7, 1, 1)", " FROM range(0, 10, 1, 3)"]))

    def _fixed(self, rng, rows):
        return (("g", tuple(str(i % 3 if i else 1) for i in range(rows))), ("o", tuple(str(i) for i in range(rows))))

    def _aggregate_batch(self, rng, settings, size, number):
        grouped, rows = rng.random() < 0.6, 8
        modifiers = rng.choice(["", "", "distinct", "filter"])
        calls = []
        for i in range(size):
            call = self._call(rng, number * BATCH + i, rows, 0.9, "DISTINCT " if modifiers == "distinct" else "")
            text = call.expression
            if self.function.name in _WITHIN_GROUP and (self.function.name.startswith("percentile") or rng.random() < 0.5):
                text += f" WITHIN GROUP (ORDER BY {rng.choice(['o', 'o DESC', 'g', 'CAST(o AS STRING)', 'o * 1.5'])})"
            if modifiers == "filter":
                text += rng.choice([" FILTER (WHERE o > 2)", " FILTER (WHERE false)", " FILTER (WHERE g = 1 OR NULL)"])
            calls.append(dataclasses.replace(call, expression=text))
        tail = rng.choice(["", "", "", " WHERE o < 0"]) + (" GROUP BY g" if grouped else "")
        return Batch(settings, tuple(calls), rows, ("g",) if grouped else (), tail, self._fixed(rng, rows))

    def _window_batch(self, rng, settings, size, number):
        rows, calls = 7, []
        ranks = self.function.kind == "window"
        for i in range(size):
            call = self._call(rng, number * BATCH + i, rows, 0.8)
            order = rng.choice(["o", "o DESC", "o", "o % 2, o"] if not self.function.name.endswith("rank") else ["o", "o % 2", "o DESC"])
            frame = "" if ranks and rng.random() < 0.9 else rng.choice(_FRAMES)
            text = call.expression + (rng.choice([" IGNORE NULLS", " RESPECT NULLS", ""]) if rng.random() < 0.1 else "")
            over = rng.choice(["PARTITION BY g ", ""]) + (f"ORDER BY {order}" if rng.random() < 0.95 else "")
            calls.append(dataclasses.replace(call, expression=f"{text} OVER ({over}{frame})"))
        return Batch(settings, tuple(calls), rows, ("o",), "", self._fixed(rng, rows))

    def _call(self, rng, number, rows, column_share, before=""):
        arguments, columns = self._arguments(rng, number, rows, column_share)
        return Call(self.function.name, self.function.group, self._text(rng, arguments, before), tuple(columns))

    def _arguments(self, rng, number, rows, column_share):
        name = self.function.name
        if name == "sequence" and rng.random() < 0.9:
            return list(rng.choice(domains.SEQUENCES)), []
        parameters = self._parameters(rng)
        variables, arguments, columns = {}, [], []
        for position, parameter in enumerate(parameters):
            if "lambda" in parameter.types:
                arguments.append(self._lambda(rng, position))
                continue
            type_ = self._type(rng, parameter, variables)
            literal_only = parameter.constant or name in ("stack", "timestampadd", "timestampdiff", "extract") and position == 0
            if rng.random() < column_share * (0.05 if literal_only else 1):
                cells = self._cells(rng, type_, position, rows)
                column = f"{'abcdefghij'[position % 10]}{number}"
                columns.append((column, cells))
                arguments.append(column)
            elif not literal_only and self.nested and rng.random() < self.nested and isinstance(type_, str) and type_ in self.makers:
                maker = Generator(rng.choice(self.makers[type_]), self.all_examples, self.seed)
                arguments.append(maker._call(rng, number, rows, 0.0).expression)
            else:
                arguments.append(self._literal(rng, type_, position))
        return arguments, columns

    def _parameters(self, rng):
        signature = rng.choice(self.function.signatures)
        least = sum(not p.optional and not p.variadic for p in signature)
        count = len(signature) if rng.random() < 0.6 else rng.randint(least, len(signature))
        parameters = list(signature[:count])
        if parameters and parameters[-1].variadic:
            parameters[-1:] = [parameters[-1]] * rng.choice([0, 1, 1, 2, 3])
            if self.function.name in ("map", "named_struct") and len(parameters) % 2 and rng.random() < 0.95:
                parameters = parameters[:-1]
        if rng.random() < 0.02:
            extra = catalogue.Parameter(("int",))
            parameters = parameters[:-1] if rng.random() < 0.5 else parameters + [extra]
        return parameters

    def _lambda(self, rng, position):
        examples = [text for text in self.examples.get(position, []) if "->" in text]
        parameters = _LAMBDA_PARAMETERS.get(self.function.name, 2 if self.function.name in ("aggregate", "reduce") and position == 2 else 1)
        return rng.choice(examples) if examples and rng.random() < 0.4 else rng.choice(_LAMBDAS[parameters])

    def _type(self, rng, parameter, variables):
        if rng.random() < 0.05:
            return _any_type(rng)
        return type_of(rng, rng.choice(parameter.types), variables)

    def _special(self, rng, position):
        """A value that means something to this parameter, or None."""
        pool, often = domains.domain_of(self.function.name, position)
        if rng.random() < 0.25 and often < 1:
            examples = [text for text in self.examples.get(position, []) if "->" not in text]
            if examples:
                return rng.choice(examples)
        return rng.choice(pool) if pool and rng.random() < often else None

    def _literal(self, rng, type_, position):
        if rng.random() < 0.05:
            return rng.choice(["NULL", values.null(type_)])
        return self._special(rng, position) or values.value(rng, type_)

    def _cells(self, rng, type_, position, rows):
        nulls = rng.choice([0.0, 0.0, 0.25])
        pool, often = domains.domain_of(self.function.name, position)
        texts = [text for text in pool if text.startswith("'") or not isinstance(type_, str) or type_ not in ("string",)]
        if texts and rng.random() < often:
            kinds = [text for text in texts if text[0] == "'"] if texts[0][0] == "'" else [t for t in texts if t[0] != "'"]
            if all(text.lstrip("-").isdigit() or text[0] == "'" for text in kinds):
                null = values.null("string" if kinds[0][0] == "'" else "int")
                return tuple(null if rng.random() < nulls else rng.choice(kinds) for _ in range(rows))
        edge = rng.choice([0.0, 0.2, 0.6])
        return tuple(values.value(rng, type_, edge, nulls) for _ in range(rows))

    def _text(self, rng, arguments, before):
        name = self.function.name
        if name == "||":
            return "(" + " || ".join(arguments or ["'a'"]) + ")"
        if name in ("!=", "<>"):  # operators that are no functions
            return f"({' '.join(arguments[:1] or ['1'])} {name} {' '.join(arguments[1:2] or ['1'])})"
        if name in _INFIX and len(arguments) == 2:
            return f"({arguments[0]} {name.upper()} {arguments[1]})"
        if name in ("~", "!", "not") and len(arguments) == 1:
            return f"({name.upper()} {arguments[0]})"
        if name in ("+", "-") and len(arguments) == 1:
            return f"({name} {arguments[0]})"
        if name == "in" and len(arguments) >= 2:
            return f"({arguments[0]} IN ({', '.join(arguments[1:])}))"
        if name == "between" and len(arguments) == 3:
            return f"({arguments[0]} BETWEEN {arguments[1]} AND {arguments[2]})"
        if name in ("cast", "try_cast") and len(arguments) == 1:
            return f"{name}({arguments[0]} AS {values.sql_type(rng.choice(_CAST_TYPES))})"
        if name == "when" and len(arguments) >= 2:
            tail = f" ELSE {arguments[2]}" if len(arguments) > 2 else ""
            return f"CASE WHEN {arguments[0]} THEN {arguments[1]}{tail} END"
        if name == "extract" and len(arguments) == 2:
            return f"extract({arguments[0].strip(chr(39)) or 'YEAR'} FROM {arguments[1]})"
        called = name if name.replace("_", "").isalnum() else f"`{name}`"
        return f"{called}({before}{', '.join(arguments)})"


def _any_type(rng, depth=0):
    if depth < 2 and rng.random() < 0.2:
        shape = rng.choice(["array", "array", "map", "struct"])
        if shape == "array":
            return ("array", _any_type(rng, depth + 1))
        if shape == "map":
            return ("map", rng.choice(["string", "int", "date"]), _any_type(rng, depth + 1))
        return ("struct", ("x", _any_type(rng, depth + 1)), ("y", rng.choice(["int", "string"])))
    return rng.choice(values.SCALARS)


def _common_type(rng):
    return rng.choice(["int", "string", "double", "long", "date", "decimal(10,2)", "timestamp", "boolean", "binary"]) if rng.random() < 0.7 else _any_type(rng)


def type_of(rng, pattern, variables):
    """A type that the pattern of the signature language takes."""
    pattern = pattern.rstrip("!")
    classes = {
        "numeric": values.NUMERIC, "integral": ["byte", "short", "int", "long"], "fractional": ["float", "double"],
        "decimal": ["decimal(10,2)", "decimal(38,18)", "decimal(38,0)", "decimal(5,5)"], "ansi_interval": ["year_month", "day_time"],
        "interval": ["year_month", "day_time", "calendar_interval"], "datetime": ["date", "timestamp", "timestamp_ntz"],
        "any_timestamp": ["timestamp", "timestamp_ntz"],
    }
    if pattern in classes:
        return rng.choice(classes[pattern])
    if len(pattern) == 1 and pattern.isupper():
        if pattern not in variables or rng.random() < 0.1:
            variables[pattern] = "string" if pattern == "K" and rng.random() < 0.6 else _common_type(rng)
        return variables[pattern]
    if pattern in ("any", "orderable"):
        return _common_type(rng)
    if pattern == "array":
        return ("array", _common_type(rng))
    if pattern == "map":
        return ("map", rng.choice(["string", "int", "date", "long"]), _common_type(rng))
    if pattern == "struct":
        return ("struct", ("x", _common_type(rng)), ("y", "int"))
    if pattern.startswith(("array<", "map<")):
        inner = catalogue.split_top(pattern[pattern.index("<") + 1:-1], ",")
        return (pattern[:pattern.index("<")],) + tuple(type_of(rng, part, variables) for part in inner)
    # A class of types that is not made here yet: something near.
    return pattern if pattern in values.SCALARS or pattern in ("null", "day_only") or pattern.startswith("decimal(") else "timestamp"
