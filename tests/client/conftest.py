"""Client tests: the real PySpark client and raw gRPC stubs against the real binary.

    .deps/venv-client/bin/python -m pytest tests/client                     starts build/firesteel
    … -m pytest tests/client --gateway                                      the same with `firesteel gateway` in between
    … -m pytest tests/client --remote sc://localhost:15102                  another server; with Apache Spark there (tools/oracle)
                                                                            this proves the expectations: run it after editing them
Tests of the process itself are marked `process`; those whose expectation is Firesteel's own are marked `firesteel`.
Both are skipped with --remote; those of the process also with --gateway.
"""
import contextlib
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "gateway")]
import outcome
from gateway import Gateway, anonymous
from server import Server
from wire import Wire

outcome.prepare_process()


def pytest_addoption(parser):
    parser.addoption("--remote", help="test this server instead of build/firesteel")
    parser.addoption("--gateway", action="store_true", help="put build/firesteel gateway before the server")


def pytest_configure(config):
    config.addinivalue_line("markers", "process: needs a process of its own (start, stop, options)")
    config.addinivalue_line("markers", "firesteel: expectation of Firesteel's own, where Spark has no answer")


def pytest_collection_modifyitems(config, items):
    foreign, gateway = config.getoption("--remote"), config.getoption("--gateway")
    for item in items:
        if foreign and (item.get_closest_marker("process") or item.get_closest_marker("firesteel")):
            item.add_marker(pytest.mark.skip(reason="not for a foreign server"))
        elif gateway and item.get_closest_marker("process"):
            item.add_marker(pytest.mark.skip(reason="starts a server of its own, without a gateway"))


@pytest.fixture(scope="session")
def remote(request):
    """The address of the server under test."""
    given = request.config.getoption("--remote")
    if given:
        yield given
        return
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server())
        request.config.firesteel_server = server
        gateway = stack.enter_context(Gateway(anonymous(server))) if request.config.getoption("--gateway") else None
        yield gateway.remote() if gateway else server.remote
        assert server.alive(), f"the server died:\n{server.log()[-3000:]}"
        assert gateway is None or gateway.alive(), f"the gateway died:\n{gateway.log()[-3000:]}"


@pytest.fixture
def server_process(remote, request):
    """The shared server's process, for tests that look at its memory; skipped for a foreign server."""
    server = getattr(request.config, "firesteel_server", None)
    if server is None:
        pytest.skip("not for a foreign server")
    return server


@pytest.fixture
def spark(remote):
    """A PySpark session of its own."""
    session = outcome.new_session(remote)
    yield session
    session.stop()


@pytest.fixture
def wire(remote):
    """Raw stubs with a session id of its own."""
    client = Wire(remote)
    yield client
    client.close()
