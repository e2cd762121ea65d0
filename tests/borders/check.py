#!/usr/bin/env python3
"""Keeps the house in order: refuses #includes that cross a module border, files that are too long, names that say nothing.

Prints what is wrong, then `N passed, N failed`: one check a source file. The table is a copy of the one in the design,
kept here on purpose: changing a border means changing it in two places, knowingly.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

MODULES = {
    "base": "",
    "types": "base",
    "arrow": "base types",
    "plan": "base types",
    "bound": "base types",
    "sql": "base types plan",
    "connect": "base types arrow plan",
    "functions": "base types arrow bound",
    "catalog": "base types plan",
    "sources": "base types arrow functions",
    "storage": "base",
    "warehouse": "base types catalog",
    "analyzer": "base types plan bound functions catalog",
    "optimizer": "base types bound functions",
    "lowering": "base types bound functions",
    "engine": "base types arrow functions sources storage",
    "udf": "base types arrow",
    "session": "base types arrow plan bound sql connect functions catalog sources storage warehouse analyzer optimizer "
    "lowering engine udf",
    "server": "base session connect",
    "gateway": "base",
    "client": "base types arrow",
    "shell": "base types arrow sql engine client",
    "cli": "base client server gateway shell",
    "web": "base client server gateway",
}

# Tests may build their input with the stages before theirs.
TESTS_MAY_ALSO = {"analyzer": "sql", "optimizer": "plan sql analyzer catalog", "lowering": "plan sql analyzer catalog optimizer arrow engine"}

PROTOCOL = {"connect", "server", "client"}

# Foreign headers that only some modules may see: the first part of the path, or the whole header.
FOREIGN = {
    r"duckdb(\.hpp|\.h|/)": {"engine"},
    r"grpc(pp|\+\+)?/": {"server", "client"},
    r"(nghttp2/|openssl/ssl\.h)": {"gateway"},
    r"boost/": {"gateway", "cli"},
    r"(google/(protobuf|rpc)|spark/connect)/": PROTOCOL,
    r"nanoarrow/": {"arrow"},
    r"datasketches/": {"functions"},
    r"flatcc/": set(),
    r"CLI/": {"cli"},
    r"(histedit\.h|editline/)": {"shell"},
    r"toml\+\+/": {"cli", "gateway", "client"},
    r"sqlite3\.h": {"warehouse"},
    r"archive(_entry)?\.h": {"storage"},
}

LONGEST_FILE = 600  # lines
DATA_TABLES = [r"^src/functions/tables/", r"^src/[a-z]+/[a-z_/]*_(table|rows)\.(cc|h|inc)$"]
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def source_files():
    found = (path for folder in ("src", "include") for path in (ROOT / folder).rglob("*"))
    return sorted(str(path.relative_to(ROOT)) for path in found if path.suffix in (".cc", ".h", ".inc"))


def complaints(path, text):
    parts = pathlib.PurePosixPath(path).parts
    module = "client" if parts[0] == "include" else parts[1]
    if module not in MODULES:
        yield f"{module} is not a module of the design"
        return
    allowed = {module, *MODULES[module].split()}
    if path.endswith("_test.cc") or "testing" in parts:
        allowed |= set(TESTS_MAY_ALSO.get(module, "").split())
    for quote, header in INCLUDE.findall(text):
        other = header.split("/")[0]
        if quote == '"' and "/" in header and other in MODULES and other not in allowed:
            yield f'#include "{header}": {module} may not include {other}'
        if quote == '"' and other not in MODULES and (ROOT / "src" / header).exists():
            yield f'#include "{header}": not in a module of the design'
        if quote == '"' and (header.startswith(".") or "/" not in header):
            yield f'#include "{header}": paths start at src/'
        for pattern, owners in FOREIGN.items():
            if re.match(pattern, header) and module not in owners:
                yield f"#include <{header}>: {module} may not see it"
    lines = text.count("\n")
    if lines > LONGEST_FILE and not any(re.search(pattern, path) for pattern in DATA_TABLES):
        yield f"{lines} lines; {LONGEST_FILE} at most"
    if pathlib.PurePosixPath(path).stem.removesuffix("_test") in EMPTY_NAMES:
        yield "the name says nothing: name a file after the node it handles"
    # Modules that see the protocol may declare its messages ahead.
    if module not in PROTOCOL and re.search(r"^\s*(inline\s+)?namespace\s+spark\b", text, re.M):
        yield "namespace spark belongs to the generated protocol"


def main():
    assert all(name in MODULES for allowed in MODULES.values() for name in allowed.split())
    passed = failed = 0
    for path in source_files():
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        found = list(complaints(path, text))
        for complaint in found:
            print(f"{path}: {complaint}")
        passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
