"""Tests of `firesteel shell`, `firesteel sql` and `firesteel profiles`: the real binary, in pipes and in a terminal.

    .deps/venv-client/bin/python -m pytest tests/shell                     starts build/firesteel
    … -m pytest tests/shell --remote sc://localhost:15102                  against another server, as Apache Spark
Queries that never end must be such that Spark's tasks look for their end: range() does, a nested loop join does not and would
hold its cores for days.
"""
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "golden")]
from server import Server
from terminal import FIRESTEEL, Terminal


def pytest_addoption(parser):
    parser.addoption("--remote", help="test against this server instead of build/firesteel")


def pytest_configure(config):
    config.addinivalue_line("markers", "streaming: needs a server that sends rows before a task has made its last one; Spark does not")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if config.getoption("--remote") and item.get_closest_marker("streaming"):
            item.add_marker(pytest.mark.skip(reason="the other server may send nothing before a task ends"))


@pytest.fixture(scope="session")
def remote(request):
    given = request.config.getoption("--remote")
    if given:
        yield given
        return
    with Server() as server:
        yield server.remote
        assert server.alive(), f"the server died:\n{server.log()[-3000:]}"


@pytest.fixture
def environment(tmp_path):
    """Variables of a user who has nothing yet."""
    names = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"HOME": str(tmp_path), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "USER": "tester"}


@pytest.fixture
def firesteel(environment, tmp_path):
    """Runs the program; gives the finished process."""

    def run(*arguments, text="", **variables):
        return subprocess.run([FIRESTEEL, *arguments], input=text, capture_output=True, text=True, timeout=60, cwd=tmp_path,
                              env=environment | variables)

    return run


@pytest.fixture
def sql(firesteel, remote):
    """Runs `firesteel sql` against the server."""

    def run(*arguments, text="", **variables):
        return firesteel("sql", "--remote", remote, *arguments, text=text, **variables)

    return run


@pytest.fixture
def terminal(environment, remote, tmp_path):
    """Starts `firesteel shell` in a terminal."""
    opened = []

    def start(*arguments, rows=24, columns=100, **variables):
        command = [FIRESTEEL, "shell", *(arguments or ("--remote", remote))]
        opened.append(Terminal(command, environment | variables, str(tmp_path), rows, columns))
        return opened[-1]

    yield start
    for each in opened:
        each.close()
