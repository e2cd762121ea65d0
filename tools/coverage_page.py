"""Writes the reference of the SQL functions and the page of what is supported, from the catalogue of a running server.

    tools/coverage_page.py [--out build/pages] [--remote sc://…]      starts build/firesteel itself without --remote

functions.md: by group, one entry a function: signature, one sentence, an example with its answer. coverage.md: by group, how
many functions of Apache Spark are there, and which are not, with the reason. Both come from SHOW FUNCTIONS, DESCRIBE
FUNCTION EXTENDED and the examples' answers alone; nothing of them is kept in the repository. What Spark lists is taken from
tests/examples/examples.json, which was recorded from it. Ends with one line that says what was written.
"""
import argparse
import collections
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "golden"))
import outcome
from server import Server, ServerError

TITLES = {
    "agg_funcs": "Aggregates", "array_funcs": "Arrays", "bitwise_funcs": "Bits", "collection_funcs": "Collections",
    "conditional_funcs": "Conditions", "conversion_funcs": "Conversions", "csv_funcs": "CSV", "datetime_funcs": "Dates and times",
    "generator_funcs": "Generators", "hash_funcs": "Hashes", "json_funcs": "JSON", "lambda_funcs": "Functions with lambdas",
    "map_funcs": "Maps", "math_funcs": "Mathematics", "misc_funcs": "Other", "predicate_funcs": "Predicates",
    "st_funcs": "Geometry and geography", "string_funcs": "Texts", "struct_funcs": "Structs", "table_funcs": "Tables",
    "url_funcs": "URLs", "variant_funcs": "Variants", "vector_funcs": "Vectors", "window_funcs": "Windows", "xml_funcs": "XML",
}
NOT_SUPPORTED = re.compile(r"Not supported: (.*)\.")
EXAMPLE = re.compile(r"> (.*);\n", re.S)


class Entry:
    """What the catalogue says of one name."""

    def __init__(self, spark, listed):
        rows = [row[0] for row in spark.sql(f"DESCRIBE FUNCTION EXTENDED `{listed.name}`").collect()]
        said = dict(row.split(":", 1) for row in rows)
        self.name = listed.name
        self.group = listed.className.split(".")[2]
        self.signature, _, self.sentence = said["Usage"].strip().partition(" - ")
        example = EXAMPLE.search(said["Extended Usage"])
        self.example = example.group(1) if example else None
        reason = NOT_SUPPORTED.search(said["Extended Usage"])
        self.reason = reason.group(1) if reason else None
        self.answer, self.answered = None, True


def answer_of(spark, query):
    """The rows as show() prints their values, one a line; the message of an error. Whether it is what it should be."""
    try:
        rows = spark.sql(query).limit(5).collect()
    except Exception as error:  # any failure of an example belongs on the page
        meant = getattr(error, "getCondition", lambda: None)() == "USER_RAISED_EXCEPTION"  # raise_error does just this
        return "error: " + str(error).splitlines()[0], meant
    return "\n".join("\t".join("NULL" if value is None else str(value) for value in row) for row in rows), True


def by_group(entries):
    groups = collections.defaultdict(list)
    for entry in entries:
        groups[entry.group].append(entry)
    return sorted(groups.items(), key=lambda item: TITLES.get(item[0], item[0]))


def functions_page(entries):
    lines = ["# SQL functions", ""]
    for group, members in by_group(entries):
        lines += [f"## {TITLES.get(group, group)}", ""]
        for entry in members:
            lines += [f"### `{entry.name}`", "", f"`{entry.signature}`", "", entry.sentence, ""]
            if entry.reason:
                lines += [f"**Not supported**: {entry.reason}.", ""]
            elif entry.example:
                lines += ["```sql", entry.example + ";", *("-- " + line for line in entry.answer.splitlines()), "```", ""]
    return "\n".join(lines)


def coverage_page(entries, wanted):
    there = {entry.name for entry in entries if not entry.reason}
    known = {entry.name for entry in entries}
    missing = [name for name in wanted if name not in known]
    lines = ["# What is supported", "",
             f"{len(there & set(wanted))} of the {len(wanted)} functions that Apache Spark lists.", "",
             "| group | supported | not supported |", "|---|---|---|"]
    for group, members in by_group(entries):
        refused = [f"`{entry.name}` ({entry.reason})" for entry in members if entry.reason]
        lines.append(f"| {TITLES.get(group, group)} | {sum(not entry.reason for entry in members)} | {', '.join(refused)} |")
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        lines += ["", f"Not there at all: {names}."]
    lines += ["", "| group | functions |", "|---|---|"]
    for group, members in by_group(entries):
        names = ", ".join("`" + entry.name.replace("|", "\\|") + "`" for entry in members if not entry.reason)
        lines.append(f"| {TITLES.get(group, group)} | {names} |")
    return "\n".join(lines) + "\n"


def write(remote, folder):
    outcome.prepare_process()
    spark = outcome.new_session(remote, [("spark.sql.timeType.enabled", "true")])
    entries = [Entry(spark, listed) for listed in spark.catalog.listFunctions()]
    for entry in entries:
        if entry.example and not entry.reason:
            entry.answer, entry.answered = answer_of(spark, entry.example)
    spark.stop()
    with open(os.path.join(ROOT, "tests", "examples", "examples.json"), encoding="utf-8") as file:
        # The recording server had a function of its own, whose name has a catalog.
        wanted = [name for name in json.load(file)["functions"] if not name.startswith("spark_catalog.")]
    os.makedirs(folder, exist_ok=True)
    for name, text in (("functions.md", functions_page(entries)), ("coverage.md", coverage_page(entries, wanted))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    failed = [entry.name for entry in entries if not entry.answered]
    if failed:
        print("examples that fail: " + ", ".join(failed))
    print(f"{len(entries)} functions: {os.path.join(folder, 'functions.md')}, {os.path.join(folder, 'coverage.md')}")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "pages"))
    parser.add_argument("--remote")
    args = parser.parse_args()
    if args.remote:
        return write(args.remote, args.out)
    try:
        with Server() as server:
            return write(server.remote, args.out)
    except ServerError as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
