"""Starts the server, runs the user's program on it, compares its answers with Apache Spark's, stops the server.

    run.py [--sf 1|0.01] [--remote sc://…]        with --remote an already running server is used
"""
import argparse
import contextlib
import pathlib
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "golden"), str(ROOT / "tests" / "tpch")]
import case_file
import outcome
import tpch
from server import Server, ServerError


def read_answer(path):
    """An answer that the program saved, in the form in which Apache Spark's answers were recorded."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    rows = zip(*(column.to_pylist() for column in table.columns))
    return case_file.Expected(
        columns=outcome.columns_of(from_arrow_schema(table.schema)),
        rows=[outcome.encode(list(row)) for row in rows],
    )


def compare(folder, scale):
    """The number of equal answers; says what differs in the others."""
    equal = 0
    for name in tpch.QUERIES:
        path = folder / f"{name}.arrow"
        why = "no answer"
        if path.exists():
            why = outcome.difference(tpch.read_expected(scale, name), read_answer(path), ordered=True)
        if why is None:
            equal += 1
        else:
            print(f"{name} differs from Apache Spark:\n  " + why[:1500].replace("\n", "\n  "))
    return equal


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sf", default="1", choices=["1", "0.01"])
    parser.add_argument("--remote")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")

    data = tpch.data_folder(args.sf)
    print(f"data: TPC-H scale factor {args.sf} as Parquet in {data}", flush=True)
    with tempfile.TemporaryDirectory(prefix="firesteel-demo-") as answers:
        with contextlib.nullcontext(args) if args.remote else Server() as server:
            print(f"server: {server.remote}", flush=True)
            program = [sys.executable, str(ROOT / "tools/demo/tpch.py"), server.remote, data, str(ROOT / "tests/tpch/queries"), "--save", answers]
            status = subprocess.run(program).returncode
            if status and not args.remote:
                print("server's last words:\n" + "\n".join(server.log().splitlines()[-15:]))
        equal = compare(pathlib.Path(answers), args.sf)
    total = len(tpch.QUERIES)
    print(f"\ndemo: {equal} of {total} answers equal to Apache Spark's (names, types, nullability, rows)")
    return 0 if equal == total and status == 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerError as error:
        sys.exit(f"demo: {error}")
