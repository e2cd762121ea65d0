"""Records what Apache Spark says about types, dates and intervals as tables for the unit tests beside this folder.

    tools/oracle/start && python src/types/testdata/record.py [coercion] [datetimes] [intervals]     (default: all)

Needs an interpreter with PySpark 4.3 and the oracle at FIRESTEEL_ORACLE_REMOTE (default sc://localhost:15102). Times alone
are on the day of the recording: datetime_text_test.cc holds that day.
"""
import concurrent.futures
import json
import logging
import os
import sys

from pyspark.sql.connect.session import SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = "// Recorded from Apache Spark 4.3.0 by record.py: do not edit.\n"

# A literal that is not null for each type.
LITERALS = {'void': 'null',
 'boolean': 'true',
 'tinyint': '1Y',
 'smallint': '1S',
 'int': '1',
 'bigint': '1L',
 'float': '1F',
 'double': '1D',
 'decimal(10,2)': 'cast(1 as decimal(10,2))',
 'decimal(3,0)': 'cast(1 as decimal(3,0))',
 'decimal(38,10)': 'cast(1 as decimal(38,10))',
 'decimal(20,0)': 'cast(1 as decimal(20,0))',
 'decimal(38,38)': 'cast(0 as decimal(38,38))',
 'string': "'a'",
 'string collate unicode': "('a' collate unicode)",
 'binary': "X'00'",
 'date': "date'2020-01-01'",
 'timestamp': "timestamp_ltz'2020-01-01'",
 'timestamp_ntz': "timestamp_ntz'2020-01-01'",
 'time(6)': "time'10:00:00'",
 'interval year': 'interval 1 year',
 'interval year to month': "interval '1-1' year to month",
 'interval month': 'interval 1 month',
 'interval day': 'interval 1 day',
 'interval day to second': "interval '1 1:1:1' day to second",
 'interval hour to minute': "interval '1:1' hour to minute",
 'interval': 'make_interval(1)',
 'array<int>': 'array(1,null)',
 'array<bigint>': 'array(1L)',
 'array<string>': "array('a')",
 'array<void>': 'array()',
 'array<array<int>>': 'array(array(1))',
 'array<struct<a:int>>': "array(named_struct('a',1))",
 'map<int,int>': 'map(1,1)',
 'map<string,string>': "map('a','b')",
 'map<bigint,date>': "map(1L,date'2020-01-01')",
 'struct<a:int>': "named_struct('a',1)",
 'struct<a:int,b:string>': "named_struct('a',1,'b','x')",
 'struct<b:bigint>': "named_struct('b',1L)",
 'struct<A:double>': "named_struct('A',1D)",
 'struct<a:string>': "named_struct('a','x')",
 'variant': "parse_json('1')"}

# The literals of these types are nullable themselves, so nothing is learned from their casts' nullability.
NULLABLE_LITERALS = ("void", "decimal(10,2)", "decimal(3,0)", "decimal(38,38)")

DATETIMES = ['2020', '2020-1', '2020-01', '2020-1-2', '2020-01-02', '2020-01-02 ', '  2020-01-02', '2020-01-02T', '2020-01-02 abc',
 '2020-01-02Tabc', '2020-1x', '2020-13-01', '2020-02-30', '2019-02-29', '2020-02-29', '0001-01-01', '0000-01-01',
 '-0001-01-01', '-0044-03-15', '+2020-01-01', '+12020-01-01', '12020-01-01', '999999-12-31', '9999999-12-31',
 '-9999999-01-01', '5881580-07-11', '5881580-07-12', '-5877641-06-23', '-5877641-06-22', '10000000-01-01', '202-01-01',
 '20-01-01', '2020-001-01', '2020--01', '2020/01/01', '', '   ', '-', '+', 'T', 'today', 'epoch', 'now', '1582-10-10',
 '1582-10-04', '1582-10-15', '2020-01-02 03', '2020-01-02 03:04', '2020-01-02 03:04:05', '2020-01-02 3:4:5',
 '2020-01-02T03:04:05', '2020-01-02T03:04:05Z', '2020-01-02 03:04:05Z', '2020-01-02 03:04:05 Z', '2020-01-02 03:04:05 UTC',
 '2020-01-02 03:04:05UTC', '2020-01-02 03:04:05.1', '2020-01-02 03:04:05.', '2020-01-02 03:04:05.123456',
 '2020-01-02 03:04:05.1234567', '2020-01-02 03:04:05.123456789', '2020-01-02 03:04:05.000001', '2020-01-02 03:04:05.1 UTC',
 '2020-01-02 03:04:05.1Z', '2020-01-02 03:04:05.Z', '2020-01-02 03:04:05+01:00', '2020-01-02 03:04:05 +01:00',
 '2020-01-02 03:04:05+1:00', '2020-01-02 03:04:05+01:0', '2020-01-02 03:04:05+1', '2020-01-02 03:04:05+01',
 '2020-01-02 03:04:05+0100', '2020-01-02 03:04:05+010030', '2020-01-02 03:04:05+01:00:30', '2020-01-02 03:04:05-08:30',
 '2020-01-02 03:04:05+18:00', '2020-01-02 03:04:05+18:01', '2020-01-02 03:04:05+19:00', '2020-01-02 03:04:05 Europe/Paris',
 '2020-01-02 03:04:05Europe/Paris', '2020-01-02 03:04:05 europe/paris', '2020-01-02 03:04:05 PST', '2020-01-02 03:04:05 EST',
 '2020-01-02 03:04:05 HST', '2020-01-02 03:04:05 CET', '2020-01-02 03:04:05 GMT+1', '2020-01-02 03:04:05 GMT+01:00',
 '2020-01-02 03:04:05 UTC-8', '2020-01-02 03:04:05 UT+3', '2020-01-02 03:04:05 GMT0', '2020-01-02 03:04:05 Etc/GMT+5',
 '2020-01-02 03:04:05 XYZ', '2020-01-02 03:04:05 utc', '2020-01-02 03:04:05 z', '2020-01-02 03:04:05 US/Pacific',
 '2020-01-02 03:04 UTC', '2020-01-02 03:04Z', '2020-01-02 03 UTC', '2020-01-02T03:04:05 America/New_York  ',
 '2020-01-02 24:00:00', '2020-01-02 23:60:00', '2020-01-02 23:59:60', '2020-01-02 003:04:05', '2020-01-02  03:04:05',
 '2020-01-02 03:04:', '2020-01-02 03:', '2020-01-02 03:04:05:06', '2020-01-02\t03:04:05', '2020-01 03:04:05', '2020 03:04:05',
 '2020-01-02T03:04:05.123+00:00', '0001-01-01 00:00:00', '-0001-01-01 00:00:00', '1883-11-18 12:00:00', '1883-11-18 11:50:00',
 '1800-01-01 00:00:00', '1900-01-01 00:00:00', '1582-10-10 10:00:00', '2020-03-08 02:30:00', '2020-03-08 01:59:59',
 '2020-03-08 03:00:00', '2020-11-01 01:30:00', '2020-11-01 00:59:59', '2020-11-01 02:00:00', '2050-07-01 00:00:00',
 '2100-07-01 12:00:00', '2500-03-14 02:30:00', '9999-12-31 23:59:59.999999', '12020-07-01 00:00:00',
 '294247-01-10 04:00:54.775807', '294247-01-10 04:00:54.775807Z', '294247-01-10 04:00:54.775808Z',
 '-290308-12-21 19:59:05.224192Z', '-290308-12-21 19:59:05.224191Z', '-290308-12-21 19:59:06Z', '300000-01-01 00:00:00',
 '1000000-01-01 00:00:00', '1970-01-01 00:00:00Z', '1969-12-31 23:59:59.999999Z', '1945-08-14 16:00:00',
 '1942-02-09 02:30:00', '1968-04-28 02:30:00', '12:30', '12:30:45', '12:30:45.5', 'T12:30', 'T12:30:45', ' T12:30', 'T12',
 '1:2:3', '12', '12:', '00:00:00.000001', '23:59:59.999999', '23:59:59.9999999', '24:00', '12:30:45 AM', '12:30:45AM',
 '12:30:45 pm', '1:30 PM', '13:30 PM', '0:30 AM', '12:00 am', '12:30:45Z', '12:30:45 UTC', '12:30:61', '-12:30', '12:30 ',
 '  12:30', '12:30:45.', '12:30:45.1 PM', '00:30 pm', '2020-07-02 03:04:05 Asia/Kolkata',
 '2020-07-02 03:04:05 Australia/Lord_Howe', '2020-04-05 01:45:00 Australia/Lord_Howe',
 '2020-10-04 02:15:00 Australia/Lord_Howe', '2011-12-30 10:00:00 Pacific/Apia', '2011-12-31 10:00:00 Pacific/Apia',
 '1890-01-01 00:00:00 Europe/Paris', '1911-03-10 23:55:00 Europe/Paris', '1940-06-14 23:30:00 Europe/Paris',
 '2020-03-29 02:30:00 Europe/Paris', '2020-10-25 02:30:00 Europe/Paris', '2037-03-29 02:30:00 Europe/Paris',
 '2040-03-25 02:30:00 Europe/Paris', '2040-10-28 02:30:00 Europe/Paris', '2040-07-01 00:00:00 Europe/Dublin',
 '2040-01-01 00:00:00 Europe/Dublin', '1971-02-01 00:00:00 Europe/London', '2040-07-01 00:00:00 America/Sao_Paulo',
 '2040-07-01 00:00:00 Africa/Casablanca', '2040-07-01 00:00:00 Asia/Tehran', '2050-03-26 22:30:00 America/Nuuk',
 '2060-03-27 22:30:00 America/Godthab', '1916-05-21 02:30:00 Europe/London', '1600-01-01 00:00:00 Asia/Tokyo',
 '2020-07-02 03:04:05 ACT', '2020-07-02 03:04:05 MIT', '2020-07-02 03:04:05 BST', '2020-07-02 03:04:05 NST',
 '2020-07-02 03:04:05 Z+1', '2020-07-02 03:04:05 GMT-00:00', '2020-07-02 03:04:05 +9', '2020-07-02 03:04:05 -9:30',
 '2020-07-02 03:04:05 +09:5', '2020-07-02 03:04:05 +0930', '2020-07-02 03:04:05 +930', '2020-07-02 03:04:05 EST5EDT',
 '2020-07-02 03:04:05 MST', '2020-07-02 03:04:05 ROC', '2020-07-02 03:04:05 SystemV/PST8', '2020-07-02 03:04:05 Factory',
 '2020-07-02 03:04:05 posix/UTC', '2020-07-02 03:04:05 localtime', '2020-07-02 03:04:05 Etc/UTC',
 '2020-07-02 03:04:05 Universal', '2020-07-02 03:04:05 Zulu', '2020-07-02 03:04:05 America/Argentina/ComodRivadavia']

CALENDAR_INTERVALS = ['1 year', '-1 year', '14 months', '1 week', '1 day 25 hours', '-1 microsecond', '1.5 seconds', '-1.5 seconds',
 '100 hours 61 minutes 61 seconds', '0 days', '1 year -1 month 3 days -4 hours 5 minutes', '0.000001 seconds', '-25 hours',
 '1 millisecond', '90 minutes', '-61 seconds', '-0.1 seconds', '-60.1 seconds', '3600 seconds', '1 year', 'interval 1 year',
 'INTERVAL 1 YEAR', ' interval  1 year ', 'interval', '1', 'year', '1 years 2 month', '+1 year', '- 1 year', '-1year',
 '1year', '1 year 2', '1.5 years', '1.5 seconds', '1.1234567890 seconds', '1. seconds', '.5 seconds', '-.5 seconds',
 '- .5 second', '+ 1.5 second', '1 week', '2 weeks', '1 hour', '1 hours 1 hour', '1 milliseconds', '1 microseconds',
 '1 nanosecond', '1 decade', '1 quarter', '99999999999 years', '178956970 years 7 months', '178956970 years 8 months',
 '-178956970 years', '1 day,1 hour', '1\tday\n2 hour', 'interval1 year', 'intervalx 1 year', '1e3 seconds', '', '  ', '1 DAY',
 '1 dAyS', '--1 day', '1 day -', '0.0000001 second', '0.123456789 second', '-0.123456789 second',
 '9223372036854775807 microseconds', '9223372036854775808 microseconds', "interval '1' year", '1-2', '1 seconds 1.5 seconds',
 '1 second .5 second', ' -  2 days', '1 s', '1 sec', '1 min', '1 mon']

YEAR_MONTH_TEXTS = ['1-2', '+1-2', '-1-2', '1-12', '1-11', '0-0', '178956970-7', '178956970-8', '-178956970-8', '-178956970-9', '1', '12', '-12',
 "INTERVAL '1-2' YEAR TO MONTH", "interval '1-2' year to month", "INTERVAL -'1-2' YEAR TO MONTH",
 "INTERVAL '-1-2' YEAR TO MONTH", "INTERVAL -'-1-2' YEAR TO MONTH", "INTERVAL '1' YEAR", "INTERVAL '1' MONTH",
 "INTERVAL '12' MONTH", ' 1-2 ', '1 - 2', '1-2x', 'x', '', '1-', '-', "INTERVAL +'1-2' YEAR TO MONTH",
 "INTERVAL  '1-2'  YEAR  TO  MONTH", "INTERVAL '1-2'", '1-002', '0001-2', '1-2 ', "INTERVAL '1-2' DAY TO SECOND",
 '99999999999', '2147483648']

DAY_TIME_TEXTS = ['1 02:03:04', '1 2:3:4', '1 02:03:04.5', '1 02:03:04.123456789', '1 02:03:04.1234567890', '-1 02:03:04', '+1 02:03:04',
 '1 02:03', '1 02', '1', '25', '24', '-5', '02:03', '02:03:04', '02:03:04.000001', '2:3', '100:03', '100:03:04', '03:04',
 '03:04.5', '100:04', '4', '4.5', '-4.5', '59.999999', '60', '1 24:00:00', '1 23:60:00', '1 23:59:60',
 '106751991 04:00:54.775807', '106751991 04:00:54.775808', '-106751991 04:00:54.775808',
 "INTERVAL '1 02:03:04' DAY TO SECOND", "INTERVAL '1' DAY", "INTERVAL '1' HOUR", "INTERVAL '1' MINUTE",
 "INTERVAL '1.5' SECOND", "INTERVAL -'1.5' SECOND", "INTERVAL '-1.5' SECOND", "INTERVAL -'-1.5' SECOND",
 "INTERVAL '02:03' HOUR TO MINUTE", "INTERVAL '03:04.5' MINUTE TO SECOND", "INTERVAL '1 02' DAY TO HOUR",
 "INTERVAL '1 02:03' DAY TO MINUTE", "INTERVAL '02:03:04' HOUR TO SECOND", "interval '1' day", ' 1 ', '1x', '', '1 02:03:04x',
 '1  02:03:04', '1\t02:03:04', '999999999999', '4.', '1 2:3:4.', '106751992', '-106751991', '2562047788', '2562047789',
 "INTERVAL '1 2:3:4.5' DAY TO SECOND"]

YEAR_MONTH_FIELDS = {"year": (0, 0), "year to month": (0, 1), "month": (1, 1)}
DAY_TIME_FIELDS = {f"{a} to {b}" if a != b else a: (i, k)
                   for i, a in enumerate(("day", "hour", "minute", "second"))
                   for k, b in enumerate(("day", "hour", "minute", "second")) if k >= i}


def session(ansi="true"):
    spark = SparkSession.builder.remote(os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102")).create()
    spark.conf.set("spark.sql.ansi.enabled", ansi)
    spark.conf.set("spark.sql.timeType.enabled", "true")
    return spark


def raw(text):
    """A C++ raw string."""
    return f'R"~({text})~"'


def sql_text(text):
    for old, new in (("\\", "\\\\"), ("'", "\\'"), ("\t", "\\t"), ("\n", "\\n")):
        text = text.replace(old, new)
    return f"'{text}'"


def type_json(field):
    collations = field["metadata"].get("__COLLATIONS", {})
    if isinstance(field["type"], str):
        name = next((f"string collate {c.split('.')[1]}" for c in collations.values()), field["type"])
        return f'"{name}"'
    return json.dumps(field["type"], separators=(",", ":"))


def analyze(spark, expressions):
    """(type as JSON, nullable) of each expression, or None where the analyzer refuses it."""
    try:
        query = "select " + ", ".join(f"{e} as c{i}" for i, e in enumerate(expressions))
        return [(type_json(f), f["nullable"]) for f in json.loads(spark.sql(query).schema.json())["fields"]]
    except Exception:
        if len(expressions) == 1:
            return [None]
        middle = len(expressions) // 2
        return analyze(spark, expressions[:middle]) + analyze(spark, expressions[middle:])


def matrix(form, ansi):
    """The answer for every pair of types to an expression; {0}, {1} are types, {2} a literal of the first."""
    spark = session(ansi)
    answers = {a: analyze(spark, [form.format(a, b, LITERALS[a]) for b in LITERALS]) for a in LITERALS}
    spark.stop()
    return answers


def record_coercion():
    spark = session()
    targets = [t for t, _ in analyze(spark, [f"cast(null as {t})" for t in LITERALS])]
    literals = [t for t, _ in analyze(spark, LITERALS.values())]
    spark.stop()
    by_name = dict(zip(LITERALS, targets))
    forms = [("coalesce(cast(null as {0}), cast(null as {1}))", "true"), ("coalesce(cast(null as {0}), cast(null as {1}))", "false"),
             ("cast({2} as {1})", "true"), ("cast({2} as {1})", "false"), ("try_cast({2} as {1})", "true")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda f: matrix(*f), forms))
    with open(os.path.join(HERE, "operand_types.inc"), "w") as out:
        out.write(HEADER + "// The types of the matrices: of a literal, and as a target of casts.\n")
        out.writelines(f"{{{raw(a)}, {raw(b)}}},\n" for a, b in zip(literals, targets))
    with open(os.path.join(HERE, "wider_types.inc"), "w") as out:
        out.write(HEADER + "// {ANSI, left, right, type of coalesce(left, right)}; pairs that are missing have no common type.\n")
        for ansi, rows in zip(("true", "false"), answers):
            for a, row in rows.items():
                for b, answer in zip(LITERALS, row):
                    if answer and a != b and "void" not in (a, b):
                        out.write(f"{{{ansi}, {raw(by_name[a])}, {raw(by_name[b])}, {raw(answer[0])}}},\n")
    with open(os.path.join(HERE, "casts.inc"), "w") as out:
        out.write(HEADER + "// A row for each source type, a character for each target: '-' refused, 'n' a non-null value may become null,\n"
                  "// 'x' it does not, '*' allowed, nullability not known.\n")
        for mode, rows in zip(("kAnsi", "kLegacy", "kTry"), answers[2:]):
            for a, row in rows.items():
                vague = a in NULLABLE_LITERALS or (mode == "kLegacy" and a == "interval")
                marks = "".join("-" if not r else "x" if not r[1] else "*" if vague else "n" for r in row)
                out.write(f'{{EvalMode::{mode}, "{marks}"}},  // {a}\n')


def record_datetimes():
    spark = session()
    query = ("select v, cast(unix_date(try_cast(v as date)) as string), cast(unix_micros(try_cast(v as timestamp)) as string), "
             "cast(unix_micros(cast(cast(try_cast(v as timestamp_ntz) as string) || 'Z' as timestamp)) as string), "
             "cast(try_cast(v as date) as string), cast(try_cast(v as timestamp) as string), "
             "cast(try_cast(v as time(6)) as string) from values ")
    with open(os.path.join(HERE, "datetime_texts.inc"), "w") as out:
        out.write(HEADER + '// {text, unix_date, unix_micros as TIMESTAMP in America/Los_Angeles, as TIMESTAMP_NTZ, text of DATE, of '
                  'TIMESTAMP, of TIME}; "" is NULL.\n// Times alone are on the day of the recording.\n')
        for i in range(0, len(DATETIMES), 50):
            values = ", ".join(f"({sql_text(v)})" for v in DATETIMES[i:i + 50])
            for row in spark.sql(query + values + " as t(v)").collect():
                out.write("{" + ", ".join(json.dumps(x or "") for x in row) + "},\n")
    spark.stop()


def record_intervals():
    spark = session()

    def ask(text, to):
        return spark.sql(f"select cast(try_cast({sql_text(text)} as {to}) as string)").collect()[0][0] or ""

    with open(os.path.join(HERE, "interval_texts.inc"), "w") as out:
        out.write(HEADER + '// {kind, first field, last field, text, text of TRY_CAST to it}; "" is NULL.\n')
        for kind, texts, fields in (("kYearMonthInterval", YEAR_MONTH_TEXTS, YEAR_MONTH_FIELDS),
                                    ("kDayTimeInterval", DAY_TIME_TEXTS, DAY_TIME_FIELDS)):
            for text in texts:
                rows = [f"{{TypeKind::{kind}, {first}, {last}, {json.dumps(text)}, {json.dumps(ask(text, 'interval ' + name))}}},"
                        for name, (first, last) in fields.items()]
                out.writelines(" ".join(rows[i:i + 3]) + "\n" for i in range(0, len(rows), 3))
        for text in CALENDAR_INTERVALS:
            out.write(f"{{TypeKind::kCalendarInterval, 0, 0, {json.dumps(text)}, {json.dumps(ask(text, 'interval'))}}},\n")
    spark.stop()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    parts = {"coercion": record_coercion, "datetimes": record_datetimes, "intervals": record_intervals}
    for part in sys.argv[1:] or parts:
        parts[part]()
