"""The DataFrame API against a server: the same program, the same text as on Apache Spark.

expected/queries.txt is what Apache Spark 4.3 gave: `… -m pytest tests/cpp_client/test_queries.py --remote
sc://localhost:15102 --record` writes it.
"""
import os
import pathlib
import subprocess

from conftest import HERE, ROOT

PROGRAM = os.path.join(ROOT, "build", "tests", "client_queries")
EXPECTED = pathlib.Path(HERE) / "expected" / "queries.txt"


def test_queries_are_those_of_spark(remote, tmp_path, request):
    done = subprocess.run([PROGRAM, remote, tmp_path / "files"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    if request.config.getoption("--record"):
        EXPECTED.write_text(done.stdout)
    assert done.stdout.splitlines() == EXPECTED.read_text().splitlines()
