"""Tests of the C++ client against real servers, by the program of programs/probe.cc.

    .deps/venv-client/bin/python -m pytest tests/cpp_client                 starts build/firesteel
    … -m pytest tests/cpp_client --gateway                                  the same with `firesteel gateway` in between
    … -m pytest tests/cpp_client --remote sc://localhost:15102              another server; with Apache Spark there (tools/oracle)
                                                                            this proves the expectations
Tests marked `process` start servers of their own and are skipped with --remote. FIRESTEEL_BINARY names another server.
"""
import contextlib
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path[:0] = [HERE] + [os.path.join(HERE, "..", name) for name in ("golden", "gateway", "faults")]
from gateway import Gateway, anonymous
from server import Server

PROBE = os.path.join(ROOT, "build", "tests", "client_probe")


def pytest_addoption(parser):
    parser.addoption("--remote", help="test against this server instead of build/firesteel")
    parser.addoption("--record", action="store_true", help="write expected/ from what the server gives")
    parser.addoption("--gateway", action="store_true", help="put build/firesteel gateway before the server")


def pytest_configure(config):
    config.addinivalue_line("markers", "process: starts a server of its own")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if config.getoption("--remote") and item.get_closest_marker("process"):
            item.add_marker(pytest.mark.skip(reason="not for a foreign server"))


@pytest.fixture(scope="session")
def remote(request):
    """The address of the server under test."""
    given = request.config.getoption("--remote")
    if given:
        yield given
        return
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server())
        gateway = stack.enter_context(Gateway(anonymous(server))) if request.config.getoption("--gateway") else None
        yield gateway.remote() if gateway else server.remote
        assert server.alive(), f"the server died:\n{server.log()[-3000:]}"


def start(command, *arguments, env=None):
    """The probe as a process whose lines can be read."""
    return subprocess.Popen([PROBE, command, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env={**os.environ, "GRPC_VERBOSITY": "NONE", **(env or {})})


def probe(command, *arguments, env=None, timeout=120):
    """Its lines; fails when a check of its own does."""
    process = start(command, *arguments, env=env)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    assert process.returncode == 0, f"{out}\n{err}"
    return out.splitlines()


def facts(lines):
    """`name value` lines as a dictionary."""
    return dict(line.split(" ", 1) for line in lines if " " in line)
