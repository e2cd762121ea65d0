"""Writes Spark's table of error conditions as rows of C++ aggregates.

usage: error_conditions.py OUT.inc

Reads error/error-conditions.json from Spark's own jar inside the installed PySpark; run with the client virtual
environment's Python. One row a condition and one a sub-condition, sorted by name (byte order):
    {"NAME", "SQLSTATE", R"~(message template)~"},
As Spark's ErrorClassesJsonReader does, the lines of a message are joined by newlines and a sub-condition's template is
its parent's, a space, and its own. A condition without SQLSTATE gets "".
"""

import json
import pathlib
import sys
import zipfile

import pyspark

ENTRY = "error/error-conditions.json"


def read_conditions():
    jars = pathlib.Path(pyspark.__file__).parent / "jars"
    for jar in sorted(jars.glob("spark-common-utils*.jar")):
        with zipfile.ZipFile(jar) as archive:
            if ENTRY in archive.namelist():
                return json.loads(archive.read(ENTRY))
    raise SystemExit(f"no {ENTRY} in the jars of {jars}")


def rows(conditions):
    for name, condition in conditions.items():
        template = "\n".join(condition["message"])
        state = condition.get("sqlState", "")
        yield name, state, template
        for sub_name, sub in condition.get("subClass", {}).items():
            yield f"{name}.{sub_name}", sub.get("sqlState", state), template + " " + "\n".join(sub["message"])


def main(out):
    lines = []
    for name, state, template in sorted(rows(read_conditions())):
        if ')~"' in template or not name.isascii():
            raise SystemExit(f"cannot write {name} as a raw string")
        lines.append(f'{{"{name}", "{state}", R"~({template})~"}},\n')
    pathlib.Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
