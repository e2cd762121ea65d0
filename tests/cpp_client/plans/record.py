#!/usr/bin/env python3
"""Records what PySpark makes of the calls in *.cases: NAME.plans beside NAME.cases, two lines a call.

usage: record.py [--check]

    = df.limit(5)
    Plan root { … }

--check writes nothing and fails when a file would change. Run with the client virtual environment's Python; no server is
needed, as the calls end before they are sent (recorder.py).
"""

import datetime
import decimal
import functools
import os
import pathlib
import sys
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "tools" / "generate")]

import recorder  # noqa: E402
from client_plan_cases import cases  # noqa: E402


def names(spark):
    """What calls may name, beside `df` and `other`: functions, types, and the constants' spellings of C++."""
    from pyspark import StorageLevel
    from pyspark.sql import types
    from pyspark.sql.connect.avro import functions as avro
    from pyspark.sql.connect.functions import builtin, partitioning
    from pyspark.sql.connect.observation import Observation
    from pyspark.sql.connect.protobuf import functions as protobuf
    from pyspark.sql.connect.window import Window

    found = {name: getattr(types, name) for name in dir(types) if not name.startswith("_")}
    found |= {name: getattr(builtin, name) for name in dir(builtin) if not name.startswith("_")}
    found |= {name: getattr(partitioning, name) for name in ("years", "months", "days", "hours", "bucket")}
    found |= {name: getattr(avro, name) for name in ("from_avro", "to_avro")}
    found |= {name: getattr(protobuf, name) for name in ("from_protobuf", "to_protobuf")}
    found |= {"true": True, "false": False, "none": None, "range_": range, "functools": functools}
    found |= {"datetime": datetime, "decimal": decimal, "bytearray": bytearray}
    found |= {"Window": Window, "StorageLevel": StorageLevel, "Observation": Observation, "spark": spark}
    return found


def recorded(path, spark, stub):
    known = names(spark)
    lines = []
    seen = set()
    for call, _ in cases(path):
        if call in seen:
            raise SystemExit(f"{path.name}: twice: {call}")
        seen.add(call)
        # Taken in every case, so that ids follow one another as in the other language.
        known["df"], known["other"] = spark.read.table("t"), spark.read.table("u")
        try:
            message = recorder.built(spark, stub, lambda: eval(call, known))
        except Exception as error:
            raise SystemExit(f"{path.name}: {call}: {type(error).__name__}: {error}") from error
        lines += [f"= {call}", recorder.text(message)]
    return "\n".join(lines) + "\n"


def record():
    check = sys.argv[1:] == ["--check"]
    warnings.simplefilter("ignore")
    spark, stub = recorder.session()
    changed = []
    for path in sorted(HERE.glob("*.cases")):
        text = recorded(path, spark, stub)
        plans = path.with_suffix(".plans")
        if not plans.exists() or plans.read_text() != text:
            changed.append(plans.name)
            if not check:
                plans.write_text(text)
        print(f"{plans.name}: {text.count(chr(10)) // 2} calls", flush=True)
    if check and changed:
        print(f"out of date: {', '.join(changed)}; run {HERE.name}/record.py", flush=True)
    return 1 if check and changed else 0


if __name__ == "__main__":
    status = 1
    try:
        status = record()
    except SystemExit as error:
        print(error, flush=True)
    finally:
        os._exit(status)  # PySpark would ask a server at its end
