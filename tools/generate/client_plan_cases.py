"""Writes the calls of a .cases file as C++, for the test that compares their plans with PySpark's.

usage: client_plan_cases.py NAME.cases OUT.cc

A line is a call that both languages read alike, or `PYTHON ||| C++`. Empty lines and lines that begin with `#` say
nothing. The text for Python is the case's name: tests/cpp_client/plans/record.py records its message under it.
"""

import json
import pathlib
import sys


def cases(path):
    """(PYTHON, C++) of each line."""
    for line in pathlib.Path(path).read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            python, _, cpp = line.partition(" ||| ")
            yield python.strip(), (cpp or python).strip()


def main():
    path, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    lines = []
    for python, cpp in cases(path):
        lines.append(f"    {{{json.dumps(python)}, [](Calls& calls) -> Outcome {{")
        lines.append(f"       [[maybe_unused]] const DataFrame df = calls.df(), other = calls.other();")
        lines.append(f"       [[maybe_unused]] const SparkCalls spark = calls.spark();")
        lines.append(f"       return Outcome({cpp}); }}}},")
    body = "\n".join(lines)
    name = path.stem
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(
        f"""// Made by tools/generate/client_plan_cases.py of {path.name}; not to be edited.
#include "client/api/testing/plan_case.h"

namespace firesteel::client::testing {{

using namespace firesteel::client::functions;  // NOLINT: as users write calls

std::vector<PlanCase> {name.capitalize()}Cases() {{
  return {{
{body}
  }};
}}

}}  // namespace firesteel::client::testing
"""
    )


if __name__ == "__main__":
    main()
