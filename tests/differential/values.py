"""Values of every Spark type as SQL text: ordinary ones and those at the edges."""

TIMES = ["00:00:00", "12:34:56", "23:59:59.999999", "01:02:03.5"]
DATES = ["2024-02-29", "2020-01-01", "1970-01-01", "2021-12-31", "2015-04-08", "2016-07-30", "1999-06-15"]
EDGE_DATES = ["0001-01-01", "9999-12-31", "1582-10-04", "1582-10-15", "1900-02-28", "1969-12-31", "2000-02-29"]
TIMESTAMPS = ["2024-02-29 12:34:56.789", "2020-01-01 00:00:00", "2016-12-31 23:59:59.999999", "1970-01-01 00:00:00", "2015-07-24 10:30:00"]
EDGE_TIMESTAMPS = ["0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2024-03-10 02:30:00", "2024-11-03 01:30:00",
                   "1883-11-18 12:00:00", "1582-10-10 00:00:00", "1969-12-31 23:59:59.999999", "2024-03-31 02:30:00",
                   "1900-01-01 00:00:00.000001"]
TEXTS = ["abc", "Spark SQL", "a", "hello world", "12", "-3.5", "2020-01-01", "2021-05-06 07:08:09", "true", "a,b,c", "SPARK", "x1y2z3"]
EDGE_TEXTS = ["", " ", "  padded  ", "héllo", "😀", "a😀b𝒳", "e\u0301a\u0308", "ß", "İstanbul", "%_\\\\", "NaN", "-0", "Infinity",
              "1e400", "9223372036854775808", "\\t\\n", "日本語", "null", "''", "\u200d", "Σίσυφος", "0x1F", "1 day"]
_BINARIES = ["X'00'", "X'537061726B'", "X'0102FF'"]
_EDGE_BINARIES = ["X''", "X'FF'", "X'80C3'", "X'F09F9880'", "X'FFFFFFFFFFFFFFFF'"]
_YEAR_MONTHS = ["INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '3' MONTH", "INTERVAL '-2' YEAR", "INTERVAL '0-0' YEAR TO MONTH"]
_EDGE_YEAR_MONTHS = ["INTERVAL '178956970-7' YEAR TO MONTH", "INTERVAL '-178956970-8' YEAR TO MONTH"]
_DAY_TIMES = ["INTERVAL '1 02:03:04.5' DAY TO SECOND", "INTERVAL '1' DAY", "INTERVAL '-3' HOUR", "INTERVAL '0' SECOND",
              "INTERVAL '90:30' MINUTE TO SECOND"]
_EDGE_DAY_TIMES = ["INTERVAL '106751991 04:00:54.775807' DAY TO SECOND", "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND",
                   "INTERVAL '0.000001' SECOND"]
_CALENDARS = ["make_interval(1, 2, 0, 3)", "make_interval(0, 0, 1, 0, 4, 5, 6.7)", "make_interval(0, -1, 0, 0, -30)", "make_interval()"]


def quoted(text):
    """A SQL string literal of a text in which backslashes are already escapes."""
    return "'" + text.replace("''", "\\'\\'").replace("'", "\\'").replace("\\\\'", "\\'") + "'"


_INTEGERS = {"byte": ("Y", 127), "short": ("S", 32767), "int": ("", 2147483647), "long": ("L", 9223372036854775807)}
_SQL_NAMES = {"byte": "TINYINT", "short": "SMALLINT", "int": "INT", "long": "BIGINT", "year_month": "INTERVAL YEAR TO MONTH",
              "day_time": "INTERVAL DAY TO SECOND", "calendar_interval": "INTERVAL", "null": "VOID", "day_only": "INTERVAL DAY"}

SCALARS = ["boolean", "byte", "short", "int", "long", "float", "double", "decimal(10,2)", "decimal(38,18)", "decimal(38,0)", "string",
           "binary", "date", "timestamp", "timestamp_ntz", "time", "year_month", "day_time", "calendar_interval"]
NUMERIC = ["byte", "short", "int", "long", "float", "double", "decimal(10,2)", "decimal(38,18)", "decimal(38,0)", "decimal(5,5)"]


def sql_type(type_):
    """Spark SQL's text of a type: a name, ("array", element), ("map", key, value) or ("struct", (name, type), …)."""
    if isinstance(type_, str):
        return _SQL_NAMES.get(type_, type_.upper())
    if type_[0] == "struct":
        return "STRUCT<" + ", ".join(f"{name}: {sql_type(child)}" for name, child in type_[1:]) + ">"
    return type_[0].upper() + "<" + ", ".join(sql_type(child) for child in type_[1:]) + ">"


def null(type_):
    return "NULL" if type_ == "null" else f"CAST(NULL AS {sql_type(type_)})"


def value(rng, type_, edge=0.25, nulls=0.0):
    """SQL text of one value. `edge`: how often one from the edge of the type; `nulls`: how often null."""
    if rng.random() < nulls:
        return null(type_)
    if isinstance(type_, tuple):
        return _nested(rng, type_, edge)
    at_edge = rng.random() < edge
    if type_ in _INTEGERS:
        return _integer(rng, type_, at_edge)
    if type_.startswith("decimal"):
        return _decimal(rng, type_, at_edge)
    if type_ == "string":
        return quoted(rng.choice(EDGE_TEXTS if at_edge else TEXTS))
    return rng.choice(_POOLS[type_][at_edge])


def _integer(rng, type_, at_edge):
    suffix, most = _INTEGERS[type_]
    if at_edge:
        number = rng.choice([most, -most - 1, most - 1, 0, -1])
    else:
        number = rng.choice([0, 1, 2, 3, 4, 5, 7, 10, 12, 25, 64, 100, -1, -2, -3, -7, rng.randint(-128, 127)])
    if number == -most - 1:
        return f"CAST('{number}' AS {_SQL_NAMES[type_]})"
    return f"{number}{suffix}"


def _decimal(rng, type_, at_edge):
    precision, scale = map(int, type_[8:-1].split(","))
    if at_edge:
        digits = rng.choice(["9" * precision, "1", "0", "5" + "0" * max(0, scale - 1), "1" + "0" * (precision - 1)])
    else:
        digits = str(rng.randint(0, 10 ** min(precision, rng.choice([1, 3, 6])) - 1)) + "0" * rng.choice([0, max(0, scale - 1)])
    digits = digits[:precision].rjust(scale + 1, "0")
    sign = rng.choice(["", "", "-"])
    number = sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)
    return f"CAST('{number}' AS DECIMAL({precision},{scale}))" if at_edge or rng.random() < 0.5 else f"CAST({number} AS DECIMAL({precision},{scale}))"


def _nested(rng, type_, edge):
    if type_[0] == "struct":
        return "named_struct(" + ", ".join(f"'{name}', {value(rng, child, edge, 0.1)}" for name, child in type_[1:]) + ")"
    count = rng.choice([0, 1, 2, 3, 3, 4])
    if count == 0:
        return f"CAST({type_[0]}() AS {sql_type(type_)})"
    if type_[0] == "array":
        with_nulls = rng.choice([0.0, 0.3])
        return "array(" + ", ".join(value(rng, type_[1], edge, with_nulls) for _ in range(count)) + ")"
    keys = dict.fromkeys(value(rng, type_[1], 0.1) for _ in range(count))
    return "map(" + ", ".join(f"{key}, {value(rng, type_[2], edge, 0.2)}" for key in keys) + ")"


def _of(prefix, texts):
    return [f"{prefix}'{text}'" for text in texts]


_FLOATS = ["0", "1", "-1", "0.5", "2.5", "-2.5", "3.14159", "100", "1e10", "123.456", "0.1"]
_POOLS = {
    "boolean": (["true", "false"], ["true", "false"]),
    "float": ([f"CAST({x} AS FLOAT)" for x in _FLOATS],
              ["float('NaN')", "float('Infinity')", "float('-Infinity')", "CAST('-0.0' AS FLOAT)", "3.4028235E38F", "1.4E-45F", "16777217F"]),
    "double": ([x + "D" for x in _FLOATS],
               ["double('NaN')", "double('Infinity')", "double('-Infinity')", "-0.0D", "1.7976931348623157E308D", "4.9E-324D", "1e18D",
                "9007199254740993D", "-9.3e18D"]),
    "binary": (_BINARIES, _EDGE_BINARIES),
    "date": (_of("DATE", DATES), _of("DATE", EDGE_DATES)),
    "timestamp": (_of("TIMESTAMP", TIMESTAMPS), _of("TIMESTAMP", EDGE_TIMESTAMPS)),
    "timestamp_ntz": (_of("TIMESTAMP_NTZ", TIMESTAMPS), _of("TIMESTAMP_NTZ", EDGE_TIMESTAMPS)),
    "time": (_of("TIME", TIMES), _of("TIME", ["00:00:00", "23:59:59.999999"])),
    "year_month": (_YEAR_MONTHS, _EDGE_YEAR_MONTHS),
    "day_time": (_DAY_TIMES, _EDGE_DAY_TIMES),
    "day_only": (["INTERVAL '1' DAY"], ["INTERVAL '106751991' DAY"]),
    "calendar_interval": (_CALENDARS, _CALENDARS),
    "null": (["NULL"], ["NULL"]),
}
