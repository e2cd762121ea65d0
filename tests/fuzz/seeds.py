#!/usr/bin/env python3
"""Writes what the fuzzers begin with: FOLDER/sql/, FOLDER/plan/, FOLDER/arrow/, FOLDER/artifact_name/,
FOLDER/gateway_message/ and the dictionary FOLDER/sql.dict.

    .deps/venv-client/bin/python tests/fuzz/seeds.py FOLDER

Made anew from the golden cases, the benchmarks' queries, PySpark and pyarrow, so that only what a fuzzer found is committed
(corpus/).
"""
import collections
import glob
import hashlib
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path += [HERE, os.path.join(ROOT, "tests", "golden"), os.path.join(ROOT, "tests", "tpch")]
import archives
import arrow_streams
import case_file
import recorded_plans

PLANS_OF_A_KIND = 60
TYPES = """array<struct<a: int NOT NULL COMMENT 'x', b: map<string, decimal(5, 2)>>>
a INT, `b c` STRING NOT NULL DEFAULT 'x' COMMENT 'y', d INTERVAL DAY TO SECOND, e CHAR(3), f VARIANT
"decimal(10,2)"
{"type":"array","elementType":"integer","containsNull":true}
{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[]},"valueContainsNull":false}
{"type":"struct","fields":[{"name":"a","type":"interval day to second","nullable":true,"metadata":{"comment":"x"}}]}
{"type":"udt","class":"c","pyClass":"p","sqlType":{"type":"array","elementType":"double","containsNull":false}}"""


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def sql_texts():
    for path in glob.glob(os.path.join(ROOT, "tests", "golden", "**", "*.test"), recursive=True):
        book = case_file.parse(path)
        for case in book.cases:
            for kind, text in [(case.kind, case.text), *case.before, *book.setup]:
                if kind == "sql":
                    yield text
    for path in glob.glob(os.path.join(ROOT, "tests", "**", "*.sql"), recursive=True):
        yield read(path)
    for line in read(os.path.join(ROOT, "src", "sql", "testdata", "statements.txt")).splitlines():
        yield line.replace("\\n", "\n")
    # TPC-DS, where its texts have been made before.
    cache = os.environ.get("FIRESTEEL_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "firesteel")
    for path in glob.glob(os.path.join(cache, "**", "tpcds", "*", "queries", "*.sql"), recursive=True):
        yield read(path)


def sql_seeds():
    yield from TYPES.splitlines()
    for text in sql_texts():
        yield text
        # The same as expressions: what stands between SELECT and FROM.
        if found := re.match(r"(?is)\s*select\s+(.*?)(\s+from\s.*)?\Z", text):
            yield found.group(1)


def texts_in(message):
    """Texts of types and expressions anywhere in a plan."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            if field.message_type.GetOptions().map_entry:
                continue
            for inner in value if field.is_repeated else [value]:
                yield from texts_in(inner)
        elif field.name in ("schema", "expression", "type_str", "query", "unparsed_data_type") and isinstance(value, str):
            yield value


def plan_seeds(write_sql, write_arrow):
    import pyarrow
    import pyspark.sql.connect.proto as proto

    kinds = collections.Counter()
    for data in recorded_plans.recorded_plans():
        plan = proto.Plan.FromString(data)
        for text in texts_in(plan):
            write_sql(text.encode())
        op = plan.WhichOneof("op_type")
        kind = getattr(plan, op).WhichOneof("rel_type" if op == "root" else "command_type")
        kinds[kind] += 1
        if kinds[kind] > PLANS_OF_A_KIND:
            continue
        yield data
        if kind == "local_relation":
            write_arrow(plan.root.local_relation.data)
        if kinds[kind] == 1:
            packed = proto.Plan()
            compressed = packed.compressed_operation
            compressed.data = pyarrow.Codec("zstd").compress(getattr(plan, op).SerializeToString(), asbytes=True)
            compressed.op_type = (compressed.OP_TYPE_RELATION if op == "root" else compressed.OP_TYPE_COMMAND)
            compressed.compression_codec = proto.COMPRESSION_CODEC_ZSTD
            yield packed.SerializeToString()


def gateway_seeds():
    """Requests and responses of the gateway's unit tests: a byte for method and direction in front."""
    rows = os.path.join(ROOT, "src", "gateway", "wire", "testdata")
    methods = re.findall(r"^  (k\w+),", read(os.path.join(ROOT, "src", "gateway", "wire", "request_fields.h")), re.M)
    for name, response in (("request_rows.inc", 0), ("response_rows.inc", 1)):
        for method, message in re.findall(r'^\{Method::(\w+), "(\w*)"', read(os.path.join(rows, name)), re.M):
            yield bytes([2 * methods.index(method) + response]) + bytes.fromhex(message)
    written = read(os.path.join(rows, "written_rows.inc"))
    for message in re.findall(r'^\{"[\w ]+", "(\w*)"', written, re.M):
        yield bytes([2 * methods.index("kConfig") + 1]) + bytes.fromhex(message)


def dictionary():
    """libFuzzer's words: Spark's keywords, operators, pieces of literals."""
    words = re.findall(r'^KEYWORD\("(\w+)"', read(os.path.join(ROOT, "src", "sql", "lexer", "keywords.inc")), re.M)
    words = [word + " " for word in words] + """<=> <> != >= <= || << >> >>> -> => |> :: == ( ) [ ] , ; ? :p ` ' \\" -- /* */ /*+ {
        } 1L 1Y 1S 1.5D 1BD 1e9 X'1F' r'x' \\\\u0041 """.split()
    return "".join(f'"{word}"\n' for word in words)


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = sys.argv[1]

    def writer(target):
        os.makedirs(os.path.join(folder, target), exist_ok=True)

        def write(data):
            with open(os.path.join(folder, target, hashlib.sha1(data).hexdigest()), "wb") as f:
                f.write(data)

        return write

    targets = ("sql", "plan", "arrow", "artifact_name", "gateway_message")
    write_sql, write_plan, write_arrow, write_name, write_message = map(writer, targets)
    for text in sql_seeds():
        write_sql(text.encode("utf-8", "surrogateescape"))
    for data in arrow_streams.arrow_streams():
        write_arrow(data)
    for data in plan_seeds(write_sql, write_arrow):
        write_plan(data)
    for data in archives.names_and_archives():
        write_name(data)
    for data in gateway_seeds():
        write_message(data)
    with open(os.path.join(folder, "sql.dict"), "w", encoding="utf-8") as f:
        f.write(dictionary())
    print(", ".join(f"{len(os.listdir(os.path.join(folder, target)))} {target}" for target in targets), "seeds")


if __name__ == "__main__":
    main()
